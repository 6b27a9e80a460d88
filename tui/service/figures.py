"""Numbers as people read them."""

from __future__ import annotations


def figure(value: float) -> str:
    """A whole number whole, another with four digits."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.4g}"
