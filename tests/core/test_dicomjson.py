"""The DICOM JSON Model against pydicom's, and where pydicom's raises."""

import base64
import io
import json

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_files

from tests import phantoms
from tests.conformance.test_decoding import CORPUS
from tui.core import dicomjson
from tui.core.attributes import value_errors


def strict(found):
    return json.loads(json.dumps(found, allow_nan=False))


def test_kinds_of_values_by_table_f_2_3_1():
    ds = phantoms.base()
    ds.PatientName = "Doe^Jane=道^珍="
    ds.PatientAge = ""
    ds.FrameIncrementPointer = [0x00181063, 0x00181065]
    ds.PixelSpacing = ["0.5", "0.25"]
    ds.SeriesNumber = "12"
    ds.SliceThickness = "0.12345678901234"
    ds.RescaleSlope = "1.2345678901234567"[:16]
    ds.add_new(0x00189361, "CS", ["YES", "", "NO"])
    ds.add_new(0x00189324, "FD", [float("nan"), float("inf"), float("-inf"), 1.5])
    ds.add_new(0x00281201, "OW", b"\1\2\3\4")
    ds.ReferencedImageSequence = [Dataset(), Dataset()]
    ds.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    found = strict(dicomjson.model(ds))
    assert found["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane", "Ideographic": "道^珍"}]}
    assert found["00101010"] == {"vr": "AS"}
    assert found["00280009"] == {"vr": "AT", "Value": ["00181063", "00181065"]}
    assert found["00280030"]["Value"] == [0.5, 0.25]
    assert found["00200011"] == {"vr": "IS", "Value": [12]}
    assert found["00189361"]["Value"] == ["YES", None, "NO"]
    assert found["00189324"]["Value"] == ["NaN", "inf", "-inf", 1.5]
    assert base64.b64decode(found["00281201"]["InlineBinary"]) == b"\1\2\3\4"
    assert found["00081140"]["Value"] == [{"00081155": {"vr": "UI", "Value": ["1.2.3"]}}, {}]
    assert list(found) == sorted(found)


def test_digits_that_a_number_would_lose_stay_a_text():
    ds = Dataset()
    ds.add_new(0x00281053, "DS", "1.23456789012345")
    ds.add_new(0x00281052, "DS", "-1.2345678901234")
    ds.add_new(0x00720080, "SV", [2**60, 5])
    found = strict(dicomjson.model(ds))
    assert found["00281053"]["Value"] == [1.23456789012345]
    assert found["00720080"]["Value"] == [str(2**60), 5]


def test_file_meta_is_there_when_asked_for():
    ds = phantoms.ct()
    assert not any(tag.startswith("0002") for tag in dicomjson.model(ds))
    assert dicomjson.model(ds, file_meta=True)["00020010"]["Value"] == ["1.2.840.10008.1.2.1"]


def test_a_broken_value_keeps_its_bytes_and_costs_nothing_else():
    data = phantoms.data(phantoms.ct())
    where = data.index(b"\x20\x00\x11\x00IS")
    broken = data[: where + 8] + b"x!" + data[where + 10 :]
    found = strict(dicomjson.model(dcmread(io.BytesIO(broken))))
    assert found["00200011"] == {"vr": "UN", "InlineBinary": base64.b64encode(b"x!").decode()}
    assert found["00100020"] == {"vr": "LO", "Value": ["PHANTOM-1"]}


def test_large_binary_values_are_left_out():
    ds = phantoms.grey(np.zeros((300, 300), np.uint8))
    assert dicomjson.model(ds)["7FE00010"] == {"vr": "OB"}


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "reportsi.dcm", "waveform_ecg.dcm"])
def test_it_is_what_pydicom_says(name):
    """Where pydicom's own converter can, both say the same."""
    ds = dcmread(next(path for path in get_testdata_files(name)))
    ours = strict(dicomjson.model(ds, binary_limit=1 << 30))
    theirs = json.loads(json.dumps(ds.to_json_dict(bulk_data_threshold=1 << 30)))
    assert ours.keys() == {tag for tag in theirs if not tag.endswith("0000")}
    for tag, element in ours.items():
        assert element["vr"] == theirs[tag]["vr"]
        if element["vr"] not in ("DS", "SQ"):
            assert element == theirs[tag], tag


@pytest.mark.corpus
def test_no_file_of_the_corpus_breaks_it():
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the clone")
    for path in sorted((CORPUS / "header-edge-cases").glob("*")) + sorted((CORPUS / "charset").glob("*")):
        try:
            ds = dcmread(path, force=True, stop_before_pixels=True)
        except value_errors():  # what pydicom cannot read is for other tests
            continue
        assert strict(dicomjson.model(ds))
