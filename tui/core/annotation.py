"""Text that is drawn into exported pictures: series, image, window and orientation; nothing that names a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.values import Label, Picture, View

_LINES = 32  # lines of text that would fill the picture
_SMALLEST = 9  # pixels of a letter that can still be read


def texts(picture: Picture, label: Label, view: View) -> dict[str, str]:
    """What stands where: ``la`` is the left top corner, ``rs`` the right bottom, ``lm`` the middle of the left edge …

    The anchors are those of Pillow: left, middle, right; ascender, middle, descender.
    """
    place = [f"image {label.image}"] if label.image is not None else []
    if label.frames > 1:
        place.append(f"frame {label.frame + 1}/{label.frames}")
    window = picture.window
    shown = f"C {window.center:.5g} W {window.width:.5g} {picture.unit}".rstrip() if window else ""
    left, right, top, bottom = picture.letters
    return {
        "la": " ".join(part for part in (label.modality, str(label.series or "")) if part),
        "ra": ", ".join(place),
        "ld": ", ".join(part for part in (shown, "inverted" if view.invert else "") if part),
        "lm": left, "rm": right, "ma": top, "md": bottom,
    }  # fmt: skip


def annotated(pixels: NDArray[np.uint8], picture: Picture, label: Label, view: View) -> NDArray[np.uint8]:
    """The picture with its texts, white on a black rim; left as it is where they would not be legible."""
    from PIL import Image, ImageDraw, ImageFont

    rows, columns = pixels.shape[:2]
    size = min(rows, columns) // _LINES
    size = max(size, _SMALLEST)
    if min(rows, columns) < 8 * size:
        return pixels
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    gap = size // 2
    across = {"l": gap, "m": columns // 2, "r": columns - gap}
    down = {"a": gap, "m": rows // 2, "d": rows - gap}
    white, black = (255, 0) if image.mode == "L" else ((255, 255, 255), (0, 0, 0))
    for anchor, words in texts(picture, label, view).items():
        if words:
            at = (across[anchor[0]], down[anchor[1]])
            draw.text(at, words, fill=white, font=font, anchor=anchor, stroke_width=1, stroke_fill=black)
    return np.asarray(image)
