"""How fast values, statistics and masks are, and how much memory a mask through a series takes.

    python -m tests.benchmarks.measuring [--rounds 5]

| measured                                                                  | limit  |
| ------------------------------------------------------------------------- | ------ |
| a step of the probe: value, picture of 512 x 512 and its encoding         | 16 ms  |
| a step of a circle over it: statistics, histogram, picture, encoding      | 16 ms  |
| a step of the window beside statistics of the whole picture, likewise     | 16 ms  |
| mask of a slice of 512 x 512, as the sheet begins with                    | 15 ms  |
| mask through 140 slices of 512 x 512 with its volume, decoded already     | 3 s    |
| memory of that beyond what was there                                      | 300 MB |

Times are CPU, the least of the rounds; pictures are encoded for kitty in a pane of 80 x 32 cells. The series is a
phantom with noise, so that pieces and holes are many; each round of the last rows is a process of its own, as its
memory is the highest that the process ever had.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from tests import phantoms
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics.kitty import Kitty
from tui.core.frames import Frame
from tui.core.gauges import Measuring
from tui.core.measure import Measured
from tui.core.pipeline import Renderer
from tui.core.quantities import Gauge, Recipe, Tool
from tui.core.values import View, Viewport, Voi, VoiKind, Window
from tui.service.ports import Box, Order

BOX, CELL = Box(0, 0, 80, 32), (10, 20)
PANE = Viewport(BOX.columns * CELL[0], BOX.rows * CELL[1])
SLICES = 140
FRAME, SLICE, SERIES, MEMORY = 16.0, 15.0, 3000.0, 300.0


def frame(z: int = 70) -> Frame:
    """A head with noise of 40 HU."""
    ds = phantoms.ct(z, of=SLICES, size=512)
    noise = 40 * np.random.default_rng(z).standard_normal((512, 512))
    stored = np.clip(ds.pixel_array + noise, 0, 4095).astype(np.uint16)
    del ds.PixelData
    return Frame(stored, "MONOCHROME2", ds)


def least(rounds: int, work: Callable[[int], object]) -> float:
    """Milliseconds of CPU of the quickest round, after one that does not count."""
    work(0)
    found = []
    for n in range(1, rounds + 1):
        start = time.process_time()
        work(n)
        found.append(time.process_time() - start)
    return 1000 * min(found)


def steps(rounds: int) -> list[tuple[str, float, float]]:
    """The rows of one picture."""
    there = frame()
    measuring, renderer = Measuring(there), Renderer()
    encoder = Kitty(Ruler(CELL)).encoder
    order = Order(encoder, BOX, CELL)

    def draw(view: View) -> None:
        encoder.draw(renderer.draw(there, view, PANE, measuring.findings(view)[1]), order)

    def window(n: int) -> Voi:
        return Voi(VoiKind.MANUAL, window=Window(40.0 + n, 400.0))

    return [
        ("probe", least(rounds, lambda n: draw(View(probe=(256 + n, 256)))), FRAME),
        ("circle", least(rounds, lambda n: draw(View(gauge=Gauge(Tool.CIRCLE, ((256 + n, 256),), 40)))), FRAME),
        ("window", least(rounds, lambda n: draw(View(gauge=Gauge(), voi=window(n)))), FRAME),
        ("slice", least(rounds, lambda n: Measured(there).mask(Recipe(90 + n))), SLICE),
    ]


def series() -> tuple[float, float]:
    """Milliseconds and megabytes of a mask through the series; to be called once in a process."""
    import resource

    from tui.service.masking import Stack

    source = [frame(z) for z in range(SLICES)]
    stack = Stack(Recipe(volume=True, largest=True))
    stack.take(source[0], 0)
    stack = Stack(Recipe(volume=True, largest=True))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    for one in source:
        stack.take(one, 0)
    _, size = stack.whole()
    took = time.process_time() - start
    assert size.volume_ml
    return 1000 * took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--series", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.series:
        print(*series())
        return 0
    rows = steps(options.rounds)
    command = [sys.executable, "-m", "tests.benchmarks.measuring", "--series"]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(3)]
    rows.append(("series", min(float(run[0]) for run in runs), SERIES))
    rows.append(("memory", min(float(run[1]) for run in runs), MEMORY))
    for name, value, limit in rows:
        unit = "MB" if name == "memory" else "ms"
        print(f"{name:<8} {value:8.1f} {unit}   limit {limit:g}{'' if value <= limit else '   TOO MUCH'}")
    return int(any(value > limit for _, value, limit in rows))


if __name__ == "__main__":
    raise SystemExit(main())
