"""The values that the floors pass to each other: frozen, with shapes and units.

Everything here can be imported without numpy or pydicom, so the first screen does not wait for them.
Strings that came from a file have passed :func:`tui.core.printable.printable`, except ``Ref.path``, which must
stay what the file system said.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from tui.core.instance import Instance as Instance  # noqa: PLC0414
from tui.core.instance import Ref as Ref  # noqa: PLC0414
from tui.core.library import Checked as Checked  # noqa: PLC0414
from tui.core.library import Library as Library  # noqa: PLC0414
from tui.core.library import Lost as Lost  # noqa: PLC0414
from tui.core.library import Patient as Patient  # noqa: PLC0414
from tui.core.library import Series as Series  # noqa: PLC0414
from tui.core.library import SeriesKey as SeriesKey  # noqa: PLC0414
from tui.core.library import Skipped as Skipped  # noqa: PLC0414
from tui.core.library import Stack as Stack  # noqa: PLC0414
from tui.core.library import Study as Study  # noqa: PLC0414
from tui.core.overlaid import Chosen
from tui.core.quantities import Boxes, Gauge, Pixel, Recipe, Tint
from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tui.core.cuts import Cut


# ---------------------------------------------------------------------------------------------- what is looked at


class VoiKind(StrEnum):
    """How the grey window is chosen."""

    DEFAULT = "default"  # the file's first view; if it has none, by modality
    STORED = "stored"  # view number `index` of the file: its windows, then its VOI LUTs
    AUTO = "auto"  # percentiles of this picture, without padding
    PRESET = "preset"  # `name` in core/presets.py
    MANUAL = "manual"  # `window`


@frozen
class Window:
    """Center and width in the units of the Modality LUT's output (PS3.3 C.11.2.1.2); width > 0."""

    center: float
    width: float


@frozen
class Voi:
    """The user's choice of a window."""

    kind: VoiKind = VoiKind.DEFAULT
    index: int = 0
    name: str = ""
    window: Window | None = None


@frozen
class View:
    """How the pictures of one series are shown.

    ``zoom`` is relative to fitting the viewport (1 = fits); ``one_to_one`` shows one image column on one pixel of the
    screen instead. ``center_x``, ``center_y`` are the point of the image, after rotation and flip, that stands in the
    middle of the viewport, as fractions 0..1. ``rotation`` counts clockwise quarter turns 0..3, applied after
    ``flip`` (left to right). ``icc`` leads colours to sRGB by the file's profile.
    ``probe`` is the pixel whose value is asked for, ``pins`` are others that stay; ``mask`` shows what a recipe finds.
    ``boxes`` are drawn while the user lays them over burned-in text, ``gauge`` while the picture is measured.
    ``tint`` is how the mask looks; ``panels`` shows the picture, the mask and the result beside each other.
    ``overlays`` shows planes of the file itself, but for the groups of ``hidden``, and what the ``chosen`` objects
    draw, areas with an ``opacity`` of 0 to 1. Of presentation states at most one is chosen.
    ``cut`` shows planes through the stack instead of its images.
    """

    voi: Voi = Voi()
    invert: bool = False
    zoom: float = 1.0
    one_to_one: bool = False
    center_x: float = 0.5
    center_y: float = 0.5
    rotation: int = 0
    flip: bool = False
    overlays: bool = True
    smooth: bool = True
    icc: bool = True
    probe: Pixel | None = None
    pins: tuple[Pixel, ...] = ()
    mask: Recipe | None = None
    boxes: Boxes | None = None
    gauge: Gauge | None = None
    tint: Tint = Tint()
    panels: bool = False
    chosen: tuple[Chosen, ...] = ()
    hidden: tuple[int, ...] = ()
    opacity: float = 0.4
    cut: Cut | None = None


@frozen
class Viewport:
    """The image pane in pixels of the screen; 0 x 0 while there is none."""

    width: int = 0
    height: int = 0


@frozen
class Caption:
    """What is to be said of a picture.

    Attributes
    ----------
    width, height
        Size in pixels of the screen at which it is to appear.
    window
        The window that was applied, in the units of the Modality LUT's output; for a VOI LUT the range of its entries.
    window_label, inverse
        What to call it: ``lung``, ``auto``, ``file 1/2 BRAIN`` …; and whether it shows high values dark, as of uptake.
    unit
        Unit of the windowed values: ``HU``, ``SUV`` … or empty.
    scale
        Pixels of the screen for one column of the image.
    letters
        Orientation letters (left, right, top, bottom), each possibly empty (PS3.3 C.7.6.1.1.1).
    notes
        Sentences on what is not as the file asks, for the status line.
    overlays
        How many planes, segments, regions and layers are drawn over it.
    """

    width: int
    height: int
    window: Window | None = None
    window_label: str = ""
    unit: str = ""
    scale: float = 1.0
    letters: tuple[str, str, str, str] = ("", "", "", "")
    notes: tuple[str, ...] = ()
    inverse: bool = False
    overlays: int = 0


