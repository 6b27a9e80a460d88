"""What came of the actions: one frozen dataclass an outcome.

Lanes emit all but :class:`StateChanged`; the viewer absorbs them on the thread of the screen and passes them on.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.core.deidentify.options import Options
from tui.core.quantities import Findings
from tui.core.values import Caption, Facts, Instance, Library, Outcome, Ref, TagRow
from tui.frozen import frozen
from tui.service.batch import Summary
from tui.service.boxing import RulesKept
from tui.service.measuring import MaskGrown, MaskMade, Measured
from tui.service.ports import Drawing
from tui.service.questions import Answered, Progress
from tui.service.reviewing import AnonymizeReviewed
from tui.service.state import State
from tui.service.surveying import Survey


@frozen
class StateChanged:
    """The state was replaced. Sent after every action and event that changed it."""

    before: State
    after: State


@frozen
class FilesFound:
    """How far the scan is; ``scan`` is its number, so that a left one is told from the present one.

    ``dicom`` and ``skipped`` count files, ``checked`` those of them that were known and are unchanged. ``library`` is
    all that was found so far, or None where only the counts are new; ``first`` is the first picture that was met.
    """

    scan: int
    library: Library | None = None
    dicom: int = 0
    skipped: int = 0
    checked: int = 0
    seconds: float = 0.0
    first: Instance | None = None


@frozen
class ScanEnded:
    """The scan is complete, or was left (``complete`` False), and has found this; None if it has found nothing new."""

    scan: int
    complete: bool = True
    library: Library | None = None


@frozen
class LibrarySorted:
    """The library that was ``before``, in another order."""

    before: Library
    library: Library


@frozen
class TagsReady:
    """All tag rows of an instance; ``problem`` is a sentence if it could not be read (to the end)."""

    ref: Ref
    rows: Sequence[TagRow]
    problem: str = ""


@frozen
class TagsFiltered:
    """Which of the rows of the last :class:`TagsReady` are wanted, as ascending indices: ``hits`` match by themselves,
    ``matches`` are these and the sequences and items they are in."""

    query: str
    hits: Sequence[int]
    matches: Sequence[int]


@frozen
class PictureReady:
    """A picture; ``serial`` rises with every request. Drawn for the terminal, if the request had an order for that.

    A ``reduced`` one has a lower resolution, and is followed by the whole, of the same serial.
    """

    serial: int
    ref: Ref
    frame: int
    picture: Caption
    facts: Facts
    drawing: Drawing | None = None
    reduced: bool = False
    findings: Findings = Findings()


@frozen
class PictureLikely:
    """A picture that may be asked for next, made ahead; ``asked`` as :meth:`tui.service.requests.DrawPicture.asked`."""

    asked: tuple[object, ...]
    ready: PictureReady


@frozen
class PictureFailed:
    """No picture; ``reason`` is a sentence."""

    serial: int
    ref: Ref
    frame: int
    reason: str


@frozen
class PictureDrawn:
    """The picture of that serial, drawn for the terminal; None if it must be asked for anew, as it is gone."""

    serial: int
    drawing: Drawing | None


@frozen
class Written:
    """One file of the running export (``verb`` ``export``) or de-identification (``anonymize``) is done, or failed."""

    verb: str
    outcome: Outcome
    done: int
    total: int


@frozen
class WritingEnded:
    """The job that wrote is over. ``folder`` is where to, ``command`` the equivalent command line."""

    verb: str
    outcomes: tuple[Outcome, ...]
    total: int
    folder: str
    command: str


@frozen
class AnonymizeEnded:
    """The run that wrote de-identified copies is over. ``command`` is the command line that does the same."""

    summary: Summary
    folder: str
    command: str


@frozen
class AnonymizePreviewed:
    """What :class:`tui.service.actions.Anonymize` would come to, as far as it was looked at."""

    refs: tuple[Ref, ...]
    options: Options
    survey: Survey
    folder: str


@frozen
class Notice:
    """A sentence for the user; ``severity`` is ``information``, ``warning`` or ``error``."""

    text: str
    severity: str = "information"


Event = (
    StateChanged | FilesFound | ScanEnded | LibrarySorted | TagsReady | TagsFiltered | PictureReady | PictureFailed
    | PictureLikely | PictureDrawn | Written | WritingEnded | AnonymizeEnded | AnonymizePreviewed
    | AnonymizeReviewed | RulesKept | Notice | Measured | MaskMade | MaskGrown | Answered | Progress
)  # fmt: skip
