"""Each question and its answer, on phantoms."""

from __future__ import annotations

import json

import pytest

from tests import phantoms
from tests.service.fakes import FakeInstances, bench
from tui.core.batch import Plan
from tui.core.edits import Edit
from tui.core.validation import Finding
from tui.core.values import Ref
from tui.errors import SafelightError
from tui.service import answers
from tui.service import questions as ask
from tui.service.answers import answer, job
from tui.service.requests import NoChecker

REFS = tuple(Ref(f"/ct/{z}") for z in range(3))


def instances() -> FakeInstances:
    files = {ref.path: phantoms.reread(phantoms.ct(z, size=16)) for z, ref in enumerate(REFS)}
    return FakeInstances({**files, "/report": phantoms.reread(phantoms.report())})


def asked(question: ask.Question) -> ask.Answer:
    return answer(instances(), NoChecker(), question)


def test_a_whole_value_and_its_bytes() -> None:
    found = asked(ask.ValueOf(Ref("/report"), "0040,A730[0].0040,A160"))
    assert isinstance(found, ask.Value)
    assert found.text.encode() == found.data.rstrip()
    assert (found.keyword, found.vr, found.length) == ("TextValue", "UT", len(found.data))
    edited = asked(ask.ValueOf(REFS[0], "0010,0010", edits=(Edit("0010,0010", "X"),)))
    assert isinstance(edited, ask.Value) and edited.text == "X"


def test_what_a_value_says_comes_beside_it() -> None:
    name = asked(ask.ValueOf(REFS[0], "0010,0010"))
    assert isinstance(name, ask.Value)
    assert (name.text, name.said) == ("Phantom^Formula", ("alphabetic   family Phantom, given Formula",))
    uid = asked(ask.ValueOf(REFS[0], "0008,0016"))
    assert isinstance(uid, ask.Value)
    assert (uid.text, uid.said) == (phantoms.CT, (f"{phantoms.CT} (CT Image Storage)",))
    text = asked(ask.ValueOf(REFS[0], "0010,0020"))
    assert isinstance(text, ask.Value) and text.said == ()


def test_pixels_are_read_in_parts() -> None:
    pixels = phantoms.ct(0, size=16).PixelData
    found = asked(ask.ValueOf(REFS[0], "7FE0,0010", at=500))
    assert isinstance(found, ask.Value)
    assert (found.length, found.data, found.at) == (len(pixels), pixels[500:], 500)


def test_an_element_that_is_gone_is_a_sentence() -> None:
    with pytest.raises(SafelightError, match="not there any more"):
        asked(ask.ValueOf(REFS[0], "0010,4000"))


def test_tags_as_text_csv_and_json() -> None:
    text, csv, model = (asked(ask.TextOf(REFS[0], form)) for form in ("text", "csv", "json"))
    assert isinstance(text, str) and isinstance(csv, str) and isinstance(model, str)
    assert len({line.index("  CS  ") for line in text.splitlines() if "  CS  " in line}) == 1
    assert csv.splitlines()[0].startswith("path,")
    assert json.loads(model)["00100020"] == {"vr": "LO", "Value": ["PHANTOM-1"]}


def test_comparing_says_what_differs_and_that_the_pixels_do() -> None:
    found = asked(ask.Compare(REFS[:2]))
    assert isinstance(found, ask.Compared)
    keywords = [place.keyword for place in found.places]
    assert keywords[-1] == "PixelData"
    assert {"SOPInstanceUID", "InstanceNumber", "ImagePositionPatient"} <= set(keywords)
    without = asked(ask.Compare(REFS[:2], pixels=False))
    assert isinstance(without, ask.Compared) and len(without.places) == len(found.places) - 1
    same = asked(ask.Compare((REFS[0], REFS[0])))
    assert isinstance(same, ask.Compared) and same.places == ()


