"""What identifies the patient of an original, and whether it is found in a copy.

Read from the bytes of the original, at all depths. The search is over bytes as they lie in the file: first a plain one
over the whole header, which costs little where nothing is found, then, where something is, element by element,
because a short word or number may stand in another one by chance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum

from tui.core import charsets
from tui.core.proof.rules import Expected, letters, rows, vr_of
from tui.core.proof.walk import Found, Parsed
from tui.frozen import frozen


class Source(IntEnum):
    """What an element of the original can give."""

    NOTHING = 0
    NAME = 1
    NUMBER = 2
    DATE = 3
    UID = 4
    CHARSET = 5
    VALUE = 6  # no identifier to search for, but a value that must not come back at its own tag
    ISSUER = 7  # no identifier either: says whose number that of the patient is


_NUMBERS = frozenset((
    0x00080050, 0x00080080, 0x00080081, 0x00080092, 0x00080094, 0x00081010, 0x00100020, 0x00101000, 0x00101040,
    0x00101090, 0x00102154, 0x00120040, 0x00120042, 0x00181000, 0x00200010, 0x00321020, 0x00380010, 0x00380060,
    0x00400009, 0x00400253, 0x00400512, 0x00400551, 0x0040050A, 0x00401001, 0x00402016, 0x00402017,
))  # fmt: skip
_DATES = frozenset((0x00080012, 0x00080020, 0x00080021, 0x00080022, 0x00080023, 0x0008002A, 0x00100030))
_CHARSET, _ISSUER = 0x00080005, 0x00100021
# Words that stand where a name could and name nobody; phantoms are called by them.
_NOBODY = frozenset(
    {"anon", "anonymized", "anonymised", "anonymous", "deidentified", "dicom", "here", "n.a.", "name", "none", "null"}
    | {"patient", "phantom", "removed", "test", "unknown", "unspecified"}
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BREAKS = re.compile(r"[\^=\\\s,;./]+")
_RAW_BREAKS = re.compile(rb"[\^=\\\s,;./]+")
_SHORTEST_UID = 10


def source_of(tag: int, vr: str, expected: Expected) -> Source:
    """What an element of the original with this tag and VR gives, under the options."""
    if tag == _CHARSET:
        return Source.CHARSET
    if tag == _ISSUER:
        return Source.ISSUER
    group = tag >> 16
    if group & 1 or group >= 0x5000:
        return Source.NOTHING
    row = rows().get(tag)
    what = letters(row, expected.columns) if row else ""
    if what == "K":
        return Source.NOTHING
    real = row.vr if row else vr_of(tag) or "" if vr in ("", "UN") else vr
    if "PN" in (real, vr):
        return Source.NAME
    if tag in _NUMBERS:
        return Source.NUMBER
    if tag in _DATES:
        return Source.DATE
    if row and "U" in row.basic and row.vr == "UI":
        return Source.UID
    moved = "rtn_long_modif_dates" in expected.columns and real in ("DA", "DT", "TM")
    return Source.VALUE if moved or (row and real in ("OB", "OW", "UN")) else Source.NOTHING


@frozen
class Identifiers:
    """Of one original.

    Attributes
    ----------
    uids
        Originals of UIDs that must be replaced.
    values
        Values by tag, without padding, that must not come back there.
    hard
        Lower-case bytes that are searched for anywhere in text.
    words
        Lower-case bytes that count where they stand as a word.
    numbers
        Identifiers of digits alone, which may be the whole of a number string.
    """

    uids: frozenset[bytes]
    values: dict[int, set[bytes]]
    hard: frozenset[bytes]
    words: frozenset[bytes]
    numbers: frozenset[bytes]

    def joined(self, more: Identifiers) -> Identifiers:
        """Those of both."""
        values = self.values
        if more.values:
            values = dict(values)
            for tag, found in more.values.items():
                values[tag] = values.get(tag, set()) | found
        pairs = ((self.hard, more.hard), (self.words, more.words), (self.numbers, more.numbers))
        hard, words, numbers = (one | other if other else one for one, other in pairs)
        return Identifiers(self.uids | more.uids, values, hard, words, numbers)


class Gatherer:
    """Gathers identifiers; what follows from a name or number is worked out once."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[Source, bytes, bytes], frozenset[bytes]] = {}
        self._sorted: dict[frozenset[frozenset[bytes]], tuple[frozenset[bytes], frozenset[bytes]]] = {}

    def gather(self, original: Parsed, charset: bytes = b"") -> Identifiers:
        """The identifiers of an original, walked through with :func:`source_of`; it begins in ``charset``."""
        data = original.data
        uids: set[bytes] = set()
        values: dict[int, set[bytes]] = {}
        sets: set[frozenset[bytes]] = set()
        numbers: set[bytes] = set()
        for tag, _, kind, start, stop, _, _ in original.found:
            value = data[start:stop].rstrip(b"\0 ")
            if not value or kind > Source.VALUE:
                continue
            if kind == Source.UID:
                uids.update(part.strip(b"\0 ") for part in value.split(b"\\"))
                continue
            if kind == Source.CHARSET:
                charset = value
                continue
            values.setdefault(tag, set()).add(value)
            if kind == Source.VALUE:
                continue
            key = (Source(kind), charset, value)
            tokens = self._tokens.get(key)
            if tokens is None:
                tokens = self._remember(key)
            sets.add(tokens)
            if kind == Source.NUMBER:
                numbers.update(t for t in tokens if t.isdigit() and len(t) >= 6)
        hard, words = self._sort(frozenset(sets))
        uids.discard(b"")
        return Identifiers(frozenset(uids), values, hard, words, frozenset(numbers))

    def _remember(self, key: tuple[Source, bytes, bytes]) -> frozenset[bytes]:
        if len(self._tokens) > 10_000:
            self._tokens.clear()
            self._sorted.clear()
        kind, charset, value = key
        made = {Source.NAME: _of_name, Source.NUMBER: _of_number, Source.DATE: _of_date}[kind]
        self._tokens[key] = tokens = frozenset(made(value, charset)) - {word.encode() for word in _NOBODY}
        return tokens

    def _sort(self, sets: frozenset[frozenset[bytes]]) -> tuple[frozenset[bytes], frozenset[bytes]]:
        if sets not in self._sorted:
            tokens = frozenset().union(*sets)
            hard = frozenset(t for t in tokens if len(t) >= 6 or not t.isascii())
            self._sorted[sets] = hard, tokens - hard
        return self._sorted[sets]


