"""What is left of the planted values, and whether the copies are what they must be. Uses nothing of ``tui``."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.deid.corpus import Row, rows
from tests.deid.sentinels import Sentinel

_MADE = re.compile(rb"2\.25\.[0-9]+|[PA]-[A-Z2-7]{10}")  # new UIDs and names: their digits mean nothing
_LEGAL_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")
_PIXELS = 0x7FE00010
_MARKERS = frozenset((0x00120062, 0x00120063, 0x00120064, 0x00280303))


def read(data: bytes) -> FileDataset:
    """A file in memory."""
    return pydicom.dcmread(io.BytesIO(data), force=True)


def visible(data: bytes) -> bytes:
    """All bytes in which a value could be found: those of the file, and a deflated data set inflated."""
    if DeflatedExplicitVRLittleEndian.encode() in data[:600]:
        meta = read(data).file_meta
        length = 144 + int(meta.get("FileMetaInformationGroupLength", 0))
        data += zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[length:])
    return _MADE.sub(b"", data) + _unused_bits(data)


def _unused_bits(data: bytes) -> bytes:
    """The highest bit of each cell of 16 bits, in which overlays may lie (PS3.3 C.9.2)."""
    at = data.rfind(b"\xe0\x7f\x10\0OW\0\0")
    if at < 0:
        return b""
    cells = np.frombuffer(data[at + 12 : len(data) - (len(data) - at) % 2], "<u2")
    return np.packbits(cells >> 15).tobytes()


def surviving(sentinels: Iterable[Sentinel], copies: Mapping[str, bytes]) -> list[Sentinel]:
    """The sentinels that are found in one of the copies or in its name."""
    everything = b"\n".join(visible(data) for data in copies.values())
    everything += b"\n".join(_MADE.sub(b"", name.encode()) for name in copies)
    return [s for s in sentinels if any(needle in everything for needle in s.needles)]


# ---------------------------------------------------------------------------------------------- states of the rows


def wrong_rows(sentinels: Iterable[Sentinel], pairs: Mapping[str, bytes]) -> list[str]:
    """Rows that are in none of the states that their action allows (PS3.15 Table E.1-1a).

    Parameters
    ----------
    pairs
        The copy of each source file.
    """
    by_tag = {row.tag: row for row in rows()}
    read_ones = {name: read(data) for name, data in pairs.items()}
    wrong = []
    for sentinel in sentinels:
        row = by_tag.get(sentinel.path[-1]) if sentinel.path else None
        if row is None or sentinel.file not in read_ones:
            continue
        place: Dataset | None = read_ones[sentinel.file]
        for tag in sentinel.path[:-1]:
            place = place[tag].value[0] if place is not None and tag in place and place[tag].value else None
        if place is None or not _allowed(row, place, top=len(sentinel.path) == 1):
            wrong.append(f"{row.tag:08X} {row.basic}")
    return wrong


def _allowed(row: Row, place: Dataset, *, top: bool) -> bool:
    letters = row.basic.rstrip("*").split("/")
    if row.tag not in place:
        return "X" in letters
    if letters == ["X"]:
        return False
    element = place[row.tag]
    if "Z" in letters:
        return True  # empty, or a dummy: that it is not the original is what the sentinels say
    if row.vr == "UI":
        return bool(element.value) and str(element.value).startswith("2.25.")
    return not element.is_empty


# ---------------------------------------------------------------------------------------------- the set as a whole


def marked(copy: FileDataset, longitudinal: str = "REMOVED") -> bool:
    """Markers, file meta information and preamble (PS3.15 E.1.1)."""
    codes = [code.CodeValue for code in copy.get("DeidentificationMethodCodeSequence", ())]
    return (
        copy.get("PatientIdentityRemoved") == "YES"
        and bool(copy.get("DeidentificationMethod"))
        and "113100" in codes
        and copy.get("LongitudinalTemporalInformationModified") == longitudinal
        and copy.file_meta.MediaStorageSOPInstanceUID == copy.SOPInstanceUID
        and copy.file_meta.MediaStorageSOPClassUID == copy.SOPClassUID
        and copy.preamble == bytes(128)
        and not {e.tag.element for e in copy.file_meta} - {0, 1, 2, 3, 0x10, 0x12, 0x13}
    )


def uids(dataset: Dataset) -> set[str]:
    """All UIDs at any depth but for those of classes and syntaxes."""
    found: set[str] = set()
    for element in dataset.iterall():
        if element.VR == "UI" and element.value and element.tag not in (0x00080016, 0x00081150):
            values = element.value if isinstance(element.value, pydicom.multival.MultiValue) else [element.value]
            found |= {str(value) for value in values if not str(value).startswith("1.2.840.10008.")}
    return found


def illegal(found: Iterable[str]) -> list[str]:
    """UIDs that PS3.5 9.1 does not allow."""
    return [uid for uid in found if len(uid) > 64 or not _LEGAL_UID.fullmatch(uid)]


def references(dataset: Dataset) -> list[str]:
    """Referenced SOP Instance UIDs at any depth."""
    return [str(e.value) for e in dataset.iterall() if e.tag == 0x00081155 and e.value]


def unlisted_changes(source: FileDataset, copy: FileDataset) -> tuple[int, list[str]]:
    """How many elements there are that no row names, at the top level, and which of them are not as they were."""
    listed = {row.tag for row in rows()} | _MARKERS
    count, changed = 0, []
    for tag in source.keys():  # noqa: SIM118  a Dataset iterates over elements
        if tag.is_private or tag in listed or tag.element == 0 or tag.group in (2, 4) or tag >> 24 in (0x50, 0x60):
            continue
        if (
            tag == _PIXELS
            or source[tag].VR in ("SQ", "PN", "DA", "TM", "DT", "UR")
            or not pydicom.datadict.dictionary_has_tag(tag)
        ):
            continue
        count += 1
        if tag not in copy or copy[tag].value != source[tag].value:
            changed.append(f"{tag:08X}")
    return count, changed


def same_pixels(source: FileDataset, copy: FileDataset) -> bool:
    """Whether Pixel Data and transfer syntax are those of the source."""
    return (
        source.get("PixelData") == copy.get("PixelData")
        and source.file_meta.TransferSyntaxUID == copy.file_meta.TransferSyntaxUID
    )


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
