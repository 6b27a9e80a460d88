"""The record in which every file of this folder ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui.frozen import frozen

if TYPE_CHECKING:
    from tui.adapters.terminal import Terminal
    from tui.service.ports import Graphics


class Fit(NamedTuple):
    """How well a way to draw suits a terminal: 0 not at all, the highest is taken; and why, as a sentence."""

    score: int
    reason: str


class Make(Protocol):
    """Makes the graphics for a terminal; ``variant`` is one of the record's, or empty for its own choice."""

    def __call__(self, terminal: Terminal, variant: str = "") -> Graphics: ...


class Suits(Protocol):
    """Says how well a way to draw suits a terminal."""

    def __call__(self, terminal: Terminal) -> Fit: ...


@frozen
class Drop:
    """A way to draw pictures: its name for ``--graphics``, further names of its variants, its maker and its judge."""

    name: str
    make: Make
    suits: Suits
    variants: tuple[str, ...] = ()
