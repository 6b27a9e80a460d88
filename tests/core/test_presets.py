"""Windows by name and digit."""

from __future__ import annotations

import pytest

from tui.core import presets
from tui.core.values import Voi, VoiKind, Window

MODALITIES = ("CT", "MR", "PT", "NM", "CR", "DX", "MG", "XA", "RF", "US", "RTDOSE", "SEG", "OT", "", "unheard")


@pytest.mark.parametrize(
    ("digit", "name", "center", "width"),
    [
        (3, "brain", 40, 80),
        (4, "abdomen", 50, 400),
        (5, "mediastinum", 50, 350),
        (6, "bone", 400, 1800),
        (7, "lung", -600, 1500),
        (8, "angio", 300, 600),
        (9, "subdural", 75, 215),
    ],
)
def test_the_digits_of_ct(digit: int, name: str, center: float, width: float) -> None:
    assert presets.for_digit("CT", digit) == Voi(VoiKind.PRESET, name=name, window=Window(center, width))


@pytest.mark.parametrize("modality", MODALITIES)
def test_every_name_is_a_window_or_a_rule_and_every_digit_a_name(modality: str) -> None:
    for at, name in enumerate(presets.names(modality)):
        found = presets.named(modality, name.upper())
        assert found is not None
        assert (found.kind, found.name) == (VoiKind.PRESET, name)
        assert (found.window is None) != (presets.rule(name) is None)
        if at < 7:
            assert presets.for_digit(modality, at + 3) == found
    for digit in (-1, 0, 1, 2, 10, 3 + len(presets.names(modality))):
        assert presets.for_digit(modality, digit) is None or digit <= 9 < 3 + len(presets.names(modality))


def test_names_beyond_the_digits_and_names_of_others() -> None:
    assert presets.named("CT", " Stroke ") == Voi(VoiKind.PRESET, name="stroke", window=Window(40, 40))
    assert presets.named("MR", "lung") is None
    assert presets.named("CT", "nonsense") is None


def test_no_fixed_window_where_values_have_no_agreed_unit() -> None:
    for modality in MODALITIES[1:]:
        assert all(presets.named(modality, name).window is None for name in presets.names(modality))


def test_pet_has_windows_in_suv_and_shares_in_their_place() -> None:
    windows = [presets.for_digit("PT", digit) for digit in range(3, 9)]
    assert [voi.name for voi in windows if voi] == ["suv3", "suv5", "suv7", "suv10", "suv15", "suv20"]
    for name in presets.names("PT"):
        found, instead = presets.rule(name), presets.rule(presets.without_uptake(name))
        assert found and instead
        assert instead.basis is not presets.Basis.UPTAKE
        assert (instead == found) == (found.basis is not presets.Basis.UPTAKE)


@pytest.mark.parametrize("bits", [1, 8, 12, 16, 32])
@pytest.mark.parametrize("modality", MODALITIES)
def test_every_modality_has_a_default_rule(modality: str, bits: int) -> None:
    assert presets.rule(presets.default(modality, bits)) is not None
