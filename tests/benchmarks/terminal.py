"""Pictures in terminals, beside textual-image's own widget, each on a pseudo-terminal in one run.

    python -m tests.benchmarks.terminal [--rounds 20] [--only keys,line,cine,screen,real] [--stock-line]

| measured                                             | at most            | against stock       |
| ---------------------------------------------------- | ------------------ | ------------------- |
| window key to last byte, CT 512 x 512, 104 x 41      | 10, 35, 15, 6 ms   | 5, 6, 15, 10 times  |
| cells: kitty, sixel, moving sixel, cells             |                    |                     |
| the same, CR 2048 x 2048, kitty                      | 15 ms              | 3 times             |
| bytes a picture: kitty, moving OSC 1337 and sixel,   | 80, 40, 100, 65 KB |                     |
| cells                                                |                    |                     |
| key held 3 s at 1 Mbit/s: last picture after it;     | 1.0 s; 10 or more  | 40 times            |
| pictures meanwhile                                   |                    |                     |
| the same at 10 Mbit/s, 80 ms for a round trip        | 0.3 s; 30 or more  |                     |
| cine in kitty after its first round                  | 40 bytes a picture | 30 a second or more |
| the screen's thread, for one picture                 | 2 ms               |                     |
| memory of kitty over 100 swaps                       | 5 MB               |                     |
| blank spells over 8 swaps: kitty, foot, mlterm       | 0                  |                     |

Milliseconds are for a quiet machine of two cores; the ratios decide. Both programs run, and their keys take turns; the
median of the rounds counts on both sides, as a key falls anywhere between two ticks of Textual's timer, and on any step
of a window that is moved to and fro. The stock widget is an app of its own that does the same window by numpy.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pickle
import re
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests import phantoms
from tests.ptys import Pty

if TYPE_CHECKING:
    from PIL import Image

    from tests.terminals.xvfb import Terminal

QUESTION = b"\x1b[6n"
SIZE = (108, 47)  # of which the picture has 104 x 41 cells
GROUND = (8.0, 35.0)  # level of a pane without a picture; the black of one is below, a head above
SAFELIGHT = [sys.executable, "-m", "tui"]
STOCK = """
import os, sys
import numpy as np
from PIL import Image
from textual.app import App
from textual_image.widget import HalfcellImage, SixelImage, TGPImage
KINDS = {"tgp": TGPImage, "sixel": SixelImage, "half": HalfcellImage}
class Stock(App):
    CSS = "#picture { width: auto; height: 41; }"
    def compose(self):
        self.stored, self.low = np.load(sys.argv[2]), 0
        self.picture = KINDS[sys.argv[1]](self.windowed(), id="picture")
        yield self.picture
    def windowed(self):
        values = np.arange(4096)
        table = np.clip((values - 1024 + 5 - self.low) * 255 / 80, 0, 255).astype(np.uint8)
        return Image.fromarray(np.take(table, self.stored))
    def on_key(self, event):
        if event.key == "q":
            self.exit()
        else:
            self.low = (self.low + 4) % 40
            self.picture.image = self.windowed()
