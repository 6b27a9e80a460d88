"""What is measured, and what comes of it: values without numpy, for the screen and for JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.core.cuts import Volumed

Pixel = tuple[int, int]
"""Column and row of an image, from 0."""


class RegionKind(StrEnum):
    """What part of a picture is measured."""

    WHOLE = "whole"
    CIRCLE = "circle"
    RECTANGLE = "rectangle"
    MASK = "mask"


@frozen
class Region:
    """A part of a picture, in columns and rows from 0; whole numbers are the centers of pixels.

    Attributes
    ----------
    x, y
        Center of a circle, or one corner of a rectangle.
    x2, y2
        The opposite corner.
    radius
        Of a circle, in columns; it is round in the patient, so of another height in rows where pixels are not square.
    """

    kind: RegionKind = RegionKind.WHOLE
    x: float = 0.0
    y: float = 0.0
    x2: float = 0.0
    y2: float = 0.0
    radius: float = 0.0


@frozen
class Reading:
    """A value in a unit, empty for none; ``label`` says by which map, if that is not the modality's own."""

    value: float
    unit: str
    label: str = ""


@frozen
class Probe:
    """What is at a pixel.

    Attributes
    ----------
    column, row
        From 0.
    stored
        Stored value, of colour one for each sample.
    readings
        In the modality's units first, then SUV and real world values; none for colour and for padding.
    rgb
        Red, green and blue, 0 to 255; None for grey.
    position_mm
        Patient coordinates of the center: x to the left, y to the back, z to the head; None where they are unknown.
    notes
        ``padding``, or what else must be known.
    """

    column: int
    row: int
    stored: tuple[float, ...] = ()
    readings: tuple[Reading, ...] = ()
    rgb: tuple[int, int, int] | None = None
    position_mm: tuple[float, float, float] | None = None
    notes: tuple[str, ...] = ()


@frozen
class Statistics:
    """Statistics of the values in a region; all None where it holds no pixel of the picture.

    ``area`` is in ``area_unit``: mm², or px where no length is known. ``percentiles`` are (percent, value).
    """

    count: int = 0
    area: float = 0.0
    area_unit: str = "px"
    mean: float | None = None
    deviation: float | None = None
    least: float | None = None
    greatest: float | None = None
    percentiles: tuple[tuple[float, float], ...] = ()
    unit: str = ""
    notes: tuple[str, ...] = ()


@frozen
class Histogram:
    """How often values occur: ``counts`` in equal bins from ``low`` to ``high``, in ``unit``."""

    low: float = 0.0
    high: float = 0.0
    counts: tuple[int, ...] = ()
    unit: str = ""


@frozen
class Line:
    """A straight line: its length, and the values along it at equal distances, None outside of the image."""

    length: float
    length_unit: str
    values: tuple[float | None, ...] = ()
    unit: str = ""
    notes: tuple[str, ...] = ()


@frozen
class Recipe:
    """How a mask is made: pixels from ``low`` to ``high``, both included, in the modality's units; then, in this order,
    holes are filled, the mask is opened, closed, and freed of what is small.

    Attributes
    ----------
    fill
        Fill what is enclosed in a slice.
    opening, closing
        Radius of the disk; 0 for none. An opening of 0.5 columns is the one by 2 x 2 pixels, see ``core/mask.py``.
    millimetres
        Whether the radii are in mm; else in columns.
    largest
        Keep the largest piece alone.
    smallest
        Least size of a piece: mm² in a slice, mm³ in a volume, or pixels where no length is known.
    volume
        Whether pieces reach through all slices of a series; else each slice stands alone.
    background
        Value that the result has outside of the mask; None for the lowest of the picture.
    """

    low: float = 90.0
    high: float = 3071.0
    fill: bool = True
    opening: float = 1.0
    closing: float = 0.0
    millimetres: bool = False
    largest: bool = False
    smallest: float = 0.0
    volume: bool = False
    background: float | None = None


class Tool(StrEnum):
    """What is laid on a picture to measure it: the regions, then a line and an angle."""

    WHOLE = "whole"
    CIRCLE = "circle"
    RECTANGLE = "rectangle"
    MASK = "mask"
    LINE = "line"
    ANGLE = "angle"


class Handle(StrEnum):
    """What of a tool the keys move."""

    ALL = "shape"
    RIM = "size"
    FIRST = "first point"
    SECOND = "second point"
    THIRD = "third point"
    LOWER = "lower edge"
    UPPER = "upper edge"


