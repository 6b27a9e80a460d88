"""What it costs to decode in a process apart: processor time of exporting, there and here, by transfer syntax.

    python -m tests.benchmarks.apart [PATH] [--rounds 5]

All compressed files below PATH (the corpus beside the clone) are opened, decoded, drawn and encoded as PNG, both
ways in turn, least of all rounds. Exit code 1 if the whole costs more than a tenth.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tui import compose
from tui.adapters.apart import Apart
from tui.adapters.instances import DicomInstances
from tui.core import attributes
from tui.core.pages import Page, Pages
from tui.core.pipeline import Renderer
from tui.core.values import Ref, View, Wish
from tui.errors import SafelightError
from tui.service.ports import Instances
from tui.service.settings import Limits

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
LARGEST, FILES, FRAMES = 20 * 2**20, 12, 20
MOST = 1.10


def files(root: Path) -> dict[str, list[Ref]]:
    """The first compressed files of each transfer syntax that have a picture."""
    found: dict[str, list[Ref]] = defaultdict(list)
    near = DicomInstances(Limits())
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.stat().st_size > LARGEST:
            continue
        try:
            opened = near.open(Ref(str(path)))
            syntax = attributes.text(opened.dataset.file_meta, "TransferSyntaxUID")
            if opened.compressed and len(found[syntax]) < FILES:
                opened.frame(0)
                found[syntax].append(Ref(str(path)))
        except SafelightError:
            continue
    return {syntax: refs for syntax, refs in found.items() if refs}


def export(instances: Instances, refs: list[Ref]) -> None:
    """As the export does, but for the disk."""
    png, renderer = compose.exporters()["png"], Renderer()
    for ref in refs:
        opened = instances.open(ref)
        for index in range(min(opened.frames, FRAMES)):
            page = Page(opened.frame(index), View(), Wish(), renderer)
            png.encode(Pages(opened.dataset, lambda page=page: iter([page])), Wish())


def child_seconds(pid: int) -> float:
    """Processor time of a process that runs (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spent(work: Callable[[], None], pid: int = 0) -> float:
    """Processor seconds of this process, and of another one."""
    before = time.process_time() + (child_seconds(pid) if pid else 0)
    work()
    return time.process_time() + (child_seconds(pid) if pid else 0) - before


def main() -> int:
    """The script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    near, there = DicomInstances(Limits()), Apart(Limits())
    total = [0.0, 0.0]
    for syntax, refs in files(options.path).items():
        export(there, refs)
        (process,) = there._decoders._idle
        least = [float("inf"), float("inf")]
        for _ in range(options.rounds):
            least[0] = min(least[0], spent(lambda refs=refs: export(near, refs)))
            least[1] = min(least[1], spent(lambda refs=refs: export(there, refs), process.pid))
        total = [a + b for a, b in zip(total, least, strict=True)]
        both = f"here {least[0]:6.3f} s  apart {least[1]:6.3f} s  {least[1] / least[0]:.2f}"
        print(f"{syntax:26} {len(refs):3} files  {both}")
    print(f"all: {total[1] / total[0]:.3f} of the time; at most {MOST:.2f}")
    return total[1] > MOST * total[0]


if __name__ == "__main__":
    sys.exit(main())
