"""How fast pixels are, each time beside pydicom on the same data, in turn, in one run.

    python -m tests.benchmarks.pixels [--rounds 9]

| measured                                                     | limit                                             |
| ------------------------------------------------------------ | ------------------------------------------------- |
| a new window on a held 512 x 512 slice                       | 4 times pydicom's modality and VOI LUT to 8 bits  |
| the same on 4096 x 4096, in a pane of 800 x 800              | 150 times                                         |
| frame 30 of an open native file of 60 frames                 | 200 times ``dcmread().pixel_array[30]``           |
| the same of compressed files                                 | 50 times                                          |
| JPEG lossless 512 x 512                                      | 2.5 times the fastest plug-in of pydicom          |
| the first picture of a JPEG 2000 of 2048 x 2048 in 512 x 512 | 4 times the whole                                 |
| the longest pause of another thread while a frame decodes    | 20 ms                                             |
| export of one CT file                                        | 1.5 times ``python -c "import pydicom, numpy"``   |

All but the pause are CPU time, the least of rounds in which each side has its turn. The last
column is what no program could do better: a copy of the memory, or the codec alone. Pixels are 16 bits, signed, as a CT
has them; the compressed ones have 12 of 16 bits.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import apply_modality_lut, apply_voi_lut, get_decoder, pixel_array
from pydicom.uid import UID, JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from tests import phantoms
from tui.adapters.opened import open_instance
from tui.core.pipeline import Renderer, halvings
from tui.core.values import View, Viewport, Voi, VoiKind, Window
from tui.service.settings import Limits

HTJ2K = UID("1.2.840.10008.1.2.4.201")
Call = Callable[[], object]


def once(call: Call) -> float:
    """CPU milliseconds of one call, the mean of as many as the clock needs."""
    calls, start = 0, time.process_time()
    while (spent := time.process_time() - start) < 0.02 or not calls:
        call()
        calls += 1
    return spent / calls * 1000


def in_turn(calls: list[Call], rounds: int) -> list[float]:
    """CPU milliseconds of each, the least of rounds in which each has its turn: what others do to us counts little."""
    for call in calls:
        call()
    found = [[once(call) for call in calls] for _ in range(rounds)]
    return [min(column) for column in zip(*found, strict=True)]


class Report:
    """Prints each line as it is measured, and remembers which limits do not hold."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.failed: list[str] = []
        print(f"{'ratio of CPU':<40}{'ours':>10}{'theirs':>10}{'ratio':>8}{'limit':>8}{'floor':>10}")

    def times(self, name: str, ours: Call, theirs: Call, limit: float, floor: Call) -> None:
        """Ours must be ``limit`` times as fast as theirs; the floor is printed only."""
        a, b, c = in_turn([ours, theirs, floor], self.rounds)
        print(f"{name:<40}{a:>7.3f} ms{b:>7.1f} ms{b / a:>8.1f}{limit:>8.1f}{c:>7.3f} ms")
        self.failed += [] if b / a >= limit else [name]

    def most(self, name: str, ours: float, theirs: float | None, limit: float) -> None:
        """Ours must be at most ``limit`` (times theirs)."""
        ratio = ours if theirs is None else ours / theirs
        shown = "" if theirs is None else f"{theirs:.1f} ms"
        print(f"{name:<40}{ours:>7.1f} ms{shown:>10}{ratio:>8.2f}{limit:>8.1f}")
        self.failed += [] if ratio <= limit else [name]


# ------------------------------------------------------------------------------------------------- windows


