import numpy as np
import pytest

from tests.core.test_reformat import APART, COLUMNS, ROWS, SLICES, SPACING, block, slices
from tui.core.cuts import Cut, Plane
from tui.core.pipeline import draw
from tui.core.triptych import Triptych, arranged, sized
from tui.core.values import View, Viewport, Voi, VoiKind, Window

WHOLE = View(voi=Voi(VoiKind.MANUAL, window=Window(3000, 4000)))
AT = (3, 2, 4)


@pytest.fixture(scope="module")
def there() -> Triptych:
    return Triptych(block(slices()))


@pytest.mark.parametrize("size", [(1200, 300), (500, 900), (700, 700), (1100, 800)])
def test_the_planes_stand_beside_each_other_on_one_scale(there, size):
    viewport = Viewport(*size)
    panels = {panel.plane: panel for panel in arranged(there.block, viewport)}
    mm = {
        Plane.AXIAL: (COLUMNS * SPACING[1], ROWS * SPACING[0]),
        Plane.CORONAL: (COLUMNS * SPACING[1], SLICES * APART),
        Plane.SAGITTAL: (ROWS * SPACING[0], SLICES * APART),
    }
    scales = [p.width / mm[p.plane][0] for p in panels.values()] + [p.height / mm[p.plane][1] for p in panels.values()]
    assert max(scales) == pytest.approx(min(scales), rel=0.02)
    for one in panels.values():
        assert one.left >= 0 and one.top >= 0
        assert one.left + one.width <= viewport.width and one.top + one.height <= viewport.height
        for other in panels.values():
            if other is not one:
                apart = (one.left >= other.left + other.width, one.left + one.width <= other.left,
                         one.top >= other.top + other.height, one.top + one.height <= other.top)  # fmt: skip
                assert any(apart)


def test_low_stacks_stand_beside_the_axial_plane_so_that_it_can_be_larger():
    low = block(slices(heights=[0, 0.5]))
    axial, coronal, sagittal = arranged(low, Viewport(960, 540))
    assert coronal.left == sagittal.left > axial.left + axial.width
    assert sagittal.top > coronal.top + coronal.height


def test_each_panel_is_its_plane_and_the_lines_cross_where_the_planes_meet(there):
    viewport = Viewport(900, 600)
    picture, found = there.draw(Cut(at=AT), AT, WHOLE, viewport)
    assert (picture.width, picture.height) == picture.pixels.shape[::-1]
    assert picture.window == Window(3000, 4000)
    assert found.at == AT
    for panel in arranged(there.block, viewport):
        frame = there.block.frame(panel.plane, dict(zip(Plane, (AT[2], AT[1], AT[0]), strict=True))[panel.plane])
        alone = draw(frame, WHOLE, Viewport(panel.width, panel.height))
        wanted = sized(alone.pixels, panel.height, panel.width, smooth=True)
        seen = picture.pixels[panel.top : panel.top + panel.height, panel.left : panel.left + panel.width]
        crossed = seen != wanted
        x, y = there._place(panel, AT)
        assert crossed[5, x] and crossed[y, 5]
        crossed[:, x] = crossed[y, :] = crossed[[0, -1]] = crossed[:, [0, -1]] = False
        assert not crossed.any()


def test_one_alone_can_be_zoomed_and_has_its_letters(there):
    cut = Cut(Plane.CORONAL, AT, alone=True)
    picture, _ = there.draw(cut, AT, WHOLE, Viewport(800, 600))
    assert picture.letters == ("R", "L", "H", "F")
    assert picture.width / picture.height == pytest.approx(COLUMNS * SPACING[1] / (SLICES * APART), rel=0.02)
    nearer, _ = there.draw(cut, AT, View(voi=WHOLE.voi, zoom=3), Viewport(800, 600))
    assert nearer.scale == pytest.approx(3 * picture.scale)


def test_where_three_would_be_too_small_the_active_one_stands_alone(there):
    picture, _ = there.draw(Cut(Plane.SAGITTAL, AT), AT, WHOLE, Viewport(100, 60))
    assert picture.letters == ("A", "P", "H", "F")


def test_without_a_place_the_planes_meet_in_the_slice_that_was_looked_at():
    frames = slices()
    there = Triptych(block(frames))
    assert there.at(Cut(), frames[4].dataset, 0) == (COLUMNS // 2, ROWS // 2, 4)
    assert there.at(Cut(at=(99, -1, 2)), frames[4].dataset, 0) == (COLUMNS - 1, 0, 2)


def test_sizes_change_in_a_straight_line_or_by_the_nearest():
    pixels = np.array([[0, 100, 200]], np.uint8)
    assert sized(pixels, 1, 6, smooth=True).tolist() == [[0, 25, 75, 125, 175, 200]]
    assert sized(pixels, 2, 6, smooth=False).tolist() == [[0, 0, 100, 100, 200, 200]] * 2
    assert sized(pixels, 1, 3, smooth=True).tolist() == pixels.tolist()


def test_what_is_said_of_the_geometry_comes_with_the_picture():
    there = Triptych(block(slices(heights=[0, 2, 4, 10, 12])))
    for alone in (False, True):
        picture, found = there.draw(Cut(at=AT, alone=alone), AT, WHOLE, Viewport(900, 600))
        assert "2 of 7 places are empty" in found.notes[-1]
        assert picture.notes[-1] == found.notes[-1]


def test_an_automatic_window_is_that_of_the_active_plane_in_all_three(there):
    auto, viewport = View(voi=Voi(VoiKind.AUTO)), Viewport(900, 600)
    picture, _ = there.draw(Cut(at=AT), AT, auto, viewport)
    same, _ = there.draw(Cut(at=AT), AT, View(voi=Voi(VoiKind.MANUAL, window=picture.window)), viewport)
    assert picture.window_label == "auto"
    assert (picture.pixels == same.pixels).all()
