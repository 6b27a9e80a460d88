"""What a user can do: one frozen dataclass a verb.

Indices and frames count from 0. ``by`` may be negative. Every action is a key of the browser and a command of the
command line; both go through :meth:`tui.service.viewer.Viewer.do`.
"""

from __future__ import annotations

from tui.core.deidentify.options import Options
from tui.core.recipe import Recipe
from tui.core.values import Ref, SeriesKey, View, Voi, Wish
from tui.frozen import frozen
from tui.service.boxing import BoxAction, KeepBoxes
from tui.service.cutting import CutAction, WritePlanes
from tui.service.editing import ChangeTag, RedoEdit, SaveEdits, SaveText, UndoEdit, WriteEdits
from tui.service.gauging import GaugeAction
from tui.service.measuring import MakeMask, Measure, ProbeAction
from tui.service.overlaying import OverlayAction
from tui.service.questions import Ask
from tui.service.reviewing import ReviewAnonymize

# ------------------------------------------------------------------------------------------------- library


@frozen
class Open:
    """Look at these paths instead of what is open: files, folders, a DICOMDIR."""

    paths: tuple[str, ...]


@frozen
class Rescan:
    """Read the opened paths again."""


@frozen
class SortLibrary:
    """Put the library in an order: one of ``core/ordering.py``."""

    order: str


@frozen
class StopScan:
    """Leave the scan; what was found stays."""


# ------------------------------------------------------------------------------------------------- moving


@frozen
class Select:
    """Look at an instance, and at one of its frames. ``series`` saves the search for it, where it is known."""

    ref: Ref
    frame: int = 0
    series: SeriesKey | None = None


@frozen
class StepImage:
    """Go on by some instances within the series, stopping at its ends."""

    by: int


@frozen
class JumpImage:
    """Go to an instance of the series; -1 is the last."""

    to: int


@frozen
class StepFrame:
    """Go on by some frames within the instance, stopping at its ends."""

    by: int


@frozen
class StepSeries:
    """Go on by some series over all patients, to the first picture of the series."""

    by: int


# ------------------------------------------------------------------------------------------------- window


@frozen
class SetVoi:
    """Choose the window."""

    voi: Voi


@frozen
class UseDigit:
    """The window on a digit key: 0 auto, 1 and 2 of the file, 3 to 9 presets of the modality."""

    digit: int


@frozen
class StepVoi:
    """Go on by some of the file's stored views (windows, then VOI LUTs), around the end."""

    by: int = 1


@frozen
class ShiftLevel:
    """Move the center by steps of 5 % of the width, at least 1 unit."""

    by: int


@frozen
class ScaleWidth:
    """Widen (positive) or narrow (negative) the window by steps of factor 1.1, at least 1 unit."""

    by: int


@frozen
class ToggleInvert:
    """Exchange black and white."""


# ------------------------------------------------------------------------------------------------- view


@frozen
class ZoomBy:
    """Multiply the zoom."""

    factor: float


@frozen
class ToggleFit:
    """Between fitting the viewport and one image column on one pixel of the screen."""


@frozen
class PanBy:
    """Move the viewport over the image, in fractions of the viewport; right and down are positive."""

    x: float
    y: float


@frozen
class RotateBy:
    """Rotate clockwise by quarter turns."""

    quarters: int


@frozen
class ToggleFlip:
    """Mirror left to right."""


@frozen
class ToggleSmooth:
    """Between smooth and nearest-neighbour enlarging."""


@frozen
class ToggleOverlays:
    """Overlays of the file on and off."""


@frozen
class ToggleProfile:
    """Colours by the ICC profile of the file, or as they are stored."""


@frozen
class ToggleCorners:
    """Text in the corners of the picture on and off."""


@frozen
class ResetView:
    """Window, zoom, pan, rotation, flip and inversion as the file says."""


@frozen
class ResizeViewport:
    """The image pane has this size in pixels of the screen; 0 x 0 hides it."""

    width: int
    height: int


# ------------------------------------------------------------------------------------------------- cine


@frozen
class ToggleCine:
    """Play or stop. A multi-frame instance plays its frames, a series its instances; around the end."""


@frozen
class ScaleCine:
    """Multiply the rate of the cine."""

    factor: float


