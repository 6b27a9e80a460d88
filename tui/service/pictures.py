"""What the lanes ``render``, ``whole`` and ``ahead`` do: draw a picture, and make what is likely to come next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core.quantities import Findings
from tui.core.values import Picture, Ref, View
from tui.errors import SafelightError
from tui.frozen import frozen
from tui.service import events as ev
from tui.service.cache import Cache
from tui.service.decoded import Decoded
from tui.service.ports import Cancelled, Drawing, Emit, Instances, Order
from tui.service.settings import Limits, out_of_memory

if TYPE_CHECKING:
    from tui.core.frames import Frame
    from tui.core.gauges import Measuring
    from tui.core.laid import Laid
    from tui.core.marks import Over
    from tui.core.pipeline import Renderer
    from tui.service.objects import Objects
    from tui.service.requests import DrawPicture
    from tui.service.state import Cursor
    from tui.service.volumes import Volumes

Work = Callable[[Emit, Cancelled], None]
Later = Callable[[str, Work], None]
Place = tuple[Ref, int]  # an instance and its frame

HELD_PICTURES = 2  # the one that is shown may be one behind the newest
MADE_SHARE = 4  # pictures that were encoded are kept, too, in this part of what decoded ones may take
IDLE_SECONDS = 0.02  # after a picture was sent, until one is made that was not asked for
AHEAD_SHARE = 4  # decoding ahead may fill this part of what is kept


@frozen
class Made:
    """A picture as it was sent, and its pixels."""

    ready: ev.PictureReady
    picture: Picture

    @property
    def nbytes(self) -> int:
        """Bytes of memory, about."""
        return self.picture.pixels.nbytes + (self.ready.drawing.payload.size if self.ready.drawing else 0)


def _measures(view: View) -> bool:
    """Whether something is measured of the frame, and drawn over it."""
    return bool(view.probe or view.pins or view.mask or view.gauge or view.boxes)


def _drawing(request: DrawPicture, picture: Picture, reduced: bool, order: Order) -> Drawing:
    look = hash((request.scan, request.cursor.series, request.view, request.viewport))
    key = 0 if reduced else hash((look, request.cursor.ref, request.cursor.frame))
    return replace(order.encoder.draw(picture, order), look=look, key=key)


def dot(order: Order | None) -> tuple[int, int]:
    """Width and height, in pixels of the screen, of the least that the terminal can show."""
    across, down = order.encoder.dots if order is not None else (0, 0)
    return (order.cell[0] // across, order.cell[1] // down) if order is not None and across and down else (1, 1)


class Pictures:
    """Opens, decodes and draws; all jobs for the lane ``render``, but those that encode.

    The last pictures are kept for an order that comes after them.

    Parameters
    ----------
    instances
        Where files are read.
    limits
        Bound what is kept.
    later
        Does work on the lanes ``whole`` and ``ahead``; None if each picture is asked for once and for all, so that no
        coarse one comes before it and nothing is decoded ahead.
    """

    def __init__(self, instances: Instances, limits: Limits, later: Later | None = None) -> None:
        self._instances = instances
        self._decoded = Decoded(instances, limits)
        self._limits = limits
        self._later = later
        self._renderer: Renderer | None = None
        self._measuring: Measuring | None = None
        self._beside: Renderer | None = None  # of the lane ``ahead``
        self._making: tuple[object, ...] | None = None  # what it draws now
        self._objects: Objects | None = None
        self._volumes: Volumes | None = None
        self._change = threading.Condition()
        self._newest = 0  # serial of the newest request
        self._whole = 0  # serial of the newest request whose frame was tried on the lane ``whole``
        self._held: tuple[tuple[DrawPicture, Picture, bool], ...] = ()
        self._made: Cache[tuple[object, ...], Made] = Cache(limits.cache_bytes // MADE_SHARE)

    def encode(self, serial: int, order: Order) -> Work:
        """Draw a picture that is held for the terminal once more; for the lane ``encode``."""

        def work(emit: Emit, cancelled: Cancelled) -> None:
            drawing = next((_drawing(*held, order) for held in self._held if held[0].serial == serial), None)
            emit(ev.PictureDrawn(serial, drawing))

        return work

    def job(self, request: DrawPicture) -> Work:
        """Draw one picture, or say why not. A new scan reads everything again."""
        with self._change:
            self._newest = request.serial
            self._change.notify_all()

        def work(emit: Emit, cancelled: Cancelled) -> None:
            ref, frame = request.cursor.ref, request.cursor.frame
            if ref is None:
                return
            self._decoded.begin(request.scan)
            if self._objects is not None:
                self._objects.begin(request.scan)
            try:
                self._draw(request, ref, emit)
            except SafelightError as error:
                emit(ev.PictureFailed(request.serial, ref, frame, error.sentence()))
            except MemoryError:
                emit(ev.PictureFailed(request.serial, ref, frame, out_of_memory(self._limits).sentence()))
            if self._later is not None and (request.ahead or request.again):
                self._later("ahead", self._decode(request, request.ahead, self._limits.cache_bytes // AHEAD_SHARE))

        return work

    def _draw(self, request: DrawPicture, ref: Ref, emit: Emit) -> None:
        """Emit the picture, and before it a reduced one where that is much sooner; a cine comes round to those made."""
        from tui.core import pipeline

        key = request.asked
        with self._change:
            self._change.wait_for(lambda: self._making != key)
            made = self._made.get(key)
        if made is not None:
            self._hold(request, made.picture)
            if not request.known:
                emit(replace(made.ready, serial=request.serial))
            return
        if self._renderer is None:
            self._renderer = pipeline.Renderer()
        index = request.cursor.frame
        if request.view.cut is not None:
            emit(self._cut(self._renderer, request, ref))
            return
        if self._later is not None and self._decoded.held(ref, index) is None:
            opened = self._decoded.open(ref)
            halvings = pipeline.halvings(opened.dataset, index, request.view, request.viewport)
            coarse = opened.reduced(index, halvings) if halvings else None
            if coarse is not None:
                emit(self._picture(self._renderer, coarse, request, ref))
                if not self._awaited(self._later, request.serial, (ref, index)):
                    return
        emit(self._picture(self._renderer, self._decoded.frame(ref, index), request, ref))

    def _picture(self, renderer: Renderer, frame: Frame, request: DrawPicture, ref: Ref) -> ev.PictureReady:
        findings, over = self._measured(frame, request.view, dot(request.order))
        frame, laid = self._overlaid(frame, request.view)
        picture = renderer.draw(frame, request.view, request.viewport, over, laid)
        reduced = frame.whole is not None
        self._hold(request, picture, reduced)
        drawing = _drawing(request, picture, reduced, request.order) if request.order else None
        facts = renderer.facts(frame)
        words = (request.serial, ref, frame.index, picture.caption, facts, drawing, reduced, findings)
        ready = ev.PictureReady(*words)
        if drawing is not None and not reduced:
            self._keep(request, ready, picture)
        return ready

    def _keep(self, request: DrawPicture, ready: ev.PictureReady, picture: Picture) -> None:
        with self._change:
            self._made.put(request.asked, Made(ready, picture))

    def _cut(self, renderer: Renderer, request: DrawPicture, ref: Ref) -> ev.PictureReady:
        """Planes through the volume that the request names; the facts are those of the slice that was looked at."""
        from tui.core.cuts import ACROSS

        if self._volumes is None:
            from tui.service.volumes import Volumes

            self._volumes = Volumes(self._instances, self._limits)
        frame = self._decoded.frame(ref, request.cursor.frame)
        looked_at = frame.dataset, frame.index
        words = (request.scan, request.slices, request.view, request.viewport, looked_at)
        picture, found = self._volumes.draw(*words)
        self._hold(request, picture)
        drawing = _drawing(request, picture, False, request.order) if request.order else None
        cut = request.view.cut
        right, down = ACROSS[cut.plane] if cut else (0, 1)
        rows, columns, aspect = found.shape[down], found.shape[right], found.voxel_mm[down] / found.voxel_mm[right]
        facts = replace(renderer.facts(frame), rows=rows, columns=columns, aspect=aspect)
        findings = Findings(volumed=found)
        return ev.PictureReady(request.serial, ref, frame.index, picture.caption, facts, drawing, findings=findings)

    def _overlaid(self, frame: Frame, view: View) -> tuple[Frame, Laid | None]:
        """The frame as a presentation state has it, and what other objects draw over it."""
        if not view.chosen:
            return frame, None
        if self._objects is None:
            from tui.service.objects import Objects

            self._objects = Objects(self._instances)
        return self._objects.prepared(frame, view)

    def _hold(self, request: DrawPicture, picture: Picture, reduced: bool = False) -> None:
        held = [one for one in self._held if one[0].serial != request.serial]
        self._held = (*held[1 - HELD_PICTURES :], (request, picture, reduced))

    def _measured(self, frame: Frame, view: View, dot: tuple[int, int]) -> tuple[Findings, Over | None]:
        """What is measured of a frame, and what that draws; nothing of one of lower resolution."""
        if frame.whole is not None or not _measures(view):
            return Findings(), None
        if self._measuring is None or self._measuring.frame is not frame:
            from tui.core.gauges import Measuring

            self._measuring = Measuring(frame)
        findings, over = self._measuring.findings(view)
        return findings, replace(over, dot=dot)

    def _awaited(self, later: Later, serial: int, place: Place) -> bool:
        """Wait for a frame that is decoded on another lane; False if a newer request comes first, which goes on."""

        def work(emit: Emit, cancelled: Cancelled) -> None:
            try:
                with suppress(SafelightError, MemoryError):  # who waits will be told
                    self._decoded.frame(*place)
            finally:
                with self._change:
                    self._whole = max(self._whole, serial)
                    self._change.notify_all()

        later("whole", work)
        with self._change:
            self._change.wait_for(lambda: self._whole >= serial or self._newest != serial)
            return self._newest == serial

    def _decode(self, request: DrawPicture, places: tuple[Place, ...], left: int) -> Work:
        """Decode the first of the next pictures, then the rest, each a job of its own; until a newer one is asked for.

        Parameters
        ----------
        left
            Bytes that they may take.
        """

        def work(emit: Emit, cancelled: Cancelled) -> None:
            if self._newest != request.serial or self._later is None:
                return
            size = 0
            try:
                with suppress(SafelightError):  # whoever comes to that picture is told
                    size = self._decoded.frame(*places[0]).nbytes if places else 0
            except MemoryError:
                return
            if places[1:] and left - size >= size:
                self._later("ahead", self._decode(request, places[1:], left - size))
            elif request.again is not None and self._idle(request.serial):
                self._make(request, *request.again, emit)

        return work

    def _idle(self, serial: int) -> bool:
        """Whether nothing else is asked for while the terminal takes the picture, for which the processors are free."""
        with self._change:
            return not self._change.wait_for(lambda: self._newest != serial, IDLE_SECONDS)

    def _make(self, request: DrawPicture, cursor: Cursor, view: View, emit: Emit) -> None:
        """Draw and encode a picture that nobody has asked for yet, of a frame that is there and not large; and send it.

        Who asks for it meanwhile waits for it.
        """
        from tui.core import pipeline

        wanted = replace(request, cursor=cursor, view=view, ahead=(), again=None)
        ref, order, key = cursor.ref, request.order, wanted.asked
        frame = self._decoded.held(ref, cursor.frame) if ref is not None else None
        if ref is None or frame is None or order is None or view.chosen or _measures(view):
            return
        if frame.nbytes > self._limits.cache_bytes // AHEAD_SHARE:
            return
        with self._change:
            made = self._made.get(key)
            self._making = key if made is None else None
        if made is not None:
            emit(ev.PictureLikely(key, made.ready))
            return
        try:
            with suppress(SafelightError, MemoryError):  # whoever comes to that picture is told
                if self._beside is None:
                    self._beside = pipeline.Renderer()
                picture = self._beside.draw(frame, view, request.viewport)
                drawing = _drawing(wanted, picture, False, order)
                words = (request.serial, ref, frame.index, picture.caption, self._beside.facts(frame), drawing)
                ready = ev.PictureReady(*words)
                self._keep(wanted, ready, picture)
                emit(ev.PictureLikely(key, ready))
        finally:
            with self._change:
                self._making = None
                self._change.notify_all()
