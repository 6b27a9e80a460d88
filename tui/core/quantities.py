"""What is measured, and what comes of it: values without numpy, for the screen and for JSON."""

from __future__ import annotations

from enum import StrEnum

from tui.frozen import frozen

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
    """What was measured of the picture that is shown: at the probe, at each pin, and of the mask."""

    probe: Probe | None = None
    pins: tuple[Probe, ...] = ()
    mask: MaskSize | None = None


Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the image, from its top left corner."""


@frozen
class Boxes:
    """Boxes over burned-in text while they are drawn; ``at`` is the one that the keys move."""

    boxes: tuple[Box, ...] = ()
    at: int = 0
