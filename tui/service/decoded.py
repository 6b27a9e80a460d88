"""Decoded frames, for several threads: what one decodes the others wait for, and all is bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from tui.core.values import Ref
from tui.service.cache import Cache
from tui.service.ports import Instances, Opened
from tui.service.settings import Limits

if TYPE_CHECKING:
    from tui.core.frames import Frame

OPEN_INSTANCES = 16


class Decoded:
    """Opens and decodes, and keeps decoded frames and the last open instances.

    Parameters
    ----------
    instances
        Where files are read.
    limits
        ``cache_bytes`` of frames and ``opened_bytes`` of open instances are kept.
    """

    def __init__(self, instances: Instances, limits: Limits) -> None:
        self._instances = instances
        self._frames: Cache[tuple[Ref, int], Frame] = Cache(limits.cache_bytes)
        self._opened: OrderedDict[Ref, Opened] = OrderedDict()
        self._most = limits.opened_bytes
        self._change = threading.Condition()
        self._decoding: set[tuple[Ref, int]] = set()
        self._scan = 0

    def begin(self, scan: int) -> None:
        """Forget everything, if this is another scan than before: its files are read again."""
        with self._change:
            if scan != self._scan:
                self._scan = scan
                self._frames.clear()
                self._opened.clear()

    def held(self, ref: Ref, index: int) -> Frame | None:
        """One frame, if it is there."""
        with self._change:
            return self._frames.get((ref, index))

    def frame(self, ref: Ref, index: int) -> Frame:
        """One frame, decoded by this thread, an earlier call, or another thread that is at it.

        Raises
        ------
        tui.errors.NoPictureError
        tui.errors.UnreadableError
        """
        key = (ref, index)
        with self._change:
            self._change.wait_for(lambda: key not in self._decoding)
            frame = self._frames.get(key)
            if frame is not None:
                return frame
            self._decoding.add(key)
            scan = self._scan
        try:
            frame = self.open(ref).frame(index)
            with self._change:
                if scan == self._scan:
                    self._frames.put(key, frame)
            return frame
        finally:
            with self._change:
                self._decoding.discard(key)
                self._change.notify_all()

    def open(self, ref: Ref) -> Opened:
        """An instance, opened or still open.

        Raises
        ------
        tui.errors.UnreadableError
        """
        with self._change:
            opened = self._opened.get(ref)
            if opened is not None:
                self._opened.move_to_end(ref)
                return opened
            scan = self._scan
        opened = self._instances.open(ref)
        with self._change:
            if scan == self._scan:
                self._opened[ref] = opened
                self._close_old()
        return opened

    def _close_old(self) -> None:
        """Keep no more than the limits allow, but the last one in any case: its next frames will be asked for."""
        taken = sum(opened.nbytes for opened in self._opened.values())
        while len(self._opened) > 1 and (len(self._opened) > OPEN_INSTANCES or taken > self._most):
            _, oldest = self._opened.popitem(last=False)
            taken -= oldest.nbytes
