"""A visit to the catalogue: what it knows of the opened folders, what of it is still so, and what is kept for the next.

A folder is a row with its files (size, mtime, inode), and a row for each series that has files in it. A folder in which
nothing has changed is not written again. All that a visit keeps is written at its end, in one transaction.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from functools import partial
from typing import Any

from tui.core import health
from tui.core.instance import Instance, Ref
from tui.core.packed import Packed, pack, unpack
from tui.core.series import series_list
from tui.core.stacks import arrange
from tui.core.values import Library, Lost, Series, SeriesKey, Skipped, Stack
from tui.service import known

VERSION = 2
APPLICATION = 0x53614C69  # what tells our file from another program's
PATIENCE_SECONDS = 5.0
AT_ONCE = 1000  # files in one text: while one is read or written no other thread gets its turn
_TABLES = """
CREATE TABLE folders (folder BLOB PRIMARY KEY, entries TEXT NOT NULL, skipped TEXT NOT NULL);
CREATE TABLE parts (folder BLOB, series TEXT, summary TEXT NOT NULL, packed TEXT NOT NULL, sum INTEGER NOT NULL,
                    PRIMARY KEY (folder, series));
"""

Entry = tuple[int, int, int]


def _connected(place: str) -> sqlite3.Connection:
    """The open catalogue, made if it is missing.

    Raises
    ------
    sqlite3.DatabaseError
        It is damaged, older or not ours.
    """
    try:
        opened = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        os.fchmod(opened, 0o600)
        os.close(opened)
    except OSError as error:
        raise sqlite3.OperationalError("cannot be opened") from error
    connection = sqlite3.connect(place, timeout=PATIENCE_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if (version, application) == (0, 0):
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in _TABLES.strip().split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
        if (version, application) != (VERSION, APPLICATION):
            raise sqlite3.DatabaseError("another version")
    except BaseException:
        connection.close()
        raise
    return connection


class _Root:
    """An opened folder: its path as it was given, and as the catalogue has it."""

    def __init__(self, given: str) -> None:
        self.given = given.rstrip("/") or "/"
        self.absolute = os.path.abspath(given)

    def ours(self, absolute: str) -> str:
        """A path of the catalogue as the scan of this folder spells it."""
        rest = absolute[len(self.absolute) :].lstrip("/")
        return os.path.join(self.given, rest) if rest else self.given


class Visit(known.Visit):
    """One visit.

    Raises
    ------
    sqlite3.Error
    """

    def __init__(self, place: str, roots: Collection[str]) -> None:
        self._place = place
        self._entries: dict[str, dict[str, Entry]] = {}  # by folder, as the scan spells it; those not met yet
        self._absolute: dict[str, str] = {}
        self._skipped: list[Skipped] = []
        self._parts: dict[str, list[tuple[str, dict[str, Any], str]]] = {}  # by series: folder, summary, packed
        self._keys: dict[str, list[SeriesKey]] = {}  # by folder
        self._found: dict[str, dict[str, Entry]] = {}  # by folder; all its files, as they are now
        self._changed: set[str] = set()
        with closing(_connected(place)) as connection:
            for root in map(_Root, roots):
                self._load(connection, root)

    def _load(self, connection: sqlite3.Connection, root: _Root) -> None:
        here = os.fsencode(root.absolute)
        below = here.rstrip(b"/") + b"/"
        where = "folder = ? OR (folder > ? AND folder < ?)"
        bounds = here, below, below[:-1] + b"0"
        rows = connection.execute(f"SELECT folder, entries, skipped FROM folders WHERE {where}", bounds)
        for raw, entries, skipped in rows:
            absolute = os.fsdecode(raw)
            folder = root.ours(absolute)
            if folder in self._entries:
                continue
            self._absolute[folder] = absolute
            entries_of: dict[str, Entry] = {}
            for text in entries.split("\n"):
                entries_of.update({name: (a, b, c) for name, (a, b, c) in dict(json.loads(text)).items()})
            self._entries[folder] = entries_of
            self._found[folder] = dict(entries_of)
            self._skipped += [Skipped(os.path.join(folder, name), why) for name, why in json.loads(skipped)]
        columns = "folder, series, summary, packed, sum"
        for raw, series, summary, packed, total in connection.execute(
            f"SELECT {columns} FROM parts WHERE {where}", bounds
        ):
            if zlib.crc32((series + summary + packed).encode()) != total:
                raise sqlite3.DatabaseError("damaged")
            folder = root.ours(os.fsdecode(raw))
            parts = self._parts.setdefault(series, [])
            if folder not in {other for other, _, _ in parts}:
                parts.append((folder, json.loads(summary), packed))
                self._keys.setdefault(folder, []).append(SeriesKey(*json.loads(series)))

    # ------------------------------------------------------------------------------------------ what is known

    def series(self) -> Iterator[Series]:
        """Series of one folder as they were kept; then those of several, which are arranged anew."""
        several = []
        for text, parts in self._parts.items():
            key = SeriesKey(*json.loads(text))
            if len(parts) > 1 or not parts[0][1]["whole"]:
                several.append((key, parts))
                continue
            folder, summary, packed = parts[0]
            (first,) = next(_unpacked(json.dumps(summary["first"]), folder))
            counts = (summary["count"], summary["frames"], summary["size"])
            every = Packed(first, *counts, partial(_unpacked, packed, folder), summary["blank"])
            stacks = tuple(Stack(*one) for one in summary["stacks"])
            yield Series(key, every, stacks, tuple(summary["notes"]))
        for key, parts in several:
            found = [one for folder, _, packed in parts for some in _unpacked(packed, folder) for one in some]
            ordered, stacks = arrange(found)
            yield Series(key, ordered, stacks)

    def skipped(self) -> Iterator[Skipped]:
        """The files that are known to be no DICOM."""
        return iter(self._skipped)

    # ------------------------------------------------------------------------------------------ what is met

    def unchanged(self, path: str) -> bool | None:
        """Whether size, mtime and inode are what they were."""
        folder, _, name = path.rpartition("/")
        entries = self._entries.get(folder)
        known = entries.get(name) if entries else None
        if known is None or entries is None:
            return None
        try:
            status = os.stat(path)
        except OSError:
            return False
        if (status.st_size, status.st_mtime_ns, status.st_ino) != known:
            return False
        del entries[name]
        return True

    def lose(self, path: str) -> Lost:
        """It has changed; it is not known any more."""
        folder, _, name = path.rpartition("/")
        del self._entries[folder][name]
        del self._found[folder][name]
        self._changed.add(folder)
        return Lost((path,), tuple(self._keys.get(folder, ())))

    def note(self, path: str, status: os.stat_result) -> None:
        """It was read."""
        folder, _, name = path.rpartition("/")
        found = self._found.get(folder)
        if found is None:
            found = self._found[folder] = {}
            self._absolute[folder] = os.path.abspath(folder)
        found[name] = (status.st_size, status.st_mtime_ns, status.st_ino)
        self._changed.add(folder)

    def unmet(self) -> Iterator[Lost]:
        """Files that are gone, folder by folder."""
        for folder, entries in self._entries.items():
            if entries:
                lost = tuple(os.path.join(folder, name) for name in entries)
                for name in entries:
                    del self._found[folder][name]
                self._changed.add(folder)
                yield Lost(lost, tuple(self._keys.get(folder, ())))
        self._entries = {}

    # ------------------------------------------------------------------------------------------ what is kept

    def keep(self, library: Library, complete: bool) -> None:
        """Write the folders that have changed; those that were not walked to their end only if all were."""
        if not complete or not self._changed:
            return
        rows, kept = self._rows(library)
        skipped = self._skipped_by_folder(library)
        with suppress(sqlite3.Error, OSError), closing(_connected(self._place)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for folder in self._changed:
                raw = os.fsencode(self._absolute[folder])
                known = {series for (other, series) in kept if other == folder}
                for (series,) in connection.execute("SELECT series FROM parts WHERE folder = ?", (raw,)).fetchall():
                    if series not in known:
                        connection.execute("DELETE FROM parts WHERE folder = ? AND series = ?", (raw, series))
                if self._found[folder]:
                    connection.execute(
                        "INSERT OR REPLACE INTO folders VALUES (?, ?, ?)",
                        (raw, _entries_text(self._found[folder]), json.dumps(skipped.get(folder, []))),
                    )
                else:
                    connection.execute("DELETE FROM folders WHERE folder = ?", (raw,))
            connection.executemany("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")

    def _rows(self, library: Library) -> tuple[list[tuple[bytes, str, str, str, int]], set[tuple[str, str]]]:
        """Rows of the parts that lie in changed folders, and which parts in them stay as they are."""
        rows: list[tuple[bytes, str, str, str, int]] = []
        kept: set[tuple[str, str]] = set()
        for series in series_list(library):
            text = json.dumps([series.key.patient, series.key.study, series.key.series])
            every = series.instances
            if isinstance(every, Packed) and not every.is_made:
                kept.update((folder, text) for folder, _, _ in self._parts.get(text, ()))
                continue
            by_folder: dict[str, list[Instance]] = {}
            for one in every:
                by_folder.setdefault(one.ref.path.rpartition("/")[0], []).append(one)
            for folder, members in by_folder.items():
                if folder in self._changed:
                    summary = json.dumps(_summary(series, members, whole=len(by_folder) == 1))
                    packed = "\n".join(
                        json.dumps(pack(members[at : at + AT_ONCE], _name)) for at in range(0, len(members), AT_ONCE)
                    )
                    total = zlib.crc32((text + summary + packed).encode())
                    rows.append((os.fsencode(self._absolute[folder]), text, summary, packed, total))
                    kept.add((folder, text))
        return rows, kept

    def _skipped_by_folder(self, library: Library) -> dict[str, list[tuple[str, str]]]:
        """Names below the folder that holds the file, which for a member of an archive is the archive's."""
        found: dict[str, list[tuple[str, str]]] = {}
        for one in library.skipped:
            folder, _, name = one.path.rpartition("/")
            inside = self._found.get(folder)
            if inside is not None and name in inside:
                found.setdefault(folder, []).append((name, one.reason))
                continue
            above, _, rest = folder.rpartition("/")
            while above:
                if rest.partition("/")[0] in self._found.get(above, {}):
                    found.setdefault(above, []).append((f"{rest}/{name}", one.reason))
                    break
                above, _, more = above.rpartition("/")
                rest = f"{more}/{rest}"
        return found


def _summary(series: Series, members: list[Instance], *, whole: bool) -> dict[str, Any]:
    return {
        "whole": whole,
        "first": pack(members[:1], _name),
        "count": len(members),
        "frames": sum(one.head.frames for one in members if one.head.rows),
        "size": sum(one.size for one in members),
        "blank": sum(1 for one in members if not one.head.rows),
        "stacks": [[stack.label, stack.start, stack.stop] for stack in series.stacks] if whole else [],
        "notes": [note for note in series.notes if note != health.MIXED] if whole else [],
    }


def _name(instance: Instance) -> str:
    ref = instance.ref
    name = ref.path[ref.path.rfind("/") + 1 :]
    return f"{name}\0{ref.member}" if ref.member else name


def _entries_text(entries: dict[str, Entry]) -> str:
    names = list(entries)
    parts = (names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE))
    return "\n".join(json.dumps({name: entries[name] for name in part}) for part in parts)


def _unpacked(packed: str, folder: str) -> Iterator[list[Instance]]:
    """The instances of a folder, some at a time."""

    def ref_of(name: str) -> Ref:
        name, _, member = name.partition("\0")
        return Ref(os.path.join(folder, name), member)

    for text in packed.split("\n"):
        yield unpack(json.loads(text), ref_of)
