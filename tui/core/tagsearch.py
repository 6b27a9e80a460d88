"""The search in a tag table: words, fields, regular expressions.

A query is words separated by spaces; all must match, one after ``!`` must not. A word is looked for in tag, keyword,
name and value; in dates, times and names as they are stored, and as they are shown for reading. ``tag:0028``,
``vr:DS``, ``name:position`` and ``value:head`` look in one of them; ``is:private``, ``is:empty``, ``is:sequence`` and
``is:edited`` ask what a row is. A word between slashes is a regular expression; quotation marks hold words with spaces
together.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import compress

from tui.core.readable import READABLE, readable
from tui.core.tagtable import EDITED, EMPTY, FOLDS, ITEM_TAG, PRIVATE, TagTable
from tui.core.values import TagRow
from tui.frozen import frozen

FIELDS = ("tag", "vr", "name", "value", "is")
STATES = {"private": PRIVATE, "empty": EMPTY, "edited": EDITED, "sequence": FOLDS}
_TOKEN = r"""!?(?:[a-z]+:)?(?:/(?:\\/|[^/])+/(?=\s|$)|"[^"]*"?)|\S+"""


@frozen
class Term:
    """One condition of a query.

    Attributes
    ----------
    field
        One of ``FIELDS``; empty for all texts of a row.
    text
        In lower case; for ``tag`` the hexadecimal digits that it begins with, ``x`` for any.
    pattern
        A regular expression that takes the place of ``text``; None where there is none, or where it is no expression.
    wanted
        False after ``!``.
    broken
        What is wrong with it; nothing matches then.
    """

    field: str
    text: str
    pattern: re.Pattern[str] | None = None
    wanted: bool = True
    broken: str = ""


def parse(query: str) -> tuple[Term, ...]:
    """The conditions of a query; a word that is not complete yet, such as ``value:`` or ``!``, is none."""
    return tuple(term for token in re.findall(_TOKEN, query, re.IGNORECASE) if (term := _term(token)) is not None)


def _term(token: str) -> Term | None:
    wanted = not token.startswith("!")
    body = token if wanted else token[1:]
    field, colon, rest = body.partition(":")
    field = field.lower()
    if not colon or field not in FIELDS:
        field, rest = "", body
    rest = rest.strip('"') if rest.startswith('"') else rest
    if not rest:
        return None
    if len(rest) > 2 and rest[0] == rest[-1] == "/" and field != "is":
        try:
            return Term(field, rest[1:-1], re.compile(rest[1:-1], re.IGNORECASE | re.MULTILINE), wanted)
        except re.error as error:
            return Term(field, rest, None, wanted, f"{rest} is no regular expression: {error.msg}.")
    text = rest.lower()
    if field == "tag":
        text = text.strip("()").replace(",", "")
    if field == "is" and text not in STATES:
        hits = [state for state in STATES if state.startswith(text)]
        if len(hits) != 1:
            return Term(field, text, None, wanted, f"is: takes {', '.join(STATES)}.")
        text = hits[0]
    return Term(field, text, None, wanted)


def problem(query: str) -> str:
    """What is wrong with a query, as a sentence; empty if nothing is."""
    return next((term.broken for term in parse(query) if term.broken), "")


def highlighter(query: str) -> re.Pattern[str] | None:
    """What to highlight in the rows that a query found; the digits of a tag are found with their comma, too."""
    words: list[str] = []
    for term in parse(query):
        if not term.wanted or term.broken or term.field in ("vr", "is"):
            continue
        if term.pattern is not None:
            words.append(f"(?:{term.text})")
        else:
            words.append(re.escape(term.text))
            if re.fullmatch("[0-9a-f]{5,8}", term.text):
                words.append(f"{term.text[:4]},{term.text[4:]}")
    try:
        return re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE) if words else None
    except re.error:  # each is one, but together they are none: group names, or flags in the middle
        return None


