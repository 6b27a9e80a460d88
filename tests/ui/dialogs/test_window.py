"""Typing a window."""

from __future__ import annotations

import pytest

from tui.errors import UsageError
from tui.service.values import Voi, VoiKind, Window
from tui.ui.dialogs.window import offered, parse

PRESETS = {
    name: Voi(VoiKind.PRESET, name=name, window=Window(center, 100))
    for name, center in (("brain", 40), ("bone", 400), ("lung", -600), ("2-98%", 0))
}


@pytest.mark.parametrize("text", ["40 400", "40,400", " 40 ; 400 ", "40/400", "40，400", "4e1 4e2"])
def test_center_and_width(text: str) -> None:
    assert parse(text, PRESETS) == Voi(VoiKind.MANUAL, window=Window(40, 400))


def test_negative_and_fractional() -> None:
    assert parse("-600 1500.5", PRESETS).window == Window(-600, 1500.5)


@pytest.mark.parametrize(("text", "name"), [("lung", "lung"), ("LUNG", "lung"), ("l", "lung"), ("2-", "2-98%")])
def test_a_name_or_its_beginning(text: str, name: str) -> None:
    assert parse(text, PRESETS) is PRESETS[name]


def test_auto_and_file() -> None:
    assert parse("auto", PRESETS).kind is VoiKind.AUTO
    assert parse("file", PRESETS) == Voi()


@pytest.mark.parametrize(
    "text", ["", "40", "40 400 5", "b", "nobody", "nan 5", "inf 3", "40 x", "40 0", "40 -5", "[/b]"]
)
def test_what_is_no_window_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, PRESETS)
    assert "center" in caught.value.hint


def test_every_name_is_offered_with_its_window_in_aligned_columns() -> None:
    lines = offered({**PRESETS, "full": Voi(VoiKind.PRESET, name="full")})
    assert " ".join(" ".join(lines).split()) == (
        "auto of the picture lung -600 100 file as stored 2-98% 0 100 brain 40 100 full bone 400 100"
    )
    assert len({line.index(name) for line, name in zip(lines, ("lung", "2-98%", "full"), strict=False)}) == 1
