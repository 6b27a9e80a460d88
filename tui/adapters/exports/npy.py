"""NumPy's npy: the values of one frame."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish


class Npy:
    """An array in the orientation of the file."""

    suffix = ".npy"
    about = "NumPy: the values of a frame, in the modality's units or as stored"
    makes = Makes.FRAME
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        import numpy as np

        out = BytesIO()
        np.save(out, np.ascontiguousarray(pages.first().values(wish.values or "modality").array), allow_pickle=False)
        return out.getvalue()


EXPORTER = Npy()