@frozen
class AdvanceCine:
    """The clock of the cine: go on by some pictures, around the end. Not a key."""

    by: int = 1


# ------------------------------------------------------------------------------------------------- tags


@frozen
class SearchTags:
    """Keep only tag rows that match a query of ``core/tagsearch.py``."""

    query: str


@frozen
class ToggleTagChanges:
    """Only tag rows that are not the same in the image that was looked at before, or all."""


# ------------------------------------------------------------------------------------------------- writing


@frozen
class Target:
    """An instance to export; ``frame`` None means all frames.

    Where a file holds many frames, neighbours of one ``group`` go into one file; without a group each has its own.
    """

    ref: Ref
    frame: int | None = 0
    group: str = ""


@frozen
class Export:
    """Write files in full resolution.

    Attributes
    ----------
    folder
        Empty is the configured one.
    name
        A whole file path, for what makes one file only; empty for names by the pattern.
    pattern
        Of names, see ``core/filenames.py``; empty for modality, series, image and frame.
    one_window
        One window for all, instead of that of each picture.
    jobs
        Processes; 0 for none beside this one, -1 as it suits.
    series
        UIDs of the series that are exported whole, for the command line that does the same.
    """

    targets: tuple[Target, ...]
    view: View = View()
    format: str = "png"
    folder: str = ""
    name: str = ""
    wish: Wish = Wish()
    pattern: str = ""
    one_window: bool = False
    jobs: int = -1
    series: tuple[str, ...] = ()


@frozen
class Convert:
    """Make DICOM of picture files, and of DICOM files such in another transfer syntax.

    Attributes
    ----------
    paths
        Files and folders.
    name
        A whole file path, for one file only; empty for the names of the sources with ``.dcm``.
    table_path
        Where the table of the recipe was read from, for the command line that does the same.
    """

    paths: tuple[str, ...] = ()
    recipe: Recipe = Recipe()
    folder: str = ""
    name: str = ""
    table_path: str = ""


@frozen
class PreviewAnonymize:
    """Say what de-identifying these instances would change; writes nothing."""

    refs: tuple[Ref, ...]
    options: Options = Options()
    rules: str = ""


@frozen
class Anonymize:
    """Write de-identified copies (PS3.15 Annex E) below a folder; empty is the configured one.

    Attributes
    ----------
    paths
        Files and folders all of whose files are meant, besides ``refs``.
    key
        Path of a key file, which is made if it is not there; empty is the configured one, else a key that is made for
        this session and forgotten.
    jobs
        How many processes work; None chooses by the number of files.
    rules
        Text of the rules for rectangles in pictures.
    report
        Path of the report; empty for one among the copies, None for none.
    dry_run
        Do everything but write.
    sync
        Wait until the copies are on the disk.
    map
        Folder for the map from originals to copies; empty for none.
    """

    refs: tuple[Ref, ...] = ()
    folder: str = ""
    options: Options = Options()
    key: str = ""
    paths: tuple[str, ...] = ()
    jobs: int | None = None
    rules: str = ""
    report: str | None = ""
    dry_run: bool = False
    sync: bool = True
    map: str = ""


@frozen
class StopWriting:
    """End the running export or de-identification after the present file."""


Action = (
    Open | Rescan | StopScan | SortLibrary | Select | StepImage | JumpImage | StepFrame | StepSeries
    | SetVoi | UseDigit | StepVoi | ShiftLevel | ScaleWidth | ToggleInvert
    | ZoomBy | ToggleFit | PanBy | RotateBy | ToggleFlip | ToggleSmooth | ToggleOverlays | ToggleProfile | ToggleCorners
    | ResetView
    | ResizeViewport | ToggleCine | ScaleCine | AdvanceCine | SearchTags | ToggleTagChanges
    | Export | Convert | PreviewAnonymize | Anonymize | StopWriting
    | ReviewAnonymize | BoxAction | KeepBoxes
    | Measure | MakeMask | ProbeAction | GaugeAction | OverlayAction | CutAction | WritePlanes
    | Ask | ChangeTag | UndoEdit | RedoEdit | SaveEdits | WriteEdits | SaveText
)  # fmt: skip
