"""PNG (ISO/IEC 15948), 8 bit grey or RGB, of the picture as it is displayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish


class Png:
    """As displayed, without loss."""

    suffix = ".png"
    about = "8 bits as displayed, without loss"
    makes = Makes.FRAME
    shows = True

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        from tui.adapters.exports._png import stream

        return stream(pages.first().pixels())


EXPORTER = Png()
