"""Picture files for conversion: found and told apart in plain Python; read by ``rasters.py``, when it comes to that."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tui.adapters import imports, regular
from tui.service.formats import Pictures

if TYPE_CHECKING:
    from tui.core.raster import Raster
    from tui.service.ports import Cancelled
    from tui.service.settings import Limits

HEAD = 1024
_MAGIC = (
    (b"%PDF-", "pdf"), (b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"\x93NUMPY", "npy"), (b"GIF8", "image"),
    (b"BM", "image"), (b"II*\0", "image"), (b"MM\0*", "image"), (b"II+\0", "image"), (b"\x1aE\xdf\xa3", "video"),
)  # fmt: skip


class FilePictures(Pictures):
    """On the local disk.

    Parameters
    ----------
    limits
        ``dataset_bytes`` bounds a file and what it is unpacked to.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def find(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[str]:
        """All files of the paths, folders with what lies in them; there, hidden ones are left out."""
        for path in paths:
            if not os.path.isdir(path):
                yield path
                continue
            for folder, folders, names in os.walk(path):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for name in names:
                    if cancelled():
                        return
                    if not name.startswith("."):
                        yield os.path.join(folder, name)

    def kind(self, path: str) -> str:
        """``dicom``, ``png``, ``jpeg``, ``image``, ``video``, ``npy``, ``pdf``; empty for anything else."""
        opened, _ = regular.descriptor(path)
        try:
            return kind_of(regular.head(opened, HEAD))
        finally:
            os.close(opened)

    def read(self, path: str, *, upright: bool = False) -> Raster:
        """The samples of a file, or its stream."""
        imports.load()
        from tui.adapters.rasters import read

        return read(path, self._limits, upright=upright)


def kind_of(head: bytes) -> str:
    """What a file that starts so is."""
    if head[128:132] == b"DICM":
        return "dicom"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "image", b"AVI ": "video"}.get(head[8:12], "")
    return "video" if head[4:8] == b"ftyp" else ""
