"""This patient's identifiers, gathered from the object itself, to be looked for where no rule looks.

PS3.15 E.1.1 leaves it to the de-identifier to find what is copied into attributes that the table does not name: an
accession number in a comment, a name in a label. What holds one is removed whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.core.deidentify import elements
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.table import table
from tui.core.deidentify.uids import is_registered

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_IDENTIFIERS = frozenset(
    (
        0x00080050,  # Accession Number
        0x00080080,  # Institution Name
        0x00080081,  # Institution Address
        0x00080092,  # Referring Physician's Address
        0x00080094,  # Referring Physician's Telephone Numbers
        0x00081010,  # Station Name
        0x00100020,  # Patient ID
        0x00101000,  # Other Patient IDs
        0x00101040,  # Patient's Address
        0x00101090,  # Medical Record Locator
        0x00102154,  # Patient's Telephone Numbers
        0x00120040,  # Clinical Trial Subject ID
        0x00120042,  # Clinical Trial Subject Reading ID
        0x00181000,  # Device Serial Number
        0x00200010,  # Study ID
        0x00321020,  # Scheduled Study Location
        0x00380010,  # Admission ID
        0x00380060,  # Service Episode ID
        0x00400009,  # Scheduled Procedure Step ID
        0x00400253,  # Performed Procedure Step ID
        0x00400512,  # Container Identifier
        0x00400551,  # Specimen Identifier
        0x0040050A,  # Specimen Accession Number
        0x00401001,  # Requested Procedure ID
        0x00402016,  # Placer Order Number
        0x00402017,  # Filler Order Number
    )
)
# They stand where a name or number could and identify nobody; phantoms are named by them.
_NOBODY = frozenset(
    {"anon", "anonymized", "anonymised", "anonymous", "deidentified", "dicom", "here", "n.a.", "name", "none", "null"}
    | {"patient", "phantom", "removed", "test", "unknown", "unspecified"}
)
_BIRTH_DATE = 0x00100030
_DATES = frozenset((0x00080012, 0x00080020, 0x00080021, 0x00080022, 0x00080023, 0x0008002A, _BIRTH_DATE))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME_BREAKS = re.compile(r"[\^=\s,;.\\/]+")
_WORD = re.compile(rb"[a-z0-9]+")
_CODECS = ("utf-8", "utf-16-le", "utf-16-be")
_DEEPEST = 64


def folded(text: str) -> str:
    """Text without case and accents, so that ``MÜLLER`` is found in ``Muller``."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


class Identifiers:
    """What must not be found in anything that is kept.

    Parameters
    ----------
    names
        Values of person names; each part of three or more letters, or of four letters and digits, counts; or of two
        letters in a script without case.
    numbers
        Values of identifiers; each of four or more characters counts.
    dates
        Days as ``YYYYMMDD``; looked for in the usual spellings.
    uids
        Originals of UIDs that are replaced.
    """

    def __init__(self, names: Set[str], numbers: Set[str], dates: Set[str], uids: Set[str]) -> None:
        self.uids = frozenset(uids)
        self._split: tuple[frozenset[bytes], tuple[bytes, ...]] | None = None
        self._binary: tuple[bytes, ...] | None = None
        tokens = {t for name in names for t in _name_tokens(name)} | {t for n in numbers for t in _number_tokens(n)}
        tokens -= _NOBODY
        self._tokens = tokens
        self._years: dict[bytes, list[bytes]] = {}
        for date in dates:
            self._years.setdefault(date[:4].encode("ascii", "replace"), []).extend(s.encode() for s in _spellings(date))
        spelled = {s for date in dates for s in _spellings(date)}
        long_uids = {u for u in uids if len(u) >= 10}
        self._text = _pattern(tokens | spelled | long_uids)
        counted = {t for n in numbers for t in _number_tokens(n) if t.isdigit() and len(t) >= 5}
        self.numbers = frozenset(t.encode() for t in (counted - _NOBODY) | {d[:8] for d in dates if len(d) >= 8})
        hard = {t for t in tokens if len(t) >= 6 and len(set(t)) > 2} | long_uids
        coded = {t.encode(codec) for t in hard for codec in _CODECS}
        self._bytes = re.compile(b"|".join(map(re.escape, sorted(coded))), re.IGNORECASE) if coded else None

    def may_be_in(self, text: bytes) -> bool:
        """Whether ASCII text in lower case, values parted by line feeds, may hold one of the identifiers.

        Never false where :meth:`in_text`, :meth:`in_number` or :meth:`in_bytes` is true for one of the values, but for
        the UIDs.
        """
        words, parts = self._ascii()
        if words and not words.isdisjoint(_WORD.findall(text)):
            return True
        if any(part in text for part in parts):
            return True
        return any(year in text and any(s in text for s in spelled) for year, spelled in self._years.items())

    def may_be_in_bytes(self, data: bytes) -> bool:
        """As :meth:`in_bytes`, but for the UIDs; the letters of the data are in lower case."""
        return any(token in data for token in self._coded())

    def _ascii(self) -> tuple[frozenset[bytes], tuple[bytes, ...]]:
        if self._split is None:
            plain = {t for t in self._tokens if t.isascii()}
            words = {t for t in plain if len(t) < 6 and t.isalnum()}
            self._split = frozenset(t.encode() for t in words), tuple(t.encode() for t in sorted(plain - words))
        return self._split

    def _coded(self) -> tuple[bytes, ...]:
        if self._binary is None:
            hard = sorted(t for t in self._tokens if len(t) >= 6 and len(set(t)) > 2)
            self._binary = tuple(t.encode(codec).lower() for t in hard for codec in _CODECS)
        return self._binary

    def in_text(self, text: str) -> bool:
        """Whether a text holds one of the identifiers."""
        return bool(text and self._text and self._text.search(folded(text)))

    def in_number(self, text: str) -> bool:
        """Whether one of the values of a number string is an identifier of five or more digits, or a day."""
        return any(part.strip().encode() in self.numbers for part in text.split("\\"))

    def in_bytes(self, data: bytes) -> bool:
        """Whether binary data hold one of the longer identifiers, as ASCII, UTF-8 or UTF-16."""
        return bool(self._bytes and self._bytes.search(data))


