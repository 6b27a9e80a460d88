"""Safe private attributes: by creator, with legal values, text only where the user vouches for it."""

import pytest
from pydicom import config
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ImplicitVRLittleEndian

from tests import phantoms
from tests.core.deidentify.planted import MARK, deidentified, mark
from tui.core.deidentify.options import Options
from tui.core.deidentify.private import shipped

SAFE = Options(keep_safe_private=True)
PHILIPS = "Philips Imaging DD 001"


def philips(implicit: bool = False) -> phantoms.FileDataset:
    ds = phantoms.base(phantoms.MR)
    if implicit:
        ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    ds.add_new(0x20010010, "LO", PHILIPS)
    ds.add_new(0x20011003, "FL", 1000.0)  # Diffusion B-Factor
    ds.add_new(0x20011004, "CS", "AP")
    ds.add_new(0x20011008, "IS", "7")
    ds.add_new(0x200110F0, "LO", mark(1))  # not in the table
    ds.add_new(0x20010011, "LO", mark(2))  # another creator
    ds.add_new(0x20011103, "FL", 7.0)
    ds.add_new(0x00190010, "LO", PHILIPS)  # the right creator in the wrong group
    ds.add_new(0x00191003, "FL", 7.0)
    return ds


def test_the_table_is_whole() -> None:
    assert len(shipped()) >= 470
    assert shipped()["SIEMENS MR HEADER", 0x0019, 0x0C] == "IS"


@pytest.mark.parametrize("implicit", [False, True])
def test_what_the_table_names_stays_and_nothing_else(implicit: bool) -> None:
    result, data = deidentified(philips(implicit), options=SAFE)
    kept = [int(t) for t in result.dataset.keys() if t.is_private]  # noqa: SIM118
    assert kept == [0x20010010, 0x20011003, 0x20011004, 0x20011008]
    assert MARK.encode() not in data
    assert result.dataset[0x20010010].value == PHILIPS
    without = deidentified(philips(implicit))[0].dataset
    assert not any(t.is_private for t in without.keys())  # noqa: SIM118


@pytest.mark.parametrize(
    ("tag", "vr", "value"),
    [
        (0x20011003, "LO", mark(3)),  # not the VR of the table
        (0x20011004, "CS", "Smith"),  # lower case is no CS
        (0x20011008, "UN", b"7 Smith "),
        (0x20011003, "UN", b"Smith "),
        (0x20011008, "IS", "471100"),  # the number of the patient
    ],
)
def test_values_that_are_not_what_they_should_be_go(tag: int, vr: str, value: object) -> None:
    ds = phantoms.base(phantoms.MR)
    ds.PatientID = "471100"
    ds.add_new(0x20010010, "LO", PHILIPS)
    ds[tag] = DataElement(tag, vr, value, validation_mode=config.IGNORE)
    assert tag not in deidentified(ds, options=SAFE)[0].dataset


def test_text_stays_only_where_the_user_vouches_for_it() -> None:
    ds = phantoms.base(phantoms.CT)
    ds.add_new(0x00190010, "LO", "GEMS_ACQU_01")
    ds.add_new(0x0019109E, "LO", "fast sequence")
    ds.add_new(0x00191020, "LO", "Formula scan")
    assert 0x0019109E not in deidentified(ds, options=SAFE)[0].dataset
    mine = frozenset({("GEMS_ACQU_01", 0x0019, 0x9E), ("GEMS_ACQU_01", 0x0019, 0x20)})
    out = deidentified(ds, options=Options(keep_safe_private=True, safe_private=mine))[0].dataset
    assert out[0x0019109E].value == "fast sequence"
    assert 0x00191020 not in out  # holds the patient's name


def test_sequences_are_looked_through() -> None:
    ds = phantoms.base(phantoms.MR)
    inner = Dataset()
    inner.PatientID = mark(4)
    inner.SeriesDescription = mark(5)
    inner.ReferencedSOPInstanceUID = f"{phantoms.ROOT}.9"
    inner.Rows = 5
    inner.add_new(0x20050010, "LO", "Nobody knows")
    inner.add_new(0x20051001, "LO", mark(6))
    ds.add_new(0x20010010, "LO", PHILIPS)
    sequence = next(e for (creator, g, e), vr in shipped().items() if (creator, g, vr) == (PHILIPS, 0x2001, "SQ"))
    tag = 0x20011000 | sequence
    ds.add_new(tag, "SQ", Sequence([inner]))
    result, data = deidentified(ds, options=SAFE)
    assert MARK.encode() not in data and phantoms.ROOT.encode() not in data
    assert result.dataset[tag].value[0].Rows == 5
