"""SUV: the factor, and the reason where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests import phantoms
from tui.core.suv import Uptake, uptake

HALF_LIFE = 6586.2  # fluorine-18
DOSE = 370e6


def pet(**values: object) -> Dataset:
    """Injected at 09:00, scanned at 10:00, 70 kg; ``None`` leaves an attribute out."""
    ds = phantoms.base(phantoms.UID("1.2.840.10008.5.1.4.1.1.128"))
    ds.Modality, ds.Units, ds.DecayCorrection = "PT", "BQML", "START"
    ds.CorrectedImage = ["NORM", "ATTN", "SCAT", "DECY"]
    ds.PatientWeight = 70
    ds.SeriesDate = ds.AcquisitionDate = "20260102"
    ds.SeriesTime, ds.AcquisitionTime = "100000", "100500.50"
    item = Dataset()
    item.RadionuclideTotalDose, item.RadionuclideHalfLife = DOSE, HALF_LIFE
    item.RadiopharmaceuticalStartTime = "090000"
    ds.RadiopharmaceuticalInformationSequence = [item]
    for keyword, value in values.items():
        place = item if keyword.startswith("Radio") and keyword != "RadiopharmaceuticalInformationSequence" else ds
        if value is None:
            del place[keyword]
        else:
            setattr(place, keyword, value)
    return ds


def after(seconds: float) -> float:
    return 70e3 / (DOSE * 0.5 ** (seconds / HALF_LIFE))


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ({}, 3600),
        ({"SeriesTime": "10:00:00"}, 3600),
        ({"SeriesTime": "1000"}, 3600),
        ({"DecayCorrection": "ADMIN"}, 0),
        ({"RadiopharmaceuticalStartTime": "100000"}, 0),
        # over midnight, by the clock alone and by the date
        ({"RadiopharmaceuticalStartTime": "233000", "SeriesTime": "003000", "AcquisitionTime": "003100"}, 3600),
        ({"RadiopharmaceuticalStartDateTime": "20260101220000.00", "SeriesTime": "003000"}, 9000),
        # a date that does not fit is not believed
        ({"RadiopharmaceuticalStartDateTime": "19990101090000"}, 3600),
        ({"RadiopharmaceuticalStartDateTime": "20260103090000"}, 3600),
        # another time zone
        ({"RadiopharmaceuticalStartDateTime": "20260102080000+0000", "TimezoneOffsetFromUTC": "+0100"}, 3600),
        ({"RadiopharmaceuticalStartDateTime": "20260102093000+0100"}, 1800),
    ],
)
def test_activity_by_weight(values: dict[str, object], seconds: float) -> None:
    found = uptake(pet(**values))
    assert found.reason == ""
    assert found.factor == pytest.approx(after(seconds), rel=1e-9)
    assert found.unit == "SUV"


def test_a_derived_series_is_counted_back_from_its_frame() -> None:
    """Mean activity of a frame of constant decay is that at Frame Reference Time after the start."""
    scan, offset, duration = datetime(2026, 1, 2, 10), 600.0, 180.0
    rate = np.log(2) / HALF_LIFE
    mean = -np.log((1 - np.exp(-rate * duration)) / (rate * duration)) / rate  # of exp(-rate * t) over the frame
    begins = scan + timedelta(seconds=offset - mean)
    ds = pet(SeriesTime="170000", AcquisitionTime=begins.strftime("%H%M%S.%f"))
    ds.FrameReferenceTime, ds.ActualFrameDuration = offset * 1000, int(duration * 1000)
    assert uptake(ds).factor == pytest.approx(after(3600), rel=1e-6)


def test_a_derived_series_of_ge_names_its_scan() -> None:
    ds = pet(SeriesTime="170000")
    block = ds.private_block(0x0009, "GEMS_PETD_01", create=True)
    block.add_new(0x0D, "DT", "20260102100000.00")
    assert uptake(ds).factor == pytest.approx(after(3600))


def test_units_of_scanners() -> None:
    assert uptake(pet(Units="GML")) == Uptake(1.0)
    assert uptake(pet(Units="GML", SUVType="LBM")) == Uptake(1.0, unit="SUV LBM")
    ds = pet(Units="CNTS")
    block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
    block.add_new(0x00, "DS", "0.000321")
    assert uptake(ds) == Uptake(0.000321)
    block[0x00].value = 0
    block.add_new(0x09, "DS", "2.5")
    assert uptake(ds).factor == pytest.approx(2.5 * after(3600))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"PatientWeight": None}, "weight is missing"),
        ({"PatientWeight": 0}, "weight is missing"),
        ({"CorrectedImage": ["DECY"]}, "attenuation"),
        ({"CorrectedImage": "ATTN"}, "decay"),
        ({"DecayCorrection": "NONE"}, "to which time"),
        ({"RadionuclideTotalDose": None}, "dose is missing"),
        ({"RadionuclideTotalDose": 370}, "not in Bq"),
        ({"RadionuclideHalfLife": None}, "half-life"),
        ({"RadiopharmaceuticalStartTime": None}, "time of the injection"),
        ({"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": "20270101000000"}, "not before"),
        ({"RadiopharmaceuticalInformationSequence": None}, "Radiopharmaceutical"),
        ({"SeriesTime": None, "AcquisitionTime": None}, "start of the scan"),
        ({"SeriesTime": "170000"}, "start of the scan"),
        ({"SeriesDate": "tomorrow"}, "start of the scan"),
        ({"Units": "CNTS"}, "counts"),
        ({"Units": "PROPCPS"}, "PROPCPS"),
        ({"Units": None}, "Units"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.130"}, "enhanced"),
    ],
)
def test_why_not(values: dict[str, object], reason: str) -> None:
    found = uptake(pet(**values))
    assert found.factor is None
    assert reason in found.reason
    assert not any(digit in found.reason for digit in "0123456789")  # no value of the patient


def test_others_are_not_asked() -> None:
    assert uptake(phantoms.ct()) == Uptake()
    assert uptake(pet(SOPClassUID=phantoms.SC, Units=None)) == Uptake()


@given(
    st.dictionaries(
        st.sampled_from(["SeriesTime", "AcquisitionTime", "RadiopharmaceuticalStartTime", "SeriesDate"]),
        st.text("0123456789.: ", max_size=12),
    ),
    st.text("0123456789+-. ", max_size=26),
)
@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore")
def test_nonsense_gives_a_factor_or_a_reason(values: dict[str, str], when: str) -> None:
    found = uptake(pet(**values, RadiopharmaceuticalStartDateTime=when))
    assert (found.factor is None) == bool(found.reason)
    assert found.factor is None or found.factor > 0
