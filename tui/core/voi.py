"""Which values are shown between black and white (PS3.3 C.11.2): windows, VOI LUTs, and the choice among them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tui.core import presets
from tui.core.attributes import numbers, text, value
from tui.core.modality import LookupTable, lookup_table, tables
from tui.core.presets import Basis, Rule
from tui.core.printable import printable
from tui.core.values import Voi, VoiKind, Window
from tui.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

_LUT_FIRST = frozenset({"CR", "DX", "MG", "IO", "PX"})  # projections, made to be seen through their VOI LUT


class VoiFunction(StrEnum):
    """VOI LUT Function (0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Windowing:
    """A window and the function that it steers; center finite, width finite and above 0.

    LINEAR asks for a width of at least 1 (at 1 it is a threshold); narrower ones are taken as LINEAR_EXACT.
    """

    window: Window
    function: VoiFunction = VoiFunction.LINEAR

    def __call__(self, values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        """Output from ``low`` to ``high`` (``low`` may be the greater), same shape (PS3.3 C.11.2.1.2, .3)."""
        center, width = self.window.center, self.window.width
        with np.errstate(over="ignore"):  # infinity is cut off like every other value beyond the window
            if self.function is VoiFunction.SIGMOID:
                slope = np.clip((values - center) / width, -150.0, 150.0)
                return np.asarray((high - low) / (1.0 + np.exp(-4.0 * slope)) + low, np.float64)
            if self.function is VoiFunction.LINEAR and width >= 1:
                center, width = center - 0.5, width - 1.0
            if width == 0:
                return np.where(values <= center, low, high)
            shown = _ramp(values, center, width, low, high)
            shown[values <= center - width / 2] = low
            shown[values > center + width / 2] = high
        return np.clip(shown, min(low, high), max(low, high), out=shown)

    @property
    def shown(self) -> Window:
        """What to call the range on the screen."""
        return self.window


def _ramp(values: NDArray[np.float64], center: float, width: float, low: float, high: float) -> NDArray[np.float64]:
    # One product and one sum: where 255 * y is a whole number, the rounding is then the same as DCMTK's.
    offset = high - (center / width + 0.5) * (high - low)
    gradient = (high - low) / width
    if math.isfinite(offset) and math.isfinite(gradient):
        return values * gradient + offset
    return np.where(values <= center, low, high)  # a width so small that the ramp is a step


@dataclass(frozen=True, slots=True, eq=False)
class VoiLut:
    """A VOI LUT (PS3.3 C.11.2.1.1); its whole range of bits is shown between black and white."""

    table: LookupTable

    def __call__(self, values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
        """Output from ``low`` to ``high`` (``low`` may be the greater), same shape."""
        return np.asarray(self.table(values) * ((high - low) / (2**self.table.bits - 1)) + low, np.float64)

    @property
    def shown(self) -> Window:
        """The range that the entries cover."""
        count = len(self.table.entries)
        return Window(self.table.first + count / 2, float(count))


Curve = Windowing | VoiLut


@dataclass(frozen=True, slots=True)
class StoredView:
    """A window or VOI LUT, with its name for the screen; ``inverse`` if black and white are to be exchanged with it."""

    label: str
    curve: Curve
    inverse: bool = False


@dataclass(frozen=True, eq=False)
class Levels:
    """What windows must know of a picture, without its padding and in the modality's units.

    Attributes
    ----------
    sample
        Finite values, shape (n,); empty if all is padding.
    low, high
        Least and greatest value of the picture.
    stored_low, stored_high
        Least and greatest value that Bits Stored can hold.
    """

    sample: NDArray[np.float64]
    low: float
    high: float
    stored_low: float
    stored_high: float

    @cached_property
    def ordered(self) -> NDArray[np.float64]:
        """The sample in ascending order."""
        return np.sort(self.sample)

    def percentile(self, share: float) -> float:
        """The value below which a share (per cent) of the sample lies; 0 and 100 are those of the whole picture."""
        if share <= 0 or not len(self.sample):
            return self.low
        if share >= 100:
            return self.high
        at = share / 100 * (len(self.sample) - 1)
        left = int(at)
        right = min(left + 1, len(self.sample) - 1)
        below, above = float(self.ordered[left]), float(self.ordered[right])
        return below + (above - below) * (at - left)


def stored_function(dataset: Dataset, frame: int = 0) -> VoiFunction:
    """VOI LUT Function of the file; LINEAR where it is missing or unknown."""
    named = text(dataset, "VOILUTFunction", frame).upper()
    return VoiFunction(named) if named in set(VoiFunction) else VoiFunction.LINEAR


def stored_views(dataset: Dataset, frame: int = 0, signed: bool = False) -> tuple[StoredView, ...]:
    """Windows, then VOI LUTs of the file, for one frame (PS3.3 C.11.2, C.7.6.16.2.10).

    Pairs whose width is not above 0 are left out, and so are tables that cannot be used.

    Parameters
    ----------
    signed
        Whether values in the modality's units can be negative.
    """
    function = stored_function(dataset, frame)
    centers, widths = numbers(dataset, "WindowCenter", frame), numbers(dataset, "WindowWidth", frame)
    explained = text(dataset, "WindowCenterWidthExplanation", frame).split("\\")
    pairs = [
        (Window(center, width), explained[at] if at < len(explained) else "")
        for at, (center, width) in enumerate(zip(centers, widths, strict=False))
        if width > 0
    ]
    windows = [
        StoredView(_label("file", at, len(pairs), words), Windowing(window, function))
        for at, (window, words) in enumerate(pairs)
    ]
    read = [
        (table, text(item, "LUTExplanation"))
        for item in tables(dataset, "VOILUTSequence", frame)
        if (table := lookup_table(item, "LUTDescriptor", "LUTData", signed))
    ]
    luts = [
        StoredView(_label("VOI LUT", at, len(read), words), VoiLut(table)) for at, (table, words) in enumerate(read)
    ]
    return (*windows, *luts)


def _label(kind: str, at: int, of: int, explanation: str) -> str:
    return f"{kind} {at + 1}/{of} {printable(explanation.strip(), 40)}".strip()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a file has to say on the window of one frame; ``note`` says what of it cannot be used.

    ``uptake`` is the SUV of one unit of the modality, None where it cannot be had. Then the user's windows are in SUV,
    while those of the file are in the modality's units; so are all curves.
    """

    modality: str
    bits: int
    function: VoiFunction
    views: tuple[StoredView, ...]
    note: str = ""
    uptake: float | None = None

    def shown(self, view: StoredView) -> Window:
        """The window of a view in the unit that the user sees."""
        window = view.curve.shown
        if self.uptake is None:
            return window
        return Window(float(f"{window.center * self.uptake:.6g}"), float(f"{window.width * self.uptake:.6g}"))

    def inside(self, window: Window) -> Window:
        """A window of the user in the modality's units."""
        if self.uptake is None:
            return window
        return Window(window.center / self.uptake, window.width / self.uptake)

    @property
    def first(self) -> StoredView | None:
        """The view to begin with: the first one, for projection radiographs the first VOI LUT.

        Of PET, too: who made the file chose its window, and DCMTK and Weasis begin with it. SUV 0 to 7 is what PET
        begins with where the file has no window (:func:`choose`), and is one key away where it has.
        """
        if self.modality in _LUT_FIRST:
            for view in self.views:
                if isinstance(view.curve, VoiLut):
                    return view
        return self.views[0] if self.views else None


def offer(dataset: Dataset, frame: int = 0, signed: bool = False, bits: int = 16, uptake: float | None = None) -> Offer:
    """Read what a file has to say on the window of one frame; parameters as in :func:`stored_views`."""
    views = stored_views(dataset, frame, signed)
    curves = [type(view.curve) for view in views]
    luts = [view.curve.table for view in views if isinstance(view.curve, VoiLut)]
    note = ""
    if value(dataset, "WindowWidth", frame) is not None and Windowing not in curves:
        note = "The window of the file cannot be used."
    elif tables(dataset, "VOILUTSequence", frame) and not luts:
        note = "The VOI LUT of the file cannot be used."
    elif any(table.short for table in luts):
        note = "A VOI LUT of the file has fewer entries than it says."
    return Offer(text(dataset, "Modality").upper(), bits, stored_function(dataset, frame), views, note, uptake)


def choose(choice: Voi, offered: Offer, levels: Callable[[], Levels]) -> StoredView:
    """Curve and label of the user's choice; what the picture does not have falls back to its default.

    Raises
    ------
    tui.errors.UsageError
        For a window that is not finite or not wider than 0.
    """
    found = settled(choice, offered)
    if isinstance(found, StoredView):
        return found
    name, rule = found
    low, high = span(rule, levels())
    return StoredView(name, covering(low, high, offered.function))


def settled(choice: Voi, offered: Offer) -> StoredView | tuple[str, Rule]:
    """As :func:`choose`, where the pixels have no say in it; else the name and the rule by which they have.

    Raises
    ------
    tui.errors.UsageError
    """
    if choice.window is not None and choice.kind in (VoiKind.MANUAL, VoiKind.PRESET):
        _check(choice.window)
        return StoredView(choice.name or "manual", Windowing(offered.inside(choice.window), offered.function))
    if choice.kind is VoiKind.STORED and 0 <= choice.index < len(offered.views):
        return offered.views[choice.index]
    name = "auto" if choice.kind is VoiKind.AUTO else presets.default(offered.modality, offered.bits)
    if choice.kind is VoiKind.PRESET and presets.rule(choice.name):
        name = choice.name
    elif choice.kind is not VoiKind.AUTO and offered.first:
        return offered.first
    if offered.uptake is None:
        name = presets.without_uptake(name)
    rule = presets.rule(name) or Rule(Basis.PERCENTILES, 1, 99)
    if rule.basis is Basis.UPTAKE:
        window = Window((rule.low + rule.high) / 2, rule.high - rule.low)
        # Uptake is looked at as on film: the more, the darker.
        return StoredView(name, Windowing(offered.inside(window), offered.function), inverse=True)
    return name, rule


def span(rule: Rule, levels: Levels) -> tuple[float, float]:
    """Least and greatest value that a rule shows in a picture; the second is the greater, or equal."""
    if rule.basis is Basis.STORED:
        width = levels.stored_high - levels.stored_low
        return levels.stored_low + width * rule.low / 100, levels.stored_low + width * rule.high / 100
    if rule.basis is Basis.MAXIMUM and levels.high > 0:
        return levels.high * rule.low / 100, levels.high * rule.high / 100
    if rule.basis is Basis.MAXIMUM:
        return levels.low, levels.high
    return levels.percentile(rule.low), levels.percentile(rule.high)


def covering(low: float, high: float, function: VoiFunction = VoiFunction.LINEAR) -> Windowing:
    """The window that shows ``low`` black and ``high`` white; a single value is black.

    LINEAR counts whole values, so its window is one wider than the range; a range below 1 is taken as LINEAR_EXACT.
    """
    width = high / 2 - low / 2
    center = low + width
    width = min(2 * width, 1e300)
    if width <= 0 or center - width / 2 == center + width / 2:
        return Windowing(Window(center + 0.5, 1.0), function)
    if function is VoiFunction.LINEAR and width >= 1:
        return Windowing(Window(center + 0.5, width + 1), function)
    return Windowing(Window(center, width), function)


def _check(window: Window) -> None:
    if not (math.isfinite(window.center) and math.isfinite(window.width) and window.width > 0):
        raise UsageError("A window needs a center and a width above 0", "For example: --window 40,400")
