"""The process that reads, as its program sees it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import phantoms
from tui.adapters.readers import LocalReader, ReaderProcess
from tui.adapters.runners import Inline
from tui.core.values import Ref, View, Viewport
from tui.service import events as ev
from tui.service.requests import LOST, Desk, DrawPicture, ReadTags, Request
from tui.service.settings import Limits
from tui.service.state import Cursor

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
            done = self._more.wait_for(lambda: sum(isinstance(e, kind) for e in self.events) >= count, LONG)
            assert done, f"no {kind.__name__}, but {self.events!r:.300} {self.crashes}"
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
    return DrawPicture(serial, 1, Cursor(None, Ref(str(path))), View(), Viewport(64, 64))


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
    assert picture.picture.pixels.tobytes() == mine.picture.pixels.tobytes()
    assert picture.facts == mine.facts
    assert tags == here.until(ev.TagsReady)
    assert found == here.until(ev.TagsFiltered)


def test_many_rows_come_in_parts_and_whole(reader: ReaderProcess, box: Box, tmp_path: Path) -> None:
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


def test_its_death_is_a_sentence_and_the_next_request_works(reader: ReaderProcess, box: Box, tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=32), tmp_path / "a")
    os.kill(reader._pid, signal.SIGSTOP)  # busy for ever, as in a decoder
    reader.ask(draw(path, 1))
    assert reader.busy()
    os.kill(reader._pid, signal.SIGKILL)
    lost = box.until(ev.PictureFailed)
    assert lost == ev.PictureFailed(1, Ref(str(path)), 0, LOST)
    reader.ask(draw(path, 2))
    ready = box.until(ev.PictureReady)
    assert isinstance(ready, ev.PictureReady) and ready.serial == 2
    assert box.crashes == []


def test_it_goes_with_its_program(box: Box) -> None:
    made = ReaderProcess(Limits())
    made.attach(box.deliver, box.crashed)
    pid = made._pid
    made.close()
    made.ask(draw(Path("/nothing")))
    assert not made.busy()
    for thread in threading.enumerate():
        if thread.name == "reader":
            thread.join(LONG)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
