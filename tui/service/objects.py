"""Reads the objects that are drawn over pictures, keeps the last ones, and makes what each picture needs of them."""

from __future__ import annotations

import os.path
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tui import dropins
from tui.core.attributes import VALUE_ERRORS, text
from tui.core.overlaid import Chosen, Found, Overlays, Part
from tui.core.printable import printable
from tui.core.values import Ref, View
from tui.errors import NoPictureError, SafelightError
from tui.service.overlaying import PRESENTATION, Source
from tui.service.ports import Instances

if TYPE_CHECKING:
    from tui.core.frames import Frame
    from tui.core.laid import Laid
    from tui.core.objects import Drawn, ObjectOverlay, Reading
    from tui.core.target import Target

KEPT = 16  # objects that stay read
MADE = 4  # frames whose drawings are kept


class Objects:
    """Objects that draw over pictures, for one thread.

    Parameters
    ----------
    instances
        Where files are read.
    """

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self._kinds: Mapping[str, ObjectOverlay] | None = None
        self._read: OrderedDict[tuple[Ref, str], Reading | str] = OrderedDict()
        self._made: OrderedDict[tuple[int, tuple[Chosen, ...], float], tuple[Frame, Frame, Laid]] = OrderedDict()
        self._scan = 0

    def begin(self, scan: int) -> None:
        """Forget everything, if this is another scan than before."""
        if scan != self._scan:
            self._scan = scan
            self._read.clear()
            self._made.clear()

    # ------------------------------------------------------------------------------------------ for a picture

    def prepared(self, frame: Frame, view: View) -> tuple[Frame, Laid | None]:
        """The frame as the chosen presentation state has it, and what the chosen objects draw over it."""
        if not view.chosen:
            return frame, None
        key = (id(frame), view.chosen, view.opacity)
        made = self._made.get(key)
        if made is None or made[0] is not frame:
            made = self._made[key] = (frame, *self._make(frame, view))
            while len(self._made) > MADE:
                self._made.popitem(last=False)
        return made[1], made[2]

    def _make(self, frame: Frame, view: View) -> tuple[Frame, Laid]:
        from tui.core.laid import Laid
        from tui.core.objects import Drawn
        from tui.core.target import target_of

        dressed, drawn = frame, []
        for one in view.chosen:
            reading = self._reading(one.ref, one.kind)
            if isinstance(reading, str):
                drawn.append(Drawn(notes=(reading,)))
                continue
            target = target_of(frame, one.apart_mm)
            if not reading.refers(target):
                notes = ("The presentation state is about other pictures.",) if one.kind == PRESENTATION else ()
                drawn.append(Drawn(notes=notes))
                continue
            dressed = reading.dressed(dressed)
            drawn.append(self._drawn(one, reading, target))
        return dressed, Laid(tuple(drawn), view.opacity)

    def _drawn(self, one: Chosen, reading: Reading, target: Target) -> Drawn:
        from tui.core.objects import Drawn

        parts = frozenset(part.number for part in reading.parts) if one.parts is None else frozenset(one.parts)
        try:
            return reading.drawn(target, parts)
        except SafelightError as error:
            return Drawn(notes=(_named(one.ref, error.sentence()),))

    # ------------------------------------------------------------------------------------------ for the list

    def overlays(self, frame: Frame, sources: Iterable[Source], apart_mm: float = 0.0) -> Overlays:
        """What can be drawn over a frame, and why some of the objects cannot be read."""
        from tui.core.target import target_of

        target = target_of(frame, apart_mm)
        found, problems = [], []
        for ref, sop_class in sources:
            kind = self._kind(ref, sop_class)
            if not kind:
                if not sop_class:  # asked for by name
                    problems.append(_named(ref, "Objects of this kind are not drawn over pictures."))
                continue
            reading = self._reading(ref, kind)
            if isinstance(reading, str):
                problems.append(reading)
                continue
            found.append(self._found(ref, kind, reading, target, problems))
        return Overlays(_planes(frame), tuple(found), tuple(problems))

    def _found(self, ref: Ref, kind: str, reading: Reading, target: Target, problems: list[str]) -> Found:
        here: frozenset[int] = frozenset()
        try:
            here = reading.here(target)
        except SafelightError as error:
            problems.append(_named(ref, error.sentence()))
        parts = tuple(replace(part, here=part.number in here) for part in reading.parts)
        return Found(ref, kind, self._all[kind].word, reading.title, parts, reading.refers(target), reading.look)

    @property
    def _all(self) -> Mapping[str, ObjectOverlay]:
        """The kinds of objects that draw over images, by the names of their drop-ins."""
        if self._kinds is None:
            from tui.core import objects

            self._kinds = dropins.find(objects, "OVERLAY")
        return self._kinds

    def _kind(self, ref: Ref, sop_class: str) -> str:
        """The drop-in for an object; empty where there is none."""
        if not sop_class:
            try:
                sop_class = text(self._instances.open(ref).dataset, "SOPClassUID")
            except SafelightError:
                return next(iter(self._all))  # reading it says what is wrong
        return next((name for name, kind in self._all.items() if sop_class in kind.sop_classes), "")

    def _reading(self, ref: Ref, kind: str) -> Reading | str:
        """An object that is read, once; or a sentence that says why it cannot be."""
        reading = self._read.get((ref, kind))
        if reading is None:
            reading = self._read[ref, kind] = self._opened(ref, kind)
            while len(self._read) > KEPT:
                self._read.popitem(last=False)
        self._read.move_to_end((ref, kind))
        return reading

    def _opened(self, ref: Ref, kind: str) -> Reading | str:
        try:
            overlay = self._all[kind]
            return overlay.read(self._instances.open(ref))
        except SafelightError as error:
            return _named(ref, error.sentence())
        except VALUE_ERRORS:
            return _named(ref, NoPictureError("The object is damaged").sentence())


def _named(ref: Ref, sentence: str) -> str:
    return f"{printable(os.path.basename(ref.member or ref.path), 60)}: {sentence}"


def _planes(frame: Frame) -> tuple[Part, ...]:
    """The planes of the frame's own file."""
    from tui.core.overlays import bitmap

    layers = bitmap.OVERLAY.read(frame).layers
    return tuple(Part(one.number, one.name, (255, 255, 255), here=True) for one in layers) if layers else ()