Stock().run()
"""


def stored(size: int) -> np.ndarray:
    """A head with the noise of a CT of 1.5 mm slices, as stored values (HU + 1024)."""
    noise = np.random.default_rng(1).normal(0, 1.3, (size, size))
    return np.clip(phantoms.head(size) + noise + 1024, 0, 4095).astype(np.uint16)


@dataclass
class Line:
    """What is between the program and its terminal: bytes a second (0 for no limit) and seconds of a round trip."""

    rate: float = 0.0
    delay: float = 0.0


class Shaped(Pty):
    """A terminal at the end of a line with a large buffer, as SSH and TCP make it; and one that measures."""

    def __init__(self, *words: object, line: Line = Line(), **more: object) -> None:
        self.line = line
        self.arrived: list[tuple[float, bytes]] = []
        self._queue: list[bytes] = []
        self._replies: list[tuple[float, bytes]] = []
        self._credit, self._then = 0.0, time.perf_counter()
        self.last = 0.0
        self.seen_at: list[float] = []  # when a question after a picture was met
        self.asked: list[tuple[float, int]] = []  # when a question left the program, and the bytes up to it
        self._left = 0
        super().__init__(*words, **more)  # type: ignore[arg-type]
        self.output = bytearray()  # type: ignore[assignment]  # grows without a copy of all that came before

    def pump(self, seconds: float = 0.002) -> bool:
        """Take what the line lets through, and answer what came with it."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                data = os.read(self.fd, 1 << 18)
            except OSError:
                return False
            if not data:
                return False
            self._queue.append(data)
            self.asked += [(time.perf_counter(), self._left + m.end()) for m in re.finditer(re.escape(QUESTION), data)]
            self._left += len(data)
        now = time.perf_counter()
        room = 1 << 40
        if self.line.rate:
            self._credit = min(self._credit + (now - self._then) * self.line.rate, 1 << 16) if self._queue else 0.0
            room = int(self._credit)
        self._then = now
        while self._queue and room > 0:
            part, rest = self._queue[0][:room], self._queue[0][room:]
            self._queue[:1] = [rest] if rest else []
            room -= len(part)
            self._credit -= len(part)
            self._take(part, now)
        while self._replies and self._replies[0][0] <= now:
            os.write(self.fd, self._replies.pop(0)[1])
        return True

    def _take(self, part: bytes, now: float) -> None:
        self.output += part
        self.last = now
        before = self._answered = max(self._answered, len(self.output) - len(part) - 300)  # no question is longer
        self._answer()
        met = self.output.count(QUESTION, before, self._answered)
        self.seen_at += [now] * met

    def _reply(self, match: re.Match[bytes]) -> bytes:
        reply = super()._reply(match)
        wait = self.line.delay
        if reply and wait:
            self._replies.append((time.perf_counter() + wait, reply))
            return b""
        return reply

    @property
    def idle(self) -> bool:
        """Nothing is on the line."""
        return not self._queue and not self._replies

    def settle(self, quiet: float = 0.5, limit: float = 60.0, first: float = 0.0) -> float:
        """Wait for the first byte, then until nothing came for a while; returns when the last byte came."""
        end = time.perf_counter() + limit
        length, begin = len(self.output), time.perf_counter()
        while len(self.output) == length and time.perf_counter() - begin < first:
            self.pump()
        self.last = max(self.last, time.perf_counter())
        while time.perf_counter() < end and (not self.idle or time.perf_counter() - self.last < quiet):
            if not self.pump():
                break
        return self.last


def processor(pid: int) -> float:
    """Milliseconds of processor time of a program and its children so far."""
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                total += int(Path(f"/proc/{one}/task/{task}/schedstat").read_text().split()[0]) / 1e6
                todo += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


@dataclass
class Case:
    """One program that shows one picture."""

    name: str
    argv: list[str]
    kind: str
    ours: bool
    key: str = "]"

    def open(self, **more: object) -> Shaped:
        """Running, its picture shown, alone on the screen."""
        program = Shaped(self.argv, env={"COLORTERM": "truecolor"}, size=SIZE, kind=self.kind, **more)
        program.until(lambda output: len(output) > 8000, 60.0)
        program.settle(1.0)
        if self.ours:
            program.press("\tf")
            program.settle(1.0)
        return program


@dataclass
class Cost:
    """Of one key: milliseconds to the last byte and of processor time, bytes."""

    wall: float
    cpu: float
    size: float


