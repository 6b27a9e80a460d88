"""The values of ``core`` that cross to the floors above, so that the screen imports the service alone."""

from tui.core.deidentify.options import FLAGS, Dates, Options
from tui.core.printable import printable
from tui.core.values import (
    Change,
    Facts,
    Instance,
    Library,
    Outcome,
    Patient,
    Picture,
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
)

__all__ = [
    "FLAGS",
    "Change",
    "Dates",
    "Facts",
    "Instance",
    "Library",
    "Options",
    "Outcome",
    "Patient",
    "Picture",
    "Ref",
    "Series",
    "SeriesKey",
    "Skipped",
    "Study",
    "TagRow",
    "View",
    "Viewport",
    "Voi",
    "VoiKind",
    "Window",
    "printable",
]
