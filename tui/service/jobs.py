"""What the lanes do: scan, read tags, draw. Each keeps what its next job can use, and is used on one lane."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.core.values import Instance, Ref, Skipped, View, Viewport
from tui.errors import SafelightError
from tui.service import events as ev
from tui.service.cache import Cache
from tui.service.ports import Cancelled, Emit, Instances, Opened
from tui.service.settings import Limits, out_of_memory
from tui.service.state import Cursor

if TYPE_CHECKING:
    from tui.core.frames import Frame
    from tui.core.pipeline import Renderer
    from tui.core.tags import TagSearch

Work = Callable[[Emit, Cancelled], None]

BATCH_SECONDS = 0.15
BATCH_FILES = 2000
OPEN_INSTANCES = 16


def scan(instances: Instances, number: int, paths: tuple[str, ...]) -> Work:
    """Find files and send them in batches: the first DICOM file at once, then what 0.15 s bring."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        found: list[Instance] = []
        skipped: list[Skipped] = []
        sent = 0.0  # long ago: the first file goes out at once
        for item in instances.scan(paths, cancelled):
            if isinstance(item, Instance):
                found.append(item)
            else:
                skipped.append(item)
            now = time.monotonic()
            if found and (now - sent >= BATCH_SECONDS or len(found) + len(skipped) >= BATCH_FILES):
                emit(ev.FilesFound(number, tuple(found), tuple(skipped)))
                found, skipped, sent = [], [], now
        if found or skipped:
            emit(ev.FilesFound(number, tuple(found), tuple(skipped)))
        emit(ev.ScanEnded(number, complete=not cancelled()))

    return work


class Tags:
    """Reads the tag rows of an instance and searches them; for the lane ``open``."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self._held: tuple[int, Ref] | None = None
        self._search: TagSearch | None = None

    def job(self, scan: int, ref: Ref, query: str) -> Work:
        """Send the rows, if the last job was about another instance or scan, and those that match the query."""

        def work(emit: Emit, cancelled: Cancelled) -> None:
            if self._held != (scan, ref) or self._search is None:
                self._held, self._search = (scan, ref), None
                self._read(ref, emit)
            if self._search is not None:
                emit(ev.TagsFiltered(query, self._search.matches(query)))

        return work

    def _read(self, ref: Ref, emit: Emit) -> None:
        from tui.core import tags

        try:
            opened = self._instances.open(ref)
            rows = tags.rows(opened.dataset)
        except SafelightError as error:
            emit(ev.TagsReady(ref, (), error.sentence()))
            return
        self._search = tags.TagSearch(rows)
        emit(ev.TagsReady(ref, rows, " ".join(opened.notes)))


class Pictures:
    """Opens, decodes and draws; for the lane ``render``. Keeps decoded frames and the last open instances."""

    def __init__(self, instances: Instances, limits: Limits) -> None:
        self._instances = instances
        self._limits = limits
        self._frames: Cache[tuple[Ref, int], Frame] = Cache(limits.cache_bytes)
        self._opened: OrderedDict[Ref, Opened] = OrderedDict()
        self._renderer: Renderer | None = None
        self._scan = 0

    def job(self, serial: int, scan: int, cursor: Cursor, view: View, viewport: Viewport) -> Work:
        """Draw one picture, or say why not. A new scan reads everything again."""

        def work(emit: Emit, cancelled: Cancelled) -> None:
            ref, frame = cursor.ref, cursor.frame
            if ref is None:
                return
            if scan != self._scan:
                self._scan = scan
                self._frames.clear()
                self._opened.clear()
            try:
                emit(self._draw(serial, ref, frame, view, viewport))
            except SafelightError as error:
                emit(ev.PictureFailed(serial, ref, frame, error.sentence()))
            except MemoryError:
                emit(ev.PictureFailed(serial, ref, frame, out_of_memory(self._limits)))

        return work

    def _draw(self, serial: int, ref: Ref, index: int, view: View, viewport: Viewport) -> ev.PictureReady:
        frame = self._frame(ref, index)
        if self._renderer is None:
            from tui.core import pipeline

            self._renderer = pipeline.Renderer()
        picture = self._renderer.draw(frame, view, viewport)
        return ev.PictureReady(serial, ref, index, picture, self._renderer.facts(frame))

    def _frame(self, ref: Ref, index: int) -> Frame:
        frame = self._frames.get((ref, index))
        if frame is None:
            frame = self._open(ref).frame(index)
            self._frames.put((ref, index), frame)
        return frame

    def _open(self, ref: Ref) -> Opened:
        opened = self._opened.pop(ref, None)
        if opened is None:
            opened = self._instances.open(ref)
        self._opened[ref] = opened
        if len(self._opened) > OPEN_INSTANCES:
            self._opened.popitem(last=False)
        return opened
