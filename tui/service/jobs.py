"""What the lane ``open`` does: read tags, keeping what the next search can use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.core.values import Ref
from tui.errors import SafelightError
from tui.service import events as ev
from tui.service.ports import Cancelled, Emit, Instances
from tui.service.settings import Limits

if TYPE_CHECKING:
    from tui.core.edits import Edit
    from tui.core.tagsearch import TagSearch
    from tui.core.tagtable import TagTable

Work = Callable[[Emit, Cancelled], None]


class Tags:
    """Reads the tag rows of an instance and searches them; for the lane ``open``."""

    def __init__(self, instances: Instances, limits: Limits = Limits()) -> None:
        self._instances = instances
        self._limits = limits
        self._held: tuple[int, Ref, tuple[Edit, ...]] | None = None
        self._search: TagSearch | None = None
        self._before: TagTable | None = None  # of the instance that was looked at before this one

    def job(self, scan: int, ref: Ref, query: str, changed: bool = False, edits: tuple[Edit, ...] = ()) -> Work:
        """Send the rows, if the last job was about another instance or scan, and those that match the query.

        Parameters
        ----------
        changed
            Of the rows, only those that are not the same in the instance that was looked at before.
        edits
            What the user has changed and not yet saved.
        """

        def work(emit: Emit, cancelled: Cancelled) -> None:
            if self._held != (scan, ref, edits) or self._search is None:
                if self._held is None or self._held[:2] != (scan, ref):
                    self._before = self._search.table if self._search is not None else None
                self._held, self._search = (scan, ref, edits), None
                self._read(ref, edits, emit)
            if self._search is not None:
                emit(ev.TagsFiltered(query, *self._search.search(query, self._changed() if changed else None)))

        return work

    def _changed(self) -> list[int] | None:
        from tui.core.compare import changed

        if self._before is None or self._search is None:
            return None
        return changed(self._before, self._search.table)

    def _read(self, ref: Ref, edits: tuple[Edit, ...], emit: Emit) -> None:
        from tui.core.tagsearch import TagSearch
        from tui.service.reading import read

        try:
            table, problem = read(self._instances, ref, edits, self._limits.element_value, self._limits.depth)
        except SafelightError as error:
            emit(ev.TagsReady(ref, (), error.sentence()))
            return
        self._search = TagSearch(table)
        emit(ev.TagsReady(ref, table, problem))
