"""Numbers as people read them."""

from __future__ import annotations

from tui.core.quantities import MaskSize


def figure(value: float) -> str:
    """A whole number whole, another with four digits."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"


def size_text(size: MaskSize) -> str:
    """``1,024 pixels in 12 slices, volume 3.20 mL``."""
    parts = [f"{plural(size.pixels, 'pixel')} in {plural(size.slices, 'slice')}"]
    if size.area_mm2 is not None:
        parts.append(f"area {size.area_mm2:.1f} mm²")
    if size.volume_ml is not None:
        parts.append(f"volume {size.volume_ml:.2f} mL")
    return ", ".join(parts)


def plural(count: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bytes_text(size: int) -> str:
    """Bytes in at most four signs and a unit: ``528 k``, ``1.2 G``; the units are powers of 1024."""
    value = float(size)
    for unit in "BkMGTP":
        if value < 999.5 or unit == "P":
            break
        value /= 1024
    return f"{value:.1f} {unit}" if unit != "B" and value < 9.95 else f"{value:.0f} {unit}"
