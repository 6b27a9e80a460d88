"""What a file is that is not DICOM, in a few plain words without any of its content."""

from __future__ import annotations

_MAGIC = (
    (b"PK\x03\x04", "zip archive"),
    (b"PK\x05\x06", "zip archive"),
    (b"%PDF", "PDF"),
    (b"\x89PNG\r\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"BM", "BMP picture"),
    (b"II*\0", "TIFF picture"),
    (b"MM\0*", "TIFF picture"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "JPEG 2000 picture"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!", "rar archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"SQLite format 3", "SQLite database"),
    (b"\x89HDF", "HDF5"),
)


def reason(head: bytes) -> str:
    """Why a file that starts so is not shown: ``empty file``, ``not DICOM (text)`` …"""
    if not head:
        return "empty file"
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return f"not DICOM ({what})"
    if head[257:262] == b"ustar":
        return "not DICOM (tar archive)"
    if head[344:348] in {b"n+1\0", b"ni1\0"}:
        return "not DICOM (NIfTI)"
    return "not DICOM (text)" if _text(head[:1024]) else "not DICOM"


def _text(head: bytes) -> bool:
    if any(byte < 0x20 and byte not in b"\t\n\f\r" for byte in head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # a character that was cut at the end
    return True
