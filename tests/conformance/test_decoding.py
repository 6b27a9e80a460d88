"""Every file of the corpus and of pydicom's wheel is decoded, and compared with what trusted decoders gave.

``python -m tests.conformance.test_decoding [--all]`` prints the table: files with pixels, decoded, equal, and the
reasons for the rest; ``--all`` decodes every frame instead of those of single-frame files.
"""

from __future__ import annotations

import csv
import hashlib
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from tui.adapters.opened import OpenInstance, open_instance
from tui.core.attributes import text
from tui.errors import NoPictureError, SafelightError, UnreadableError
from tui.service.settings import Limits

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
WHEEL = Path(pydicom.__file__).parent / "data" / "test_files"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
# Decoders of lossy JPEG round differently; these are compared with DCMTK's and pydicom's values instead.
LOSSY_JPEG = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55)}
# Files that have pixels and cannot be shown, and what the reason must say.
NO_PICTURE = {
    "broken/dwv-test_no-number-rows.dcm": "Rows is missing",
    "broken/invalid_compression.dcm": "does not begin with a JPEG",
}
# The same among pydicom's own test files.
NO_PICTURE_WHEEL = {
    "JPEG2000-embedded-sequence-delimiter.dcm": "3722445056",  # its size was overwritten; pydicom refuses it too
    "meta_missing_tsyntax.dcm": "Rows is missing",  # pixel data of a few bytes and no Image Pixel module
    "nested_priv_SQ.dcm": "Rows is missing",
}


@dataclass
class Survey:
    """What became of the files."""

    files: int = 0
    decoded: int = 0
    equal: int = 0
    lossy: int = 0
    unhashed: int = 0
    differing: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def manifest() -> list[dict[str, str]]:
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["kind"] == "dicom" and row["has_pixels"] == "yes"]


def digest(instance: OpenInstance, frames: int, *, swapped: bool = False) -> str:
    """As the manifest's ``pixel_hash``: over the samples of all frames; of big endian files as they lie there."""
    sha = hashlib.sha1(usedforsecurity=False)
    for index in range(frames):
        stored = np.ascontiguousarray(instance.frame(index).stored)
        sha.update((stored.byteswap() if swapped else stored).tobytes())
    return sha.hexdigest()[:12]


def survey(rows: list[dict[str, str]], *, whole: bool) -> Survey:
    """Decode the first frame of each file, all frames where there is one or with ``whole``."""
    result = Survey()
    for row in rows:
        result.files += 1
        path = row["path"]
        try:
            instance = open_instance(str(CORPUS / path), Limits())
            frames = int(row["frames"] or 1)
            if instance.frames != frames:
                result.missing.append(f"{path}: {instance.frames} of {frames} frames")
            if not whole and frames > 1:
                instance.frame(0)
                instance.frame(instance.frames - 1)
                result.decoded += 1
                result.unhashed += 1
                continue
            found = digest(instance, instance.frames, swapped=row["transfer_syntax_uid"] == BIG_ENDIAN)
        except SafelightError as error:
            result.refused[path] = f"{type(error).__name__}: {error}"
            continue
        result.decoded += 1
        if found == row["pixel_hash"]:
            result.equal += 1
        elif not row["pixel_hash"]:
            result.unhashed += 1
        elif row["transfer_syntax_uid"] in LOSSY_JPEG:
            result.lossy += 1
        else:
            result.differing.append(path)
    return result


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_corpus(corpus: Path) -> None:
    found = survey(manifest(), whole=False)
    assert found.files > 1400
    assert set(found.refused) == set(NO_PICTURE), found.refused
    assert all(NO_PICTURE[path] in why for path, why in found.refused.items())
    assert not found.differing
    assert not found.missing
    assert found.equal > 1300


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_all_frames_of_some_multi_frame_files(corpus: Path) -> None:
    """One of each way in which frames lie in a file, and small."""
    rows = [row for row in manifest() if int(row["frames"] or 1) > 1 and int(row["bytes"]) < 3_000_000]
    found = survey(rows, whole=True)
    assert len(rows) > 10
    assert (found.differing, found.missing, found.refused) == ([], [], {})


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("path", "same_as"),
    [
        ("seg/liver_rle.dcm", "8cab03ef31ad"),  # seg/liver.dcm: 1 bit in RLE and deflate, which pydicom does not read
        ("seg/liver_deflate.dcm", "8cab03ef31ad"),
        ("transfer-syntaxes/unsupported/test_ct1_jxl.dcm", "90430d9dd96f"),  # no-preamble/test_ct1.dcm
    ],
)
def test_files_that_pydicom_cannot_decode_equal_their_siblings(path: str, same_as: str, corpus: Path) -> None:
    instance = open_instance(str(corpus / path), Limits())
    assert digest(instance, instance.frames) == same_as


def theirs(path: Path, index: int, *, raw: bool) -> np.ndarray | None:
    """What pydicom makes of a frame; None where it refuses or lacks a plug-in (12-bit JPEG, deflated files)."""
    try:
        return pixel_array(path, index=index, raw=raw)
    except (RuntimeError, ValueError, AttributeError):
        return None


def compared(path: Path) -> str | None:
    """What differs between our first and last frame and pydicom's; empty if nothing does, None if it has none."""
    instance = open_instance(str(path), Limits())
    for index in {0, instance.frames - 1}:
        frame = instance.frame(index)
        other = theirs(path, index, raw=frame.photometric != "RGB")
        if other is None:
            return None
        if other.shape != frame.stored.shape:
            return f"{path.name}: {frame.stored.shape} is not {other.shape}"
        apart = np.abs(frame.stored.astype(float) - other.astype(float))
        lossy = text(instance.dataset.file_meta, "TransferSyntaxUID") in LOSSY_JPEG
        # Other decoders spread subsampled chroma in another way, so single pixels at edges differ by more.
        if apart.mean() > 2 if lossy else apart.any():
            return f"{path.name}: frame {index}, at most {apart.max()}, on average {apart.mean():.2f} apart"
    return ""


@pytest.mark.filterwarnings("ignore")
def test_pydicoms_own_files_against_pydicom() -> None:
    outcomes: dict[str, str | None] = {}
    refused: dict[str, str] = {}
    for path in sorted(path for path in WHEEL.rglob("*") if path.is_file()):
        try:
            if open_instance(str(path), Limits()).frames:
                outcomes[path.name] = compared(path)
        except UnreadableError:
            continue
        except NoPictureError as error:
            refused[path.name] = str(error)
    assert [line for line in outcomes.values() if line] == []
    assert set(refused) == set(NO_PICTURE_WHEEL), refused
    assert all(NO_PICTURE_WHEEL[name] in why for name, why in refused.items())
    assert sum(line == "" for line in outcomes.values()) > 65


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    found = survey(manifest(), whole="--all" in sys.argv)
    print(f"{found.files} files with pixels, {found.decoded} decoded, {found.equal} equal to the manifest,")
    print(f"{found.lossy} lossy JPEG, {found.unhashed} not compared, {len(found.differing)} other")
    for title, lines in (
        ("other hash", found.differing),
        ("refused", [f"{path}: {why}" for path, why in found.refused.items()]),
        ("frames", found.missing),
    ):
        print(f"{title}: {len(lines)}", *lines, sep="\n  ")
