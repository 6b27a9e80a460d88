"""What a user chooses to be drawn over pictures, and where it is looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.core import series as library_of
from tui.core.overlaid import Chosen, Look, Spot
from tui.core.values import Facts, Instance, Ref, View, Viewport, Voi, VoiKind
from tui.service.overlaying import (
    PRESENTATION,
    SetOpacity,
    ShowOverlays,
    UseState,
    aimed,
    apart,
    every_source,
    overlaid,
    sources,
    spotted,
    used,
)
from tui.service.state import State

FACTS = Facts(rows=100, columns=200)
SEGMENT = Chosen(Ref("seg"), "segmentation", (1,))
STATE = Chosen(Ref("state"), PRESENTATION)


def instance(name: str, **head: object) -> Instance:
    usual = {"patient_id": "P", "study_uid": "1", "series_uid": name, "modality": "CT", "rows": 4, "columns": 4}
    return Instance(Ref(name), sop_instance_uid=name, **{**usual, **head})


def test_what_is_chosen_is_seen_even_where_overlays_were_off() -> None:
    view = overlaid(State(), View(overlays=False), ShowOverlays((SEGMENT,), (0x6000,)))
    assert (view.chosen, view.hidden, view.overlays) == ((SEGMENT,), (0x6000,), True)


@pytest.mark.parametrize(("wanted", "got"), [(0.3, 0.3), (-1.0, 0.0), (2.0, 1.0)])
def test_opacity_stays_between_none_and_all(wanted: float, got: float) -> None:
    assert overlaid(State(), View(), SetOpacity(wanted)).opacity == got


def test_a_presentation_state_turns_the_view_and_gives_it_back() -> None:
    view = View(voi=Voi(VoiKind.AUTO), zoom=3.0, invert=True, chosen=(SEGMENT,))
    there = overlaid(State(), view, UseState(STATE, Look(rotation=1, flip=True)))
    assert there.chosen == (SEGMENT, STATE)
    assert (there.rotation, there.flip, there.zoom, there.voi, there.invert) == (1, True, 1.0, Voi(), False)
    other = replace(STATE, ref=Ref("other"))
    assert overlaid(State(), there, UseState(other)).chosen == (SEGMENT, other)
    back = overlaid(State(), there, UseState(None))
    assert (back.chosen, back.rotation, back.flip) == ((SEGMENT,), 0, False)


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (Look(area=(0, 0, 200, 100)), (1.0, 0.5, 0.5)),
        (Look(area=(0, 0, 100, 50)), (2.0, 0.25, 0.25)),
        (Look(area=(0, 0, 100, 50), flip=True), (2.0, 0.75, 0.25)),
        (Look(area=(0, 0, 100, 50), rotation=1), (2.0, 0.75, 0.25)),
        (Look(area=(0, 0, 100, 50), rotation=2), (2.0, 0.75, 0.75)),
        (Look(area=(150, 75, 200, 100)), (4.0, 0.875, 0.875)),
        (Look(), (1.0, 0.5, 0.5)),
    ],
)
def test_the_displayed_area_is_zoomed_to(look: Look, expected: tuple[float, float, float]) -> None:
    assert aimed(look, FACTS, Viewport(400, 400)) == pytest.approx(expected)
    view = used(View(), STATE, look, FACTS, Viewport(400, 400))
    assert (view.zoom, view.center_x, view.center_y) == pytest.approx(expected)


def test_without_a_picture_or_a_pane_nothing_is_zoomed() -> None:
    assert used(View(), STATE, Look(area=(0, 0, 10, 10)), Facts(), Viewport(4, 4)).zoom == 1
    assert aimed(Look(area=(0, 0, 10, 10)), FACTS, Viewport()) == (1.0, 0.5, 0.5)


def test_the_own_study_comes_first_and_other_patients_never() -> None:
    found = [
        instance("picture"),
        instance("older", study_uid="0", modality="RTSTRUCT", rows=0, sop_class_uid="c1"),
        instance("seg", modality="SEG", sop_class_uid="c2"),
        instance("other", patient_id="Q", study_uid="9", modality="PR", rows=0),
        instance("renamed", patient_id="R", modality="PR", rows=0, sop_class_uid="c3"),  # the same study
    ]
    library = library_of.extend(library_of.Library(), found)
    key = library_of.key_of(found[0])
    assert sources(library, key)[2] == (Ref("older"), "c1")
    assert {ref.path for ref, _ in sources(library, key)} == {"seg", "renamed", "older"}
    assert {ref.path for ref, _ in every_source(library)} == {"seg", "renamed", "older", "other"}
    assert sources(library, None) == ()


def test_the_distance_of_slices_is_along_their_normal() -> None:
    upright = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    slices = [Instance(Ref(str(z)), position=(5.0 * z, 0.0, 2.5 * z), orientation=upright) for z in (3, 0, 1, 2, 2)]
    assert apart(slices) == 2.5
    assert apart(slices[:1]) == 0
    assert apart([Instance(Ref("a")), Instance(Ref("b"))]) == 0


def test_a_spot_is_found_by_its_image_or_as_the_nearest_slice() -> None:
    upright = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    slices = [
        Instance(Ref(str(z)), sop_instance_uid=f"1.{z}", position=(9.0, 0.0, 5.0 * z), orientation=upright, frames=3)
        for z in range(4)
    ]
    assert spotted(slices, Spot("1.2", 1)) == (slices[2], 1)
    assert spotted(slices, Spot("1.2", 9)) == (slices[2], 2)
    assert spotted(slices, Spot("2.9", 0, (50.0, 1.0, 11.0))) == (slices[2], 0)
    assert spotted(slices, Spot("", -1, (0.0, 0.0, 30.0))) is None
    assert spotted(slices, Spot()) is None
    assert spotted([Instance(Ref("a"))], Spot("", -1, (0.0, 0.0, 0.0))) is None
