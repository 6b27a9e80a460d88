"""The values of ``core`` that cross to the floors above, so that the screen imports the service alone."""

from tui.core.deidentify.options import FLAGS, Dates, Options
from tui.core.printable import printable
from tui.core.quantities import MASK_PRESETS, Findings, Line, MaskSize, Probe, Recipe, Region, RegionKind, Statistics
from tui.core.recipe import Recipe as Conversion
from tui.core.tagsearch import highlighter
from tui.core.tagsearch import problem as query_problem
from tui.core.tagtable import EMPTY, FOLDS, ITEM_TAG, PRIVATE, TagTable
from tui.core.values import (
    Caption,
    Change,
    Facts,
    Instance,
    Library,
    Outcome,
    Patient,
    Ref,
    Series,
    SeriesKey,
    Skipped,
    Study,
    TagRow,
    View,
    Viewport,
    Voi,
    VoiKind,
    Window,
    Wish,
)

__all__ = [
    "EMPTY",
    "FLAGS",
    "FOLDS",
    "ITEM_TAG",
    "MASK_PRESETS",
    "PRIVATE",
    "Caption",
    "Change",
    "Conversion",
    "Dates",
    "Facts",
    "Findings",
    "Instance",
    "Library",
    "Line",
    "MaskSize",
    "Options",
    "Outcome",
    "Patient",
    "Probe",
    "Recipe",
    "Ref",
    "Region",
    "RegionKind",
    "Series",
    "SeriesKey",
    "Skipped",
    "Statistics",
    "Study",
    "TagRow",
    "TagTable",
    "View",
    "Viewport",
    "Voi",
    "VoiKind",
    "Window",
    "Wish",
    "highlighter",
    "printable",
    "query_problem",
]
