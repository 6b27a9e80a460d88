from __future__ import annotations

from pathlib import Path

from tests import phantoms
from tests.tools import installed
from tui.adapters.dciodvfy import Dciodvfy, parsed
from tui.core.validation import Finding

OUT = """\
Warning - </ImageType(0008,0008)[3]> - Unrecognized defined term = <X>
CTImage
Error - </StudyID(0020,0010)> - Missing attribute for Type 2 Required - Module=<GeneralStudy>
Error - </ReferencedImageSequence(0008,1140)[2]/ReferencedSOPClassUID(0008,1150)> - Missing \x1b]0;x
Error - Information Object Not found
"""


def test_what_it_prints_becomes_findings() -> None:
    assert parsed(OUT) == (
        Finding("warning", "0008,0008", "ImageType", "Unrecognized defined term = <X>"),
        Finding("error", "0020,0010", "StudyID", "Missing attribute for Type 2 Required - Module=<GeneralStudy>"),
        Finding("error", "0008,1140[1].0008,1150", "ReferencedSOPClassUID", "Missing ␛]0;x"),
        Finding("error", "", "", "Information Object Not found"),
    )


def test_without_the_program_there_are_none() -> None:
    assert Dciodvfy("no-such-program-of-this-name").findings("/a") is None


def test_the_program_finds_what_is_missing(tmp_path: Path) -> None:
    installed("dciodvfy")
    ds = phantoms.ct(0, size=16)
    del ds.PatientSex
    found = Dciodvfy().findings(str(phantoms.save(ds, tmp_path / "-a b.dcm")))
    assert found is not None
    assert "0010,0040" in {one.path for one in found}
