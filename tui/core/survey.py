"""What is constant, varying or missing over many images: one line for each attribute that any of them has."""

from __future__ import annotations

from tui.core.tagtable import FOLDS, ITEM_TAG, OTHER_TAG, TagTable
from tui.frozen import frozen

CONSTANT, VARYING, MISSING = "constant", "varying", "missing"
MOST_VALUES = 64  # different values of one attribute that are kept
SHOWN = 3


@frozen
class Attribute:
    """One attribute over all images.

    Attributes
    ----------
    path, tag, depth, vr, keyword
        As in :class:`tui.core.values.TagRow`.
    kind
        ``constant``, ``varying``, or ``missing`` where some images lack it.
    have
        Images that have it.
    values
        How many different values there are; one more than ``MOST_VALUES`` stands for more.
    text
        The value, or the first ones of several.
    """

    path: str
    tag: str
    depth: int
    vr: str
    keyword: str
    kind: str
    have: int
    values: int
    text: str


class Survey:
    """Takes one table of tags after the other and keeps none of them."""

    def __init__(self) -> None:
        self.count = 0
        self._rows: dict[str, tuple[str, int, str, str]] = {}
        self._have: dict[str, int] = {}
        self._values: dict[str, dict[str, None]] = {}
        self._more: set[str] = set()

    def add(self, table: TagTable) -> None:
        """Count one image."""
        self.count += 1
        for index, tag in enumerate(table.tags):
            if tag in (ITEM_TAG, OTHER_TAG):
                continue
            path = table.path(index)
            self._have[path] = self._have.get(path, 0) + 1
            if path not in self._rows:
                vr, keyword, _ = table.kind(index)
                self._rows[path] = (f"({tag >> 16:04X},{tag & 0xFFFF:04X})", table.depths[index], vr, keyword)
            known = self._values.setdefault(path, {})
            text = table.value(index)
            if (mark := table.marks.get(index)) is not None and not table.flags[index] & FOLDS:
                text += f" (check sum {mark:08x})"
            if text not in known:
                if len(known) < MOST_VALUES:
                    known[text] = None
                else:
                    self._more.add(path)

    def attributes(self) -> tuple[Attribute, ...]:
        """One line for each attribute, in the order of the tags."""
        return tuple(self._attribute(path) for path in sorted(self._rows))

    def _attribute(self, path: str) -> Attribute:
        tag, depth, vr, keyword = self._rows[path]
        have, known = self._have[path], list(self._values[path])
        count = len(known) + (path in self._more)
        kind = MISSING if have < self.count else VARYING if count > 1 else CONSTANT
        text = known[0]
        if count > 1:
            text = " | ".join(known[:SHOWN]) + (" | …" if count > SHOWN else "")
        return Attribute(path, tag, depth, vr, keyword, kind, have, count, text)
