"""The options of PS3.15 E.3 that a user chooses, as one frozen value, with their codes of PS3.16 CID 7050.

Light to import: the command line and the sheet build it before anything else is loaded.
"""

from __future__ import annotations

import re
from enum import StrEnum

from tui.errors import UsageError
from tui.frozen import frozen


class Dates(StrEnum):
    """What becomes of dates and times (PS3.15 E.3.6)."""

    REMOVE = ""  # as the Basic Profile says
    FULL = "full"
    SHIFT = "shift"


@frozen
class Options:
    """What may stay, and what is cleaned instead of removed. The Basic Profile is always on.

    Attributes
    ----------
    dates
        Kept as they are, shifted by a number of days that is secret and the patient's own, or removed.
    keep_patient
        Sex, age, size, weight and the like (Retain Patient Characteristics).
    keep_device
        Station, serial number and the like (Retain Device Identity).
    keep_uids
        All UIDs as they are (Retain UIDs).
    keep_institution
        Name and address of the institution (Retain Institution Identity).
    keep_safe_private
        The private attributes of Table E.3.10-1 (Retain Safe Private).
    safe_private
        Further private attributes that the user vouches for: ``(creator, group, last byte of the element)``.
    clean_descriptors
        Of the descriptions, the words that are on the list stay (Clean Descriptors).
    words
        Words for that list besides the shipped ones, in lower case.
    clean_content
        Structured content is cleaned by Table E.3.4-1 (Clean Structured Content) instead of replaced.
    clean_graphics
        Shapes of annotations stay without their texts (Clean Graphics).
    """

    dates: Dates = Dates.REMOVE
    keep_patient: bool = False
    keep_device: bool = False
    keep_uids: bool = False
    keep_institution: bool = False
    keep_safe_private: bool = False
    safe_private: frozenset[tuple[str, int, int]] = frozenset()
    clean_descriptors: bool = False
    words: frozenset[str] = frozenset()
    clean_content: bool = False
    clean_graphics: bool = False

    @property
    def columns(self) -> frozenset[str]:
        """The columns of Table E.1-1 that override the profile's."""
        return frozenset(column for column, _, _ in self._chosen() if column)

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Code Value and Code Meaning of CID 7050 (scheme DCM), the profile's first; not those of cleaned pixels."""
        return (BASIC, *((code, meaning) for _, code, meaning in self._chosen()))

    @property
    def longitudinal(self) -> str:
        """Longitudinal Temporal Information Modified (0028,0303), PS3.15 E.3.6."""
        return {Dates.REMOVE: "REMOVED", Dates.FULL: "UNMODIFIED", Dates.SHIFT: "MODIFIED"}[self.dates]

    def _chosen(self) -> tuple[tuple[str, str, str], ...]:
        chosen = {
            "clean_graph": self.clean_graphics,
            "clean_struct_cont": self.clean_content,
            "clean_desc": self.clean_descriptors,
            "rtn_long_full_dates": self.dates is Dates.FULL,
            "rtn_long_modif_dates": self.dates is Dates.SHIFT,
            "rtn_pat_chars": self.keep_patient,
            "rtn_dev_id": self.keep_device,
            "rtn_uids": self.keep_uids,
            "rtn_safe_priv": self.keep_safe_private,
            "rtn_inst_id": self.keep_institution,
        }
        return tuple(row for row in OPTIONS if chosen[row[0]])


BASIC = ("113100", "Basic Application Confidentiality Profile")
CLEAN_PIXELS = ("113101", "Clean Pixel Data Option")
# Column of Table E.1-1, Code Value, Code Meaning (PS3.16 CID 7050). 113102, visual features, is never claimed.
OPTIONS = (
    ("clean_graph", "113103", "Clean Graphics Option"),
    ("clean_struct_cont", "113104", "Clean Structured Content Option"),
    ("clean_desc", "113105", "Clean Descriptors Option"),
    ("rtn_long_full_dates", "113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    ("rtn_long_modif_dates", "113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("rtn_pat_chars", "113108", "Retain Patient Characteristics Option"),
    ("rtn_dev_id", "113109", "Retain Device Identity Option"),
    ("rtn_uids", "113110", "Retain UIDs Option"),
    ("rtn_safe_priv", "113111", "Retain Safe Private Option"),
    ("rtn_inst_id", "113112", "Retain Institution Identity Option"),
)
# The words of the command line for each, as they are shown; the dates take a value.
FLAGS = (
    ("keep_patient", "--keep-patient", "sex, age, size, weight and the like"),
    ("keep_device", "--keep-device", "serial numbers and names of devices"),
    ("keep_uids", "--keep-uids", "all UIDs"),
    ("keep_institution", "--keep-institution", "name and address of the institution"),
    ("clean_content", "--clean-sr", "the coded content and measurements of reports, without free text"),
    ("clean_graphics", "--clean-graphics", "the shapes of annotations, without their texts"),
    ("clean_descriptors", "--clean-descriptors", "the words of descriptions that are on a list"),
    ("keep_safe_private", "--keep-safe-private", "the private attributes that PS3.15 Table E.3.10-1 thinks safe"),
)

LISTS = ("--clean-descriptors", "--keep-safe-private")  # a file with more of them may be named


def words(options: Options) -> list[str]:
    """The options as words of the command line; lists from files are not named."""
    said = [flag for name, flag, _ in FLAGS if getattr(options, name)]
    return said + (["--keep-dates", options.dates.value] if options.dates else [])


def word_list(text: str) -> frozenset[str]:
    """Words for Clean Descriptors from a text: separated by spaces, commas or lines; ``#`` starts a comment."""
    lines = (line.partition("#")[0] for line in text.casefold().splitlines())
    return frozenset(word for line in lines for word in re.findall(r"[^\s,;]+", line))


_PRIVATE = re.compile(
    r"\s*\"?\(?([0-9A-Fa-f]{4}),\s*(?:[xX]{2})?([0-9A-Fa-f]{2})\)?\"?\s*,\s*(?:\"([^\"]+)\"|([^,\"]+))"
)


def private_list(text: str) -> frozenset[tuple[str, int, int]]:
    """Private attributes, one a line as ``(0019,xx0C),SIEMENS MR HEADER``, what follows a comma being a comment.

    Raises
    ------
    UsageError
        If a line is something else.
    """
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", "tag,")):
            continue
        match = _PRIVATE.match(line)
        if not match or not int(match[1], 16) & 1:
            hint = "A line is (0019,xx0C),SIEMENS MR HEADER."
            raise UsageError(f"Line {number} of the list names no private attribute", hint)
        found.add(((match[3] or match[4]).strip(), int(match[1], 16), int(match[2], 16)))
    return frozenset(found)
