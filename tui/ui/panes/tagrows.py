"""The tag table's rows: which are seen, how wide the columns are, and their text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence

from rich.cells import cell_len

from tui.frozen import frozen
from tui.service.values import FOLDS, ITEM_TAG, TagRow, TagTable, readable
from tui.ui.panes.lines import Run, cut, fit

TAG = 11  # cells of ``(0010,0010)``
NARROW = 56  # cells of a pane that shows no VR
MOST_INDENT = 10  # cells; deeper rows stand no further to the right
VR_AND_VM = 6  # cells of the VR with the number of values; narrow panes show the VR alone
MANY_ITEMS = 20  # a sequence of more items is folded until the user unfolds it
PER_FRAME = 0x52009230  # Per-frame Functional Groups Sequence (PS3.3 C.7.6.16)

_NAMED_UID = re.compile(r"([0-9.]+) \(.*\)")


@frozen
class Columns:
    """Widths in cells. The indentation is part of the first column, so that the others are aligned.

    The VR has its number of values (VM) behind it where ``vr`` is ``VR_AND_VM``.
    """

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

    In a narrow pane half of it, less indentation, and no VR: the values are what one looks for.

    Parameters
    ----------
    width
        Cells for all of them and the spaces between.
    """
    narrow = width < NARROW
    tag = 2 + TAG + min(extent.depth, 2 if narrow else MOST_INDENT)
    vr = VR_AND_VM if width >= 76 else 0 if narrow else 2
    left = max(0, width - tag - vr - (3 if vr else 2))
    most = left // 2 if narrow else left * 3 // 5
    names = min(extent.keyword, max(10, min(max(extent.usual, left * 2 // 5), most)))
    return Columns(tag, vr, min(names, left), max(0, left - names))


def is_folded(table: TagTable, index: int) -> bool:
    """Whether a row that folds is folded before the user says anything; groups of frames are, to follow the frame."""
    most = 1 if table.tags[index] == PER_FRAME else MANY_ITEMS
    return table.tags[index] != ITEM_TAG and table.vms[index] > most


def seen(
    table: TagTable, among: Sequence[int], folded: Callable[[int], bool], hidden: int = 0, frame: int = 0
) -> Sequence[int]:
    """Indices of the rows that are seen.

    Parameters
    ----------
    among
        Ascending indices: all, or those that a filter left.
    folded
        Asked for rows that fold.
    hidden
        Flags of rows that are not seen, nor what is inside them.
    frame
        Of the Per-frame Functional Groups Sequence the item of this frame is seen even where it is folded.
    """
    flags, ends = table.flags, table.ends
    if not any(value & (hidden | FOLDS) for value in set(flags)):
        return among
    out = array("I")
    left, kept, back = 0, 0, 0  # rows before `left` are not seen, but those from `kept` to `back`
    for index in among:
        if index < left and not kept <= index < back:
            continue
        flag = flags[index]
        if flag & hidden:
            left, kept = max(left, ends[index]), max(kept, ends[index])
            continue
        out.append(index)
        if flag & FOLDS and folded(index):
            if table.tags[index] == PER_FRAME and frame < table.vms[index]:
                kept = _nth(table, index, frame)
                left, back = ends[index], ends[kept]
            elif index < left:
                kept = ends[index]
            else:
                left = ends[index]
    return out


def _nth(table: TagTable, sequence: int, number: int) -> int:
    """Index of an item of a sequence."""
    index = sequence + 1
    for _ in range(number):
        index = table.ends[index]
    return index


def _highlighted(text: str, style: str, pattern: re.Pattern[str] | None) -> list[Run]:
    if pattern is None:
        return [(text, style)]
    out: list[Run] = []
    at = 0
    for match in pattern.finditer(text):
        if match.group():
            out += [(text[at : match.start()], style), (match.group(), "match")]
            at = match.end()
    return [*out, (text[at:], style)]


def runs(row: TagRow, widths: Columns, *, folded: bool, empty: bool, pattern: re.Pattern[str] | None) -> list[Run]:
    """A row in its columns, which begin at the same cell in every row.

    Parameters
    ----------
    folded
        Whether what is inside is hidden.
    empty
        Whether there is nothing inside to hide.
    """
    glyph = "  " if not row.folds or empty else "▸ " if folded else "▾ "
    if row.edited:
        glyph = "* " if glyph == "  " else f"{glyph[0]}*"
    indent = " " * min(row.depth, widths.tag - 2 - TAG)
    out: list[Run] = [(indent + glyph, "accent" if row.edited else "faint")]
    tag = fit(row.tag, widths.tag - len(indent) - 2)
    if row.vr == "--":  # an item has neither VR nor keyword, so what it is about begins at once
        room = (
            widths.tag - len(indent) - 2 + 1 + (widths.vr + 1 if widths.vr else 0) + widths.keyword + 1 + widths.value
        )
        text = f"{row.tag}  {row.value}" if row.value else row.tag
        return [*out, *_highlighted(cut(text, room), "dim", pattern)]
    out += [*_highlighted(tag, "dim", pattern), (" ", "")]
    if widths.vr:
        out.append((f"{fit(row.vr, 2)}{_count(row.vm) if widths.vr == VR_AND_VM else ''} ", "faint"))
    style = "warning" if row.value.startswith("unreadable: ") else "dim" if row.folds else ""
    out += _highlighted(fit(row.keyword, widths.keyword), "dim" if row.private else "", pattern)
    out.append((" ", ""))
    out += _value(row, widths.value, "accent" if row.edited else style, pattern)
    return out


def _value(row: TagRow, width: int, style: str, pattern: re.Pattern[str] | None) -> list[Run]:
    """The value for reading; what a filter found in the value as it is stored is highlighted as a whole."""
    shown = readable(row.vr, row.value)
    if pattern is not None and shown != row.value and pattern.search(row.value) and not pattern.search(shown):
        style = "match"
    return _highlighted(cut(shown, width), style, pattern)


def _count(vm: int) -> str:
    """The number of values in the last four cells of the VR's column."""
    return f"{vm if vm < 1000 else f'{vm // 1000}k' if vm < 100_000 else '...':>4}"


def extent(table: TagTable) -> Extent:
    """What :func:`columns` must know of the rows."""
    lengths = sorted({cell_len(keyword) for _, keyword, _ in table.kinds})
    if not lengths:
        return Extent()
    return Extent(max(table.depths), lengths[-1], lengths[(len(lengths) - 1) * 4 // 5])


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


def jump(table: TagTable, text: str) -> list[int]:
    """Rows that a typed tag or keyword may mean, the likeliest first: same, beginning, in it; outer before inner."""
    wanted = text.strip().lower()
    digits = re.sub(r"[(), ]", "", wanted)
    if not wanted:
        return []
    ranks: list[tuple[int, int, int]] = []
    cells = {kind: kind[1].lower() for kind in table.kinds}
    by_number = bool(re.fullmatch("[0-9a-f]{2,8}", digits))
    for index, tag in enumerate(table.tags):
        if tag == ITEM_TAG:
            continue
        keyword = cells[table.kind(index)]
        if by_number and f"{tag:08x}".startswith(digits):
            rank = 0
        elif wanted not in keyword:
            continue
        else:
            rank = 0 if keyword == wanted else 1 if keyword.startswith(wanted) else 2
        ranks.append((rank, table.depths[index], index))
    return [index for _, _, index in sorted(ranks)]
