"""NIfTI-1 of a regular volume, with the right affine: from DICOM's LPS to NIfTI's RAS."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tui.errors import MissingExtraError, NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish


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
        tui.errors.NoPictureError
            The slices are no regular volume.
        """
        if find_spec("nibabel") is None:
            raise MissingExtraError("NIfTI needs nibabel", "`uv tool install 'safelight[nifti]'` installs it.")
        import gzip

        import nibabel
        import numpy as np

        from tui.core.volume import arranged, slice_of

        arrays, places = [], []
        for page in pages:
            arrays.append(page.values(wish.values or "modality").array)
            places.append(slice_of(page.frame.dataset, page.frame.index))
        if any(array.ndim != 2 for array in arrays):
            raise NoPictureError("Colour has no place in a NIfTI volume", "Export as png or npz.")
        if len({array.shape for array in arrays}) > 1:
            raise NoPictureError("The images have different sizes, so they are no volume", "Export them as npy.")
        order, lps = arranged(places)
        volume = np.stack([arrays[i].T for i in order], -1)
        if volume.dtype.kind in "bu" and volume.dtype.itemsize <= 1:
            volume = volume.astype(np.uint8)
        if volume.dtype.itemsize == 8:
            volume = volume.astype(np.int32 if volume.dtype.kind in "iu" else np.float64)
        types: Any = nibabel  # its calls carry no types
        image = types.Nifti1Image(volume, np.diag([-1.0, -1.0, 1.0, 1.0]) @ lps)
        image.header.set_xyzt_units("mm")
        image.set_qform(image.affine, 1)  # scanner coordinates
        image.set_sform(image.affine, 1)
        return gzip.compress(image.to_bytes(), 6, mtime=0)


EXPORTER = Nifti()
