"""Whether every pixel is right: real files through Safelight, and through the decoders and viewers it is compared with.

    python -m tests.conformance.pixels [--all-frames] [--quick] [--verbose]

prints a table by folder: files with pixels, shown, exact, and the reasons for the rest. A file is exact if

- its stored values have the digest of the manifest of the corpus, or equal what pydicom decodes (PS3.5 8.2, A.4);
- grey: its picture equals that of DCMTK in every pixel, in a window given by numbers (``+Ww``) and in the default
  rendering (first window ``+Wi 1``; VOI LUT ``+Wl 1``, at most 1 of 255 apart). Frames that DCMTK cannot decode are
  given to it uncompressed, with the attributes of the frame's functional groups at the top;
- colour: its picture equals pydicom's conversion; ICC profiles are left out here, palettes are exact;
- after lossy JPEG, where decoders round differently: at most 2 of 255 apart.

Where DCMTK does not follow the standard, :func:`decided` names the section that decides and what is compared instead.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut, pixel_array
from pydicom.uid import UID

from tests import phantoms
from tests.conformance.test_decoding import BIG_ENDIAN, CORPUS, LOSSY_JPEG, WHEEL, digest, manifest
from tui.adapters.opened import OpenInstance, open_instance
from tui.core import attributes, modality
from tui.core.colour import Colour
from tui.core.frames import Frame
from tui.core.grey import Grey
from tui.core.pipeline import Renderer, content_of
from tui.core.values import View, Voi, VoiKind, Window
from tui.core.voi import VoiLut
from tui.errors import NoPictureError, UnreadableError
from tui.service.settings import Limits

ALONE = "no other decoder can show it: its stored values are compared with those of its siblings in test_decoding"
TOOLS = ("dcm2pnm", "dcmj2pnm", "dcml2pnm")
FLOAT_TAGS = ("FloatPixelData", "DoubleFloatPixelData")
LOSSY = LOSSY_JPEG | {"1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203"}


@dataclass
class Verdict:
    """What became of one file; ``reasons`` are why it is not exact, ``notes`` what decided where an oracle does not."""

    path: str
    folder: str
    shown: bool = False
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        return self.shown and not self.reasons


# ------------------------------------------------------------------------------------------------- the oracles


def dcmtk(path: Path, *flags: str, frame: int = 0) -> np.ndarray | None:
    """DCMTK's picture without overlays, by the first of its tools that can decode it, or None."""
    for tool in TOOLS:
        words = [tool, "-q", "-O", "+F", str(frame + 1), *flags, str(path)]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode == 0 and done.stdout:
            return np.asarray(Image.open(io.BytesIO(done.stdout)))
    return None


_STAGES = (
    "RescaleSlope", "RescaleIntercept", "ModalityLUTSequence", "WindowCenter", "WindowWidth", "VOILUTFunction",
    "VOILUTSequence", "PresentationLUTShape", "Modality",
)  # fmt: skip


def plain(frame: Frame, content: Grey, folder: Path) -> Path:
    """The frame alone, uncompressed, with what the file or its functional groups say of the stages; no padding."""
    stored = modality.bits_stored(frame.dataset, content.stored)
    photometric = frame.photometric if "MONO" in frame.photometric else "MONOCHROME2"
    sop_class = UID(attributes.text(frame.dataset, "SOPClassUID")) or phantoms.SC
    ds = phantoms.grey(content.stored, sop_class, photometric=photometric, stored=stored)
    for keyword in _STAGES:
        found = attributes.value(frame.dataset, keyword, frame.index)
        if found is not None:
            setattr(ds, keyword, found)
    return phantoms.save(ds, folder / "plain.dcm")


def theirs_in_colour(path: Path, frame: Frame) -> np.ndarray | None:
    """pydicom's picture in 8 bits, or None where it has no decoder."""
    try:
        array = pixel_array(path, index=frame.index, raw=False)
    except (RuntimeError, ValueError, AttributeError, NotImplementedError):
        return None
    if frame.photometric == "PALETTE COLOR":
        array = apply_color_lut(array, frame.dataset)
        bits = int(frame.dataset.RedPaletteColorLookupTableDescriptor[2])
        return (
            array if array.dtype == np.uint8 else (array >> (8 if bits > 8 and array.max() > 255 else 0)).astype("u1")
        )
    bits = modality.bits_stored(frame.dataset, frame.stored)
    return array if bits == 8 else np.floor(array * (255 / (2**bits - 1))).astype(np.uint8)


