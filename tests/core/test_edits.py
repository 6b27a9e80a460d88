from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core import tags
from tui.core.edits import (
    RESPELLED,
    SIGNED,
    Edit,
    EditError,
    Step,
    broken,
    completed,
    is_signed,
    keywords,
    path_of,
    refusal,
    steps,
    vr_of,
)


def test_signatures_are_found_at_any_depth() -> None:
    ds, item = phantoms.ct(0, size=16), Dataset()
    assert not is_signed(tags.table(ds))
    item.DigitalSignaturesSequence = []
    ds.ReferencedImageSequence = [item]
    assert is_signed(tags.table(ds))
    del ds.ReferencedImageSequence
    ds.MACParametersSequence = []
    assert is_signed(tags.table(ds))


def test_what_another_character_set_does_to_texts_is_told() -> None:
    ds = phantoms.ct(0, size=16)
    assert broken(tags.table(ds), ["0008,0005"]) == ""
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.PatientName = "Müller"
    assert broken(tags.table(ds), ["0008,0005"]) == RESPELLED
    assert broken(tags.table(ds), ["0010,0010"]) == ""
    ds.MACParametersSequence = []
    assert broken(tags.table(ds), ["0010,0010"]) == SIGNED


def test_paths_by_keyword_and_tag() -> None:
    assert path_of("PatientID") == path_of("(0010,0020)") == path_of("00100020") == path_of("0010,0020") == "0010,0020"
    assert path_of("RequestAttributesSequence[0].ScheduledProcedureStepID") == "0040,0275[0].0040,0009"
    assert path_of("0040,0275[2].0008,1111") == "0040,0275[2].0008,1111"
    assert path_of("0029,1010") == "0029,1010"


@pytest.mark.parametrize("text", ["", "NoSuchKeyword", "PatientID.StudyID", "0010", "a b", "PatientID[x]", "\x1b[0m"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(EditError) as caught:
        path_of(text)
    assert "\x1b" not in caught.value.sentence()


def test_the_parts_of_a_path() -> None:
    assert steps("0040,0275[3].0008,1111") == (Step(0x00400275, 3), Step(0x00081111))
    assert steps("0040,0275[3]") == (Step(0x00400275, 3),)


@pytest.mark.parametrize(
    ("path", "vr"),
    [("0010,0010", "PN"), ("0028,0106", "US or SS"), ("0040,0275[0]", "SQ"), ("0029,0010", "LO"), ("0029,1010", ""),
     ("0008,0000", "UL"), ("0008,FFFF", "")],
)  # fmt: skip
def test_the_vr_of_the_dictionary(path: str, vr: str) -> None:
    assert vr_of(path) == vr


@pytest.mark.parametrize("path", ["0002,0000", "0002,0010", "7FE0,0010", "0004,1220", "FFFE,E000"])
def test_what_no_edit_may_touch(path: str) -> None:
    assert refusal(path).endswith(".")


def test_all_else_may_be_edited() -> None:
    assert [path for path in ("0010,0010", "0002,0016", "0088,0200[0].7FE0,0010") if refusal(path)] == []


def test_class_and_instance_are_named_twice() -> None:
    edits = (Edit("0008,0018", "1.2.3"), Edit("0010,0010", "X"), Edit("0008,0018", None))
    assert completed(edits) == (edits[0], Edit("0002,0003", "1.2.3"), *edits[1:])


def test_the_keywords_of_the_dictionary() -> None:
    assert {"PatientID", "Rows", "ContentSequence"} <= set(keywords())
    assert "" not in keywords()
