"""Contact sheets: small pictures of some instances, to see at a glance what kind of pictures they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.core.values import Ref, View, Wish
from tui.errors import SafelightError
from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.service.ports import Instances


@frozen
class ContactsOf:
    """Small pictures of some instances, of the middle frame of each.

    Attributes
    ----------
    columns, rows
        The size of each in pixels.
    """

    refs: tuple[Ref, ...]
    columns: int
    rows: int


@frozen
class Contact:
    """A small picture: ``columns`` x ``rows`` pixels of three bytes, red, green and blue; none, and why not."""

    ref: Ref
    pixels: bytes = b""
    problem: str = ""


@frozen
class Contacts:
    """The pictures in the order in which they were asked for."""

    pictures: tuple[Contact, ...]


def contacts(instances: Instances, question: ContactsOf, refs: Iterable[Ref]) -> Contacts:
    """The answer; ``refs`` are those of the question, one after the other."""
    return Contacts(tuple(_contact(instances, ref, question.columns, question.rows) for ref in refs))


def _contact(instances: Instances, ref: Ref, columns: int, rows: int) -> Contact:
    import numpy as np

    from tui.core.pages import Page, fitted
    from tui.core.pipeline import Renderer

    try:
        opened = instances.open(ref)
        frame = opened.frame(max(opened.frames - 1, 0) // 2)
        pixels = fitted(Page(frame, View(), Wish(), Renderer()).pixels(), rows, columns)
    except SafelightError as error:
        return Contact(ref, problem=error.sentence())
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, -1)
    return Contact(ref, np.ascontiguousarray(pixels).tobytes())
