"""Frozen values that cost little to define: the first screen waits for the definition of some eighty classes.

``dataclasses.dataclass(frozen=True)`` compiles seven functions a class; here one is compiled and the others are shared.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Make a class a dataclass that cannot be changed: compared, hashed and shown by its fields.

    Not for classes with a ``cached_property``, which would count as a field once it is cached.
    """
    made: Any = dataclass(repr=False, eq=False)(cls)
    made.__setattr__, made.__delattr__ = _set, _delete
    made.__eq__, made.__hash__ = _equal, _hash
    if cls.__repr__ is object.__repr__:
        made.__repr__ = _shown
    return cls


def _set(self: Any, name: str, value: Any) -> None:
    if name in self.__dict__:
        raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")
    self.__dict__[name] = value


def _delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be deleted")


def _equal(self: Any, other: object) -> Any:
    if other is self:
        return True
    return self.__dict__ == other.__dict__ if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), *self.__dict__.values()))


def _shown(self: Any) -> str:
    words = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
    return f"{type(self).__qualname__}({words})"
