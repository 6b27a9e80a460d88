"""Objects that are made when they are first used: the first screen does not wait for what they import."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class _Late:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._door = threading.Lock()
        self._made: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        with self._door:
            if not self._made:
                self._made.append(self._make())
        return getattr(self._made[0], name)


def late(make: Callable[[], T]) -> T:
    """What ``make`` gives, made once, when one of its attributes is first asked for; from any thread."""
    return cast(T, _Late(make))
