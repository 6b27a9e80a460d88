"""The one state of the program: frozen, replaced whole, on the thread of the screen only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from tui.core.edits import Edit
from tui.core.library import PATIENT
from tui.core.quantities import Findings, Recipe
from tui.core.values import Caption, Facts, Library, Ref, SeriesKey, View, Viewport
from tui.frozen import frozen
from tui.service.history import History
from tui.service.ports import Drawing


@frozen
class Scan:
    """The running or last scan.

    ``number`` rises with every scan; ``dicom`` and ``skipped`` count files, ``checked`` those of them that were known
    and have not changed. ``again`` tells that the library of the scan before stands until this one is complete.
    """

    number: int = 0
    paths: tuple[str, ...] = ()
    running: bool = False
    complete: bool = False
    dicom: int = 0
    skipped: int = 0
    checked: int = 0
    seconds: float = 0.0
    again: bool = False


@frozen
class Cursor:
    """What is looked at. ``series`` and ``ref`` are both None while nothing is."""

    series: SeriesKey | None = None
    ref: Ref | None = None
    frame: int = 0


@frozen
class Travel:
    """Which way the user goes: images of the series and frames of an image by which the last step moved; 0 for none."""

    images: int = 1
    frames: int = 1


@frozen
class Shown:
    """The newest answer to a request for a picture: a picture, or the reason why there is none.

    A ``reduced`` picture stands there until the whole one, or the reason why there is none, takes its place.
    """

    serial: int
    ref: Ref
    frame: int
    picture: Caption | None = None
    facts: Facts = Facts()
    problem: str = ""
    drawing: Drawing | None = None
    reduced: bool = False
    findings: Findings = Findings()


@frozen
class Cine:
    """``rate`` is pictures a second; 0 takes the stored rate, or the setting where there is none."""

    playing: bool = False
    rate: float = 0.0


@frozen
class Writing:
    """The running job that writes; ``verb`` is empty while none does."""

    verb: str = ""
    done: int = 0
    total: int = 0
    failed: int = 0


@frozen
class State:
    """All that the screen shows, but focus, scroll, folding and text being typed.

    ``edits`` are those that are not saved. ``tag_changes`` asks for the rows alone that are not the same in the
    instance that was looked at before.
    ``chosen`` tells whether the user has chosen what is looked at; until then it is the first picture that was met.
    ``base`` is the view in which a series is shown at first.
    ``recipe`` is that of the last mask. ``order`` is that of the library, one of ``ORDERS`` in ``core/ordering.py``.
    """

    library: Library = Library()
    scan: Scan = Scan()
    cursor: Cursor = Cursor()
    chosen: bool = False
    travel: Travel = Travel()
    base: View = View()
    views: Mapping[SeriesKey, View] = field(default_factory=dict)
    viewport: Viewport = Viewport()
    asked: int = 0
    shown: Shown | None = None
    cine: Cine = Cine()
    corners: bool = True
    tag_query: str = ""
    tag_changes: bool = False
    edits: Mapping[Ref, History] = field(default_factory=dict)
    writing: Writing = Writing()
    rules: str = ""
    recipe: Recipe = Recipe()
    order: str = PATIENT

    @property
    def view(self) -> View:
        """The view of the series that is looked at."""
        return self.views.get(self.cursor.series, self.base) if self.cursor.series else self.base

    def edits_of(self, ref: Ref | None) -> tuple[Edit, ...]:
        """The edits of an instance that are not saved."""
        return self.edits[ref].done if ref is not None and ref in self.edits else ()
