"""From element to element of a whole DICOM file in plain Python (PS3.10 7.1, PS3.5 7.1 and 7.5), sequences included.

What it keeps of an element is where its value lies. Which elements are kept is for the caller to say, once for each
pair of tag and VR, so that a file whose elements are known costs little more than the arithmetic of its lengths.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

IGNORED = 0
"""What ``classify`` gives for an element that need not be kept."""
PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))

_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_UNDEFINED = 0xFFFFFFFF
_DEEPEST = 128
_FILLED = re.compile(rb"[^\0]").search  # the next byte that is not 0
_IMPLICIT, _BIG, _DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
_SHORT_FORM, _LONG_FORM, _IMPLICIT_FORM = 0, 1, 2
_PLAIN, _SEQUENCE, _UNKNOWN_SEQUENCE, _DELIMITER = 0, 1, 2, 3


class Malformed(Exception):  # noqa: N818 (an outcome, not a fault of this program)
    """The bytes are no sound DICOM file; the message says where, without a value."""


class Found(NamedTuple):
    """One element: its value is ``data[start:stop]``.

    ``kind`` is what the caller's ``classify`` gave; ``parent`` the tag of the enclosing sequence, 0 at the top.
    """

    tag: int
    vr: str
    kind: int
    start: int
    stop: int
    depth: int
    parent: int


class Parsed(NamedTuple):
    """A file that was walked through.

    Attributes
    ----------
    data
        The bytes that ``found`` is about: those of the file, with a deflated data set inflated.
    preamble
        The 128 bytes before ``DICM``, empty where there are none.
    meta
        The file meta information, tag to value.
    body
        Where the data set begins.
    end
        Where the last sound element ends.
    syntax
        Transfer Syntax UID.
    explicit, big
        How the data set is encoded.
    pixels
        Tag, start and stop of Pixel Data at the top level, with all fragments and without the last delimiter.
    pixels_vr
        Its VR; empty in implicit VR.
    encapsulated
        Whether the pixels are fragments.
    found
        What ``classify`` asked for, in the order of the file.
    """

    data: bytes
    preamble: bytes
    meta: dict[int, bytes]
    body: int
    end: int
    syntax: str
    explicit: bool
    big: bool
    pixels: tuple[int, int, int] | None
    pixels_vr: str
    encapsulated: bool
    found: list[Found]


_Entry = tuple[int, str, int, int, int]  # tag, VR, kind, form of the length, nesting


class Walker:
    """Walks through files of one kind.

    Parameters
    ----------
    classify
        Tag and VR (empty in implicit VR) to a number, :data:`IGNORED` for what need not be kept.
    is_sequence
        Whether PS3.6 gives a tag the VR SQ; asked where the file does not tell.
    strict
        A file of our own: tags rise, lengths are even, VRs are known, nothing stands behind the last element.
    """

    def __init__(
        self, classify: Callable[[int, str], int], is_sequence: Callable[[int], bool], *, strict: bool
    ) -> None:
        self._classify = classify
        self._is_sequence = is_sequence
        self._strict = strict
        self._known: dict[tuple[bool, bool], dict[bytes, _Entry]] = {}

    def walk(self, file: bytes, longest: int) -> Parsed:
        """Walk through a file; ``longest`` bounds in bytes what a deflated one may inflate to.

        Raises
        ------
        Malformed
            If it is not sound; of a file that is not ``strict``, only if nothing of it can be read.
        """
        opened = self.opened(file, longest)
        data, pass_, problem = opened.data, self._pass(opened), ""
        try:
            end = pass_.run(opened.body, len(data), 0, 0, closed=True)
        except (struct.error, Malformed) as error:
            problem, end = str(error) if isinstance(error, Malformed) else "an element is cut", pass_.reached
        if self._strict and (problem or end != len(data)):
            raise Malformed(problem or "bytes stand behind the last element")
        return pass_.told(opened, end)

    def opened(self, file: bytes, longest: int) -> Parsed:
        """A file whose data set was not walked through.

        Raises
        ------
        Malformed
        """
        preamble = file[:128] if file[128:132] == b"DICM" else b""
        try:
            meta, body = _meta(file, 132 if preamble else 0)
        except struct.error:
            raise Malformed("the file meta information is cut") from None
        syntax = meta.get(0x00020010, b"").rstrip(b"\0 ").decode("latin-1")
        data = file
        if syntax == _DEFLATED:
            data, body = _inflated(file, body, longest, self._strict), 0
        explicit, big = _encoding(data, body, syntax)
        return Parsed(data, preamble, meta, body, body, syntax, explicit, big, None, "", False, [])

    def some(self, opened: Parsed, spans: Iterable[tuple[int, int]]) -> Parsed:
        """A file of which only these elements at the top level, each from its tag to its end, were walked through.

        Raises
        ------
        Malformed
        """
        pass_ = self._pass(opened)
        try:
            for start, stop in spans:
                if pass_.run(start, stop, 0, 0, closed=True) != stop:
                    raise Malformed("an element does not end where it should")
        except struct.error:
            raise Malformed("an element is cut") from None
        return pass_.told(opened, len(opened.data))

    def stop(self, opened: Parsed, at: int) -> int:
        """Where the element at the top level ends that begins at ``at``.

        Raises
        ------
        Malformed
        """
        try:
            return self._pass(opened).run(at, len(opened.data), 0, 0, closed=True, once=True)
        except struct.error:
            raise Malformed("an element is cut") from None

    def _pass(self, opened: Parsed) -> _Pass:
        known = self._known.setdefault((opened.explicit, opened.big), {})
        return _Pass(self, opened.data, known, opened.explicit, opened.big)

    def entry(self, data: bytes, at: int, explicit: bool, big: bool) -> _Entry:
        """What the first bytes of an element say of all elements that begin so."""
        order = ">" if big else "<"
        group, number = struct.unpack_from(order + "HH", data, at)
        tag = group << 16 | number
        if group == 0xFFFE:
            return tag, "", IGNORED, _IMPLICIT_FORM, _DELIMITER
        vr = data[at + 4 : at + 6]
        if not explicit or (not self._strict and not (vr.isalpha() and vr.isupper() and len(vr) == 2)):
            nests = _SEQUENCE if self._is_sequence(tag) else _PLAIN
            return tag, "", self._classify(tag, ""), _IMPLICIT_FORM, nests
        if vr not in _LONG and vr not in _SHORT:
            if self._strict:
                raise Malformed(f"{name(tag)} has an unknown VR")
            return tag, "", self._classify(tag, ""), _LONG_FORM if vr in (b"UK", b"OX") else _SHORT_FORM, _PLAIN
        text = vr.decode("ascii")
        nests = _SEQUENCE if vr == b"SQ" else _PLAIN
        if vr == b"UN" and self._is_sequence(tag):
            nests = _UNKNOWN_SEQUENCE
        return tag, text, self._classify(tag, text), _LONG_FORM if vr in _LONG else _SHORT_FORM, nests

    @property
    def strict(self) -> bool:
        """Whether the files are our own."""
        return self._strict


class _Pass:
    """One walk."""

    def __init__(self, walker: Walker, data: bytes, known: dict[bytes, _Entry], explicit: bool, big: bool) -> None:
        self._walker, self._data, self._known = walker, data, known
        self._explicit, self._big = explicit, big
        order = ">" if big else "<"
        self._short = struct.Struct(order + "H").unpack_from
        self._long = struct.Struct(order + "L").unpack_from
        self.found: list[Found] = []
        self.pixels: tuple[int, int, int] | None = None
        self.pixels_vr = ""
        self.encapsulated = False
        self.reached = 0
        self._filled = -1  # where a byte is that is not 0, once one was looked for

    def told(self, opened: Parsed, end: int) -> Parsed:
        """What was found in a file, up to ``end``."""
        data, preamble, meta, body, _, syntax, explicit, big = opened[:8]
        pixels = (self.pixels, self.pixels_vr, self.encapsulated)
        return Parsed(data, preamble, meta, body, end, syntax, explicit, big, *pixels, self.found)

    def run(self, at: int, end: int, depth: int, parent: int, *, closed: bool, once: bool = False) -> int:
        """Elements up to ``end``, or, if not ``closed``, up to the delimiter of the item; where they end.

        Only the first, if ``once``.
        """
        data, known, strict = self._data, self._known, self._walker.strict
        step = 6 if self._explicit else 4
        short, long, keep = self._short, self._long, self.found.append
        new = tuple.__new__  # a named tuple's own __new__ costs twice as much
        last = -1
        while at < end:
            self.reached = at
            try:
                tag, vr, kind, form, nests = known[data[at : at + step]]
            except KeyError:
                tag, vr, kind, form, nests = self._learn(at, step)
            if form == _SHORT_FORM:
                length, start = short(data, at + 6)[0], at + 8
            elif form == _LONG_FORM:
                length, start = long(data, at + 8)[0], at + 12
            else:
                length, start = long(data, at + 4)[0], at + 8
            if strict:
                if tag <= last and nests != _DELIMITER:
                    raise Malformed(f"{name(tag)} is out of order")
                last = tag
                if length & 1 and length != _UNDEFINED:
                    raise Malformed(f"{name(tag)} has an odd length")
            elif not tag and not length and not at <= self._filled < end:
                if not (filled := _FILLED(data, at, end)):
                    return at  # padding of a sector
                self._filled = filled.start()  # else each of many empty elements would look anew
            if nests or length == _UNDEFINED:
                if nests == _DELIMITER:
                    if closed or tag != 0xFFFEE00D:
                        raise Malformed("a delimiter stands where there is nothing to end")
                    return start
                at = self._inside((tag, vr, kind, form, nests), start, length, end, depth)
                if kind:
                    keep(Found(tag, vr, kind, start, at, depth, parent))
                if once:
                    return at
                continue
            at = start + length
            if at > end:
                raise Malformed(f"{name(tag)} is longer than what is left")
            if kind:
                keep(new(Found, (tag, vr, kind, start, at, depth, parent)))
            if tag >= 0x7FE00008 and tag in PIXEL_TAGS and not depth:
                self.pixels, self.pixels_vr, self.encapsulated = (tag, start, at), vr, False
            if once:
                return at
        if not closed:
            raise Malformed("an item has no end")
        self.reached = at
        return at

    def _learn(self, at: int, step: int) -> _Entry:
        entry = self._walker.entry(self._data, at, self._explicit, self._big)
        self._known[self._data[at : at + step]] = entry
        return entry

    def _inside(self, entry: _Entry, start: int, length: int, end: int, depth: int) -> int:
        """A sequence, or a value of undefined length; where it ends."""
        tag, vr, _, _, nests = entry
        if depth > _DEEPEST:
            raise Malformed("the sequences are nested too deep")
        if tag in PIXEL_TAGS and vr != "SQ":
            return self._fragments(entry, start, end, depth)
        stop = end if length == _UNDEFINED else start + length
        if stop > end:
            raise Malformed(f"{name(tag)} is longer than what is left")
        if nests == _UNKNOWN_SEQUENCE or vr == "UN":  # PS3.5 6.2.2 note 2: implicit VR little endian
            inner = _Pass(self._walker, self._data, self._walker._known.setdefault((False, False), {}), False, False)
            inner.found = self.found
            return inner.items(tag, start, stop, depth, length == _UNDEFINED)
        return self.items(tag, start, stop, depth, length == _UNDEFINED)

    def items(self, tag: int, at: int, end: int, depth: int, open_: bool) -> int:
        """The items of a sequence; where it ends (PS3.5 7.5)."""
        pair = struct.Struct(">HHL" if self._big else "<HHL").unpack_from
        while at < end:
            group, number, length = pair(self._data, at)
            item, at = group << 16 | number, at + 8
            if item == 0xFFFEE0DD and open_:
                return at
            if item != 0xFFFEE000:
                raise Malformed(f"{name(tag)} holds something other than items")
            if length == _UNDEFINED:
                at = self.run(at, end, depth + 1, tag, closed=False)
                continue
            if at + length > end:
                raise Malformed(f"an item of {name(tag)} is longer than what is left")
            at = self.run(at, at + length, depth + 1, tag, closed=True)
        if open_:
            raise Malformed(f"{name(tag)} has no end")
        return at

    def _fragments(self, entry: _Entry, at: int, end: int, depth: int) -> int:
        start = at
        while True:
            item, length = struct.unpack_from("<LL", self._data, at)
            if item == 0xE0DDFFFE:
                break
            if item != 0xE000FFFE or at + 8 + length > end:
                raise Malformed("the fragments of the pixels are not sound")
            at += 8 + length
        if not depth:
            self.pixels, self.pixels_vr, self.encapsulated = (entry[0], start, at), entry[1], True
        return at + 8


def name(tag: int) -> str:
    """A tag as ``(0010,0010)``."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _meta(file: bytes, at: int) -> tuple[dict[int, bytes], int]:
    """Group 0002, always explicit little endian (PS3.10 7.1), and where the data set begins."""
    meta: dict[int, bytes] = {}
    while file[at : at + 2] == b"\x02\x00":
        group, number, vr, length = struct.unpack_from("<HH2sH", file, at)
        at += 8
        if vr in _LONG:
            (length,) = struct.unpack_from("<L", file, at)
            at += 4
        if at + length > len(file):
            raise Malformed("the file meta information is cut")
        meta[group << 16 | number] = file[at : at + length]
        at += length
    return meta, at


def _encoding(data: bytes, body: int, syntax: str) -> tuple[bool, bool]:
    """(explicit VR, big endian): as the first element shows, else as the transfer syntax says."""
    vr = data[body + 4 : body + 6]
    shown = vr in _LONG or vr in _SHORT
    big = syntax == _BIG or (not syntax and shown and data[body : body + 1] == b"\0" != data[body + 1 : body + 2])
    return shown or (syntax not in ("", _IMPLICIT) and vr.isalpha() and vr.isupper()), big


def _inflated(file: bytes, body: int, longest: int, strict: bool) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = stream.decompress(file[body:], longest)
    except zlib.error:
        raise Malformed("the deflated data set cannot be read") from None
    if stream.unconsumed_tail:
        raise Malformed("the deflated data set is too long")
    if strict and (not stream.eof or len(stream.unused_data) > 1 or stream.unused_data.strip(b"\0")):
        raise Malformed("bytes stand behind the deflated data set")
    return data
