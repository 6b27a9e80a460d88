"""Display shutters: which part of an image is hidden, and by which grey (PS3.3 C.7.6.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui.core.attributes import number, numbers, text
from tui.core.objects import Shade
from tui.core.polygons import filled

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset


def shutter(dataset: Dataset, shape: tuple[int, int]) -> Shade | None:
    """What the shutters of a data set hide together: all that is outside of any of them. None where there is none.

    Parameters
    ----------
    shape
        Rows and columns of the image.
    """
    shapes = text(dataset, "ShutterShape").upper().split("\\")
    seen = np.ones(shape, np.bool_)
    known = False
    for name, inside in (("RECTANGULAR", _rectangle), ("CIRCULAR", _circle), ("POLYGONAL", _polygon)):
        if name in shapes and (part := inside(dataset, shape)) is not None:
            seen &= part
            known = True
    return Shade(~seen, level(dataset)) if known else None


def level(dataset: Dataset) -> int:
    """Shutter Presentation Value, a P-Value of 16 bits, as a grey level; black where it is missing."""
    found = number(dataset, "ShutterPresentationValue", default=0.0)
    return min(max(int(found) >> 8, 0), 255)


def _rectangle(dataset: Dataset, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    edges = [
        number(dataset, f"Shutter{name}Edge")
        for name in ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
    ]
    left, right, upper, lower = edges
    if left is None or right is None or upper is None or lower is None:
        return None
    y, x = np.ogrid[1 : shape[0] + 1, 1 : shape[1] + 1]  # edges are columns and rows from 1
    return np.asarray((x >= left) & (x <= right) & (y >= upper) & (y <= lower))


def _circle(dataset: Dataset, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    center, radius = numbers(dataset, "CenterOfCircularShutter"), number(dataset, "RadiusOfCircularShutter")
    if len(center) != 2 or radius is None:
        return None
    y, x = np.ogrid[1 : shape[0] + 1, 1 : shape[1] + 1]
    return np.asarray((x - center[1]) ** 2 + (y - center[0]) ** 2 <= radius**2)


def _polygon(dataset: Dataset, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    found = numbers(dataset, "VerticesOfThePolygonalShutter")
    if len(found) < 6 or len(found) % 2:
        return None
    corners = np.array(found).reshape(-1, 2)[:, ::-1]  # row and column, from 1
    return filled([corners - 0.5], *shape)
