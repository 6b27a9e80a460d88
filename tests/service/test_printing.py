"""Tasks and the files that come of them."""

import pytest

from tests import phantoms
from tests.service.fakes import FakeExporter, FakeInstances
from tui.core.pages import Pages
from tui.core.values import Ref, View, Wish
from tui.errors import UsageError
from tui.service.actions import Target
from tui.service.formats import Makes
from tui.service.printing import Press, PrintOrder, check


class Whole(FakeExporter):
    makes = Makes.SERIES

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        return f"{wish.rate:g}: {[page.frame.index for page in pages]}".encode()


class Tags(FakeExporter):
    makes, shows = Makes.TAGS, False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        return str(pages.dataset.Modality).encode()


def press(exporter=FakeExporter(), wish=Wish(), told=None):
    files = {f"/{z}": phantoms.ct(z, of=4, size=32) for z in range(3)}
    files |= {"/disc": phantoms.cine(frames=5, size=16), "/sr": phantoms.report()}
    return Press(FakeInstances(files), {"x": exporter}, PrintOrder("x", View(), wish), told)


def never():
    return False


def test_a_file_a_frame():
    found = list(press().prints((Target(Ref("/disc"), None), Target(Ref("/gone"))), never))
    assert [(p.frame, bool(p.error)) for p in found] == [*((n, False) for n in range(5)), (0, True)]
    assert found[3].label.frame == 3 and found[3].label.stem == "disc"


def test_a_file_a_series_at_the_stored_rate_or_the_wanted_one():
    task = tuple(Target(Ref(f"/{z}"), 0, "s") for z in range(3))
    assert next(press(Whole()).prints(task, never)).data == b"15: [0, 0, 0]"
    assert next(press(Whole()).prints((Target(Ref("/disc"), None),), never)).data == b"25: [0, 1, 2, 3, 4]"
    assert next(press(Whole(), Wish(rate=3)).prints(task, never)).data.startswith(b"3:")


def test_one_bad_file_of_a_series_is_said():
    found = list(press(Whole()).prints((Target(Ref("/0"), 0, "s"), Target(Ref("/gone"), 0, "s")), never))
    assert len(found) == 1 and found[0].error and not found[0].data


def test_tags_need_no_pixels():
    assert [p.data for p in press(Tags()).prints((Target(Ref("/sr")),), never)] == [b"SR"]


def test_sheets_hold_all_frames():
    found = list(press(wish=Wish(sheet=(2, 2))).prints((Target(Ref("/disc"), None),), never))
    assert [len(p.data) for p in found] == [32 * 32, 16 * 16]


def test_cancelled_in_the_middle_of_a_file_there_is_none():
    calls = iter([False, False, True, True])
    assert list(press(Whole()).prints((Target(Ref("/disc"), None),), lambda: next(calls))) == []


def test_a_sheet_is_a_picture():
    check(FakeExporter(), Wish(sheet=(2, 2)))
    with pytest.raises(UsageError):
        check(Tags(), Wish(sheet=(2, 2)))


def test_no_memory_is_said(monkeypatch):
    def full(self: FakeExporter, pages: Pages, wish: Wish) -> bytes:
        raise MemoryError

    monkeypatch.setattr(FakeExporter, "encode", full)
    assert "memory" in next(press().prints((Target(Ref("/0")),), never)).error


@pytest.mark.parametrize("exporter", [Whole(), FakeExporter()])
def test_it_tells_how_far_a_long_file_is(exporter):
    steps = []
    list(press(exporter, told=lambda *step: steps.append(step)).prints((Target(Ref("/disc"), None),), never))
    assert steps == [(n, 5) for n in range(1, 6)]


def test_of_a_series_each_slice_is_a_step():
    steps = []
    task = tuple(Target(Ref(f"/{z}"), 0, "s") for z in range(3))
    list(press(Whole(), told=lambda *step: steps.append(step)).prints(task, never))
    assert steps == [(1, 3), (2, 3), (3, 3)]
