"""From element to element of a data set in plain Python (PS3.5 7.1), keeping a few values and skipping all else.

Sequences are skipped (PS3.5 7.5), however deep; the walk ends after group 0028, before the pixels.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from tui.errors import NotDicomError

DICOMDIR = b"1.2.840.10008.1.3.10"  # Media Storage Directory Storage
IS_DICOMDIR = "a DICOMDIR (its files are listed by themselves)"
LAST_GROUP = 0x0028
COMPLETE = -1

Spans = tuple[tuple[int, int, int], ...]

_TAG_VR_LENGTH = struct.Struct("<I2sH").unpack_from
_TAG_LENGTH = struct.Struct("<II").unpack_from
_LENGTH = struct.Struct("<I").unpack_from
_SHORT_VRS = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"
_LONG_VRS = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"
VR_HEADER = {vr.encode(): 8 for vr in _SHORT_VRS.split()} | {vr.encode(): 12 for vr in _LONG_VRS.split()}
UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xE000FFFE, 0xE00DFFFE, 0xE0DDFFFE


class Short(Exception):  # noqa: N818 (an outcome, not a fault)
    """More bytes of the file are needed."""


class Unsure(Exception):  # noqa: N818
    """The file may be DICOM, but only pydicom can say what it means."""


class Run:
    """Elements whose bytes are known: their values that are wanted, and the group of the last one.

    ``kept`` is what is wanted of the first where the others are not as here: its name and VR.
    """

    __slots__ = ("data", "found", "kept", "last")

    def __init__(self, data: bytes, found: Mapping[str, bytes], kept: tuple[str, bytes] | None, last: int) -> None:
        self.data, self.found, self.kept, self.last = data, found, kept, last

    def passed(self, at: int, found: dict[str, bytes]) -> tuple[int, int]:
        """Keep its values; returns where its elements end that begin at ``at``, and the group of the last one."""
        found.update(self.found)
        return at + len(self.data), self.last


# A tag as the file has it, read as one little-endian number (the group is the low half), to a name and the VR; or to
# elements that may follow from there on.
Wanted = Mapping[int, tuple[str, bytes] | Run]


def meta(data: bytes) -> tuple[bytes, int]:
    """Transfer syntax of the file meta information (PS3.10 7.1), empty if it has none, and where the data set begins.

    Raises
    ------
    Unsure
        If the group is not in explicit little endian.
    struct.error
        If it ends early.
    tui.errors.NotDicomError
        If the file is a DICOMDIR.
    """
    at = 132 if data[128:132] == b"DICM" else 0
    syntax = b""
    while at < len(data):
        tag, vr, length = _TAG_VR_LENGTH(data, at)
        if tag & 0xFFFF != 2:
            return syntax, at
        header = VR_HEADER.get(vr)
        if header is None:
            raise Unsure
        if header == 12:
            (length,) = _LENGTH(data, at + 8)
            if length == UNDEFINED:
                raise Unsure
        at += header
        if tag == 0x0010_0002:
            syntax = data[at : at + length].strip(b" \0")
        elif tag == 0x0002_0002 and data[at : at + length].strip(b" \0") == DICOMDIR:
            raise NotDicomError(IS_DICOMDIR)
        at += length
    raise struct.error


def explicit(data: bytes, at: int, wanted: Wanted, found: dict[str, bytes], last: int = 0) -> int:
    """Keep the wanted values of a data set in explicit VR little endian that begins, or goes on, at ``at``.

    ``last`` is the group of the element before; 0 at the beginning.

    Returns
    -------
    int
        ``COMPLETE`` if group 0028 was passed, else where the walk stood when the data ended, which is past the end
        where the last value was cut.

    Raises
    ------
    Unsure
        If groups do not rise, a VR is unknown, or a wanted element has another VR than PS3.6 says.
    """
    headers, unpack = VR_HEADER, _TAG_VR_LENGTH
    try:
        while True:  # to the end of the data, where unpacking fails
            tag, vr, length = unpack(data, at)
            header = headers[vr]
            if tag & 0xFFFF != last:
                group = tag & 0xFFFF
                if group < last:
                    raise Unsure
                if group > LAST_GROUP:
                    if header == 12:
                        length = int.from_bytes(data[at + 8 : at + 12], "little")
                    _look_ahead(data, at + header + length, group)
                    return COMPLETE
                last = group
            kept = None
            if tag in wanted:
                one = wanted[tag]
                if isinstance(one, Run) and data.startswith(one.data, at):
                    at, last = one.passed(at, found)
                    continue
                kept = one.kept if isinstance(one, Run) else one
            if header == 12:
                (length,) = _LENGTH(data, at + 8)
                if length == UNDEFINED:
                    if kept:
                        raise Unsure
                    at = skip(data, at + 12, implicit=vr == b"UN")
                    continue
            at += header
            if kept:
                if vr != kept[1]:
                    raise Unsure
                found[kept[0]] = data[at : at + length]
            at += length
    except struct.error:
        return at if at >= len(data) else len(data) + 1
    except KeyError:
        raise Unsure from None


def implicit(data: bytes, at: int, wanted: Wanted, found: dict[str, bytes], last: int = 0) -> int:
    """As :func:`explicit`, for implicit VR."""
    if not last and data[at + 4 : at + 6].isalpha() and data[at + 4 : at + 6].isupper():
        raise Unsure
    try:
        while at < len(data):
            tag, length = _TAG_LENGTH(data, at)
            group = tag & 0xFFFF
            if group < last:
                raise Unsure
            if group > LAST_GROUP:
                _look_ahead(data, at + 8 + length, group)
                return COMPLETE
            last = group
            kept = None
            if tag in wanted:
                one = wanted[tag]
                if isinstance(one, Run) and data.startswith(one.data, at):
                    at, last = one.passed(at, found)
                    continue
                kept = one.kept if isinstance(one, Run) else one
            at += 8
            if length == UNDEFINED:
                if kept:
                    raise Unsure
                at = skip(data, at, implicit=True)
                continue
            if kept:
                found[kept[0]] = data[at : at + length]
            at += length
    except struct.error:
        return len(data) + 1
    return at


def _look_ahead(data: bytes, at: int, group: int) -> None:
    """Raise ``Unsure`` where the element after the last one falls back, so that the header may go on there."""
    if at + 2 <= len(data) and data[at] | data[at + 1] << 8 < group:
        raise Unsure


def skip(data: bytes, at: int, *, implicit: bool, spans: list[tuple[int, int, int]] | None = None) -> int:
    """Where a value of undefined length ends (PS3.5 7.5.2), however deep it is; ``at`` is where it begins.

    What lies in an element of VR UN and undefined length is in implicit VR (PS3.5 6.2.2).
    ``spans`` takes the offset and size of each header that was passed, and how many bytes at its end are a length.
    """
    within = [implicit]  # one for each open sequence
    in_item = False
    while True:
        start = at
        tag, length = _TAG_LENGTH(data, at)
        if not in_item:
            at += 8
            if spans is not None:
                spans.append((start, 8, 4 if tag == _ITEM else 0))
            if tag == _SEQUENCE_END:
                within.pop()
                if not within:
                    return at
                in_item = True
            elif tag != _ITEM:
                raise Unsure
            elif length == UNDEFINED:
                in_item = True
            else:
                at += length
            continue
        if tag == _ITEM_END:
            at += 8
            if spans is not None:
                spans.append((start, 8, 0))
            in_item = False
            continue
        unknown = within[-1]
        width = 4
        if unknown:
            at += 8
        else:
            vr = data[at + 4 : at + 6]
            header = VR_HEADER.get(vr)
            if header is None:
                raise Unsure
            if header == 12:
                (length,) = _LENGTH(data, at + 8)
            else:
                length, width = length >> 16, 2
            at += header
            unknown = vr == b"UN"
        if spans is not None:
            spans.append((start, at - start, width))
        if length == UNDEFINED:
            within.append(unknown)
            in_item = False
        else:
            at += length
