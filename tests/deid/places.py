"""Where text hides besides the rows of the table: one object for each place."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import UID, ImplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless

from tests import phantoms
from tests.deid.corpus import Maker, image


def _private(maker: Maker) -> None:
    for implicit in (False, True):
        maker.name("private")
        ds = image(maker, 1, 60, 1 + implicit)
        if implicit:
            ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        text = maker.plant.text
        ds.add_new(0x00190010, "LO", text("private creator", path=(0x00190010,)))
        ds.add_new(0x00191001, "LO", text("private text", path=(0x00191001,)))
        ds.add_new(0x00191002, "UN", text("private bytes", path=(0x00191002,)).encode())
        inner = Dataset()
        inner.add_new(0x00290010, "LO", text("creator in a private sequence", path=(0x00191003,)))
        inner.PatientComments = text("public in a private sequence", path=(0x00191003,))
        ds.add_new(0x00191003, "SQ", Sequence([inner]))
        public = Dataset()
        public.add_new(0x00290010, "LO", text("creator in a public sequence", path=(0x00082218, 0x00290010)))
        public.add_new(0x00291001, "LT", text("private in a public sequence", path=(0x00082218, 0x00291001)))
        ds.add_new(0x00082218, "SQ", Sequence([public]))
        ds.add_new(0x60010010, "LO", text("private group 6001", path=(0x60010010,)))
        maker.save(ds)


def _implicit(group: int, number: int, value: bytes) -> bytes:
    value += b" " * (len(value) % 2)
    return struct.pack("<HHL", group, number, len(value)) + value


def _unknown(maker: Maker) -> None:
    """Sequences coded as UN (PS3.5 6.2.2), and tags that PS3.6 does not know."""
    maker.name("unknown")
    ds = maker.base(phantoms.CT, 1, 61, 1)
    text = maker.plant.text
    item = _implicit(0x0010, 0x4000, text("in a sequence coded as UN", path=(0x0040A170,)).encode())
    private = _implicit(0x0009, 0x1001, text("private in a sequence coded as UN", path=(0x0040A170,)).encode())
    ds.add_new(0x00109990, "LO", text("unknown tag", path=(0x00109990,)))
    ds.add_new(0x0010FFF0, "UN", text("unknown tag, UN", path=(0x0010FFF0,)).encode())
    items = _implicit(0xFFFE, 0xE000, private + item)
    maker.save(ds, tail=struct.pack("<HH2sHL", 0x0040, 0xA170, b"UN", 0, len(items)) + items)


def _head(maker: Maker) -> None:
    """Preamble and file meta information (PS3.10 7.1)."""
    maker.name("meta")
    ds = image(maker, 1, 62, 1)
    text = maker.plant.text
    ds.preamble = text("preamble").encode().ljust(128, b"\0")
    meta = ds.file_meta
    for keyword in ("SourceApplicationEntityTitle", "SendingApplicationEntityTitle", "ReceivingApplicationEntityTitle"):
        setattr(meta, keyword, text(keyword))
    meta.SourcePresentationAddress = "http://" + text("SourcePresentationAddress")
    meta.ImplementationVersionName = text("ImplementationVersionName")
    meta.PrivateInformationCreatorUID = "1.2.3.4"
    meta.PrivateInformation = text("PrivateInformation").encode()
    maker.save(ds)


def _tails(maker: Maker) -> None:
    """Bytes behind the data set, behind the last frame, in padding elements, and behind a NUL."""
    text = maker.plant.text
    for tail in (8, 300):
        maker.name("tail")
        ds = image(maker, 1, 63, tail)
        maker.save(ds, tail=(text("bytes behind the data set").encode() * 40)[:tail])
    maker.name("tail")
    ds = image(maker, 1, 63, 1000)
    ds.PixelData += text("behind the last frame", path=(0x7FE00010,)).encode() * 3
    maker.save(ds)
    maker.name("tail")
    ds = image(maker, 1, 63, 1001)
    ds.add_new(0xFFFCFFFC, "OB", text("trailing padding", path=(0xFFFCFFFC,)).encode())
    ds.add(DataElement(0x00080070, "LO", "Maker\0" + text("behind a NUL", path=(0x00080070,))))
    maker.save(ds)


def _overlays(maker: Maker) -> None:
    text = maker.plant.text
    maker.name("overlay")
    ds = image(maker, 2, 64, 1)
    for group in (0x6000, 0x6002, 0x601E):
        ds.add_new((group, 0x0010), "US", 16)
        ds.add_new((group, 0x0011), "US", 16)
        ds.add_new((group, 0x3000), "OW", text("overlay data", path=(group << 16 | 0x3000,)).encode())
        ds.add_new((group, 0x4000), "LT", text("overlay comments", path=(group << 16 | 0x4000,)))
        ds.add_new((group, 0x0022), "LO", text("overlay description", "beyond", path=(group << 16 | 0x0022,)))
        ds.add_new((group, 0x1500), "LO", text("overlay label", "beyond", path=(group << 16 | 0x1500,)))
    ds.add_new(0x50000022, "LO", text("curve description", path=(0x50000022,)))
    ds.add_new(0x501E3000, "OW", text("curve data", path=(0x501E3000,)).encode())
    maker.save(ds)
    maker.name("overlay")
    ds = image(maker, 2, 64, 2)
    bits = np.unpackbits(np.frombuffer(text("overlay in bits of the pixels").encode(), np.uint8))
    cells = np.frombuffer(ds.PixelData, "<u2").copy() & 0x0FFF
    cells[: bits.size] |= bits.astype(np.uint16) << 15
    ds.PixelData = cells.tobytes()
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 0
    for keyword, value in (("OverlayRows", 32), ("OverlayColumns", 32), ("OverlayBitsAllocated", 16)):
        ds.add_new({"OverlayRows": 0x60000010, "OverlayColumns": 0x60000011}.get(keyword, 0x60000100), "US", value)
    ds.add_new(0x60000102, "US", 15)
    maker.save(ds)


def _compressed(maker: Maker) -> None:
    """Comments in JPEG (ITU-T T.81 B.2.4.5), JPEG-LS and JPEG 2000 (ITU-T T.800 A.9.2), and an EXIF segment."""
    from imagecodecs import jpeg2k_encode, jpeg8_encode, jpegls_encode

    picture = np.arange(32 * 32, dtype=np.uint16).reshape(32, 32)
    kinds = (
        (JPEGBaseline8Bit, jpeg8_encode((picture // 4).astype(np.uint8)), b"\xff\xfe", 8),
        (JPEGBaseline8Bit, jpeg8_encode((picture // 4).astype(np.uint8)), b"\xff\xe1", 8),
        (JPEGLSLossless, jpegls_encode(picture), b"\xff\xfe", 16),
        (JPEG2000Lossless, jpeg2k_encode(picture, codecformat="J2K", level=0), b"\xff\x64", 16),
    )
    for number, (syntax, code, marker, bits) in enumerate(kinds, 1):
        maker.name("compressed")
        ds = image(maker, 2, 65, number)
        word = maker.plant.text(f"comment in {syntax.name}", path=(0x7FE00010,)).encode()
        registration = b"\0\1" if marker == b"\xff\x64" else b""
        segment = marker + struct.pack(">H", 2 + len(registration + word)) + registration + word
        at = 2
        if syntax == JPEG2000Lossless:
            at = 4 + struct.unpack(">H", code[4:6])[0]  # behind SIZ, which must come first
        frame = code[:at] + segment + code[at:]
        ds.file_meta.TransferSyntaxUID = syntax
        ds.BitsAllocated = bits
        ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, 0
        ds.PixelData = encapsulate([frame])
        ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
        maker.save(ds)


def _beyond(maker: Maker) -> None:
    """What the table does not name: identifiers copied into other attributes, labels, persons, dates, addresses."""
    text = maker.plant.text
    maker.name("beyond")
    ds = image(maker, 3, 66, 1)
    name = str(ds.PatientName).split("^", maxsplit=1)[0]
    for tag, vr, value in (
        (0x00080070, "LO", f"for {name}"),
        (0x00181020, "LO", f"{name.lower()} 1.0"),
        (0x00080104, "LO", f"see {ds.AccessionNumber}"),
        (0x00180022, "CS", ds.PatientID),
        (0x00281055, "LO", f"{name} window"),
    ):
        ds.add_new(tag, vr, value)
    maker.plant.remember(ds.AccessionNumber, "accession number in a code meaning", "beyond", (0x00080104,))
    maker.plant.remember(ds.PatientID, "patient ID in a code string", "beyond", (0x00180022,))
    ds.add_new(0x00420014, "LO", text("not this patient's, in an unlisted text", "free", (0x00420014,)))
    ds.add_new(0x0040A067, "PN", text("unlisted person", "beyond", (0x0040A067,)))
    ds.add_new(0x00081190, "UR", "http://pacs/" + text("address", "beyond", (0x00081190,)))
    ds.add(DataElement(0x00080416, "DT", "17400708112233"))
    maker.plant.remember("17400708", "unlisted date", "beyond", (0x00080416,))
    ds.add_new(0x0070031B, "UI", "1.2.826.0.1.3680043.10.1338.9.990001")
    maker.plant.remember("1.2.826.0.1.3680043.10.1338.9.990001", "unlisted UID", "beyond", (0x0070031B,))
    ds.add_new(0x00282000, "OB", _icc(text("ICC description", "beyond", (0x00282000,)).encode()))
    encrypted = Dataset()
    encrypted.EncryptedContentTransferSyntaxUID = "1.2.840.10008.1.2"
    encrypted.EncryptedContent = text("encrypted attributes", "beyond", (0x04000500,)).encode()
    ds.add_new(0x04000500, "SQ", Sequence([encrypted]))
    maker.save(ds)


def _icc(word: bytes) -> bytes:
    """A profile with one tag, a text (ICC.1 clause 7 and 9)."""
    content = b"text" + bytes(4) + word + b"\0"
    table = struct.pack(">I4sII", 1, b"cprt", 144, len(content))
    body = bytes(36) + b"acsp" + bytes(88) + table + content
    return struct.pack(">I", len(body)) + body[4:] + b"\0" * (len(body) % 2)


def _odd_classes(maker: Maker) -> None:
    """A private SOP Class, and a class of which nothing is known."""
    for number, uid in enumerate(("1.2.3.4.5", "1.2.840.10008.5.1.4.1.1.999"), 1):
        maker.name("classes")
        ds = maker.base(UID(uid), 1, 67, number)
        for tag, vr in ((0x00080080, "LO"), (0x00104000, "LT"), (0x00081030, "LO"), (0x00081155, "UI")):
            element = maker.plant.element(tag, vr)
            assert element is not None
            ds.add(element)
        maker.save(ds)


def _charsets(maker: Maker) -> None:
    maker.name("charset")
    ds = image(maker, 2, 68, 1)
    maker.plant.planted.pop()  # another name takes the place of the planted one
    ds.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    ds.PatientName = "Yamada^Tarou=山田^太郎=やまだ^たろう"
    ds.add_new(0x00080070, "LO", "山田製作所")  # holds the family name
    maker.plant.remember("Yamada", "name in Latin letters", "core", (0x00100010,))
    encoded = "山田".encode("iso2022_jp")[3:-3].decode("ascii")
    maker.plant.remember(encoded, "name in Japanese, also in an unlisted text", "beyond", (0x00080070,))
    maker.save(ds)


PLACES: tuple[Callable[[Maker], None], ...] = (
    _private,
    _unknown,
    _head,
    _tails,
    _overlays,
    _compressed,
    _beyond,
    _odd_classes,
    _charsets,
)
