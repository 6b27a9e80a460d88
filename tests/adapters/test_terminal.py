"""What is understood of terminals, and what is chosen for them.

Answers were recorded under Xvfb (xterm 379, foot 1.13.1, mlterm 3.9.0, kitty 0.26.5 and 0.41.1, tmux 3.3a)
or, for those that could not run there, put together from their documentation (Ghostty, Konsole, WezTerm).
"""

import os
import pty
import select
import termios
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.adapters.terminal import TRUECOLOUR, Terminal, choose, named, names, probe, questions, survey, understand
from tui.errors import UsageError

XTERM = (
    b"\x1bP>|XTerm(379)\x1b\\\x1b[?1;0;1024S\x1b[?2;0;1200;825S\x1b[?2026;0$y\x1b[?63;1;2;4;6;9;15;16;22;28c",
    {"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"},
    (150, 55, 1204, 829),
)
PLAIN_XTERM = (
    b"\x1bP>|XTerm(379)\x1b\\\x1b[?1;1;0S\x1b[?2026;0$y\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c",
    {"TERM": "xterm"},
    (80, 24, 484, 316),
)
FOOT = (
    b"\x1bP>|foot(1.13.1)\x1b\\\x1b[6;17;8t\x1b[?1;0;1024S\x1b[?2;0;1232;884S\x1b[?2026;2$y\x1b[?62;4;22c",
    {"TERM": "foot", "COLORTERM": "truecolor"},
    (154, 52, 1232, 884),
)
MLTERM = (
    b"\x1b[6;19;10t\x1b[?1;0;1024S\x1b[?1;3;0S\x1b[?2026;0$y\x1b[?63;1;2;3;4;6;7;15;18;22;29c",
    {"TERM": "mlterm", "MLTERM": "3.9.0"},
    (120, 40, 1200, 760),
)
OLD_KITTY = (
    b"\x1bP>|kitty(0.26.5)\x1b\\\x1b_Gi=32,r=1;OK\x1b\\\x1b_Gi=33;OK\x1b\\\x1b[6;17;8t\x1b[?2026;2$y\x1b[?62;c",
    {"TERM": "xterm-kitty", "COLORTERM": "truecolor"},
    (155, 52, 1240, 884),
)
KITTY = (
    b"\x1bP>|kitty(0.41.1)\x1b\\\x1b_Gi=31;OK\x1b\\\x1b_Gi=32,r=1;OK\x1b\\\x1b_Gi=33;OK\x1b\\\x1b[6;17;8t"
    b"\x1b[?2026;2$y\x1b[?62;c",
    {"TERM": "xterm-kitty"},
    (120, 40, 960, 680),
)
GHOSTTY = (
    b"\x1bP>|ghostty 1.2.0\x1b\\\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;EINVAL:unimplemented action\x1b\\\x1b_Gi=33;OK\x1b\\"
    b"\x1b[6;20;10t\x1b[?2026;2$y\x1b[?62;22c",
    {"TERM": "xterm-ghostty"},
    (124, 45, 1240, 900),
)
KONSOLE = (
    b"\x1bP>|Konsole 25.04.2\x1b\\\x1b_Gi=31;OK\x1b\\\x1b_Gi=32;OK\x1b\\\x1b_Gi=33;OK\x1b\\\x1b[6;20;10t"
    b"\x1b[?1;0;256S\x1b[?2026;2$y\x1b[?62;1;4c",
    {"TERM": "xterm-256color", "COLORTERM": "truecolor", "KONSOLE_VERSION": "250402"},
    (124, 45, 1240, 900),
)
WEZTERM = (
    b"\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\\x1b_Gi=33;OK\x1b\\\x1b[6;20;10t\x1b[?2026;2$y\x1b[?65;4;6;18;22c",
    {"TERM": "xterm-256color"},
    (124, 45, 1240, 900),
)
TMUX = (
    b"\x1bP>|tmux 3.3a\x1b\\\x1b[?1;2c",
    {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,8812,0", "TERM_PROGRAM": "tmux"},
    (150, 54, 1200, 810),
)
SCREEN = (b"\x1b[?1;2c", {"TERM": "screen-256color", "STY": "1.pts-0.host"}, (80, 24, 0, 0))
CONSOLE = (b"", {"TERM": "linux"}, (128, 48, 0, 0))

CASES = [
    pytest.param(XTERM, "", "sixel", id="xterm-vt340"),
    pytest.param(PLAIN_XTERM, "", "quadrant", id="xterm"),
    pytest.param(FOOT, "", "sixel", id="foot"),
    pytest.param(MLTERM, "", "iterm", id="mlterm"),
    pytest.param(OLD_KITTY, "", "kitty-direct", id="kitty-0.26"),
    pytest.param(KITTY, "", "kitty", id="kitty-0.41"),
    pytest.param(GHOSTTY, "", "kitty", id="ghostty"),
    pytest.param(KONSOLE, "", "iterm", id="konsole"),
    pytest.param(WEZTERM, "", "iterm", id="wezterm"),
    pytest.param(TMUX, "XTerm(379)|xterm|1|256,RGB,title", "quadrant", id="tmux-in-xterm"),
    pytest.param(TMUX, "kitty(0.41.1)|xterm-kitty|1|RGB,title", "kitty", id="tmux-in-kitty"),
    pytest.param(TMUX, "kitty(0.41.1)|xterm-kitty|0|RGB,title", "quadrant", id="tmux-without-passthrough"),
    pytest.param(TMUX, "kitty(0.26.5)|xterm-kitty|1|RGB,title", "quadrant", id="tmux-in-old-kitty"),
    pytest.param(TMUX, "", "quadrant", id="tmux-that-says-nothing"),
    pytest.param(SCREEN, "", "quadrant", id="screen"),
    pytest.param(CONSOLE, "", "half", id="linux-console"),
    pytest.param((b"", {"TERM": "xterm-256color"}, (0, 0, 0, 0)), "", "quadrant", id="silent"),
]


@pytest.mark.parametrize(("recorded", "around", "wanted"), CASES)
def test_each_terminal_gets_what_it_draws_best(
    recorded: tuple[bytes, dict[str, str], tuple[int, int, int, int]], around: str, wanted: str
) -> None:
    replies, environ, kernel = recorded
    graphics, reason = choose(understand(replies, environ, kernel, around))
    assert graphics.name == wanted
    assert reason.endswith(".") and len(reason) > 20


def test_facts_of_xterm() -> None:
    facts = understand(*XTERM)
    assert (facts.name, facts.version, facts.answered) == ("xterm", (379,), True)
    assert (facts.registers, facts.sixel_limit, facts.sync) == (1024, (0, 0), False)
    assert facts.cell == (8, 15) and facts.cell_known  # xterm does not answer 16t; the kernel knows, margins and all


def test_a_limit_smaller_than_the_window_is_kept() -> None:
    replies, environ, kernel = XTERM
    facts = understand(replies.replace(b"2;0;1200;825S", b"2;0;1000;800S"), environ, kernel)
    assert facts.sixel_limit == (1000, 800)
    assert choose(facts)[0].limit == (1000, 800)  # type: ignore[attr-defined]


def test_facts_of_kitty() -> None:
    facts = understand(*KITTY)
    assert (facts.name, facts.version) == ("kitty", (0, 41, 1))
    assert facts.kitty and facts.placeholders and facts.edits and facts.sync and not facts.sixel
    assert facts.cell == (8, 17)
    old = understand(*OLD_KITTY)
    assert old.kitty and old.edits and not old.placeholders
    ghostty = understand(*GHOSTTY)
    assert ghostty.placeholders and not ghostty.edits


def test_facts_of_tmux() -> None:
    replies, environ, kernel = TMUX
    facts = understand(replies, environ, kernel, "kitty(0.41.1)|xterm-kitty|1|RGB,title")
    assert (facts.inside, facts.outer, facts.passthrough) == ("tmux", "kitty", True)
    over_ssh = understand(replies, {"TERM": "screen-256color"}, kernel)
    assert over_ssh.inside in ("tmux", "screen") and not over_ssh.passthrough


def test_sixels_of_tmux_are_taken_only_if_the_terminal_around_it_draws_them() -> None:
    replies = b"\x1bP>|tmux 3.5a\x1b\\\x1b[?1;2;4c"
    _, environ, kernel = TMUX
    for around, wanted in (("foot(1.21)|foot|0|RGB,sixel", "sixel"), ("kitty(0.26)|xterm-kitty|0|sixel", "quadrant")):
        assert choose(understand(replies, environ, kernel, around))[0].name == wanted


@pytest.mark.parametrize(
    ("environ", "name", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "", TRUECOLOUR),
        ({"TERM": "xterm-256color"}, "", 256),
        ({"TERM": "xterm-direct"}, "", TRUECOLOUR),
        ({"TERM": "vt220"}, "", 16),
        ({"TERM": "linux"}, "", 16),
        ({"TERM": "xterm-256color"}, "foot(1.13.1)", TRUECOLOUR),  # over SSH, where COLORTERM does not come along
        ({"TERM": "screen-256color", "STY": "1"}, "", 256),
    ],
)
def test_colours(environ: dict[str, str], name: str, colours: int) -> None:
    replies = b"\x1bP>|" + name.encode() + b"\x1b\\" if name else b""
    assert understand(replies, environ).colours == colours


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kitty(0.41.1)", ("kitty", (0, 41, 1))),
        ("tmux 3.3a", ("tmux", (3, 3))),
        ("WezTerm 20240203-110809", ("wezterm", (20240203,))),
        ("iTerm2 3.5.0", ("iterm2", (3, 5, 0))),
        ("VTE(7600)", ("vte", (7600,))),
        ("", ("", ())),
        ("(((", ("", ())),
    ],
)
def test_names_and_versions(text: str, found: tuple[str, tuple[int, ...]]) -> None:
    assert named(text) == found


