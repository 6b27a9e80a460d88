"""Boxes by keys, and the rule that they become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.deidentify.devices import boxes_for, parse
from tui.core.deidentify.options import Options
from tui.core.quantities import Boxes
from tui.core.values import Ref
from tui.errors import OutputError
from tui.service import actions as act
from tui.service.batch import State
from tui.service.boxing import AddBox, KeepBoxes, MoveBox, NextBox, RemoveBox, RulesKept, SizeBox, ToggleBoxes
from tui.service.events import AnonymizeEnded, AnonymizePreviewed, Notice
from tui.service.ports import DeviceRules


@pytest.fixture
def b() -> Bench:
    return shown()


def shown(rules: DeviceRules | None = None) -> Bench:
    """A picture of a device that is named, and one of which that is not, with a box on the first."""
    ds = phantoms.colour(size=100, series=3)
    ds.Manufacturer, ds.ManufacturerModelName, ds.ImageType = "ACME", "Echo 7", ["ORIGINAL", "PRIMARY"]
    made = bench({"/us/1": ds, "/us/2": phantoms.colour(size=100, series=3, instance=2)}, rules=rules)
    made.viewer.do(act.Open(("/us",)))
    made.viewer.do(act.ResizeViewport(400, 400))
    made.viewer.do(act.Select(Ref("/us/1")))
    made.viewer.do(ToggleBoxes())
    return made


def drawn(b: Bench) -> Boxes:
    found = b.viewer.state.view.boxes
    assert found is not None
    return found


def test_a_box_begins_in_the_middle_and_moves_by_steps_and_pixels(b: Bench) -> None:
    assert drawn(b) == Boxes(((38, 47, 25, 6),))
    b.viewer.do(MoveBox(1, 0))
    b.viewer.do(MoveBox(0, -1, fine=True))
    b.viewer.do(SizeBox(2, 1))
    assert drawn(b) == Boxes(((40, 46, 29, 8),))


def test_a_box_stays_inside(b: Bench) -> None:
    for _ in range(100):
        b.viewer.do(MoveBox(1, 1))
    assert drawn(b).boxes[0] == (75, 94, 25, 6)
    for _ in range(100):
        b.viewer.do(SizeBox(1, -1))
    assert drawn(b).boxes[0] == (75, 94, 25, 1)


def test_on_a_turned_picture_the_keys_mean_what_is_seen(b: Bench) -> None:
    b.viewer.do(act.RotateBy(1))  # clockwise: what was up is now on the right
    b.viewer.do(MoveBox(1, 0))
    assert drawn(b).boxes[0] == (38, 45, 25, 6)
    b.viewer.do(SizeBox(0, 1))
    assert drawn(b).boxes[0] == (38, 45, 27, 6)
    b.viewer.do(act.RotateBy(-1))
    b.viewer.do(act.ToggleFlip())
    b.viewer.do(MoveBox(1, 0))
    assert drawn(b).boxes[0] == (36, 45, 27, 6)


def test_several_boxes(b: Bench) -> None:
    b.viewer.do(AddBox())
    b.viewer.do(MoveBox(-5, 0))
    assert drawn(b).at == 1 and len(drawn(b).boxes) == 2
    b.viewer.do(NextBox())
    assert drawn(b).at == 0
    b.viewer.do(RemoveBox())
    b.viewer.do(RemoveBox())
    b.viewer.do(RemoveBox())
    b.viewer.do(MoveBox(1, 0))
    assert drawn(b) == Boxes(())


def test_the_picture_shows_them(b: Bench) -> None:
    with_box = b.viewer.state.shown
    b.viewer.do(ToggleBoxes())
    without = b.viewer.state.shown
    assert with_box and without and with_box.serial != without.serial
    assert b.viewer.state.view.boxes is None


def test_kept_boxes_are_a_rule_for_the_device(b: Bench) -> None:
    b.viewer.do(KeepBoxes(Ref("/us/1"), ((0, 0, 100, 9),)))
    said = b.last(RulesKept)
    assert said.said.startswith("ACME Echo 7 100 x 100 has 1 box.") and not said.problem
    assert b.viewer.state.rules == said.rules and b.viewer.state.view.boxes is None
    device = {
        "Manufacturer": "ACME", "ManufacturerModelName": "Echo 7", "Modality": "OT",
        "ImageType": "ORIGINAL\\PRIMARY", "Rows": "100", "Columns": "100",
    }  # fmt: skip
    device["Modality"] = str(b.instances.files["/us/1"].Modality)
    assert boxes_for(parse(said.rules), lambda name: device.get(name, "")) == ((0, 0, 100, 9),)
    assert boxes_for(parse(said.rules), lambda name: {**device, "Rows": "99"}.get(name, "")) is None


def test_a_device_without_a_name_is_its_series_alone_and_the_newest_rule_holds(b: Bench) -> None:
    for boxes in (((0, 0, 5, 5),), ()):
        b.viewer.do(KeepBoxes(Ref("/us/2"), boxes, b.viewer.state.rules))
    (rule,) = parse(b.viewer.state.rules)
    assert rule.boxes == () and "SeriesInstanceUID" in b.viewer.state.rules
    assert "is clean as it is" in b.last(RulesKept).said


def test_a_file_that_is_gone_makes_no_rule(b: Bench) -> None:
    b.viewer.do(KeepBoxes(Ref("/gone"), ()))
    assert b.last(RulesKept).problem and b.viewer.state.rules == ""


def test_without_a_mode_nothing_moves(b: Bench) -> None:
    b.viewer.do(ToggleBoxes())
    before = b.viewer.state
    b.viewer.do(MoveBox(1, 0))
    assert replace(b.viewer.state) == before


class Kept(DeviceRules):
    """Rules of earlier sessions, in memory."""

    path = "/home/rules"

    def __init__(self, text: str = "") -> None:
        self.text = text

    def read(self) -> str:
        return self.text

    def write(self, text: str) -> None:
        if self.text == "full":
            raise OutputError("The disk is full")
        self.text = text


def test_rules_are_kept_for_later_sessions_but_not_those_of_one_series(tmp_path: Path) -> None:
    kept = Kept()
    b = shown(kept)
    b.viewer.do(KeepBoxes(Ref("/us/1"), ((0, 0, 100, 9),)))
    first = kept.text
    assert [rule.boxes for rule in parse(first)] == [((0, 0, 100, 9),)]
    b.viewer.do(KeepBoxes(Ref("/us/2"), (), b.viewer.state.rules))  # no model: this series alone
    assert kept.text == first and len(parse(b.viewer.state.rules)) == 2
    later = shown(Kept(first))
    later.viewer.do(act.Anonymize((Ref("/us/1"),), str(tmp_path / "out")))
    ended = later.last(AnonymizeEnded)
    assert ended.summary.counts == {State.WRITTEN: 1}
    (copy,) = (tmp_path / "out").rglob("*.dcm")
    ds = pydicom.dcmread(copy)
    assert ds.BurnedInAnnotation == "NO" and not ds.pixel_array[:9].any() and ds.pixel_array[9:].any()


def test_rules_that_cannot_be_kept_or_read(tmp_path: Path) -> None:
    b = shown(Kept("full"))
    b.viewer.do(KeepBoxes(Ref("/us/1"), ((0, 0, 100, 9),), FIRST))
    said = b.last(RulesKept)
    assert said.problem and "The disk is full" in said.said and "in this session" in said.said
    assert len(parse(b.viewer.state.rules)) == 2
    b = shown(Kept("[[rule"))
    b.viewer.do(act.PreviewAnonymize((Ref("/us/1"),), Options()))
    assert b.last(Notice).severity == "error" and b.last(AnonymizePreviewed).survey.copied == 1
    b.viewer.do(act.Anonymize((Ref("/us/1"),), str(tmp_path / "out")))
    assert b.last(AnonymizeEnded).summary.stopped and not list(tmp_path.iterdir())


FIRST = '[[rule]]\nname = "one"\nmanufacturer = "Other"\nboxes = [[0, 0, 1, 1]]\n'
