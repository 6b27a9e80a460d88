"""Finds the drop-in files of a folder: adding one is adding a file that ends in its record."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


def find(package: ModuleType, record: str) -> dict[str, Any]:
    """The records of all modules of a package, by module name, in alphabetical order.

    Parameters
    ----------
    package
        A package whose modules each end in a module-level name, e.g. ``EXPORTER``.
    record
        That name. A module without it is a fault of the module and raises ``AttributeError``.
    """
    names = sorted(info.name for info in iter_modules(package.__path__) if not info.name.startswith("_"))
    return {name: getattr(import_module(f"{package.__name__}.{name}"), record) for name in names}
