"""Putting a new file in the place of an old one, of which a backup is kept."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from tui.adapters import leftovers, output
from tui.core.printable import printable
from tui.errors import OutputError

_MOST_NUMBERS = 100_000
_PIECE = 1 << 22


def replace(path: str, data: Iterable[bytes], stamp: tuple[int, ...]) -> str:
    """Put new bytes in the place of a file that was there, and return the path under which the old file is kept.

    The old file gets its second name, ``.bak`` behind the first, before the new one takes the first: at every
    moment there is a whole file of that name, and the old bytes bear one of the two.

    Parameters
    ----------
    stamp
        Device, number, size and time of the file that is to be replaced.

    Raises
    ------
    tui.errors.OutputError
        Also if there is another file by now.
    """
    target = Path(os.path.realpath(path))
    try:
        status = os.stat(target)
        temporary = target.parent / leftovers.name()
        try:
            output.fill(temporary, data, stat.S_IMODE(status.st_mode))
            now = os.stat(target)
            if (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) != stamp:
                raise OutputError(f"{printable(str(target))} has changed meanwhile", "Read it again.")
            backup = _backup(target)
            output.sync_folder(target.parent)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        output.sync_folder(target.parent)
    except OSError as error:
        raise output.translated(target, error) from error
    return str(backup)


def _backup(target: Path) -> Path:
    """A second name of a file; a copy, on a disk without hard links."""
    for number in range(1, _MOST_NUMBERS):
        backup = target.with_name(f"{target.name}.bak" if number == 1 else f"{target.name}.bak-{number}")
        try:
            os.link(target, backup)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in output.NO_LINKS:
                raise
            if os.path.lexists(backup):
                continue
            output.write_new(backup, _pieces(target), mode=stat.S_IMODE(os.stat(target).st_mode))
        return backup
    raise OutputError(f"{printable(str(target))} has {_MOST_NUMBERS:,} backups", "Remove some.")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
