"""Whether the picture of a copy differs from the original inside of rectangles alone, and is blank there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tui.core.proof.walk import Parsed
from tui.errors import NoPictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Boxes = Sequence[tuple[int, int, int, int]]
"""Left, top, width, height in pixels."""

_FLOATS = {0x7FE00008: "f4", 0x7FE00009: "f8"}


def cleaned(
    before: Parsed, after: Parsed, numbers: tuple[dict[int, int], dict[int, int]], model: str, boxes: Boxes
) -> bool:
    """Whether two files have the same pixels but for the boxes, in which the second one is of one colour.

    Parameters
    ----------
    numbers
        What both say of their pixels, by tag.
    model
        Photometric Interpretation of the first.
    """
    if after.pixels is None or before.pixels is None or after.encapsulated:
        return False
    one = _decoded(before, numbers[0], model) if before.encapsulated else _native(before, numbers[0])
    other = _native(after, numbers[1])
    if one is None or other is None or one.shape != other.shape:
        return False
    halves = other.shape[2] * 2 == numbers[1].get(0x00280011, 0)  # two columns share their chroma
    return _same(one, other, [(a // 2, b, c // 2, d) for a, b, c, d in boxes] if halves else boxes)


def _same(one: NDArray[Any], other: NDArray[Any], boxes: Boxes) -> bool:
    import numpy as np

    outside = np.ones(other.shape[1:3], dtype=bool)
    for left, top, width, height in boxes:
        outside[top : top + height, left : left + width] = False
        inside = other[:, top : top + height, left : left + width]
        if inside.size and not (inside == inside[:1, :1, :1]).all():
            return False
    return bool(np.array_equal(one[:, outside], other[:, outside]))


def _native(file: Parsed, numbers: dict[int, int]) -> NDArray[Any] | None:
    """Shape (frames, rows, columns, samples), or half the columns with two lumas and two chromas."""
    import numpy as np

    assert file.pixels is not None
    tag, start, stop = file.pixels
    rows, columns, samples, bits = (numbers.get(t, d) for t, d in _SHAPE)
    frames = numbers.get(0x00280008, 1) or 1
    data = file.data[start:stop]
    if bits == 1 and tag not in _FLOATS:
        cells = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    else:
        name = _FLOATS.get(tag) or {8: "u1", 16: "u2", 32: "u4"}.get(bits)
        if name is None:
            return None
        kind = np.dtype((">" if file.big else "<") + name)
        cells = np.frombuffer(data[: len(data) - len(data) % kind.itemsize], kind)
    count = frames * rows * columns
    if samples == 3 and count * 2 <= len(cells) < count * 3:
        return cells[: count * 2].reshape(frames, rows, columns // 2, 4)
    if len(cells) < count * samples:
        return None
    cells = cells[: count * samples]
    if samples > 1 and numbers.get(0x00280006) == 1:
        return cells.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    return cells.reshape(frames, rows, columns, samples)


_SHAPE = ((0x00280010, 0), (0x00280011, 0), (0x00280002, 1), (0x00280100, 0))


def _decoded(file: Parsed, numbers: dict[int, int], model: str) -> NDArray[Any] | None:
    import numpy as np

    rows, columns, samples, bits = (numbers.get(t, d) for t, d in _SHAPE)
    if bits not in (8, 16, 32):
        return None
    try:
        frames = list(_frames(file, (rows, columns, samples, bits), numbers.get(0x00280008, 1) or 1, model))
    except (NoPictureError, ValueError):
        return None
    stack = np.stack(frames).reshape(len(frames), rows, columns, samples)
    return (stack.astype(np.int64) & ((1 << bits) - 1)).astype(f"u{bits // 8}")


def _frames(file: Parsed, shape: tuple[int, int, int, int], count: int, model: str) -> Iterator[NDArray[Any]]:
    from pydicom.encaps import generate_frames

    from tui.core.codecs import Wanted, decompress

    assert file.pixels is not None
    wanted = Wanted(*shape, model)
    for frame in generate_frames(file.data[file.pixels[1] : file.pixels[2]], number_of_frames=count):
        yield decompress(file.syntax, frame, wanted).array
