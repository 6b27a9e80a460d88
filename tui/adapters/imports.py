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
# What pydicom would decode and encode pixels with, which nothing here asks it for.
_CODECS = ("pylibjpeg", "libjpeg", "openjpeg", "rle", "gdcm", "jpeg_ls")


def load() -> None:
    """Import numpy and pydicom, and keep pydicom's messages, which quote the file, away from the terminal.

    To be called before the first use of either in a thread; costs nothing after the first time.
    """
    with _door:
        if "pydicom.filereader" not in sys.modules:
            alone = threading.active_count() == 1  # else another one may import Pillow for its own use meanwhile
            with _uncollected(), without(*_CODECS, *["PIL"] * alone), _no_downloads():
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
def without(*modules: str) -> Iterator[None]:
    """Let imports find that this installation lacks some modules; afterwards they are there again.

    Where one is imported already nothing happens to it.
    """
    absent = [module for module in modules if module not in sys.modules]
    for module in absent:
        sys.modules[module] = None  # type: ignore[assignment]  # what the import system takes for "not found"
    try:
        yield
    finally:
        for module in absent:
            del sys.modules[module]


@contextmanager
def _no_downloads() -> Iterator[None]:
    """An empty module in the place of one that pydicom could not do without: it downloads samples with it."""
    name = "urllib.request"
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
