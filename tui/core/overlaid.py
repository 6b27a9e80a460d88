"""What other objects draw over pictures: which are chosen, and what was found. Values without numpy, for the screen."""

from __future__ import annotations

from tui.core.instance import Ref
from tui.frozen import frozen

RGB = tuple[int, int, int]

COLOURS: tuple[RGB, ...] = (
    (230, 60, 60), (70, 200, 90), (80, 140, 255), (240, 190, 40), (200, 90, 220), (40, 200, 210), (250, 130, 50),
    (160, 220, 60), (250, 130, 170), (150, 120, 255),
)  # fmt: skip
"""For parts that bring no colour of their own."""


@frozen
class Chosen:
    """An object that draws over the pictures of a series.

    Attributes
    ----------
    kind
        Name of the drop-in of ``core/objects`` that reads it.
    parts
        Numbers of what is on: segments, regions of interest, or graphic layers; None for all.
    apart_mm
        Distance of the slices of the series, 0 where it is not known.
    """

    ref: Ref
    kind: str
    parts: tuple[int, ...] | None = None
    apart_mm: float = 0.0


@frozen
class Spot:
    """A picture on which a part has something: by its SOP Instance UID, or as the slice through a point in mm.

    ``frame`` counts from 0, -1 where the image is meant as a whole.
    """

    uid: str = ""
    frame: int = -1
    point: tuple[float, float, float] | None = None


@frozen
class Part:
    """A segment, a region of interest or a layer. ``here`` tells whether it has something on the picture looked at.

    ``spot`` is in the middle of all pictures that it has something on.
    """

    number: int
    name: str
    colour: RGB
    here: bool = False
    spot: Spot = Spot()


@frozen
class Look:
    """How a presentation state wants a picture to be turned and cut (PS3.3 C.10.6, C.10.4).

    ``rotation`` counts clockwise quarter turns after ``flip``. ``area`` is (left, top, right, bottom) in pixels of the
    stored image from its upper left corner; None for all of it.
    """

    rotation: int = 0
    flip: bool = False
    area: tuple[float, float, float, float] | None = None


@frozen
class Found:
    """An object that can draw over pictures. ``word`` says what it is; ``look`` is that of a presentation state.

    ``refers`` tells whether it is about the picture that was asked for, or the space in which that lies.
    """

    ref: Ref
    kind: str
    word: str
    title: str
    parts: tuple[Part, ...]
    refers: bool = True
    look: Look | None = None


@frozen
class Overlays:
    """What can be drawn over a picture, planes of its own file first; sentences on objects that cannot be read."""

    planes: tuple[Part, ...] = ()
    found: tuple[Found, ...] = ()
    problems: tuple[str, ...] = ()
