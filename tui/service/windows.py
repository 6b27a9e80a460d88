"""Steps of the window keys."""

from __future__ import annotations

from dataclasses import replace

from tui.core.values import Voi, VoiKind, Window

STEP = 0.05  # of the width, for one step of the level
FACTOR = 1.1  # of the width, for one step of the width
WHOLE = 20.0  # windows at least this wide stay on whole units


def shifted(window: Window, by: int, grain: float = 1.0) -> Window:
    """The center moved by steps of 5 % of the width, at least the grain unless the window is narrower than two of it.

    Parameters
    ----------
    grain
        The least step between two values of the picture, such as 1 for Hounsfield units, and less for SUV.
    """
    step = window.width * STEP
    if window.width >= 2 * grain:
        step = max(step, grain)
    if window.width >= WHOLE:
        step = round(step)
    return replace(window, center=_tidy(window.center + by * step, window.width))


def narrowed(window: Window, by: int, grain: float = 1.0) -> Window:
    """The width multiplied by 1.1 a step, at least the grain unless the window is narrower than two of it."""
    width = window.width
    for _ in range(abs(by)):
        wanted = width * FACTOR if by > 0 else width / FACTOR
        if width >= 2 * grain and abs(wanted - width) < grain:
            wanted = width + (grain if by > 0 else -grain)
        width = _tidy(wanted, wanted)
    return replace(window, width=width)


def edged(window: Window, lower: float, upper: float, grain: float = 1.0) -> Window:
    """The window with its edges moved by so much; they never come nearer to each other than the grain."""
    low, high = window.center - window.width / 2 + lower, window.center + window.width / 2 + upper
    least = grain or window.width * 1e-3
    if high - low < least:
        low, high = (high - least, high) if lower else (low, low + least)
    if high - low >= WHOLE:
        low, high = round(low), round(high)
    return Window(float(f"{(low + high) / 2:.6g}"), float(f"{high - low:.6g}"))


def _tidy(value: float, width: float) -> float:
    return float(round(value)) if width >= WHOLE else float(f"{value:.6g}")


def digit_voi(digit: int, modality: str, stored: int) -> Voi | None:
    """The window on a digit key: 0 auto, 1 and 2 the file's, 3 to 9 presets of the modality; None if there is none.

    Parameters
    ----------
    stored
        Number of the file's stored views.
    """
    from tui.core import presets

    if digit == 0:
        return Voi(VoiKind.AUTO)
    if digit <= 2:
        return Voi(VoiKind.STORED, index=digit - 1) if digit <= stored else None
    return presets.for_digit(modality, digit)


def preset_names(modality: str) -> tuple[str, ...]:
    """The presets of a modality, in the order of their digit keys; more than there are keys for."""
    from tui.core import presets

    return presets.names(modality)


def named_voi(modality: str, name: str) -> Voi | None:
    """A preset of the modality by its name, in any case of letters, or None."""
    from tui.core import presets

    return presets.named(modality, name)
