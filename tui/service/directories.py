"""The new DICOMDIR of a run whose originals had one: it lists the copies, and is made of them alone.

Its file IDs are second names of the copies, which cost no room on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from tui.core.values import Ref
from tui.errors import ExistsError
from tui.service.batch import State, Workplace
from tui.service.ports import Instances

NAME = "DICOMDIR"
REBUILT = "R08: a DICOMDIR is not copied; a new one lists the copies."
LEFT = "R08: there is a DICOMDIR already, which does not list all copies; it was left as it is."


def had_one(paths: Iterable[str]) -> bool:
    """Whether one of the paths is a DICOMDIR itself."""
    return any(os.path.basename(path).upper() == NAME and not os.path.isdir(path) for path in paths)


def rebuild(
    instances: Instances, place: Workplace, folder: str, secret: bytes, entries: Iterable[dict[str, Any]]
) -> bool:
    """Write the directory of all copies that the entries of a journal name; whether it is there.

    Raises
    ------
    tui.errors.SafelightError
    """
    from tui.core.deidentify.directory import Directory
    from tui.core.deidentify.profile import MAKER
    from tui.core.deidentify.uids import keys, new_uid

    directory = Directory()
    names: dict[str, str] = {}
    for entry in entries:
        name = entry.get("name", "")
        if State(entry["state"]) in (State.WRITTEN, State.ALREADY) and name not in names:
            copy = instances.open(Ref(os.path.join(folder, name))).dataset
            names[name] = directory.add(copy, str(copy.file_meta.TransferSyntaxUID))
    data = directory.written(new_uid(keys(secret).uid, "\n".join(("directory", *names))), MAKER)
    path = os.path.join(folder, NAME)
    if os.path.lexists(path):
        return instances.data(Ref(path)) == data
    try:
        for name, other in names.items():
            place.alias(name, other)
        place.write(path, (data,), numbered=False)
    except ExistsError:
        return False
    return True
