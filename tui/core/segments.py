"""What a frame of a segmentation shows: the segment that its functional group names (PS3.3 C.8.20.2, C.8.20.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.attributes import group, own_integer, text, value
from tui.core.printable import printable

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_LONGEST = 32


def subject(dataset: Dataset, frame: int = 0) -> str:
    """``segment 2 Liver``, or empty for what is no frame of a single segment."""
    named = group(dataset, "SegmentIdentificationSequence", frame)
    number = own_integer(named, "ReferencedSegmentNumber") if named is not None else None
    if number is None:
        return ""
    from pydicom.sequence import Sequence

    items = value(dataset, "SegmentSequence")
    for item in items if isinstance(items, Sequence) else ():
        if own_integer(item, "SegmentNumber") == number:
            return f"segment {number} {printable(text(item, 'SegmentLabel'), _LONGEST)}".strip()
    return f"segment {number}"