class TagSearch:
    """Search in rows as one types: lower-case text is prepared once.

    Parameters
    ----------
    rows
        A table, or rows of which one is made.
    """

    def __init__(self, rows: TagTable | Sequence[TagRow]) -> None:
        self.table = table = rows if isinstance(rows, TagTable) else TagTable.of(rows)
        kinds = [f"\n{keyword}\n{name}\n" for _, keyword, name in table.kinds]
        number = dict(zip(table.kinds, kinds, strict=True))
        tags = {tag: _tag_text(tag) for tag in set(table.tags)}
        heads = (f"item {table.vms[i] + 1}" if tag == ITEM_TAG else tags[tag] for i, tag in enumerate(table.tags))
        self._lines = [f"{head}{number[table.kind(i)]}{_value(table, i)}".lower() for i, head in enumerate(heads)]

    def matches(self, query: str, among: Iterable[int] | None = None) -> Sequence[int]:
        """Indices of the rows that match and of the sequences and items they are in, ascending; all for no words."""
        return self.search(query, among)[1]

    def search(self, query: str, among: Iterable[int] | None = None) -> tuple[Sequence[int], Sequence[int]]:
        """The rows that match by themselves, and these with what they are in; ascending indices.

        Parameters
        ----------
        among
            The only rows that may match; all if None.
        """
        found: Sequence[int] = range(len(self._lines)) if among is None else list(among)
        terms = parse(query)
        if any(term.broken for term in terms):
            return (), ()
        for term in sorted(terms, key=lambda term: (term.pattern is not None, not term.wanted, -len(term.text))):
            found = self._kept(found, term)
        if len(found) == len(self._lines):
            return found, found
        flags = bytearray(len(self._lines))
        parents = self.table.parents
        for index in found:
            while index >= 0 and not flags[index]:
                flags[index] = 1
                index = parents[index]
        return array("I", found), array("I", compress(range(len(flags)), flags))

    def _kept(self, found: Sequence[int], term: Term) -> list[int]:
        lines, table, wanted, text = self._lines, self.table, term.wanted, term.text
        if not term.field:
            if term.pattern is not None:
                search = term.pattern.search
                return [i for i in found if (search(lines[i]) is not None) == wanted]
            return [i for i in found if (text in lines[i]) == wanted]
        if term.field == "is":
            bit = STATES[text]
            return [i for i in found if bool(table.flags[i] & bit) == wanted]
        if term.field == "tag":
            match = term.pattern.search if term.pattern is not None else _tag_pattern(text).match
            good = {tag for tag in set(table.tags) if match(_tag_text(tag).lower())}
            return [i for i in found if (table.tags[i] in good) == wanted]
        if term.field == "value":
            search = term.pattern.search if term.pattern is not None else re.compile(re.escape(text)).search
            return [i for i in found if (search(lines[i], _value_start(lines[i])) is not None) == wanted]
        kinds = {kind for kind in table.kinds if _is_kind(kind, term)}
        return [i for i in found if (table.kind(i) in kinds) == wanted]


def _value(table: TagTable, index: int) -> str:
    """The value as it is stored, and for reading where that is another text."""
    vr, value = table.kind(index)[0], table.value(index)
    shown = readable(vr, value) if vr in READABLE else value
    return value if shown == value else f"{value}\n{shown}"


def _tag_text(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})\n{tag:08X}"


def _tag_pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"^.*\n{re.escape(text).replace('x', '[0-9a-f]')}")


def _value_start(line: str) -> int:
    """Where the value begins: behind the tag (an item's has one line, an element's two), keyword and name."""
    at = line.index("\n") + 1
    for _ in range(2 if line.startswith("item ") else 3):
        at = line.index("\n", at) + 1
    return at


def _is_kind(kind: tuple[str, str, str], term: Term) -> bool:
    vr, keyword, name = (text.lower() for text in kind)
    if term.field == "vr":
        if term.pattern is not None:
            return term.pattern.search(vr) is not None
        return vr in term.text.split(",")
    if term.pattern is not None:
        return any(term.pattern.search(text) is not None for text in (keyword, name))
    return term.text in keyword or term.text in name
