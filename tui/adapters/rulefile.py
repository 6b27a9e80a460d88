"""The rules for burned-in text that were made by drawing boxes, beside the configuration, from one session to the next.

They name devices and sizes of pictures, never a patient. A rule that holds for one series alone is not kept here.
"""

from __future__ import annotations

import os
from pathlib import Path

from tui.adapters import leftovers, regular
from tui.adapters.output import fill, sync_folder, translated
from tui.errors import UnreadableError
from tui.service.ports import DeviceRules

NAME = "device-rules.toml"
_LONGEST = 4 * 2**20


class RuleFile(DeviceRules):
    """A file on the local disk.

    Parameters
    ----------
    path
        Where it is, or will be; empty where there is no home folder.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def path(self) -> str:
        """Where the rules are; empty where they cannot be kept."""
        return self._path

    def read(self) -> str:
        """The rules, empty without any."""
        if not self._path or not os.path.lexists(self._path):
            return ""
        opened, status = regular.descriptor(self._path)
        try:
            return regular.head(opened, min(status.st_size, _LONGEST)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableError("The file of device rules is no text in UTF-8") from error
        finally:
            os.close(opened)

    def write(self, text: str) -> None:
        """Put new rules in the place of the old ones, at once or not at all."""
        if not self._path:
            return
        target = Path(self._path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.parent / leftovers.name()
            try:
                fill(temporary, (text.encode(),))
                temporary.replace(target)
            finally:
                temporary.unlink(missing_ok=True)
            sync_folder(target.parent)
        except OSError as error:
            raise translated(target, error) from error
