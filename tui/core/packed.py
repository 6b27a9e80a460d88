"""Instances as text, as the catalogue keeps them; made into instances again when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, overload

from tui.core.instance import EMPTY, SHARED, Head, Instance, Members, Ref, signs_of

Make = Callable[[], "Iterator[list[Instance]]"]


class Packed(Sequence[Instance]):
    """The instances of a series, of which only the first, the number and the sums are at hand until one is asked for.

    Parameters
    ----------
    first
        The first instance.
    count, frames, size, blank
        Number of instances, pictures and bytes, and of the instances that have no picture.
    make
        Gives all instances, in order, some at a time.
    """

    __slots__ = ("_count", "_first", "_made", "_make", "blank", "frames", "size")

    def __init__(  # noqa: PLR0917
        self, first: Instance, count: int, frames: int, size: int, make: Make, blank: int = 0
    ) -> None:
        self._first, self._count, self._make = first, count, make
        self.frames, self.size, self.blank = frames, size, blank
        self._made: Members | None = None

    def all(self) -> Members:
        """All instances, made once."""
        for _ in self.making():
            pass
        return self._made or Members()

    def making(self) -> Iterator[None]:
        """Make all instances, with chances to do something else meanwhile."""
        if self._made is None:
            made: list[Instance] = []
            signs: list[bytes] = []
            for some in self._make():
                made += some
                signs.append(signs_of(some))
                yield
            self._made = Members(made)
            self._made.learn(b"".join(signs))

    @property
    def is_made(self) -> bool:
        """Whether they were asked for."""
        return self._made is not None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Instance: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Instance, ...]: ...
    def __getitem__(self, index: int | slice) -> Instance | tuple[Instance, ...]:
        return self._first if index == 0 else self.all()[index]

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Sequence) and self.all() == tuple(other))

    def __hash__(self) -> int:
        return hash((self._count, self._first))


def pack(instances: Iterable[Instance], name_of: Callable[[Instance], str]) -> dict[str, Any]:
    """Instances as a value for JSON: their heads once, then a row each.

    Parameters
    ----------
    name_of
        What is kept of where an instance lies.
    """
    heads: dict[int, int] = {}
    texts: list[dict[str, Any]] = []
    rows = []
    for one in instances:
        number = heads.get(id(one.head))
        if number is None:
            number = heads[id(one.head)] = len(texts)
            texts.append({name: value for name in SHARED if (value := getattr(one.head, name)) != getattr(EMPTY, name)})
        rows.append((name_of(one), number, one.size, one.sop_instance_uid, one.number, one.position, one.temporal,
                     one.trigger, one.acquisition))  # fmt: skip
    return {"heads": texts, "rows": rows}


def unpack(packed: dict[str, Any], ref_of: Callable[[str], Ref]) -> list[Instance]:
    """The instances again.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError
        If the value is no such one.
    """
    made = []
    for text in packed["heads"]:
        if "orientation" in text:
            text["orientation"] = tuple(text["orientation"])
        made.append(Head(**text))
    return [
        Instance(ref_of(name), size, uid, number, tuple(place) if place else None, temporal, trigger, acquisition,
                 made[head])
        for name, head, size, uid, number, place, temporal, trigger, acquisition in packed["rows"]
    ]  # fmt: skip
