"""Presses random keys over real files, and says what raised, what was slow and how much memory grew.

    python -m tests.benchmarks.soak [PATH ...] [--keys 5000] [--seed N] [--size 120x40] [--lanes] [--add FOLDER]
                                    [--mutants N] [--cache MIB] [--objects] [--trace FRAMES]

Without a path it walks the corpus beside the clone; ``--add`` names more, such as a folder of mutilated files, and
``--mutants`` makes some. The keys come from the table of commands, those that move more often than others, with words
typed where words are asked for; now and then the tree's cursor goes anywhere. All is drawn from the seed, so that a
run can be repeated; ``--lanes`` takes the real threads instead, as the program does. Pictures and copies are written to
a temporary folder. Memory is what is resident after garbage was collected, the allocator has given back what it holds
free, and the caches that have a bound (frames, pictures, open files, objects, what is measured of one picture, one
volume) were emptied: how full they are depends on what is looked at, and is told apart. What is loaded at its first
use, such as the library of a format, is loaded before the first key: it is there once, whenever that is. The reader's
part is in it, as files are read in this process here, and garbage is looked for as in the program, which rests before
each look.
``--objects`` counts those of each type, too, and says which have become more since a quarter of the keys; ``--trace``
says where what was allocated since then came from, at half the speed. The last line is the summary: keys, files,
mutants, failures, growth of memory. Exit code 1 if anything raised, or memory grew by more than the limit printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import gc
import importlib
import logging
import os
import pkgutil
import random
import sys
import tempfile
import time
import traceback
import tracemalloc
import warnings
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import imagecodecs
from PIL import Image
from textual.widgets import Input

import tui
from tests.driver import Driver, drive
from tests.hostile import cases
from tui.adapters.readers import LocalReader
from tui.service.actions import Select
from tui.service.settings import Limits, Settings
from tui.ui.commands import COMMANDS
from tui.ui.garbage import Collector
from tui.ui.patches import PatchedScreen

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
LEAVE_OUT = {"program.quit", "program.suspend", "library.rescan"}
OFTEN = {"Move": 4, "Window": 4, "Image": 3, "List": 3, "View": 2, "Tree": 2}
ELSEWHERE = 15  # keys between two files that are chosen at random
RESCAN = 400  # keys between two rescans: each takes as long as hundreds of keys
IN_DIALOG = ("escape", "escape", "enter", "tab", "shift+tab", "down", "up", "left", "right", "pagedown", "home", "end")
TYPED = "abc XYZ 0123 40,400 lung !private name[/b] 王é\\ "
AFTER_LETTERS = ("enter", "escape", "escape", "backspace", "backspace", "tab")
LETTERS = 0.7  # of the keys where words are asked for
LAST = 40  # keys that are shown before an exception
ROUND = 500  # keys between two lines of the report
MOST_GROWTH = 5.0  # per cent, in the second half
PATIENCE_SECONDS = 900.0  # for one key: some write all files there are
LATE = ("av", "highdicom", "nibabel", "pydicom.pixels", "pydicom.sr.codedict", "PIL.ImageDraw", "sqlite3")
MOST_LINES = 25  # of a table of what grew


@dataclass
class Soak:
    """What has happened so far."""

    random: random.Random
    exports: Path
    cache: int  # MiB
    objects: bool
    pressed: deque[str] = field(default_factory=lambda: deque(maxlen=LAST))
    keys: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[str, int]] = field(default_factory=set)
    sentences: Counter[str] = field(default_factory=Counter)
    raised: Counter[str] = field(default_factory=Counter)
    slow: list[tuple[float, str, str]] = field(default_factory=list)
    written: int = 0
    resident: list[float] = field(default_factory=list)  # MiB, after each round
    kept: list[float] = field(default_factory=list)  # in caches, then
    counted: Counter[str] = field(default_factory=Counter)  # objects by type, after a quarter of the keys
    traced: tracemalloc.Snapshot | None = None  # then, too

    def key(self, d: Driver, number: int) -> str:
        """The next key."""
        if isinstance(d.app.focused, Input):
            return self.random.choice(TYPED if self.random.random() < LETTERS else AFTER_LETTERS)
        if len(d.app.screen_stack) > 1:
            return self.random.choice([*IN_DIALOG, "space", "n", "x", "5"])
        if number % RESCAN == RESCAN - 1:
            return "ctrl+r"
        return self.random.choices(*TABLE)[0]

    def elsewhere(self, d: Driver) -> None:
        """Look at any file."""
        library = d.state.library
        every = [s for patient in library.patients for study in patient.studies for s in study.series]
        if every:
            series = self.random.choice(every)
            instance = self.random.choice(series.instances)
            d.app.do(Select(instance.ref, self.random.randrange(max(1, instance.frames)), series.key))
            self.pressed.append(f"<{instance.ref.path}>")

    async def press(self, d: Driver, number: int) -> None:
        """One key, and what it leads to."""
        if number % ELSEWHERE == 0:
            self.elsewhere(d)
        key = self.key(d, number)
        name = "space" if key == " " else key
        self.pressed.append(name)
        self.keys[name] += 1
        start = time.perf_counter()
        await d.press(name)
        taken = time.perf_counter() - start
        shown = d.state.shown
        where = "-" if shown is None else Path(shown.ref.path).name
        self.slow = sorted([*self.slow, (taken, name, where)], reverse=True)[:10]
        if shown is not None:
            self.seen.add((shown.ref.path, shown.frame))
            if shown.picture is None:
                self.sentences[shown.problem] += 1
        if number % 50 == 0:
            self.tidy()
            d.app.clear_notifications()

    def tidy(self) -> None:
        """Let go of what was written, so that the disk does not fill."""
        for path in self.exports.rglob("*"):
            if path.is_file():
                path.unlink()
                self.written += 1


def _table() -> tuple[list[str], list[int]]:
    keys = {key: OFTEN.get(c.group, 1) for c in COMMANDS if c.id not in LEAVE_OUT for key in c.keys.split()}
    return list(keys), list(keys.values())


TABLE = _table()


def loaded() -> None:
    """Load all that the program, and what it uses, loads when it needs it."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in LATE:
        with contextlib.suppress(ImportError):  # an extra that is not installed
            importlib.import_module(name)
    Image.init()
    for name in imagecodecs.__all__:
        with contextlib.suppress(imagecodecs.DelayedImportError):
            getattr(imagecodecs, name)


