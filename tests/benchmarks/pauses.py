"""How long the thread of the screen is held up at most while there are very many files.

    python -m tests.benchmarks.pauses [--files 100000] [--rounds 3]

| measured, in a folder of so many files (as 400 series in folders of their own, and as one folder) | limit      |
| -------------------------------------------------------------------------------------------------- | ---------- |
| while they arrive, in both layouts; to switch the layout; to unfold all; to type a filter;         | at most 50 |
| to sort; to mark all; to step through the images                                                   | ms (wall)  |

A watch in the loop of the screen asks for its turn every 2 ms; what it waits longer is the pause. The least of all
rounds counts, as other programs of the machine hold the screen up, too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests import phantoms
from tests.benchmarks.library import report, small
from tests.driver import Driver, drive
from tui.service.actions import Open
from tui.service.settings import Settings

TURN_SECONDS = 0.002
LIMIT_MS = 50.0


class Watch:
    """Asks for its turn again and again, and keeps how long it had to wait at most."""

    def __init__(self) -> None:
        self.worst: dict[str, float] = {}
        self.busiest: dict[str, float] = {}

    async def during(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """The longest wait while this is done."""
        task = asyncio.create_task(self._tick(name))
        await asyncio.sleep(TURN_SECONDS)
        await work()
        task.cancel()
        words = f"{self.worst[name] * 1e3:5.0f} ms, of which at work {self.busiest[name] * 1e3:5.0f}"
        print(f"{name:<45} {words}", file=sys.stderr, flush=True)

    async def _tick(self, name: str) -> None:
        last, used = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(TURN_SECONDS)
            now, using = time.perf_counter(), time.thread_time()
            self.worst[name] = max(self.worst.get(name, 0.0), now - last - TURN_SECONDS)
            self.busiest[name] = max(self.busiest.get(name, 0.0), using - used)
            last, used = now, using


async def quiet(driver: Driver) -> None:
    """Wait until nothing is being done."""
    still = 0
    while still < 5:
        await asyncio.sleep(0.02)
        still = still + 1 if not driver.state.scan.running and driver._nothing_waits() else 0


async def session(folder: str, count: int) -> dict[str, float]:
    """One session in the browser."""
    watch = Watch()
    async with drive([], size=(120, 40), lanes=True, settings=Settings(catalogue=False)) as d:

        def pressed(*keys: str) -> Callable[[], Awaitable[None]]:
            async def work() -> None:
                for key in keys:
                    d._send(key)
                    await quiet(d)

            return work

        async def opened() -> None:
            d.app.do(Open((folder,)))
            await quiet(d)

        await watch.during("files arrive, by patient", opened)
        assert d.state.scan.dicom == count
        await watch.during("the layout is switched", pressed("T"))
        await watch.during("files arrive, by folder", opened)
        await watch.during("all is unfolded", pressed("*"))
        await watch.during("files arrive, by folder, all unfolded", opened)
        await watch.during("a filter is typed", pressed("/", *"IM0999", "escape"))
        await watch.during("sorted", pressed("O", "O", "O", "O"))
        await watch.during("the layout is switched back", pressed("T"))
        await watch.during("all is unfolded by patient", pressed("*"))
        await watch.during("files arrive, by patient, all unfolded", opened)
        await watch.during("a filter is typed by patient", pressed("/", *"Modality=CT", "space", "9", "escape"))
        await watch.during("sorted by patient", pressed("O", "O", "O", "O"))
        await watch.during("all are marked, and not", pressed("g", "space", "g", "space"))
        await watch.during("images are stepped through", pressed("G", "k", "k", "g", "j", "j", "j", "j", "j"))
    return {name: seconds * 1e3 for name, seconds in watch.worst.items()}


def by_series(folder: Path, count: int) -> None:
    """Folders of 250 files, a series each."""
    small(folder, count)


def in_one_folder(folder: Path, count: int) -> None:
    """The same files without their folders."""
    for path in list(folder.rglob("IM*")):
        path.rename(folder / path.name)
    for path in list(folder.iterdir()):
        if path.is_dir():
            path.rmdir()


def one_series(folder: Path, count: int) -> None:
    """One folder with one series of so many slices, in place of the other files."""
    ds = phantoms.ct(0, size=4)
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.826.9.1000000"
    ds.InstanceNumber, ds.ImagePositionPatient = "100001", ["-120", "-120", "100000.5"]
    data = phantoms.data(ds)
    shutil.rmtree(folder)
    folder.mkdir()
    for n in range(count):
        one = data.replace(b"826.9.1000000", b"826.9.%07d" % (1000000 + n))
        one = one.replace(b"\\100000.5", b"\\%08.1f" % (100000.5 + n)).replace(b"100001", b"%06d" % (100001 + n))
        (folder / f"IM{n:06d}").write_bytes(one)


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--session", nargs=2, metavar=("FOLDER", "COUNT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.session:
        print(json.dumps(asyncio.run(session(options.session[0], int(options.session[1])))))
        return 0
    over = False
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "files")
        for name, make in (("400 series", by_series), ("one folder", in_one_folder), ("one series", one_series)):
            make(folder, options.files)
            least: dict[str, float] = {}
            for _ in range(options.rounds):
                words = [sys.executable, "-m", "tests.benchmarks.pauses", "--session", str(folder), str(options.files)]
                ran = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
                for what, value in json.loads(ran.stdout.splitlines()[-1]).items():
                    least[what] = min(value, least.get(what, 1e9))
            for what, value in least.items():
                report(f"{name}: {what}", value, LIMIT_MS, "ms", least=False)
                over = over or value > LIMIT_MS
    return int(over)


if __name__ == "__main__":
    raise SystemExit(main())
