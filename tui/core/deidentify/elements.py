"""Looks at elements of a data set as they were read, without changing or validating them.

A file may lie in a VR, hold bytes that no charset allows, or code sequences as UN (PS3.5 6.2.2); nothing here raises
for that.
"""

from __future__ import annotations

import struct
from collections.abc import MutableSequence
from functools import lru_cache
from io import BufferedIOBase
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement, RawDataElement
    from pydicom.dataset import Dataset

    Element: TypeAlias = DataElement | RawDataElement

TEXT_VRS = frozenset(
    ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT")
)
VRS = TEXT_VRS | frozenset(
    ("AT", "FD", "FL", "OB", "OD", "OF", "OL", "OV", "OW", "SL", "SQ", "SS", "SV", "UL", "UN", "US", "UV")
)
_DELIMITERS = {0x0A, 0x0C, 0x0D, 0x09, 0x5C}  # after these, and only these, a charset starts anew (PS3.5 6.1.2.5.3)
_PIXEL_REPRESENTATION = 0x00280103
# What pydicom raises for bytes that are no sequence, found by feeding it broken ones.
_PARSE_ERRORS = (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, struct.error, NotImplementedError)


def get(dataset: Dataset, tag: int) -> Element:
    """An element that is there, not decoded if it was not before."""
    from pydicom.dataelem import RawDataElement

    element = cast("Element", dataset.get_item(tag, keep_deferred=True))
    if isinstance(element, RawDataElement) and not element.value:
        # No value, or one that was left in the file; pydicom decodes both to find out which.
        return cast("Element", dataset.get_item(tag)) if element.length else element._replace(value=b"")
    return element


def is_empty(element: Element) -> bool:
    """Whether the value has no length."""
    from pydicom.dataelem import RawDataElement

    return not element.value if isinstance(element, RawDataElement) else element.is_empty


def file_vr(element: Element) -> str:
    """The VR that the file gives, empty in implicit VR."""
    return str(element.VR) if element.VR else ""


def holds_items(element: Element) -> bool:
    """Whether the value is a sequence, be it coded as UN (PS3.5 6.2.2)."""
    from pydicom.dataelem import RawDataElement

    if element.VR == "SQ" or not isinstance(element, RawDataElement):
        return element.VR == "SQ"
    undefined = element.length == 0xFFFFFFFF
    return undefined or (element.VR in (None, "UN") and (element.value or b"").startswith(b"\xfe\xff\x00\xe0"))


def is_damaged(dataset: Dataset) -> bool:
    """Whether the Pixel Representation is no number: pydicom reads it whenever a sequence is stored beside it."""
    if _PIXEL_REPRESENTATION not in dataset:
        return False
    value = get(dataset, _PIXEL_REPRESENTATION).value
    return isinstance(value, bytes) and len(value) not in (0, 2)


@lru_cache(maxsize=8192)
def dictionary_vr(tag: int) -> str:
    """The VR of PS3.6, e.g. ``US or SS``; empty if PS3.6 does not know the tag or gives it no name."""
    from pydicom.datadict import get_entry

    try:
        vr, _, _, _, keyword = get_entry(tag)
    except KeyError:
        return ""
    return vr if keyword and vr != "NONE" else ""  # NONE: delimiters of items


@lru_cache(maxsize=8192)
def keyword(tag: int) -> str:
    """The keyword of PS3.6, or empty."""
    from pydicom.datadict import keyword_for_tag

    return keyword_for_tag(tag)


def data(element: Element) -> bytes:
    """The bytes of the value as they stand in the file; of its text, for an element that a program made."""
    value = element.value
    if value is None:
        return b""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, BufferedIOBase):
        at = value.tell()
        try:
            value.seek(0)
            return value.read()
        finally:
            value.seek(at)
    return _joined(value).encode("utf-8", "surrogateescape")


def _joined(value: object) -> str:
    from pydicom.multival import MultiValue
    from pydicom.sequence import Sequence

    if isinstance(value, Sequence):
        return ""  # items have no text, and what pydicom makes of them raises where an element of theirs is broken
    if isinstance(value, (MultiValue, list, tuple)):
        return "\\".join(_joined(v) for v in value)
    return "" if value is None else str(value)


def text(element: Element, dataset: Dataset) -> str:
    """The value as text, NUL and spaces at the ends removed; several values stay joined by backslashes.

    Bytes that the Specific Character Set does not allow are read as Latin-1.
    """
    value = element.value
    if not isinstance(value, (bytes, bytearray)):
        return _joined(value).strip(" \0")
    return decoded(bytes(value), dataset).strip(" \0")


def decoded(value: bytes, dataset: Dataset) -> str:
    """Text of bytes in the character set of a data set or item (PS3.5 6.1.2)."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return decoded_as(value, dataset.original_character_set or "iso8859")


def decoded_as(value: bytes, names: str | MutableSequence[str]) -> str:
    """Text of bytes in the character sets of these names; as Latin-1 where they do not allow the bytes."""
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    from pydicom.charset import convert_encodings, decode_bytes

    try:
        return decode_bytes(value, convert_encodings(names), _DELIMITERS)
    except (LookupError, UnicodeError):
        return value.decode("latin-1")


def first(dataset: Dataset, tag: int) -> str:
    """First value of an attribute at the top level as text, or empty."""
    if tag not in dataset or holds_items(get(dataset, tag)):
        return ""
    return text(get(dataset, tag), dataset).split("\\")[0].strip(" \0")


def values(dataset: Dataset, tag: int) -> tuple[str, ...]:
    """All values of an attribute at the top level as text."""
    if tag not in dataset:
        return ()
    return tuple(v.strip(" \0") for v in text(get(dataset, tag), dataset).split("\\"))


def items(dataset: Dataset, tag: int) -> list[Dataset] | None:
    """The items of a sequence, also of one coded as UN; None if the element is no sequence or cannot be read as one."""
    from pydicom.dataelem import RawDataElement, convert_raw_data_element
    from pydicom.sequence import Sequence

    element = get(dataset, tag)
    if isinstance(element, RawDataElement):
        if element.VR not in (None, "SQ", "UN"):
            return None
        if element.VR == "UN":
            implicit = not _is_explicit(element.value or b"")
            # The value of UN is in implicit VR, little endian; some writers leave it as the rest of the file.
            element = element._replace(is_implicit_VR=implicit, is_little_endian=implicit or element.is_little_endian)
        try:
            converted = convert_raw_data_element(
                element._replace(VR="SQ"), encoding=dataset.original_character_set, ds=dataset
            )
            element = dataset[tag] = converted
        except _PARSE_ERRORS:
            return None
    return list(element.value) if isinstance(element.value, Sequence) else None


def _is_explicit(value: bytes) -> bool:
    # Item tag and length, then tag and VR of the first element.
    return len(value) >= 16 and value[12:14].decode("latin-1") in VRS
