"""What the terminal can do: asked once, before the screen starts, and never again.

All questions go out in one batch that ends with DA1, which every terminal answers, in order: so its answer ends the
wait, at once on a fast line and in time on a slow one. Nothing is asked by what a multiplexer would misread:
GNU screen and tmux take APC for a title.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import termios
import time
import tty
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.adapters.graphics._cell import cell_of, window
from tui.errors import UsageError
from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.adapters.graphics._drop import Drop, Fit
    from tui.service.ports import Graphics

TRUECOLOUR = 1 << 24
USUAL_CELL = (10, 20)
PATIENCE = 1.5  # seconds
FAR = 5.0  # seconds, over SSH and on a busy machine: an answer that comes later would be taken for keys

# One pixel each under three numbers: shown in cells, its root frame edited, and taken at all. `q=1` keeps the OK back.
_GRAPHICS = (
    b"\x1b_Ga=t,f=24,s=1,v=1,i=31,q=1;AAAA\x1b\\\x1b_Ga=p,U=1,i=31,c=1,r=1\x1b\\"
    b"\x1b_Ga=t,f=24,s=1,v=1,i=32,q=1;AAAA\x1b\\\x1b_Ga=f,r=1,i=32,f=24,s=1,v=1;AAAA\x1b\\"
    b"\x1b_Ga=t,f=24,s=1,v=1,i=33;AAAA\x1b\\"
    b"\x1b_Ga=d,d=I,i=31,q=2\x1b\\\x1b_Ga=d,d=I,i=32,q=2\x1b\\\x1b_Ga=d,d=I,i=33,q=2\x1b\\"
)
_BETWEEN_ASKING = 0.01  # seconds, for tmux
_VERSION = b"\x1b[>0q"  # XTVERSION
_SIZES = b"\x1b[16t\x1b[?1;1;0S\x1b[?2;1;0S"  # cell; XTSMGRAPHICS: registers, geometry
_MODES = b"\x1b[?2026$p"  # DECRQM: synchronized output
_LAST = b"\x1b[c"  # DA1
_ANSWERED = re.compile(rb"\x1b\[\?[\d;]*c")

# Names of XTVERSION, of TERM_PROGRAM and of TERM, as one word each.
_NAMES = {
    "iterm.app": "iterm2", "wezterm": "wezterm", "ghostty": "ghostty", "vscode": "vscode", "xterm-kitty": "kitty",
    "xterm-ghostty": "ghostty", "foot": "foot", "foot-extra": "foot", "mlterm": "mlterm", "konsole": "konsole",
}  # fmt: skip
_FULL_COLOUR = frozenset({
    "alacritty", "contour", "foot", "ghostty", "iterm2", "kitty", "konsole", "mlterm", "tmux", "vscode", "vte",
    "wezterm", "xterm",
})  # fmt: skip
_SIXELS_AROUND_TMUX = frozenset({"contour", "foot", "iterm2", "mlterm", "wezterm", "xterm"})


@frozen
class Terminal:
    """Facts about a terminal.

    Attributes
    ----------
    tty
        Whether there is one.
    term
        ``TERM``.
    name, version
        What answered: ``kitty`` (0, 41, 1); empty if it did not say and the environment does not either.
    inside
        ``tmux``, ``screen`` or empty.
    outer
        The name of the terminal around tmux, where tmux says it.
    passthrough, outer_sixel
        tmux passes graphics on; the terminal around it draws sixels, and tmux knows.
    answered
        The answer to DA1 came in time.
    size
        Columns and rows.
    cell, cell_known
        Width and height of a cell in pixels, and whether that was measured.
    colours
        16, 256 or 2**24.
    kitty, placeholders, edits
        It takes pictures of the kitty protocol, shows them in cells, edits them in place.
    sixel, registers, sixel_limit
        It announces sixels, with that many registers, up to a width and height; 0 for unknown.
    sync
        It knows mode 2026.
    remote
        Over SSH.
    fd
        The terminal's file descriptor, to measure again; -1 for none.
    """

    tty: bool = False
    term: str = ""
    name: str = ""
    version: tuple[int, ...] = ()
    inside: str = ""
    outer: str = ""
    passthrough: bool = False
    outer_sixel: bool = False
    answered: bool = False
    size: tuple[int, int] = (80, 24)
    cell: tuple[int, int] = USUAL_CELL
    cell_known: bool = False
    colours: int = 256
    kitty: bool = False
    placeholders: bool = False
    edits: bool = False
    sixel: bool = False
    registers: int = 0
    sixel_limit: tuple[int, int] = (0, 0)
    sync: bool = False
    remote: bool = False
    fd: int = -1

    @property
    def truecolour(self) -> bool:
        """Whether 24-bit colours arrive: then Textual may be told ``TEXTUAL_COLOR_SYSTEM=truecolor``."""
        return self.colours >= TRUECOLOUR

    @property
    def silent(self) -> str:
        """Why nothing is known from the terminal itself, as a sentence; empty where it answered."""
        if self.answered or not self.tty:
            return ""
        if not questions(self.term, self.inside):
            return "It was not asked: it would print the questions."
        return "It did not answer in time."


# ------------------------------------------------------------------------------------------------- asking


def questions(term: str, inside: str) -> bytes:
    """What to ask a terminal of this ``TERM``; nothing for those that would print it."""
    if term in ("", "dumb") or term.startswith("linux"):
        return b""
    if inside:
        return _VERSION + _LAST
    return _VERSION + _GRAPHICS + _SIZES + _MODES + _LAST


def multiplexer(environ: Mapping[str, str]) -> str:
    """``tmux``, ``screen`` or empty, also for a session over SSH that was started in one."""
    term = environ.get("TERM", "")
    if environ.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    if environ.get("STY") or term.startswith("screen"):
        return "screen"
    return ""


def _ask(read: int, write: int, text: bytes, patience: float) -> bytes:
    """The answers, up to and with that to DA1 or until time is up; nothing of them is left for the screen to read."""
    before = termios.tcgetattr(read)
    replies = b""
    try:
        tty.setcbreak(read, termios.TCSANOW)
        os.write(write, text)
        end = time.monotonic() + patience
        while not _ANSWERED.search(replies):
            ready, _, _ = select.select([read], [], [], max(0.0, end - time.monotonic()))
            part = os.read(read, 4096) if ready else b""
            if not part:
                termios.tcflush(read, termios.TCIFLUSH)
                break
            replies += part
    finally:
        termios.tcsetattr(read, termios.TCSANOW, before)
    return replies


def _asked_of_tmux() -> str:
    wanted = "#{client_termtype}|#{client_termname}|#{allow-passthrough}|#{client_termfeatures}|#{client_created}"
    try:
        answer = subprocess.run(
            ["tmux", "display-message", "-p", wanted],
            capture_output=True, text=True, timeout=1, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _around_tmux(patience: float) -> str:
    """What tmux knows of its client: type, name, whether it passes through, features, age, with ``|`` between.

    tmux asks its client for the type too, and a program that it starts with (``tmux new safelight``) may be here
    before the answer is: so a client of a moment ago that has none yet is asked for once more.
    """
    end = time.monotonic() + patience
    while True:
        around = _asked_of_tmux()
        kind, client, _, _, since = (around.split("|") + [""] * 5)[:5]
        young = since.isdecimal() and time.time() - int(since) < patience + 1  # whole seconds
        if kind or not client or not young or time.monotonic() > end:
            return around
        time.sleep(_BETWEEN_ASKING)


def _busy() -> bool:
    """Whether more programs want a processor than there are: the terminal may have to wait for one, too."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def probe(
    read: int = 0, write: int = 1, environ: Mapping[str, str] | None = None, patience: float | None = None
) -> Terminal:
    """Ask the terminal. Returns at once where there is none; leaves its modes as they were."""
    known = os.environ if environ is None else environ
    if patience is None:
        patience = FAR if known.get("SSH_CONNECTION") or known.get("SSH_TTY") or _busy() else PATIENCE
    if not (os.isatty(read) and os.isatty(write)):
        return understand(b"", known)
    inside = multiplexer(known)
    text = questions(known.get("TERM", ""), inside)
    try:
        replies = _ask(read, write, text, patience) if text else b""
    except termios.error:
        replies = b""
    around = _around_tmux(patience) if known.get("TMUX") else ""
    return understand(replies, known, window(write), around, write)


