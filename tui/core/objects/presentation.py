"""Presentation states: how someone has looked at images, and what was drawn on them (PS3.3 A.33, C.10, C.11).

Modality LUT, VOI LUT and Presentation LUT of a state take the place of the image's own; rotation, flip and displayed
area are a look that the view takes over; graphics, texts, overlay planes and shutters are drawn.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tui.core import graphics, shutter
from tui.core.attributes import has, items, number, numbers, own_integer, text
from tui.core.objects import Area, Drawing, Drawn, ObjectOverlay, Reading, Shade, Source
from tui.core.overlaid import Look, Part, Spot
from tui.core.planes import GROUPS, plane
from tui.core.printable import printable
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.target import Target

_NAME = 64
_VOI = ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction", "VOILUTSequence")
_MODALITY = ("ModalityLUTSequence", "RescaleIntercept", "RescaleSlope", "RescaleType")
_PRESENTATION = ("PresentationLUTSequence", "PresentationLUTShape")
_GROUPS = ("FrameVOILUTSequence", "PixelValueTransformationSequence")
_ACTIVATION = 0x1001
COMPOUND = "Compound graphics of the presentation state are not drawn."
TEXT = "Text of the presentation state stands in the picture."


class State:
    """A presentation state as it was read."""

    def __init__(self, source: Source) -> None:
        dataset = self._dataset = source.dataset
        self._images = [
            image
            for series in items(dataset, "ReferencedSeriesSequence")
            for image in items(series, "ReferencedImageSequence")
        ]
        if not self._images:
            raise NoPictureError("The presentation state names no image")
        self.title = printable(
            text(dataset, "ContentDescription") or text(dataset, "ContentLabel") or text(dataset, "SeriesDescription"),
            _NAME,
        )

    # ------------------------------------------------------------------------------------------ what there is

    @cached_property
    def _layers(self) -> dict[str, Dataset]:
        known = sorted(
            items(self._dataset, "GraphicLayerSequence"), key=lambda item: own_integer(item, "GraphicLayerOrder") or 0
        )
        return {text(item, "GraphicLayer"): item for item in known}

    @cached_property
    def _activated(self) -> dict[int, str]:
        """Overlay groups, and the layers in which they are shown (C.11.7)."""
        found = {}
        for group in GROUPS:
            if (group, _ACTIVATION) in self._dataset and (name := str(self._dataset[group, _ACTIVATION].value).strip()):
                found[group] = name
        return found

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The layers, the lowest first; also those that are used and not described."""
        used = [text(item, "GraphicLayer") for item in items(self._dataset, "GraphicAnnotationSequence")]
        names = dict.fromkeys([*self._layers, *used, *self._activated.values()])
        spot = Spot(text(self._images[0], "ReferencedSOPInstanceUID"))
        return tuple(
            Part(at, printable(self._named(name), _NAME), graphics.layer_colour(self._layers.get(name)), spot=spot)
            for at, name in enumerate(names, 1)
        )

    def _named(self, name: str) -> str:
        layer = self._layers.get(name)
        told = text(layer, "GraphicLayerDescription") if layer is not None else ""
        return f"{name}: {told}" if told and name else told or name or "graphics"

    @cached_property
    def _numbers(self) -> dict[str, int]:
        used = [text(item, "GraphicLayer") for item in items(self._dataset, "GraphicAnnotationSequence")]
        names = dict.fromkeys([*self._layers, *used, *self._activated.values()])
        return {name: at for at, name in enumerate(names, 1)}

    def refers(self, target: Target) -> bool:
        """Whether the state names the image, and the frame if it names frames."""
        return any(_is(image, target) for image in self._images)

    def here(self, target: Target) -> frozenset[int]:
        """The layers with graphics for this frame, and those of overlay planes."""
        if not self.refers(target):
            return frozenset()
        found = {self._numbers[text(item, "GraphicLayer")] for item in self._annotations(target)}
        return frozenset(found | {self._numbers[name] for name in self._activated.values()})

    def _annotations(self, target: Target) -> list[Dataset]:
        return [item for item in items(self._dataset, "GraphicAnnotationSequence") if _about(item, target)]

    # ------------------------------------------------------------------------------------------ the look

    @cached_property
    def look(self) -> Look:
        """Rotation and flip, and the area of the first displayed area selection."""
        return self._look(next(iter(items(self._dataset, "DisplayedAreaSelectionSequence")), None))

    def _look(self, selection: Dataset | None) -> Look:
        # The state turns first and flips then (C.10.6); a view flips first.
        quarters = int(number(self._dataset, "ImageRotation", default=0.0)) // 90 % 4
        flip = text(self._dataset, "ImageHorizontalFlip").upper() == "Y"
        rotation = -quarters % 4 if flip else quarters
        if selection is None:
            return Look(rotation, flip)
        first = numbers(selection, "DisplayedAreaTopLeftHandCorner")
        last = numbers(selection, "DisplayedAreaBottomRightHandCorner")
        if len(first) != 2 or len(last) != 2:
            return Look(rotation, flip)
        (left, right), (top, bottom) = sorted((first[0], last[0])), sorted((first[1], last[1]))
        return Look(rotation, flip, (left - 1, top - 1, right, bottom))

    def looks(self, target: Target) -> Look:
        """As ``look``, with the area that is selected for this frame."""
        selections = items(self._dataset, "DisplayedAreaSelectionSequence")
        return self._look(next((one for one in selections if _about(one, target)), None))

    # ------------------------------------------------------------------------------------------ grey levels

    def dressed(self, frame: Frame) -> Frame:
        """The frame with the state's transformations in place of its own; only where it is grey and the state has any.

        Without a Modality LUT in the state, none is applied (PS3.4 N.2.1); polarity is the state's alone.
        """
        state = self._dataset
        voi = next((one for one in items(state, "SoftcopyVOILUTSequence") if _names(one, frame)), None)
        brings = voi is not None or any(has(state, keyword) for keyword in _MODALITY)
        if frame.stored.ndim != 2 or frame.photometric not in ("MONOCHROME1", "MONOCHROME2"):
            return frame
        photometric = frame.photometric
        dataset = copy.copy(frame.dataset)
        if brings:
            _without(dataset, frame.index, (*_MODALITY, *_VOI), _GROUPS)
            _take(dataset, state, _MODALITY)
            if voi is not None:
                _take(dataset, voi, _VOI)
        if any(has(state, keyword) for keyword in _PRESENTATION):
            _without(dataset, frame.index, _PRESENTATION, ())
            _take(dataset, state, _PRESENTATION)
            photometric = "MONOCHROME2"
        return replace(frame, dataset=dataset, photometric=photometric)

    # ------------------------------------------------------------------------------------------ drawing

    def drawn(self, target: Target, parts: frozenset[int]) -> Drawn:
        """Shutters, planes, lines and words, each layer over those below it."""
        if not self.refers(target):
            return Drawn()
        look = self.looks(target)
        canvas = graphics.Canvas(look.area or (0.0, 0.0, float(target.columns), float(target.rows)), look)
        found: list[Drawing] = list(self._shades(target))
        seen, notes = set(), []
        for part in self.parts:
            if part.number not in parts:
                continue
            for item in self._annotations(target):
                if self._numbers[text(item, "GraphicLayer")] != part.number:
                    continue
                more: list[Drawing] = [*graphics.strokes(item, canvas, part.colour)]
                texts = graphics.words(item, canvas, part.colour)
                notes += [TEXT] * bool(texts) + [COMPOUND] * bool(items(item, "CompoundGraphicSequence"))
                found += [*more, *texts]
                seen |= {part.number} if more or texts else set()
            for group, name in self._activated.items():
                if self._numbers[name] == part.number and (area := self._plane(group, target, part)):
                    found.append(area)
                    seen.add(part.number)
        return Drawn(tuple(found), len(seen), tuple(dict.fromkeys(notes)))

    def _plane(self, group: int, target: Target, part: Part) -> Area | None:
        """A plane that the state brings itself; those of the image are drawn with it."""
        if (group, 0x3000) not in self._dataset:
            return None
        mask = plane(self._dataset, group, target.frame, target.shape)
        return Area(mask, part.colour, edge=False, solid=True) if mask is not None and mask.any() else None

    def _shades(self, target: Target) -> list[Shade]:
        found = shutter.shutter(self._dataset, target.shape)
        shades = [found] if found else []
        group = own_integer(self._dataset, "ShutterOverlayGroup")
        if "BITMAP" in text(self._dataset, "ShutterShape").upper() and group is not None and group in GROUPS:
            mask = plane(self._dataset, group, target.frame, target.shape)
            if mask is not None and mask.any():
                shades.append(Shade(mask, shutter.level(self._dataset)))
        return shades


