"""pydicom on files that may be broken or hostile: what it raises, and what it must not be given."""

from __future__ import annotations

import io
import zlib

from tui.core import headers
from tui.core.attributes import value_errors
from tui.errors import DamagedError


def pydicom_errors() -> tuple[type[Exception], ...]:
    """What pydicom raises for broken files: besides what it raises for values, deflate streams and impossible sizes."""
    from pydicom.errors import InvalidDicomError

    return (*value_errors(), InvalidDicomError, zlib.error, MemoryError, StopIteration)


def refuse_deflated(file: io.BufferedReader) -> None:
    """Rewind a file for pydicom, which would inflate a deflated data set without any limit.

    Raises
    ------
    tui.errors.DamagedError
        If the file meta information, as pydicom understands it, says that the data set is deflated.
    """
    from pydicom.filereader import _read_file_meta_info, read_preamble

    file.seek(0)
    read_preamble(file, force=True)
    syntax = str(_read_file_meta_info(file).get("TransferSyntaxUID", ""))
    file.seek(0)
    if syntax.strip(" \0").encode("latin-1", "replace") in headers.DEFLATED:
        raise DamagedError(f"{headers.DAMAGED} (odd file meta information of a deflate stream)")
