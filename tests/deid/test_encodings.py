"""Each row of the table coded in ways that lie: another VR, a sequence as UN, items where none belong, at any depth."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.benchmarks.deid import run
from tests.deid.corpus import rows
from tui.core.walk import VR_HEADER

HOLDER, PRIVATE = 0x00082218, 0x00191001
COMMENTS = 0x00104000
IDENTITY = frozenset((0x00080016, 0x00080018, 0x00100010, 0x00100020, 0x0020000D, 0x0020000E))
END = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
SHARE = 60


def coded(tag: int, vr: str, value: bytes, *, implicit: bool = False, undefined: bool = False) -> bytes:
    value += b"\0" * (len(value) % 2) if vr in ("UI", "OB", "UN") else b" " * (len(value) % 2)
    head, length = struct.pack("<HH", tag >> 16, tag & 0xFFFF), 0xFFFFFFFF if undefined else len(value)
    if implicit:
        return head + struct.pack("<L", length) + value
    if VR_HEADER[vr.encode()] == 12:
        return head + vr.encode() + struct.pack("<HL", 0, length) + value
    return head + vr.encode() + struct.pack("<H", length) + value


def item(value: bytes, *, undefined: bool = False) -> bytes:
    if undefined:
        return struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF) + value + struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
    return struct.pack("<HHL", 0xFFFE, 0xE000, len(value)) + value


def lying(how: str, tag: int, vr: str, word: bytes) -> bytes:
    inner = item(coded(COMMENTS, "LT", word, implicit=how in ("UN", "UN, open", "implicit")), undefined="open" in how)
    match how:
        case "LO" | "LT" | "OB":
            return coded(tag, how, word)
        case "UN":
            return coded(tag, "UN", inner if vr == "SQ" else word)
        case "UN, open":
            return coded(tag, "UN", inner + END, undefined=True)
        case "SQ":
            return coded(tag, "SQ", inner)
        case "SQ, open":
            return coded(tag, "SQ", inner + END, undefined=True)
    return coded(tag, vr or "LO", inner if vr == "SQ" else word, implicit=True)


def file(number: int, elements: dict[int, bytes], *, implicit: bool) -> bytes:
    """A small image with these elements."""
    own = {
        0x00080016: ("UI", b"1.2.840.10008.5.1.4.1.1.2"),
        0x00080018: ("UI", b"1.2.826.0.1.3680043.10.77.%d" % number),
        0x00080060: ("CS", b"CT"),
        0x00100010: ("PN", b"Grabowski^Zenobia"),
        0x00100020: ("LO", b"PAT7700123"),
        0x0020000D: ("UI", b"1.2.826.0.1.3680043.10.77.900"),
        0x0020000E: ("UI", b"1.2.826.0.1.3680043.10.77.901"),
        0x00280010: ("US", b"\4\0"),
        0x00280011: ("US", b"\4\0"),
        0x00280100: ("US", b"\x08\0"),
        0x7FE00010: ("OW", bytes(16)),
    }
    made = {tag: coded(tag, vr, value, implicit=implicit) for tag, (vr, value) in own.items()} | elements
    syntax = b"1.2.840.10008.1.2" if implicit else b"1.2.840.10008.1.2.1"
    meta = coded(0x00020010, "UI", syntax)
    group = coded(0x00020000, "UL", struct.pack("<L", len(meta))) + meta
    return bytes(128) + b"DICM" + group + b"".join(made[tag] for tag in sorted(made))


@pytest.mark.parametrize("options", [(), ("--keep-uids", "--keep-device", "--keep-dates=shift")])
def test_no_encoding_hides_a_row(tmp_path: Path, options: tuple[str, ...]) -> None:
    source, words = tmp_path / "in", []
    source.mkdir()
    for how in ("LO", "LT", "OB", "UN", "UN, open", "SQ", "SQ, open", "implicit", "private", "holder"):
        for first in range(0, len(rows()), SHARE):
            elements, inner = {}, {}
            for row in rows()[first : first + SHARE]:
                if row.tag in IDENTITY:
                    continue
                word = b"ZQ%06dX" % len(words)
                if how in ("private", "holder"):
                    value = item(coded(COMMENTS, "LT", word, implicit=how == "holder")) if row.vr == "SQ" else word
                    inner[row.tag] = coded(row.tag, row.vr[:2] or "LO", value, implicit=how == "holder")
                else:
                    elements[row.tag] = lying(how, row.tag, row.vr[:2], word)
                # what an option lets stay is its text, never what hides in items
                words.append((word, not options or ("SQ" in how or "open" in how)))
            body = b"".join(inner[tag] for tag in sorted(inner))
            if how == "holder":
                elements[HOLDER] = coded(HOLDER, "UN", item(body, undefined=True) + END, undefined=True)
            elif how == "private":
                elements |= {0x00190010: coded(0x00190010, "LO", b"MAKER"), PRIVATE: coded(PRIVATE, "SQ", item(body))}
            name = f"{how}-{first}.dcm"
            (source / name).write_bytes(file(len(words), elements, implicit=how == "implicit"))
    done = run(source, tmp_path / "out", "--key", str(tmp_path / "key"), *options)
    assert len(done.pairs) == len(list(source.iterdir())) and done.code == 0
    out = b"\0".join(done.written.values())
    assert not [word for word, must_go in words if must_go and word in out]