def test_nothing_is_asked_that_would_be_printed_or_taken_for_a_title() -> None:
    assert questions("linux", "") == questions("dumb", "") == questions("", "") == b""
    assert b"\x1b_" not in questions("screen-256color", "screen")
    assert b"\x1b_" not in questions("tmux-256color", "tmux")
    assert questions("xterm", "").endswith(b"\x1b[c")


def test_names_and_the_survey() -> None:
    assert {"kitty", "sixel", "iterm", "cells", "quadrant", "half", "octant", "stock"} <= set(names())
    ranks = survey(understand(*FOOT))
    assert ranks[0][0] == "sixel" and [fit.score for _, fit in ranks] == sorted(
        (f.score for _, f in ranks), reverse=True
    )


@given(
    st.builds(
        Terminal,
        term=st.sampled_from(["xterm-256color", "linux", "xterm-kitty"]),
        name=st.sampled_from(["", "kitty", "ghostty", "iterm2", "wezterm", "konsole", "mlterm", "xterm", "tmux"]),
        inside=st.sampled_from(["", "tmux", "screen"]),
        outer=st.sampled_from(["", "kitty", "foot"]),
        passthrough=st.booleans(),
        outer_sixel=st.booleans(),
        kitty=st.booleans(),
        placeholders=st.booleans(),
        edits=st.booleans(),
        sixel=st.booleans(),
    )
)
@settings(deadline=None)
def test_what_is_chosen_is_the_best_of_the_survey(terminal: Terminal) -> None:
    name, fit = survey(terminal)[0]
    graphics, reason = choose(terminal)
    assert reason == fit.reason and name in (graphics.name, "cells", graphics.name.removesuffix("-direct"))


