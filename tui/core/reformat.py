"""Slices of one direction → planes of the other two, and slabs (PS3.3 C.11.22 to C.11.26, Planar MPR).

The volume is turned once, without a copy, so that its indices rise to the patient's left, to the back and to the head;
a plane is then a view of it. Voxels are never interpolated: a plane has the resolution that the slices give it, and
its Pixel Spacing tells how it is to be stretched.
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import modality
from tui.core.attributes import value_errors
from tui.core.cuts import ACROSS, NORMAL, Cut, Plane, Rendering, Volumed, Voxel
from tui.core.frames import Frame
from tui.core.quantities import Reading
from tui.core.volume import Place, Volume, place_of, volume
from tui.errors import GeometryError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset
    from pydicom.tag import BaseTag

_OBLIQUE = 3.0  # degrees
_SPREAD = 4  # a stack has at most that many times the places for slices that it has slices
_GROUPS = ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence")
_EMPTY = np.float32(-3.0e38)


class Stack:
    """Takes slices as they are decoded, and makes a block of them.

    Values stay as they are stored where all slices have one Rescale Slope and Intercept; else they become float32 in
    the modality's units, as of PET, whose slices have slopes of their own.

    Parameters
    ----------
    count
        How many slices will come.
    most
        Bytes that they may take.
    """

    def __init__(self, count: int, most: int) -> None:
        self._count, self._most = count, most
        self._values: NDArray[Any] = np.empty((0, 0, 0), np.int16)
        self._line = modality.Rescale()
        self._scaled = False
        self._padded: modality.Padding | None = None
        self._places: list[Place | None] = []
        self._first: Frame | None = None

    def take(self, frame: Frame) -> None:
        """Take the next slice.

        Raises
        ------
        tui.errors.GeometryError
            It is none: of colour, by a table, of another size; or there is no room.
        """
        stored = frame.stored
        if stored.ndim != 2 or stored.dtype.kind not in "iuf" or not frame.photometric.startswith("MONOCHROME"):
            raise GeometryError("Planes are made of grey pictures, and these have colours")
        line = modality.transformation(frame.dataset, frame.index)[0]
        if not isinstance(line, modality.Rescale):
            raise GeometryError("The values of these slices come from tables, and planes through them would be wrong")
        if self._first is None:
            self._first, self._line = frame, line
            self._padded = modality.padding(frame.dataset, stored, frame.index)
            self._values = self._room(stored.shape, stored.dtype)
        if stored.shape != self._values.shape[1:]:
            raise GeometryError("These images have different numbers of rows or columns")
        at = len(self._places)
        if not self._scaled and (line != self._line or stored.dtype != self._values.dtype):
            before = self._values[:at]
            self._values = self._room(stored.shape, np.dtype(np.float32))
            for number, one in enumerate(before):
                self._values[number] = _scaled(one, self._line, self._padded)
            self._scaled = True
        padding = modality.padding(frame.dataset, stored, frame.index)
        self._values[at] = _scaled(stored, line, padding) if self._scaled else stored
        self._places.append(place_of(frame.dataset, frame.index, stored.shape[0], stored.shape[1]))

    def _room(self, shape: tuple[int, ...], kind: np.dtype[Any]) -> NDArray[Any]:
        size = self._count * math.prod(shape) * kind.itemsize
        if size > self._most:
            raise GeometryError(
                f"The volume would take {size >> 20} MiB, and the limit volume_bytes under [limits] of the "
                f"configuration is {self._most >> 20} MiB"
            )
        return np.empty((self._count, *shape), kind)

    def block(self) -> Block:
        """The slices as a volume.

        Raises
        ------
        tui.errors.GeometryError
            Why they are none.
        """
        there = volume(self._places)
        if self._first is None or len(there.order) < 2:
            raise GeometryError("Planes need at least two slices behind each other")
        slots = _slots(there)
        values = self._values[: len(self._places)]
        void = _void(values, None if self._scaled else self._padded)
        if slots == list(range(len(values))):
            pass
        elif slots == list(range(len(values)))[::-1]:
            values = values[::-1]
        else:
            size = len(slots) * values[0].nbytes
            if size > self._most:
                raise GeometryError(f"With the gaps between its slices, the volume would take {size >> 20} MiB")
            values = np.stack([values[slot] if slot >= 0 else np.full_like(values[0], void) for slot in slots])
        dataset = flat(self._first.dataset, self._first.index)
        if self._scaled:
            _put(dataset, RescaleSlope=1.0, RescaleIntercept=0.0)
            for name in ("PixelPaddingValue", "PixelPaddingRangeLimit"):
                dataset.pop(name, None)
        gaps = sum(slot < 0 for slot in slots)
        notes = there.notes
        if gaps:
            notes += (f"Between the slices are gaps: {gaps} of {len(slots)} places are empty.",)
        kind = self._first.photometric
        return Block(values, there, dataset, photometric=kind, void=void, gaps=bool(gaps), notes=notes)


def _scaled(stored: NDArray[Any], line: modality.Rescale, padding: modality.Padding | None) -> NDArray[Any]:
    values = line(stored).astype(np.float32)
    if padding is not None:
        values[padding.covers(stored)] = _EMPTY
    return values


def _slots(there: Volume) -> list[int]:
    """Index of the slice that stands at each multiple of the usual distance, or -1 where none is near enough."""
    if not there.uneven:
        return list(there.order)
    heights = np.array(there.heights)
    count = round((heights[-1] - heights[0]) / there.apart) + 1
    if count > _SPREAD * len(heights):
        raise GeometryError("The slices are too far apart for a volume: most of it would be gaps")
    places = heights[0] + np.arange(count) * there.apart
    near = np.abs(places[:, None] - heights[None, :])
    nearest = near.argmin(1)
    return [there.order[n] if near[at, n] <= 0.51 * there.apart else -1 for at, n in enumerate(nearest)]


def _void(values: NDArray[Any], padding: modality.Padding | None) -> float:
    """A stored value that stands for nothing: the padding, else one that no voxel has."""
    if values.dtype.kind == "f":
        return float(_EMPTY)
    if padding is not None:
        return padding.low
    ends = np.iinfo(values.dtype)
    low, high = int(values.min()), int(values.max())
    return ends.min if low > ends.min else ends.max if high < ends.max else low


def _own(tag: BaseTag) -> bool:
    """Whether an element belongs to the pixels of one slice: overlays, and palettes, which planes do not have."""
    return 0x6000 <= tag.group <= 0x60FF or 0x00281101 <= tag <= 0x00281223


def flat(dataset: Dataset, frame: int) -> Dataset:
    """The header of a frame as that of an image with one frame: its functional groups at the top (PS3.3 C.7.6.16)."""
    from pydicom.dataset import Dataset

    made = Dataset()
    made.update({tag: dataset._dict[tag] for tag in dataset.keys() if not _own(tag)})  # noqa: SIM118
    held = [dataset.get(name) or [] for name in _GROUPS]
    for name in _GROUPS:
        made.pop(name, None)
    own, shared = held
    for holder in (*own[frame : frame + 1], *shared[:1]):
        for macro in holder:
            try:
                groups = macro.value if macro.VR == "SQ" else []
                for element in groups[0] if groups else ():
                    if element.tag not in made:
                        made[element.tag] = element
            except value_errors():
                continue  # a broken macro is as good as none
    for name in ("NumberOfFrames", "FrameIncrementPointer", "PixelAspectRatio"):
        made.pop(name, None)
    return made


def _put(dataset: Dataset, **values: object) -> None:
    """Set attributes by new elements: those that are there may be those of the file, too."""
    for name, value in values.items():
        dataset.pop(name, None)
        setattr(dataset, name, value)


class Block:
    """A volume in memory.

    Parameters
    ----------
    values
        Shape (places along the normal, rows, columns), the lowest place first.
    there
        Where the slices lie.
    dataset
        Header of one slice, flat.
    void
        Stored value of voxels that are no part of the picture.
    gaps
        Whether some places have no slice.

    Attributes
    ----------
    turned
        The values with indices that rise to the head, to the back, to the left; a view.
    """

    def __init__(
        self,
        values: NDArray[Any],
        there: Volume,
        dataset: Dataset,
        *,
        photometric: str = "MONOCHROME2",
        void: float,
        gaps: bool = False,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._dataset, self._photometric, self._void, self._gaps = dataset, photometric, void, gaps
        first = there.first
        ways = np.array([there.normal, first.along_column, first.along_row])  # of the axes of the values
        sizes = (there.apart, first.vertical, first.horizontal)
        axes = max(permutations(range(3)), key=lambda order: sum(abs(float(ways[order[n], n])) for n in range(3)))
        signs = [1 if ways[axes[n], n] >= 0 else -1 for n in range(3)]
        self.turned = np.transpose(values, axes[::-1])[:: signs[2], :: signs[1], :: signs[0]]
        self._ways = np.array([ways[axes[n]] * signs[n] for n in range(3)])
        self._voxel = (sizes[axes[0]], sizes[axes[1]], sizes[axes[2]])
        lengths = [sizes[axes[n]] * (values.shape[axes[n]] - 1) for n in range(3)]
        self._corner = np.array(first.position) + sum(
            (ways[axes[n]] * lengths[n] for n in range(3) if signs[n] < 0), np.zeros(3)
        )
        off = max(math.degrees(math.acos(min(1.0, abs(float(self._ways[n][n]))))) for n in range(3))
        oblique = f"The planes are those of the slices, {off:.0f} degrees off the patient's."
        self.notes = (*notes, oblique) if off > _OBLIQUE else notes
        self._line = modality.transformation(dataset)[0]

    @property
    def nbytes(self) -> int:
        """Size in bytes."""
        return int(self.turned.nbytes)

    @property
    def shape(self) -> Voxel:
        """Voxels to the left, to the back, to the head."""
        z, y, x = self.turned.shape
        return x, y, z

    @property
    def voxel_mm(self) -> tuple[float, float, float]:
        """Size of a voxel to the left, to the back, to the head."""
        return self._voxel

    def inside(self, at: Voxel) -> Voxel:
        """The nearest voxel."""
        x, y, z = (min(max(one, 0), most - 1) for one, most in zip(at, self.shape, strict=True))
        return x, y, z

    def near(self, dataset: Dataset, frame: int) -> Voxel:
        """The voxel in the middle of a slice, of the volume if that slice says nothing of its place."""
        rows, columns = int(dataset.Rows), int(dataset.Columns)
        place = place_of(dataset, frame, rows, columns)
        x, y, z = (count // 2 for count in self.shape)
        if place is None:
            return x, y, z
        middle = (
            np.array(place.position)
            + np.array(place.along_row) * place.horizontal * (columns // 2)
            + np.array(place.along_column) * place.vertical * (rows // 2)
        )
        x, y, z = (round(float(n)) for n in (self._ways @ (middle - self._corner)) / np.array(self._voxel))
        return self.inside((x, y, z))

    # ------------------------------------------------------------------------------------------ planes

    def frame(self, plane: Plane, at: int, slab: int = 1, rendering: Rendering = Rendering.MAXIMUM) -> Frame:
        """A plane as a picture: to its right lies the left or the back, below it the back or the feet.

        Parameters
        ----------
        at
            Its index along its normal.
        slab
            Voxels behind each other, around ``at``.
        """
        axis = 2 - NORMAL[plane]  # of turned
        first = min(max(at - (slab - 1) // 2, 0), self.turned.shape[axis] - 1)
        last = min(max(at + slab // 2 + 1, first + 1), self.turned.shape[axis])
        where = [slice(None)] * 3
        where[axis] = slice(first, last)
        part = self.turned[tuple(where)]
        flat_ = part.squeeze(axis) if last - first == 1 else self._rendered(part, axis, rendering)
        if plane is not Plane.AXIAL:
            flat_ = flat_[::-1]
        index = [0, 0, 0]
        index[NORMAL[plane]] = at
        return Frame(np.ascontiguousarray(flat_), self._photometric, self._header(plane, index, last - first))

    def _rendered(self, part: NDArray[Any], axis: int, rendering: Rendering) -> NDArray[Any]:
        falls = isinstance(self._line, modality.Rescale) and self._line.slope < 0  # stored values fall as values rise
        if rendering is Rendering.AVERAGE:
            there = part != self._void
            count = there.sum(axis)
            mean = np.where(there, part, 0).sum(axis, dtype=np.float64) / np.maximum(count, 1)
            mean = np.rint(mean) if part.dtype.kind in "iu" else mean
            return np.where(count > 0, mean, self._void).astype(part.dtype)
        greatest = (rendering is Rendering.MAXIMUM) != falls
        found = part.max(axis) if greatest else part.min(axis)
        if not (found == self._void).any():
            return np.asarray(found)
        ends = np.finfo(part.dtype) if part.dtype.kind == "f" else np.iinfo(part.dtype)
        out = ends.min if greatest else ends.max
        there = part != self._void
        found = np.where(there, part, out).max(axis) if greatest else np.where(there, part, out).min(axis)
        return np.where(there.any(axis), found, self._void).astype(part.dtype)

    def _header(self, plane: Plane, index: list[int], slab: int) -> Dataset:
        """The header of a plane, so that all that draws and measures pictures can work with it."""
        right, down = ACROSS[plane]
        turn = 1 if plane is Plane.AXIAL else -1
        if turn < 0:
            index[down] = self.shape[down] - 1
        x, y, z = index
        made = flat(self._dataset, 0)
        _put(
            made,
            Rows=self.shape[down],
            Columns=self.shape[right],
            PixelSpacing=[self._voxel[down], self._voxel[right]],
            ImageOrientationPatient=[*map(float, self._ways[right]), *map(float, self._ways[down] * turn)],
            ImagePositionPatient=list(self.patient((x, y, z))),
            SliceThickness=self._voxel[NORMAL[plane]] * slab,
        )
        made.pop("PatientOrientation", None)
        if self.turned.dtype.kind == "f":
            kind = "DoubleFloat" if self.turned.dtype.itemsize > 4 else "Float"
            _put(made, **{f"{kind}PixelPaddingValue": self._void})
        elif self._gaps and "PixelPaddingValue" not in made:
            made.add_new("PixelPaddingValue", "SS" if self.turned.dtype.kind == "i" else "US", int(self._void))
        return made

    def patient(self, at: Voxel) -> tuple[float, float, float]:
        """Patient coordinates of the middle of a voxel in mm."""
        x, y, z = self._corner + (np.array(at) * np.array(self._voxel)) @ self._ways
        return float(x), float(y), float(z)

    def found(self, cut: Cut, at: Voxel) -> Volumed:
        """What is at the place where the planes meet."""
        stored = self.turned[at[2], at[1], at[0]]
        value = None
        if stored != self._void:
            value = Reading(float(self._line(np.array([stored]))[0]), modality.unit(self._dataset))
        thick = min(cut.slab, self.shape[NORMAL[cut.plane]]) * self._voxel[NORMAL[cut.plane]]
        return Volumed(at, self.shape, self._voxel, self.patient(at), value, thick, self.notes)
