"""Text of a data set by its Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 6.1.2), where it is clear.

What leaves room for opinion (unknown terms, escapes that were not announced, bytes that do not fit) raises, so that
one library decides it everywhere.
"""

from __future__ import annotations

import re

# Terms to Python codecs; the default repertoire is read as Latin-1, as many writers take it.
_SINGLE = {
    "6": "latin-1", "13": "shift_jis", "100": "latin-1", "101": "iso8859-2", "109": "iso8859-3", "110": "iso8859-4",
    "126": "iso8859-7", "127": "iso8859-6", "138": "iso8859-8", "144": "iso8859-5", "148": "iso8859-9",
    "166": "tis-620",
}  # fmt: skip
_CODECS = {
    "": "latin-1",
    "ISO_IR 192": "utf-8",
    "GB18030": "gb18030",
    "GBK": "gbk",
    "ISO 2022 IR 58": "gb2312",
    "ISO 2022 IR 87": "iso2022_jp",
    "ISO 2022 IR 149": "euc_kr",
    "ISO 2022 IR 159": "iso2022_jp_2",
    **{f"ISO_IR {number}": codec for number, codec in _SINGLE.items()},
    **{f"ISO 2022 IR {number}": codec for number, codec in _SINGLE.items()},
}
_ALONE = frozenset(("utf-8", "gb18030", "gbk"))  # without code extensions (PS3.5 6.1.2.5.4 d)

# Escape sequences of PS3.3 Tables C.12-3 and C.12-4.
_ESCAPES = {
    b"\x1b(B": "latin-1", b"\x1b-A": "latin-1", b"\x1b)I": "shift_jis", b"\x1b(J": "shift_jis",
    b"\x1b-B": "iso8859-2", b"\x1b-C": "iso8859-3", b"\x1b-D": "iso8859-4", b"\x1b-F": "iso8859-7",
    b"\x1b-G": "iso8859-6", b"\x1b-H": "iso8859-8", b"\x1b-L": "iso8859-5", b"\x1b-M": "iso8859-9",
    b"\x1b-T": "tis-620", b"\x1b$)A": "gb2312", b"\x1b$)C": "euc_kr", b"\x1b$B": "iso2022_jp",
    b"\x1b$(D": "iso2022_jp_2",
}  # fmt: skip
_STATEFUL = frozenset(("iso2022_jp", "iso2022_jp_2"))  # codecs that want to see the escape sequence
_FRAGMENTS = re.compile(rb"^[^\x1b]+|\x1b[^\x1b]*")
_DELIMITERS = re.compile(rb"[\t\n\f\r^=\\]")  # PS3.5 6.1.2.5.3: here the first character set holds again


def codecs_of(terms: str) -> tuple[str, ...]:
    r"""Python codecs of a Specific Character Set, several terms separated by ``\``.

    Raises
    ------
    LookupError
        For a term that is not in PS3.3 Tables C.12-2 to C.12-5, or that forbids its neighbours.
    """
    codecs = tuple(_CODECS[term.strip(" \0")] for term in terms.split("\\"))
    if len(codecs) > 1 and not _ALONE.isdisjoint(codecs):
        raise LookupError("this character set stands alone")
    return codecs


def decode(value: bytes, codecs: tuple[str, ...]) -> str:
    """The text of a value.

    Raises
    ------
    LookupError
        For escape sequences that the character sets do not announce or that are used in an odd way.
    UnicodeError
        For bytes that are no text in the character set.
    """
    if b"\x1b" not in value:
        return value.decode(codecs[0])
    return "".join(_fragment(fragment, codecs) for fragment in _FRAGMENTS.findall(value))


def _fragment(fragment: bytes, codecs: tuple[str, ...]) -> str:
    if not fragment.startswith(b"\x1b"):
        return fragment.decode(codecs[0])
    escape = fragment[: 4 if fragment.startswith((b"\x1b$(", b"\x1b$)")) else 3]
    codec = _ESCAPES[escape]
    if codec not in codecs and escape != b"\x1b(B":
        raise LookupError("an escape sequence of a character set that is not announced")
    if codec in _STATEFUL:
        return fragment.decode(codec)
    text = fragment[len(escape) :]
    delimiter = _DELIMITERS.search(text)
    if (delimiter or escape == b"\x1b(B") and not text[delimiter.end() if delimiter else 0 :].isascii():
        raise LookupError("a character set that holds beyond its end")
    return text.decode(codec)


_FIRST_ESCAPES = {codec: escape for escape, codec in reversed(_ESCAPES.items())} | {"latin-1": b"\x1b-A"}
_DEFAULTS = ("", "ISO_IR 6", "ISO 2022 IR 6")


def encode(text: str, terms: str) -> bytes:
    """The bytes of a text that holds no delimiter, beginning in the first character set of ``terms``.

    Raises
    ------
    LookupError
        For a term that is not in PS3.3 Tables C.12-2 to C.12-5, or that forbids its neighbours.
    UnicodeError
        For letters that none of the character sets has.
    """
    if text.isascii():
        return text.encode("ascii")
    codecs = list(codecs_of(terms))
    if terms.split("\\", maxsplit=1)[0].strip(" \0") in _DEFAULTS:
        codecs[0] = "ascii"
    out, here = b"", codecs[0]
    for codec, letters in _runs(text, codecs):
        if codec in _STATEFUL:
            out += letters.encode(codec)  # with its escape sequences
            here = "ascii"
            continue
        if codec not in (here, "ascii"):
            out += _FIRST_ESCAPES[codec]
            here = codec
        out += letters.encode(codec)
    return out


def _runs(text: str, codecs: list[str]) -> list[tuple[str, str]]:
    """The text in pieces, each with the first codec that has its letters; ASCII is in all of them."""
    pieces: list[tuple[str, str]] = []
    for letter in text:
        if letter.isascii() and pieces and pieces[-1][0] not in _STATEFUL:
            codec = pieces[-1][0]
        else:
            codec = next((codec for codec in codecs if _has(codec, letter)), "")
        if not codec:
            raise UnicodeError("a letter that no character set of the file has")
        if pieces and pieces[-1][0] == codec:
            pieces[-1] = (codec, pieces[-1][1] + letter)
        else:
            pieces.append((codec, letter))
    return pieces


def _has(codec: str, letter: str) -> bool:
    try:
        letter.encode(codec)
    except UnicodeError:
        return False
    return True