def _decoded(value: bytes, charset: bytes) -> str:
    try:
        return charsets.decode(value, charsets.codecs_of(charset.decode("latin-1")))
    except (LookupError, ValueError):
        return value.decode("latin-1")


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def _of_name(value: bytes, charset: bytes) -> Iterator[bytes]:
    for part in _RAW_BREAKS.split(value):
        if not part.isascii() and len(part) >= 4:
            yield part.lower()
    for text in _BREAKS.split(_decoded(value, charset)):
        for part in {text, *(p for p in re.split("[-_'’]", text) if sum(c.isalpha() for c in p) >= 4)}:
            known = sum(c.isalpha() for c in part)
            if known >= 3 or (known == 2 and not part.isascii()) or sum(c.isalnum() for c in part) >= 4:
                yield _folded(part).encode()
                if not part.isascii():
                    yield part.lower().encode()


def _of_number(value: bytes, charset: bytes) -> Iterator[bytes]:
    for part in value.lower().split(b"\\"):
        part = part.strip()
        if len(part) >= 4 and len(set(part)) > 1:
            yield part


def _of_date(value: bytes, charset: bytes) -> Iterator[bytes]:
    for text in value.decode("latin-1").split("\\"):
        year, month, day = text[:4], text[4:6], text[6:8]
        if not (text[:8].isdigit() and len(text) >= 8 and "1901" <= year <= "2100" and "01" <= month <= "12"):
            continue
        spelled = [text[:8]]
        for mark in "-./":
            spelled += [mark.join((year, month, day)), mark.join((day, month, year)), mark.join((month, day, year))]
        word = _MONTHS[int(month) - 1]
        spelled += [mark.join((day, word, year)) for mark in ("-", " ", "")]
        yield from (one.encode() for one in spelled)


# ---------------------------------------------------------------------------------------------- the search


def anywhere(identifiers: Identifiers, header: bytes) -> bool:
    """Whether something may be found; true also by chance, never false where something stands."""
    low = header.lower()
    if any(token in low for token in identifiers.hard) or any(token in low for token in identifiers.words):
        return True
    return any(uid in header for uid in identifiers.uids if len(uid) >= _SHORTEST_UID)


_NUMERIC = frozenset(("DS", "IS"))
_TEXT = frozenset(("AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UR", "UT"))
_BYTES = frozenset(("OB", "OW", "UN", "OD", "OF", "OL", "OV"))
# Defined terms, without which an object cannot be read: only a longer identifier counts in them.
_TERMS = frozenset((
    0x00080005, 0x00080008, 0x00080060, 0x00080061, 0x00080064, 0x00080068, 0x00089007, 0x00185100, 0x00200060,
    0x0040A010, 0x0040A040, 0x00620001,
))  # fmt: skip


def in_element(identifiers: Identifiers, found: Found, value: bytes, moved: bool) -> bool:
    """Whether an element of a copy holds an identifier.

    Parameters
    ----------
    moved
        Dates were moved, so that one may by chance be another date of the original.
    """
    vr = found.vr or (vr_of(found.tag) or "UN").split(" or ")[0]
    if vr in _BYTES:
        low = value.lower()
        tokens = [t for t in identifiers.hard if len(set(t)) > 2] + [u for u in identifiers.uids if len(u) >= 10]
        return any(t in low or t.decode("latin-1").encode("utf-16-le") in low or _utf16_be(t) in low for t in tokens)
    if vr == "UI":
        return any(part.strip(b"\0 ") in identifiers.uids for part in value.split(b"\\"))
    if vr in _NUMERIC:
        describes_pixels = found.tag >> 16 == 0x0028
        parts = {part.strip(b"\0 ") for part in value.split(b"\\")}
        return not describes_pixels and not parts.isdisjoint(identifiers.numbers)
    if vr not in _TEXT or (vr == "CS" and found.tag >> 16 == 0x0028) or (moved and vr in ("DA", "DT")):
        return False
    return _in_text(identifiers, value, found.tag in _TERMS)


def _utf16_be(token: bytes) -> bytes:
    return token.decode("latin-1").encode("utf-16-be")


def _in_text(identifiers: Identifiers, value: bytes, is_term: bool) -> bool:
    low = value.lower()
    if any(t in low for t in identifiers.hard) or any(u in value for u in identifiers.uids if len(u) >= 10):
        return True
    return not is_term and any(
        re.search(rb"(?<![^\W_])" + re.escape(t) + rb"(?![^\W_])", low) for t in identifiers.words if t in low
    )
