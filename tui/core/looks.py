"""Pictures of slices that are alike: how one header leads to its picture is found once, and then looked up.

The slices of a series differ in a few elements that no picture depends on, such as Instance Number. While one slice
goes through the pipeline it is written down which elements are asked for; a slice in which these are the same, to the
byte, goes the same way. Where the pixels themselves have no say in the window, that way is a table from each code that
a sample of the file may have to a level of grey, made by the pipeline itself from all these codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import geometry, voi
from tui.core.frames import Decoder
from tui.core.grey import Grey
from tui.core.layout import Layout, layout
from tui.core.pages import Page
from tui.core.pipeline import Renderer, content_of
from tui.core.plain import IMPLICIT, Plain
from tui.core.values import View, Wish
from tui.errors import SafelightError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset, FileDataset

_PIECE = 1 << 14  # pixels that are looked up at once
_KEPT = 8  # ways that are remembered
_VAIN = 4  # ways that are found and never gone again, before no more are looked for
_NUMBER = 0x00200013  # Instance Number, which names say and pictures do not
_ASKED_ALWAYS = (0x00280010, 0x00280011)  # Rows and Columns
_CHARACTERS = 0x00080005  # Specific Character Set, which the reader has looked at already


class Watched(dict[Any, Any]):
    """Elements of a data set that remember which of them were asked for; ``listed`` once all their tags were."""

    def __init__(self, elements: Any) -> None:
        super().__init__(elements)
        self.asked: set[int] = set()
        self.listed = False

    def __getitem__(self, tag: Any) -> Any:
        self.asked.add(int(tag))
        return super().__getitem__(tag)

    def __contains__(self, tag: object) -> bool:
        self.asked.add(int(tag))  # type: ignore[call-overload]
        return super().__contains__(tag)

    def get(self, tag: Any, default: Any = None) -> Any:
        """As of any dictionary."""
        return self[tag] if tag in self else default  # noqa: SIM401  which would call this again

    def keys(self) -> Any:
        """Tags, of which some may be asked for, or all."""
        return _Tags(self)

    def __iter__(self) -> Iterator[Any]:
        self.listed = True
        return super().__iter__()

    def __len__(self) -> int:
        self.listed = True
        return super().__len__()

    def values(self) -> Any:
        """All elements."""
        self._take_all()
        return super().values()

    def items(self) -> Any:
        """All tags and elements."""
        self._take_all()
        return super().items()

    def _take_all(self) -> None:
        self.listed = True
        self.asked.update(int(tag) for tag in super().__iter__())


class _Tags:
    """What ``keys()`` of a dictionary gives, for the few uses that data sets make of it."""

    def __init__(self, elements: Watched) -> None:
        self._elements = elements

    def __contains__(self, tag: object) -> bool:
        return tag in self._elements

    def __iter__(self) -> Iterator[Any]:
        return iter(self._elements)

    def __len__(self) -> int:
        return len(self._elements)


@dataclass(frozen=True, eq=False)
class Look:
    """How slices of certain elements come to their pictures.

    Attributes
    ----------
    syntax, needed, missing, tags
        What a slice must have to be alike: the transfer syntax; the bytes of certain elements; that there are none of
        other tags; and, where they were listed, all its tags.
    table
        uint8, shape (codes,) or (codes, 3): how a sample of each code is shown.
    sample
        The slice that the look was found on, without its pixels.
    """

    syntax: bytes
    needed: dict[int, bytes]
    missing: frozenset[int]
    tags: frozenset[int] | None
    table: NDArray[np.uint8]
    shape: Layout
    sample: Page

    def fits(self, plain: Plain) -> bool:
        """Whether a slice is alike."""
        elements = plain.elements
        if plain.syntax != self.syntax or (self.tags is not None and self.tags != elements.keys()):
            return False
        return self.needed.items() <= elements.items() and self.missing.isdisjoint(elements)

    def shown(self, pixels: bytes) -> NDArray[np.uint8]:
        """The picture of a slice that is alike, from the value of its Pixel Data."""
        shape = self.shape
        codes = np.frombuffer(pixels, f"<u{shape.bits // 8}", shape.pixels)
        greys = np.empty((shape.pixels, *self.table.shape[1:]), np.uint8)
        for first in range(0, shape.pixels, _PIECE):  # the codes become wide indices, which then stay in the cache
            part = slice(first, first + _PIECE)
            self.table.take(codes[part], axis=0, mode="clip", out=greys[part])
        sides = shape.rows, shape.columns
        return geometry.whole(sides, 1.0, self.sample.view).turn(greys.reshape(*sides, *self.table.shape[1:]))


class Alike(Page):
    """A slice whose picture is looked up, for formats that show pictures. Its frame is the sample's, without pixels."""

    @classmethod
    def of(cls, look: Look, plain: Plain, pixels: bytes) -> Alike | None:
        """The slice; None where Instance Number, which the label says, is not plainly written."""
        try:
            return cls(look, _number(plain), pixels)
        except ValueError:
            return None

    def __init__(self, look: Look, number: int | None, pixels: bytes) -> None:
        sample = look.sample
        super().__init__(sample.frame, sample.view, sample.wish, sample.renderer)
        self.label = replace(sample.label, image=number)
        self.picture = replace(sample.picture, pixels=look.shown(pixels))


