"""What the lanes ``render``, ``whole`` and ``ahead`` do: draw a picture, and decode what is likely to come next."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.core.quantities import Findings
from tui.core.values import Picture, Ref, View
from tui.errors import SafelightError
from tui.service import events as ev
from tui.service.decoded import Decoded
from tui.service.ports import Cancelled, Emit, Instances, Order
from tui.service.settings import Limits, out_of_memory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.frames import Frame
    from tui.core.measure import Measured
    from tui.core.pipeline import Renderer
    from tui.service.requests import DrawPicture

Work = Callable[[Emit, Cancelled], None]
Later = Callable[[str, Work], None]
Place = tuple[Ref, int]  # an instance and its frame

HELD_PICTURES = 2  # the one that is shown may be one behind the newest
AHEAD_SHARE = 4  # decoding ahead may fill this part of what is kept


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
        self._decoded = Decoded(instances, limits)
        self._limits = limits
        self._later = later
        self._renderer: Renderer | None = None
        self._measuring: Measured | None = None
        self._change = threading.Condition()
        self._newest = 0  # serial of the newest request
        self._whole = 0  # serial of the newest request whose frame was tried on the lane ``whole``
        self._drawn: tuple[tuple[int, Picture], ...] = ()

    def encode(self, serial: int, order: Order) -> Work:
        """Draw a picture that is held for the terminal once more; for the lane ``encode``."""

        def work(emit: Emit, cancelled: Cancelled) -> None:
            picture = next((picture for number, picture in self._drawn if number == serial), None)
            emit(ev.PictureDrawn(serial, order.encoder.draw(picture, order) if picture else None))

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
            try:
                self._draw(request, ref, emit)
            except SafelightError as error:
                emit(ev.PictureFailed(request.serial, ref, frame, error.sentence()))
            except MemoryError:
                emit(ev.PictureFailed(request.serial, ref, frame, out_of_memory(self._limits).sentence()))
            if self._later is not None and request.ahead:
                share = self._limits.cache_bytes // AHEAD_SHARE
                self._later("ahead", self._decode(request.serial, request.ahead, share))

        return work

    def _draw(self, request: DrawPicture, ref: Ref, emit: Emit) -> None:
        from tui.core import pipeline

        if self._renderer is None:
            self._renderer = pipeline.Renderer()
        index = request.cursor.frame
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
        findings, mask = self._measured(frame, request.view)
        picture = renderer.draw(frame, request.view, request.viewport, mask)
        serial, reduced = request.serial, frame.whole is not None
        held = [(number, held) for number, held in self._drawn if number != serial]
        self._drawn = (*held[1 - HELD_PICTURES :], (serial, picture))
        drawing = request.order.encoder.draw(picture, request.order) if request.order else None
        return ev.PictureReady(
            serial, ref, frame.index, picture.caption, renderer.facts(frame), drawing, reduced, findings
        )

    def _measured(self, frame: Frame, view: View) -> tuple[Findings, NDArray[np.bool_] | None]:
        """What is measured of a frame, and its mask; nothing of one of lower resolution."""
        if frame.whole is not None or not (view.probe or view.pins or view.mask):
            return Findings(), None
        if self._measuring is None or self._measuring.frame is not frame:
            from tui.core.measure import Measured

            self._measuring = Measured(frame)
        there = self._measuring
        mask, size = there.mask(view.mask) if view.mask else (None, None)
        probe = there.probe(*view.probe) if view.probe else None
        return Findings(probe, tuple(there.probe(*pin) for pin in view.pins), size), mask

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

    def _decode(self, serial: int, places: tuple[Place, ...], left: int) -> Work:
        """Decode the first of the next pictures, then the rest, each a job of its own; until a newer one is asked for.

        Parameters
        ----------
        left
            Bytes that they may take.
        """

        def work(emit: Emit, cancelled: Cancelled) -> None:
            if self._newest != serial or self._later is None:
                return
            size = 0
            try:
                with suppress(SafelightError):  # whoever comes to that picture is told
                    size = self._decoded.frame(*places[0]).nbytes
            except MemoryError:
                return
            if places[1:] and left - size >= size and self._newest == serial:
                self._later("ahead", self._decode(serial, places[1:], left - size))

        return work
