"""Segmentations over the images that they are about (PS3.3 A.51, C.8.20): binary, fractional, label map.

A frame of a segmentation belongs to an image that it names as its source, or to the plane in which the image lies in
the same frame of reference. Where the pixels of the two do not stand under each other, the nearest one is taken.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import colour
from tui.core.attributes import items, number, numbers, own_integer, text
from tui.core.cielab import colour_of
from tui.core.objects import Area, Drawn, ObjectOverlay, Reading, Source
from tui.core.overlaid import RGB, Look, Part, Spot
from tui.core.printable import printable
from tui.core.target import Plane, Target
from tui.core.volume import Place, placed
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame

NEAREST = "The segmentation has another grid than the picture: each pixel shows the nearest one."
_ELSEWHERE = "The segmentation does not say where its pixels lie, and has another size than the picture."
_MOST_FRAMES = 100_000
_MOST_PIXELS = 1 << 28  # of the frames that one picture is put together from
_NAME = 64


@dataclass(frozen=True, eq=False)
class Slice:
    """A frame of a segmentation; ``segment`` is 0 in a label map, ``sources`` are (SOP Instance UID, frame or -1)."""

    frame: int
    segment: int
    plane: Plane | None
    sources: frozenset[tuple[str, int]]

    def is_of(self, target: Target) -> bool:
        """Whether it names the image as its source."""
        uid = target.sop_instance_uid
        return bool(uid) and ((uid, -1) in self.sources or (uid, target.frame) in self.sources)


class Segments:
    """A segmentation as it was read, without its pixels."""

    look: Look | None = None

    def __init__(self, source: Source) -> None:
        self._source = source
        dataset = self._dataset = source.dataset
        self._labels = text(dataset, "SegmentationType").upper() == "LABELMAP"
        fractional = text(dataset, "SegmentationType").upper() == "FRACTIONAL"
        self._most = max(number(dataset, "MaximumFractionalValue", default=255.0), 1.0) if fractional else 0.0
        self._frame_of_reference = text(dataset, "FrameOfReferenceUID")
        self._slices = _slices(dataset, source.frames, self._labels)
        declared = own_integer(dataset, "NumberOfFrames") or 1
        self._cut = (f"The segmentation has {source.frames} of {declared} frames.",) * (source.frames < declared)
        if not self._slices:
            raise NoPictureError("The segmentation has no frames")
        self.title = printable(text(dataset, "ContentLabel") or text(dataset, "SeriesDescription"), _NAME)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The segments, with their recommended colours."""
        found: dict[int, Part] = {}
        palette = colour.palette(self._dataset) if self._labels else None
        background = own_integer(self._dataset, "PixelPaddingValue") or 0
        for item in items(self._dataset, "SegmentSequence"):
            at = own_integer(item, "SegmentNumber")
            if at is None or (self._labels and at == background):
                continue
            name = printable(text(item, "SegmentLabel") or text(item, "SegmentDescription"), _NAME)
            shown = colour_of(item, "RecommendedDisplayCIELabValue", at)
            if palette is not None and not numbers(item, "RecommendedDisplayCIELabValue"):
                red, green, blue = (int(part) for part in palette(np.array([[at]]))[0, 0])
                shown = red, green, blue
            found.setdefault(at, Part(at, name or f"segment {at}", shown, spot=self._spot(at)))
        for one in self._slices:  # segments that are used, and not described
            if one.segment and one.segment not in found:
                unnamed = colour_of(self._dataset, "", one.segment)
                found[one.segment] = Part(one.segment, f"segment {one.segment}", unnamed, spot=self._spot(one.segment))
        return tuple(found.values())

    def _spot(self, segment: int) -> Spot:
        """The frame in the middle of a segment; of a label map that of all."""
        slices = self._by_segment.get(0 if self._labels else segment, ())
        if not slices:
            return Spot()
        first = next((one.plane for one in slices if one.plane is not None), None)
        if first is not None:
            slices = tuple(sorted(slices, key=lambda one: first.height(one.plane) if one.plane is not None else 0.0))
        middle = slices[len(slices) // 2]
        uid, frame = min(middle.sources) if len(middle.sources) == 1 else ("", -1)
        return Spot(uid, frame, middle.plane.place.position if middle.plane is not None else None)

    def refers(self, target: Target) -> bool:
        """By reference, or by the frame of reference."""
        return self._same_space(target) or any(one.is_of(target) for one in self._slices)

    def here(self, target: Target) -> frozenset[int]:
        """The segments that have a frame here; of a label map those whose numbers are there."""
        if self._labels:
            labels, _ = self._sampled(self._slices, target)
            return frozenset(np.unique(labels).tolist()) if labels is not None else frozenset()
        return frozenset(at for at, slices in self._by_segment.items() if self._nearby(slices, target))

    def drawn(self, target: Target, parts: frozenset[int]) -> Drawn:
        """An area for each segment."""
        if self._labels:
            labels, notes = self._sampled(self._slices, target)
            if labels is None:
                return Drawn(notes=notes)
            wanted = parts & frozenset(np.unique(labels).tolist())
            here = [part for part in self.parts if part.number in wanted]
            return Drawn(tuple(Area(np.equal(labels, part.number), part.colour) for part in here), len(here), notes)
        areas: list[Area] = []
        said: list[str] = []
        for part in self.parts:
            if part.number not in parts:
                continue
            values, notes = self._sampled(self._by_segment.get(part.number, ()), target)
            said += notes
            if values is not None and values.any():
                areas.append(self._area(values, part.colour))
        return Drawn(tuple(areas), len(areas), tuple(dict.fromkeys((*self._cut, *said))))

    def dressed(self, frame: Frame) -> Frame:
        """As it is."""
        return frame

    def _area(self, values: NDArray[Any], shown: RGB) -> Area:
        if not self._most:
            return Area(values != 0, shown)
        return Area(np.minimum(values.astype(np.float32) / np.float32(self._most), 1), shown, edge=False)

    # ------------------------------------------------------------------------------------------ which frames

    @cached_property
    def _by_segment(self) -> dict[int, tuple[Slice, ...]]:
        found: dict[int, list[Slice]] = defaultdict(list)
        for one in self._slices:
            found[one.segment].append(one)
        return {at: tuple(slices) for at, slices in found.items()}

    @cached_property
    def _apart(self) -> float:
        """Distance of the frames in mm, as far as it can be known; 0 where it cannot."""
        first = next((one.plane for one in self._slices if one.plane is not None), None)
        if first is None:
            return 0.0
        heights = sorted({round(first.height(one.plane), 3) for one in self._slices if one.plane is not None})
        gaps = [b - a for a, b in pairwise(heights) if b - a > 1e-2]
        said = number(self._dataset, "SpacingBetweenSlices") or number(self._dataset, "SliceThickness") or 0.0
        return min([*gaps, abs(said)] if said else gaps, default=0.0)

    def _same_space(self, target: Target) -> bool:
        return bool(self._frame_of_reference) and self._frame_of_reference == target.frame_of_reference

    def _nearby(self, slices: tuple[Slice, ...], target: Target) -> bool:
        """Whether one of the frames is for this target; of planes that cross it, whether one does."""
        if any(self._direct(one, target) for one in slices):
            return True
        if target.plane is None or not self._same_space(target):
            return False
        reach = (self._apart or target.apart_mm) / 2 + 1e-3
        right, low = target.columns - 1, target.rows - 1
        corners = np.array([[0, 0], [right, 0], [0, low], [right, low]])
        for one in slices:
            if one.plane is None:
                continue
            heights = one.plane.inside(target.plane.at(corners))[:, 2]
            if heights.min() <= reach and heights.max() >= -reach:
                return True
        return False

    def _direct(self, one: Slice, target: Target) -> bool:
        """Whether a frame names the target as its source, and does not lie elsewhere by its own words."""
        if not one.is_of(target):
            return False
        if one.plane is None or target.plane is None:
            return True
        apart = (self._apart or target.apart_mm) / 2 + 1e-3
        return one.plane.parallel(target.plane) and abs(one.plane.height(target.plane)) <= apart

    # ------------------------------------------------------------------------------------------ their pixels

    def _sampled(self, slices: tuple[Slice, ...], target: Target) -> tuple[NDArray[Any] | None, tuple[str, ...]]:
        """Stored values under the pixels of the target, and what is to be said of it; None where there are none."""
        direct = [one for one in slices if self._direct(one, target)]
        if direct and (direct[0].plane is None or target.plane is None):
            found, notes = self._pixels(direct)
            return (found, notes) if found.shape == target.shape else (None, (_ELSEWHERE,))
        if target.plane is None or not (direct or self._same_space(target)):
            return None, ()
        level = [one for one in slices if one.plane is not None and one.plane.parallel(target.plane)]
        if level:
            return self._level(level, target, target.plane)
        return self._crossing([one for one in slices if one.plane is not None], target, target.plane)

    def _level(self, slices: list[Slice], target: Target, plane: Plane) -> tuple[NDArray[Any] | None, tuple[str, ...]]:
        """From the nearest of the planes that are parallel to the target."""
        away = [abs(plane.height(one.plane)) for one in slices if one.plane is not None]
        least = min(away)
        if least > (self._apart or target.apart_mm) / 2 + 1e-3:
            return None, ()
        nearest = [one for one, far in zip(slices, away, strict=True) if far <= least + 1e-3]
        first = nearest[0].plane
        if first is not None and first.same_grid(plane):
            return self._pixels(nearest)
        stored, notes = self._pixels(nearest)
        found, inside, at = self._empty(target, first, plane, stored.dtype)
        found[inside] = stored[at[inside, 1], at[inside, 0]]
        return found.reshape(target.shape), (NEAREST, *notes)

    def _crossing(
        self, slices: list[Slice], target: Target, plane: Plane
    ) -> tuple[NDArray[Any] | None, tuple[str, ...]]:
        """From planes that the target cuts: of each pixel, the plane that it is nearest to."""
        first = slices[0].plane if slices else None
        if first is None:
            return None, ()
        slices = [one for one in slices if one.plane is not None and one.plane.parallel(first)]
        levels = np.array([first.height(one.plane) for one in slices if one.plane is not None])
        order = np.argsort(levels)
        found, inside, at = self._empty(target, first, plane, np.dtype(np.uint16))
        heights = first.inside(plane.at(target.pixels))[:, 2]
        after = np.clip(np.searchsorted(levels[order], heights), 1, max(len(order) - 1, 1))
        before = after - 1
        after = np.minimum(after, len(order) - 1)
        nearer = np.abs(levels[order][after] - heights) < np.abs(levels[order][before] - heights)
        chosen = order[np.where(nearer, after, before)]
        inside &= np.abs(levels[chosen] - heights) <= (self._apart or target.apart_mm) / 2 + 1e-3
        wanted = np.unique(chosen[inside])
        size = len(wanted) * first.place.rows * first.place.columns
        if size > _MOST_PIXELS:
            return None, ("The segmentation is too large to be cut across its frames.",)
        said: list[str] = []
        for n in wanted:
            stored, notes = self._pixels([slices[n]])
            said += notes
            here = inside & (chosen == n)
            found[here] = stored[at[here, 1], at[here, 0]]
        return found.reshape(target.shape), (NEAREST, *dict.fromkeys(said))

    def _empty(
        self, target: Target, first: Plane | None, plane: Plane, kind: np.dtype[Any]
    ) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.intp]]:
        """Room for the values, which pixels lie inside of the frames, and column and row of each there."""
        assert first is not None
        at = np.floor(first.inside(plane.at(target.pixels))[:, :2] + 0.5)
        inside: NDArray[np.bool_] = np.all((at >= 0) & (at < (first.place.columns, first.place.rows)), axis=1)
        return np.zeros(len(at), kind), inside, np.where(inside[:, None], at, 0).astype(np.intp)

    def _pixels(self, slices: list[Slice]) -> tuple[NDArray[Any], tuple[str, ...]]:
        """The frames together; several of one segment in one place are put over each other. And what is wrong."""
        shape = own_integer(self._dataset, "Rows"), own_integer(self._dataset, "Columns")
        found, notes = None, []
        for one in slices:
            frame = self._source.frame(one.frame)
            notes += [f"The segmentation: {note}" for note in frame.notes]
            stored = frame.stored[..., 0] if frame.stored.ndim == 3 else frame.stored
            if stored.shape != shape:
                raise NoPictureError(f"Frame {one.frame + 1} of the segmentation has another size than its header says")
            found = stored if found is None else np.maximum(found, stored)
        assert found is not None
        return found, tuple(notes)


