"""Planes through a volume, as the user asks for them and as they are answered: values without numpy.

The names are those of planar MPR (PS3.3 C.11.22 to C.11.26): a plane is thin, or a slab of a thickness and a
rendering method.
"""

from __future__ import annotations

from enum import StrEnum

from tui.core.quantities import Reading
from tui.frozen import frozen

Voxel = tuple[int, int, int]
"""Indices from 0 that rise to the patient's left, to the back, and to the head."""


class Plane(StrEnum):
    """Of the patient, or of the volume where it lies obliquely."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


class Rendering(StrEnum):
    """What a slab shows of the voxels behind each other."""

    MAXIMUM = "MIP"
    MINIMUM = "MinIP"
    AVERAGE = "mean"


NORMAL = {Plane.SAGITTAL: 0, Plane.CORONAL: 1, Plane.AXIAL: 2}
"""Which index of a :data:`Voxel` rises along the normal of a plane."""

ACROSS = {Plane.AXIAL: (0, 1), Plane.CORONAL: (0, 2), Plane.SAGITTAL: (1, 2)}
"""Which indices of a :data:`Voxel` rise to the right, and upwards or downwards, as a plane is seen."""


@frozen
class Cut:
    """How a volume is cut.

    Attributes
    ----------
    plane
        The one that the keys move.
    at
        Where the planes meet; None for the middle of the slice that was looked at.
    alone
        Show that plane alone; else all three.
    slab
        Voxels behind each other, at least 1; and how they are rendered.
    """

    plane: Plane = Plane.AXIAL
    at: Voxel | None = None
    alone: bool = False
    slab: int = 1
    rendering: Rendering = Rendering.MAXIMUM


@frozen
class Volumed:
    """What was found where a volume is cut.

    Attributes
    ----------
    at
        Where the planes meet.
    shape
        How many voxels there are to the left, to the back, to the head.
    voxel_mm
        Their size in these directions.
    position_mm
        Patient coordinates of ``at``.
    value
        The value there in the modality's units; None for padding, and where no slice lies.
    slab_mm
        Thickness of the slab along the normal of the plane.
    notes
        Sentences on the geometry.
    """

    at: Voxel
    shape: Voxel
    voxel_mm: tuple[float, float, float]
    position_mm: tuple[float, float, float]
    value: Reading | None = None
    slab_mm: float = 0.0
    notes: tuple[str, ...] = ()
