"""Imports what reading and drawing need, once, whichever lane comes first.

Two threads that enter a package with circular imports by different doors can see it half made; so all go through
one door, one after the other.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings

_door = threading.Lock()


def load() -> None:
    """Import numpy and pydicom, and keep pydicom's messages, which quote the file, away from the terminal.

    To be called before the first use of either in a thread; costs nothing after the first time.
    """
    with _door:
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


def _numpy() -> None:
    # its linear algebra would start a thread for each core, and nothing here uses it
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy as np  # noqa: F401