class Looks:
    """The looks of the slices of one export; for one thread."""

    def __init__(self, view: View, wish: Wish) -> None:
        self._view, self._wish = view, wish
        self._known: list[Look] = []
        self._missed = self._made = self._used = 0

    def find(self, plain: Plain) -> Look | None:
        """The look of a slice, if one like it was met."""
        for at, look in enumerate(self._known):
            if look.fits(plain):
                if at:
                    self._known.insert(0, self._known.pop(at))
                self._used += 1
                return look
        self._missed += 1
        return None

    @property
    def promising(self) -> bool:
        """Whether it may be of use to look closer at a slice that was not found: others came before, and more may."""
        view = self._view
        whole = replace(view, probe=None, pins=(), mask=None, boxes=None, gauge=None, panels=False, chosen=())
        return view == whole and self._missed > 1 and self._made - self._used < _VAIN

    def learn(self, plain: Plain, pixels: bytes, dataset: Dataset) -> Look | None:
        """Find the look of a slice, for the next ones; None where each must go the whole way."""
        self._made += 1
        try:
            found = _look(plain, pixels, dataset, self._view, self._wish)
        except SafelightError:
            return None  # the whole way says why
        if found is not None:
            self._known = [found, *self._known[: _KEPT - 1]]
        return found


def _look(plain: Plain, pixels: bytes, dataset: Dataset, view: View, wish: Wish) -> Look | None:
    elements = Watched(dataset.items())
    copy = _copy(dataset, elements)
    shape = layout(copy)
    if not _simple(shape) or plain.length not in (shape.decoded_bytes, shape.decoded_bytes + shape.decoded_bytes % 2):
        return None
    page = Page(Decoder(copy, shape).frame(0, pixels[: shape.decoded_bytes]), view, wish, Renderer())
    side = 1 << shape.bits // 2  # of a picture of all codes
    codes = np.arange(side * side, dtype=f"<u{shape.bits // 8}").tobytes()
    content = content_of(Decoder(copy, replace(shape, rows=side, columns=side)).frame(0, codes), view.icc)
    if not isinstance(content, Grey) or not isinstance(voi.settled(view.voi, content.offer), voi.StoredView):
        return None
    table, _ = content.part(geometry.whole((side, side), 1.0, View())).pixels(view)
    shown = page.picture.pixels
    asked = set(elements.asked)
    known = asked.issuperset(_ASKED_ALWAYS) and {*plain.elements} == {*map(int, dataset.keys())}
    if page.label.frames != 1 or not known:
        return None
    asked |= elements.asked - {_NUMBER} | {_CHARACTERS}
    tags = frozenset(plain.elements) if elements.listed else None
    sample = Page(replace(page.frame, stored=page.frame.stored[:0]), view, wish, Renderer())
    sample.picture, sample.label = replace(page.picture, pixels=shown[:0]), page.label
    needed = {tag: found for tag in asked if (found := plain.elements.get(tag)) is not None}
    missing = frozenset(asked - needed.keys())
    look = Look(plain.syntax, needed, missing, tags, table.reshape(side * side, *table.shape[2:]), shape, sample)
    return look if np.array_equal(look.shown(pixels), shown) else None


def _copy(dataset: Dataset, elements: Watched) -> FileDataset:
    """A data set as it was read, over elements that remember what is asked for."""
    from pydicom.dataset import FileDataset

    implicit, little = (bool(way) for way in dataset.original_encoding)
    copy = FileDataset("", elements, None, getattr(dataset, "file_meta", None), implicit, little)
    copy.set_original_encoding(implicit, little, dataset.original_character_set)
    elements.asked.clear()
    elements.listed = False
    return copy


def _simple(shape: Layout) -> bool:
    """Whether each pixel is one little-endian sample that means the same wherever it stands."""
    other = shape.floating or shape.shared or shape.big_endian or shape.notes
    return shape.samples == 1 and shape.bits in (8, 16) and not other


def _number(plain: Plain) -> int | None:
    """Instance Number, None without one; raises ValueError where it takes more than a glance."""
    element = plain.elements.get(_NUMBER)
    if element is None:
        return None
    digits = element[8:].strip(b" ")
    if len(digits) > 9 or (plain.syntax != IMPLICIT and element[4:6] != b"IS"):
        raise ValueError("another VR, or a long number")
    return int(digits)
