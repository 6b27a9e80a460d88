"""The values and ports of a run that writes de-identified copies: what is to be done, what became of it.

The values cross to other processes, into the journal and onto the screen; the ports are what a run needs from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any, Protocol

from tui.core.deidentify.options import Options
from tui.core.values import Outcome, Ref
from tui.frozen import frozen


class State(StrEnum):
    """What became of one file."""

    READY = "ready"  # drafted and checked, not yet under its name
    WRITTEN = "written"
    ALREADY = "already"  # a copy with the same bytes was there
    WOULD = "would be written"  # of a dry run
    REFUSED = "refused"  # not safe, or not wanted
    FAILED = "failed"  # it cannot be read, or the copy cannot be written
    QUARANTINED = "quarantined"  # the copy did not pass its proof
    SKIPPED = "skipped"  # no DICOM file


CANNOT_WRITE = "The copy cannot be written."
"""The reason that ends a run: it would be that of the next file, too."""
COPIED = frozenset((State.WRITTEN, State.ALREADY, State.WOULD))
NOT_COPIED = (State.REFUSED, State.FAILED, State.QUARANTINED)


@frozen
class Orders:
    """What holds for all files of a run.

    Attributes
    ----------
    secret
        From which all new names follow.
    drafts
        The folder for copies without a final name; empty for a dry run.
    rules
        Text of the rules for rectangles, as ``core/deidentify/devices.py`` reads it; empty for none.
    sync
        Wait until each copy is on the disk.
    tell
        Say who is called what, for the map.
    """

    secret: bytes
    options: Options
    drafts: str
    rules: str = ""
    sync: bool = True
    tell: bool = False


@frozen
class Result:
    """What became of one file. Nothing but ``source`` and ``known`` is of the original.

    Attributes
    ----------
    draft
        Path of the copy before it has its name; of one that did not pass, what is to be put aside.
    name
        Of the copy, below the folder of all copies.
    error
        A sentence, for all but copies.
    reason
        What of it may stand in the report.
    problems
        What the proof found, without a value.
    actions
        How many elements were removed, emptied, replaced.
    warnings
        Sentences, each with the code of its rule where it has one.
    pairs
        Digests of what became of patient, study and series: (kind, old, new).
    known
        The same and all UIDs in plain text, where the user asks for the map; goes nowhere else.
    """

    source: Ref
    state: State
    draft: str = ""
    name: str = ""
    sha256: str = ""
    uid: str = ""
    error: str = ""
    reason: str = ""
    problems: tuple[str, ...] = ()
    actions: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    pairs: tuple[tuple[str, bytes, bytes], ...] = ()
    known: tuple[tuple[str, str, str], ...] = ()


@frozen
class Summary:
    """What became of a run.

    Attributes
    ----------
    counts
        Files by state.
    total
        Files that were to be done; those that were skipped as no DICOM are not among them.
    resumed
        Of the written ones, those that an earlier, interrupted run had written.
    warnings, reasons
        Sentences with how many files they are about, the most frequent first.
    failures
        The first of the files that were not copied, with their paths: for the screen alone.
    report
        Path of the report; empty where none was written.
    fingerprint
        Of the key: tells whether two runs had the same one, and nothing else.
    stopped
        Why the run ended before its last file; empty if it did not.
    """

    counts: dict[State, int] = field(default_factory=dict)
    total: int = 0
    resumed: int = 0
    warnings: tuple[tuple[str, int], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    failures: tuple[Outcome, ...] = ()
    report: str = ""
    fingerprint: str = ""
    stopped: str = ""

    def count(self, *states: State) -> int:
        """How many files are in one of the states."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def line(self) -> str:
        """The run in one line."""
        copied = self.count(*COPIED)
        left = self.total - copied - self.count(*NOT_COPIED)
        told = [f"OK {copied:,}", f"refused {self.count(State.REFUSED):,}"]
        if self.count(State.FAILED):
            told.append(f"failed {self.count(State.FAILED):,}")
        told += [f"quarantined {self.count(State.QUARANTINED):,}", f"verified {copied:,}/{copied:,}"]
        if left > 0:
            told.append(f"left undone {left:,}")
        return " · ".join(told)


# ------------------------------------------------------------------------------------------------ the outside


class Drafts(Protocol):
    """Copies without a final name."""

    def put(self, pieces: Sequence[bytes | memoryview]) -> str:
        """Write a new file of some pieces and return its path.

        Raises
        ------
        tui.errors.OutputError
        """

    def read(self, path: str) -> bytes:
        """The bytes of a draft, from the disk."""

    def sync(self, paths: Iterable[str]) -> None:
        """Wait until the drafts are on the disk."""


class Workplace(Protocol):
    """The folder that copies are written to, for one run: drafts, journal, final names."""

    @property
    def drafts_folder(self) -> str:
        """Where workers put their drafts."""

    def begin(self, head: dict[str, Any]) -> bool:
        """Make the folder and open its journal, whose first line is ``head``; whether a run is taken up again.

        Raises
        ------
        tui.errors.RefusedError
            Another run writes there, or one that was interrupted was something else.
        tui.errors.OutputError
        """

    def earlier(self) -> dict[str, Any] | None:
        """The next entry of the run that was interrupted; None behind the last one."""

    def rewind(self) -> None:
        """Forget the entry that was read last, and all behind it."""

    def is_there(self, name: str, size: int) -> bool:
        """Whether a copy of that name and size is there."""

    def publish(self, draft: str, name: str, sha256: str) -> tuple[str, int, bool]:
        """Give a draft its final name, with a number where another copy has it.

        Returns the name, the size, and whether a copy with the same bytes was there.
        """

    def alias(self, name: str, other: str) -> None:
        """Give a copy a second name.

        Raises
        ------
        tui.errors.ExistsError
            Something else has it.
        tui.errors.OutputError
        """

    def set_aside(self, draft: str) -> str:
        """Move a draft that did not pass out of the folder of copies; where it lies now, empty if nowhere."""

    def note(self, entry: dict[str, Any]) -> None:
        """Add an entry to the journal."""

    def sync(self, *, wait: bool) -> None:
        """Bring the names of copies to the disk, then the journal that says so; only into files, without ``wait``."""

    def entries(self) -> Iterator[dict[str, Any]]:
        """All entries of the journal but the first."""

    def stamp(self, ref: Ref) -> bytes:
        """Path, size and time of a file: what tells whether it is still the same."""

    def write(self, path: str, pieces: Iterable[bytes], *, numbered: bool) -> str:
        """Write a new file piece by piece, and return its path.

        Raises
        ------
        tui.errors.OutputError
        """

    def write_private(self, path: str, data: bytes) -> None:
        """Write a new file that its owner alone can read.

        Raises
        ------
        tui.errors.OutputError
        """

    def end(self, *, finished: bool) -> None:
        """Close; after a run that is finished, the journal goes."""


class Workers(Protocol):
    """Who makes the copies: this process, or several beside it."""

    def run(
        self, orders: Orders, refs: Iterator[Ref], jobs: int, cancelled: Callable[[], bool]
    ) -> Iterator[list[Result]]:
        """What becomes of the files, in their order, some at a time; ends early once ``cancelled``.

        ``jobs`` is the number of processes; 0 is this one.
        """