def _name_tokens(name: str) -> Iterator[str]:
    for part in _NAME_BREAKS.split(folded(name)):
        letters = sum(c.isalpha() for c in part)
        if letters >= 3 or (letters == 2 and not part.isascii()) or sum(c.isalnum() for c in part) >= 4:
            yield part
            yield from (p for p in re.split("[-_'’]", part) if sum(c.isalpha() for c in p) >= 4)


def _number_tokens(value: str) -> Iterator[str]:
    for part in folded(value).split("\\"):
        part = part.strip()
        if len(part) >= 4 and len(set(part)) > 1:
            yield part


def _spellings(date: str) -> Iterator[str]:
    year, month, day = date[:4], date[4:6], date[6:8]
    if not (date[:8].isdigit() and len(date) >= 8 and "1901" <= year <= "2100" and "01" <= month <= "12"):
        return
    yield date[:8]
    for mark in "-./":
        yield mark.join((year, month, day))
        yield mark.join((day, month, year))
        yield mark.join((month, day, year))
    word = _MONTHS[int(month) - 1]
    for mark in ("-", " ", ""):
        yield mark.join((day, word, year))


def _pattern(tokens: Set[str]) -> re.Pattern[str] | None:
    tokens = {t for t in tokens if t}
    if not tokens:
        return None
    # A short word may be part of another one by chance; a long one is found anywhere.
    parts = (
        re.escape(t) if len(t) >= 6 or not t.isascii() else rf"(?<![^\W_]){re.escape(t)}(?![^\W_])"
        for t in sorted(tokens, key=lambda t: (-len(t), t))
    )
    return re.compile("|".join(parts))


def harvest(dataset: Dataset, options: Options = Options()) -> Identifiers:
    """The identifiers of a data set, from all depths of its sequences; not of what an option lets stay."""
    found = _Found(options)
    found.look(dataset, 0)
    return Identifiers(found.names, found.numbers, found.dates, found.uids)


@lru_cache(maxsize=16)
def kinds(options: Options) -> tuple[Set[int], Set[int], Set[int]]:
    """The tags whose values are identifiers, dates and UIDs that must not stay; not those that an option lets stay."""
    columns = options.columns
    kept = {tag for tag, row in table().rows.items() if "K" in {row.options.get(name) for name in columns}}
    uids = {tag for tag, row in table().rows.items() if row.basic == "U"}
    return _IDENTIFIERS - kept, _DATES if options.dates is not Dates.FULL else frozenset((_BIRTH_DATE,)), uids - kept


class _Found:
    def __init__(self, options: Options) -> None:
        self._identifiers, self._dates, self._uids = kinds(options)
        self.names: set[str] = set()
        self.numbers: set[str] = set()
        self.dates: set[str] = set()
        self.uids: set[str] = set()

    def look(self, dataset: Dataset, depth: int) -> None:
        rows = table().rows
        for tag in dataset.keys():  # noqa: SIM118  iterating a Dataset would convert its elements
            if tag.group & 1 or tag.group >= 0x5000:
                continue
            element = elements.get(dataset, tag)
            row = rows.get(tag)
            vr = row.vr if row else elements.file_vr(element)
            if not row and vr in ("", "UN"):
                vr = elements.dictionary_vr(tag)
            if "SQ" in (vr, element.VR):
                for item in elements.items(dataset, tag) or () if depth < _DEEPEST else ():
                    self.look(item, depth + 1)
            elif vr == "PN" or element.VR == "PN":
                self.names.add(elements.text(element, dataset))
            elif tag in self._identifiers:
                self.numbers.add(elements.text(element, dataset))
            elif tag in self._dates:
                self.dates.add(elements.text(element, dataset))
            elif tag in self._uids:
                values = (v.strip(" \0") for v in elements.text(element, dataset).split("\\"))
                self.uids.update(v for v in values if v and not is_registered(v))
