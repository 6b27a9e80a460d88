"""The folder that copies are written to, for one run: its drafts, its journal, the final names.

While a run goes on, and after one was interrupted, ``.safelight`` in that folder holds the drafts and the journal. A
file of the journal is named by a keyed hash alone. At the end the folder goes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from tui.adapters import leftovers
from tui.adapters.drafts import SUFFIX, DraftFolder
from tui.adapters.output import Files, publish, publish_numbered, sync_folder, translated, write_new
from tui.core.printable import printable
from tui.core.values import Ref
from tui.errors import ExistsError, OutputError, RefusedError
from tui.service.batch import Drafts, Workplace

_HOME = ".safelight"
_JOURNAL = "journal"
_ASIDE = ".quarantine"


class WorkFolder(Workplace):
    """On the local disk.

    Parameters
    ----------
    folder
        Where the copies go; made when the run begins.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._home = self._folder / _HOME
        self._journal: IO[bytes] | None = None
        self._line = 0
        self._new = False
        self._made: set[str] = set()
        self._touched: set[str] = set()

    @property
    def drafts_folder(self) -> str:
        """Where workers put their drafts."""
        return str(self._home)

    def drafts(self) -> Drafts:
        """The drafts, for a worker in this process."""
        return DraftFolder(str(self._home))

    def begin(self, head: dict[str, Any]) -> bool:
        """Make the folders and open the journal, whose first line is ``head``; whether a run is taken up again."""
        try:
            self._new = not self._folder.exists()
            self._folder.mkdir(parents=True, exist_ok=True)
            self._home.mkdir(mode=0o700, exist_ok=True)
            if self._home.is_symlink():
                raise RefusedError(f"{printable(str(self._home))} is a link", "Choose another folder.")
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._journal = os.fdopen(os.open(self._home / _JOURNAL, flags, 0o600), "r+b")
            try:
                fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                self._journal.close()
                self._journal = None
                raise RefusedError("Another run writes to this folder", "Wait for its end.") from error
            leftovers.sweep(self._folder)
            for draft in self._home.glob(f"*{SUFFIX}"):  # of a run that was killed
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise translated(self._folder, error) from error
        first = self._next()
        if first is None:
            self.note(head)
            return False
        if first != head:
            self._journal.close()
            self._journal = None
            hint = "Give the key, the options and the files of that run to go on with it, or choose another folder."
            raise RefusedError("The folder holds an unfinished run that was something else", hint)
        return True

    def earlier(self) -> dict[str, Any] | None:
        """The next entry of the run that was interrupted; None behind the last whole one."""
        return self._next()

    def _next(self) -> dict[str, Any] | None:
        assert self._journal is not None
        at = self._line = self._journal.tell()
        line = self._journal.readline()
        if line.endswith(b"\n"):
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict):
                    return entry
        self._journal.seek(at)
        self._journal.truncate()  # a line that was cut
        return None

    def rewind(self) -> None:
        """Forget the entry that was read last, and all behind it: from it on the files are done anew."""
        assert self._journal is not None
        self._journal.seek(self._line)
        self._journal.truncate()

    def is_there(self, name: str, size: int) -> bool:
        """Whether a copy of that name and size is there."""
        try:
            status = os.lstat(self._folder / name)
        except OSError:
            return False
        return status.st_size == size

    def publish(self, draft: str, name: str, sha256: str) -> tuple[str, int, bool]:
        """Give a draft its final name, numbered if another copy has it.

        Returns
        -------
        tuple
            The name, the size, and whether a copy with the same bytes was there.
        """
        inner, stem = os.path.split(name.removesuffix(".dcm"))
        folder = os.path.join(self._folder, inner)
        try:
            size = os.stat(draft).st_size
            if folder not in self._made:
                os.makedirs(folder, exist_ok=True)
                self._made.add(folder)
            for number in range(1, 10_000):
                chosen = f"{stem}.dcm" if number == 1 else f"{stem}~{number}.dcm"
                place = os.path.join(folder, chosen)
                try:
                    _link(draft, place)
                except ExistsError:
                    if _digest(Path(place)) != sha256:
                        continue
                else:
                    self._touched.add(folder)
                    os.unlink(draft)
                    return os.path.join(inner, chosen), size, False
                os.unlink(draft)
                return os.path.join(inner, chosen), size, True
        except OSError as error:
            raise translated(Path(folder) / f"{stem}.dcm", error) from error
        raise OutputError(f"There are too many copies named {printable(stem)}.dcm")

    def alias(self, name: str, other: str) -> None:
        """Give a copy a second name; a copy of it, on a disk without links."""
        copy, place = self._folder / name, self._folder / other
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(str(copy), str(place))
            self._touched.add(str(place.parent))
        except ExistsError:
            if _digest(place) != _digest(copy):
                raise
        except OSError as error:
            raise translated(place, error) from error

    def set_aside(self, draft: str) -> str:
        """Move a draft that did not pass out of the folder of copies, beside it; where to, empty if it is gone."""
        aside = self._folder.with_name(self._folder.name + _ASIDE)
        try:
            aside.mkdir(mode=0o700, exist_ok=True)
            Path(draft).chmod(0o600)
            return str(publish_numbered(Path(draft), aside / "copy.failed"))
        except (OSError, OutputError):
            return ""
        finally:
            Path(draft).unlink(missing_ok=True)

    def note(self, entry: dict[str, Any]) -> None:
        """Add an entry to the journal."""
        assert self._journal is not None
        self._journal.write(json.dumps(entry, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")

    def sync(self, *, wait: bool) -> None:
        """Bring the names of copies to the disk, then the journal that says so; only into files, without ``wait``."""
        assert self._journal is not None
        try:
            for folder in self._touched if wait else ():
                sync_folder(Path(folder))
            self._touched.clear()
            self._journal.flush()
            if wait:
                os.fsync(self._journal.fileno())
        except OSError as error:
            raise translated(self._folder, error) from error

    def entries(self) -> Iterator[dict[str, Any]]:
        """All entries of the journal but the first."""
        assert self._journal is not None
        self._journal.flush()
        with (self._home / _JOURNAL).open("rb") as lines:
            next(lines, None)
            for line in lines:
                yield json.loads(line)

    def stamp(self, ref: Ref) -> bytes:
        """Path, size and time of a file: what tells whether it is still the same."""
        try:
            status = os.stat(ref.path)
        except OSError:
            return b""
        path = os.fsencode(os.path.abspath(ref.path))
        return b"%s\0%s\0%d\0%d" % (path, os.fsencode(ref.member), status.st_size, status.st_mtime_ns)

    def write(self, path: str, pieces: Iterable[bytes], *, numbered: bool) -> str:
        """Write a new file piece by piece, and return its path.

        Raises
        ------
        tui.errors.OutputError
        """
        return Files().write(path, pieces, numbered=numbered)

    def write_private(self, path: str, data: bytes) -> None:
        """Write a new file that its owner alone can read; missing folders are made.

        Raises
        ------
        tui.errors.OutputError
        """
        target = Path(path)
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(target, (data,), mode=0o600)
        except OSError as error:
            raise translated(target, error) from error

    def end(self, *, finished: bool) -> None:
        """Close; after a run that is finished, the journal goes."""
        if self._journal is None:
            return
        with contextlib.suppress(OSError):
            if finished:
                for file in self._home.iterdir():
                    file.unlink()
                self._home.rmdir()
                if self._new and not any(self._folder.iterdir()):
                    self._folder.rmdir()
        with contextlib.suppress(OSError):  # a full disk: what was not written was not synced either
            self._journal.close()
        self._journal = None


def _link(draft: str, place: str) -> None:
    """Give a draft a second name, unless it is taken; on a disk without links, move it there."""
    try:
        os.link(draft, place, follow_symlinks=False)
    except FileExistsError as error:
        raise ExistsError("The name is taken") from error
    except OSError:
        copy = f"{draft}.moved"  # so that the draft is there to be removed in either case
        shutil.copyfile(draft, copy)
        try:
            publish(Path(copy), Path(place))
        finally:
            Path(copy).unlink(missing_ok=True)


def _digest(path: Path) -> str:
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