def emptied(d: Driver) -> None:
    """Let go of what is kept so that it need not be made again: each of these has a bound."""
    reader = d.app.viewer._ports.reader
    assert isinstance(reader, LocalReader)
    pictures = reader._desk._pictures
    pictures._decoded._frames.clear()
    pictures._decoded._opened.clear()
    pictures._made.clear()
    pictures._measuring = pictures._renderer = pictures._beside = None
    pictures._volumes = pictures._objects = reader._desk._objects = None


def memory() -> float:
    """Resident memory that is in use, in MiB; 0 where the system does not say (proc(5), malloc_trim(3))."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def grown(soak: Soak, number: int, total: int) -> None:
    """Say what there is more of than after a quarter of the keys."""
    every = gc.get_objects() if soak.objects else []
    now = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in every)
    del every
    snapshot = tracemalloc.take_snapshot() if tracemalloc.is_tracing() else None
    if number <= total // 4:
        soak.counted, soak.traced = now, snapshot
        return
    more = Counter({name: count - soak.counted[name] for name, count in now.items()})
    for name, count in more.most_common(MOST_LINES):
        print(f"        {count:+8} {name}")
    if snapshot is not None and soak.traced is not None:
        for line in snapshot.compare_to(soak.traced, "traceback")[:MOST_LINES]:
            print(f"        {line}", *line.traceback.format(), sep="\n            ")


async def round_of(soak: Soak, paths: list[Path], size: tuple[int, int], *, first: int, total: int, lanes: bool) -> int:
    """Press keys until all are pressed or the program has ended; returns how many were."""
    settings = Settings(
        export_folder=str(soak.exports),
        anonymize_folder=str(soak.exports / "copies"),
        limits=Limits(cache_bytes=soak.cache * 2**20),
    )
    number = first
    async with drive(paths, size, settings, lanes=lanes) as d:
        d.patience = PATIENCE_SECONDS
        assert isinstance(d.app.screen, PatchedScreen)
        collector = Collector(lambda: len(d.app.screen_stack) == 1)  # as in the program
        d.app.screen.painted, d.app.screen.laboured = collector.stir, collector.labour
        d.app.screen.uncovered = collector.closed
        collector.collect()
        while number < total and not d.app._exit and d.app._exception is None:
            await soak.press(d, number)
            number += 1
            if number % ROUND == 0:
                collector.thaw()  # as it does after half a minute without a key
                full = memory()
                emptied(d)
                soak.resident.append(memory())
                soak.kept.append(full - soak.resident[-1])
                if (soak.objects or tracemalloc.is_tracing()) and number % (total // 4 or 1) == 0:
                    grown(soak, number, total)
                print(
                    f"{number:>7} keys  {len(soak.seen):>5} pictures or sentences  {soak.written:>4} files written"
                    f"  {soak.resident[-1]:>6.0f} MiB and {soak.kept[-1]:>4.0f} in caches"
                    f"  {sum(soak.raised.values())} raised",
                    flush=True,
                )
    return number


async def run(options: argparse.Namespace) -> Soak:
    """The whole run: a program that ended by an exception is started again."""
    size = tuple(int(word) for word in options.size.split("x"))
    paths = [Path(word).absolute() for word in (options.paths or [CORPUS])]
    with tempfile.TemporaryDirectory() as exports, tempfile.TemporaryDirectory() as mutants:
        if options.mutants:
            cases.mutants(Path(mutants), paths[0], options.seed, options.mutants)
            paths.append(Path(mutants))
        paths += [Path(word).absolute() for word in options.add]
        os.chdir(exports)  # what is typed as a path is below it
        soak = Soak(random.Random(options.seed), Path(exports), options.cache, options.objects)
        number = 0
        while number < options.keys:
            before = number
            try:
                number = await round_of(
                    soak, paths, (size[0], size[1]), first=number, total=options.keys, lanes=options.lanes
                )
            except Exception as error:  # noqa: BLE001  what is looked for here: it is counted and told
                place = traceback.extract_tb(error.__traceback__)[-1]
                soak.raised[f"{type(error).__name__} at {place.filename}:{place.lineno}"] += 1
                print(f"after: {' '.join(soak.pressed)}")
                traceback.print_exception(error)
                earlier = error.__context__ or error.__cause__
                if earlier is not None:  # what ended the app may not be what it said when it was closed
                    print("while:", repr(earlier), repr(earlier.__context__))
            number = max(number, before + 1, sum(soak.keys.values()))
        soak.tidy()
    return soak


def main() -> int:
    """Carry out the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--add", action="append", default=[])
    parser.add_argument("--keys", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--mutants", type=int, default=0, help="of the files below the first PATH")
    parser.add_argument("--lanes", action="store_true")
    parser.add_argument("--cache", type=int, default=48, help="MiB of decoded frames")
    parser.add_argument("--objects", action="store_true", help="say of which types there are more at the end")
    parser.add_argument("--trace", type=int, default=0, metavar="FRAMES", help="say what was allocated where")
    options = parser.parse_args()
    if options.trace:
        tracemalloc.start(options.trace)
    warnings.simplefilter("ignore")
    logging.disable()
    print(f"seed {options.seed}, {options.keys} keys, {options.size}{', lanes' if options.lanes else ''}", flush=True)
    loaded()
    start, before = time.perf_counter(), memory()
    soak = asyncio.run(run(options))
    taken = time.perf_counter() - start
    print(f"{sum(soak.keys.values())} keys in {taken:.0f} s, {len(soak.keys)} different ones")
    print(f"{len({path for path, _ in soak.seen})} files, {len(soak.seen)} frames, {soak.written} files written")
    print(f"memory {before:.0f} MiB at the start, {memory():.0f} MiB at the end")
    for what, table in (("sentences", soak.sentences), ("raised", soak.raised)):
        print(f"{what}: {sum(table.values())}")
        for text, count in table.most_common(12):
            print(f"  {count:>6}  {text}")
    print("slowest:")
    for seconds, key, where in soak.slow:
        print(f"  {1000 * seconds:>6.0f} ms  {key:<10}  {where}")
    print(summary(soak, options.mutants))
    return 1 if soak.raised or growth(soak) > MOST_GROWTH else 0


def growth(soak: Soak) -> float:
    """Of memory in the second half, in per cent: the last quarter's median over that of the one before it."""
    quarter = len(soak.resident) // 4
    if not quarter:
        return 0.0
    return 100 * median(soak.resident[-quarter:]) / median(soak.resident[-2 * quarter : -quarter]) - 100


def summary(soak: Soak, mutants: int) -> str:
    """One line."""
    said = f"{sum(soak.keys.values())} keys, {len({path for path, _ in soak.seen})} files, {mutants} mutants, "
    said += f"{sum(soak.raised.values())} failures"
    if len(soak.resident) < 4:
        return f"{said}; too few keys to say how memory grows"
    limit = f"limit {MOST_GROWTH:g} %; beside it caches of {min(soak.kept):.0f} to {max(soak.kept):.0f} MiB"
    return f"{said}, memory {soak.resident[-1]:.0f} MiB, {growth(soak):+.1f} % in the second half ({limit})"


if __name__ == "__main__":
    sys.exit(main())
