"""Who is called what: the map from originals to copies, for the one who has both and the key.

Two tables of ``id_old,id_new``, the form of the MIDI-B challenge: of patients, and of UIDs. They are written only when
asked for, outside of originals and copies, for their owner alone. With the same key they can be made again at any time.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable

from tui.errors import RefusedError
from tui.service.batch import Workplace

PATIENTS, UIDS = "patients.csv", "uids.csv"


class Crosswalk:
    """Gathers what files say.

    Parameters
    ----------
    folder
        Where the tables go.
    data
        The folders of originals and copies.

    Raises
    ------
    tui.errors.RefusedError
        If the folder lies among them, or holds such tables.
    """

    def __init__(self, folder: str, data: Iterable[str]) -> None:
        self._folder = os.path.realpath(os.path.expanduser(folder))
        for one in map(os.path.realpath, data):
            if os.path.commonpath([one, self._folder]) == one:
                raise RefusedError("The map would lie among the data", "Keep it where nothing is passed on from.")
        if any(os.path.lexists(os.path.join(self._folder, name)) for name in (PATIENTS, UIDS)):
            raise RefusedError("There is a map already at that place", "Choose another folder for it.")
        self._tables: dict[str, dict[str, str]] = {PATIENTS: {}, UIDS: {}}

    def add(self, known: Iterable[tuple[str, str, str]]) -> None:
        """What one file says: kind, old, new."""
        for kind, old, new in known:
            self._tables[PATIENTS if kind == "patient" else UIDS][old] = new

    def write(self, place: Workplace) -> None:
        """Write both tables.

        Raises
        ------
        tui.errors.SafelightError
        """
        for name, table in self._tables.items():
            out = io.StringIO()
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("id_old", "id_new"))
            writer.writerows(sorted(table.items()))
            place.write_private(os.path.join(self._folder, name), out.getvalue().encode())
