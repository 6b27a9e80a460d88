"""JPEG, baseline, of the picture as it is displayed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from tui.errors import NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish

_LONGEST = 65535  # ITU-T T.81 B.2.2
_FULL_COLOUR = 85  # quality from which each pixel keeps its own colour


class Jpeg:
    """As displayed, smaller than PNG, with loss."""

    suffix = ".jpg"
    about = "8 bits as displayed, small, with loss (--quality)"
    makes = Makes.FRAME
    shows = True

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        from PIL import Image

        pixels = pages.first().pixels()
        if max(pixels.shape[:2]) > _LONGEST:
            raise NoPictureError(f"JPEG has at most {_LONGEST} pixels a side", "Give a size with --max-size.")
        out = BytesIO()
        subsampling = 0 if wish.quality >= _FULL_COLOUR else 2
        Image.fromarray(pixels).save(out, "JPEG", quality=wish.quality, subsampling=subsampling, optimize=True)
        return out.getvalue()


EXPORTER = Jpeg()
