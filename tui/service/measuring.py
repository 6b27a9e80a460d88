"""Numbers from a picture: what is asked for, what comes of it, and the job that measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from tui.core.quantities import Line, MaskSize, Probe, Recipe, Region, RegionKind, Statistics
from tui.core.values import Ref
from tui.errors import SafelightError
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.measure import Measured as Pixels
    from tui.service.ports import Cancelled, Emit, Instances

Point = tuple[float, float]


@frozen
class Measure:
    """Measure a frame. The reader is asked for it as it is.

    Attributes
    ----------
    frame
        From 0.
    points
        Columns and rows from 0 whose values are wanted.
    regions, lines, angles
        What else is measured; an angle is that at the second of its points.
    recipe
        Of the mask, where one of the regions is that.
    """

    lane: ClassVar[str] = "open"

    ref: Ref
    frame: int = 0
    points: tuple[tuple[int, int], ...] = ()
    regions: tuple[Region, ...] = ()
    lines: tuple[tuple[Point, Point], ...] = ()
    angles: tuple[tuple[Point, Point, Point], ...] = ()
    recipe: Recipe = Recipe()

    def alone(self) -> Measure:
        """The same without anything that the answer does not need."""
        return self

    def about(self) -> Ref:
        """The instance that it reads."""
        return self.ref

    def lost(self, why: str) -> Measured:
        """What it comes to when the process that reads has died of it."""
        return Measured(self, problem=why)


@frozen
class Measured:
    """What was measured, in the order in which it was asked for; ``problem`` is a sentence if nothing could be."""

    asked: Measure
    probes: tuple[Probe, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    lines: tuple[Line, ...] = ()
    angles: tuple[float | None, ...] = ()
    problem: str = ""


@frozen
class ToggleProbe:
    """Show the value of a pixel, first that in the middle of what is seen; or stop, and take all pins away."""


@frozen
class MoveProbe:
    """Move the probe by pixels of the image, to the right and down as it is seen on the screen."""

    right: int
    down: int


@frozen
class PinProbe:
    """Leave a pin where the probe is, or take that one away."""


@frozen
class ToggleMask:
    """Show the mask of the last recipe, or none."""


@frozen
class SetMask:
    """Show the mask of a recipe."""

    recipe: Recipe


@frozen
class TogglePanels:
    """Show the picture, its mask and the result beside each other, or the picture alone."""


@frozen
class NextTint:
    """The next colour of the mask, around the end."""


@frozen
class NextOpacity:
    """The next opacity of the mask, around the end."""


ProbeAction = ToggleProbe | MoveProbe | PinProbe | ToggleMask | SetMask | TogglePanels | NextTint | NextOpacity


@frozen
class MakeMask:
    """Make the mask of a picture, or of all pictures of one series.

    Attributes
    ----------
    refs
        The instances, of one series; their order is that of the mask's slices.
    frame
        One frame of the only instance, from 0; None for all of them.
    format
        Name of a format; empty to measure without writing.
    folder, name
        Where to; ``name`` is the whole path of the file, if it is one.
    """

    refs: tuple[Ref, ...]
    recipe: Recipe = Recipe()
    frame: int | None = None
    format: str = ""
    folder: str = ""
    name: str = ""


@frozen
class MaskGrown:
    """How many of the pictures of a mask are done."""

    done: int
    total: int


@frozen
class MaskMade:
    """How large the mask is that was made; ``problem`` is a sentence where none could be."""

    asked: MakeMask
    size: MaskSize | None = None
    problem: str = ""


def job(instances: Instances, asked: Measure) -> Callable[[Emit, Cancelled], None]:
    """Read the frame and measure it."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        try:
            emit(_measured(instances, asked))
        except SafelightError as error:
            emit(Measured(asked, problem=error.sentence()))

    return work


def _drawn(there: Pixels, asked: Measure, region: Region) -> NDArray[np.bool_] | None:
    return there.mask(asked.recipe)[0] if region.kind is RegionKind.MASK else None


def _measured(instances: Instances, asked: Measure) -> Measured:
    from tui.core import measure
    from tui.core.scale import scale_of

    there = measure.Measured(instances.open(asked.ref).frame(asked.frame))
    return Measured(
        asked,
        tuple(there.probe(*point) for point in asked.points),
        tuple(there.statistics(region, _drawn(there, asked, region)) for region in asked.regions),
        tuple(there.profile(*ends) for ends in asked.lines),
        tuple(scale_of(there.dataset, asked.frame, corners).angle(*corners) for corners in asked.angles),
    )
