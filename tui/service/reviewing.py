"""Every element of one file before and after, for the eye alone: nothing of it is ever written."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.core.values import Change, Ref, TagRow
from tui.errors import SafelightError
from tui.frozen import frozen
from tui.service.batch import Orders
from tui.service.boxing import known_rules

if TYPE_CHECKING:
    from tui.core.deidentify.options import Options
    from tui.service.ports import Cancelled, Emit, Ports

LONGEST_VALUE = 256


@frozen
class ReviewAnonymize:
    """Show every element of an instance with what would be done to it and what would come of it."""

    ref: Ref
    options: Options
    rules: str = ""


@frozen
class Reviewed:
    """One element, or one item of a sequence.

    ``action`` is removed, emptied, replaced, new UID, kept or added; ``rule`` is why; ``after`` is empty where the
    element is gone.
    """

    path: str
    tag: str
    keyword: str
    vr: str
    depth: int
    action: str
    rule: str
    before: str
    after: str


@frozen
class AnonymizeReviewed:
    """All rows of an instance; ``problem`` is why there are none, or what the copy warns of."""

    ref: Ref
    rows: tuple[Reviewed, ...]
    problem: str = ""


def review(ports: Ports, action: ReviewAnonymize, secret: bytes) -> Callable[[Emit, Cancelled], None]:
    """Make the copy in memory and set it beside the original."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        try:
            emit(_reviewed(ports, action, secret))
        except SafelightError as error:
            emit(AnonymizeReviewed(action.ref, (), error.sentence()))
        except MemoryError:
            emit(AnonymizeReviewed(action.ref, (), "There is not enough memory for it."))

    return work


def _reviewed(ports: Ports, action: ReviewAnonymize, secret: bytes) -> AnonymizeReviewed:
    from pydicom import dcmread

    from tui.core import tags
    from tui.service.copying import Copyist

    before = tags.rows(ports.instances.open(action.ref).dataset, LONGEST_VALUE)
    copyist = Copyist(
        Orders(secret, action.options, "", known_rules(ports, action.rules)), ports.instances, ports.output, None
    )
    pieces, _, changes, warnings, _ = copyist.made(action.ref, ports.instances.data(action.ref))
    after = tags.rows(dcmread(io.BytesIO(b"".join(pieces)), stop_before_pixels=True), LONGEST_VALUE)
    return AnonymizeReviewed(action.ref, aligned(before, after, changes), " ".join(warnings))


def aligned(before: tuple[TagRow, ...], after: tuple[TagRow, ...], changes: tuple[Change, ...]) -> tuple[Reviewed, ...]:
    """The rows of both, in the order of the tags; what is in the second alone stands where it belongs."""
    new = {row.path: row for row in after}
    done = {change.path: change for change in changes}
    old = {row.path for row in before}
    rows = [_row(row, new.get(row.path), _change(row.path, done)) for row in before]
    added = [_row(None, row, done.get(row.path)) for row in after if row.path not in old]
    merged = sorted([*rows, *added], key=lambda row: _place(row.path))
    return tuple(merged)


def _change(path: str, done: dict[str, Change]) -> Change | None:
    """What was done to an element, or to the sequence that it went with."""
    while path:
        if path in done:
            return done[path]
        path = path.rpartition(".")[0] or (path.rpartition("[")[0] if "[" in path else "")
    return None


def _place(path: str) -> tuple[tuple[str, int], ...]:
    parts = []
    for part in path.split("."):
        tag, _, item = part.partition("[")
        parts.append((tag, int(item.rstrip("]")) if item.rstrip("]").isdigit() else -1))
    return tuple(parts)


def _row(one: TagRow | None, other: TagRow | None, change: Change | None) -> Reviewed:
    row = one or other
    assert row is not None
    before, after = one.value if one else "", other.value if other else ""
    if one is None:
        action = "added"
    elif other is None:
        action = "removed"
    elif row.folds or before == after:
        action = "kept"
    else:
        action = change.action if change and change.action != "removed" else "replaced" if after else "emptied"
    rule = change.rule if change and action not in ("kept",) else ""
    return Reviewed(row.path, row.tag, row.keyword, row.vr, row.depth, action, rule, before, after)
