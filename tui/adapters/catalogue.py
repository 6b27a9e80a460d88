"""What earlier visits found, in an SQLite file of the user's cache: the tree is there at once, only changes are read.

The file holds patient data: it is 0600 in a folder that is 0700. One that is damaged, of another version or not ours is
thrown away and made anew. Several programs may use it at once.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress

from tui.service import known

NAME = "catalogue.sqlite"


def path(environment: Mapping[str, str]) -> str:
    """The catalogue's file, whether it exists or not; empty where there is no home folder."""
    base = environment.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):  # the XDG Base Directory Specification ignores relative ones
        home = environment.get("HOME", "")
        if not home.startswith("/"):
            return ""
        base = f"{home}/.cache"
    return f"{base}/safelight/{NAME}"


def clear(place: str) -> int:
    """Remove the catalogue; returns how many bytes it had."""
    size = 0
    for name in (place, f"{place}-wal", f"{place}-shm", f"{place}-journal"):
        with suppress(FileNotFoundError):
            size += os.stat(name).st_size
            os.unlink(name)
    return size


class SqliteCatalogue:
    """The port ``Catalogue``.

    Parameters
    ----------
    place
        Its file.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    def visit(self, paths: Collection[str]) -> known.Visit:
        """What is known below these paths; nothing where the catalogue cannot be used."""
        roots = [path for path in paths if os.path.isdir(path)]
        if not self._place or not roots or not _is_private(os.path.dirname(self._place)):
            return known.Visit()
        import sqlite3  # late: the first screen does not wait for it

        from tui.adapters.visits import Visit

        for _ in range(2):
            try:
                return Visit(self._place, roots)
            except sqlite3.OperationalError:
                return known.Visit()  # locked, full, or on a disk that cannot lock
            except (sqlite3.DatabaseError, KeyError, TypeError, ValueError, IndexError):
                with suppress(OSError):
                    clear(self._place)
        return known.Visit()


def _is_private(folder: str) -> bool:
    """Make the folder if it is missing; false if it is not ours alone."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.stat(folder)
        if status.st_uid != os.geteuid():
            return False
        if stat.S_IMODE(status.st_mode) & 0o077:
            os.chmod(folder, 0o700)
    except OSError:
        return False
    return True
