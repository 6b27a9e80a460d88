"""Frozen values that cost little to define: the first screen waits for the definition of some eighty classes.

``dataclasses.dataclass(frozen=True)`` compiles seven functions a class; here only ``__init__`` is, when values are
made often, and the others are shared. Many of the classes are not needed for the first screen at all.
"""

from __future__ import annotations

import threading
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")
_put = object.__setattr__
_door = threading.Lock()
_RARELY = 8  # values of a class before its ``__init__`` is compiled


class _Late:
    """A name of a class that is worked out when it is first asked for."""

    def __init__(self, cls: type, name: str) -> None:
        self._cls, self._name = cls, name

    def __get__(self, value: object, asked: type) -> Any:
        with _door:
            if isinstance(vars(self._cls)["__match_args__"], _Late):  # no other thread was here first
                _define(self._cls)
        return getattr(asked, self._name)


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Make a class a dataclass that cannot be changed: compared, hashed and shown by its fields.

    Its fields are worked out when it is made often, or when somebody asks for them. Not for classes with a
    ``cached_property``, which would count as a field once it is cached, nor for a base class.
    """
    made: Any = cls
    for name in ("__dataclass_fields__", "__match_args__"):
        setattr(cls, name, _Late(cls, name))
    made.__init__ = _first_init
    made.__setattr__, made.__delattr__ = _refuse_set, _refuse_delete
    made.__eq__, made.__hash__ = _equal, _hash
    if cls.__repr__ is object.__repr__:
        made.__repr__ = _shown
    return cls


def _define(cls: type) -> None:
    dataclass(init=False, repr=False, eq=False, match_args=False)(cls)
    type.__setattr__(cls, "__match_args__", tuple(field.name for field in fields(cls)))


def _first_init(self: Any, *words: Any, **named: Any) -> None:
    """Of the first values of a class, which may be all that a start makes: fitted word by word, nothing compiled."""
    cls = next(one for one in type(self).__mro__ if vars(one).get("__init__") is _first_init)
    rarely = vars(cls).get("_rarely_made", _RARELY)
    values = _fitted(cls, words, named) if rarely else None
    if values is None:
        made: Any = cls
        made.__init__ = _compiled(cls)
        made.__init__(self, *words, **named)
        return
    type.__setattr__(cls, "_rarely_made", rarely - 1)
    self.__dict__.update(values)


def _fitted(cls: Any, words: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any] | None:
    """The fields and their values, in order; None where they do not fit, so that the compiled way says why."""
    own = vars(cls)
    late = isinstance(own.get("__match_args__"), _Late)
    names = [name for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind)]
    if not late or len(words) > len(names):
        return None
    values: dict[str, Any] = {}
    for place, name in enumerate(names):
        if place < len(words):
            if name in named:
                return None
            values[name] = words[place]
        elif name in named:
            values[name] = named[name]
        elif name in own and not isinstance(own[name], Field):
            values[name] = own[name]
        else:
            return None
    return values if all(name in values for name in named) else None


def _compiled(cls: type) -> Any:
    """``__init__`` with the parameters of the fields."""
    scope: dict[str, Any] = {"_put": _put}
    parameters, lines = [], []
    for number, field in enumerate(fields(cls)):
        name = value = field.name
        if field.default_factory is not MISSING:
            scope[f"_default{number}"], scope[f"_make{number}"] = MISSING, field.default_factory
            parameters.append(f"{name}=_default{number}")
            value = f"_make{number}() if {name} is _default{number} else {name}"
        elif field.default is not MISSING:
            scope[f"_default{number}"] = field.default
            parameters.append(f"{name}=_default{number}")
        else:
            parameters.append(name)
        lines.append(f" _put(self, {name!r}, {value})")
    source = f"def __init__({', '.join(['self', *parameters])}):\n" + ("\n".join(lines) or " pass")
    exec(source, scope)  # of names in our own source
    return scope["__init__"]


def _refuse_set(self: Any, name: str, value: Any) -> None:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")


def _refuse_delete(self: Any, name: str) -> None:
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