def decided(content: Grey) -> tuple[str, np.ndarray | None]:
    """Where DCMTK 3.6.7 leaves the standard on this picture: the section that decides, and the pixels that remain.

    The mask is True where pixels can be compared; None stands for no pixel.
    """
    ds, frame = content.frame.dataset, content.frame.index
    everywhere = np.ones(content.stored.shape, np.bool_)
    if content.stored.dtype.kind == "f":
        return "C.7.6.24: DCMTK does not read float pixels", None
    if modality.bits_stored(ds, content.stored) > 16 or content.stored.itemsize > 2:
        return "C.7.6.3: DCMTK windows more than 16 bits in steps of its own", None
    if content.palette is not None:
        return "C.7.6.19: DCMTK leaves out the supplemental palette", content.stored < content.palette.first
    slope = attributes.number(ds, "RescaleSlope", frame, default=1.0)
    intercept = attributes.number(ds, "RescaleIntercept", frame, default=0.0)
    if isinstance(content.transform, modality.Rescale) and (slope % 1 or intercept % 1):
        return "C.11.1.1.2: DCMTK cuts rescaled values to whole numbers", None
    highest = 2 ** modality.bits_stored(ds, content.stored) - 1
    if content.stored.dtype.kind == "u" and content.stored.max() > highest:
        return "PS3.5 8.1.1: DCMTK wraps what lossy JPEG overshoots Bits Stored", content.stored <= highest
    if content.padding is not None:
        return "C.7.5.1.1.2: DCMTK draws padding as a value", content.valid(content.stored)
    return "", everywhere


def differ(ours: np.ndarray, theirs: np.ndarray, tolerance: int, where: np.ndarray | None = None) -> str:
    """How two pictures differ, or nothing."""
    if ours.ndim == 3 and theirs.ndim == 2 and where is not None:  # grey but for some pixels in colour
        ours = ours[..., 0]
    if ours.shape != theirs.shape:
        return f"{ours.shape} is not {theirs.shape}"
    apart = np.abs(ours.astype(int) - theirs)
    if where is not None:
        apart = apart[where]
    if not apart.size or apart.max() <= tolerance:
        return ""
    return f"up to {apart.max()} apart in {np.count_nonzero(apart > tolerance)} values"


# ------------------------------------------------------------------------------------------------- one file


def stored_values(path: Path, opened: OpenInstance, row: dict[str, str] | None, frames: int) -> str:
    """What is wrong with the stored values, or nothing: by the manifest's digest, else by pydicom."""
    syntax = attributes.text(opened.dataset.file_meta, "TransferSyntaxUID")
    if syntax in LOSSY_JPEG:
        return ""
    if row is not None and row["pixel_hash"] and (opened.frames == 1 or frames >= opened.frames):
        found = digest(opened, opened.frames, swapped=syntax == BIG_ENDIAN)
        return "" if found == row["pixel_hash"] else "the stored values have another digest than the manifest's"
    for index in {0, opened.frames - 1} if opened.frames else ():
        frame = opened.frame(index)
        try:
            other = pixel_array(path, index=index, raw=frame.photometric != "RGB")
        except (RuntimeError, ValueError, AttributeError, NotImplementedError):
            continue
        if problem := differ(frame.stored, other, 0) if frame.stored.dtype.kind in "iu" else "":
            return f"stored values: {problem}"
    return ""


