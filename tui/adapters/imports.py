"""Imports what reading and drawing need, once, whichever lane comes first.

Two threads that enter a package with circular imports by different doors can see it half made; so all go through
one door, one after the other.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_door = threading.Lock()
_UNUSED = "urllib.request"  # what pydicom would download its samples with, and a tenth of its import


def load() -> None:
    """Import numpy and pydicom, and keep pydicom's messages, which quote the file, away from the terminal.

    To be called before the first use of either in a thread; costs nothing after the first time.
    """
    with _door:
        if "pydicom.filereader" not in sys.modules:
            with _uncollected(), _stood_in(_UNUSED):
                _numpy()
                import pydicom.charset
                import pydicom.datadict
                import pydicom.filereader  # noqa: F401
        warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
        logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)


def for_pictures() -> None:
    """Import what encoding a picture for the terminal needs."""
    with _door:
        _numpy()
        from PIL import Image

        Image.preinit()  # of the formats; the first picture that is written would do it


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing of what is imported is garbage, and to look for it costs a tenth."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.enable()


@contextmanager
def _stood_in(name: str) -> Iterator[None]:
    """Let who imports a module get an empty one; afterwards it is what it was."""
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = ModuleType(name)
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]


def _numpy() -> None:
    # its linear algebra would start a thread for each core, and nothing here uses it
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy as np  # noqa: F401
