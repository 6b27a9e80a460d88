"""The key of a project: 32 random bytes in a file that its owner alone can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tui.adapters import regular
from tui.core.printable import printable
from tui.errors import RefusedError, UnreadableError
from tui.service.ports import Secrets

_BYTES = 32
_LONGEST = 4096  # a file of text, with a note beside the key, is none


class KeyFiles(Secrets):
    """Keys on the local disk."""

    def secret(self, path: str) -> bytes:
        """The key of a file, which is made if it is not there.

        Raises
        ------
        tui.errors.RefusedError
            If others may read it, or it is no key.
        """
        target = Path(path).expanduser()
        name = printable(target.name)
        if not os.path.lexists(target):
            return _made(target)
        try:
            opened, status = regular.descriptor(str(target))
        except UnreadableError as error:
            raise RefusedError(f"The key file {name} cannot be read: {error}") from error
        try:
            if stat.S_IMODE(status.st_mode) & 0o077:
                hint = "Make it private with chmod 600, if nobody has read it."
                raise RefusedError(f"The key file {name} can be read or written by others", hint)
            data = regular.head(opened, _LONGEST)
        finally:
            os.close(opened)
        if len(data) != _BYTES:
            hint = "Give a file that is not there yet, and a key is made in it."
            raise RefusedError(f"{name} is no key file: one holds 32 bytes", hint)
        return data


def _made(target: Path) -> bytes:
    key = os.urandom(_BYTES)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(target, flags, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o600)  # the mask may have taken more than is wanted
            file.write(key)
            file.flush()
            os.fsync(handle)
    except (OSError, ValueError) as error:
        why = regular.reason(error)
        raise RefusedError(f"The key file {printable(target.name)} cannot be made: {why}") from error
    return key
