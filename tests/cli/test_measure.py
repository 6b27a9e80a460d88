"""Measuring on the command line: values by formula."""

import json
import math
import shlex

import numpy as np
import pytest

from tests import phantoms
from tui import compose
from tui.service import actions as act
from tui.service.gauging import ToggleGauge, command
from tui.service.measuring import SetMask
from tui.service.settings import Settings
from tui.service.values import Recipe, Tool


@pytest.fixture
def ramp(tmp_path):
    ds = phantoms.grey((np.arange(64)[None, :] * 2 + np.arange(64)[:, None]).astype(np.uint16), phantoms.CT, stored=12)
    ds.Modality, ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "CT", -1000, 1, "HU"
    ds.PixelSpacing = [2, 1]
    ds.ImagePositionPatient, ds.ImageOrientationPatient = [5, 6, 7], [1, 0, 0, 0, 1, 0]
    return phantoms.save(ds, tmp_path / "ramp.dcm")


def test_values_at_points(safelight, ramp):
    ended = safelight("measure", ramp, "--at", "3,4", "--at", "0,0")
    assert ended.out.splitlines() == [
        "3,4  -990 HU  stored 10  at 8.0, 14.0, 7.0 mm",
        "0,0  -1000 HU  stored 0  at 5.0, 6.0, 7.0 mm",
    ]
    assert (ended.code, ended.err) == (0, "")


def test_everything_as_json(safelight, ramp):
    words = ("--roi", "rectangle:1,1,2,2", "--line", "0,0,3,2", "--angle", "1,0,0,0,0,1", "--at", "1,1", "--json")
    found = json.loads(safelight("measure", ramp, *words).out)
    (region,) = found["regions"]
    assert (region["count"], region["mean"], region["area"], region["area_unit"]) == (4, -1000 + 4.5, 8.0, "mm²")
    assert found["lines"][0]["length"] == 5.0 and found["lines"][0]["length_unit"] == "mm"
    assert found["angles"] == [90.0] and found["points"][0]["readings"][0]["value"] == -997.0


def test_the_whole_picture_without_any_words(safelight, ramp):
    out = safelight("measure", ramp).out
    assert out.startswith("whole  n 4096  mean -905.5  ") and out.count("\n") == 1


def test_a_picture_without_spacing_is_measured_in_pixels_and_says_so(safelight, data):
    ended = safelight("measure", data / "us" / "disc.dcm", "--frame", "3", "--line", "0,0,3,4")
    assert "line  5.0 px" in ended.out
    assert "in pixels" in ended.err


@pytest.mark.parametrize(
    "words",
    [("--roi", "hexagon:1,2"), ("--roi", "circle:1,2"), ("--at", "1"), ("--at", "a,b"), ("--line", "1,2,3"),
     ("--angle", "1,2"), ("--frame", "0")],
)  # fmt: skip
def test_words_that_mean_nothing_are_refused_with_an_example(safelight, ramp, words):
    ended = safelight("measure", ramp, *words)
    assert ended.code == 2 and "example" in ended.err and ended.out == ""


def test_what_has_no_picture_is_3_with_the_reason(safelight, data):
    ended = safelight("measure", data / "report.dcm")
    assert (ended.code, ended.out) == (3, "") and "report.dcm" in ended.err
    assert safelight("measure", data / "us" / "disc.dcm", "--frame", "99").code == 3


def test_a_circle_has_its_area(safelight, ramp):
    found = json.loads(safelight("measure", ramp, "--roi", "circle:32,32,20", "--json").out)
    assert found["regions"][0]["area"] == pytest.approx(math.pi * 400, rel=0.03)


@pytest.mark.parametrize("tool", list(Tool))
def test_the_command_that_the_browser_tells_measures_the_same(safelight, ramp, tool):
    with_mask = Recipe(-990, -900, opening=0)
    there = compose.viewer(Settings(), inline=True, lanes={"index", "open", "render"})
    there.do(act.ResizeViewport(320, 320))
    there.do(act.Open((str(ramp),)))
    there.do(SetMask(with_mask))
    there.do(ToggleGauge(tool))
    seen = there.state.shown.findings.gauged
    words = shlex.split(command(there.state))
    found = json.loads(safelight(*words[1:], "--json").out)
    if tool is Tool.ANGLE:
        assert found["angles"] == [pytest.approx(seen.angle)]
    elif tool is Tool.LINE:
        assert found["lines"][0]["length"] == seen.line.length and found["lines"][0]["values"] == list(seen.line.values)
    else:
        (region,) = found["regions"]
        assert (region["count"], region["mean"]) == (seen.statistics.count, seen.statistics.mean) and region["count"]
