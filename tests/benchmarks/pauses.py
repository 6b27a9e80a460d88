"""How long the thread of the screen is held up at most while there are very many files.

    python -m tests.benchmarks.pauses [--files 100000] [--rounds 3] [--only "one folder"]

| measured, of so many files as 400 series in folders of their own, as one folder, as one series | limit          |
| in the order of their names and in none, and as 20,000 series of a thousand patients           |                |
| ---------------------------------------------------------------------------------------------- | -------------- |
| the longest turn of the loop: while the files arrive, with and without keys pressed meanwhile, | 10 ms (CPU of  |
| in both layouts; to switch the layout; to unfold all; to type a filter; to sort; to mark all;  | the thread),   |
| to jump and to step through the images                                                         | 50 ms (wall)   |
| from ``q`` in the middle of the scan to the end of the program                                 | 0.3 s (wall)   |

The program runs as it is, on a terminal of 120 x 40 cells, with its reader in a process of its own. The least of all
rounds counts, as other programs of the machine hold the screen up, too. What made the longest turn long is said on
stderr (see ``turns.py``).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from tests import phantoms
from tests.benchmarks.library import report, rich, small
from tests.benchmarks.turns import HELD, LIMIT_MS, PROFILE, Turns
from tests.driver import Driver
from tests.ptys import Pty
from tui.service.actions import Open
from tui.service.settings import Settings

WALL_MS = 50.0
END_SECONDS = 0.3
KEY_SECONDS = 0.04
BUSY = (*"jjljkTGkg", "space", *"*jjGOh", "tab", "j", "shift+tab", *"/IM9", "escape", "g", "space", *"*lljjTnO")


class Session:
    """One session in the browser, driven from inside.

    Parameters
    ----------
    driver
        Sends the keys.
    folder, count
        What is opened, and how many files it has.
    """

    def __init__(self, driver: Driver, folder: str, count: int) -> None:
        self._driver, self._folder, self._count = driver, folder, count
        self._turns = Turns()
        self.found: dict[str, dict[str, object]] = {}

    async def quiet(self) -> None:
        """Wait until nothing is being done."""
        still = 0
        while still < 3:
            await asyncio.sleep(0.02)
            still = still + 1 if not self._driver.state.scan.running and self._driver._nothing_waits() else 0

    async def during(self, name: str, work: Awaitable[None]) -> None:
        """The turns while this is done."""
        await asyncio.sleep(0)
        self._turns.start()
        await work
        phase = self._turns.phase
        self.found[name] = asdict(phase)
        print(phase.line(name), *self._turns.profiles()[-1:], file=sys.stderr, flush=True)

    async def press(self, *keys: str, quiet: bool = True) -> None:
        """Press keys, and wait for what follows each, or as fast as people type."""
        for key in keys:
            self._driver._send(key)
            await (self.quiet() if quiet else asyncio.sleep(KEY_SECONDS))
        await self.quiet()

    async def opened(self, keys: Sequence[str] = ()) -> None:
        """Open the folder, with keys pressed until all is there."""
        self._driver.app.do(Open((self._folder,)))
        await asyncio.sleep(0)
        for key in itertools.cycle(keys or ("",)):
            if not self._driver.state.scan.running:
                break
            if key:
                self._driver._send(key)
            await asyncio.sleep(KEY_SECONDS)
        await self.quiet()
        assert self._driver.state.scan.dicom == self._count

    async def play(self) -> None:
        """All that is measured."""
        self._turns.listen()
        during, press, opened = self.during, self.press, self.opened
        await during("files arrive, by patient", opened())
        await during("all is unfolded by patient", press("*"))
        await during("a filter is typed by patient", press("/", *"im099", "backspace", "8", "escape", quiet=False))
        await during("a condition is typed by patient", press("/", *"Modality=CT", "space", "9", "escape", quiet=False))
        await during("sorted by patient", press("O", "O", "O", "O"))
        await during("all are marked, and not", press("g", "space", "g", "space"))
        await during(
            "marked, stepped through, sorted and not", press("g", "space", "j", "j", "O", "O", "O", "O", "escape")
        )
        await during("images are stepped through", press("G", "k", "k", "g", *"jjjjjjj", *"lljjjj"))
        await during("a held key goes down", press(*["j"] * 40, quiet=False))
        await during(
            "pages, ends, studies, the parent", press("ctrl+d", "ctrl+u", "G", "g", "}", "{", "G", "h", "h", "l")
        )
        await during("files arrive, by patient, all unfolded", opened())
        await during("the layout is switched", press("T"))
        await during("files arrive, by folder", opened())
        await during("all is unfolded", press("*"))
        await during("files arrive, by folder, all unfolded", opened())
        await during("a filter is typed", press("/", *"im099", "backspace", "8", "escape", quiet=False))
        await during("sorted", press("O", "O", "O", "O"))
        await during("all are marked, and not, by folder", press("g", "space", "g", "space"))
        await during("the layout is switched back", press("T"))
        await during("the folder is read again", press("ctrl+r"))
        await during("keys while files arrive", opened(BUSY))


def session(folder: str, count: int, into: str) -> None:
    """The program as it is, with a session played in it; what is measured goes into a file."""
    from tui import compose
    from tui.ui.app import SafelightApp

    tasks: list[asyncio.Task[None]] = []

    async def played(app: SafelightApp) -> None:
        driver = Driver(app, None, app.viewer._ports.runner)  # type: ignore[arg-type]
        one = Session(driver, folder, count)
        with open(f"{into}.log", "w") as log:
            sys.stderr = log
            await one.play()
        Path(into).write_text(json.dumps(one.found))
        app.exit()

    def ready(app: SafelightApp) -> None:
        tasks.append(asyncio.create_task(played(app)))

    SafelightApp.on_ready = ready  # type: ignore[attr-defined]
    compose.run_browser([], Settings(catalogue=False, graphics="cells"))
    if tasks and tasks[0].done() and tasks[0].exception():
        raise tasks[0].exception() or AssertionError


def measured(folder: Path, count: int) -> dict[str, dict[str, float]]:
    """What a session of its own comes to."""
    with tempfile.TemporaryDirectory() as place:
        into = Path(place, "found")
        words = [sys.executable, "-m", "tests.benchmarks.pauses", "--session", str(folder), str(count), str(into)]
        profiled = {name: os.environ[name] for name in (PROFILE, HELD) if name in os.environ}
        with Pty(words, profiled) as terminal:
            terminal.wait(600)
            log = Path(f"{into}.log")
            print(log.read_text() if log.exists() else terminal.output[-3000:].decode(), file=sys.stderr, flush=True)
        found: dict[str, dict[str, float]] = json.loads(into.read_text())
        return found


def ending(folder: Path) -> float:
    """Seconds from ``q`` in the middle of the scan to the end of the program."""
    with Pty([sys.executable, "-m", "tui", "--no-cache", str(folder)]) as terminal:
        terminal.until("▾".encode())
        terminal.until(lambda output: b"scanning" in output)
        terminal.quiet(0.05, 0.5)
        start = time.perf_counter()
        terminal.press("q")
        while terminal.pump(0.01):
            pass
        taken = time.perf_counter() - start
        assert terminal.wait() == 0
        return taken


def by_series(folder: Path, count: int) -> None:
    """Folders of 250 files, a series each."""
    small(folder, count)


def in_one_folder(folder: Path, count: int) -> None:
    """The same files without their folders, and with names that say nothing of their series."""
    small(folder, count)
    paths = sorted(folder.rglob("IM*"))
    random.Random(1).shuffle(paths)
    for n, path in enumerate(paths):
        path.rename(folder / f"IM{n:06d}")
    for path in list(folder.iterdir()):
        if path.is_dir():
            path.rmdir()


def one_series(folder: Path, count: int, order: list[int] | None = None) -> None:
    """One folder with one series of so many slices."""
    ds = phantoms.ct(0, size=4)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.826.9.1000000"
    ds.InstanceNumber, ds.ImagePositionPatient = "100001", ["-120", "-120", "100000.5"]
    data = phantoms.data(ds)
    folder.mkdir()
    for n, name in enumerate(order or range(count)):
        one = data.replace(b"826.9.1000000", b"826.9.%07d" % (1000000 + n))
        one = one.replace(b"\\100000.5", b"\\%08.1f" % (100000.5 + n)).replace(b"100001", b"%06d" % (100001 + n))
        (folder / f"IM{name:06d}").write_bytes(one)


def shuffled(folder: Path, count: int) -> None:
    """The same, in no order."""
    order = list(range(count))
    random.Random(1).shuffle(order)
    one_series(folder, count, order)


def many_patients(folder: Path, count: int) -> None:
    """Series of five files, ten of them a study, two of those a patient, in a folder each."""
    ds = rich(0, 16, 1)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.826.9.1000000"
    ds.SeriesInstanceUID, ds.StudyInstanceUID, ds.InstanceNumber = "1.2.826.8.1000000", "1.2.826.7.1000000", "1001"
    ds.PatientID, ds.PatientName = "P1000000", "Q1000000"
    data = phantoms.data(ds)
    for n in range(count):
        place = folder / f"p{n // 100:05d}"
        if not n % 100:
            place.mkdir(parents=True)
        one = data
        for old, new in ((b"826.9.1000000", n), (b"826.8.1000000", n // 5), (b"826.7.1000000", n // 50),
                         (b"P1000000", n // 100), (b"Q1000000", n // 100)):  # fmt: skip
            one = one.replace(old, old[:-7] + b"%07d" % (1000000 + new))
        (place / f"IM{n:06d}").write_bytes(one)


FOLDERS: dict[str, Callable[[Path, int], None]] = {
    "400 series": by_series,
    "one folder": in_one_folder,
    "one series": one_series,
    "one series in no order": shuffled,
    "1,000 patients": many_patients,
}


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=FOLDERS, help="one of the folders")
    parser.add_argument("--keep", type=Path, help="where the folders are kept for the next time")
    parser.add_argument("--session", nargs=3, metavar=("FOLDER", "COUNT", "INTO"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.session:
        session(options.session[0], int(options.session[1]), options.session[2])
        return 0
    over = False
    with tempfile.TemporaryDirectory() as place:
        for name, make in FOLDERS.items():
            if options.only not in (None, name):
                continue
            folder = Path(options.keep or place, name.replace(" ", "-"))
            if not folder.exists():
                make(folder, options.files)
            least: dict[tuple[str, str], float] = {}
            for _ in range(options.rounds):
                for what, phase in measured(folder, options.files).items():
                    for kind in ("cpu", "wall"):
                        least[what, kind] = min(phase[kind], least.get((what, kind), 1e9))
            for (what, kind), value in least.items():
                limit = LIMIT_MS if kind == "cpu" else WALL_MS
                report(f"{name}: {what} ({kind})", value, limit, "ms", least=False)
                over = over or value > limit
            end = min(ending(folder) for _ in range(options.rounds))
            report(f"{name}: q in the middle of the scan (wall)", end, END_SECONDS, "s", least=False)
            over = over or end > END_SECONDS
            if options.keep is None:
                shutil.rmtree(folder)
    return int(over)


if __name__ == "__main__":
    raise SystemExit(main())
