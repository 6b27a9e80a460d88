from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.uid import MPEG4HP41, UID

from tests import phantoms
from tests.core.deidentify.planted import deidentified
from tui.errors import RefusedError


def _burned() -> FileDataset:
    ds = phantoms.ct(size=8)
    ds.BurnedInAnnotation = "YES"
    return ds


def _video() -> FileDataset:
    ds = phantoms.colour(size=8)
    ds.file_meta.TransferSyntaxUID = MPEG4HP41
    return ds


def _voice() -> FileDataset:
    return phantoms.base(UID("1.2.840.10008.5.1.4.1.1.9.4.1"))


def _spoken() -> FileDataset:
    ds = phantoms.base(UID("1.2.840.10008.5.1.4.1.1.9.2.1"))
    group = Dataset()
    group.WaveformSampleInterpretation = "MB"
    ds.WaveformSequence = Sequence([group])
    return ds


def _directory() -> FileDataset:
    ds = phantoms.base()
    ds.add_new(0x00041220, "SQ", Sequence([]))
    return ds


@pytest.mark.parametrize(
    ("code", "make"),
    [("R01", _burned), ("R07", _video), ("R07", _voice), ("R07", _spoken), ("R08", _directory)],
)
def test_refused(code: str, make: object) -> None:
    with pytest.raises(RefusedError, match=f"^{code}:") as caught:
        from tests.core.deidentify.planted import SECRET
        from tui.core.deidentify.profile import Deidentifier

        Deidentifier(SECRET).apply(make())  # type: ignore[operator]
    assert "PHANTOM" not in caught.value.sentence()


@pytest.mark.parametrize("value", ["yes", "YES "])
def test_burned_in_text_in_any_spelling(value: str) -> None:
    ds = _burned()
    ds["BurnedInAnnotation"]._value = value
    with pytest.raises(RefusedError):
        deidentified(ds)


def _codes(ds: FileDataset) -> list[str]:
    return [w.split(":")[0] for w in deidentified(ds)[0].warnings if w.startswith("R")]


@pytest.mark.parametrize("modality", ["US", "ES", "XC", "GM", "OP", "SC", "OT"])
def test_r02_text_in_the_picture_was_not_looked_for(modality: str) -> None:
    ds = phantoms.ct(size=8)
    ds.Modality = modality
    assert "R02" in _codes(ds)
    ds.BurnedInAnnotation = "NO"
    assert "R02" not in _codes(ds)


def test_r02_for_captures_of_any_modality() -> None:
    ds = phantoms.grey(np.zeros((4, 4), np.uint8))
    ds.Modality = "CT"
    assert _codes(ds) == ["R02"]
    ds = phantoms.ct(size=8)
    ds.SeriesDescription = "Patient dose report"
    assert _codes(ds) == ["R02"]


def test_r03_for_thin_slices_of_a_head() -> None:
    ds = phantoms.ct(size=8)
    assert _codes(ds) == []
    ds.SliceThickness = "1.0"
    assert _codes(ds) == ["R03"]
    ds.BodyPartExamined = "KNEE"
    assert _codes(ds) == []


def test_r04_r05_r06_r10() -> None:
    ds = phantoms.base(UID("1.2.840.10008.5.1.4.1.1.104.1"))
    ds.add_new(0x00420011, "OB", b"%PDF")
    assert _codes(ds) == ["R04"]
    assert _codes(phantoms.report()) == ["R05"]
    assert _codes(phantoms.base(UID("1.2.3.4"))) == ["R06"]
    ds = phantoms.base()
    ds.PatientIdentityRemoved = "YES"
    assert _codes(ds) == ["R10"]


def test_an_object_of_no_class_is_refused() -> None:
    ds = phantoms.base()
    ds.SOPClassUID = ""
    ds.file_meta.MediaStorageSOPClassUID = ""
    from tests.core.deidentify.planted import SECRET
    from tui.core.deidentify.profile import Deidentifier

    with pytest.raises(RefusedError, match=r"^R09"):
        Deidentifier(SECRET).apply(ds)


def test_r03_for_photographs() -> None:
    ds = phantoms.ct(size=8)
    ds.Modality = "XC"
    assert _codes(ds) == ["R02", "R03"]
