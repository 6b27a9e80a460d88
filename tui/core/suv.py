"""Standardised uptake values of PET: what one unit of the stored activity is in them, or why that cannot be said.

Body weight SUV as the QIBA profile for FDG PET/CT computes it from the attributes of PS3.3 C.8.9.1 and C.8.9.2:
activity * weight / (dose at the time that the pixels were decay corrected to). It needs attenuation and decay
correction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from typing import TYPE_CHECKING

from tui.core.attributes import number, text, value, value_errors

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_PET = "1.2.840.10008.5.1.4.1.1.128"
_ENHANCED = frozenset({"1.2.840.10008.5.1.4.1.1.130", "1.2.840.10008.5.1.4.1.1.128.1"})
_LEAST_DOSE = 1e4  # Bq; less is no injection but a dose in another unit
_HALF_LIVES = 12  # after which nothing is left to be seen
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Uptake:
    """``factor`` times a value in the modality's units is the SUV; None where it cannot be had, for ``reason``.

    ``reason`` is a sentence, empty where nobody would ask for SUV. ``unit`` is what to call it.
    """

    factor: float | None = None
    reason: str = ""
    unit: str = "SUV"


def uptake(dataset: Dataset, frame: int = 0) -> Uptake:
    """SUV of a frame; of anything but PET neither a factor nor a reason."""
    if text(dataset, "Modality") != "PT":
        return Uptake()
    if text(dataset, "SOPClassUID") in _ENHANCED:
        return _without("it is not computed for enhanced PET")
    units = text(dataset, "Units").upper()
    if units == "GML":
        kind = text(dataset, "SUVType").upper()
        return Uptake(1.0, unit="SUV" if kind in ("", "BW") else f"SUV {kind}"[:16])
    if units == "CNTS":
        return _counts(dataset, frame)
    if units == "BQML":
        return _by_weight(dataset, frame)
    if not units:  # captures and the like call themselves PET, too
        return _without("the Units are missing") if text(dataset, "SOPClassUID") == _PET else Uptake()
    return _without(f"the pixels are in {units[:16]}")


def _without(reason: str) -> Uptake:
    return Uptake(reason=f"SUV cannot be had: {reason}.")


def _counts(dataset: Dataset, frame: int) -> Uptake:
    """Counts of Philips scanners, whose private elements lead to SUV, or to Bq/ml."""
    if (factor := _private(dataset, 0x7053, "Philips PET Private Group", 0x00)) > 0:
        return Uptake(factor)
    if (activity := _private(dataset, 0x7053, "Philips PET Private Group", 0x09)) > 0:
        found = _by_weight(dataset, frame)
        return found if found.factor is None else Uptake(found.factor * activity)
    return _without("the pixels are counts, without a factor to activity")


def _private(dataset: Dataset, at: int, creator: str, element: int) -> float:
    """A number of a private block, or 0."""
    try:
        found = dataset.private_block(at, creator)[element].value
        return float(found.decode("ascii") if isinstance(found, bytes) else found)
    except value_errors():
        return 0.0


def _by_weight(dataset: Dataset, frame: int) -> Uptake:
    corrected = text(dataset, "CorrectedImage").upper().split("\\")
    for code, name in (("ATTN", "attenuation"), ("DECY", "decay")):
        if code not in corrected:
            return _without(f"the pixels are not corrected for {name}")
    weight = number(dataset, "PatientWeight", default=0.0)
    if weight <= 0:
        return _without("the patient's weight is missing")
    injected = _injection(dataset)
    if injected is None:
        return _without("the Radiopharmaceutical Information is missing")
    dose = number(injected, "RadionuclideTotalDose", default=0.0)
    if dose < _LEAST_DOSE:
        return _without("the injected dose is not in Bq" if dose > 0 else "the injected dose is missing")
    correction = text(dataset, "DecayCorrection").upper()
    if correction == "ADMIN":
        return Uptake(1000 * weight / dose)
    if correction != "START":
        return _without("the file does not say to which time its decay is corrected")
    half_life = number(injected, "RadionuclideHalfLife", default=0.0)
    if half_life <= 0:
        return _without("the half-life is missing")
    seconds = _decay_seconds(dataset, injected, frame, half_life)
    if isinstance(seconds, str):
        return _without(seconds)
    return Uptake(float(1000 * weight / (dose * 2 ** (-seconds / half_life))))


def _injection(dataset: Dataset) -> Dataset | None:
    from pydicom.sequence import Sequence

    items = value(dataset, "RadiopharmaceuticalInformationSequence")
    return items[0] if isinstance(items, Sequence) and items else None


def _decay_seconds(dataset: Dataset, injected: Dataset, frame: int, half_life: float) -> float | str:
    """From the injection to the time that decay is corrected to, or why that is not known."""
    to = _corrected_to(dataset, frame, half_life)
    if to is None:
        return "the start of the scan is not known"
    moment = _date_time(text(injected, "RadiopharmaceuticalStartDateTime"), text(dataset, "TimezoneOffsetFromUTC"))
    if moment is not None and 0 <= (to - moment).total_seconds() <= _HALF_LIVES * half_life:
        return (to - moment).total_seconds()
    # Dates may be missing or shifted by de-identification; the time of day alone is good for one day.
    clock = _time(text(injected, "RadiopharmaceuticalStartTime"))
    if clock is None:
        return "the time of the injection is missing" if moment is None else "the injection is not before the scan"
    moment = to.replace(hour=0, minute=0, second=0, microsecond=0) + clock
    seconds = (to - moment if moment <= to else to - moment + _DAY).total_seconds()
    return seconds if seconds <= _HALF_LIVES * half_life else "the injection is not before the scan"


def _corrected_to(dataset: Dataset, frame: int, half_life: float) -> datetime | None:
    """The reference of decay correction START: the start of the scan.

    That is Series Time, unless a derived series has one of its own, later than its acquisition; then a private element
    of GE, or the time counted back from this frame (Frame Reference Time is that of its mean count rate).
    """
    acquired = _date_and_time(dataset, "Acquisition")
    series = _date_and_time(dataset, "Series")
    if series is not None and (acquired is None or series <= acquired):
        return series
    if (scan := _ge_scan(dataset)) is not None:
        return scan
    offset = number(dataset, "FrameReferenceTime", frame, default=0.0) / 1000
    duration = number(dataset, "ActualFrameDuration", frame, default=0.0) / 1000
    if acquired is None or offset <= 0 or not 0 < duration < half_life * _HALF_LIVES:
        return None
    rate = log(2) / half_life
    mean = log(rate * duration / (1 - exp(-rate * duration))) / rate
    return acquired + timedelta(seconds=mean - offset)


def _ge_scan(dataset: Dataset) -> datetime | None:
    try:
        found = dataset.private_block(0x0009, "GEMS_PETD_01")[0x0D].value
    except value_errors():
        return None
    return _date_time(found.decode("latin-1") if isinstance(found, bytes) else str(found), "")


def _date_and_time(dataset: Dataset, of: str) -> datetime | None:
    return _date_time(
        text(dataset, f"{of}Date").replace(".", "") + text(dataset, f"{of}Time").replace(":", "").strip(), ""
    )


_DATE_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d[\d.]*)([+-]\d{4})?")
_CLOCK = re.compile(r"(\d\d)(\d\d)?(\d\d)?(\.\d+)?")


def _date_time(said: str, here: str) -> datetime | None:
    """A DT (PS3.5 6.2) in the local time of a place whose offset from UTC is given as ``+hhmm``, if it is known."""
    found = _DATE_TIME.fullmatch(said.strip(" \0"))
    clock = _time(found[4]) if found else None
    if found is None or clock is None:
        return None
    try:
        moment = datetime(int(found[1]), int(found[2]), int(found[3])) + clock
    except (ValueError, OverflowError):
        return None
    return moment + _offset(here) - _offset(found[5]) if found[5] and here else moment


def _offset(said: str) -> timedelta:
    found = re.fullmatch(r"([+-])(\d\d)(\d\d)", said.strip())
    if found is None:
        return timedelta()
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -offset if found[1] == "-" else offset


def _time(said: str) -> timedelta | None:
    """A TM (PS3.5 6.2) since midnight."""
    found = _CLOCK.fullmatch(said.replace(":", "").strip(" \0"))
    if found is None or int(found[1]) > 23:
        return None
    seconds = int(found[1]) * 3600 + int(found[2] or 0) * 60 + int(found[3] or 0) + float(found[4] or 0)
    return timedelta(seconds=seconds)