@frozen
class Picture:
    """A picture ready to be shown or written: its pixels, and what :class:`Caption` says of it.

    Attributes
    ----------
    pixels
        uint8, shape (rows, columns) grey or (rows, columns, 3) RGB; the terminal or encoder scales them to the size.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    window: Window | None = None
    window_label: str = ""
    unit: str = ""
    scale: float = 1.0
    letters: tuple[str, str, str, str] = ("", "", "", "")
    notes: tuple[str, ...] = ()
    inverse: bool = False
    overlays: int = 0

    @property
    def caption(self) -> Caption:
        """What is to be said of it, without the pixels."""
        named = (self.window, self.window_label, self.unit, self.scale, self.letters, self.notes, self.inverse)
        return Caption(self.width, self.height, *named, self.overlays)


@frozen
class Facts:
    """What the screen and the keys must know of the frame that is shown.

    ``stored_views`` are the labels of the file's windows and VOI LUTs, in the order of ``Voi.index``. ``rate`` is the
    stored cine rate in frames per second, or 0; ``rhythm`` how long each frame stands as parts of the mean, empty where
    all stand equally long. ``pixel_spacing`` is (vertical, horizontal) in mm, ``aspect`` height over width of a pixel,
    ``grain`` the least step between two values in the unit of the windows, 0 for floats. ``profile`` tells whether its
    colours have an ICC profile, ``subject`` which segment it shows, if any. ``order`` are the indices of all frames in
    the order of viewing, empty where that is the order of the file.
    """

    modality: str = ""
    frames: int = 1
    rows: int = 0
    columns: int = 0
    colour: bool = False
    stored_views: tuple[str, ...] = ()
    rate: float = 0.0
    rhythm: tuple[float, ...] = ()
    pixel_spacing: tuple[float, float] | None = None
    aspect: float = 1.0
    grain: float = 1.0
    profile: bool = False
    subject: str = ""
    order: tuple[int, ...] = ()


# ---------------------------------------------------------------------------------------------- writing


@frozen
class Wish:
    """How pictures are written to files. Formats take of it what concerns them.

    Attributes
    ----------
    values
        ``stored`` or ``modality`` (units of the Modality LUT) for formats that hold values; empty is the format's own.
    quality
        1 to 100, for formats that lose something.
    keep_pixels
        Leave pixels that are not square as they are stored, instead of resampling the picture to its true shape.
    max_size
        Longest side in pixels; 0 for no limit.
    annotate
        Draw series, image, window and orientation letters into the picture; never a value that names a patient.
    rate
        Pictures a second of moving formats; 0 takes the stored rate.
    sheet
        (columns, rows) of a contact sheet, or None for single pictures.
    """

    values: str = ""
    quality: int = 90
    keep_pixels: bool = False
    max_size: int = 0
    annotate: bool = False
    rate: float = 0.0
    sheet: tuple[int, int] | None = None


@frozen
class Label:
    """What may stand in a file's name of the frame that it shows: nothing that names a patient.

    ``stem`` is the name of the source without its ending, used only where it is asked for.
    """

    modality: str = ""
    series: int | None = None
    image: int | None = None
    frame: int = 0
    frames: int = 1
    body: str = ""
    stem: str = ""


# ---------------------------------------------------------------------------------------------- tags


@frozen
class TagRow:
    """One element of a data set, or one item of a sequence, as a line of the tag table.

    Attributes
    ----------
    depth
        0 at the top, one more inside each item.
    tag
        ``(0010,0010)``; for an item ``item 3``, counted from 1.
    path
        The element's place as ``0040,0275[0].0008,1111``, unique in the file; items are counted from 0.
    vr
        Two letters; ``--`` for an item.
    keyword
        Keyword of PS3.6; for private elements the name from the private dictionary or the creator in brackets.
    name
        Name of PS3.6, for the search.
    vm
        Number of values (PS3.5 6.4); items of a sequence.
    value
        Printable text of all values, cut at a limit.
    private
        Odd group.
    folds
        True for a sequence or an item: rows of greater depth that follow belong to it.
    edited
        True where the user has changed it and not yet saved.
    """

    depth: int
    tag: str
    path: str
    vr: str
    keyword: str
    name: str
    vm: int
    value: str
    private: bool = False
    folds: bool = False
    edited: bool = False


@frozen
class LeftOut:
    """An element that is not read with the others: the pixels. ``text`` says how much there is."""

    tag: int
    vr: str
    text: str


# ---------------------------------------------------------------------------------------------- results


@frozen
class Change:
    """What de-identification does to one element, without its value, for the sheet and the report."""

    path: str
    keyword: str
    action: str  # removed, emptied, replaced, new UID, kept
    rule: str  # the row of PS3.15 Table E.1-1, or the rule beyond it


@frozen
class Outcome:
    """What became of one file of a job that writes; ``error`` is empty when it went well."""

    source: str
    output: str = ""
    frame: int | None = None
    error: str = ""
    notes: tuple[str, ...] = field(default=())
