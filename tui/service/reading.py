"""Reading the tags of an instance: its rows as they are in the file, or with edits that are not saved yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core.values import Ref
from tui.errors import RefusedError, SafelightError
from tui.service.ports import Instances

if TYPE_CHECKING:
    from tui.core.edits import Edit
    from tui.core.heads import Head
    from tui.core.tagtable import TagTable

WHOLE = 1 << 22  # characters of a value that a plan or a comparison looks at


def read(
    instances: Instances, ref: Ref, edits: tuple[Edit, ...] = (), limit: int = 65536, deepest: int = 100
) -> tuple[TagTable, str]:
    """The rows of an instance, and what could not be read or changed of it as a sentence.

    Parameters
    ----------
    limit, deepest
        As :func:`tui.core.tags.table` takes them.

    Raises
    ------
    tui.errors.UnreadableError
    """
    from tui.core import tags
    from tui.core.elements import BrokenError

    opened = instances.open(ref)
    notes = list(opened.notes)
    if edits:
        try:
            head = edited_head(instances, ref, edits)
            paths = {edit.path for edit in edits}
            return tags.of_head(head, limit, paths, opened.left_out, deepest), " ".join(notes)
        except (SafelightError, BrokenError) as error:
            notes.append(error.sentence() if isinstance(error, SafelightError) else "The edits cannot be shown.")
    return tags.table(opened.dataset, limit, opened.left_out, deepest), " ".join(notes)


def edited_head(instances: Instances, ref: Ref, edits: tuple[Edit, ...]) -> Head:
    """The head of a file with edits made; its offsets are those of the new bytes.

    Raises
    ------
    tui.core.edits.EditError
    tui.errors.UnreadableError
    tui.errors.RefusedError
        For a file in an archive.
    """
    from tui.core import heads
    from tui.core.edits import steps
    from tui.core.splice import splice

    if ref.member:
        raise RefusedError("A file in an archive cannot be edited", "Copy it out first.")
    behind = any(steps(edit.path)[0].tag >= heads.PIXELS for edit in edits)
    head = instances.head(ref, whole=behind)
    data = splice(head.data, head.meta, head.start, head.form, edits)
    _, start, _, _ = heads.layout(data) if head.start else (0, 0, None, None)
    return replace(head, data=data, start=start)
