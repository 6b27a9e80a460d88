"""The tag table's rows: which are seen, how wide the columns are, and their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from rich.cells import cell_len

from tui.frozen import frozen
from tui.service.values import TagRow
from tui.ui.panes.lines import Run, cut, fit

TAG = 11  # cells of ``(0010,0010)``
MOST_INDENT = 10  # cells; deeper rows stand no further to the right
MANY_ITEMS = 20  # a sequence of more items is folded until the user unfolds it

_NO_LIMIT = 1 << 30
_NAMED_UID = re.compile(r"([0-9.]+) \(.*\)")


@frozen
class Columns:
    """Widths in cells. The indentation is part of the first column, so that the others are aligned."""

    tag: int
    vr: int
    keyword: int
    value: int


@frozen
class Extent:
    """What the columns must hold, of all rows of the instance, so that they stand still while one scrolls.

    Attributes
    ----------
    depth
        Depth of the deepest row.
    keyword
        Length of the longest keyword.
    usual
        Length that four of five keywords do not pass.
    """

    depth: int = 0
    keyword: int = 0
    usual: int = 0


def columns(width: int, extent: Extent) -> Columns:
    """Columns for a pane: whole keywords where there is room, and at least two fifths of it for the values.

    Parameters
    ----------
    width
        Cells for all of them and the spaces between.
    """
    tag = 2 + TAG + min(extent.depth, MOST_INDENT if width >= 60 else 4)
    vr = 2 if width >= 44 else 0
    left = max(0, width - tag - vr - (3 if vr else 2))
    names = min(extent.keyword, max(10, min(max(extent.usual, left * 2 // 5), left * 3 // 5)))
    return Columns(tag, vr, min(names, left), max(0, left - names))


def is_folded(row: TagRow) -> bool:
    """Whether a row that folds is folded before the user says anything."""
    return row.vr == "SQ" and row.vm > MANY_ITEMS


def seen(rows: Sequence[TagRow], among: Iterable[int], folded: Callable[[TagRow], bool], private: bool) -> list[int]:
    """Indices of the rows that are seen.

    Parameters
    ----------
    among
        Ascending indices: all, or those that a filter left.
    private
        Whether private elements are seen.
    """
    out: list[int] = []
    deepest = _NO_LIMIT  # deeper rows are hidden by the row that was folded last
    for index in among:
        row = rows[index]
        depth = row.depth
        if depth > deepest:
            continue
        deepest = _NO_LIMIT
        if row.private and not private:
            deepest = depth
            continue
        out.append(index)
        if row.folds and folded(row):
            deepest = depth
    return out


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query that must be found, in lower case."""
    return tuple(word for word in query.lower().split() if word[0] != "!")


class Finder:
    """Tells rows that match by themselves from those that a filter left for what is inside them.

    The rule is that of the filter in ``core/tags.py``; only rows with something inside are looked at, once.
    """

    def __init__(self, rows: Sequence[TagRow]) -> None:
        self._rows = rows
        self._texts: dict[int, str] = {}

    def hits(self, matches: Sequence[int], query: str) -> list[int]:
        """The matches without the rows that are there only for what is inside them."""
        rows, wanted = self._rows, words_of(query)
        unwanted = [word[1:] for word in query.lower().split() if word[0] == "!" and len(word) > 1]
        out: list[int] = []
        below = 0
        for index in reversed(matches):
            depth = rows[index].depth
            if below > depth:
                text = self._texts.get(index) or self._read(index)
                if any(word not in text for word in wanted) or any(word in text for word in unwanted):
                    below = depth
                    continue
            below = depth
            out.append(index)
        return out[::-1]

    def _read(self, index: int) -> str:
        row = self._rows[index]
        text = f"{row.tag}\n{row.tag[1:5]}{row.tag[6:10]}\n{row.keyword}\n{row.name}\n{row.value}".lower()
        self._texts[index] = text
        return text


def highlighter(query: str) -> re.Pattern[str] | None:
    """What to highlight for a query; the digits of a tag are found with their comma, too."""
    words = [re.escape(word) for word in words_of(query)]
    words += [f"{word[:4]},{word[4:]}" for word in words_of(query) if re.fullmatch("[0-9a-f]{5,8}", word)]
    return re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE) if words else None


def _highlighted(text: str, style: str, pattern: re.Pattern[str] | None) -> list[Run]:
    if pattern is None:
        return [(text, style)]
    out: list[Run] = []
    at = 0
    for match in pattern.finditer(text):
        out += [(text[at : match.start()], style), (match.group(), "match")]
        at = match.end()
    return [*out, (text[at:], style)]


def runs(row: TagRow, widths: Columns, *, folded: bool, empty: bool, pattern: re.Pattern[str] | None) -> list[Run]:
    """A row in its columns; a long keyword moves a short value to the right rather than lose its end.

    Parameters
    ----------
    folded
        Whether what is inside is hidden.
    empty
        Whether there is nothing inside to hide.
    """
    glyph = "  " if not row.folds or empty else "▸ " if folded else "▾ "
    indent = " " * min(row.depth, widths.tag - 2 - TAG)
    item = row.vr == "--"
    out: list[Run] = [(indent + glyph, "faint")]
    tag = fit(row.tag, widths.tag - len(indent) - 2)
    if item:  # an item has neither VR nor keyword, so what it is about begins at once
        room = (
            widths.tag - len(indent) - 2 + 1 + (widths.vr + 1 if widths.vr else 0) + widths.keyword + 1 + widths.value
        )
        text = f"{row.tag}  {row.value}" if row.value else row.tag
        return [*out, *_highlighted(cut(text, room), "dim", pattern)]
    out += [*_highlighted(tag, "dim", pattern), (" ", "")]
    if widths.vr:
        out.append((f"{fit(row.vr, widths.vr)} ", "faint"))
    style = "warning" if row.value.startswith("unreadable: ") else "dim" if row.folds else ""
    value = cut(row.value, widths.value)
    keyword = max(widths.keyword, min(len(row.keyword), widths.keyword + widths.value - cell_len(value)))
    out += _highlighted(fit(row.keyword, keyword), "dim" if row.private else "", pattern)
    out.append((" ", ""))
    out += _highlighted(value, style, pattern)
    return out


def extent(rows: Sequence[TagRow]) -> Extent:
    """What :func:`columns` must know of the rows."""
    depth = max(map(attrgetter("depth"), rows), default=0)
    lengths = sorted(map(len, set(map(attrgetter("keyword"), rows))))
    return Extent(depth, lengths[-1], lengths[(len(lengths) - 1) * 4 // 5]) if lengths else Extent()


def bare_value(row: TagRow) -> str:
    """The value for the clipboard: UIDs without their names."""
    if row.vr != "UI":
        return row.value
    parts = ((part, _NAMED_UID.fullmatch(part)) for part in row.value.split("\\"))
    return "\\".join(match.group(1) if match else part for part, match in parts)


def as_json(rows: Sequence[TagRow]) -> str:
    """Rows as the command ``tags --json`` gives them: one object, or a list of a sequence with what is inside."""
    objects = [
        {"tag": r.tag, "path": r.path, "depth": r.depth, "vr": r.vr, "keyword": r.keyword, "vm": r.vm,
         "value": bare_value(r)}
        for r in rows
    ]  # fmt: skip
    import json

    return json.dumps(objects[0] if len(objects) == 1 else objects, ensure_ascii=False, indent=None)
