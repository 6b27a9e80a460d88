"""Windows by name and by digit key, per modality: fixed ones in the modality's units, and ones made for the picture.

A preset with a fixed window carries it; the others have a rule that ``core/voi.py`` resolves on the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.core.values import Voi, VoiKind, Window


class Basis(StrEnum):
    """What the two numbers of a rule are shares of."""

    PERCENTILES = "percentiles"  # per cent of the pixels that are no padding
    MAXIMUM = "maximum"  # per cent of the greatest value
    STORED = "stored"  # per cent of the range that Bits Stored can hold
    UPTAKE = "uptake"  # no shares, but SUV


@dataclass(frozen=True, slots=True)
class Rule:
    """A window that depends on the picture; ``low`` and ``high`` in per cent of the basis, or in SUV."""

    basis: Basis
    low: float
    high: float


_RULES = {
    "auto": Rule(Basis.PERCENTILES, 1, 99),
    "2-98%": Rule(Basis.PERCENTILES, 2, 98),
    "5-95%": Rule(Basis.PERCENTILES, 5, 95),
    "full": Rule(Basis.PERCENTILES, 0, 100),
    "25%max": Rule(Basis.MAXIMUM, 0, 25),
    "50%max": Rule(Basis.MAXIMUM, 0, 50),
    "75%max": Rule(Basis.MAXIMUM, 0, 75),
    "100%max": Rule(Basis.MAXIMUM, 0, 100),
    "stored": Rule(Basis.STORED, 0, 100),
    **{f"suv{most}": Rule(Basis.UPTAKE, 0, most) for most in (3, 5, 7, 10, 15, 20)},
}

# Hounsfield units, as teaching tables and other viewers have them.
_CT = {
    "brain": Window(40, 80),
    "abdomen": Window(50, 400),
    "mediastinum": Window(50, 350),
    "bone": Window(400, 1800),
    "lung": Window(-600, 1500),
    "angio": Window(300, 600),
    "subdural": Window(75, 215),
    "stroke": Window(40, 40),
    "liver": Window(60, 150),
}

# From key 3 upwards; what is beyond key 9 is reached by its name.
_NAMES: dict[str, tuple[str, ...]] = {
    "CT": tuple(_CT),
    "MR": ("2-98%", "5-95%", "full"),
    "CR": ("full",),
    "DX": ("full",),
    "MG": ("full",),
    "XA": ("stored",),
    "RF": ("stored",),
    "US": ("stored",),
    "NM": ("50%max", "75%max", "100%max"),
    "PT": ("suv3", "suv5", "suv7", "suv10", "suv15", "suv20", "50%max", "75%max", "100%max"),
    "RTDOSE": ("25%max", "50%max", "75%max", "100%max"),
}
_OTHER = ("2-98%", "5-95%", "full", "stored")
_WITHOUT = frozenset({"SEG"})

_DEFAULTS = {
    "CT": "auto",
    "MR": "auto",
    "PT": "suv7",
    "CR": "auto",
    "DX": "auto",
    "MG": "auto",
    "IO": "auto",
    "PX": "auto",
    "XA": "stored",
    "RF": "stored",
    "US": "stored",
    "IVUS": "stored",
    "NM": "100%max",
    "RTDOSE": "100%max",
    "SEG": "stored",
}


def names(modality: str) -> tuple[str, ...]:
    """The presets of a modality, in the order of their keys; for an unknown one those that fit every picture."""
    return () if modality in _WITHOUT else _NAMES.get(modality, _OTHER)


def named(modality: str, name: str) -> Voi | None:
    """A preset of the modality by its name, in any case of letters, or None."""
    wanted = name.strip().lower()
    if wanted not in names(modality):
        return None
    return Voi(VoiKind.PRESET, name=wanted, window=_CT.get(wanted))


def for_digit(modality: str, digit: int) -> Voi | None:
    """The preset on a digit key, 3 to 9, or None."""
    found = names(modality)
    return named(modality, found[digit - 3]) if 3 <= digit <= 9 and digit - 3 < len(found) else None


def rule(name: str) -> Rule | None:
    """How a preset without a fixed window depends on the picture, or None for another name."""
    return _RULES.get(name)


# A share of the maximum takes the place of each window in SUV where SUV cannot be had.
_WITHOUT_UPTAKE = {"suv3": "25%max", "suv5": "50%max", "suv10": "75%max", "suv15": "75%max", "suv20": "100%max"}


def without_uptake(name: str) -> str:
    """The preset that takes the place of one in SUV on a picture without; others stay as they are."""
    found = rule(name)
    return _WITHOUT_UPTAKE.get(name, "auto") if found and found.basis is Basis.UPTAKE else name


def default(modality: str, bits: int) -> str:
    """Name of the rule for a picture without any stored view.

    Parameters
    ----------
    bits
        Bits Stored. Up to 8 bits are taken as made for the screen, where the modality says nothing else.
    """
    return _DEFAULTS.get(modality) or ("stored" if bits <= 8 else "auto")