# ------------------------------------------------------------------------------------------------- understanding


def named(text: str) -> tuple[str, tuple[int, ...]]:
    """Name and version from an answer to XTVERSION: ``kitty(0.41.1)``, ``tmux 3.3a``, ``WezTerm 2024-…``."""
    match = re.match(r"([A-Za-z0-9_.-]*[A-Za-z0-9])?[ (]*([\d.]*)", text.strip())
    word, number = (match.group(1) or "", match.group(2)) if match else ("", "")
    name = word.lower()
    return _NAMES.get(name, name), tuple(int(part) for part in number.split(".") if part)


def _name(replies: bytes, environ: Mapping[str, str], inside: str) -> tuple[str, tuple[int, ...]]:
    match = re.search(rb"\x1bP>\|([^\x1b]*)\x1b\\", replies)
    if match:
        return named(match.group(1).decode("ascii", "replace"))
    if inside:
        return inside, ()
    if environ.get("MLTERM"):
        return named("mlterm(" + environ["MLTERM"] + ")")
    if environ.get("KONSOLE_VERSION"):
        return "konsole", ()
    for key in ("TERM_PROGRAM", "LC_TERMINAL", "TERM"):
        name = environ.get(key, "").lower()
        if name in _NAMES:
            return _NAMES[name], ()
    return ("vte", ()) if environ.get("VTE_VERSION") else ("", ())


