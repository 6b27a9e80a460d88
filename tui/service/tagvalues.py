"""The values of ``core`` about tags that cross to the floors above; apart, as the first screen needs none of them."""

from tui.core.batch import Difference, Plan, Replacement, setting
from tui.core.compare import MISSING as MISSING_HERE
from tui.core.compare import SAME, Place, telling
from tui.core.edits import SIGNED, Edit, EditError, broken, keywords, path_of, refusal, vr_of
from tui.core.summary import Summary
from tui.core.summary import bare as bare_summary
from tui.core.survey import CONSTANT, VARYING, Attribute
from tui.core.tagcsv import table as csv_table
from tui.core.validation import ERROR, OPEN, WARNING, Finding
from tui.core.vrs import problem as value_problem

__all__ = [
    "CONSTANT",
    "ERROR",
    "MISSING_HERE",
    "OPEN",
    "SAME",
    "SIGNED",
    "VARYING",
    "WARNING",
    "Attribute",
    "Difference",
    "Edit",
    "EditError",
    "Finding",
    "Place",
    "Plan",
    "Replacement",
    "Summary",
    "bare_summary",
    "broken",
    "csv_table",
    "keywords",
    "path_of",
    "refusal",
    "setting",
    "telling",
    "value_problem",
    "vr_of",
]
