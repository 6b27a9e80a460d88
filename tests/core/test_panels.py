"""Original, mask and result beside each other."""

from __future__ import annotations

import numpy as np
import pytest

from tests import phantoms
from tui.core import pipeline
from tui.core.frames import Frame
from tui.core.marks import Over
from tui.core.quantities import Recipe
from tui.core.values import View, Viewport, Voi, VoiKind, Window

WINDOW = Voi(VoiKind.MANUAL, window=Window(0.0, 2000.0))


def frame(rows: int = 96, columns: int = 96) -> tuple[Frame, np.ndarray]:
    ds = phantoms.ct(size=96)
    ds.PixelSpacing = [1, 1]
    stored = np.full((rows, columns), 1024, np.uint16)  # 0 HU
    mask = np.zeros((rows, columns), bool)
    mask[: rows // 2] = True
    return Frame(stored, "MONOCHROME2", ds), mask


@pytest.mark.parametrize("rotation", range(4))
@pytest.mark.parametrize("viewport", [Viewport(900, 400), Viewport(31, 9), Viewport(200, 900)])
def test_three_pictures_of_one_size_fit_the_viewport(viewport: Viewport, rotation: int) -> None:
    there, mask = frame()
    view = View(voi=WINDOW, mask=Recipe(), panels=True, rotation=rotation)
    picture = pipeline.Renderer().draw(there, view, viewport, Over(mask))
    assert picture.width <= viewport.width and picture.height <= viewport.height
    rows, columns = picture.pixels.shape
    assert abs(columns / rows - picture.width / picture.height) < 0.15 * columns / rows


@pytest.mark.parametrize("sides", [(96, 96), (8, 8), (3, 200)])
def test_the_mask_is_white_and_the_result_is_the_picture_inside_of_it(sides: tuple[int, int]) -> None:
    there, mask = frame(*sides)
    view = View(voi=WINDOW, mask=Recipe(background=1000.0), panels=True)
    pixels = pipeline.Renderer().draw(there, view, Viewport(960, 400), Over(mask)).pixels
    third = pixels.shape[1] // 3
    middle = [pixels[:, third * n + third // 2] for n in range(3)]
    rows = pixels.shape[0]
    for line, above, below in zip(middle, (127, 255, 127), (127, 0, 255), strict=True):
        assert line[rows // 6] == above and line[-1] == below  # 1000 HU is the window's end


def test_without_a_background_it_is_the_lowest_value_of_the_picture() -> None:
    there, mask = frame()
    there.stored[0, 0] = 0
    view = View(voi=WINDOW, mask=Recipe(), panels=True)
    pixels = pipeline.Renderer().draw(there, view, Viewport(960, 400), Over(mask)).pixels
    assert pixels[-1, -1] == 0


def test_without_a_mask_there_is_the_picture_alone() -> None:
    there, _ = frame()
    plain = pipeline.draw(there, View(voi=WINDOW), Viewport(960, 400))
    assert (
        pipeline.Renderer().draw(there, View(voi=WINDOW, panels=True), Viewport(960, 400)).pixels == plain.pixels
    ).all()