def _colours(environ: Mapping[str, str], name: str) -> int:
    term = environ.get("TERM", "")
    if environ.get("COLORTERM") in ("truecolor", "24bit") or "direct" in term or name in _FULL_COLOUR:
        return TRUECOLOUR
    return 256 if "256color" in term else 16


def _numbers(pattern: bytes, replies: bytes) -> tuple[int, ...]:
    match = re.search(pattern, replies)
    return tuple(int(part) for part in match.groups()) if match else ()


def _sixel_limit(geometry: tuple[int, ...], size: tuple[int, int], cell: tuple[int, int]) -> tuple[int, int]:
    """The terminal's own limit; one that only repeats the window's size says nothing, as the window may grow."""
    if len(geometry) != 2:
        return 0, 0
    width, height = (
        0 if most >= cells * pixels else most for most, cells, pixels in zip(geometry, size, cell, strict=True)
    )
    return width, height


def understand(
    replies: bytes,
    environ: Mapping[str, str],
    kernel: tuple[int, int, int, int] = (0, 0, 0, 0),
    around: str = "",
    fd: int = -1,
) -> Terminal:
    """The facts, from what the terminal answered.

    Parameters
    ----------
    kernel
        Columns, rows, width and height in pixels of the window as TIOCGWINSZ gives them.
    around
        What tmux says of its client, see ``_around_tmux``.
    """
    inside = multiplexer(environ)
    name, version = _name(replies, environ, inside)
    if name in ("tmux", "screen"):
        inside = inside or name
    outer, outer_version, passes, outer_sixel = _outer(around)
    attributes = re.search(rb"\x1b\[\?([\d;]*)c", replies)
    kinds = attributes.group(1).split(b";")[1:] if attributes else []
    size = (kernel[0] or 80, kernel[1] or 24)
    told = _numbers(rb"\x1b\[6;(\d+);(\d+)t", replies)[::-1]
    cell = next((c for c in (told, cell_of(kernel)) if len(c) == 2 and min(c) > 1), ())
    taken = set(re.findall(rb"\x1b_Gi=(\d+)[^;\x1b]*;OK\x1b\\", replies))
    around_shows = (
        inside == "tmux" and passes and (outer == "ghostty" or (outer == "kitty" and outer_version >= (0, 28)))
    )
    return Terminal(
        tty=fd >= 0,
        term=environ.get("TERM", ""),
        name=name,
        version=version,
        inside=inside,
        outer=outer,
        passthrough=passes,
        outer_sixel=outer_sixel,
        answered=attributes is not None,
        size=size,
        cell=(cell[0], cell[1]) if cell else USUAL_CELL,
        cell_known=bool(cell),
        colours=_colours(environ, name),
        kitty=b"33" in taken or around_shows,
        placeholders=b"31" in taken or around_shows,
        edits=b"32" in taken or (around_shows and outer == "kitty"),
        sixel=b"4" in kinds,
        registers=next(iter(_numbers(rb"\x1b\[\?1;0;(\d+)S", replies)), 0),
        sixel_limit=_sixel_limit(_numbers(rb"\x1b\[\?2;0;(\d+);(\d+)S", replies), size, (cell or USUAL_CELL)),
        sync=_numbers(rb"\x1b\[\?2026;(\d)\$y", replies) in ((1,), (2,)),
        remote=bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")),
        fd=fd,
    )


