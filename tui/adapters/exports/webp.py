"""WebP of the picture as it is displayed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from tui.errors import MissingExtraError, NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish

_LONGEST = 16383  # RFC 9649 2.5


class Webp:
    """As displayed; with quality 100 without loss."""

    suffix = ".webp"
    about = "8 bits as displayed, smallest, with loss (--quality; 100 has none)"
    makes = Makes.FRAME
    shows = True

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        from PIL import Image, features

        if not features.check("webp"):
            raise MissingExtraError("This Pillow is built without WebP", "Install Pillow from PyPI, or export as png.")
        pixels = pages.first().pixels()
        if max(pixels.shape[:2]) > _LONGEST:
            raise NoPictureError(f"WebP has at most {_LONGEST} pixels a side", "Give a size with --max-size.")
        image, out = Image.fromarray(pixels), BytesIO()
        image = image if image.mode == "RGB" else image.convert("RGB")  # WebP has no grey
        # lossless "quality" is the effort
        image.save(out, "WEBP", quality=75 if wish.quality == 100 else wish.quality, lossless=wish.quality == 100)
        return out.getvalue()


EXPORTER = Webp()
