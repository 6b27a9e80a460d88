"""Messages between the program and the process that reads: a length, then a pickle."""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any, BinaryIO

from tui.adapters import imports

_HEAD = struct.Struct("<Q")


def send(file: BinaryIO, message: object) -> None:
    """Write one message and flush it.

    Raises
    ------
    OSError
        The other side has gone.
    """
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    file.write(_HEAD.pack(len(data)) + data if len(data) < 1 << 16 else _HEAD.pack(len(data)))
    if len(data) >= 1 << 16:
        file.write(data)
    file.flush()


def receive(file: BinaryIO) -> Any:
    """Wait for one message.

    Raises
    ------
    EOFError
        The other side has gone.
    """
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (size,) = _HEAD.unpack(head)
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return _Unpickler(io.BytesIO(data)).load()


class _Unpickler(pickle.Unpickler):
    """Pickle would import numpy on its own, past the one door of ``imports``, and another thread see it half made."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == "numpy":
            imports.for_pictures()
        return super().find_class(module, name)
