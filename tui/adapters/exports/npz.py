"""NumPy's npz: the values of all frames of a series or a multi-frame object, and where they lie."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from tui.errors import NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish
    from tui.core.volume import Place

_NOWHERE = (float("nan"),) * 3


class Npz:
    """``values`` (frames, rows, columns), ``unit``, and per frame ``position_mm``, ``orientation``, ``spacing_mm``."""

    suffix = ".npz"
    about = "NumPy: the values of a series, with positions and spacing"
    makes = Makes.SERIES
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        import numpy as np

        from tui.core.volume import place_of

        kind = wish.values or "modality"
        found = []
        places = []
        for page in pages:
            values = page.values(kind)
            found.append(values)
            places.append(place_of(page.frame.dataset, page.frame.index, *values.array.shape[:2]))
        if len({values.array.shape for values in found}) > 1:
            raise NoPictureError("The images have different sizes", "Export them one by one, as npy.")
        arrays: dict[str, Any] = {
            "values": np.stack([values.array for values in found]),
            "unit": np.array(found[0].unit),
            "position_mm": np.array([place.position if place else _NOWHERE for place in places]),
            "orientation": np.array([_cosines(place) if place else _NOWHERE * 2 for place in places]),
            "spacing_mm": np.array([(p.vertical, p.horizontal) if p else _NOWHERE[:2] for p in places]),
        }
        if kind == "stored" and all(values.slope is not None for values in found):
            arrays["slope"] = np.array([values.slope for values in found])
            arrays["intercept"] = np.array([values.intercept for values in found])
        out = BytesIO()
        np.savez_compressed(out, **arrays)
        return out.getvalue()


def _cosines(place: Place) -> tuple[float, ...]:
    return *place.along_row, *place.along_column


EXPORTER = Npz()
