"""Imports what reading and drawing need, once, whichever lane comes first.

Two threads that enter a package with circular imports by different doors can see it half made; so all go through
one door, one after the other.
"""

from __future__ import annotations

import logging
import threading
import warnings

_door = threading.Lock()


def load() -> None:
    """Import numpy and pydicom, and keep pydicom's messages, which quote the file, away from the terminal.

    To be called before the first use of either in a thread; costs nothing after the first time.
    """
    with _door:
        import numpy as np  # noqa: F401
        import pydicom.charset
        import pydicom.datadict
        import pydicom.filereader  # noqa: F401

        warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
        logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