class Pressed:
    """One program and what its keys cost; a picture that moves is over when the question after it leaves the program,
    on a line of 4 Mbit/s: how long the line takes is no part of it."""

    def __init__(self, case: Case, moving: bool = False) -> None:
        self.case, self.moving = case, moving
        self.program = case.open()
        self.program.line = Line(4e6 / 8) if moving else Line()
        self.walls: list[float] = []
        self.cpus: list[float] = []
        self.sizes: list[int] = []

    def press(self) -> None:
        """The window key once more."""
        program = self.program
        turns, left_over = divmod(len(self.walls), THERE_AND_BACK)
        there = turns % 2 == 0
        if turns and not left_over and self.case.ours:  # and never has the same window twice: those are kept
            program.press(WIDER)
            program.settle(0.5)
        before, asked, left = processor(program.pid), len(program.asked), program._left
        begin, length = time.perf_counter(), len(program.output)
        program.press(self.case.key if there or not self.case.ours else "[")
        if self.moving:
            while len(program.asked) == asked:
                program.pump()
            self.walls.append(program.asked[asked][0] - begin)
            self.sizes.append(program.asked[asked][1] - left)
            program.settle(0.5)
        else:
            self.walls.append(program.settle(0.3, first=3.0) - begin)
            self.sizes.append(len(program.output) - length)
        self.cpus.append(processor(program.pid) - before)

    def cost(self, first: int) -> Cost:
        """Of the keys after the first ones."""
        walls, cpus, sizes = self.walls[first:], self.cpus[first:], self.sizes[first:]
        return Cost(statistics.median(walls) * 1e3, statistics.median(cpus), statistics.median(sizes))


WIDER = "\x1b[1;2C"
WARM = 3  # keys that do not count
THERE_AND_BACK = 5  # keys in one direction: the stock widget's window goes round, too, so no picture becomes flat


def keys(cases: Sequence[Case], rounds: int, moving: bool = False) -> list[Cost]:
    """Press the window key again and again, in each program in turn; only the first one's pictures may be moving."""
    with contextlib.ExitStack() as stack:
        programs = [Pressed(case, moving and not n) for n, case in enumerate(cases)]
        for one in programs:
            stack.enter_context(one.program)
        for _ in range(WARM + rounds):
            for one in programs:
                one.press()
        for one in programs:
            one.program.press("q")
    return [one.cost(WARM) for one in programs]


