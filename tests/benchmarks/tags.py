"""How fast the tag table is, beside Textual's own DataTable, in one run.

    python -m tests.benchmarks.tags [--rounds 3]

| measured                                                            | limit                      |
| ------------------------------------------------------------------- | -------------------------- |
| mount and first filter key at 5,000 rows                            | 4 times DataTable          |
| the same at 100,000 rows                                            | 50 times DataTable         |
| memory of the table and its pane at 100,000 rows                    | 15 MB                      |
| a cursor move, to a terminal of 160 x 48                            | 600 bytes                  |
| an enhanced object of 500 frames: its rows and their first paint,   | 0.3 s beyond reading it    |
| and the first filter key                                            |                            |

Times are CPU, the least of the rounds, without the start of the app. DataTable gets the same texts as ``Text``, which
is how data must be given to it, and is filled again for the filter, as it has none.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import pty
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from rich.text import Text
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import DataTable

from tests import phantoms
from tui.core import tags
from tui.core.tagsearch import TagSearch
from tui.core.tagtable import TagTable
from tui.service.values import Ref
from tui.ui import theme
from tui.ui.panes.tags import TagsPane

SIZE = (160, 48)
WORD = "p"  # the first letter of a filter
ROOT = Path(__file__).resolve().parents[2]


def table(count: int) -> TagTable:
    """So many rows, of some fifty keywords."""
    out = TagTable()
    for n in range(count):
        kind = ("LO", f"Keyword{n % 50}" if n % 3 else f"Patient{n % 50}", f"Name {n % 50}")
        out.add(0x00090000 + n, 0, -1, kind, 1, f"value number {n}", 0)
    out.finish()
    return out


class Host(App[None]):
    """Holds one widget, mounted when it is told to."""

    CSS = "TagsPane, DataTable { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"
        self.register_theme(theme.SAFELIGHT)
        self.theme = "safelight"

    def compose(self) -> ComposeResult:
        yield from ()


async def in_app(story: Callable[[Host, Pilot[None]], Awaitable[float]]) -> float:
    """What a story in an empty app measures."""
    host = Host()
    async with host.run_test(size=SIZE) as pilot:
        await pilot.pause()
        return await story(host, pilot)


async def painted(host: Host, pilot: Pilot[None]) -> None:
    """Wait for the screen, without the timers of :meth:`Pilot.pause`."""
    await pilot._wait_for_screen()
    host.screen._on_timer_update()


async def ours(rows: TagTable, host: Host, pilot: Pilot[None]) -> float:
    """CPU seconds of the first paint and of the first filter key, the search in the rows included."""
    start = time.process_time()
    pane = TagsPane()
    await host.mount(pane)
    pane.show(Ref("/a"), rows)
    await painted(host, pilot)
    search = TagSearch(rows)
    pane.filter_to(WORD, *search.search(WORD))
    await painted(host, pilot)
    assert 0 < pane.count < len(rows)
    return time.process_time() - start


async def theirs(rows: TagTable, host: Host, pilot: Pilot[None]) -> float:
    """The same of DataTable."""
    texts = [(row.tag, row.vr, row.keyword, row.value) for row in rows]
    start = time.process_time()
    found: DataTable[Text] = DataTable(cursor_type="row")
    await host.mount(found)
    found.add_columns("tag", "VR", "keyword", "value")
    found.add_rows([tuple(map(Text, row)) for row in texts])
    await painted(host, pilot)
    kept = [row for row in texts if any(WORD in text.lower() for text in row)]
    found.clear()
    found.add_rows([tuple(map(Text, row)) for row in kept])
    await painted(host, pilot)
    return time.process_time() - start


def compared(count: int, rounds: int) -> float:
    """How many times faster the pane is."""
    rows = table(count)
    mine = min(asyncio.run(in_app(lambda host, pilot: ours(rows, host, pilot))) for _ in range(rounds))
    other = asyncio.run(in_app(lambda host, pilot: theirs(rows, host, pilot)))
    print(f"{count:>8,} rows: {mine * 1000:>8.1f} ms   DataTable {other * 1000:>9.1f} ms   {other / mine:>6.1f} times")
    return other / mine


def memory() -> float:
    """Megabytes of 100,000 rows and of the pane that shows them."""

    async def story(host: Host, pilot: Pilot[None]) -> float:
        pane = TagsPane()
        await host.mount(pane)
        await painted(host, pilot)
        tracemalloc.start()
        pane.show(Ref("/a"), table(100_000))
        await painted(host, pilot)
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return used / 1e6

    return asyncio.run(in_app(story))


def enhanced(frames: int = 500) -> bytes:
    """An enhanced multi-frame object with six functional groups for each frame."""
    ds = phantoms.base()
    items = []
    for number in range(frames):
        item = Dataset()
        for keyword, values in (
            ("FrameContentSequence", {"StackID": "1", "InStackPositionNumber": number + 1,
                                      "DimensionIndexValues": [1, number + 1]}),
            ("PlanePositionSequence", {"ImagePositionPatient": [1.5, 2.5, float(number)]}),
            ("PlaneOrientationSequence", {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}),
            ("PixelMeasuresSequence", {"SliceThickness": 1, "PixelSpacing": [1, 1]}),
            ("FrameVOILUTSequence", {"WindowCenter": 40, "WindowWidth": 400}),
            ("PixelValueTransformationSequence", {"RescaleIntercept": 0, "RescaleSlope": 1, "RescaleType": "HU"}),
        ):  # fmt: skip
            inner = Dataset()
            for name, value in values.items():
                setattr(inner, name, value)
            setattr(item, keyword, [inner])
        items.append(item)
    ds.PerFrameFunctionalGroupsSequence = items
    return phantoms.data(ds)


def opening(rounds: int) -> float:
    """CPU seconds beyond ``dcmread`` until the rows of an enhanced object are on the screen, and filtered once."""
    data = enhanced()

    async def story(host: Host, pilot: Pilot[None]) -> float:
        ds = dcmread(io.BytesIO(data))
        start = time.process_time()
        rows = tags.table(ds)
        spent = time.process_time() - start
        return spent + await ours(rows, host, pilot)

    return min(asyncio.run(in_app(story)) for _ in range(rounds))


def bytes_of_a_move() -> float:
    """Bytes that a cursor move sends to a terminal, the mean of forty."""
    main, side = pty.openpty()
    words = [sys.executable, "-m", "tests.benchmarks.tags", "--child"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "160", "LINES": "48"}
    with subprocess.Popen(words, cwd=ROOT, stdin=side, stdout=side, stderr=side, env=environment) as child:
        os.close(side)
        sizes: list[int] = []
        total, quiet = 0, 0.0
        os.set_blocking(main, False)
        deadline = time.monotonic() + 60
        while len(sizes) < 41 and time.monotonic() < deadline:
            try:
                total += len(os.read(main, 65536))
                quiet = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
                if quiet and time.monotonic() - quiet > (2.0 if not sizes else 0.2):
                    sizes.append(total)
                    total, quiet = 0, time.monotonic()
                    os.write(main, b"j")
            except OSError:
                break
        child.kill()
    os.close(main)
    return sum(sizes[1:]) / max(1, len(sizes) - 1)


class Moves(Host):
    """The pane alone, with a key for the cursor."""

    BINDINGS = [("j", "down")]  # noqa: RUF012

    def on_mount(self) -> None:
        self.pane = TagsPane()
        self.mount(self.pane)
        self.call_after_refresh(lambda: self.pane.show(Ref("/a"), table(1000)))

    def action_down(self) -> None:
        self.pane.action_cursor_down()


def main() -> int:
    """Measure, print, and say with the exit code whether every limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        Moves().run()
        return 0
    failed = [compared(5_000, options.rounds) < 4, compared(100_000, options.rounds) < 50]
    used = memory()
    print(f"memory of 100,000 rows: {used:.1f} MB (limit 15)")
    moved = bytes_of_a_move()
    print(f"a cursor move: {moved:.0f} bytes (limit 600)")
    opened = opening(options.rounds)
    print(f"500 frames: {opened:.3f} s beyond reading (limit 0.3)")
    failed += [used > 15, not 0 < moved <= 600, opened > 0.3]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
