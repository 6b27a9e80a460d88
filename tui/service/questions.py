"""What can be asked about instances, and what comes back: values that can go to another process.

A question is asked by the action :class:`Ask`, done where files are read, and answered by :class:`Answered`. A newer
question takes the place of one that waits, and ends the one that is being answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from tui.core.overlaid import Overlays
from tui.core.values import Ref
from tui.frozen import frozen
from tui.service.contacts import Contacts, ContactsOf
from tui.service.overlaying import Source

if TYPE_CHECKING:
    from tui.core.batch import Difference, Plan
    from tui.core.compare import Place
    from tui.core.edits import Edit
    from tui.core.summary import Summary
    from tui.core.survey import Attribute
    from tui.core.validation import Finding

MOST_BYTES = 1 << 20  # of one value


# ------------------------------------------------------------------------------------------------- questions


@frozen
class ValueOf:
    """The whole value of an element; of a long one the part that begins at a byte."""

    ref: Ref
    path: str
    at: int = 0
    edits: tuple[Edit, ...] = ()


@frozen
class TextOf:
    """The tags as text for the clipboard or a file: ``text``, ``csv`` or ``json`` (PS3.18 Annex F).

    With a ``path`` that element alone, with all that is inside it.
    """

    ref: Ref
    form: str
    path: str = ""
    edits: tuple[Edit, ...] = ()


@frozen
class Compare:
    """What differs between instances, side by side."""

    refs: tuple[Ref, ...]
    pixels: bool = True


@frozen
class SurveyOf:
    """What is constant, varying and missing over many instances."""

    refs: tuple[Ref, ...]


@frozen
class SummaryOf:
    """The sheet of each series, of which the first instance and the number of instances are given."""

    series: tuple[tuple[Ref, int], ...]


@frozen
class Check:
    """What is wrong with an instance."""

    ref: Ref


@frozen
class PlanEdits:
    """What a plan would do to instances; nothing is written."""

    refs: tuple[Ref, ...]
    plan: Plan


@frozen
class Nothing:
    """No question: what is being answered is wanted no longer."""


@frozen
class OverlaysOf:
    """What other objects can draw over a frame.

    Attributes
    ----------
    scan
        Number of the scan; objects of another one are read again.
    sources
        Where to look.
    apart_mm
        Distance of the slices of the series, 0 where it is not known.
    """

    scan: int
    ref: Ref
    frame: int
    sources: tuple[Source, ...]
    apart_mm: float = 0.0


Question = Nothing | ValueOf | TextOf | Compare | SurveyOf | SummaryOf | Check | PlanEdits | OverlaysOf | ContactsOf


# ------------------------------------------------------------------------------------------------- answers


@frozen
class Value:
    """A value, or a part of it.

    Attributes
    ----------
    tag, vr, keyword
        As in :class:`tui.core.values.TagRow`.
    text
        All of it as printable text, where its VR is text or numbers; UIDs without their names.
    data
        Its bytes from ``at`` on, at most ``MOST_BYTES``.
    length
        Of the whole value in bytes.
    said
        Lines on what the text says: components of names, dates and times for reading, names of UIDs.
    """

    tag: str
    vr: str
    keyword: str
    text: str
    data: bytes
    at: int
    length: int
    said: tuple[str, ...] = ()


@frozen
class Compared:
    """The places that differ; ``notes`` are sentences on what could not be compared."""

    places: tuple[Place, ...]
    notes: tuple[str, ...] = ()


@frozen
class Surveyed:
    """All attributes over ``count`` instances."""

    count: int
    attributes: tuple[Attribute, ...]
    notes: tuple[str, ...] = ()


@frozen
class Summaries:
    """One sheet a series."""

    sheets: tuple[Summary, ...]


@frozen
class Checked:
    """What is wrong; ``by`` says who has checked, in words."""

    findings: tuple[Finding, ...]
    by: str


@frozen
class FilePlan:
    """What a plan does to one file, or why it cannot; ``note`` is a sentence on what the edits will break."""

    ref: Ref
    edits: tuple[Edit, ...] = ()
    differences: tuple[Difference, ...] = ()
    error: str = ""
    note: str = ""


@frozen
class Planned:
    """What a plan does to each file, in the order of the question."""

    files: tuple[FilePlan, ...]
    problem: str = ""


@frozen
class Progress:
    """How far the newest question is that is about many instances; each of them may take the time of one.

    Attributes
    ----------
    done, total
        Instances.
    ref
        The one that is looked at now.
    what
        What is done to them, such as ``read``.
    """

    done: int
    total: int
    ref: Ref
    what: str


Answer = Value | str | Compared | Surveyed | Summaries | Checked | Planned | Overlays | Contacts


@frozen
class Answered:
    """What came of a question: an answer, or a sentence that says why there is none."""

    question: Question
    answer: Answer | None = None
    problem: str = ""


@frozen
class Ask:
    """Ask a question. The reader is asked for it as it is."""

    lane: ClassVar[str] = "ask"

    question: Question

    def alone(self) -> Ask:
        """The same without anything that the answer does not need."""
        return self

    def about(self) -> Ref:
        """The instance that it reads; none where it reads several."""
        return self.question.ref if isinstance(self.question, ValueOf | TextOf | Check | OverlaysOf) else Ref("")

    def lost(self, why: str) -> Answered:
        """What it comes to when the process that reads has died of it."""
        return Answered(self.question, problem=why)


class Checker(Protocol):
    """A program that checks DICOM files."""

    def findings(self, path: str) -> tuple[Finding, ...] | None:
        """What is wrong with a file; None where the program is not there."""
