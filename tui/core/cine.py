"""How fast the frames of an instance follow on each other (PS3.3 C.7.6.5, C.7.6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.attributes import number, numbers

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

FASTEST = 1000.0  # frames a second
EQUAL = 0.02  # of the mean: a difference that nobody sees


def rate(dataset: Dataset, frame: int = 0) -> float:
    """Stored rate in frames a second, or 0: Recommended Display Frame Rate, Cine Rate, Frame Time, or its vector."""
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        found = number(dataset, keyword, frame, default=0.0)
        if 0 < found <= FASTEST:
            return found
    times = numbers(dataset, "FrameTime") or [t for t in numbers(dataset, "FrameTimeVector") if t > 0]
    mean = sum(times) / len(times) if times else 0.0
    return 1000 / mean if mean >= 1000 / FASTEST else 0.0


def rhythm(dataset: Dataset, frame: int = 0) -> tuple[float, ...]:
    """How long each frame stands, as parts of the mean time; empty where the file gives no times of their own.

    Frame Time Vector holds the milliseconds from the frame before to each one, 0 for the first (PS3.3 C.7.6.5.1.2); so
    the last one stands as long as the others do in the mean.
    """
    if any(number(dataset, keyword, frame, default=0.0) > 0 for keyword in ("RecommendedDisplayFrameRate", "CineRate")):
        return ()
    times = numbers(dataset, "FrameTimeVector")
    if numbers(dataset, "FrameTime") or len(times) < 3 or min(times[1:]) <= 0:
        return ()
    mean = sum(times[1:]) / len(times[1:])
    parts = tuple(time / mean for time in (*times[1:], mean))
    return parts if any(abs(part - 1) > EQUAL for part in parts) else ()
