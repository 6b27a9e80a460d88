"""What a run would come to."""

from __future__ import annotations

from tests import phantoms
from tests.service.fakes import bench
from tui.core.deidentify.options import Options
from tui.core.values import Ref
from tui.service import actions as act
from tui.service import events as ev
from tui.service.surveying import Survey


def test_counts_by_rule_and_pictures_by_device() -> None:
    made = bench()
    for number, said in enumerate(("YES", "YES", "")):
        ds = phantoms.colour(size=16, series=9, instance=number + 1)
        ds.Manufacturer, ds.ManufacturerModelName, ds.Modality = "ACME", "Echo 7", "US"
        if said:
            ds.BurnedInAnnotation = said
        made.instances.files[f"/burned/{number}"] = ds
    refs = tuple(Ref(path) for path in made.instances.files)
    made.viewer.do(act.PreviewAnonymize(refs))
    said = made.last(ev.AnonymizePreviewed)
    found = said.survey
    assert said.refs == refs and said.options == Options()
    assert (found.looked, found.total, found.patients) == (10, 10, 1)
    assert found.copied == 8 and [count for reason, count in found.reasons if reason.startswith("R01")] == [2]
    assert "R01 2" in found.codes and "R05 1" in found.codes
    certain, *rest = found.devices
    assert certain.certain and certain.count == 2 and certain.name == "US ACME Echo 7 16 x 16"
    assert certain.samples == (Ref("/burned/0"), Ref("/burned/1"))
    assert any(not device.certain and device.name == certain.name for device in rest)
    assert made.output.disk == {}


def test_a_rule_takes_a_device_off_the_list() -> None:
    made = bench({"/a": phantoms.colour(size=16)})
    made.instances.files["/a"].BurnedInAnnotation = "YES"
    made.viewer.do(act.PreviewAnonymize((Ref("/a"),), rules="[[rule]]\nrows = 16\nboxes = [[0, 0, 4, 4]]\n"))
    found = made.last(ev.AnonymizePreviewed).survey
    assert found.copied == 1 and not found.devices


def test_codes() -> None:
    found = Survey(reasons=(("R01: a", 2), ("Damaged.", 1)), warnings=(("R02: b", 1), ("R01: c", 1), ("Odd", 9)))
    assert found.codes == "R01 3, R02 1"
