"""Whether the picture of a copy is that of the original: the same bytes, but for what may be cut or blanked."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence

from tui.core.proof.walk import Found, Parsed

# Rows, columns and the like at the top level, by tag.
SHAPE = frozenset((
    0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102,
    0x00280103,
))  # fmt: skip
_TEXT_NUMBERS = frozenset((0x00280008,))


def shape(parsed: Parsed, found: list[Found]) -> dict[int, int]:
    """The numbers of :data:`SHAPE` as the file has them; those that cannot be read are missing."""
    numbers = {}
    order = ">" if parsed.big else "<"
    for element in found:
        value = parsed.data[element.start : element.stop]
        if element.tag not in SHAPE or element.tag == 0x00280004 or element.depth or not value:
            continue
        if element.tag in _TEXT_NUMBERS or element.vr == "IS":
            text = value.split(b"\\")[0].strip(b"\0 ")
            if text.isdigit():
                numbers[element.tag] = int(text)
        elif len(value) >= 2:
            numbers[element.tag] = struct.unpack_from(order + "H", value)[0]
    return numbers


def model(parsed: Parsed) -> str:
    """Photometric Interpretation."""
    values = [parsed.data[f.start : f.stop] for f in parsed.found if f.tag == 0x00280004 and not f.depth]
    return values[0].strip(b"\0 ").decode("latin-1") if values else ""


def same(original: Parsed, copy: Parsed, numbers: Callable[[], dict[int, int]]) -> bool:
    """Whether the pixels are unchanged.

    Native pixels may lack what stood behind the last frame, and the bits of overlays beside the stored ones (PS3.5
    8.1.1); compressed ones may lack the segments of JPEG and JPEG 2000 that hold text. ``numbers`` gives the
    :func:`shape`, and is called where it is needed.
    """
    if original.pixels is None or copy.pixels is None:
        return original.pixels is None and copy.pixels is None
    tag, start, stop = original.pixels
    first, last = copy.pixels[1:]
    if tag != copy.pixels[0] or original.encapsulated != copy.encapsulated:
        return False
    if stop - start == last - first and copy.data.startswith(memoryview(original.data)[start:stop], first):
        return True
    before, after = original.data[start:stop], copy.data[first:last]
    if original.encapsulated:
        return _same_pictures(before, after)
    known = numbers()
    if len(after) < min(_needed(known, tag), len(before)):
        return False
    if before.startswith(after[: len(before)]) and len(after) <= len(before) + 1:
        return True
    return len(after) <= len(before) and _same_stored_bits(before[: len(after)], after, known, original.big)


def _needed(numbers: dict[int, int], tag: int) -> int:
    """Bytes of all frames; of chroma that is stored once for two pixels, two thirds of it."""
    bits = {0x7FE00008: 32, 0x7FE00009: 64}.get(tag) or numbers.get(0x00280100, 0)
    count = numbers.get(0x00280010, 0) * numbers.get(0x00280011, 0) * numbers.get(0x00280008, 1)
    samples = numbers.get(0x00280002, 1)
    whole = (count * samples * bits + 7) // 8
    return whole * 2 // 3 if samples == 3 else whole


def _same_stored_bits(before: bytes, after: bytes, numbers: dict[int, int], big: bool) -> bool:
    import numpy as np

    bits, stored, high = (numbers.get(tag, 0) for tag in (0x00280100, 0x00280101, 0x00280102))
    if bits not in (8, 16, 32) or not 0 < stored < bits:
        return False
    mask = ((1 << stored) - 1) << max(high - stored + 1, 0)
    kind = np.dtype(f"{'>' if big else '<'}u{bits // 8}")
    whole = len(after) - len(after) % kind.itemsize
    one, other = (np.frombuffer(part[:whole], kind) & kind.type(mask) for part in (before, after))
    return bool((one == other).all())


# ------------------------------------------------------------------------------------------------ compressed pixels

Span = tuple[int, int]
_SIGNATURES = (b"\xff\xd8", b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  ")
_RUN = re.compile(rb"[ -~]{4,}")
# What encoders say of themselves is no text of the patient's.
_ENCODER = re.compile(
    rb"(Kakadu|OpenJPH|Created by|GDCM/|OpenJPEG|Grok|LEAD Technologies|Creator: JasPer|Lavc|Kdu-Layer-Info|Delta-D)"
    rb"|[-+0-9., e]+\Z"
)


def fragments(pixels: bytes) -> Iterator[Span]:
    """Where the fragments lie (PS3.5 A.4); the first is the offset table."""
    at = 0
    while at + 8 <= len(pixels):
        (length,) = struct.unpack_from("<L", pixels, at + 4)
        yield at + 8, min(at + 8 + length, len(pixels))
        at += 8 + length


def _same_pictures(before: bytes, after: bytes) -> bool:
    """Whether compressed pixels differ in text alone, which was blanked where it stood."""
    if len(before) != len(after):
        return False
    rest = bytearray(before)
    for start, end in texts(before):
        rest[start:end] = after[start:end]
    return rest == after


def texts(pixels: bytes) -> Iterator[Span]:
    """Where compressed pixels can hold text: comments, application data, what follows the end, and a false table."""
    parts = list(fragments(pixels))
    if parts and _RUN.search(pixels, *parts[0]) and not _is_table(pixels[parts[0][0] : parts[0][1]]):
        yield parts[0]
    frames: list[list[Span]] = []
    for part in parts[1:]:
        if not frames or pixels.startswith(_SIGNATURES, part[0]):
            frames.append([])
        frames[-1].append(part)
    for frame in frames:
        places = [place for part in frame for place in range(*part)] if len(frame) > 1 else range(*frame[0])
        for one, other in _spans(b"".join(pixels[start:end] for start, end in frame)):
            yield from _runs(places[one:other])


def _runs(places: Sequence[int]) -> Iterator[Span]:
    """Places in the pixels as spans."""
    if isinstance(places, range):
        if places:
            yield places[0], places[-1] + 1
        return
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            yield places[start], places[at - 1] + 1
            start = at


def _is_table(data: bytes) -> bool:
    """Whether it can be a Basic Offset Table: numbers that rise from 0."""
    numbers = [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
    return len(data) % 4 == 0 and numbers[0] == 0 and numbers == sorted(set(numbers))


def speaks(pixels: bytes) -> bool:
    """Whether there is text in the compressed frames, other than the name of an encoder."""
    for start, end in texts(pixels):
        if any(not _ENCODER.match(run.strip()) for run in _RUN.findall(pixels[start:end])):
            return True
    return False


def _spans(code: bytes) -> Iterator[Span]:
    if code[:2] == b"\xff\xd8":
        return _jpeg(code)
    if code[:4] == b"\xff\x4f\xff\x51":
        return _jpeg2000(code, 0, len(code))
    if code[4:8] == b"jP  ":
        return _jp2(code)
    count = int.from_bytes(code[:4], "little")
    if 0 < count < 15 and code[4:8] == b"\x40\0\0\0" and len(code) >= 64:  # PS3.5 G.5: the offsets that are not used
        return iter(((4 + count * 4, 64),))
    return iter(())


def _jpeg(code: bytes) -> Iterator[Span]:
    """ISO/IEC 10918-1 B.1, ISO/IEC 14495-1 annex C; comments between scans, too."""
    at = 2
    while (at := code.find(b"\xff", at)) >= 0 and at + 4 <= len(code):
        marker = code[at + 1]
        if marker == 0xD9:
            yield at + 2, len(code)
            return
        if marker < 0x80 or marker == 0xFF or 0xD0 <= marker <= 0xD8:  # stuffed (7 bits in JPEG-LS), fill, restart
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(code[at + 2 : at + 4], "big")
        if marker == 0xFE or 0xE0 <= marker <= 0xEF:
            yield min(at + 4 + _for_decoders(marker, code[at + 4 : end]), end), min(end, len(code))
        at = max(end, at + 2)


def _for_decoders(marker: int, data: bytes) -> int:
    """Bytes of application data that say how to decode: JFIF, Adobe, SPIFF and the colour transform of JPEG-LS."""
    name = data.split(b"\0", 1)[0]
    match marker, name[:5]:
        case 0xE0, b"JFIF" | b"LJIF":
            return 14
        case 0xE8, b"SPIFF":
            return 30
        case 0xE8, _:
            return 6
        case 0xEE, b"Adobe":
            return 12
    return 0


def _jpeg2000(code: bytes, start: int, stop: int) -> Iterator[Span]:
    """ISO/IEC 15444-1 A.2: main header, tile-part headers, and what stands behind the end of the code stream."""
    at, part = start + 2, 0
    while at + 4 <= stop and code[at] == 0xFF:
        marker, length = code[at + 1], int.from_bytes(code[at + 2 : at + 4], "big")
        if marker == 0xD9:
            yield at + 2, stop
            return
        if marker == 0x93:  # the coded data of a tile-part
            if part <= at:
                return
            at = part
            continue
        if marker == 0x90:
            size = int.from_bytes(code[at + 6 : at + 10], "big")
            part = at + size if size else stop
        if marker == 0x64:
            yield at + 6, min(at + 2 + length, stop)
        at += 2 + length
    if code[at : at + 2] == b"\xff\xd9":
        yield at + 2, stop


def _jp2(code: bytes) -> Iterator[Span]:
    """ISO/IEC 15444-1 I.4: boxes that are none of the picture's own, and the code stream."""
    at = 0
    while at + 8 <= len(code):
        size, kind = struct.unpack_from(">L4s", code, at)
        end = min(at + size, len(code)) if size >= 8 else len(code)
        if kind == b"jp2c":
            yield from _jpeg2000(code, at + 8, end)
        elif size > len(code) - at:  # no box, but something behind the last one
            yield at, end
        elif kind not in (b"jP  ", b"ftyp", b"rreq", b"jp2h"):
            yield at + 8, end
        at = end
