"""Messages between the program and the processes beside it: lengths, a pickle, then its arrays as they are."""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any, BinaryIO

from tui.adapters import imports

_LENGTH = struct.Struct("<Q")
_SMALL = 1 << 16


def send(file: BinaryIO, message: object) -> None:
    """Write one message and flush it.

    Raises
    ------
    OSError
        The other side has gone.
    """
    arrays: list[pickle.PickleBuffer] = []
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=arrays.append)
    raw = [array.raw() for array in arrays]
    head = struct.pack(f"<{2 + len(raw)}Q", len(data), len(raw), *(part.nbytes for part in raw))
    file.write(head + data if len(data) < _SMALL else head)
    if len(data) >= _SMALL:
        file.write(data)
    for part in raw:
        file.write(part)
    file.flush()


def receive(file: BinaryIO) -> Any:
    """Wait for one message.

    Raises
    ------
    EOFError
        The other side has gone.
    """
    size, count = _number(file), _number(file)
    sizes = [_number(file) for _ in range(count)]
    data = _exactly(file, size)
    return _Unpickler(io.BytesIO(data), buffers=[_exactly(file, size) for size in sizes]).load()


def _number(file: BinaryIO) -> int:
    (number,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    return int(number)


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return data


class _Unpickler(pickle.Unpickler):
    """Pickle would import numpy on its own, past the one door of ``imports``, and another thread see it half made."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == "numpy":
            imports.for_pictures()
        return super().find_class(module, name)
