"""Conditions in a filter: ``Modality=CT``, ``Rows>=512``, ``StudyDate<20250101``, ``SeriesDescription~thorax``.

The name is a keyword of PS3.6, in any case. ``=`` and ``!=`` compare the whole value, ``~`` asks whether it holds the
text, ``<``, ``>``, ``<=`` and ``>=`` compare numbers as numbers and all else as text, as dates and times sort. Case
does not count. What an instance does not have is empty, and neither smaller nor larger than anything.
"""

from __future__ import annotations

import re

from tui.core.instance import Instance
from tui.frozen import frozen

ATTRIBUTES = {
    "PatientName": "patient_name", "PatientID": "patient_id", "IssuerOfPatientID": "issuer",
    "PatientBirthDate": "birth_date", "PatientSex": "sex", "StudyInstanceUID": "study_uid", "StudyID": "study_id",
    "StudyDate": "study_date", "StudyTime": "study_time", "StudyDescription": "study_description",
    "AccessionNumber": "accession_number", "SeriesInstanceUID": "series_uid", "SeriesNumber": "series_number",
    "SeriesDate": "series_date", "SeriesTime": "series_time", "SeriesDescription": "series_description",
    "Modality": "modality", "BodyPartExamined": "body_part", "SOPClassUID": "sop_class_uid",
    "SOPInstanceUID": "sop_instance_uid", "TransferSyntaxUID": "transfer_syntax_uid", "ImageType": "image_type",
    "NumberOfFrames": "frames", "Rows": "rows", "Columns": "columns", "InstanceNumber": "number",
    "EchoTime": "echo_time", "DiffusionBValue": "b_value", "TemporalPositionIdentifier": "temporal",
    "TriggerTime": "trigger", "AcquisitionNumber": "acquisition",
}  # fmt: skip
"""Keywords that can be asked for, and where an instance has their values."""

_OF_IMAGES = frozenset(
    ("rows", "columns", "frames", "image_type", "echo_time", "b_value", "sop_class_uid", "transfer_syntax_uid",
     "sop_instance_uid", "number", "temporal", "trigger", "acquisition")
)  # fmt: skip
_FIELDS = {keyword.lower(): field for keyword, field in ATTRIBUTES.items()}
_CONDITION = re.compile(r"([A-Za-z]+)(!=|<=|>=|=|<|>|~)(.*)")


@frozen
class Condition:
    """One condition; ``value`` is in lower case."""

    field: str
    sign: str
    value: str

    @property
    def of_series(self) -> bool:
        """Whether it holds for all images of a series or for none."""
        return self.field not in _OF_IMAGES

    def holds(self, instance: Instance) -> bool:
        """Whether it is so of an instance."""
        found = getattr(instance, self.field)
        text = "" if found is None else f"{found:g}" if isinstance(found, float) else str(found).lower()
        match self.sign:
            case "=":
                return text == self.value or _same_number(text, self.value)
            case "!=":
                return text != self.value and not _same_number(text, self.value)
            case "~":
                return self.value in text
            case _:
                return bool(text and self.value) and self._compares(text)

    def _compares(self, text: str) -> bool:
        mine, other = _number(text), _number(self.value)
        less, same = (text < self.value, text == self.value) if mine is None or other is None else (
            mine < other, mine == other)  # fmt: skip
        return {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[self.sign]


def parsed(words: str) -> tuple[tuple[Condition, ...], str]:
    """The conditions in a filter, and its other words; a name that is none of ours leaves a word a word."""
    conditions, rest = [], []
    for word in words.split():
        match = _CONDITION.fullmatch(word)
        field = _FIELDS.get(match.group(1).lower()) if match else None
        if match is None or field is None:
            rest.append(word)
        else:
            conditions.append(Condition(field, match.group(2), match.group(3).lower()))
    return tuple(conditions), " ".join(rest)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _same_number(text: str, value: str) -> bool:
    mine, other = _number(text), _number(value)
    return mine is not None and mine == other
