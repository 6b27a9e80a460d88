"""What the lanes ``render`` and ``ahead`` do: draw a picture, and decode those that are likely to be asked for next."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core.values import Picture, Ref
from tui.errors import SafelightError
from tui.service import events as ev
from tui.service.decoded import Decoded
from tui.service.ports import Cancelled, Emit, Instances, Order
from tui.service.settings import Limits, out_of_memory

if TYPE_CHECKING:
    from tui.core.pipeline import Renderer
    from tui.service.requests import DrawPicture

Work = Callable[[Emit, Cancelled], None]
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
        Does work on another lane than ``render`` as soon as nothing newer takes its place; None if pictures are asked
        for one by one, so that nothing is to be decoded ahead.
    """

    def __init__(self, instances: Instances, limits: Limits, later: Callable[[Work], None] | None = None) -> None:
        self._decoded = Decoded(instances, limits)
        self._limits = limits
        self._later = later
        self._renderer: Renderer | None = None
        self._newest = 0  # serial of the newest request
        self._drawn: tuple[tuple[int, Picture], ...] = ()

    def encode(self, serial: int, order: Order) -> Work:
        """Draw a picture that is held for the terminal once more; for the lane ``encode``."""

        def work(emit: Emit, cancelled: Cancelled) -> None:
            picture = next((picture for number, picture in self._drawn if number == serial), None)
            emit(ev.PictureDrawn(serial, order.encoder.draw(picture, order) if picture else None))

        return work

    def job(self, request: DrawPicture) -> Work:
        """Draw one picture, or say why not. A new scan reads everything again."""
        self._newest = request.serial

        def work(emit: Emit, cancelled: Cancelled) -> None:
            ref, frame = request.cursor.ref, request.cursor.frame
            if ref is None:
                return
            self._decoded.begin(request.scan)
            try:
                emit(self._draw(request, ref))
            except SafelightError as error:
                emit(ev.PictureFailed(request.serial, ref, frame, error.sentence()))
            except MemoryError:
                emit(ev.PictureFailed(request.serial, ref, frame, out_of_memory(self._limits)))
            if self._later is not None and request.ahead:
                self._later(self._decode(request.serial, request.ahead, self._limits.cache_bytes // AHEAD_SHARE))

        return work

    def _draw(self, request: DrawPicture, ref: Ref) -> ev.PictureReady:
        index = request.cursor.frame
        frame = self._decoded.frame(ref, index)
        if self._renderer is None:
            from tui.core import pipeline

            self._renderer = pipeline.Renderer()
        picture = self._renderer.draw(frame, request.view, request.viewport)
        ready = ev.PictureReady(request.serial, ref, index, picture.caption, self._renderer.facts(frame))
        self._drawn = (*self._drawn[1 - HELD_PICTURES :], (request.serial, picture))
        return replace(ready, drawing=request.order.encoder.draw(picture, request.order)) if request.order else ready

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
                self._later(self._decode(serial, places[1:], left - size))

        return work