# ------------------------------------------------------------------------------------------------- the header


def _slices(dataset: Dataset, frames: int, labels: bool) -> tuple[Slice, ...]:
    """All frames, from their functional groups: their own before the shared ones (PS3.3 C.7.6.16)."""
    shared = next(iter(items(dataset, "SharedFunctionalGroupsSequence")), None)
    own = items(dataset, "PerFrameFunctionalGroupsSequence")
    rows, columns = own_integer(dataset, "Rows") or 0, own_integer(dataset, "Columns") or 0
    found = []
    for frame in range(min(frames, _MOST_FRAMES)):
        groups = [one for one in (own[frame] if frame < len(own) else None, shared) if one is not None]
        segment = 0 if labels else _segment(groups)
        if segment is None:
            continue
        found.append(Slice(frame, segment, _plane(groups, rows, columns), _sources(groups)))
    return tuple(found)


def _group(groups: list[Dataset], keyword: str) -> Dataset | None:
    return next((inside[0] for one in groups if (inside := items(one, keyword))), None)


def _segment(groups: list[Dataset]) -> int | None:
    named = _group(groups, "SegmentIdentificationSequence")
    return own_integer(named, "ReferencedSegmentNumber") if named is not None else None


def _plane(groups: list[Dataset], rows: int, columns: int) -> Plane | None:
    position, orientation, measures = (
        _group(groups, keyword)
        for keyword in ("PlanePositionSequence", "PlaneOrientationSequence", "PixelMeasuresSequence")
    )
    if position is None or orientation is None or measures is None:
        return None
    place: Place | None = placed(
        numbers(position, "ImagePositionPatient"),
        numbers(orientation, "ImageOrientationPatient"),
        numbers(measures, "PixelSpacing"),
        (rows, columns),
    )
    return Plane(place) if place else None


def _sources(groups: list[Dataset]) -> frozenset[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for one in groups:
        for derivation in items(one, "DerivationImageSequence"):
            for source in items(derivation, "SourceImageSequence"):
                uid = text(source, "ReferencedSOPInstanceUID")
                frames = [int(at) - 1 for at in numbers(source, "ReferencedFrameNumber")] or [-1]
                found.update((uid, frame) for frame in frames if uid)
    return frozenset(found)


class Segmentation:
    """Reads segmentations."""

    word = "SEG"
    sop_classes = frozenset(("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"))

    def read(self, source: Source) -> Reading:
        """Read one, but for its pixels."""
        return Segments(source)


OVERLAY: ObjectOverlay = Segmentation()
