"""Objects with a recognizable text in every attribute that must not survive."""

from __future__ import annotations

import io

import pydicom
from pydicom import config
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from tui.core.deidentify.options import Options
from tui.core.deidentify.profile import Deidentified, Deidentifier
from tui.core.deidentify.table import Row

SECRET = bytes(range(32))
MARK = "ZQX"


def mark(tag: int) -> str:
    """Found nowhere else, at most 16 characters, legal in CS."""
    return f"{MARK}{tag:08X}"


def number(tag: int) -> str:
    """For IS and DS: digits that nothing else has."""
    return f"7{tag:010d}3"


def uid(tag: int) -> str:
    return f"1.2.826.0.1.3680043.10.1338.77.{tag}"


def element(tag: int, vr: str, content: str = "") -> DataElement:
    """An element whose value is the mark of its tag, also where its VR would not allow it."""
    if vr == "SQ":
        item = Dataset()
        item.add(element(0x00081080, "LO", mark(tag)))  # Admitting Diagnoses Description
        item.add(element(0x00080104, "LO", mark(tag)))  # Code Meaning, which no row names
        return DataElement(tag, "SQ", Sequence([item]))
    value: object = content or mark(tag)
    if vr in ("OB", "OW", "UN", "OB or OW"):
        value, vr = mark(tag).encode() + b" ", "OB" if vr == "OB or OW" else vr
    elif vr == "UI":
        value = uid(tag)
    elif vr in ("IS", "DS"):
        return DataElement(tag, "LO", number(tag))  # the file lies about the VR, the tag decides
    elif vr == "US":
        value = 0x5A51
    return DataElement(tag, vr or "LO", value, validation_mode=config.IGNORE)


def planted(tag: int, row: Row) -> DataElement:
    return element(tag, row.vr)


def leaks(data: bytes, tag: int) -> bool:
    """Whether what was planted for a tag is in the bytes."""
    return any(text.encode() in data for text in (mark(tag), number(tag), uid(tag)))


def nested(inner: DataElement, depth: int) -> DataElement:
    """Put an element into sequences that no row names (Derivation Code, Purpose of Reference Code …)."""
    for tag in (0x00089215, 0x0040A170, 0x00082218)[:depth]:
        item = Dataset()
        item.add(inner)
        inner = DataElement(tag, "SQ", Sequence([item]))
    return inner


def reread(dataset: FileDataset) -> FileDataset:
    """The data set as it comes from a file."""
    return pydicom.dcmread(io.BytesIO(written(dataset)), force=True)


def written(dataset: FileDataset) -> bytes:
    out = io.BytesIO()
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def deidentified(
    dataset: FileDataset, secret: bytes = SECRET, options: Options = Options()
) -> tuple[Deidentified, bytes]:
    """The copy and its bytes; the object goes through a file first."""
    result = Deidentifier(secret, options).apply(reread(dataset))
    return result, written(result.dataset)