def _outer(around: str) -> tuple[str, tuple[int, ...], bool, bool]:
    kind, term, passes, features = (around.split("|") + [""] * 4)[:4]
    name, version = named(kind) if kind else (_NAMES.get(term, ""), ())
    draws = "sixel" in features.split(",") and name in _SIXELS_AROUND_TMUX
    return name, version, passes in ("1", "on", "2", "all"), draws


# ------------------------------------------------------------------------------------------------- deciding

# Ways to draw that are better than those not named here, the best first, and the terminals that they may suit: so that
# a start imports the one that is chosen, and no other.
LIKELY: dict[str, Callable[[Terminal], bool]] = {
    "kitty": lambda terminal: terminal.placeholders or terminal.kitty,
    "iterm": lambda terminal: terminal.name in ("iterm2", "wezterm", "konsole", "mlterm"),
    "sixel": lambda terminal: terminal.sixel,
}


def _drops() -> Mapping[str, Drop]:
    from tui import dropins
    from tui.adapters import graphics

    return dropins.find(graphics, "GRAPHICS")


def names() -> tuple[str, ...]:
    """All that ``--graphics`` takes, beside ``auto``."""
    return tuple(name for drop in _drops().values() for name in (drop.name, *drop.variants))


def survey(terminal: Terminal) -> tuple[tuple[str, Fit], ...]:
    """How well each way to draw suits the terminal, best first."""
    found = [(drop.name, drop.suits(terminal)) for drop in _drops().values()]
    return tuple(sorted(found, key=lambda item: -item[1].score))


def choose(terminal: Terminal, wanted: str = "auto") -> tuple[Graphics, str]:
    """The way to draw, and the reason as a sentence for ``safelight doctor``.

    Raises
    ------
    tui.errors.UsageError
        No way to draw has the wanted name.
    """
    drops = _drops()
    if wanted == "auto":
        for name in (name for name, may in LIKELY.items() if may(terminal)):
            fit = drops[name].suits(terminal)
            if fit.score:
                return drops[name].make(terminal), fit.reason
        unlikely = (name for name in drops if name not in LIKELY and name != "stock")
        fits = {name: drops[name].suits(terminal) for name in unlikely}
        best = max(fits, key=lambda name: fits[name].score)
        return drops[best].make(terminal), fits[best].reason
    for drop in (drops[wanted],) if wanted in drops else drops.values():
        if wanted == drop.name or wanted in drop.variants:
            variant = "" if wanted == drop.name else wanted
            own = drop.suits(terminal)
            doubt = "" if own.score else f" {own.reason}"
            return drop.make(terminal, variant), f"Asked for with --graphics {wanted}.{doubt}"
    raise UsageError(f"There is no way to draw named {wanted!r}", f"Choose one of auto, {', '.join(names())}.")
