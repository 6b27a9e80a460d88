"""The core service: one door for actions, one for events, one state."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

from tui.core.quantities import Tint
from tui.core.values import View
from tui.service import actions as act
from tui.service import disabled, editing, reduce, scanning
from tui.service import events as ev
from tui.service.boxing import KeepBoxes
from tui.service.cutting import WritePlanes, slices
from tui.service.formats import Exporter
from tui.service.measuring import MakeMask, Measure
from tui.service.ports import Order, Ports
from tui.service.questions import Ask
from tui.service.requests import DrawPicture, EncodePicture, ReadTags, asked
from tui.service.reviewing import ReviewAnonymize
from tui.service.settings import Settings
from tui.service.state import Cursor, State
from tui.service.travel import ahead

Listener = Callable[[ev.Event], None]
Again = tuple[Cursor, View] | None


class Viewer:
    """What a user can do, and what came of it.

    All methods are called on the thread of the screen. Lanes send their events to :meth:`absorb` through the runner.

    Parameters
    ----------
    ports
        The outside.
    settings
        What the user has set.
    """

    def __init__(self, ports: Ports, settings: Settings = Settings()) -> None:
        self.settings = settings
        tint = Tint(settings.mask_colour, settings.mask_opacity)
        self.state = State(base=View(icc=settings.icc, tint=tint), order=settings.sort)
        self._ports = ports
        self._secret = os.urandom(32)  # one key a session: copies of one session refer to each other
        self._listeners: list[Listener] = []
        self._order: Order | None = None
        self._likely: ev.PictureLikely | None = None  # the newest
        self._asking = False
        self._early: list[ev.Event] = []  # came before the question was told: the reader is no process of its own

    def subscribe(self, listener: Listener) -> None:
        """Hear of every event, and of every change of the state."""
        self._listeners.append(listener)

    def disabled(self, action: act.Action) -> str:
        """Why the action cannot be carried out now; empty where it can."""
        return disabled.reason(self.state, action)

    @property
    def formats(self) -> Mapping[str, Exporter]:
        """The formats of an export, by name."""
        return self._ports.exporters

    @property
    def mask_formats(self) -> tuple[str, ...]:
        """The formats of masks, by name."""
        return tuple(self._ports.masks)

    def do(self, action: act.Action) -> None:
        """Carry out an action. One that cannot work now changes nothing."""
        if disabled.reason(self.state, action):
            return
        before = self.state
        after = reduce.apply(before, action, self.settings)
        self._replace(before, after, again=self._again(before, after, action))
        self._work(action)

    def absorb(self, event: ev.Event) -> None:
        """Take in what a lane sent, then pass it on."""
        if self._asking:
            self._early.append(event)
            return
        if isinstance(event, ev.PictureLikely):
            self._likely = event
            return
        before = self.state
        after = reduce.absorb(before, event)
        self._replace(before, after, event)
        if after.library.order != after.order and after.library is not before.library:
            self._sort()

    def order(self, order: Order) -> None:
        """Have the pictures that are asked for from now on drawn for the terminal, like this."""
        self._order = order

    def encode(self, serial: int, order: Order) -> None:
        """Have a picture that has come already drawn for the terminal; ``PictureDrawn`` brings it."""
        self._ports.reader.ask(EncodePicture(serial, order))

    def renew(self) -> None:
        """Ask for the picture that is looked at anew, as the reader has it no longer."""
        if _shows(self.state):
            self._replace(self.state, replace(self.state, asked=self.state.asked + 1))

    def close(self) -> None:
        """End the lanes."""
        self._ports.reader.close()
        self._ports.runner.close()

    # ------------------------------------------------------------------------------------------ inside

    def _again(self, before: State, after: State, action: act.Action) -> Again:
        """Where the same action would lead from there; None if that is another series, or no other picture."""
        if self._order is None or after.view.cut is not None or _picture_key(before) == _picture_key(after):
            return None
        if before.cursor.series != after.cursor.series or before.viewport != after.viewport:
            return None
        then = reduce.apply(after, action, self.settings)
        same = then.scan.number == after.scan.number and then.cursor.series == after.cursor.series
        return (then.cursor, then.view) if same and _picture_key(then) != _picture_key(after) else None

    def _replace(self, before: State, after: State, event: ev.Event | None = None, again: Again = None) -> None:
        """Put the new state in place, ask for what the change needs, tell the listeners.

        The picture is asked for first: it is drawn while the screen follows the rest. One that was made ahead is in
        the new state, and the reader hears of it when the screen has it.
        """
        picture = after.asked != before.asked
        if _shows(after) and _picture_key(before) != _picture_key(after):
            picture, after = True, replace(after, asked=after.asked + 1)
        picture = picture and after.cursor.ref is not None
        known = self._known(after) if picture else None
        if known is not None:
            after = reduce.absorb(after, known)
        self.state = after
        if picture and known is None:
            self._ask(after, again)
        if after is not before:
            self._tell(ev.StateChanged(before, after))
        if known is not None:
            self._tell(known)
            if self.state.asked == after.asked:
                self._ask(after, again, known=True)
        if event is not None:
            self._tell(event)
        early, self._early = self._early, []
        for one in early:
            self.absorb(one)
        now = self.state  # a listener may have acted meanwhile; then its requests are the newer ones
        ref = now.cursor.ref
        if ref is None:
            return
        if _tags_key(now) != _tags_key(before):
            self._ports.reader.ask(ReadTags(now.scan.number, ref, now.tag_query, now.tag_changes, now.edits_of(ref)))

    def _known(self, state: State) -> ev.PictureReady | None:
        """The picture that the state looks at, if it was made ahead."""
        wanted = asked(state.scan.number, state.cursor, state.view, state.viewport, self._order)
        likely = self._likely
        return None if likely is None or likely.asked != wanted else replace(likely.ready, serial=state.asked)

    def _ask(self, state: State, again: Again, known: bool = False) -> None:
        """Ask for the picture; of one that is there already, only say that it is looked at."""
        words = (state.scan.number, state.cursor, state.view, state.viewport)
        cuts = state.view.cut is not None
        near = () if cuts else ahead(state)
        request = DrawPicture(state.asked, *words, near, self._order, slices(state) if cuts else (), again, known)
        self._asking = True
        try:
            self._ports.reader.ask(request)
        finally:
            self._asking = False

    def _sort(self) -> None:
        self._ports.runner.submit("sort", scanning.sort(self.state.library, self.state.order))

    def _tell(self, event: ev.Event) -> None:
        for listener in self._listeners:
            listener(event)

    def _work(self, action: act.Action) -> None:
        """Start what an action needs beyond the change of the state."""
        runner, ports = self._ports.runner, self._ports
        match action:
            case act.Open() | act.Rescan():
                runner.cancel("index")
                scan = self.state.scan
                words = (ports.instances, scan.number, scan.paths, scan.again, ports.catalogue)
                runner.submit("index", scanning.scan(*words, order=lambda: self.state.order))
            case act.StopScan():
                runner.cancel("index")
            case act.SortLibrary():
                self._sort()
            case (
                act.Export()
                | act.Convert()
                | act.PreviewAnonymize()
                | act.Anonymize()
                | MakeMask()
                | WritePlanes()
                | ReviewAnonymize()
                | KeepBoxes()
            ):
                from tui.service import writes  # late: the first screen does not wait for it

                opened = self.state.scan.paths
                if writes.is_first(action, self.state):
                    runner.cancel("write")
                runner.submit(writes.lane(action), writes.job(ports, self.settings, action, self._secret, opened))
            case editing.SaveEdits() | editing.WriteEdits() | editing.SaveText():
                runner.submit("write", editing.work(ports, self.settings, self.state, action))
            case Measure() | Ask():
                ports.reader.ask(action)
            case act.StopWriting():
                runner.cancel("write")
            case _:
                pass


def _shows(state: State) -> bool:
    """Whether there is something to look at, and a pane for it."""
    return bool(state.cursor.ref is not None and state.viewport.width and state.viewport.height)


def _picture_key(state: State) -> tuple[object, ...]:
    return state.scan.number, state.cursor, state.view, state.viewport


def _tags_key(state: State) -> tuple[object, ...]:
    return (
        state.scan.number,
        state.cursor.ref,
        state.tag_query,
        state.tag_changes,
        state.edits_of(state.cursor.ref),
    )
