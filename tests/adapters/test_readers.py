"""The process that reads, as its program sees it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import phantoms
from tui.adapters import processes
from tui.adapters.graphics.sixel import SixelEncoder
from tui.adapters.readers import LocalReader, ReaderProcess
from tui.adapters.runners import Inline
from tui.core.values import Ref, View, Viewport
from tui.service import events as ev
from tui.service.ports import Box as Cells
from tui.service.ports import Order
from tui.service.requests import Desk, DrawPicture, EncodePicture, ReadTags, Request
from tui.service.settings import Limits
from tui.service.state import Cursor

ORDER = Order(SixelEncoder(256, (0, 0)), Cells(0, 0, 8, 4), (8, 16))
LONG = 60.0  # seconds that only a broken program takes


class Box:
    """Keeps what is delivered, and lets one wait for it."""

    def __init__(self) -> None:
        self.events: list[ev.Event] = []
        self.crashes: list[BaseException] = []
        self._more = threading.Condition()

    def deliver(self, event: ev.Event) -> None:
        with self._more:
            self.events.append(event)
            self._more.notify_all()

    def crashed(self, error: BaseException) -> None:
        with self._more:
            self.crashes.append(error)
            self._more.notify_all()

    def until(self, kind: type, count: int = 1) -> ev.Event:
        with self._more:
            self._more.wait_for(lambda: self.crashes or sum(isinstance(e, kind) for e in self.events) >= count, LONG)
            assert not self.crashes
            assert any(isinstance(e, kind) for e in self.events), f"no {kind.__name__}, but {self.events!r:.300}"
            return [e for e in self.events if isinstance(e, kind)][-1]


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def reader(box: Box) -> Iterator[ReaderProcess]:
    made = ReaderProcess(Limits())
    made.attach(box.deliver, box.crashed)
    yield made
    made.close()


def draw(path: Path, serial: int = 1) -> DrawPicture:
    return DrawPicture(serial, 1, Cursor(None, Ref(str(path))), View(), Viewport(64, 64), order=ORDER)


def test_pictures_and_tags_come_as_from_this_process(reader: ReaderProcess, box: Box, tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    requests: list[Request] = [draw(path), ReadTags(1, Ref(str(path)), "rescale")]
    for request in requests:
        reader.ask(request)
    picture, tags, found = box.until(ev.PictureReady), box.until(ev.TagsReady), box.until(ev.TagsFiltered)

    from tui.adapters.instances import DicomInstances

    here = Box()
    runner = Inline()
    runner.attach(here.deliver)
    local = LocalReader(runner, Desk(DicomInstances(Limits()), Limits()))
    for request in requests:
        local.ask(request)
    mine = here.until(ev.PictureReady)
    assert isinstance(picture, ev.PictureReady) and isinstance(mine, ev.PictureReady)
    assert replace(picture, drawing=None) == replace(mine, drawing=None) and picture.drawing is not None
    assert tags == here.until(ev.TagsReady)
    assert found == here.until(ev.TagsFiltered)


def test_a_picture_is_drawn_again_for_another_room(reader: ReaderProcess, box: Box, tmp_path: Path) -> None:
    reader.ask(draw(phantoms.save(phantoms.ct(0, size=32), tmp_path / "a"), 5))
    box.until(ev.PictureReady)
    other = replace(ORDER, room=Cells(0, 0, 4, 4))
    reader.ask(EncodePicture(5, other))
    event = box.until(ev.PictureDrawn)
    assert isinstance(event, ev.PictureDrawn) and event.drawing is not None
    assert event.drawing.order == other and event.drawing.box == Cells(0, 1, 4, 2)
    reader.ask(EncodePicture(4, other))
    assert box.until(ev.PictureDrawn, 2) == ev.PictureDrawn(4, None)


def test_many_rows_come_whole(reader: ReaderProcess, box: Box, tmp_path: Path) -> None:
    ds = phantoms.ct(0, size=16)
    block = ds.private_block(0x0099, "TEST", create=True)
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    items = []
    for _ in range(1500):
        item = Dataset()
        item.PatientComments = "x"
        items.append(item)
    block.add_new(1, "SQ", Sequence(items))
    path = phantoms.save(ds, tmp_path / "a")
    reader.ask(ReadTags(1, Ref(str(path)), ""))
    tags = box.until(ev.TagsReady)
    assert isinstance(tags, ev.TagsReady)
    assert len(tags.rows) > 3000
    assert len({row.path for row in tags.rows}) == len(tags.rows)


class Telling(ReaderProcess):
    """Tells when the process begins with a request."""

    def __init__(self, limits: Limits) -> None:
        self.began = threading.Event()
        self.begun: list[Request] = []
        super().__init__(limits)

    def _begin(self, lane: str, number: int) -> None:
        self.begun.append(self._sent[number].request)
        super()._begin(lane, number)
        self.began.set()


@pytest.fixture
def telling(box: Box) -> Iterator[Telling]:
    made = Telling(Limits(seconds=1))
    made.attach(box.deliver, box.crashed)
    yield made
    made.close()


def slow(folder: Path) -> Path:
    """A file of 150,000 items: seconds for a tag table."""
    path = phantoms.save(phantoms.ct(0, size=16), folder / "slow")
    items = 150_000 * bytes.fromhex("feff00e0 0a000000 10000040 4c540200 3120")
    head = bytes.fromhex("99000100 53510000") + len(items).to_bytes(4, "little")
    data, pixels = path.read_bytes(), bytes.fromhex("e07f1000")
    before, found, after = data.partition(pixels)
    path.write_bytes(
        before + bytes.fromhex("99001000 4c4f0400") + b"TEST" + head[:2] + b"\1\x10" + head[4:] + items + found + after
    )
    return path


def test_a_file_that_ends_it_is_a_sentence_and_the_next_one_works(telling: Telling, box: Box, tmp_path: Path) -> None:
    good, deadly = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a"), slow(tmp_path)
    telling.ask(ReadTags(1, Ref(str(deadly)), ""))
    assert telling.began.wait(LONG)
    os.kill(telling._process.pid, signal.SIGSEGV)
    lost = box.until(ev.TagsReady)
    assert lost == ev.TagsReady(Ref(str(deadly)), (), processes.cause(-signal.SIGSEGV, Limits()).sentence())
    telling.ask(draw(good, 2))
    ready = box.until(ev.PictureReady)
    assert isinstance(ready, ev.PictureReady) and ready.serial == 2
    assert box.crashes == []


def test_one_that_takes_too_long_names_the_limit(telling: Telling, box: Box, tmp_path: Path) -> None:
    telling.ask(ReadTags(1, Ref(str(slow(tmp_path))), ""))
    lost = box.until(ev.TagsReady)
    assert isinstance(lost, ev.TagsReady)
    assert "passes the limit seconds (1 s of processor time)" in lost.problem and "raise seconds" in lost.problem


def test_one_that_takes_too_much_names_the_limit(box: Box, tmp_path: Path) -> None:
    ds = phantoms.ct(0, size=16)
    ds.Rows = ds.Columns = 9000
    ds.PixelData = bytes(2 * 9000 * 9000)
    large = phantoms.save(ds, tmp_path / "large")
    good = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    reader = ReaderProcess(Limits(memory_bytes=150 * 2**20))
    reader.attach(box.deliver, box.crashed)
    reader.ask(draw(large, 1))
    failed = box.until(ev.PictureFailed)
    assert isinstance(failed, ev.PictureFailed) and "memory_bytes (150 MiB)" in failed.reason
    reader.ask(draw(good, 2))
    box.until(ev.PictureReady)
    reader.close()
    assert box.crashes == []


def test_what_has_not_begun_has_no_part_in_its_death(reader: ReaderProcess, box: Box, tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    os.kill(reader._process.pid, signal.SIGSTOP)
    reader.ask(draw(path, 1))
    assert reader.busy()
    os.kill(reader._process.pid, signal.SIGKILL)
    ready = box.until(ev.PictureReady)
    assert isinstance(ready, ev.PictureReady) and ready.serial == 1


def test_a_file_that_was_left_does_not_keep_the_next_one_waiting(
    telling: Telling, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.adapters.readers.PATIENCE_SECONDS", 0.01)
    good = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    telling.ask(ReadTags(1, Ref(str(slow(tmp_path))), ""))
    assert telling.began.wait(LONG)
    first = telling._process.pid
    telling.ask(ReadTags(1, Ref(str(good)), ""))
    tags = box.until(ev.TagsReady)
    assert isinstance(tags, ev.TagsReady) and tags.ref == Ref(str(good)) and tags.rows
    assert telling._process.pid != first
    box.until(ev.TagsFiltered)
    assert len(box.events) == 2  # nothing of the one that was left


def test_one_that_cannot_start_says_so(box: Box, tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    reader = ReaderProcess(Limits(memory_bytes=1))
    reader.attach(box.deliver, box.crashed)
    reader.ask(draw(path, 1))
    failed = box.until(ev.PictureFailed)
    assert isinstance(failed, ev.PictureFailed) and "memory_bytes" in failed.reason
    reader.close()


def test_it_may_die_while_it_is_ended(box: Box) -> None:
    for _ in range(6):
        made = ReaderProcess(Limits())
        made.attach(box.deliver, box.crashed)
        os.kill(made._process.pid, signal.SIGKILL)
        made.close()


def test_a_picture_is_tried_again_alone_when_reading_ahead_may_have_ended_it(
    telling: Telling, box: Box, tmp_path: Path
) -> None:
    path = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    ahead = ((Ref(str(slow(tmp_path))), 0),)
    telling.ask(replace(draw(path, 1), ahead=ahead))
    assert telling.began.wait(LONG)
    os.kill(telling._process.pid, signal.SIGSEGV)  # before or after the picture is drawn
    box.until(ev.PictureReady)
    telling.ask(ReadTags(1, Ref(str(path)), ""))
    box.until(ev.TagsReady)  # by the next process
    telling.ask(replace(draw(path, 2), ahead=ahead))
    ready = box.until(ev.PictureReady, 2)
    assert isinstance(ready, ev.PictureReady) and ready.serial == 2
    assert [type(event) for event in box.events if isinstance(event, ev.PictureFailed)] == []
    assert [one.ahead for one in telling.begun if isinstance(one, DrawPicture)][-1] == ()


def test_it_goes_with_its_program(box: Box) -> None:
    made = ReaderProcess(Limits())
    made.attach(box.deliver, box.crashed)
    pid = made._process.pid
    made.close()
    made.ask(draw(Path("/nothing")))
    assert not made.busy()
    for thread in threading.enumerate():
        if thread.name == "reader":
            thread.join(LONG)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
