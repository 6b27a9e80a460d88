"""Real terminals on a screen that is not there: start one, press keys, look at its pixels."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

KEYS = {"\t": "Tab", "\r": "Return", "\x1b": "Escape"}  # other characters of Latin-1 are their own keysyms
SCREEN = (1920, 1200)
COARSE = 4
LIMIT = 180.0  # seconds that only a broken program or terminal needs, however busy the machine is
XTERM = ["xterm", "-ti", "vt340", "-xrm", "XTerm*maxGraphicSize: 4000x4000", "-fa", "DejaVu Sans Mono", "-fs", "10"]
FOOT_CELL = (8, 16)
TRIXIE = Path("/var/cache/safelight/trixie")  # Debian 13 in a folder: its kitty knows Unicode placeholders
# kitty opens no window where no cache can be made, as the tests have it
_NOT_FOR_TERMINALS = ("WAYLAND_DISPLAY", "TMUX", "COLORTERM", "COLUMNS", "LINES", "CI", "XDG_CACHE_HOME")
INSIDE = """T=$1; shift
for d in dev dev/pts proc tmp; do mount --bind /$d $T/$d; done
mkdir -p $T/host && mount --rbind / $T/host
exec chroot $T kitty "$@"
"""
WESTON = ["weston", "--backend=x11-backend.so", "--use-pixman", "--shell=kiosk-shell.so", "--no-config"]


def missing(terminal: str) -> list[str]:
    """Programs that this terminal needs and this machine lacks."""
    needs = {
        "xterm": ["xterm"], "mlterm": ["mlterm"], "foot": ["foot", "weston"], "tmux": ["xterm", "tmux"],
        "tmux-kitty": ["unshare", "chroot", "tmux", str(TRIXIE / "usr/bin/kitty")],
        "kitty": ["kitty"], "kitty-new": ["unshare", "chroot", str(TRIXIE / "usr/bin/kitty")],
    }[terminal]  # fmt: skip
    return [name for name in ["Xvfb", *needs] if not shutil.which(name)]


class Terminal:
    """One terminal on one virtual screen.

    Parameters
    ----------
    name
        ``xterm``, ``mlterm``, ``foot``, ``kitty``, ``kitty-new`` (of Debian 13), ``tmux`` (inside xterm), or
        ``tmux-kitty`` (inside ``kitty-new``, allowed to pass pictures on).
    command
        What runs in it.
    size
        Columns and rows; the kitty and foot windows come as near to it as their cells allow.
    """

    def __init__(self, name: str, command: Sequence[str], size: tuple[int, int] = (120, 40)) -> None:
        self._size = size
        self._clicks = name == "foot"  # without a click, weston now and then gives its window no keyboard
        self._stack = contextlib.ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="safelight-xvfb-")))
        self._env = {k: v for k, v in os.environ.items() if k not in _NOT_FOR_TERMINALS}
        self._env |= {"LANG": "C.UTF-8", "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_RUNTIME_DIR": str(self._folder)}
        self._env["SAFELIGHT_CATALOGUE"] = "false"
        self._folder.chmod(0o700)
        try:
            self._env["DISPLAY"] = self._screen()
            from Xlib import display

            self._display = display.Display(self._env["DISPLAY"])
            self._stack.callback(self._display.close)
            self._program(name, list(command))
        except BaseException:
            self._stack.close()
            raise

    # ------------------------------------------------------------------------------------------ starting

    def _screen(self) -> str:
        out, into = os.pipe()
        args = ["Xvfb", "-displayfd", str(into), "-screen", "0", "{}x{}x24".format(*SCREEN), "+extension", "GLX"]
        self._spawn(args, pass_fds=(into,))
        os.close(into)
        with os.fdopen(out, "rb") as file:
            number = file.readline().strip().decode()
        if not number:
            raise RuntimeError("Xvfb did not start")
        return f":{number}"

    def _spawn(self, args: list[str], **options: object) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self._folder / f"{args[0]}.log").open("wb"))
        process = subprocess.Popen(args, env=self._env, stdout=log, stderr=log, start_new_session=True, **options)  # type: ignore[call-overload]
        self._stack.callback(_end, process)
        return process  # type: ignore[no-any-return]

    def _program(self, name: str, command: list[str]) -> None:
        columns, rows = self._size
        geometry = f"{columns}x{rows}"
        xterm = [*XTERM, "-geometry", geometry, "-e"]
        match name:
            case "xterm":
                self._spawn([*xterm, *command])
            case "mlterm":
                self._spawn(["mlterm", "-w", "16", "-g", geometry, "-e", *command])
            case "kitty":
                self._kitty(["kitty"], command)
            case "kitty-new":
                self._newer_kitty(command)
            case "tmux-kitty":
                settings = ["set", "-g", "allow-passthrough", "on", ";", "set", "-g", "status", "off"]
                self._newer_kitty([*self._tmux(), "start-server", ";", *settings, ";", "new-session", *command])
            case "foot":
                width, height = columns * FOOT_CELL[0], rows * FOOT_CELL[1]
                self._spawn([*WESTON, f"--width={width}", f"--height={height}", "--socket=safelight"])
                self._until((self._folder / "safelight").exists, "weston's socket")
                self._env["WAYLAND_DISPLAY"] = "safelight"
                self._spawn(["foot", "-o", "pad=0x0", "-f", "DejaVu Sans Mono:size=10", *command])
            case "tmux":
                self._spawn([*xterm, *self._tmux(), "new-session", *command, ";", "set", "-g", "status", "off"])
            case _:
                raise ValueError(name)

    def _tmux(self) -> list[str]:
        """A tmux of its own, ended with the terminal."""
        server = ["tmux", "-L", f"safelight{os.getpid()}", "-f", "/dev/null"]
        self._stack.callback(subprocess.run, [*server, "kill-server"], env=self._env, stderr=subprocess.DEVNULL)
        return server

    def _newer_kitty(self, command: list[str]) -> None:
        here = ["chroot", "/host", "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(Path.cwd())]
        self._kitty(["unshare", "-m", "sh", "-c", INSIDE, "sh", str(TRIXIE)], [*here, *command])

    def _kitty(self, start: list[str], command: list[str]) -> None:
        sizes = [f"initial_window_width={self._size[0]}c", f"initial_window_height={self._size[1]}c"]
        others = [
            "remember_window_size=no",
            "font_size=10",
            "confirm_os_window_close=0",
            "font_family=DejaVu Sans Mono",
        ]
        words = [word for option in sizes + others for word in ("-o", option)]
        self._spawn([*start, "--config", "NONE", *words, *command])

    # ------------------------------------------------------------------------------------------ using

    def _until(self, check: Callable[[], bool], what: str, limit: float = LIMIT) -> None:
        end = time.monotonic() + limit
        while not check():
            if time.monotonic() > end:
                raise AssertionError(f"not within {limit} s: {what}")

    def shot(self) -> Image.Image:
        """The terminal's window as it is now; a black pixel while there is none."""
        from Xlib import X

        found = self._window()
        if found is None:
            return Image.new("RGB", (8, 8))
        root, (width, height) = self._display.screen().root, found[1]
        data = root.get_image(found[2], found[3], width, height, X.ZPixmap, 0xFFFFFFFF).data
        return Image.frombytes("RGB", (width, height), data, "raw", "BGRX")

    def park(self) -> None:
        """Put the mouse pointer into the corner of the window."""
        found = self._window()
        if found is not None:
            root, (width, height) = self._display.screen().root, found[1]
            root.warp_pointer(found[2] + width - 3, found[3] + height - 3)
            root.warp_pointer(found[2] + width - 1, found[3] + height - 1)
            self._display.sync()

    def press(self, *keys: str) -> None:
        """Press keys, one character each, in the largest window; a control character with the control key."""
        from Xlib import XK, X
        from Xlib.ext import xtest

        self._focus()
        shift = self._display.keysym_to_keycode(XK.XK_Shift_L)
        control = self._display.keysym_to_keycode(XK.XK_Control_L)
        for key in keys:
            held = control if key < " " and key not in KEYS else None
            key = chr(ord(key) + 0x60) if held else key
            keysym = XK.string_to_keysym(KEYS[key]) if key in KEYS else ord(key)
            code = self._display.keysym_to_keycode(keysym)
            upper = self._display.keycode_to_keysym(code, 0) != keysym
            if held or upper:
                xtest.fake_input(self._display, X.KeyPress, held or shift)
            xtest.fake_input(self._display, X.KeyPress, code)
            xtest.fake_input(self._display, X.KeyRelease, code)
            if held or upper:
                xtest.fake_input(self._display, X.KeyRelease, held or shift)
            self._display.sync()

    def zoom(self) -> None:
        """Make the font larger by ctrl+plus, as foot has it: fewer cells, and each with more pixels."""
        from Xlib import XK, X
        from Xlib.ext import xtest

        self._focus()
        codes = [self._display.keysym_to_keycode(keysym) for keysym in (XK.XK_Control_L, XK.XK_equal)]
        for kind, order in ((X.KeyPress, codes), (X.KeyRelease, codes[::-1])):
            for code in order:
                xtest.fake_input(self._display, kind, code)
        self._display.sync()

    def _focus(self) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        found = self._window()
        if found is None:
            raise AssertionError("no window is on the screen")
        found[0].set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()
        if self._clicks:
            self._clicks = False
            self.park()  # where nothing is that a click would change
            for kind in (X.ButtonPress, X.ButtonRelease):
                xtest.fake_input(self._display, kind, 1)
            self._display.sync()

    def _window(self) -> tuple[Any, tuple[int, int], int, int] | None:
        """The largest window: itself, its size as far as it is on the screen, its place."""
        from Xlib import X
        from Xlib.error import XError

        best: tuple[Any, tuple[int, int], int, int] | None = None
        for child in self._display.screen().root.query_tree().children:
            try:
                shape, seen = child.get_geometry(), child.get_attributes().map_state == X.IsViewable
            except XError:  # gone meanwhile
                continue
            size = (min(shape.width, SCREEN[0] - max(shape.x, 0)), min(shape.height, SCREEN[1] - max(shape.y, 0)))
            if seen and (best is None or size[0] * size[1] > best[1][0] * best[1][1]):
                best = (child, size, max(shape.x, 0), max(shape.y, 0))
        return best

    def resize(self, width: int, height: int) -> None:
        """Give the terminal's window another size in pixels, as its user would with the mouse."""
        found = self._window()
        assert found is not None
        found[0].configure(width=width, height=height)
        self._display.sync()

    def until_size(self, before: tuple[int, int]) -> None:
        """Wait until the window has another size than that."""
        self._until(lambda: self.shot().size != before, "another size of the window")

    def until_other(self, before: Image.Image) -> None:
        """Wait until most of what stands on the screen is different from that."""

        def other() -> bool:
            now = np.asarray(self.shot().convert("L"), float)
            return bool((np.abs(now - np.asarray(before.convert("L"), float)) > 8).mean() > 0.02)

        self._until(other, "something else on the screen")

    def until_gone(self, wanted: np.ndarray, at_most: float, limit: float = LIMIT) -> float:
        """Look until the picture is no longer on the screen; returns its correlation."""
        end = time.monotonic() + limit
        while (found := correlation(self.shot(), wanted)) > at_most and time.monotonic() < end:
            pass
        return found

    def until_seen(self, wanted: np.ndarray, at_least: float, limit: float = LIMIT) -> float:
        """Look until the picture is on the screen; returns its correlation, or the best one when the time is over."""
        end, best = time.monotonic() + limit, -1.0
        while best < at_least and time.monotonic() < end:
            best = max(best, correlation(self.shot(), wanted))
        return best

    def close(self) -> None:
        """End the terminal and its screen."""
        self._stack.close()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def correlation(shot: Image.Image, wanted: np.ndarray) -> float:
    """Best normalised cross-correlation of a picture, at any place and size, with a screenshot.

    First at a quarter of the screen's resolution over all sizes, then at the full one around what was found.

    Parameters
    ----------
    shot
        The screenshot.
    wanted
        uint8, shape (rows, columns), with the aspect that it has on the screen.
    """
    size = (shot.width // COARSE, shot.height // COARSE)
    small = np.asarray(shot.convert("L").resize(size, Image.Resampling.BOX), float)
    coarse, height, (y, x) = _best(small, wanted, range(max(24, size[1] // 4), size[1] + 1, 2))
    if coarse <= 0:
        return coarse
    full = np.asarray(shot.convert("L"), float)
    margin, height, y, x = 3 * COARSE, height * COARSE, y * COARSE, x * COARSE
    width = round(height * wanted.shape[1] / wanted.shape[0])
    near = full[max(0, y - margin) : y + height + margin, max(0, x - margin) : x + width + margin]
    return max(coarse, _best(near, wanted, range(height - 2 * COARSE, height + 2 * COARSE + 1))[0])


def _best(image: np.ndarray, wanted: np.ndarray, heights: range) -> tuple[float, int, tuple[int, int]]:
    """The best correlation over heights, with its height and place (row, column)."""
    best = (-1.0, 0, (0, 0))
    for height in heights:
        width = round(height * wanted.shape[1] / wanted.shape[0])
        if 24 <= width <= image.shape[1] and height <= image.shape[0]:
            small = Image.fromarray(wanted).resize((width, height), Image.Resampling.BOX)
            found = _ncc(image, np.asarray(small, float))
            row, column = np.unravel_index(int(found.argmax()), found.shape)
            best = max(best, (float(found[row, column]), height, (int(row), int(column))))
    return best


def _ncc(image: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    height, width = wanted.shape
    centred = wanted - wanted.mean()
    spectrum = np.fft.rfft2(image) * np.conj(np.fft.rfft2(centred, image.shape))
    top = np.fft.irfft2(spectrum, image.shape)[: image.shape[0] - height + 1, : image.shape[1] - width + 1]
    sums = [np.pad((image**power).cumsum(0).cumsum(1), ((1, 0), (1, 0))) for power in (1, 2)]
    boxes = [s[height:, width:] - s[:-height, width:] - s[height:, :-width] + s[:-height, :-width] for s in sums]
    spread = boxes[1] - boxes[0] ** 2 / (height * width)
    return top / np.sqrt(np.maximum(spread, 1e-6) * (centred**2).sum())
