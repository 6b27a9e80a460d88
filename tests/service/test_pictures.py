"""Drawing, and decoding ahead: by what is decoded when, never by time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from tests import phantoms
from tests.service.fakes import FakeInstances, FakeOpened
from tests.service.test_jobs import files, run
from tui.adapters.graphics.cells import CellsEncoder
from tui.adapters.runners import Lanes
from tui.core.frames import Frame
from tui.core.values import Picture, Ref, View, Viewport, Voi, VoiKind, Window
from tui.service import events as ev
from tui.service import pictures as module
from tui.service.pictures import Pictures, Work
from tui.service.ports import Box, Drawing, Order
from tui.service.requests import DrawPicture
from tui.service.settings import Limits
from tui.service.state import Cursor

LONG = 60.0  # seconds that only a broken program takes
FRAME = 16 * 16 * 2  # bytes


def draw(path: str, serial: int = 1, ahead: tuple[str, ...] = (), scan: int = 1) -> DrawPicture:
    places = tuple((Ref(place), 0) for place in ahead)
    return DrawPicture(serial, scan, Cursor(None, Ref(path)), View(), Viewport(8, 8), places)


class Later(list[Work]):
    """Keeps the work of the lane ``ahead`` for when the test wants it done."""

    def __call__(self, lane: str, work: Work) -> None:
        assert lane == "ahead"
        self.append(work)


def drain(later: Later) -> list[ev.Event]:
    return [event for work in iter(lambda: later.pop() if later else None, None) for event in run(work)]


def test_a_file_that_is_gone_is_a_sentence() -> None:
    failed = run(Pictures(files(), Limits()).job(draw("/gone", 3)))
    assert failed == [ev.PictureFailed(3, Ref("/gone"), 0, "There is no such file.")]


def test_the_next_pictures_are_decoded_after_the_one_that_is_asked_for() -> None:
    instances, later = files(), Later()
    pictures = Pictures(instances, Limits(), later)
    run(pictures.job(draw("/1", 1, ("/2", "/3", "/0"))))
    assert [ref.path for ref in instances.opens] == ["/1"]
    drain(later)
    assert [ref.path for ref in instances.opens] == ["/1", "/2", "/3", "/0"]
    run(pictures.job(draw("/2", 2)))
    assert len(instances.reads) == 4  # it was there


def test_a_newer_request_ends_decoding_ahead() -> None:
    instances, later = files(), Later()
    pictures = Pictures(instances, Limits(), later)
    run(pictures.job(draw("/1", 1, ("/2", "/3"))))
    run(later.pop())
    newer = pictures.job(draw("/0", 2))
    drain(later)
    assert [ref.path for ref in instances.opens] == ["/1", "/2"]
    run(newer)
    assert [ref.path for ref in instances.opens] == ["/1", "/2", "/0"]


def test_decoding_ahead_keeps_within_its_bytes_and_drops_no_picture_for_it() -> None:
    instances, later = files(9), Later()
    pictures = Pictures(instances, Limits(cache_bytes=12 * FRAME), later)
    run(pictures.job(draw("/0", 1, tuple(f"/{n}" for n in range(1, 9)))))
    drain(later)
    assert len(instances.reads) == 1 + 3  # a quarter of twelve


class Counted(CellsEncoder):
    """Counts what it draws, apart from what makes it equal to another one."""

    drawn: ClassVar[list[Picture]] = []

    def __init__(self) -> None:
        super().__init__("half", 256)
        self.drawn.clear()

    @property
    def count(self) -> int:
        return len(self.drawn)

    def draw(self, picture: Picture, order: Order) -> Drawing:
        self.drawn.append(picture)
        return super().draw(picture, order)


def test_the_picture_after_the_same_key_once_more_is_made_while_nothing_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
    instances, later, encoder = files(), Later(), Counted()
    pictures = Pictures(instances, Limits(), later)
    order = Order(encoder, Box(0, 0, 8, 4), (1, 2))
    darker = View(voi=Voi(VoiKind.MANUAL, window=Window(50, 100)))
    first = replace(draw("/1", 1), order=order, again=(Cursor(None, Ref("/1")), darker))
    run(pictures.job(first))
    assert encoder.count == 1
    (likely,) = drain(later)
    assert encoder.count == 2 and len(instances.reads) == 1
    then = replace(draw("/1", 2), view=darker, order=order)
    (ready,) = run(pictures.job(then))
    assert encoder.count == 2  # it was there
    (plain,) = run(Pictures(files(), Limits()).job(then))
    assert ready == plain
    assert likely == ev.PictureLikely(then.asked, replace(plain, serial=1))
    assert run(pictures.job(replace(then, serial=3, known=True))) == []  # whoever asks has it
    assert run(pictures.encode(3, order)) != [ev.PictureDrawn(3, None)]  # and may have it drawn otherwise
    (first_again,) = run(pictures.job(replace(first, serial=4)))
    assert drain(later) == [likely]  # it is told of again without being made again
    assert encoder.count == 4 and isinstance(first_again, ev.PictureReady)  # one of them elsewhere, one ordered again


def test_a_newer_request_comes_before_one_that_is_only_likely() -> None:
    later, encoder = Later(), Counted()
    pictures = Pictures(files(), Limits(), later)
    order = Order(encoder, Box(0, 0, 8, 4), (1, 2))
    run(pictures.job(replace(draw("/1", 1), order=order, again=(Cursor(None, Ref("/2")), View()))))
    newer = pictures.job(draw("/0", 2))
    drain(later)
    run(newer)
    assert encoder.count == 1


def test_only_a_frame_that_is_there_and_not_large_is_drawn_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
    for cache, path in ((4 * FRAME - 1, "/1"), (64 * FRAME, "/2"), (64 * FRAME, "/gone")):
        instances, later, encoder = files(), Later(), Counted()
        pictures = Pictures(instances, Limits(cache_bytes=cache), later)
        order = Order(encoder, Box(0, 0, 8, 4), (1, 2))
        run(pictures.job(replace(draw("/1", 1), order=order, again=(Cursor(None, Ref(path), 0), View(invert=True)))))
        assert drain(later) == []
        assert encoder.count == 1 and len(instances.reads) == 1


def test_what_cannot_be_decoded_ahead_is_left_out() -> None:
    instances, later = files(), Later()
    pictures = Pictures(instances, Limits(), later)
    run(pictures.job(draw("/1", 1, ("/gone", "/2"))))
    assert drain(later) == []
    assert [ref.path for ref in instances.opens] == ["/1", "/gone", "/2"]


class Slow(FakeInstances):
    """Its file ``/slow`` is decoded for as long as the test wants, and may be had at a lower resolution meanwhile."""

    def __init__(self) -> None:
        super().__init__({name: phantoms.ct(n, size=16) for n, name in enumerate(("/now", "/slow", "/other"))})
        self.begun, self.go_on, self.reducible = threading.Event(), threading.Event(), False

    def open(self, ref: Ref) -> FakeOpened:
        opened = super().open(ref)
        return Waiting(opened, self) if ref.path == "/slow" else opened


class Waiting(FakeOpened):
    def __init__(self, opened: FakeOpened, gate: Slow) -> None:
        super().__init__(opened.dataset, opened.reads)
        self._gate = gate

    def frame(self, index: int) -> Frame:
        self._gate.begun.set()
        assert self._gate.go_on.wait(LONG)
        return super().frame(index)

    def reduced(self, index: int, halvings: int) -> Frame | None:
        frame = super().frame(index) if self._gate.reducible else None
        return frame and replace(frame, stored=frame.stored[::2, ::2], whole=frame.stored.shape[:2])


class Stage:
    """The lanes of a process that reads, and what comes from them."""

    def __init__(self) -> None:
        self.instances, self.lanes = Slow(), Lanes()
        self.answers: list[ev.Event] = []
        self._came = threading.Semaphore(0)
        self.lanes.attach(self._deliver)
        self.pictures = Pictures(self.instances, Limits(), self.lanes.submit)

    def _deliver(self, event: ev.Event) -> None:
        self.answers.append(event)
        self._came.release()

    def ask(self, request: DrawPicture) -> None:
        self.lanes.submit("render", self.pictures.job(request))

    def answer(self) -> ev.Event:
        assert self._came.acquire(timeout=LONG)
        return self.answers[-1]


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.instances.go_on.set()
    made.lanes.close()


def test_a_picture_never_waits_for_one_that_is_decoded_ahead_unless_it_is_that_one(stage: Stage) -> None:
    stage.ask(draw("/now", 1, ("/slow",)))
    stage.answer()
    assert stage.instances.begun.wait(LONG)
    stage.ask(draw("/other", 2))  # while the other thread decodes
    stage.answer()
    stage.ask(draw("/slow", 3))
    stage.instances.go_on.set()
    stage.answer()
    assert [type(answer) for answer in stage.answers] == [ev.PictureReady] * 3
    assert [ref.path for ref in stage.instances.opens] == ["/now", "/slow", "/other"]
    assert len(stage.instances.reads) == 3  # it was decoded once


def test_a_coarse_picture_comes_first_and_then_the_whole(stage: Stage) -> None:
    stage.instances.reducible = True
    stage.ask(draw("/slow"))
    coarse = stage.answer()
    assert stage.instances.begun.wait(LONG)  # only then is the whole decoded
    assert isinstance(coarse, ev.PictureReady) and coarse.reduced and coarse.facts.rows == 16
    stage.instances.go_on.set()
    whole = stage.answer()
    assert isinstance(whole, ev.PictureReady) and not whole.reduced
    assert (whole.serial, whole.facts) == (coarse.serial, coarse.facts)
    assert (whole.picture.width, whole.picture.height) == (coarse.picture.width, coarse.picture.height)
    stage.ask(draw("/slow", 2))
    again = stage.answer()
    assert isinstance(again, ev.PictureReady) and not again.reduced


def test_a_newer_picture_does_not_wait_for_the_whole_of_the_one_before(stage: Stage) -> None:
    stage.instances.reducible = True
    stage.ask(draw("/slow"))
    stage.answer()
    assert stage.instances.begun.wait(LONG)
    stage.ask(draw("/other", 2))
    other = stage.answer()
    assert isinstance(other, ev.PictureReady) and other.serial == 2
    stage.instances.go_on.set()
    stage.ask(draw("/slow", 3))
    whole = stage.answer()
    if isinstance(whole, ev.PictureReady) and whole.reduced:  # it had not yet been decoded
        whole = stage.answer()
    assert isinstance(whole, ev.PictureReady) and whole.serial == 3 and not whole.reduced


def test_in_full_size_there_is_no_coarse_picture(stage: Stage) -> None:
    stage.instances.reducible = True
    stage.instances.go_on.set()
    stage.ask(replace(draw("/slow"), viewport=Viewport(16, 16)))
    whole = stage.answer()
    assert isinstance(whole, ev.PictureReady) and not whole.reduced
