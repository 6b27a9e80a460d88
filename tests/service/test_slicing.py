from __future__ import annotations

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.cuts import Cut, Plane, Rendering
from tui.core.values import Ref, View, Voi, VoiKind, Window
from tui.service import events as ev
from tui.service.cutting import WritePlanes
from tui.service.slicing import planes_command

SLICES = tuple((Ref(f"/data/ct/{z}"), 0) for z in range(4))


def written(action: WritePlanes) -> tuple[Bench, ev.WritingEnded]:
    there = bench({f"/data/ct/{z}": phantoms.ct(z, of=4, size=32) for z in range(4)})
    there.viewer.do(action)
    return there, there.last(ev.WritingEnded)


def test_a_plane_is_written_under_its_name() -> None:
    there, ended = written(WritePlanes(SLICES, Cut(Plane.CORONAL), folder="/out"))
    assert [outcome.output for outcome in ended.outcomes] == ["/out/coronal.png"]
    assert list(there.output.disk) == ["/out/coronal.png"]
    assert ended.command == "safelight planes /data/ct/0 /data/ct/1 /data/ct/2 /data/ct/3 --plane coronal -o /out"


def test_every_plane_has_a_number_and_axial_ones_begin_at_the_head() -> None:
    there, ended = written(WritePlanes(SLICES, Cut(Plane.AXIAL), every=True, folder="/out"))
    assert [outcome.output for outcome in ended.outcomes] == [f"/out/axial-{n:04d}.png" for n in range(1, 5)]
    assert len(there.all(ev.Written)) == 4


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (WritePlanes(SLICES, Cut(), every=True, name="/out/a.png"), "several planes"),
        (WritePlanes(SLICES, Cut(), format="nifti"), "not written as nifti"),
        (WritePlanes(SLICES[:1], Cut()), "two slices"),
    ],
)
def test_what_cannot_be_written_is_a_sentence(action: WritePlanes, said: str) -> None:
    there, ended = written(action)
    assert said in ended.outcomes[-1].error
    assert not there.output.disk


def test_the_command_line_that_does_the_same() -> None:
    cut = Cut(Plane.SAGITTAL, (3, 4, 5), slab=7, rendering=Rendering.AVERAGE)
    view = View(voi=Voi(VoiKind.MANUAL, window=Window(40, 80)), invert=True, rotation=1, zoom=3)
    command = planes_command(WritePlanes(SLICES[:1], cut, view, "tiff", name="a.tif"), "")
    assert command == (
        "safelight planes /data/ct/0 --plane sagittal --at=3,4,5 --slab 7 --render mean --window=40,80 --invert "
        "--format tiff -o a.tif"
    )
    assert "--every" in planes_command(WritePlanes(SLICES[:1], cut, every=True), "/out")
