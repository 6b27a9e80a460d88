"""NIfTI-1 of a regular volume, with the right affine: from DICOM's LPS to NIfTI's RAS."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tui.errors import GeometryError, MissingExtraError, NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish
    from tui.core.volume import Place, Volume

_HINT = "Export the slices one by one, or as npz, which keeps each position."


class Nifti:
    """A series of parallel, equally spaced slices, or such a multi-frame object."""

    suffix = ".nii.gz"
    about = "the values of a regular volume, for research (needs safelight[nifti])"
    makes = Makes.SERIES
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file.

        A voxel (i, j, k) is column i, row j of slice k; slices rise along the cross product of row and column.

        Raises
        ------
        tui.errors.GeometryError
            The slices are no regular volume.
        tui.errors.NoPictureError
            They are coloured.
        """
        if find_spec("nibabel") is None:
            raise MissingExtraError("NIfTI needs nibabel", "`uv tool install 'safelight[nifti]'` installs it.")
        import gzip

        import nibabel
        import numpy as np

        from tui.core.volume import place_of

        arrays, places = [], []
        for page in pages:
            values = page.values(wish.values or "modality").array
            arrays.append(values)
            places.append(place_of(page.frame.dataset, page.frame.index, *values.shape[:2]))
        if any(array.ndim != 2 for array in arrays):
            raise NoPictureError("Colour has no place in a NIfTI volume", "Export as png or npz.")
        there = _regular(places)
        volume = np.stack([arrays[i].T for i in there.order], -1)
        if volume.dtype.kind in "bu" and volume.dtype.itemsize <= 1:
            volume = volume.astype(np.uint8)
        if volume.dtype.itemsize == 8:
            volume = volume.astype(np.int32 if volume.dtype.kind in "iu" else np.float64)
        types: Any = nibabel  # its calls carry no types
        image = types.Nifti1Image(volume, np.diag([-1.0, -1.0, 1.0, 1.0]) @ there.affine())
        image.header.set_xyzt_units("mm")
        image.set_qform(image.affine, 1)  # scanner coordinates
        image.set_sform(image.affine, 1)
        return gzip.compress(image.to_bytes(), 6, mtime=0)


def _regular(places: list[Place | None]) -> Volume:
    """The volume that the slices are; a tilted one leans, which the affine map can say."""
    from tui.core.volume import volume

    try:
        found = volume(places, tilted=True)
    except GeometryError as error:
        raise GeometryError(f"{error}, so they are no volume", _HINT) from error
    if found.doubled:
        raise GeometryError("Several images lie at the same place, so they are no volume", _HINT)
    if found.uneven:
        raise GeometryError(f"{found.uneven.rstrip('.')}, so they are no regular volume", _HINT)
    return found


EXPORTER = Nifti()
