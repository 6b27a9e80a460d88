"""The second door for foreign text, and the crash that tells nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.service.test_crash import SECRET, failed
from tui.service.crash import sentence
from tui.service.values import printable
from tui.ui import guard

BLACK = Color(0, 0, 0)


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=40))
def test_nothing_that_steers_a_terminal_passes(text: str) -> None:
    shown = guard.visible(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    assert not any(c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\u200e\u200f\ufeff" for c in shown)


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=40))
def test_what_came_through_the_first_door_passes_the_second_unchanged(text: str) -> None:
    assert guard.visible(printable(text)) == printable(text)


def test_spaces_make_room_for_the_signs() -> None:
    line = "a\x1b[2Jb" + " " * 10
    assert cell_len(guard.visible(line)) == cell_len(line)
    assert guard.visible("a\x1bb") == "a␛b"


def test_guard_keeps_style_and_lets_the_screens_own_controls_through() -> None:
    own = Control.home().segment
    bold = Style(bold=True)
    kept, clean, changed = guard.Guard().apply([own, Segment("é 中", bold), Segment("x\x07", bold)], BLACK)
    assert kept is own
    assert clean == Segment("é 中", bold)
    assert changed == Segment("x␇", bold)


def test_a_crash_is_shown_as_its_sentence() -> None:
    error = failed()
    crash = guard.CrashError(error, "/state/crash.txt")
    assert str(crash) == str(crash.__rich__()) == sentence(error, "/state/crash.txt")
    assert SECRET not in str(crash)


def test_the_report_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = Path(guard.write_report(failed()))
    assert path.parent == tmp_path / "safelight"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_report_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert guard.write_report(failed()) == ""


@pytest.mark.parametrize("number", guard.ENDING)
def test_signals_become_exit_codes(number: signal.Signals) -> None:
    async def story() -> int:
        code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        ending = guard.Ending(code.set_result)
        try:
            os.kill(os.getpid(), number)
            return await asyncio.wait_for(code, 60)
        finally:
            ending.last()
            ending.over()

    assert asyncio.run(story()) == 128 + number
