"""The job that makes masks of series, says how large they are, and writes them."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from tui.core.quantities import MaskSize, Recipe
from tui.core.values import Outcome
from tui.errors import GeometryError, SafelightError, UsageError
from tui.service import events as ev
from tui.service import recipes
from tui.service.measuring import MakeMask, MaskGrown, MaskMade
from tui.service.ports import Cancelled, Emit, MaskFormat, Ports
from tui.service.printing import sentence
from tui.service.settings import Settings
from tui.service.writing import Work, command_line, paths_of

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from tui.core.frames import Frame
    from tui.core.mask import Mask, MaskStack
    from tui.core.scale import Scale
    from tui.core.volume import Volume


class Stack:
    """Slices as they are read: their masks and where they lie."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.masks: list[Mask] = []
        self.frames: list[tuple[Dataset, int]] = []
        self.scales: list[Scale] = []

    def take(self, frame: Frame, index: int) -> None:
        """Make the mask of a frame."""
        from tui.core import mask
        from tui.core.measure import Measured
        from tui.core.scale import scale_of

        there = Measured(frame)
        scale = scale_of(there.dataset, index)
        found = mask.shaped(mask.threshold(there.values, there.valid, self.recipe), self.recipe, scale)
        if not self.recipe.volume:
            found = mask.pieces(found, self.recipe, scale.area if scale.unit == "mm" else 1.0)
        if self.masks and found.shape != self.masks[0].shape:
            raise GeometryError("These images have different numbers of rows or columns")
        self.masks.append(found)
        self.frames.append((there.dataset, index))
        self.scales.append(scale)

    def whole(self) -> tuple[MaskStack, MaskSize]:
        """All slices as one, its pieces chosen, and its size."""
        import numpy as np

        from tui.core import mask

        there, why = self._volume()
        if self.recipe.volume and there is None:
            raise GeometryError(f"A mask through all slices needs a volume: {why}")
        masks = np.stack(self.masks)
        self.masks = []
        if self.recipe.volume and there is not None:
            unit = there.apart * self.scales[0].area if self.scales[0].unit == "mm" else 1.0
            order = list(there.order)
            if order == list(range(len(masks))):
                mask.pieces(masks, self.recipe, unit, out=masks)
            else:
                masks[order] = mask.pieces(masks[order], self.recipe, unit)
        stack = mask.MaskStack(masks, tuple(self.frames), there, self.recipe)
        return stack, mask.volume(stack, self.scales, why)

    def _volume(self) -> tuple[Volume | None, str]:
        from tui.core.volume import place_of, volume

        rows, columns = self.masks[0].shape
        try:
            return volume([place_of(dataset, index, rows, columns) for dataset, index in self.frames]), ""
        except GeometryError as error:
            return None, str(error)


def make(ports: Ports, settings: Settings, action: MakeMask) -> Work:
    """Make the mask, say how large it is, and write it, one :class:`Written` for each file."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        outcomes: list[Outcome] = []
        folder, source = "", action.refs[0].path if action.refs else ""
        try:
            format_ = _format(ports, action)
            folder = ports.output.folder(action.folder, settings.export_folder)
            stack = _taken(ports, action, emit, cancelled)
            if stack is None:
                emit(ev.Notice("The mask was stopped; nothing was written."))
            else:
                whole, size = stack.whole()
                emit(MaskMade(action, size))
                if format_ is not None:
                    outcomes += _write(ports, action, format_, whole, folder)
        except (SafelightError, MemoryError) as error:
            emit(MaskMade(action, problem=sentence(error)))
            outcomes.append(Outcome(source, error=sentence(error)))
        for outcome in outcomes:
            emit(ev.Written("mask", outcome, len(outcomes), len(outcomes)))
        emit(ev.WritingEnded("mask", tuple(outcomes), len(outcomes), folder, mask_command(action, folder)))

    return work


def _taken(ports: Ports, action: MakeMask, emit: Emit, cancelled: Cancelled) -> Stack | None:
    """The masks of all frames, with word of how far it is; None where it was stopped."""
    stack = Stack(action.recipe)
    many = len(action.refs) > 1
    for number, ref in enumerate(action.refs):
        opened = ports.instances.open(ref)
        frames = range(opened.frames) if action.frame is None else (action.frame,)
        for index in frames:
            if cancelled():
                return None
            emit(MaskGrown(*((number, len(action.refs)) if many else (index - frames[0], len(frames)))))
            stack.take(opened.frame(index), index)
    return stack


def _format(ports: Ports, action: MakeMask) -> MaskFormat | None:
    recipes.check(action.recipe)
    if not action.refs:
        raise UsageError("no image was found", "Give a file or a folder with one series.")
    if not action.format:
        return None
    if action.format not in ports.masks:
        raise UsageError(f"there is no mask format {action.format!r}", f"Formats: {', '.join(ports.masks)}.")
    return ports.masks[action.format]


def _write(ports: Ports, action: MakeMask, format_: MaskFormat, stack: MaskStack, folder: str) -> list[Outcome]:
    """The files of a mask: one, or one for each slice."""
    from dataclasses import replace

    sources = [ref.path for ref in action.refs]
    if format_.slices or len(stack.masks) == 1:
        name = action.name or os.path.join(folder, f"mask{format_.suffix}")
        return [Outcome(sources[0], ports.output.write(name, format_.encode(stack), numbered=not action.name))]
    if action.name:
        raise UsageError("one file of this format cannot hold several slices", "Give a folder, or .npy or .dcm.")
    outcomes = []
    for n, frame in enumerate(stack.frames):
        one = replace(stack, masks=stack.masks[n : n + 1], frames=(frame,))
        path = os.path.join(folder, f"mask-{n + 1:04d}{format_.suffix}")
        source = sources[n] if len(sources) == len(stack.frames) else sources[0]
        outcomes.append(Outcome(source, ports.output.write(path, format_.encode(one), numbered=True), frame[1]))
    return outcomes


def recipe_words(recipe: Recipe) -> list[str]:
    """Options of the command line that make this recipe."""
    plain = Recipe()
    words = [f"--range={recipe.low:g},{recipe.high:g}"]
    words += [] if recipe.fill else ["--no-fill"]
    unit = "mm" if recipe.millimetres else ""
    words += [] if recipe.opening == plain.opening and not unit else ["--open", f"{recipe.opening:g}{unit}"]
    words += ["--close", f"{recipe.closing:g}{unit}"] if recipe.closing else []
    words += ["--largest"] if recipe.largest else []
    words += ["--smallest", f"{recipe.smallest:g}"] if recipe.smallest else []
    return [*words, "--volume"] if recipe.volume else words


def mask_command(action: MakeMask, folder: str) -> str:
    """The command line that does the same."""
    words = ["safelight", "mask", *paths_of(list(action.refs)), *recipe_words(action.recipe)]
    if action.frame is not None:
        words += ["--frame", str(action.frame + 1)]
    if action.format:
        words += ["--format", action.format, "-o", action.name or folder]
    return command_line(words)
