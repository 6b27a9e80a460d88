"""NIfTI-1 of a mask, uint8, with the affine of its series: from DICOM's LPS to NIfTI's RAS."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tui.errors import GeometryError, MissingExtraError

if TYPE_CHECKING:
    from tui.core.mask import MaskStack


class Nifti:
    """Even slices in one file; voxel (i, j, k) is column i, row j of slice k, the lowest along the normal first."""

    suffix = ".nii.gz"
    slices = True

    def encode(self, stack: MaskStack) -> bytes:
        """The bytes of a file.

        Raises
        ------
        tui.errors.GeometryError
            The slices are no even volume.
        tui.errors.MissingExtraError
        """
        if find_spec("nibabel") is None:
            raise MissingExtraError("NIfTI needs nibabel", "`uv tool install 'safelight[nifti]'` installs it.")
        import gzip

        import numpy as np
        from nibabel import nifti1

        there = stack.volume
        if there is None or there.uneven:
            raise GeometryError("NIfTI holds even slices only, and these are not", "Write .npy or .dcm instead.")
        voxels = np.ascontiguousarray(stack.masks[list(there.order)].transpose(2, 1, 0)).astype(np.uint8)
        build: Any = nifti1.Nifti1Image  # has no types
        image = build(voxels, np.diag([-1.0, -1.0, 1.0, 1.0]) @ there.affine())
        image.header.set_xyzt_units("mm")
        image.set_qform(image.affine, 1)
        image.set_sform(image.affine, 1)
        return gzip.compress(image.to_bytes(), 6, mtime=0)


MASK_FORMAT = Nifti()
