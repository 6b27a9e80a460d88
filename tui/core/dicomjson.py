"""A data set in the DICOM JSON Model (PS3.18 Annex F), whatever is broken in it."""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

from tui.core.attributes import value_errors

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_NUMBERS = frozenset(("FL", "FD", "SL", "SS", "SV", "UL", "US", "UV"))
_EXACT = 2**53  # what a JSON number of most readers can hold without loss
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
MAX_DEPTH = 100  # nested sequences

Model = dict[str, dict[str, Any]]


def model(dataset: Dataset, *, file_meta: bool = False, binary_limit: int = 65536) -> Model:
    """The data set as a DICOM JSON Model Object: plain dicts, lists, texts and numbers, in the order of the tags.

    An element whose value breaks its VR is kept as ``UN`` with its bytes, so that nothing is lost. Group lengths are
    left out (PS3.18 F.2.2), and so are binary values above the limit, which keep their VR; numbers that are none
    (NaN, infinities) are texts, because JSON has no word for them.

    Parameters
    ----------
    dataset
        Its values need not be valid.
    file_meta
        With group 0002, which the model object of a web service does not have.
    binary_limit
        Largest binary value in bytes that is written, as base 64.
    """
    found: Model = {}
    meta = getattr(dataset, "file_meta", None) if file_meta else None
    for part in (meta, dataset):
        if part is not None:
            found |= _model(part, binary_limit, 0)
    return found


def _model(dataset: Dataset, limit: int, depth: int) -> Model:
    return {
        f"{int(tag):08X}": _element(dataset, tag, limit, depth)
        for tag in sorted(dataset.keys())
        if int(tag) & 0xFFFF != 0
    }


def _element(dataset: Dataset, tag: Any, limit: int, depth: int) -> dict[str, Any]:
    raw: Any = dataset.get_item(tag, keep_deferred=True)  # before it is read: its bytes, if it came from a file
    try:
        return _attribute(dataset[tag], limit, depth)
    except value_errors():
        return {"vr": "UN", **_inline(raw.value if isinstance(raw.value, bytes | str) else b"", limit)}


def _attribute(element: DataElement, limit: int, depth: int) -> dict[str, Any]:
    vr, value = str(element.VR), element.value
    if " or " in vr:  # ambiguous, and never settled: words
        vr = "OW" if "OW" in vr else "US"
    if vr == "SQ":
        if depth >= MAX_DEPTH:
            return {"vr": "SQ"}
        items = [_model(item, limit, depth + 1) for item in value]
        return {"vr": "SQ", "Value": items} if items else {"vr": "SQ"}
    if vr in _BINARY:
        return {"vr": vr, **_inline(value or b"", limit)}
    if value is None or element.is_empty:
        return {"vr": vr}
    several = element.VM > 1 or isinstance(value, list | tuple) or type(value).__name__ == "MultiValue"
    return {"vr": vr, "Value": [_value(one, vr) for one in (value if several else [value])]}


def _inline(data: bytes | str, limit: int) -> dict[str, str]:
    data = data if isinstance(data, bytes) else str(data).encode("utf-8", "surrogateescape")
    return {"InlineBinary": base64.b64encode(data).decode("ascii")} if 0 < len(data) <= limit else {}


def _value(value: Any, vr: str) -> Any:
    """One value by Table F.2.3-1; an empty one among others is null (F.2.5)."""
    if value is None or (isinstance(value, str) and not value):
        return None
    match vr:
        case "PN":
            return _name(str(value))
        case "AT":
            return f"{int(value):08X}"
        case "DS" | "IS":
            return _decimal(value, vr)
        case _ if vr in _NUMBERS:
            return _number(value)
        case _:
            return str(value)


def _name(text: str) -> dict[str, str]:
    """The component groups of a Person Name that are not empty (PS3.5 6.2.1.1)."""
    return {name: group for name, group in zip(_GROUPS, text.split("="), strict=False) if group}


def _decimal(value: Any, vr: str) -> Any:
    """A number, or its text where a number would lose digits (F.2.3)."""
    text = str(getattr(value, "original_string", value)).strip()
    number = int(value) if vr == "IS" and float(value) == int(value) else float(value)
    if isinstance(number, int):
        return number if abs(number) <= _EXACT else text
    digits = sum(c.isdigit() for c in text.lower().partition("e")[0])
    return _number(number) if digits <= 15 else text


def _number(value: Any) -> Any:
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else str(value)
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "inf" if number > 0 else "-inf"