def grey(path: Path, content: Grey, folder: Path, verdict: Verdict, lossy: bool) -> None:
    """Compare the picture in a window given by numbers, and in the default rendering."""
    section, where = decided(content)
    if section:
        verdict.notes.append(section)
    if where is None:
        whole_numbers(content, folder, verdict)
        by_the_formula(content, verdict)
        return
    frame = content.frame
    grouped = "SharedFunctionalGroupsSequence" in frame.dataset or "PerFrameFunctionalGroupsSequence" in frame.dataset
    bits = attributes.own_integer(frame.dataset, "BitsAllocated")
    made = grouped or bits not in (8, 16) or "MONO" not in frame.photometric
    flags = window_flags(whole_window(content))
    theirs = None if made else dcmtk(path, *flags, frame=frame.index)
    if theirs is None:
        path, made = plain(frame, content, folder), True
        theirs = dcmtk(path, *flags)
    if theirs is None:
        verdict.notes.append(ALONE)
        return
    tolerance = 2 if lossy and not made else 0
    ours = Renderer().render(frame, manual(content, whole_window(content))).pixels
    if problem := differ(ours, theirs, tolerance, where):
        verdict.reasons.append(f"window: {problem}")
    first = content.offer.first
    if first is not None:
        lut = isinstance(first.curve, VoiLut)
        wanted = (*(("+Wl", "1") if lut else ("+Wi", "1")), *_function(content))
        theirs = dcmtk(path, *wanted, frame=0 if made else frame.index)
        ours = Renderer().render(frame, View(overlays=False)).pixels
        if theirs is not None and (problem := differ(ours, theirs, max(tolerance, int(lut)), where)):
            verdict.reasons.append(f"{'VOI LUT' if lut else 'first window'}: {problem}")


def _function(content: Grey) -> tuple[str, ...]:
    return ("+Wfs",) if content.offer.function == "SIGMOID" else ()


def whole_numbers(content: Grey, folder: Path, verdict: Verdict) -> None:
    """For values that DCMTK cannot follow: compare the stages on the whole numbers next to them, without rescaling."""
    valid = content.valid(content.stored)
    values = content.transform(np.where(valid, content.stored, 0))
    if not -30_000 < values.min() <= values.max() < 30_000:
        values = (values - values.min()) * (30_000 / np.ptp(values))
    ds = Dataset()
    ds.BitsStored, ds.PixelRepresentation = 16, 1
    made = content_of(Frame(np.trunc(values).astype(np.int16), content.frame.photometric, ds))
    assert isinstance(made, Grey)
    window = whole_window(made)
    theirs = dcmtk(plain(made.frame, made, folder), *window_flags(window))
    if theirs is None:
        verdict.notes.append(ALONE)
    elif problem := differ(Renderer().render(made.frame, manual(made, window)).pixels, theirs, 0):
        verdict.reasons.append(f"window on whole numbers: {problem}")


def by_the_formula(content: Grey, verdict: Verdict) -> None:
    """Compare with PS3.3 C.11.2.1.2 in float64, written here anew; where 255 * y is whole, either side is right."""
    ds, frame = content.frame.dataset, content.frame.index
    if content.offer.function != "LINEAR" or isinstance(content.transform, modality.LookupTable):
        verdict.notes.append("not compared with the formula")
        return
    slope = attributes.number(ds, "RescaleSlope", frame, attributes.number(ds, "DoseGridScaling", frame, 1.0))
    intercept = attributes.number(ds, "RescaleIntercept", frame, 0.0)
    values = content.stored.astype(np.float64) * (slope or 1.0) + (intercept or 0.0)
    center, width = content.levels.percentile(50), (content.levels.high - content.levels.low) * 0.7 + 2
    y = np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1)
    wanted = 255 * (1 - y if content.presentation.inverse else y)
    ours = Renderer().render(content.frame, manual(content, Window(center, width))).pixels
    wrong = (ours != np.floor(wanted)) & (np.abs(wanted - np.rint(wanted)) > 1e-6) & content.valid(content.stored)
    if wrong.any():
        verdict.reasons.append(f"formula: {np.count_nonzero(wrong)} values differ")


def window_flags(window: Window) -> tuple[str, str, str]:
    return "+Ww", f"{window.center:.0f}", f"{window.width:.0f}"


def whole_window(content: Grey) -> Window:
    """A window of whole numbers, in the modality's units, that cuts off a part of the picture on either side."""
    low, high = content.levels.percentile(5), content.levels.percentile(95)
    return Window(float(round((low + high) / 2)), float(max(round(high - low), 2)))


def manual(content: Grey, window: Window) -> View:
    """A view in this window; for PET it is given in SUV."""
    unit = content.offer.uptake or 1.0
    return View(voi=Voi(VoiKind.MANUAL, window=Window(window.center * unit, window.width * unit)), overlays=False)


