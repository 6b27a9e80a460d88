"""How fast pictures become PNG, and how large: beside DCMTK, dicom2jpg and Pillow, each time in one run.

    python -m tests.benchmarks.export [--slices 500] [--rounds 3] [--corpus DIR] [--peer PYTHON]

| measured                                                | limit                                          |
| ------------------------------------------------------- | ---------------------------------------------- |
| CT slices to PNG of 8 bits, by CPU time                 | 8 times ``dcm2pnm +on``, a process a slice     |
| the same of 16 bits                                     | 8 times ``dcm2pnm +on2``                       |
| size of the files of the corpus beside Pillow's default | median at most 5 % larger, none more than 25 % |

CPU time is that of this process's children, so that both sides start programs. Of several rounds the least counts. Ours
starts from bytecode that an earlier run has left, as an installed program does. The
slices have the noise of a CT; of the corpus the first frame of every series is taken, as displayed and as stored.
dicom2jpg, which cannot export 16 bits, is measured where ``--peer`` names an interpreter that has it.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests import phantoms
from tests.conformance.test_decoding import CORPUS
from tui.adapters.exports._png import stream
from tui.adapters.opened import open_instance
from tui.core.pages import limited
from tui.core.pipeline import render
from tui.core.values import View
from tui.errors import SafelightError
from tui.service.settings import Limits

FASTER = 8.0
MEDIAN, MOST = 1.05, 1.25
LARGEST = 4096  # pixels a side; Pillow's 16 bits take minutes beyond


def cpu(run: Callable[[], object]) -> float:
    """CPU seconds of the processes that were started and have ended meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def slices(folder: Path, count: int) -> None:
    """CT slices of 512 x 512 with noise, 12 of 16 bits."""
    rng = np.random.default_rng(7)
    noise = rng.normal(0, 12, (512 + 64, 512 + 64))
    for z in range(count):
        ds = phantoms.ct(z, of=count, size=512)
        y, x = rng.integers(0, 64, 2)
        noisy = ds.pixel_array + noise[y : y + 512, x : x + 512]
        ds.PixelData = np.clip(np.rint(noisy), 0, 4095).astype("<u2").tobytes()
        phantoms.save(ds, folder / f"IM{z:04d}.dcm")  # dicom2jpg goes by the ending


def ours(source: Path, target: Path, name: str, compiled: Path) -> None:
    """Export a folder by one process, whose bytecode is kept for the next ones."""
    words = [sys.executable, "-m", "tui", "export", str(source), "--format", name, "-o", str(target), "--jobs", "0"]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(words, check=True, capture_output=True, env=environment)


def dcmtk(source: Path, target: Path, option: str, paths: list[Path]) -> None:
    """One process a slice, as a script with DCMTK does it."""
    target.mkdir(exist_ok=True)
    for path in paths:
        window = ["+Ww", "40", "80"] if option == "+on" else []  # without one, all values between black and white
        words = ["dcm2pnm", option, *window, str(path), str(target / f"{path.name}.png")]
        subprocess.run(words, check=True, capture_output=True)


def dicom2jpg(peer: str, source: Path, target: Path) -> None:
    """The package of that name, one process for all."""
    code = f"import dicom2jpg; dicom2jpg.dicom2png({str(source)!r}, target_root={str(target)!r})"
    subprocess.run([peer, "-c", code], check=True, capture_output=True)


def speed(count: int, rounds: int, peer: str) -> bool:
    """Print how many times faster; whether the limit holds."""
    good = True
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        slices(root / "in", count)
        slices(root / "three", 3)
        paths = sorted((root / "in").iterdir())
        few = paths[: max(1, count // 10)]  # a process a slice costs the same each time
        for kind, option in (("png", "+on"), ("png16", "+on2")):
            mine, theirs = [], []
            ours(root / "three", root / f"{kind}-three", kind, root / "compiled")
            for n in range(rounds):
                out = root / f"{kind}{n}"
                mine.append(cpu(lambda out=out, kind=kind: ours(root / "in", out, kind, root / "compiled")) / count)
                assert len(list(out.iterdir())) == count
                theirs.append(cpu(lambda option=option, n=n: dcmtk(root, root / f"d{n}", option, few)) / len(few))
            ratio = min(theirs) / min(mine)
            good &= ratio >= FASTER
            print(f"{kind:6} {1000 * min(mine):6.2f} ms a slice, DCMTK {1000 * min(theirs):7.2f}: {ratio:5.1f} times")
            if kind == "png" and peer:
                other = cpu(lambda: dicom2jpg(peer, root / "in", root / "j")) / count
                made = sum(path.is_file() for path in (root / "j").rglob("*"))
                assert made == count, f"dicom2jpg made {made} of {count}"
                print(f"        dicom2jpg {1000 * other:.2f} ms a slice: {other / min(mine):.1f} times")
    return good


def pictures(corpus: Path) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """The first frame of the first three files of every folder, as displayed, and where it is grey, as stored."""
    taken: dict[Path, int] = {}
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        if taken.get(path.parent, 0) >= 3:
            continue
        try:
            opened = open_instance(str(path), Limits())
            if not opened.frames:
                continue
            frame = opened.frame(0)
            pixels = render(frame, View()).pixels
        except SafelightError:
            continue
        taken[path.parent] = taken.get(path.parent, 0) + 1
        yield f"{path.relative_to(corpus)} 8", limited(pixels, LARGEST)
        stored = frame.stored
        if (
            stored.ndim == 2
            and stored.dtype.kind in "iu"
            and stored.dtype.itemsize == 2
            and max(stored.shape) <= LARGEST
        ):
            yield (
                f"{path.relative_to(corpus)} 16",
                (stored.astype(np.int32) - min(0, int(stored.min()))).astype(np.uint16),
            )


def sizes(corpus: Path) -> bool:
    """Print how much larger than Pillow's; whether the limits hold."""
    good = True
    for bits in ("8", "16"):
        ratios: list[tuple[float, str]] = []
        for name, pixels in pictures(corpus):
            if name.endswith(f" {bits}"):
                out = io.BytesIO()
                Image.fromarray(pixels).save(out, "PNG")
                ratios.append((len(stream(pixels)) / len(out.getvalue()), name))
        median, (most, worst) = statistics.median(ratio for ratio, _ in ratios), max(ratios)
        good &= median <= MEDIAN and most <= MOST
        print(f"{bits:>2} bits: {len(ratios)} pictures, median {median:.3f}, largest {most:.3f} ({worst})")
    return good


def main() -> int:
    """Measure, and return 1 if a limit is passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--slices", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--peer", default="", metavar="PYTHON", help="an interpreter that has dicom2jpg")
    options = parser.parse_args()
    good = speed(options.slices, options.rounds, options.peer)
    if options.corpus.is_dir():
        good &= sizes(options.corpus)
    else:
        print("the corpus is not beside the clone: sizes are not measured")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