def test_a_survey_of_a_series_goes_past_what_cannot_be_read() -> None:
    found = asked(ask.SurveyOf((*REFS, Ref("/gone"))))
    assert isinstance(found, ask.Surveyed)
    assert (found.count, found.notes) == (3, ("1 file could not be read.",))
    assert {one.keyword: one.kind for one in found.attributes}["PatientID"] == "constant"


def test_a_survey_ends_when_a_newer_question_comes() -> None:
    heard: list[object] = []
    job(instances(), NoChecker(), ask.SurveyOf(REFS))(heard.append, lambda: True)
    assert heard == []


def test_how_far_an_answer_is_and_nothing_of_one_that_nobody_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "EVERY_SECONDS", 0.0)
    heard: list[object] = []
    job(instances(), NoChecker(), ask.SurveyOf(REFS))(heard.append, lambda: False)
    assert heard[:-1] == [ask.Progress(done, 3, ref, "read") for done, ref in enumerate(REFS)]
    assert isinstance(heard[-1], ask.Answered)
    heard.clear()
    plan = Plan((("0010,0020", "x"),))
    job(instances(), NoChecker(), ask.PlanEdits(REFS, plan))(heard.append, lambda: False)
    assert [one.what for one in heard if isinstance(one, ask.Progress)] == ["read"] * 3 + ["tried"] * 3
    heard.clear()
    job(instances(), NoChecker(), ask.Nothing())(heard.append, lambda: False)
    assert heard == []


def test_sheets() -> None:
    found = asked(ask.SummaryOf(((REFS[0], 3), (Ref("/gone"), 1))))
    assert isinstance(found, ask.Summaries)
    assert found.sheets[0].as_data()["PatientID"] == "PHANTOM-1"
    assert found.sheets[1].problem


def test_own_checks_and_those_of_another_program() -> None:
    found = asked(ask.Check(REFS[0]))
    assert isinstance(found, ask.Checked)
    assert "own checks" in found.by and "not installed" in found.by

    class Other:
        def findings(self, path: str) -> tuple[Finding, ...]:
            return (Finding("error", "0010,0040", "PatientSex", "theirs"),)

    both = answer(instances(), Other(), ask.Check(REFS[0]))
    assert isinstance(both, ask.Checked)
    assert both.by == "dciodvfy and own checks"
    assert "theirs" in {one.text for one in both.findings}
    assert not [one for one in both.findings if one.text.startswith("A Type")]


def test_a_plan_is_tried_on_each_file() -> None:
    plan = Plan((("0008,0050", "A{n:03}"), ("0010,0030", "{StudyDate}")))
    found = asked(ask.PlanEdits((*REFS, Ref("/gone")), plan))
    assert isinstance(found, ask.Planned)
    assert [[d.after for d in file.differences] for file in found.files[:3]] == [
        [f"A00{n}", "20260102"] for n in (1, 2, 3)
    ]
    assert found.files[3].error
    wrong = asked(ask.PlanEdits(REFS[:1], Plan((("0010,0030", "no date"),))))
    assert isinstance(wrong, ask.Planned) and "cannot have this value" in wrong.files[0].error


def test_new_uids_are_the_same_over_the_batch() -> None:
    found = asked(ask.PlanEdits(REFS, Plan(new_uids=True)))
    assert isinstance(found, ask.Planned)
    made = [{edit.path: edit.value for edit in file.edits} for file in found.files]
    assert len({one["0020,000D"] for one in made}) == len({one["0020,000E"] for one in made}) == 1
    assert len({one["0008,0018"] for one in made}) == 3


def test_the_viewer_asks_and_hears() -> None:
    b = bench()
    b.viewer.do(ask.Ask(ask.Check(Ref("/data/ct/0"))))
    assert isinstance(b.last(ask.Answered).answer, ask.Checked)
    b.viewer.do(ask.Ask(ask.Check(Ref("/gone"))))
    assert b.last(ask.Answered).problem == "There is no such file."
    assert ask.Ask(ask.Check(Ref("/a"))).lost("gone").problem == "gone"
