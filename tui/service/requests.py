"""What the viewer asks the reader for: values that can go to another process, and the desk that does them there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from tui.core.edits import Edit
from tui.core.values import Ref, View, Viewport
from tui.frozen import frozen
from tui.service import events as ev
from tui.service import measuring
from tui.service.measuring import Measure
from tui.service.ports import Cancelled, Emit, Instances, Order
from tui.service.questions import Ask, Checker, OverlaysOf
from tui.service.settings import Limits
from tui.service.state import Cursor

if TYPE_CHECKING:
    from tui.service.objects import Objects
    from tui.service.pictures import Later

Work = Callable[[Emit, Cancelled], None]


@frozen
class ReadTags:
    """The tag rows of an instance, if the last request was about another one or another scan; then a search in them.

    ``changed`` leaves only rows that are not the same in the instance before."""

    lane: ClassVar[str] = "open"

    scan: int
    ref: Ref
    query: str
    changed: bool = False
    edits: tuple[Edit, ...] = ()

    def alone(self) -> ReadTags:
        """The same without anything that the answer does not need."""
        return self

    def about(self) -> Ref:
        """The instance that it reads."""
        return self.ref

    def lost(self, why: str) -> ev.Event:
        """What it comes to when the process that reads has died of it."""
        return ev.TagsReady(self.ref, (), why)


@frozen
class DrawPicture:
    """One picture; ``serial`` rises with every request, ``cursor.ref`` is not None.

    ``ahead`` are instances and frames that are likely to be asked for next, the likeliest first; ``slices`` those of
    the volume where the view cuts one.
    With an ``order`` the picture is encoded, too; and then ``again`` is where the user would be after the same key once
    more, the picture of which is made while nothing else is asked for. One that is ``known`` was made so, and has come:
    it is answered by nothing.
    """

    lane: ClassVar[str] = "render"

    serial: int
    scan: int
    cursor: Cursor
    view: View
    viewport: Viewport
    ahead: tuple[tuple[Ref, int], ...] = ()
    order: Order | None = None
    slices: tuple[tuple[Ref, int], ...] = ()
    again: tuple[Cursor, View] | None = None
    known: bool = False

    @property
    def asked(self) -> tuple[object, ...]:
        """What makes out the answer."""
        return asked(self.scan, self.cursor, self.view, self.viewport, self.order)

    def alone(self) -> DrawPicture:
        """The same without anything that the answer does not need."""
        return replace(self, ahead=(), again=None) if self.ahead or self.again else self

    def about(self) -> Ref:
        """The instance that it reads."""
        return self.cursor.ref or Ref("")

    def lost(self, why: str) -> ev.Event:
        """What it comes to when the process that reads has died of it."""
        return ev.PictureFailed(self.serial, self.about(), self.cursor.frame, why)


def asked(scan: int, cursor: Cursor, view: View, viewport: Viewport, order: Order | None) -> tuple[object, ...]:
    """What makes out the answer to a request for a picture."""
    return scan, cursor.ref, cursor.frame, view, viewport, order


@frozen
class EncodePicture:
    """The picture of that serial, drawn for the terminal once more."""

    lane: ClassVar[str] = "encode"

    serial: int
    order: Order

    def alone(self) -> EncodePicture:
        """The same."""
        return self

    def about(self) -> Ref:
        """None: the picture is there."""
        return Ref("")

    def lost(self, why: str) -> ev.Event:
        """What it comes to when the process that reads has died of it: the picture must be read anew."""
        return ev.PictureDrawn(self.serial, None)


Request = ReadTags | DrawPicture | EncodePicture | Measure | Ask


class NoChecker:
    """Where no program checks DICOM files."""

    def findings(self, path: str) -> None:
        """None."""
        return


class Desk:
    """Does requests; keeps what the next one can use.

    Parameters
    ----------
    instances
        Where files are read.
    limits
        Bound what is kept.
    later
        As in :class:`tui.service.pictures.Pictures`.
    checker
        Asked what is wrong with a file.
    """

    def __init__(
        self,
        instances: Instances,
        limits: Limits,
        later: Later | None = None,
        checker: Checker = NoChecker(),
    ) -> None:
        from tui.service import jobs, pictures  # late: the program whose reader is a process needs neither

        self._instances = instances
        self._checker = checker
        self._tags = jobs.Tags(instances, limits)
        self._pictures = pictures.Pictures(instances, limits, later)
        self._objects: Objects | None = None  # of the lane that answers

    def work(self, request: Request) -> tuple[str, Work]:
        """The lane of a request, and what is to be done there."""
        match request:
            case ReadTags():
                return request.lane, self._tags.job(
                    request.scan, request.ref, request.query, request.changed, request.edits
                )
            case DrawPicture():
                return request.lane, self._pictures.job(request)
            case Ask():
                from tui.service import answers

                if isinstance(request.question, OverlaysOf) and self._objects is None:
                    from tui.service.objects import Objects

                    self._objects = Objects(self._instances)
                return request.lane, answers.job(self._instances, self._checker, request.question, self._objects)
            case Measure():
                return request.lane, measuring.job(self._instances, request)
            case EncodePicture():
                return request.lane, self._pictures.encode(request.serial, request.order)
