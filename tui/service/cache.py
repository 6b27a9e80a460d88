"""What is kept so that it need not be made again, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows what it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Sized)


class Cache(Generic[Key, Value]):
    """Least recently used values go first. For one thread.

    Parameters
    ----------
    limit
        Most bytes that are kept; a value larger than that is not kept at all.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self.nbytes = 0

    def get(self, key: Key) -> Value | None:
        """The value, now the most recently used one, or None."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, and let old ones go until the limit holds."""
        self.drop(key)
        if value.nbytes > self._limit:
            return
        self._values[key] = value
        self.nbytes += value.nbytes
        while self.nbytes > self._limit:
            _, oldest = self._values.popitem(last=False)
            self.nbytes -= oldest.nbytes

    def drop(self, key: Key) -> None:
        """Forget one value, if it is kept."""
        value = self._values.pop(key, None)
        if value is not None:
            self.nbytes -= value.nbytes

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._values)
