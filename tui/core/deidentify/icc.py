"""ICC profiles without their words: descriptions and copyrights can name a device, a site or a person."""

from __future__ import annotations

import struct

_HEADER = 128
_NUMBERS = frozenset(
    b"XYZ  curv para sf32 chad mft1 mft2 mAB  mBA  view meas sig  dtim uf32 ui08 ui16 ui32 clrt chrm vcgt cicp"[
        i : i + 4
    ]
    for i in range(0, 105, 5)
)


def without_text(profile: bytes) -> bytes | None:
    """The profile without text, date, makers, tags of unknown type and bytes that no tag points at.

    The size and the colours stay as they are (ICC.1:2022 clause 7: header, 9: tags, 10: types).

    Returns
    -------
    bytes or None
        None if the bytes are no profile.
    """
    if len(profile) < _HEADER + 4 or profile[36:40] != b"acsp":
        return None
    (count,) = struct.unpack(">I", profile[_HEADER : _HEADER + 4])
    end = _HEADER + 4 + 12 * count
    if count > 1000 or end > len(profile):
        return None
    blank = bytearray(len(profile))
    blank[:end] = profile[:end]
    for start, stop in ((24, 36), (48, 56), (80, _HEADER)):  # date; maker and model; creator, identifier, reserved
        blank[start:stop] = bytes(stop - start)
    for at in range(_HEADER + 4, end, 12):
        offset, size = struct.unpack(">II", profile[at + 4 : at + 12])
        if offset < end or size < 8 or offset + size > len(profile):
            return None
        content = profile[offset : offset + size]
        blank[offset : offset + size] = content if content[:4] in _NUMBERS else _blank(content)
    return bytes(blank)


def _blank(content: bytes) -> bytes:
    kind, size = content[:4], len(content)
    if kind == b"mluc":  # one empty record
        return (content[:4] + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, 0, 28) + bytes(size))[:size]
    if kind == b"desc":  # ASCII of length 1, a NUL; no Unicode, no script code
        return (content[:4] + struct.pack(">II", 0, 1) + bytes(size))[:size]
    return content[:4] + bytes(size - 4)