def held(case: Case, line: Line, seconds: float = 3.0) -> tuple[int, float]:
    """Pictures that came while a key was held at 30 a second, and seconds from its release to the last byte."""
    with case.open() as program:
        for _ in range(3):
            program.press(case.key)
            program.settle(0.4)
        program.line = line
        program.press(case.key)
        program.settle(0.6)
        mark = len(program.output)
        met, start, sent = len(program.seen_at), time.perf_counter(), 0
        while (now := time.perf_counter() - start) < seconds:
            if sent < now * 30:
                program.press(case.key if sent // 15 % 2 == 0 or not case.ours else "[")
                sent += 1
            program.pump(0.001)
        release = time.perf_counter()
        shown = len(program.seen_at) - met if case.ours else program.output.count(b",m=0,", mark)
        last = program.settle(0.6, 90.0) - release
        program.press("q")
    return shown, last


def cine(folder: Path) -> tuple[float, float]:
    """Pictures a second and bytes of each, after the first round."""
    ds = phantoms.cine(frames=30, size=512)
    ds.FrameTime = 1000 / 30
    path = phantoms.save(ds, folder / "cine.dcm")
    with Case("cine", [*SAFELIGHT, "--graphics", "kitty", str(path)], "kitty", True).open() as program:
        program.press("c")
        program.until(lambda output: output.count(b"\x1b_Ga=a,") > 90, 60.0)
        mark, start = len(program.output), time.perf_counter()
        while time.perf_counter() - start < 3.0:
            program.pump()
        after = program.output[mark:]
        sent = re.findall(rb"\x1b_G[^\x1b]*\x1b\\", after)
        size = sum(map(len, sent)) + len(QUESTION) * after.count(QUESTION)
        program.press("q")
    return len(sent) / 3.0, size / max(1, len(sent))


def screens_thread(rounds: int) -> float:
    """Milliseconds of the screen's thread for a picture: unpacking it, placing it, its command."""
    from tui.adapters.graphics._cell import Ruler
    from tui.adapters.graphics.kitty import Kitty
    from tui.adapters.graphics.sixel import Sixel
    from tui.core.values import Picture
    from tui.service.ports import Box, Order

    pixels = np.clip((stored(512) - 1019.0) * 255 / 80, 0, 255).astype(np.uint8)
    worst = 0.0
    for graphics in (Kitty(Ruler((10, 20))), Sixel(Ruler((10, 20)))):
        order = Order(graphics.encoder, Box(0, 0, 104, 41), (10, 20))
        data = pickle.dumps(order.encoder.draw(Picture(pixels, 820, 820), order))
        times = []
        for _ in range(rounds):
            start = time.thread_time()
            drawing = pickle.loads(data)
            encoded = graphics.place(drawing)
            text = encoded.send + encoded.stamp(0, 0)
            times.append(time.thread_time() - start)
            assert text
        worst = max(worst, min(times))
    return worst * 1e3


class Table:
    """Prints rows, and remembers those over their limits."""

    def __init__(self) -> None:
        self.over: list[str] = []

    def row(self, name: str, value: float, limit: float, unit: str, *, least: bool = False) -> None:
        """One figure and its limit."""
        good = value >= limit if least else value <= limit
        self.over += [] if good else [name]
        rest = f"{'at least' if least else 'at most'} {limit:g}{'' if good else '   OVER'}"
        print(f"{name:<46} {value:>10,.2f} {unit:<6} {rest}")


def cases(folder: Path, size: int) -> dict[str, Case]:
    """All programs on one picture."""
    values = stored(size)
    np.save(folder / f"{size}.npy", values)
    ds = phantoms.ct(0, size=size)
    ds.PixelData = values.tobytes()
    ds.PixelRepresentation, ds.RescaleIntercept, ds.RescaleSlope = 0, -1024, 1
    ds.WindowCenter, ds.WindowWidth = 35, 80
    path = phantoms.save(ds, folder / f"{size}.dcm")
    (folder / "stock.py").write_text(STOCK)
    stock = [sys.executable, str(folder / "stock.py")]
    array = str(folder / f"{size}.npy")
    ours = {"kitty": "kitty", "sixel": "sixel", "iterm": "plain", "quadrant": "plain"}
    theirs = {"tgp": "kitty", "sixel": "sixel", "half": "plain"}
    made = [Case(name, [*SAFELIGHT, "--graphics", name, str(path)], kind, True) for name, kind in ours.items()]
    made += [Case(f"stock {name}", [*stock, name, array], kind, False) for name, kind in theirs.items()]
    return {case.name: case for case in made}


def compared(name: str, mine: Case, theirs: Case, rounds: int, moving: bool = False) -> list[Cost]:
    """Both costs, which are printed."""
    own, other = keys([mine, theirs], rounds, moving)
    for who, cost in ((name, own), (theirs.name, other)):
        print(f"  {who}: {cost.wall:.1f} ms, {cost.cpu:.1f} ms of processor, {cost.size:,.0f} bytes")
    print(f"  {other.wall / own.wall:.1f} times faster, {other.cpu / own.cpu:.1f} times less of the processor")
    return [own, other]


def keys_part(table: Table, found: dict[str, Case], large: dict[str, Case], rounds: int) -> None:
    """Rows of the window key."""
    pairs = [("kitty", "stock tgp", False, 10, 5), ("sixel", "stock sixel", False, 35, 6),
             ("sixel", "stock sixel", True, 15, 15), ("quadrant", "stock half", False, 6, 10)]  # fmt: skip
    limits = {("kitty", False): 80e3, ("sixel", True): 100e3, ("quadrant", False): 65e3}
    for mine, theirs, moving, limit, times in pairs:
        name = f"{mine}{' moving' if moving else ''}"
        own, other = compared(name, found[mine], found[theirs], rounds, moving)
        table.row(f"{name}: key to last byte", own.wall, limit, "ms")
        table.row(f"{name}: against {theirs}", other.wall / own.wall, times, "times", least=True)
        if (mine, moving) in limits:
            table.row(f"{name}: bytes", own.size / 1e3, limits[mine, moving] / 1e3, "KB")
    (moved,) = keys([found["iterm"]], max(4, rounds // 2), True)
    table.row("iterm moving: bytes", moved.size / 1e3, 40, "KB")
    own, other = compared("kitty CR 2048", large["kitty"], large["stock tgp"], rounds)
    table.row("kitty CR 2048: key to last byte", own.wall, 15, "ms")
    table.row("kitty CR 2048: against stock tgp", other.wall / own.wall, 3, "times", least=True)


def line_part(table: Table, found: dict[str, Case], with_stock: bool) -> None:
    """Rows of the held key."""
    shown, last = held(found["kitty"], Line(1e6 / 8))
    table.row("held at 1 Mbit/s: last picture after", last, 1.0, "s")
    table.row("held at 1 Mbit/s: pictures meanwhile", shown, 10, "", least=True)
    if with_stock:
        _, theirs = held(found["stock tgp"], Line(1e6 / 8))
        table.row("held at 1 Mbit/s: against stock tgp", theirs / max(last, 1e-3), 40, "times", least=True)
    shown, last = held(found["kitty"], Line(10e6 / 8, 0.08))
    table.row("held at 10 Mbit/s, 80 ms: last picture after", last, 0.3, "s")
    table.row("held at 10 Mbit/s, 80 ms: pictures", shown, 30, "", least=True)


def real_part(table: Table, folder: Path) -> None:
    """Rows of real terminals on a screen that is not there: memory over 100 swaps, and blank spells over 8."""
    from tests.terminals.xvfb import Terminal, missing

    data = folder / "real"
    for number in range(2):
        phantoms.save(phantoms.ct(number, of=2, size=256), data / f"{number}.dcm")
    for name, graphics in (("kitty-new", "auto"), ("foot", "sixel"), ("mlterm", "auto")):
        if missing(name):
            print(f"{name}: skipped, it is not installed")
            continue
        with Terminal(name, [*SAFELIGHT, "--graphics", graphics, str(data)], (150, 50)) as screen:
            _settled(screen)
            if name == "kitty-new":
                pid = _newest("kitty")
                before = _resident(pid)
                for _ in range(100):
                    screen.press("i")
                    screen.shot()
                table.row("kitty: memory over 100 swaps", (_resident(pid) - before) / 2**20, 5, "MB")
            blanks = 0
            for _ in range(8):
                screen.press("i")
                blanks += any(GROUND[0] < _light(screen.shot()) < GROUND[1] for _ in range(12))
            table.row(f"{name}: blank spells over 8 swaps", blanks, 0, "")


def _settled(screen: Terminal) -> None:
    """Wait until the picture is there, and nothing has changed for a while."""
    end, alike, before = time.perf_counter() + 60, 0, -1.0
    while alike < 20 and time.perf_counter() < end:
        now = _light(screen.shot())
        alike = alike + 1 if now == before and now > GROUND[1] else 0
        before = now
    assert alike, "no picture came"


def _light(shot: Image.Image) -> float:
    """Mean level in the middle of the picture; a head has more than the ground of a pane, inverted or not."""
    width, height = shot.size
    part = shot.crop((int(width * 0.58), int(height * 0.25), int(width * 0.67), int(height * 0.42)))
    return float(np.asarray(part.convert("L"), float).mean())


def _newest(program: str) -> int:
    """The newest process of that name."""
    found = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/comm") if path.read_text().strip() == program]
    return max(found)


def _resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Measure, print, and say what is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="keys,line,cine,screen,real")
    parser.add_argument("--stock-line", action="store_true", help="hold a key in the stock widget, too: a minute")
    options = parser.parse_args()
    parts, table = options.only.split(","), Table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found, large = cases(folder, 512), cases(folder, 2048)
        if "keys" in parts:
            keys_part(table, found, large, options.rounds)
        if "line" in parts:
            line_part(table, found, options.stock_line)
        if "cine" in parts:
            rate, size = cine(folder)
            table.row("cine in kitty: pictures a second", rate, 29.5, "", least=True)
            table.row("cine in kitty: bytes of each", size, 40, "")
        if "real" in parts:
            real_part(table, folder)
    if "screen" in parts:
        table.row("the screen's thread, for one picture", screens_thread(options.rounds), 2, "ms")
    print("over the limit: " + ", ".join(table.over) if table.over else "all within their limits")
    return bool(table.over)


if __name__ == "__main__":
    raise SystemExit(main())
