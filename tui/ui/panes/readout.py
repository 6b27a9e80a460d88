"""What was measured of the picture, as text beside it."""

from __future__ import annotations

from tui.service.figures import figure
from tui.service.values import Findings, MaskSize, Probe

DOT = " · "
_SIDES = (("L", "R"), ("P", "A"), ("S", "I"))  # of positive and negative patient coordinates


def values_text(probe: Probe) -> str:
    """``-34 HU``; ``7009 BQML, 2.06 SUV``; ``RGB 10 20 30``."""
    if probe.rgb:
        return "RGB " + " ".join(map(str, probe.rgb))
    shown = [" ".join(filter(None, (one.label, figure(one.value), one.unit))) for one in probe.readings]
    return ", ".join((*shown, *probe.notes))


def probe_text(probe: Probe) -> str:
    """``-34 HU · (256, 200) · stored 990 · L 70.4 P 88.4 S 797.2 mm``, the most important first."""
    parts = [values_text(probe), f"({probe.column}, {probe.row})"]
    if not probe.rgb:
        parts.append("stored " + " ".join(figure(value) for value in probe.stored))
    if probe.position_mm:
        sides = (f"{sides[axis < 0]} {abs(axis):.1f}" for axis, sides in zip(probe.position_mm, _SIDES, strict=True))
        parts.append(" ".join(sides) + " mm")
    return DOT.join(filter(None, parts))


def mask_text(size: MaskSize) -> str:
    """``mask 143.2 mm²``."""
    shown = f"{size.area_mm2:.1f} mm²" if size.area_mm2 is not None else f"{size.pixels:,} px"
    return f"mask {shown}"


def pins_text(findings: Findings) -> str:
    """``1: 34 HU  2: -12 HU``."""
    return "  ".join(f"{n}: {values_text(pin)}" for n, pin in enumerate(findings.pins, 1))
