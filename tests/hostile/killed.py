"""What writes, ended at any point: the sources stay whole, nothing half bears a final name, the next run works.

    python -m tests.hostile.killed [POINTS] [--seed N] [--signal KILL|INT|TERM]

A point is a call within the modules that write, counted by a first run; the program sends itself the signal there. The
points are drawn from the seed, for each command as many. What is killed may leave a file without a final name until
the next run; what is interrupted or told to go leaves none.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from tests import phantoms
from tests.hostile import children
from tests.hostile.children import Place
from tui.adapters import processes

COMMANDS = {
    "export": ["export", "{source}", "-o", "{out}"],
    "anonymize": ["anonymize", "{source}", "-o", "{out}"],
    "edit": ["edit", "--set", "PatientComments=changed", "{source}", "-o", "{out}"],
    "convert": ["convert", "--transfer-syntax", "rle", "{source}", "-o", "{out}"],
    "mask": ["mask", "{source}", "--range=-100,100", "--format", "nifti", "-o", "{out}"],
    "edit in place": ["edit", "--set", "PatientComments=changed", "--in-place", "{source}"],
}
WRITERS = (
    "output.py", "inplace.py", "copying.py", "drafts.py", "workplace.py", "leftovers.py",
    "exporting.py", "writing.py", "converting.py", "masking.py",
)  # fmt: skip
CODES = {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130, signal.SIGTERM: 143}
FILES = 3


class Fuse:
    """Counts the calls within the modules that write, and sends the process a signal at one of them."""

    def __init__(self, number: signal.Signals, last: int = 0) -> None:
        self.count = 0
        self._number = number
        self._last = last

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        if self._number != signal.SIGKILL and event.startswith("c_"):
            return  # an interrupt is heard of between calls, not as a function of C begins
        if frame.f_code.co_filename.endswith(WRITERS) and "/tui/" in frame.f_code.co_filename:
            self.count += 1
            if self.count == self._last:
                os.kill(os.getpid(), self._number)


def carry_out(
    words: list[str], place: Place, number: signal.Signals = signal.SIGKILL, last: int = 0
) -> tuple[int, int]:
    """A command line in a copy of this process: exit code, negative for a signal, and how many calls were counted."""
    told = place.root / "count"
    told.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        try:
            processes.silence()
            fuse = Fuse(number, last)
            sys.setprofile(fuse)
            from tui.cli import main

            try:
                code = main(words)
            except SystemExit as ended:
                code = int(ended.code or 0)
            sys.setprofile(None)
            told.write_text(str(fuse.count))
            os._exit(code)
        finally:
            os._exit(99)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, int(told.read_text()) if told.exists() else 0


def sources(folder: Path) -> dict[str, bytes]:
    """New files to write of."""
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(FILES):
        phantoms.save(phantoms.ct(number, size=32), folder / f"{number}.dcm")
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder that bear a final name, by their names; a journal says itself how far it goes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".safelight") for part in path.relative_to(folder).parts)
    }


def faults(name: str, number: signal.Signals, point: int, place: Place) -> tuple[list[str], int]:
    """End a command at a point; what is wrong then, and the calls that it made if it was not ended."""
    source, out = place.root / "source", place.root / "out"
    before = sources(source)
    shutil.rmtree(out, ignore_errors=True)
    words = [word.format(source=source, out=out) for word in COMMANDS[name]]
    code, count = carry_out(words, place, number, point)
    if not point:
        return [] if code == 0 else [f"exit code {code}"], count
    over = 0 < count < point  # a run may take a few calls less than the one that was counted
    found = [] if over or code == CODES[number] else [f"exit code {code}"]
    if number != signal.SIGKILL:
        found += [f"{path} was left" for path in unfinished(place)]
    after = contents(source)
    for path, data in before.items():
        kept = after.get(f"{path}.bak", data) == data
        if after.get(path) != data and not (name == "edit in place" and kept and whole(after.get(path, b""))):
            found.append(f"{path} was changed")
        if name == "edit in place" and data not in after.values():
            found.append(f"the old bytes of {path} are lost")
    for path, data in contents(out).items() if out.exists() else ():
        if not whole(data):
            found.append(f"{path} of {len(data)} bytes is half a file")
    code, _ = carry_out(words, place)
    if code not in (0, 1):  # 1: a copy that is there already is not written again
        found.append(f"the next run has exit code {code}")
    return found + [f"{path} is left after the next run" for path in unfinished(place)], 0


def unfinished(place: Place) -> list[str]:
    """Temporary files beside the sources and the outputs."""
    return [path.name for name in ("source", "out") for path in (place.root / name).rglob(".safelight-*")]


def whole(data: bytes) -> bool:
    """Whether a picture or a DICOM file is all there."""
    import gzip
    from io import BytesIO

    from PIL import Image, UnidentifiedImageError
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    try:
        if data.startswith(b"\x1f\x8b"):
            return len(gzip.decompress(data)) > 32 * 32
        if data.startswith(b"\x89PNG"):
            Image.open(BytesIO(data)).load()
            return data.endswith(b"IEND\xaeB`\x82")
        return dcmread(BytesIO(data)).pixel_array.shape == (32, 32)
    except (OSError, EOFError, ValueError, AttributeError, InvalidDicomError, UnidentifiedImageError):
        return False


def judged(points: int, seed: int, number: signal.Signals = signal.SIGKILL) -> Iterator[tuple[str, int, list[str]]]:
    """Command, point and faults of every kill."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        place = Place.new(Path(folder))
        children.warm(place.environment())
        for name in COMMANDS:
            found, count = faults(name, number, 0, place)
            yield name, 0, found if count else [*found, "nothing was counted"]
            for point in sorted(rng.sample(range(1, count + 1), min(points, count))):
                yield name, point, faults(name, number, point, place)[0]


def main() -> int:
    """The script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("points", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--signal", choices=[number.name[3:] for number in CODES], default="KILL")
    options = parser.parse_args()
    ends = failed = 0
    for name, point, found in judged(options.points, options.seed, signal.Signals[f"SIG{options.signal}"]):
        ends += bool(point)
        failed += bool(found)
        for fault in found:
            print(f"{name} ended at call {point}: {fault}", flush=True)
    print(f"{ends} ends by {options.signal}, {failed} with faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
