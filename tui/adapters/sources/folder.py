"""Files and folders: a folder with all that lies in it, or one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui.adapters import regular
from tui.core.values import Ref, Skipped

LISTED = "a link to a folder that is listed already"


@dataclass(frozen=True)
class FolderSource:
    """Walks a folder as the disk gives it, without reading a file.

    Hidden files count. A folder is walked once, however many links lead to it; links to folders come after the
    folders themselves, so that a file keeps its plain path.

    Attributes
    ----------
    visited
        Device and inode of the folders that were walked; None to begin anew with each path.
    """

    name: str = "folder"
    general: bool = True
    visited: set[tuple[int, int]] | None = None

    def accepts(self, path: str) -> bool:
        """Whatever exists."""
        return os.path.lexists(path)

    def scan(self, path: str, cancelled: Callable[[], bool]) -> Iterator[Ref | Skipped]:
        """Every file below the path, links to files included; what is no file is skipped with the reason."""
        if not os.path.isdir(path):
            yield Ref(path)
            return
        visited = set() if self.visited is None else self.visited
        folders, links = [path], list[str]()
        while (folders or links) and not cancelled():
            is_link = not folders
            folder = links.pop() if is_link else folders.pop()
            try:
                status = os.stat(folder)
                if (status.st_dev, status.st_ino) in visited:
                    if is_link:
                        yield Skipped(folder, LISTED)
                    continue
                visited.add((status.st_dev, status.st_ino))
                yield from _entries(folder, folders, links, cancelled)
            except (OSError, ValueError) as error:
                yield Skipped(folder, regular.reason(error))


def _entries(
    folder: str, folders: list[str], links: list[str], cancelled: Callable[[], bool]
) -> Iterator[Ref | Skipped]:
    """The files of one folder; its own folders, and its links to folders, are added to the two lists."""
    below: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if cancelled():
                return
            try:
                if entry.is_file(follow_symlinks=False):  # as nearly all are
                    yield Ref(entry.path)
                elif entry.is_dir():
                    (links if entry.is_symlink() else below).append(entry.path)
                elif entry.is_file():
                    yield Ref(entry.path)
                else:
                    yield Skipped(entry.path, regular.kind(entry.stat().st_mode) or "not a file")
            except OSError as error:
                yield Skipped(entry.path, _why(entry, error))
    folders += sorted(below, reverse=True)


def _why(entry: os.DirEntry[str], error: OSError) -> str:
    return "a link that leads nowhere" if entry.is_symlink() else regular.reason(error)


SOURCE = FolderSource()