# ------------------------------------------------------------------------------------------------- references


def _is(image: Dataset, target: Target) -> bool:
    uid = text(image, "ReferencedSOPInstanceUID")
    frames = numbers(image, "ReferencedFrameNumber")
    return bool(uid) and uid == target.sop_instance_uid and (not frames or target.frame + 1 in frames)


def _about(item: Dataset, target: Target) -> bool:
    """Whether an item is for this frame: it names it, or none."""
    named = items(item, "ReferencedImageSequence")
    return not named or any(_is(image, target) for image in named)


def _names(item: Dataset, frame: Frame) -> bool:
    from tui.core.target import target_of

    return _about(item, target_of(frame))


# ------------------------------------------------------------------------------------------------- data sets


def _take(dataset: Dataset, source: Dataset, keywords: tuple[str, ...]) -> None:
    for keyword in keywords:
        if has(source, keyword):
            dataset[keyword] = source[keyword]


def _without(dataset: Dataset, frame: int, keywords: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """Take attributes out of a copy, and macros out of the functional groups of one frame."""
    from pydicom.sequence import Sequence

    for keyword in keywords:
        if has(dataset, keyword):
            del dataset[keyword]
    for holder, at in (("SharedFunctionalGroupsSequence", 0), ("PerFrameFunctionalGroupsSequence", frame)):
        found = items(dataset, holder)
        if at < len(found) and any(has(found[at], keyword) for keyword in groups):
            bare = _item_without(found[at], groups)
            del dataset[holder]
            setattr(dataset, holder, Sequence([*found[:at], bare, *found[at + 1 :]]))


def _item_without(item: Dataset, keywords: tuple[str, ...]) -> Dataset:
    """Another item without these; Python's copy of a data set would share its elements."""
    from pydicom.dataset import Dataset
    from pydicom.tag import Tag

    bare, left_out = Dataset(), {Tag(keyword) for keyword in keywords}
    for tag in item.keys():  # noqa: SIM118  the keys are tags
        if tag not in left_out:
            bare[tag] = item.get_item(tag)
    return bare


class PresentationState:
    """Reads presentation states of grey, colour and X-ray images."""

    word = "GSPS"
    sop_classes = frozenset(f"1.2.840.10008.5.1.4.1.1.11.{n}" for n in (1, 2, 5))

    def read(self, source: Source) -> Reading:
        """Read one."""
        return State(source)


OVERLAY: ObjectOverlay = PresentationState()
