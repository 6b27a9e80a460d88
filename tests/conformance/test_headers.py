"""The fast header reader against pydicom, on every real file that is at hand: equal, or openly unsure."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.multival import MultiValue

from tui.adapters.instances import DicomInstances
from tui.core import headers, walk
from tui.core.layouts import Layouts
from tui.core.printable import printable
from tui.core.values import Instance, Ref
from tui.errors import UnreadableError
from tui.service.settings import Limits

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
PYDICOM = Path(pydicom.__file__).parent / "data"

TEXT = {
    "patient_name": "PatientName", "patient_id": "PatientID", "issuer": "IssuerOfPatientID",
    "birth_date": "PatientBirthDate", "sex": "PatientSex", "study_uid": "StudyInstanceUID", "study_id": "StudyID",
    "study_date": "StudyDate", "study_time": "StudyTime", "study_description": "StudyDescription",
    "accession_number": "AccessionNumber", "series_uid": "SeriesInstanceUID", "series_date": "SeriesDate",
    "series_time": "SeriesTime", "series_description": "SeriesDescription", "modality": "Modality",
    "body_part": "BodyPartExamined", "image_type": "ImageType",
    "sop_class_uid": "SOPClassUID", "sop_instance_uid": "SOPInstanceUID",
}  # fmt: skip
SPECTROSCOPY = "1.2.840.10008.5.1.4.1.1.4.2"


def expected_text(ds: Any, keyword: str) -> str:
    found = ds.get(keyword)
    if found is None:
        return ""
    parts = found if isinstance(found, MultiValue) else [found]
    return printable("\\".join(str(part).rstrip(" \0") for part in parts).strip(" \0"))


def expected_numbers(ds: Any, keyword: str) -> list[float]:
    found = ds.get(keyword)
    if found is None or found == "":
        return []
    parts = found if isinstance(found, MultiValue | list) else [found]
    numbers = []
    for part in parts:
        try:
            numbers.append(float(part))
        except ValueError:  # "1A": what is no number is left out
            continue
    return [number for number in numbers if math.isfinite(number)]


def first(ds: Any, keyword: str) -> int | None:
    found = expected_numbers(ds, keyword)
    return int(found[0]) if found else None


def differences(instance: Instance, ds: Any) -> list[str]:
    """Names of the fields that are not what pydicom says."""
    wanted: dict[str, Any] = {name: expected_text(ds, keyword) for name, keyword in TEXT.items()}
    meta = getattr(ds, "file_meta", None)
    wanted["transfer_syntax_uid"] = expected_text(meta, "TransferSyntaxUID") if meta is not None else ""
    wanted["series_number"], wanted["number"] = first(ds, "SeriesNumber"), first(ds, "InstanceNumber")
    wanted["frames"] = max(1, first(ds, "NumberOfFrames") or 1)
    pixels = wanted["sop_class_uid"] != SPECTROSCOPY
    wanted["rows"], wanted["columns"] = (((first(ds, k) or 0) if pixels else 0) for k in ("Rows", "Columns"))
    position, orientation = (
        expected_numbers(ds, "ImagePositionPatient"),
        expected_numbers(ds, "ImageOrientationPatient"),
    )
    wanted["position"] = tuple(position) if len(position) == 3 else None
    wanted["orientation"] = tuple(orientation) if len(orientation) == 6 else None
    for name, keyword in {"temporal": "TemporalPositionIdentifier", "acquisition": "AcquisitionNumber",
                          "echo_number": "EchoNumbers"}.items():  # fmt: skip
        wanted[name] = first(ds, keyword)
    for name, keyword in {"trigger": "TriggerTime", "echo_time": "EchoTime", "b_value": "DiffusionBValue"}.items():
        wanted[name] = (expected_numbers(ds, keyword) or [None])[0]  # type: ignore[list-item]
    return [name for name, value in wanted.items() if getattr(instance, name) != value]


def files(*roots: Path) -> Iterator[Path]:
    for root in roots:
        yield from sorted(path for path in root.rglob("*") if path.is_file())


def read(path: Path) -> Instance:
    """As the scan does: ever more bytes until they do."""
    count = 8192
    with path.open("rb") as file:
        data = file.read(count)
        while True:
            try:
                return headers.read(data, path.stat().st_size, Ref(str(path)))
            except walk.Short:
                count *= 8
                data += file.read(count - len(data))


def compare(roots: tuple[Path, ...]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {"same": [], "unsure": [], "different": [], "not DICOM": []}
    for path in files(*roots):
        try:
            instance = read(path)
        except walk.Unsure:
            result["unsure"].append(path.name)
            continue
        except UnreadableError:
            result["not DICOM"].append(path.name)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ds = pydicom.dcmread(path, stop_before_pixels=True, force=True)
            wrong = differences(instance, ds)
        result["different" if wrong else "same"].append(path.name + (": " + ", ".join(wrong) if wrong else ""))
    return result


@pytest.mark.corpus
def test_what_is_read_by_its_layout_is_what_is_walked() -> None:
    learned = Layouts()
    roots = (PYDICOM / "test_files", *((CORPUS,) if CORPUS.exists() else ()))
    assert len(roots) == 2 or not os.environ.get("CI"), "the corpus must be there under CI"
    hits = 0
    for _ in range(3):
        for path in files(*roots):
            ref, size = Ref(str(path)), path.stat().st_size
            with path.open("rb") as file:
                data = file.read(1 << 16)
            for count in (2048, 8192, 65536):
                try:
                    walked: object = headers.read(data[:count], size, ref)
                except (walk.Short, walk.Unsure, UnreadableError) as error:
                    walked = type(error)
                before = learned.hits
                try:
                    found: object = learned.read(data[:count], size, ref)
                except (walk.Short, walk.Unsure, UnreadableError) as error:
                    found = type(error)
                assert found == walked, path.name
                hits += learned.hits > before
    assert hits > (400 if len(roots) == 2 else 50)


def test_pydicom_s_own_files_are_read_as_pydicom_reads_them() -> None:
    result = compare((PYDICOM / "test_files", PYDICOM / "charset_files"))
    assert result["different"] == []
    assert len(result["same"]) >= 130
    assert len(result["unsure"]) <= 25


@pytest.mark.corpus
def test_the_corpus_is_read_as_pydicom_reads_it() -> None:
    if not CORPUS.exists():
        assert not os.environ.get("CI"), "the corpus must be there under CI"
        pytest.skip("the corpus is not beside the clone")
    result = compare((CORPUS,))
    assert result["different"] == []
    assert len(result["same"]) >= 1440
    assert len(result["unsure"]) <= 20


@pytest.mark.parametrize(
    "name",
    ["ExplVR_BigEnd.dcm", "ExplVR_BigEndNoMeta.dcm", "meta_missing_tsyntax.dcm", "MR_small_bigendian.dcm",
     "no_meta_group_length.dcm", "SC_rgb_jpeg.dcm", "UN_sequence.dcm", "image_dfl.dcm", "nested_priv_SQ.dcm"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore")
def test_what_it_leaves_to_pydicom_is_read_as_pydicom_reads_it(name: str) -> None:
    path = PYDICOM / "test_files" / name
    found = list(DicomInstances(Limits()).scan([str(path)], lambda: False))
    ds = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    if not isinstance(found[0], Instance):  # a bare sequence without any UID is no object
        assert name in {"UN_sequence.dcm", "nested_priv_SQ.dcm"}
        return
    assert differences(found[0], ds) == []
