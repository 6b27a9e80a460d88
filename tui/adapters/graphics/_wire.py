"""Pictures as files in memory, and what is stamped over cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def png(picture: NDArray[np.uint8]) -> bytes:
    """A PNG, fast."""
    if picture.ndim == 2:
        from tui.adapters.graphics import _png

        return _png.encode(picture)
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture).save(out, "png", compress_level=1)
    return out.getvalue()


def jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    """A baseline JPEG."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture).save(out, "jpeg", quality=quality)
    return out.getvalue()


def over(x: int, y: int, data: str) -> str:
    """The data, drawn from this cell on, in one step, with the cursor back where it was."""
    return f"\x1b[?2026h\x1b7\x1b[{y + 1};{x + 1}H{data}\x1b8\x1b[?2026l"


@frozen
class Stamped:
    """A picture that the terminal draws over cells which stay blank, and forgets when they are painted."""

    data: str

    @property
    def size(self) -> int:
        """Characters, all of one byte."""
        return len(self.data)

    @property
    def send(self) -> str:
        """Nothing ahead of the stamp."""
        return ""

    def row(self, y: int, start: int, end: int) -> str | None:
        """Blank cells."""
        return None

    def stamp(self, x: int, y: int) -> str:
        """The picture at this cell."""
        return over(x, y, self.data)

    @property
    def here(self) -> str:
        """The picture."""
        return self.data
