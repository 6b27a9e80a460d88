"""Presentation states: PS3.3 A.33, C.10, C.11. The judge is DCMTK's dcmp2pgm."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import FileDataset

from tests import overlays, phantoms, tools
from tests.overlays import Opened, graphic, item, picture, reference, state
from tui.core.frames import Frame
from tui.core.objects import Area, Drawn, Shade, Stroke, Words
from tui.core.objects.presentation import COMPOUND, OVERLAY, TEXT
from tui.core.overlaid import Look
from tui.core.pipeline import render
from tui.core.target import target_of
from tui.core.values import View
from tui.errors import NoPictureError

ALL = frozenset(range(100))
IMAGE = phantoms.ct(0)


def drawn(ds: FileDataset, frame: Frame | None = None) -> Drawn:
    return OVERLAY.read(Opened(ds)).drawn(target_of(frame or picture(0)), ALL)


def shown(ds: FileDataset, frame: Frame, view: View = View()) -> np.ndarray:
    """The whole image as the state has it, turned by its look."""
    read = OVERLAY.read(Opened(ds))
    look = read.look or Look()
    return render(read.dressed(frame), replace(view, rotation=look.rotation, flip=look.flip)).pixels


def judged(ds: FileDataset, image: FileDataset, folder: Path) -> np.ndarray:
    """The same by DCMTK."""
    program = tools.installed("dcmp2pgm")
    for name, one in (("state", ds), ("image", image)):
        phantoms.save(one, folder / f"{name}.dcm")
    subprocess.run(
        [program, "-q", "-p", folder / "state.dcm", folder / "image.dcm", folder / "out.pgm"],
        check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    return np.asarray(Image.open(folder / "out.pgm"))


HU = {"RescaleIntercept": -1024, "RescaleSlope": 1, "RescaleType": "HU"}


@pytest.mark.parametrize(
    "changes",
    [
        {**HU, "SoftcopyVOILUTSequence": [item(WindowCenter=40, WindowWidth=80)]},
        {"SoftcopyVOILUTSequence": [item(WindowCenter=1064, WindowWidth=400)]},
        {**HU, "SoftcopyVOILUTSequence": [item(WindowCenter=40, WindowWidth=400)], "PresentationLUTShape": "INVERSE"},
        {**HU, "SoftcopyVOILUTSequence": [item(WindowCenter=40, WindowWidth=80)], "ImageRotation": 90,
         "ImageHorizontalFlip": "N"},
        {**HU, "SoftcopyVOILUTSequence": [item(WindowCenter=40, WindowWidth=80)], "ImageRotation": 270,
         "ImageHorizontalFlip": "Y"},
        {**HU, "SoftcopyVOILUTSequence": [item(WindowCenter=40, WindowWidth=80)], "ImageRotation": 180,
         "ImageHorizontalFlip": "Y"},
    ],
)  # fmt: skip
def test_windows_and_turns_are_as_dcmtk_shows_them(changes: dict[str, Any], tmp_path: Path) -> None:
    ds = state(IMAGE, **changes)
    expected = judged(ds, IMAGE, tmp_path)
    found = shown(ds, picture(0))
    assert np.abs(found.astype(int) - expected.astype(int)).max() <= 1


@pytest.mark.corpus
def test_three_tables_are_as_dcmtk_shows_them(corpus: Path, tmp_path: Path) -> None:
    """A Modality LUT, a VOI LUT and a Presentation LUT, each scrambled, that make up a ramp."""
    from tui.adapters.instances import DicomInstances
    from tui.core.values import Ref
    from tui.service.settings import Limits

    folder, disk = corpus / "pr-ko", DicomInstances(Limits())
    program = tools.installed("dcmp2pgm")
    out = tmp_path / "out.pgm"
    subprocess.run(
        [program, "-q", "-p", folder / "prLUTs.dcm", folder / "imageForPrLUTs.dcm", out],
        check=True, timeout=60, capture_output=True,
    )  # fmt: skip
    read = OVERLAY.read(disk.open(Ref(str(folder / "prLUTs.dcm"))))
    frame = disk.open(Ref(str(folder / "imageForPrLUTs.dcm"))).frame(0)
    found = render(read.dressed(frame), View()).pixels
    assert np.abs(found.astype(int) - np.asarray(Image.open(out)).astype(int)).max() <= 1
    assert len(np.unique(render(frame, View()).pixels)) == 256


@pytest.mark.corpus
def test_planes_of_the_state_and_of_the_image_are_six_lines(corpus: Path) -> None:
    from tui.adapters.instances import DicomInstances
    from tui.core.values import Ref
    from tui.service.settings import Limits

    disk = DicomInstances(Limits())
    read = OVERLAY.read(disk.open(Ref(str(corpus / "pr-ko" / "prOverlay.dcm"))))
    frame = disk.open(Ref(str(corpus / "pr-ko" / "overlay.dcm"))).frame(0)
    assert [part.name for part in read.parts] == [f"LAYER{n}: for overlay {n}" for n in range(1, 7)]
    found = read.drawn(target_of(frame), ALL)
    assert found.parts == 2  # the other four are planes of the image itself
    assert all(isinstance(one, Area) and one.solid and one.cover.any() for one in found.drawings)


def test_a_state_that_brings_no_window_leaves_the_images_own() -> None:
    frame = picture(0)
    dressed = OVERLAY.read(Opened(state(IMAGE))).dressed(frame)
    assert np.array_equal(render(dressed, View()).pixels, render(frame, View()).pixels)


def test_the_windows_of_the_state_are_offered_for_the_images_that_they_name() -> None:
    from tui.core.pipeline import facts

    other = phantoms.ct(1)
    ds = state(
        IMAGE, **HU,
        SoftcopyVOILUTSequence=[
            item(WindowCenter=1, WindowWidth=2, ReferencedImageSequence=[reference(other)]),
            item(WindowCenter=[40, 50], WindowWidth=[80, 90], ReferencedImageSequence=[reference(IMAGE)]),
        ],
    )  # fmt: skip
    found = render(OVERLAY.read(Opened(ds)).dressed(picture(0)), View())
    assert found.window is not None
    assert (found.window.center, found.window.width) == (40, 80)
    assert len(facts(OVERLAY.read(Opened(ds)).dressed(picture(0))).stored_views) == 2


def test_windows_in_functional_groups_give_way() -> None:
    frame = picture(0)
    ds = frame.dataset
    del ds.WindowCenter, ds.WindowWidth
    own = item(FrameVOILUTSequence=[item(WindowCenter=500, WindowWidth=10)])
    ds.PerFrameFunctionalGroupsSequence = [own]
    changed = state(IMAGE, **HU, SoftcopyVOILUTSequence=[item(WindowCenter=40, WindowWidth=80)])
    found = render(OVERLAY.read(Opened(changed)).dressed(frame), View())
    assert found.window is not None
    assert found.window.center == 40
    assert "FrameVOILUTSequence" in own  # the image itself is as it was


def test_monochrome1_is_turned_by_the_state_alone() -> None:
    frame = replace(picture(0), photometric="MONOCHROME1")
    ds = state(IMAGE, **HU, SoftcopyVOILUTSequence=[item(WindowCenter=40, WindowWidth=80)])
    assert np.array_equal(render(OVERLAY.read(Opened(ds)).dressed(frame), View()).pixels, shown(ds, picture(0)))


@pytest.mark.parametrize(
    ("rotation", "flip", "look"),
    [(0, "N", (0, False)), (90, "N", (1, False)), (90, "Y", (3, True)), (270, "Y", (1, True)), (180, "Y", (2, True))],
)
def test_the_look(rotation: int, flip: str, look: tuple[int, bool]) -> None:
    found = OVERLAY.read(Opened(state(IMAGE, ImageRotation=rotation, ImageHorizontalFlip=flip))).look
    assert found == Look(*look, (0.0, 0.0, 128.0, 128.0))


def test_graphics_are_where_their_pixels_are() -> None:
    found = drawn(state(IMAGE, annotate=True))
    lines = [one for one in found.drawings if isinstance(one, Stroke)]
    assert np.allclose(lines[0].points, [[20, 100], [60, 110], [100, 100]])
    assert np.allclose(np.hypot(*(lines[1].points - [84, 89]).T), 12)
    x, y = (lines[2].points - [52, 60]).T
    assert np.allclose((x / 12) ** 2 + (y / 6) ** 2, 1)
    assert len(lines[3].points) == 1
    assert np.allclose(lines[4].points, [[70, 110], [90, 98]])  # from the text to its anchor
    texts = [one for one in found.drawings if isinstance(one, Words)]
    assert [one.text for one in texts] == ["Lesion", "second line"]
    assert texts[0].colour == (255, 255, 255)
    assert (found.parts, found.notes) == (2, (TEXT,))


def test_layers_are_shown_one_by_one() -> None:
    read = OVERLAY.read(Opened(state(IMAGE, annotate=True)))
    assert [part.name for part in read.parts] == ["LINES", "WORDS"]
    only = read.drawn(target_of(picture(0)), frozenset({1}))
    assert (only.parts, any(isinstance(one, Words) for one in only.drawings)) == (1, False)
    assert read.here(target_of(picture(0))) == {1, 2}
    assert read.here(target_of(picture(1))) == frozenset()


@pytest.mark.parametrize(("rotation", "flip"), [(0, "N"), (90, "N"), (0, "Y"), (90, "Y"), (270, "N"), (180, "Y")])
def test_parts_of_the_displayed_area_are_seen_from_where_it_is_turned_to(rotation: int, flip: str) -> None:
    """A quarter in from the left and three quarters down, as it is displayed."""
    ds = state(IMAGE, ImageRotation=rotation, ImageHorizontalFlip=flip)
    ds.GraphicAnnotationSequence = [
        item(GraphicLayer="L", GraphicObjectSequence=[graphic("POINT", [0.25, 0.75], "DISPLAY")])
    ]
    (line,) = drawn(ds).drawings
    assert isinstance(line, Stroke)
    pixels = np.zeros((128, 128), np.uint8)
    x, y = (int(part) for part in line.points[0])
    pixels[y, x] = 1
    turned = np.rot90(pixels, -rotation // 90)
    turned = turned[:, ::-1] if flip == "Y" else turned
    ((row, column),) = np.argwhere(turned)
    assert abs(column - 32) <= 1
    assert abs(row - 96) <= 1


def test_shutters_hide_what_is_outside() -> None:
    ds = state(
        IMAGE, ShutterShape="RECTANGULAR", ShutterLeftVerticalEdge=11, ShutterRightVerticalEdge=100,
        ShutterUpperHorizontalEdge=21, ShutterLowerHorizontalEdge=110, ShutterPresentationValue=0x8000,
    )  # fmt: skip
    (shade,) = drawn(ds).drawings
    assert isinstance(shade, Shade)
    assert shade.level == 0x80
    assert not shade.mask[20:110, 10:100].any()
    assert shade.mask.sum() == 128 * 128 - 90 * 90


def test_compound_graphics_are_named() -> None:
    ds = state(IMAGE, annotate=True)
    ds.GraphicAnnotationSequence[0].CompoundGraphicSequence = [item(CompoundGraphicType="RULER")]
    assert COMPOUND in drawn(ds).notes


def test_other_pictures_get_nothing() -> None:
    read = OVERLAY.read(Opened(state(IMAGE, annotate=True)))
    assert not read.refers(target_of(picture(1)))
    assert read.drawn(target_of(picture(1)), ALL).drawings == ()
    framed = state(IMAGE)
    framed.ReferencedSeriesSequence[0].ReferencedImageSequence = [reference(IMAGE, frame=2)]
    assert not OVERLAY.read(Opened(framed)).refers(target_of(picture(0)))


def test_one_that_names_no_image_says_so() -> None:
    ds = state(IMAGE)
    del ds.ReferencedSeriesSequence
    with pytest.raises(NoPictureError, match="names no image"):
        OVERLAY.read(Opened(ds))


def test_text_cannot_steer_a_terminal() -> None:
    ds = state(IMAGE, annotate=True)
    words = ds.GraphicAnnotationSequence[1].TextObjectSequence[0]
    words.UnformattedTextValue = "a\x1b]0;title\x07b"
    found = [one.text for one in drawn(ds).drawings if isinstance(one, Words)]
    assert not any("\x1b" in line or "\x07" in line for line in found)
    assert overlays.GSPS in OVERLAY.sop_classes
