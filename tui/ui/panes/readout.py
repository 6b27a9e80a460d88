"""What was measured of the picture, as text beside it."""

from __future__ import annotations

from tui.service.figures import figure
from tui.service.values import Findings, Gauged, MaskSize, Probe, Volumed

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
        parts.append(position_text(probe.position_mm))
    return DOT.join(filter(None, parts))


def position_text(position_mm: tuple[float, float, float]) -> str:
    """``L 70.4 P 88.4 S 797.2 mm``."""
    sides = (f"{sides[axis < 0]} {abs(axis):.1f}" for axis, sides in zip(position_mm, _SIDES, strict=True))
    return " ".join(sides) + " mm"


def volumed_text(found: Volumed) -> str:
    """``-34 HU · L 70.4 P 88.4 S 797.2 mm``."""
    value = f"{figure(found.value.value)} {found.value.unit}".rstrip() if found.value else "no value"
    return DOT.join((value, position_text(found.position_mm)))


def mask_text(size: MaskSize) -> str:
    """``mask 143.2 mm²``."""
    shown = f"{area_figure(size.area_mm2)} mm²" if size.area_mm2 is not None else f"{size.pixels:,} px"
    return f"mask {shown}"


def pins_text(findings: Findings) -> str:
    """``1: 34 HU  2: -12 HU``."""
    return "  ".join(f"{n}: {values_text(pin)}" for n, pin in enumerate(findings.pins, 1))


def gauge_rows(gauged: Gauged) -> list[tuple[str, str]]:
    """What a gauge has measured as names and numbers, the most important first."""
    if gauged.gauge.region is None:
        return _line_rows(gauged)
    found = gauged.statistics
    if found is None or found.mean is None or found.deviation is None:
        return [("n", "no pixel of the picture")]
    at = dict(found.percentiles)
    rows = [
        ("mean", f"{figure(found.mean)} {found.unit}".rstrip()),
        ("SD", figure(found.deviation)),
        ("min .. max", f"{figure(found.least or 0.0)} .. {figure(found.greatest or 0.0)}"),
        ("median", figure(at.get(50.0, found.mean))),
        ("n", f"{found.count:,}"),
    ]
    if found.area_unit != "px":
        rows.append(("area", f"{area_figure(found.area)} {found.area_unit}"))
    pairs = ((5.0, 95.0), (25.0, 75.0), (1.0, 99.0))
    return rows + [(f"{a:.0f} .. {b:.0f} %", f"{figure(at[a])} .. {figure(at[b])}") for a, b in pairs if a in at]


def gauge_text(gauged: Gauged) -> str:
    """``circle: mean 34.2 HU, SD 5.1``, where there is no room for more."""
    return f"{gauged.gauge.tool}: " + ", ".join(f"{name} {number}" for name, number in gauge_rows(gauged)[:2])


def _line_rows(gauged: Gauged) -> list[tuple[str, str]]:
    line = gauged.line
    if line is None:
        angle = gauged.angle
        return [("angle", "a leg has no length" if angle is None else f"{angle:.1f}°")]
    rows = [("length", f"{line.length:.1f} {line.length_unit}")]
    known = [value for value in line.values if value is not None]
    if known:
        rows.append(("mean", f"{figure(sum(known) / len(known))} {line.unit}".rstrip()))
        rows.append(("min .. max", f"{figure(min(known))} .. {figure(max(known))}"))
    return rows


def area_figure(area: float) -> str:
    """An area with as many digits as say something."""
    return f"{area:,.0f}" if area >= 1000 else f"{area:.1f}"


def findings_text(findings: Findings) -> str:
    """What was measured as lines of text, for the clipboard."""
    lines = [probe_text(probe) for probe in (findings.probe, *findings.pins) if probe]
    if findings.gauged is not None:
        lines.append(str(findings.gauged.gauge.tool))
        lines += [f"{name}\t{number}" for name, number in gauge_rows(findings.gauged)]
        lines += findings.gauged.notes
    return "\n".join(lines)