_EDGES = (Handle.LOWER, Handle.UPPER)
HANDLES: dict[Tool, tuple[Handle, ...]] = {
    Tool.WHOLE: _EDGES,
    Tool.CIRCLE: (Handle.ALL, Handle.RIM, *_EDGES),
    Tool.RECTANGLE: (Handle.ALL, Handle.RIM, *_EDGES),
    Tool.MASK: _EDGES,
    Tool.LINE: (Handle.SECOND, Handle.FIRST, Handle.ALL),
    Tool.ANGLE: (Handle.THIRD, Handle.SECOND, Handle.FIRST, Handle.ALL),
}
"""What can be moved of each tool, in the order in which a key goes through it; edges are those of the window."""


@frozen
class Gauge:
    """What the user has laid on the pictures of a series to measure them.

    Attributes
    ----------
    points
        Of a circle its center, of a rectangle two opposite corners, of a line its ends, of an angle its corner between
        the ends of its legs.
    radius
        Of a circle, in columns.
    held
        What the keys move: one of :data:`HANDLES`.
    """

    tool: Tool = Tool.WHOLE
    points: tuple[Pixel, ...] = ()
    radius: int = 0
    held: Handle = Handle.LOWER

    @property
    def region(self) -> Region | None:
        """The region whose statistics are wanted; None for lines and angles."""
        if self.tool in (Tool.LINE, Tool.ANGLE):
            return None
        if self.tool is Tool.CIRCLE:
            return Region(RegionKind.CIRCLE, *self.points[0], radius=self.radius)
        if self.tool is Tool.RECTANGLE:
            return Region(RegionKind.RECTANGLE, *self.points[0], *self.points[1])
        return Region(RegionKind(self.tool))


@frozen
class Gauged:
    """What a gauge has measured: of a region statistics and histogram, of a line length and profile, of an angle
    its degrees; None where a leg has no length."""

    gauge: Gauge
    statistics: Statistics | None = None
    histogram: Histogram | None = None
    line: Line | None = None
    angle: float | None = None
    notes: tuple[str, ...] = ()


LARGEST_RADIUS = 200.0
"""Of opening and closing, in pixels."""

MASK_PRESETS: dict[str, tuple[float, float]] = {
    "bone": (90.0, 3071.0),
    "dense bone": (300.0, 3071.0),
    "soft tissue": (-20.0, 100.0),
    "water": (-20.0, 20.0),
    "fat": (-190.0, -30.0),
    "lung": (-950.0, -500.0),
    "air": (-1024.0, -950.0),
}
"""Ranges of Hounsfield units by name, both ends included."""


PANELS = 3
_APART = 0.015  # of the viewport's width, between two pictures that stand beside each other


def panel_width(width: int) -> int:
    """Pixels of the screen for each of three pictures beside each other."""
    return max(1, (width - (PANELS - 1) * max(1, round(width * _APART))) // PANELS)


TINTS = {
    "amber": (255, 150, 64),
    "red": (255, 72, 72),
    "green": (80, 200, 120),
    "cyan": (64, 190, 220),
    "violet": (190, 120, 255),
}
"""Colours of a mask by name, red, green and blue."""

OPACITIES = (0.45, 0.7, 0.0, 0.2)
"""Of a mask, in the order in which a key goes through them; 0 draws its outline alone."""


@frozen
class Tint:
    """How a mask looks over the picture: one of :data:`TINTS`, and its opacity from 0 to 1; 0 is its outline alone."""

    colour: str = "amber"
    opacity: float = OPACITIES[0]


@frozen
class MaskSize:
    """How large a mask is.

    Attributes
    ----------
    pixels
        In this slice, or in all slices of a series.
    area_mm2
        Of this slice; None where no length is known.
    volume_ml
        Of the series; None where its geometry does not allow it.
    slices
        Slices that were looked at.
    notes
        Sentences on the geometry.
    """

    pixels: int
    area_mm2: float | None = None
    volume_ml: float | None = None
    slices: int = 1
    notes: tuple[str, ...] = ()


@frozen
class Findings:
    """What was measured of the picture that is shown: at the probe, at each pin, of the mask, by the gauge; or where a
    volume is cut."""

    probe: Probe | None = None
    pins: tuple[Probe, ...] = ()
    mask: MaskSize | None = None
    gauged: Gauged | None = None
    volumed: Volumed | None = None


Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the image, from its top left corner."""


@frozen
class Boxes:
    """Boxes over burned-in text while they are drawn; ``at`` is the one that the keys move."""

    boxes: tuple[Box, ...] = ()
    at: int = 0
