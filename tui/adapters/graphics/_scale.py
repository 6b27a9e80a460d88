"""Resizing of 8-bit pictures, shared by the encoders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def resized(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture at exactly this size: area means where it shrinks, linear between pixels where it grows.

    Parameters
    ----------
    picture
        Shape (rows, columns) or (rows, columns, 3).
    """
    import numpy as np
    from PIL import Image

    if picture.shape[:2] == (height, width):
        return np.ascontiguousarray(picture)
    shrinks = width <= picture.shape[1] and height <= picture.shape[0]
    method = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((width, height), method))


def at_most(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture, shrunk to the size if it has more pixels than that in a direction; never enlarged."""
    rows, columns = picture.shape[:2]
    return resized(picture, max(1, min(width, columns)), max(1, min(height, rows)))


def shrunk(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """The picture with a whole factor fewer pixels in each direction, at least one."""
    rows, columns = picture.shape[:2]
    return resized(picture, max(1, columns // factor), max(1, rows // factor))


def blocks(picture: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """A picture of the same size made of equal squares of ``factor`` pixels: cheap to compress."""
    import numpy as np

    rows, columns = picture.shape[:2]
    small = shrunk(picture, factor)
    down = np.minimum(np.arange(rows) // factor, small.shape[0] - 1)
    across = np.minimum(np.arange(columns) // factor, small.shape[1] - 1)
    return np.ascontiguousarray(small[down[:, None], across])
