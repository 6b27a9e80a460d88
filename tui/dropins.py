"""Finds the drop-in files of a folder: adding one is adding a file that ends in its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


class Found(Mapping[str, Any]):
    """Records by module name, in alphabetical order. A module is imported when its record is asked for.

    Parameters
    ----------
    package
        A package whose modules each end in a module-level name, e.g. ``EXPORTER``.
    record
        That name. A module without it is a fault of the module and raises ``AttributeError``.
    """

    def __init__(self, package: ModuleType, record: str) -> None:
        self._package, self._record = package, record
        self._names: tuple[str, ...] | None = None

    def _found(self) -> tuple[str, ...]:
        if self._names is None:
            from pkgutil import iter_modules

            names = (info.name for info in iter_modules(self._package.__path__))
            self._names = tuple(sorted(name for name in names if not name.startswith("_")))
        return self._names

    def __getitem__(self, name: str) -> Any:
        if name not in self._found():
            raise KeyError(name)
        return getattr(import_module(f"{self._package.__name__}.{name}"), self._record)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())


def find(package: ModuleType, record: str) -> Found:
    """The records of all modules of a package, see :class:`Found`. Costs nothing before it is looked into."""
    return Found(package, record)
