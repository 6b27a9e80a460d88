"""What differs between tables of tags: two side by side, or one after the other as one steps through a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.core.printable import ELLIPSIS
from tui.core.tagtable import ITEM_TAG, TagTable
from tui.frozen import frozen

SAME, CHANGED, MISSING = "same", "changed", "missing"


@frozen
class Place:
    """One element or item and what it is in each of the tables.

    Attributes
    ----------
    path, tag, depth, vr, keyword
        As in :class:`tui.core.values.TagRow`.
    values
        One text a table; None where the table has no such element.
    kind
        ``changed`` or ``missing`` (in at least one table); ``same`` for a sequence or item that is there in all, for
        what is inside it.
    """

    path: str
    tag: str
    depth: int
    vr: str
    keyword: str
    values: tuple[str | None, ...]
    kind: str = CHANGED


def changed(before: TagTable, after: TagTable) -> list[int]:
    """Indices of the rows of the second table that are not the same in the first, ascending.

    A sequence or item counts where the first table lacks it; what is inside is looked at by itself.
    """
    found: list[int] = []
    for indices in _aligned((before, after)):
        old, new = indices
        if new is not None and (old is None or not _same((before, after), (old, new))):
            found.append(new)
    return sorted(found)


def differences(tables: Sequence[TagTable], skip: frozenset[int] = frozenset()) -> tuple[Place, ...]:
    """Elements that are not the same in all tables, in the order of their tags, with the sequences they are in.

    Sequences are aligned by the numbers of their items.

    Parameters
    ----------
    skip
        Tags that are not compared, as ``group << 16 | element``.
    """
    out: list[Place] = []
    open_places: list[Place] = []  # sequences and items on the way here that are not listed yet
    for indices in _aligned(tables):
        place = _place(tables, indices)
        del open_places[
            next((n for n, above in enumerate(open_places) if above.depth >= place.depth), len(open_places)) :
        ]
        first = next(n for n, index in enumerate(indices) if index is not None)
        if tables[first].tags[indices[first]] in skip:  # type: ignore[index]
            continue
        if place.kind == SAME:
            open_places.append(place)
            continue
        out += open_places
        open_places = []
        out.append(place)
    return tuple(out)


def telling(values: Sequence[str | None], room: int) -> tuple[str | None, ...]:
    """Values as far as they fit into a narrow column, from shortly before where they differ if that would be cut off.

    Parameters
    ----------
    room
        Characters of the column.
    """
    texts = [value for value in values if value is not None]
    same = _alike(min(texts), max(texts)) if len(texts) > 1 else 0  # the others lie between these
    if max(map(len, texts), default=0) <= room or same < room * 2 // 3:
        return tuple(values)
    start = same - room // 3
    return tuple(None if value is None else ELLIPSIS + value[start:] for value in values)


def _alike(one: str, other: str) -> int:
    """How many letters at the beginning of two texts are the same."""
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
                min(len(one), len(other)))  # fmt: skip


def _place(tables: Sequence[TagTable], indices: tuple[int | None, ...]) -> Place:
    there = [(table, index) for table, index in zip(tables, indices, strict=True) if index is not None]
    row = there[0][0][there[0][1]]
    values = tuple(None if index is None else _text(table, index) for table, index in zip(tables, indices, strict=True))
    kind = MISSING if len(there) < len(tables) else SAME if _same(tables, indices) else CHANGED
    vrs = dict.fromkeys(table.kind(index)[0] for table, index in there)
    return Place(row.path, row.tag, row.depth, "/".join(vrs), row.keyword, values, kind)


def _text(table: TagTable, index: int) -> str:
    """The value, with the check sum of what it does not show: two that look alike may differ."""
    mark = table.marks.get(index)
    return table.value(index) + (f" (check sum {mark:08x})" if mark is not None else "")


def _same(tables: Sequence[TagTable], indices: Sequence[int | None]) -> bool:
    """Whether all tables have it, with the same VR and value; of sequences and items only that they are there."""
    first, index = tables[0], indices[0]
    if index is None:
        return False
    if first.tags[index] == ITEM_TAG:
        return all(other is not None for other in indices)
    wanted = (first.kind(index)[0], first.value(index), first.marks.get(index))
    for table, other in zip(tables[1:], indices[1:], strict=True):
        if other is None or (table.kind(other)[0], table.value(other), table.marks.get(other)) != wanted:
            return False
    return True


def _aligned(tables: Sequence[TagTable]) -> Iterator[tuple[int | None, ...]]:
    """For each element and item of any table its index in each; elements by tag, items by number, outer before inner.

    Of an element that a table holds twice, the first counts.
    """
    stack = [iter(_siblings(tables, [(0, len(table)) for table in tables]))]
    while stack:
        indices = next(stack[-1], None)
        if indices is None:
            stack.pop()
            continue
        yield indices
        spans = [
            (0, 0) if index is None else (index + 1, table.ends[index])
            for table, index in zip(tables, indices, strict=True)
        ]
        if any(start < stop for start, stop in spans):
            stack.append(iter(_siblings(tables, spans)))


def _siblings(tables: Sequence[TagTable], spans: Sequence[tuple[int, int]]) -> list[tuple[int | None, ...]]:
    found: dict[tuple[int, int], list[int | None]] = {}
    for number, (table, (start, stop)) in enumerate(zip(tables, spans, strict=True)):
        index = start
        while index < stop:
            tag = table.tags[index]
            # file meta information and data set never share a group, so one order holds for both
            key = (tag, table.vms[index]) if tag == ITEM_TAG else (tag, 0)
            places = found.setdefault(key, [None] * len(tables))
            if places[number] is None:
                places[number] = index
            index = table.ends[index]
    return [tuple(found[key]) for key in sorted(found)]
