"""Volumes in the process that reads: the slices are decoded once, and each picture is cut from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.values import Picture, Ref, View, Viewport
from tui.errors import GeometryError
from tui.service.ports import Instances
from tui.service.settings import Limits

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from tui.core.cuts import Volumed
    from tui.core.reformat import Block
    from tui.core.triptych import Triptych
    from tui.service.cutting import Slices


def block(instances: Instances, limits: Limits, slices: Slices) -> Block:
    """Decode slices into a volume.

    Raises
    ------
    tui.errors.GeometryError
        Why they are none.
    tui.errors.NoPictureError
    tui.errors.UnreadableError
    """
    from tui.core.reformat import Stack

    if not slices:
        raise GeometryError("There is no picture to cut")
    stack = Stack(len(slices), limits.volume_bytes)
    open_: tuple[Ref, object] | None = None
    for ref, frame in slices:
        if open_ is None or open_[0] != ref:
            opened = instances.open(ref)
            open_ = ref, opened
        stack.take(opened.frame(frame))
    return stack.block()


class Volumes:
    """Keeps the last volume; for one thread."""

    def __init__(self, instances: Instances, limits: Limits) -> None:
        self._instances, self._limits = instances, limits
        self._held: tuple[int, Slices, Triptych] | None = None
        self._failed: tuple[int, Slices, GeometryError] | None = None

    def draw(
        self, scan: int, slices: Slices, view: View, viewport: Viewport, looked_at: tuple[Dataset, int]
    ) -> tuple[Picture, Volumed]:
        """Planes through the volume of these slices; raises as :func:`block`.

        Parameters
        ----------
        looked_at
            The slice in which the planes meet at first.
        """
        from tui.core.cuts import Cut
        from tui.core.triptych import Triptych

        if self._failed is not None and self._failed[:2] == (scan, slices):
            raise self._failed[2]
        if self._held is None or self._held[:2] != (scan, slices):
            self._held = None  # first of all: two volumes may be more than there is room for
            try:
                self._held = scan, slices, Triptych(block(self._instances, self._limits, slices))
            except GeometryError as error:
                self._failed = scan, slices, error
                raise
        there, cut = self._held[2], view.cut or Cut()
        return there.draw(cut, there.at(cut, *looked_at), view, viewport)
