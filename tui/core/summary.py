"""Who and what a file is about, on one sheet: patient, study, series, equipment, image."""

from __future__ import annotations

from tui.core.readable import readable
from tui.core.tagtable import TagTable
from tui.core.tagvalues import bare_uids
from tui.frozen import frozen

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Patient", ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge",
                 "PatientWeight", "PatientSize")),
    ("Study", ("StudyDate", "StudyTime", "StudyDescription", "StudyID", "AccessionNumber", "ReferringPhysicianName",
               "StudyInstanceUID")),
    ("Series", ("Modality", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime", "BodyPartExamined",
                "ProtocolName", "PatientPosition", "SeriesInstanceUID")),
    ("Equipment", ("InstitutionName", "InstitutionalDepartmentName", "StationName", "Manufacturer",
                   "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions")),
    ("Image", ("SOPClassUID", "SOPInstanceUID", "InstanceNumber", "AcquisitionDate", "AcquisitionTime", "Rows",
               "Columns", "NumberOfFrames", "PixelSpacing", "SliceThickness", "TransferSyntaxUID")),
)  # fmt: skip
KEYWORDS = tuple(keyword for _, keywords in SECTIONS for keyword in keywords)
MISSING, EMPTY = "missing", "empty"
_VRS = (("Date", "DA"), ("Time", "TM"), ("PatientAge", "AS"), ("PatientName", "PN"), ("PhysicianName", "PN"))


@frozen
class Summary:
    """The sheet of one series, read from its first instance.

    Attributes
    ----------
    path
        The file that was read.
    images
        Instances of the series that were given.
    values
        One a keyword of ``KEYWORDS``; None where the file has no such attribute, empty where it has no value.
    problem
        Why the file could not be read, or not to its end; a sentence.
    """

    path: str
    images: int
    values: tuple[str | None, ...]
    problem: str = ""

    def as_data(self) -> dict[str, object]:
        """For JSON: values by keyword, null where missing."""
        return {"path": self.path, "images": self.images, **dict(zip(KEYWORDS, self.values, strict=True)),
                "problem": self.problem or None}  # fmt: skip

    def lines(self) -> list[str]:
        """For people: one section after the other, UIDs with their names, dates, times and names for reading."""
        known = dict(zip(KEYWORDS, self.values, strict=True))
        width = max(map(len, KEYWORDS))
        out: list[str] = []
        for section, keywords in SECTIONS:
            out.append(section)
            for keyword in keywords:
                value = known[keyword]
                told = f"({MISSING})" if value is None else readable(_vr(keyword), value) or f"({EMPTY})"
                out.append(f"  {keyword:<{width}}  {told}")
        return [*out, f"! {self.problem}"] if self.problem else out


def _vr(keyword: str) -> str:
    """The VR by PS3.6 of an attribute of the sheet, where that is one that reads otherwise than it is stored."""
    return next((vr for ending, vr in _VRS if keyword.endswith(ending)), "")


def summary(path: str, images: int, table: TagTable, problem: str = "") -> Summary:
    """The sheet of a file by the rows of its tags."""
    found: dict[str, str] = {}
    index = 0
    while index < len(table):
        keyword = table.kind(index)[1]
        if keyword in KEYWORDS:
            found[keyword] = table.value(index)
        index = table.ends[index]
    return Summary(path, images, tuple(found.get(keyword) for keyword in KEYWORDS), problem)


def bare(found: Summary) -> Summary:
    """With UIDs as they stand in the file."""
    values = tuple(None if value is None else bare_uids(value) for value in found.values)
    return Summary(found.path, found.images, values, found.problem)