def test_what_was_asked_for_is_made_and_doubts_are_told() -> None:
    for name in names():
        graphics, reason = choose(Terminal(), name)
        assert name in reason and graphics.name in (name, "quadrant", "stock")
    assert "not announce sixels" in choose(understand(*OLD_KITTY), "sixel")[1]
    with pytest.raises(UsageError) as caught:
        choose(Terminal(), "ascii")
    assert "quadrant" in caught.value.hint


# ---------------------------------------------------------------------------------------------- on a pty


def converse(answer: bytes, patience: float) -> tuple[Terminal, bytes, float, bytes]:
    """Probe a pty whose far end answers; the facts, what was asked, the seconds, and what is left to read."""
    master, slave = pty.openpty()
    asked = bytearray()

    def far_end() -> None:
        while not asked.endswith(b"\x1b[c"):
            asked.extend(os.read(master, 4096))
        if answer:
            os.write(master, answer)

    thread = threading.Thread(target=far_end)
    before = termios.tcgetattr(slave)
    thread.start()
    start = time.monotonic()
    try:
        facts = probe(slave, slave, {"TERM": "xterm-256color"}, patience)
        taken = time.monotonic() - start
        thread.join(5)
        assert termios.tcgetattr(slave) == before
        left = os.read(slave, 4096) if select.select([slave], [], [], 0)[0] else b""
    finally:
        os.close(master)
        os.close(slave)
    return facts, bytes(asked), taken, left


def test_the_probe_ends_with_the_last_answer_and_leaves_nothing_behind() -> None:
    facts, asked, taken, left = converse(FOOT[0], 30.0)
    assert asked == questions("xterm-256color", "")
    assert facts.tty and facts.name == "foot" and facts.sixel and facts.answered
    assert taken < 15
    assert left == b""


def test_a_silent_terminal_is_given_up() -> None:
    facts, _, _, _ = converse(b"", 0.05)
    assert facts.tty and not facts.answered


LATE_TMUX = """#!/bin/sh
echo >> "$0.asked"
if [ "$(wc -l < "$0.asked")" -ge 3 ]; then kind='kitty(0.41.1)'; fi
echo "$kind|xterm-kitty|1|focus,title|{since}"
"""


@pytest.mark.parametrize(
    ("age", "asked", "drawn"),
    [
        pytest.param(0, 3, "kitty", id="answers-later"),
        pytest.param(3600, 1, "quadrant", id="has-never-answered"),
    ],
)
def test_a_client_of_a_moment_ago_is_waited_for(
    age: int, asked: int, drawn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(LATE_TMUX.format(since=int(time.time()) - age))
    tmux.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    master, slave = pty.openpty()
    try:
        facts = probe(slave, slave, {"TERM": "dumb", "TMUX": "/socket,1,0"}, 30.0)
    finally:
        os.close(master)
        os.close(slave)
    assert len((tmp_path / "tmux.asked").read_text()) == asked
    assert choose(facts)[0].name == drawn


def test_there_is_no_question_without_a_terminal() -> None:
    read, write = os.pipe()
    try:
        facts = probe(read, write, {"TERM": "xterm-256color"})
        assert not facts.tty and facts.fd == -1
        assert not select.select([read], [], [], 0)[0]
    finally:
        os.close(read)
        os.close(write)
