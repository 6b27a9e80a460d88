"""The same edits for many files: what is set, deleted and replaced, from counters, file names and tables.

A value may hold ``{n}`` (number of the file, from 1), ``{patient}``, ``{study}`` and ``{series}`` (numbers of these,
from 1), ``{file}`` and ``{folder}`` (parts of its path), ``{Keyword}`` (what the file has there) and the names of the
groups of ``from_name``. ``{n:04}`` pads a number with zeros; ``{{`` is a brace.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from tui.core.edits import Edit, EditError, path_of, vr_of
from tui.core.printable import printable
from tui.core.tagtable import ITEM_TAG, TagTable
from tui.core.tagvalues import bare_uids
from tui.errors import UsageError
from tui.frozen import frozen

COUNTERS = ("n", "patient", "study", "series")
LEVELS = ("0010,0020", "0020,000D", "0020,000E")  # what tells patients, studies and series apart
RENEWED = ("0008,0018", "0020,000D", "0020,000E", "0020,0052")  # instance, study, series, frame of reference
_FIELD = re.compile(r"\{\{|\}\}|\{(\w+)(?::(\d+))?\}")
_KEYS = ("file", "name", "path")


@frozen
class Replacement:
    """In the value of an element, what a regular expression finds becomes something else."""

    path: str
    pattern: str
    new: str


@frozen
class Plan:
    """What is done to each of the files, in this order.

    Attributes
    ----------
    sets
        Paths and values; the value may hold the fields of this module.
    deletes
        Paths.
    replacements
        By regular expression, as ``re.sub`` has it.
    table
        Lines of a CSV file: the first names what tells the files apart (``file``, or a keyword such as ``PatientID``),
        and the keywords of the other columns. An empty cell leaves the element as it is.
    from_name
        A regular expression on the file's name; its named groups are fields.
    new_uids
        Give study, series, instances and frames of reference new UIDs, wherever they are named in these files.
    first
        Where the counters begin.
    vrs
        Paths and VRs of elements of ``sets`` that no dictionary knows.
    """

    sets: tuple[tuple[str, str], ...] = ()
    deletes: tuple[str, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    table: str = ""
    from_name: str = ""
    new_uids: bool = False
    first: int = 1
    vrs: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sets or self.deletes or self.replacements or self.table or self.new_uids)


def setting(words: str) -> tuple[str, str, str]:
    """Path, value and VR of what is typed as ``Keyword=value`` or ``(0029,1010):LO=value``; the VR may be empty.

    Raises
    ------
    tui.core.edits.EditError
        If no attribute has the keyword.
    """
    name, _, value = words.partition("=")
    match = re.fullmatch(r"(.*\S)\s*:\s*([A-Za-z]{2})", name.strip())
    return path_of(match[1] if match else name), value, match[2].upper() if match else ""


@frozen
class Difference:
    """What a plan does to one element: texts before and after, None where there is none."""

    path: str
    keyword: str
    before: str | None
    after: str | None


@frozen
class FileFacts:
    """What is known of one file before its edits are made: where it lies, and its numbers, from 0."""

    path: str
    n: int = 0
    patient: int = 0
    study: int = 0
    series: int = 0


class Batch:
    """Makes the edits of a plan.

    Parameters
    ----------
    plan
        What is to be done.
    table
        Text of the plan's CSV file.
    Raises
    ------
    tui.errors.UsageError
        If the plan cannot be carried out for any file.
    """

    def __init__(self, plan: Plan, table: str = "") -> None:
        self.plan = plan
        self._key = ""
        self._columns: tuple[str, ...] = ()
        self._lines: dict[str, tuple[str, ...]] = {}
        if plan.table:
            self._read(table)
        try:
            self._name = re.compile(plan.from_name) if plan.from_name else None
            self._patterns = [(r.path, re.compile(r.pattern), r.new) for r in plan.replacements]
        except re.error as error:
            raise UsageError(f"This is no regular expression: {error.msg}") from error
        self._vrs = dict(plan.vrs)
        self._numbers: list[dict[str, int]] = [{}, {}, {}]

    def _read(self, text: str) -> None:
        import csv

        lines = [line for line in csv.reader(text.splitlines()) if any(cell.strip() for cell in line)]
        if len(lines) < 2 or len(lines[0]) < 2:
            raise UsageError("The table has no lines", "It needs a line of names, then a line for each file.")
        head, *rest = lines
        key = head[0].strip()
        self._key = key.lower() if key.lower() in _KEYS else path_of(key)
        self._columns = tuple(path_of(name) for name in head[1:])
        for number, line in enumerate(rest, 2):
            if len(line) > len(head):
                raise UsageError(f"Line {number} of the table has more cells than names")
            cells = tuple(cell.strip() for cell in line) + ("",) * (len(head) - len(line))
            if cells[0] in self._lines:
                raise UsageError(f"Line {number} of the table has the key of another line")
            self._lines[cells[0]] = cells[1:]

    def facts(self, path: str, n: int, table: TagTable) -> FileFacts:
        """The numbers of a file; patients, studies and series are counted as they come."""
        found = []
        for known, level in zip(self._numbers, LEVELS, strict=True):
            key = "\0".join([*(_value(table, above) or "" for above in LEVELS[: LEVELS.index(level)]),
                             _value(table, level) or ""])  # fmt: skip
            found.append(known.setdefault(key, len(known)))
        return FileFacts(path, n, *found)

    def edits(self, facts: FileFacts, table: TagTable, renewed: Mapping[str, str]) -> tuple[Edit, ...]:
        """The edits of one file, each element once.

        Parameters
        ----------
        table
            The rows of its tags, with whole values.
        renewed
            Old UIDs and their new ones.

        Raises
        ------
        tui.core.edits.EditError
        """
        fields = self._fields(facts)
        found: dict[str, Edit] = {}
        if self.plan.new_uids:
            for path, value in _uids(table):
                new = "\\".join(renewed.get(uid, uid) for uid in value.split("\\"))
                if new != value:
                    found[path] = Edit(path, new)
        for path, new in zip(self._columns, self._line(facts.path, table), strict=False):
            if new:
                found[path] = Edit(path, new)
        for path, text in self.plan.sets:
            found[path] = Edit(path, filled(text, fields, table), self._vrs.get(path, ""))
        for path, pattern, new in self._patterns:
            old = found[path].value if path in found else _value(table, path)
            if old is not None and (changed := _replaced(pattern, new, old)) != old:
                found[path] = Edit(path, changed)
        for path in self.plan.deletes:
            found[path] = Edit(path)
        return tuple(found.values())

    def _fields(self, facts: FileFacts) -> dict[str, str]:
        name = posixpath.basename(facts.path)
        fields = {counter: str(getattr(facts, counter) + self.plan.first) for counter in COUNTERS}
        fields |= {"file": posixpath.splitext(name)[0], "folder": posixpath.basename(posixpath.dirname(facts.path))}
        if self._name is not None:
            match = self._name.search(name)
            if match is None:
                raise EditError("The pattern does not fit the file's name")
            fields |= {group: text or "" for group, text in match.groupdict().items()}
        return fields

    def _line(self, path: str, table: TagTable) -> Sequence[str]:
        if not self._key:
            return ()
        if self._key in _KEYS:
            name = posixpath.basename(path)
            found = next((key for key in (path, name, posixpath.splitext(name)[0]) if key in self._lines), "")
        else:
            found = _value(table, self._key) or ""
        if found not in self._lines:
            raise EditError("The table has no line for this file")
        return self._lines[found]


def filled(text: str, fields: Mapping[str, str], table: TagTable) -> str:
    """A value with its fields filled in.

    Raises
    ------
    tui.core.edits.EditError
        For a field that is none.
    """

    def field(match: re.Match[str]) -> str:
        if match.group() in ("{{", "}}"):
            return match.group()[0]
        name, width = match[1], int((match[2] or "0")[-2:])
        if name in fields:
            return fields[name].zfill(width) if width and fields[name].isdigit() else fields[name]
        return (_value(table, path_of(name)) or "").zfill(width)

    return _FIELD.sub(field, text)


def differences(edits: Sequence[Edit], table: TagTable) -> tuple[Difference, ...]:
    """What edits do to a file, without those that change nothing."""
    out = []
    for edit in edits:
        before = _value(table, edit.path)
        if before != edit.value:
            index = table.find(edit.path)
            keyword = table.kind(index)[1] if index >= 0 else keyword_of(edit.path)
            after = None if edit.value is None else printable(edit.value, 400)
            out.append(Difference(edit.path, keyword, before, after))
    return tuple(out)


def keyword_of(path: str) -> str:
    """The keyword of an element that a file does not have."""
    from pydicom.datadict import keyword_for_tag

    place = path.rpartition(".")[2].partition("[")[0].replace(",", "")
    return keyword_for_tag(int(place, 16)) or ("" if vr_of(path) else "private")


def uids_of(table: TagTable) -> tuple[str, ...]:
    """The UIDs of a file that a plan renews."""
    return tuple(value for path in RENEWED if (value := _value(table, path)))


def _uids(table: TagTable) -> list[tuple[str, str]]:
    found = []
    for index, tag in enumerate(table.tags):
        if tag != ITEM_TAG and tag >> 16 != 2 and table.kind(index)[0] == "UI" and table.value(index):
            found.append((table.path(index), bare_uids(table.value(index))))
    return found


def _value(table: TagTable, path: str) -> str | None:
    index = table.find(path)
    if index < 0:
        return None
    value = table.value(index)
    return bare_uids(value) if table.kind(index)[0] == "UI" else value


def _replaced(pattern: re.Pattern[str], new: str, old: str) -> str:
    try:
        return pattern.sub(new, old)
    except (re.error, IndexError) as error:
        raise UsageError("The new text names a group that the regular expression does not have") from error
