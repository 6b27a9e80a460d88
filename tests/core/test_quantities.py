from __future__ import annotations

import pickle

from tui.core.quantities import MASK_PRESETS, Probe, Reading, Recipe, Region, RegionKind


def test_quantities_go_to_another_process_and_come_back() -> None:
    for thing in (
        Probe(1, 2, (3.0,), (Reading(4.0, "HU"),)),
        Region(RegionKind.CIRCLE, 1, 2, radius=3),
        Recipe(volume=True),
    ):
        assert pickle.loads(pickle.dumps(thing)) == thing


def test_the_first_preset_is_the_recipe_without_words() -> None:
    first = next(iter(MASK_PRESETS.values()))
    assert first == (Recipe().low, Recipe().high)
