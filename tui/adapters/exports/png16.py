"""PNG of 16 bits that holds every value, with what it means in text chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.errors import NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tui.core.pages import Page, Pages, Values
    from tui.core.values import Wish

_HALF = 1 << 15
_MOST = (1 << 16) - 1
_HINT = "Export as tiff or npy, which hold such values."


class Png16:
    """Stored values, or the modality's where asked for; signed ones are moved up by 32768. Colour as in png."""

    suffix = ".png"
    about = "16 bits: the values themselves, with window, slope and unit"
    makes = Makes.FRAME
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        from tui.adapters.exports._png import stream

        page = pages.first()
        values = page.values(wish.values or "stored")
        if values.array.ndim == 3:
            return stream(page.turned(_unsigned(values)[0]))
        samples, moved = _unsigned(values)
        return stream(page.turned(samples), meaning(page, values, moved, wish.values or "stored"))


def _unsigned(values: Values) -> tuple[NDArray[Any], int]:
    """Samples that fit 16 bits, and what was added to them: 0, or the same 32768 for every signed picture."""
    import numpy as np

    array = values.array
    if array.dtype.kind == "b" or array.dtype == np.uint8:
        return array.astype(np.uint8 if array.ndim == 3 else np.uint16), 0
    low, high = (float(array.min()), float(array.max())) if array.size else (0.0, 0.0)
    if array.dtype.kind == "f" or not (low >= -_HALF and high <= (_MOST if low >= 0 else _HALF - 1)):
        raise NoPictureError("The values do not fit into 16 bits as whole numbers", _HINT)
    moved = _HALF if array.dtype.kind == "i" else 0
    if moved and high >= _HALF:
        moved = 0
    return (array.astype(np.int32) + moved).astype(np.uint16), moved


def meaning(page: Page, values: Values, moved: int, kind: str) -> dict[str, str]:
    """The text chunks: how a sample leads to the stored value and to the unit, and the window that was shown."""
    texts = {"Values": kind, "Offset": str(-moved)}
    if values.slope is not None and values.intercept is not None:
        texts["Slope"] = repr(values.slope)
        texts["Intercept"] = repr(values.intercept - moved * values.slope)
        texts["Unit"] = values.unit
    window = page.picture.window
    if window is not None:
        texts["Window Center"], texts["Window Width"] = repr(window.center), repr(window.width)
        texts["Window Unit"] = page.picture.unit
    return {keyword: text for keyword, text in texts.items() if text}


EXPORTER = Png16()
