"""The markers as bytes are those that pydicom would write."""

import io

import pytest
from pydicom import dcmread, dcmwrite

from tui.core.deidentify.markers import METHOD_CODES, Maker, markers, meta, more_codes
from tui.core.deidentify.options import Dates, Options
from tui.core.walk import Unsure

OPTIONS = Options(Dates.SHIFT, keep_device=True)


def codes_of(element: bytes) -> list[str]:
    ds = dcmread(io.BytesIO(element), force=True)
    return [item.CodeValue for item in ds.DeidentificationMethodCodeSequence]


def test_all_markers() -> None:
    made = b"".join(markers(OPTIONS, "By us", implicit=True).values())
    ds = dcmread(io.BytesIO(made), force=True)
    assert (ds.PatientIdentityRemoved, ds.DeidentificationMethod) == ("YES", "By us")
    assert ds.LongitudinalTemporalInformationModified == "MODIFIED"
    assert {item.CodeValue for item in ds.DeidentificationMethodCodeSequence} == {"113100", "113107", "113109"}


def test_codes_that_are_there_stay() -> None:
    first = markers(Options(), "By us", implicit=True)[METHOD_CODES]
    assert codes_of(more_codes(first[8:], OPTIONS, implicit=True)) == ["113100", "113107", "113109"]
    with pytest.raises(Unsure):
        more_codes(b"\0" * 16, OPTIONS, implicit=True)


def test_meta_is_as_pydicom_writes_it() -> None:
    syntax, of_class = "1.2.840.10008.1.2", "1.2.840.10008.5.1.4.1.1.2"
    made = meta(of_class, "2.25.1", syntax, Maker("", "2.25.7", "US"))
    read = dcmread(io.BytesIO(made))
    head = read.file_meta
    assert (head.MediaStorageSOPClassUID, head.MediaStorageSOPInstanceUID) == (of_class, "2.25.1")
    assert (head.TransferSyntaxUID, head.ImplementationClassUID) == (syntax, "2.25.7")
    out = io.BytesIO()
    dcmwrite(out, read, enforce_file_format=True)
    assert out.getvalue() == made
    assert made[:128] == bytes(128)