def slices(size: int) -> np.ndarray:
    """A CT slice of 12 bits with noise, enlarged where it is large."""
    picture = phantoms.head(512).astype(np.int32) + 1024
    picture = np.kron(picture, np.ones((size // 512, size // 512), np.int32))
    noise = np.random.default_rng(1).normal(0, 12, picture.shape)
    return (picture + noise).clip(0, 4095).astype(np.uint16)


def windows(report: Report, size: int, pane: int, limit: float) -> None:
    from tui.core.frames import Frame

    ds = phantoms.grey(slices(size), phantoms.CT, stored=12)
    ds.RescaleSlope, ds.RescaleIntercept = 1, -1024
    stored = ds.pixel_array
    frame, renderer, numbers = Frame(stored, "MONOCHROME2", ds), Renderer(), count(1)

    def ours() -> object:
        window = Window(40 + next(numbers) % 97, 400)
        return renderer.draw(frame, View(voi=Voi(VoiKind.MANUAL, window=window)), Viewport(pane, pane))

    def theirs() -> object:
        ds.WindowCenter, ds.WindowWidth = 40 + next(numbers) % 97, 400
        shown = apply_voi_lut(apply_modality_lut(stored, ds), ds)
        low, high = shown.min(), shown.max()
        return ((shown - low) * (255 / (high - low))).astype(np.uint8)

    shown = min(size, pane)
    source, target = np.zeros((shown, shown), np.uint16), np.zeros((shown, shown), np.uint8)
    floor = lambda: np.copyto(target, source, casting="unsafe")  # noqa: E731
    report.times(f"window, {size} x {size} in {pane} x {pane}", ours, theirs, limit, floor)


# ------------------------------------------------------------------------------------------------- frames


def packed(frame: np.ndarray) -> bytes:
    """RLE of 16 bits (PS3.5 annex G)."""
    parts = [(frame >> 8).astype(np.uint8), (frame & 255).astype(np.uint8)]
    segments = [imagecodecs.packbits_encode(part) for part in parts]
    segments = [segment + b"\0" * (len(segment) % 2) for segment in segments]
    offsets = np.zeros(16, "<u4")
    offsets[:3] = 2, 64, 64 + len(segments[0])
    return offsets.tobytes() + b"".join(segments)


ENCODERS: dict[str, tuple[UID, Callable[[np.ndarray], bytes]]] = {
    "RLE": (RLELossless, packed),
    "JPEG-LS": (JPEGLSLossless, imagecodecs.jpegls_encode),
    "JPEG 2000": (JPEG2000Lossless, lambda frame: imagecodecs.jpeg2k_encode(frame, level=0, codecformat="j2k")),
    "HTJ2K": (HTJ2K, imagecodecs.htj2k_encode),
    "JPEG lossless": (JPEGLosslessSV1, lambda frame: imagecodecs.jpeg8_encode(frame, lossless=True, predictor=1)),
}


def file_of(folder: Path, name: str, size: int, frames: int) -> Path:
    pixels = slices(size)
    stored = 12
    if name == "native":
        pixels, stored = pixels.astype(np.int16) - 1024, 16
    rolled = np.stack([np.roll(pixels, 7 * n, 1) for n in range(frames)])
    ds = phantoms.grey(rolled, phantoms.US_MULTI, stored=stored)
    if not name.startswith("native"):
        syntax, encode = ENCODERS[name]
        data = [encode(frame) for frame in rolled]
        ds.file_meta.TransferSyntaxUID = syntax
        ds.PixelData = encapsulate(data)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    return phantoms.save(ds, folder / f"{name}-{size}-{frames}.dcm")


def multi_frame(report: Report, folder: Path, name: str, limit: float) -> None:
    path = file_of(folder, name, 512, 60)
    opened = open_instance(str(path), Limits())
    expected = dcmread(path).pixel_array[30]
    assert np.array_equal(opened.frame(30).stored, expected)
    if name.startswith("native"):
        floor: Call = expected.copy
    else:
        places = opened._places(opened._element)[1]
        with opened._source.open() as reader:
            data = places.read(reader, 30, 1 << 30)
        floor = codec(name, data)
    theirs = lambda: dcmread(path).pixel_array[30]  # noqa: E731
    report.times(f"frame 30 of 60, {name}", partial(opened.frame, 30), theirs, limit, floor)


def codec(name: str, data: bytes) -> Call:
    decoders: dict[str, Callable[[bytes], object]] = {
        "RLE": lambda data: imagecodecs.packbits_decode(data[64:]),
        "JPEG-LS": imagecodecs.jpegls_decode,
        "JPEG 2000": imagecodecs.jpeg2k_decode,
        "HTJ2K": imagecodecs.htj2k_decode,
        "JPEG lossless": imagecodecs.jpeg8_decode,
    }
    return lambda: decoders[name](data)


def lossless(report: Report, folder: Path) -> None:
    path = file_of(folder, "JPEG lossless", 512, 1)
    opened = open_instance(str(path), Limits())
    decoder = get_decoder(JPEGLosslessSV1)
    if not decoder.is_available:
        print("JPEG lossless: skipped, pydicom has no plug-in for it: pip install pylibjpeg-libjpeg python-gdcm")
        return
    data = bytes(dcmread(path).PixelData)
    plugins = decoder.available_plugins
    calls: dict[str, Call] = {name: partial(pixel_array, path, decoding_plugin=name) for name in plugins}
    fastest = min(plugins, key=lambda name: once(calls[name]))
    floor = codec("JPEG lossless", next(generate_frames(data, number_of_frames=1)))
    report.times(f"JPEG lossless 512, {fastest}", partial(opened.frame, 0), calls[fastest], 2.5, floor)


def preview(report: Report, folder: Path) -> None:
    opened = open_instance(str(file_of(folder, "JPEG 2000", 2048, 1)), Limits())
    wanted = halvings(opened.dataset, 0, View(), Viewport(512, 512))
    first = opened.reduced(0, wanted)
    assert first is not None and first.stored.shape == (512, 512)
    report.times(
        "JPEG 2000 2048 in 512, first",
        partial(opened.reduced, 0, wanted),
        partial(opened.frame, 0),
        4,
        first.stored.copy,
    )


# ------------------------------------------------------------------------------------------------- pauses


def longest_pause(work: Call) -> float:
    """Milliseconds: the longest time for which this thread does not run while another one works."""
    ended = threading.Event()
    worker = threading.Thread(target=lambda: (work(), ended.set()))
    longest, before = 0.0, time.perf_counter()
    worker.start()
    while not ended.is_set():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    worker.join()
    return longest * 1000


def pauses(report: Report, folder: Path) -> None:
    for name in ("native", *ENCODERS):
        opened = open_instance(str(file_of(folder, name, 2048, 1)), Limits())
        opened.frame(0)
        pause = min(longest_pause(partial(opened.frame, 0)) for _ in range(5))  # what others do to us counts little
        report.most(f"longest pause, 2048 x 2048 {name}", pause, None, 20)


# ------------------------------------------------------------------------------------------------- export


def cpu(argv: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def export(report: Report, folder: Path, rounds: int) -> None:
    path = phantoms.save(phantoms.ct(6, size=512), folder / "one.dcm")
    ours, theirs = [], []
    for number in range(rounds):
        target = folder / f"out-{number}"
        ours.append(cpu([sys.executable, "-m", "tui", "export", str(path), "-o", str(target)]))
        theirs.append(cpu([sys.executable, "-c", "import pydicom, numpy"]))
    report.most("export of one CT file", min(ours), min(theirs), 1.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    report = Report(options.rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        windows(report, 512, 512, 4)
        windows(report, 4096, 800, 150)
        multi_frame(report, folder, "native", 200)
        report.rounds = min(report.rounds, 5)  # theirs take seconds
        for codec_name in ("RLE", "JPEG-LS", "JPEG 2000", "HTJ2K"):
            multi_frame(report, folder, codec_name, 50)
        lossless(report, folder)
        preview(report, folder)
        pauses(report, folder)
        export(report, folder, options.rounds)
    print("over the limit: " + ", ".join(report.failed) if report.failed else "all within their limits")
    return bool(report.failed)


if __name__ == "__main__":
    raise SystemExit(main())