def colour(path: Path, content: Colour, verdict: Verdict, lossy: bool) -> None:
    theirs = theirs_in_colour(path, content.frame)
    if theirs is None:
        theirs = dcmtk(path, frame=content.frame.index)
        lossy = lossy or content.frame.photometric.startswith("YBR")  # which DCMTK converts by whole numbers
        verdict.notes.append(
            "pydicom cannot decode its colours: compared with DCMTK's" if theirs is not None else ALONE
        )
    if theirs is None:
        return
    ours = Renderer().render(content.frame, View(overlays=False, icc=False)).pixels
    if problem := differ(ours, theirs, 2 if lossy else 0):
        verdict.reasons.append(f"colour: {problem}")


def judge(path: Path, name: str, row: dict[str, str] | None, folder: Path, all_frames: bool = False) -> Verdict | None:
    """One file through everything; None without pixels."""
    verdict = Verdict(name, name.partition("/")[0] if "/" in name else "pydicom's wheel")
    try:
        opened = open_instance(str(path), Limits())
        if not opened.frames:
            return None
        frame = opened.frame(0)
        content = content_of(frame, icc=False)
        Renderer().render(frame, View())
    except (NoPictureError, UnreadableError) as error:
        if row is None and isinstance(error, UnreadableError):
            return None
        verdict.reasons.append(f"not shown: {error}")
        return verdict
    verdict.shown = True
    lossy = attributes.text(opened.dataset.file_meta, "TransferSyntaxUID") in LOSSY_JPEG
    if problem := stored_values(path, opened, row, opened.frames if all_frames else 1):
        verdict.reasons.append(problem)
    if isinstance(content, Grey):
        grey(path, content, folder, verdict, lossy)
    else:
        colour(path, content, verdict, lossy)
    return verdict


# ------------------------------------------------------------------------------------------------- all files

Case = tuple[Path, str, dict[str, str] | None]


def cases(quick: bool = False) -> list[Case]:
    """Files of the corpus that have pixels, and all of pydicom's wheel.

    With ``quick`` one of each kind of each folder: SOP class, transfer syntax, colours, bits, sign, and no large ones.
    """
    found: list[Case] = []
    kinds = set()
    for row in manifest():
        keys = ("sop_class_uid", "transfer_syntax_uid", "photometric", "bits_stored", "bits_allocated", "signed")
        kind = (str(Path(row["path"]).parent), *(row[key] for key in keys))
        if quick and (kind in kinds or int(row["bytes"]) > 2_000_000):
            continue
        kinds.add(kind)
        found.append((CORPUS / row["path"], row["path"], row))
    wheel = sorted(path for path in WHEEL.rglob("*") if path.is_file())
    return found + [(path, path.name, None) for path in wheel if not quick or path.stat().st_size < 500_000]


def survey(chosen: Iterable[Case], all_frames: bool = False) -> list[Verdict]:
    verdicts = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, name, row in chosen:
            if (verdict := judge(path, name, row, Path(folder), all_frames)) is not None:
                verdicts.append(verdict)
    return verdicts


def table(verdicts: list[Verdict], verbose: bool = False) -> str:
    """The table as text: a line a folder, the sum, then the reasons and the sections that decided."""
    lines = [f"{'folder':<24}{'files':>7}{'shown':>7}{'exact':>7}"]
    folders = defaultdict(list)
    for verdict in verdicts:
        folders[verdict.folder].append(verdict)
    for name, inside in [*sorted(folders.items()), ("all", verdicts)]:
        shown, exact = sum(v.shown for v in inside), sum(v.exact for v in inside)
        lines.append(f"{name:<24}{len(inside):>7}{shown:>7}{exact:>7}")
    lines.append("")
    lines += [f"not exact: {v.path}: {'; '.join(v.reasons)}" for v in verdicts if not v.exact]
    counted = Counter(note for v in verdicts for note in v.notes)
    lines += [f"{count:>5} files  {note}" for note, count in counted.most_common()]
    if verbose:
        lines += [f"{v.path}: {'; '.join(v.notes)}" for v in verdicts if v.notes]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all-frames", action="store_true", help="digests over all frames of multi-frame files")
    parser.add_argument("--quick", action="store_true", help="one file of each kind")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    start = time.monotonic()
    verdicts = survey(cases(options.quick), options.all_frames)
    print(table(verdicts, options.verbose))
    print(f"{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
