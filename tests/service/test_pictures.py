"""Drawing, and decoding ahead: by what is decoded when, never by time."""

from __future__ import annotations

import threading

from tests import phantoms
from tests.service.fakes import FakeInstances, FakeOpened
from tests.service.test_jobs import files, run
from tui.adapters.runners import Lanes
from tui.core.frames import Frame
from tui.core.values import Ref, View, Viewport
from tui.service import events as ev
from tui.service.pictures import Pictures, Work
from tui.service.requests import DrawPicture
from tui.service.settings import Limits
from tui.service.state import Cursor

LONG = 60.0  # seconds that only a broken program takes
FRAME = 16 * 16 * 2  # bytes


def draw(path: str, serial: int = 1, ahead: tuple[str, ...] = (), scan: int = 1) -> DrawPicture:
    places = tuple((Ref(place), 0) for place in ahead)
    return DrawPicture(serial, scan, Cursor(None, Ref(path)), View(), Viewport(10, 10), places)


def drain(later: list[Work]) -> list[ev.Event]:
    return [event for work in iter(lambda: later.pop() if later else None, None) for event in run(work)]


def test_a_file_that_is_gone_is_a_sentence() -> None:
    failed = run(Pictures(files(), Limits()).job(draw("/gone", 3)))
    assert failed == [ev.PictureFailed(3, Ref("/gone"), 0, "There is no such file.")]


def test_the_next_pictures_are_decoded_after_the_one_that_is_asked_for() -> None:
    instances, later = files(), list[Work]()
    pictures = Pictures(instances, Limits(), later.append)
    run(pictures.job(draw("/1", 1, ("/2", "/3", "/0"))))
    assert [ref.path for ref in instances.opens] == ["/1"]
    drain(later)
    assert [ref.path for ref in instances.opens] == ["/1", "/2", "/3", "/0"]
    run(pictures.job(draw("/2", 2)))
    assert len(instances.reads) == 4  # it was there


def test_a_newer_request_ends_decoding_ahead() -> None:
    instances, later = files(), list[Work]()
    pictures = Pictures(instances, Limits(), later.append)
    run(pictures.job(draw("/1", 1, ("/2", "/3"))))
    run(later.pop())
    newer = pictures.job(draw("/0", 2))
    drain(later)
    assert [ref.path for ref in instances.opens] == ["/1", "/2"]
    run(newer)
    assert [ref.path for ref in instances.opens] == ["/1", "/2", "/0"]


def test_decoding_ahead_keeps_within_its_bytes_and_drops_no_picture_for_it() -> None:
    instances, later = files(9), list[Work]()
    pictures = Pictures(instances, Limits(cache_bytes=12 * FRAME), later.append)
    run(pictures.job(draw("/0", 1, tuple(f"/{n}" for n in range(1, 9)))))
    drain(later)
    assert len(instances.reads) == 1 + 3  # a quarter of twelve


def test_what_cannot_be_decoded_ahead_is_left_out() -> None:
    instances, later = files(), list[Work]()
    pictures = Pictures(instances, Limits(), later.append)
    run(pictures.job(draw("/1", 1, ("/gone", "/2"))))
    assert drain(later) == []
    assert [ref.path for ref in instances.opens] == ["/1", "/gone", "/2"]


class Slow(FakeInstances):
    """Its file ``/slow`` is decoded for as long as the test wants."""

    def __init__(self) -> None:
        super().__init__({name: phantoms.ct(n, size=16) for n, name in enumerate(("/now", "/slow", "/other"))})
        self.begun, self.go_on = threading.Event(), threading.Event()

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


def test_a_picture_never_waits_for_one_that_is_decoded_ahead_unless_it_is_that_one() -> None:
    instances, lanes = Slow(), Lanes()
    answers: list[ev.Event] = []
    came = threading.Semaphore(0)

    def deliver(event: ev.Event) -> None:
        answers.append(event)
        came.release()

    lanes.attach(deliver)
    pictures = Pictures(instances, Limits(), lambda work: lanes.submit("ahead", work))
    try:
        lanes.submit("render", pictures.job(draw("/now", 1, ("/slow",))))
        assert came.acquire(timeout=LONG)
        assert instances.begun.wait(LONG)
        lanes.submit("render", pictures.job(draw("/other", 2)))  # while the other thread decodes
        assert came.acquire(timeout=LONG)
        lanes.submit("render", pictures.job(draw("/slow", 3)))
        instances.go_on.set()
        assert came.acquire(timeout=LONG)
    finally:
        instances.go_on.set()
        lanes.close()
    assert [type(answer) for answer in answers] == [ev.PictureReady] * 3
    assert [ref.path for ref in instances.opens] == ["/now", "/slow", "/other"]
    assert len(instances.reads) == 3  # it was decoded once
