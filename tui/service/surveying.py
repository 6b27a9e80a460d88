"""What a run would come to, before it: counts by what would be refused and warned of, and the pictures to look at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tui.core.deidentify.options import Options
from tui.core.values import Ref
from tui.errors import SafelightError
from tui.frozen import frozen
from tui.service.batch import COPIED, Orders, Result, State

if TYPE_CHECKING:
    from tui.service.ports import Cancelled, Ports

EVERY_SECONDS = 0.3
MOST_SAMPLES = 12


@frozen
class Device:
    """Pictures of one device and size that may hold burned-in text: what is to be looked at together.

    ``certain`` if the files themselves say so; ``samples`` are some of them, spread over the group.
    """

    name: str
    certain: bool
    count: int
    samples: tuple[Ref, ...]


@frozen
class Survey:
    """What a run would come to, as far as it was looked at: ``looked`` of ``total`` files."""

    looked: int = 0
    total: int = 0
    patients: int = 0
    copied: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    warnings: tuple[tuple[str, int], ...] = ()
    devices: tuple[Device, ...] = ()

    @property
    def codes(self) -> str:
        """``R01 3, R02 14``: how many files are concerned by which rule."""
        counts: Counter[str] = Counter()
        for sentence, count in (*self.reasons, *self.warnings):
            if sentence[:1] == "R" and sentence[1:3].isdigit():
                counts[sentence[:3]] += count
        return ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))


def survey(
    ports: Ports, refs: tuple[Ref, ...], secret: bytes, chosen: tuple[Options, str], cancelled: Cancelled
) -> Iterator[Survey]:
    """Make all copies without writing one, and count; from time to time what is known so far.

    Parameters
    ----------
    chosen
        Options, and the text of the rules for rectangles.
    """
    options, rules = chosen
    looker = _Looker(ports, len(refs))
    orders = Orders(secret, options, "", rules)
    last = time.monotonic()
    for results in ports.workers().run(orders, iter(refs), 0, cancelled):
        for result in results:
            looker.add(result)
        if time.monotonic() - last >= EVERY_SECONDS:
            last = time.monotonic()
            yield looker.found()
    yield looker.found()


class _Looker:
    def __init__(self, ports: Ports, total: int) -> None:
        self._ports = ports
        self._total = total
        self._looked = self._copied = 0
        self._patients: set[bytes] = set()
        self._reasons: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._devices: dict[tuple[str, bool], list[Ref]] = {}

    def add(self, result: Result) -> None:
        self._looked += 1
        self._patients.update(new for kind, _, new in result.pairs if kind == "patient")
        if result.state in COPIED:
            self._copied += 1
            self._warnings.update(result.warnings)
        elif result.state is not State.SKIPPED:
            self._reasons[result.reason] += 1
        certain = result.reason.startswith("R01")
        if certain or any(warning.startswith("R02") for warning in result.warnings):
            self._devices.setdefault((_device(self._ports, result.source), certain), []).append(result.source)

    def found(self) -> Survey:
        devices = tuple(
            Device(name, certain, len(refs), tuple(refs[:: max(len(refs) // MOST_SAMPLES, 1)][:MOST_SAMPLES]))
            for (name, certain), refs in sorted(self._devices.items(), key=lambda one: (not one[0][1], one[0][0]))
        )
        reasons, warnings = tuple(self._reasons.most_common()), tuple(self._warnings.most_common())
        return Survey(self._looked, self._total, len(self._patients), self._copied, reasons, warnings, devices)


def _device(ports: Ports, ref: Ref) -> str:
    from tui.core import attributes
    from tui.core.printable import printable

    try:
        dataset = ports.instances.open(ref).dataset
    except SafelightError:
        return "unreadable"
    size = f"{attributes.integer(dataset, 'Columns')} x {attributes.integer(dataset, 'Rows')}"
    words = [attributes.text(dataset, k) for k in ("Modality", "Manufacturer", "ManufacturerModelName")]
    return printable(" ".join(filter(None, (*words, size))), 80)


Look = Callable[[Survey], None]
