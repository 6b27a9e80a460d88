"""Writing files: a temporary one beside, then its final name; never over a file."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui.adapters import leftovers
from tui.core.attributes import value_errors
from tui.core.printable import printable
from tui.errors import ExistsError, OutputError
from tui.service.ports import Output

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be larger than is allowed",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "there is no permission",
    errno.EPERM: "it is not permitted",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "a part of its path is no folder",
    errno.EEXIST: "a part of its path is no folder",  # of making folders; a taken name is ExistsError
    errno.ELOOP: "its links go in a circle",
    errno.EIO: "the disk reports an error",
    errno.EINVAL: "the name is not allowed",
}
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC  # never through what someone laid there
_MOST_NUMBERS = 100_000
_BEGIN = getattr(os, "POSIX_FADV_DONTNEED", None)  # Linux writes what it is to forget; who waits for it then waits less


class Files(Output):
    """The local disk."""

    def __init__(self) -> None:
        self._swept: set[Path] = set()

    def folder(self, wanted: str, setting: str) -> str:
        """The absolute folder to write to: wanted, else the setting with ``~`` expanded, else the working directory."""
        return str(Path(wanted or setting or ".").expanduser().absolute())

    def write(self, path: str, data: bytes | Iterable[bytes], *, numbered: bool = False) -> str:
        """Write a new file and return its path; missing folders are made.

        The bytes go to a file of another name in the same folder, reach the disk, and only then get the name, by a
        call that refuses a taken one: there is no moment at which half a file bears it, and no file is ever replaced.

        Parameters
        ----------
        path
            Where to.
        data
            The whole file, also in pieces.
        numbered
            Give a taken name ``-2``, ``-3`` … before its suffix, instead of raising. Names are then compared without
            case, as a disk for Windows or macOS does.

        Raises
        ------
        ExistsError
            The name is taken and ``numbered`` is false.
        OutputError
            Whatever else the disk says, as one sentence.
        """
        target = Path(path).absolute()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._sweep(target.parent)
            if not numbered and os.path.lexists(target):
                raise _exists(target)
            final = write_new(target, (data,) if isinstance(data, bytes) else data, numbered=numbered)
        except OSError as error:
            raise translated(target, error) from error
        except ValueError as error:  # a name with a zero byte
            raise _no_name(path) from error
        return str(final)

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> list[str | OutputError]:
        """Write new files as :meth:`write` does with numbers: the path of each, or what the disk says of it.

        All wait for the disk together, which takes a fraction of the time.
        """
        drafts: dict[int, _Draft] = {}
        found: dict[int, str | OutputError] = {}
        try:
            for number, (path, data) in enumerate(files):
                draft = drafts[number] = _Draft(Path(path).absolute())
                with _kept(found, number, path):
                    self._sweep(draft.folder)
                    draft.write(data)
            for number, draft in drafts.items():
                if number not in found:
                    with _kept(found, number, files[number][0]):
                        os.fsync(draft.handle)
            for folder in {drafts[number].folder for number in drafts.keys() - found.keys()}:
                there = [n for n, draft in drafts.items() if draft.folder == folder and n not in found]
                try:
                    taken = _Taken(folder)
                    for number in there:
                        with _kept(found, number, files[number][0]):
                            found[number] = str(taken.publish(drafts[number].path, drafts[number].target))
                    sync_folder(folder)
                except OSError as error:
                    found.update({number: translated(drafts[number].target, error) for number in there})
        finally:
            for draft in drafts.values():
                with suppress(OSError, ValueError):  # it was never there
                    draft.path.unlink()
            for draft in drafts.values():
                draft.close()
        return [found[number] for number in range(len(files))]

    def replace(self, path: str, data: Iterable[bytes], stamp: tuple[int, ...]) -> str:
        """Put new bytes in the place of a file and return the path under which the old one is kept."""
        from tui.adapters import inplace

        self._sweep(Path(os.path.realpath(path)).parent)
        return inplace.replace(path, data, stamp)

    def _sweep(self, folder: Path) -> None:
        """Once a folder: what killed programs left there."""
        if folder not in self._swept:
            self._swept.add(folder)
            leftovers.sweep(folder)

    def dicom(self, dataset: FileDataset) -> bytes:
        """The bytes of a DICOM file (PS3.10 7.1) with a preamble of zeros.

        Raises
        ------
        OutputError
            If a value of it, which nobody touched, cannot be written.
        """
        from io import BytesIO

        from pydicom.filewriter import dcmwrite

        dataset.preamble = b"\0" * 128
        out = BytesIO()
        try:
            dcmwrite(out, dataset, enforce_file_format=True)
        except value_errors() as error:
            raise OutputError("An element of the file cannot be written", "The file is damaged.") from error
        return out.getvalue()


def write_new(target: Path, pieces: Iterable[bytes], *, numbered: bool = False, mode: int | None = None) -> Path:
    """Write a new file beside its name, then give it the name, or a number if it is taken; the name is on the disk.

    Parameters
    ----------
    mode
        None for that of any new file.

    Raises
    ------
    ExistsError
    OSError
    """
    temporary = target.parent / leftovers.name()
    try:  # from before it is there: an interrupt may come between any two calls
        fill(temporary, pieces, mode)
        final = publish_numbered(temporary, target) if numbered else publish(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(final.parent)
    return final


def fill(temporary: Path, pieces: Iterable[bytes], mode: int | None = None) -> None:
    """Make a new file of the pieces, which is then on the disk; parameters as for :func:`write_new`.

    Raises
    ------
    OSError
    """
    private = mode is not None  # nobody else may look into it, until it gets that mode
    with os.fdopen(_new(temporary, private=private), "wb") as file:
        file.writelines(pieces)
        file.flush()
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _new(temporary: Path, *, private: bool = False) -> int:
    return os.open(temporary, _NEW, 0o600 if private else 0o666)  # less the user's mask


def publish(temporary: Path, target: Path) -> Path:
    """Give the file its name, unless the name is taken.

    Raises
    ------
    ExistsError
    OSError
    """
    try:
        os.link(temporary, target, follow_symlinks=False)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        _rename_onto_new(temporary, target)
    return target


def _rename_onto_new(temporary: Path, target: Path) -> None:
    """For disks without hard links (FAT, some network disks): claim the name with an empty file, then replace that."""
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise _exists(target) from error
    os.close(handle)
    try:
        temporary.replace(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def publish_numbered(temporary: Path, target: Path) -> Path:
    """Give the file its name, with a number before the suffix if it is taken in any case."""
    return _Taken(target.parent).publish(temporary, target)


class _Taken:
    """The names in a folder, without case."""

    def __init__(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            self._names = {entry.name.casefold() for entry in entries}

    def publish(self, temporary: Path, target: Path) -> Path:
        """As :func:`publish_numbered`."""
        ending = "".join(target.suffixes[-2:]) if target.suffix == ".gz" else target.suffix
        stem = target.name.removesuffix(ending)
        for number in range(1, _MOST_NUMBERS):
            name = target.name if number == 1 else f"{stem}-{number}{ending}"
            if name.casefold() in self._names:
                continue
            self._names.add(name.casefold())
            with suppress(ExistsError):  # taken since the folder was read
                return publish(temporary, target.with_name(name))
        raise _exists(target)


class _Draft:
    """A new file that has no name yet, open until it is on the disk."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.parent
        self.path = self.folder / leftovers.name()
        self.handle = -1

    def write(self, data: bytes) -> None:
        """Make it, of these bytes, which begin to go to the disk."""
        try:
            self.handle = _new(self.path)
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.handle = _new(self.path)
        left = memoryview(data)
        while left:
            left = left[os.write(self.handle, left) :]
        if _BEGIN is not None:
            os.posix_fadvise(self.handle, 0, 0, _BEGIN)

    def close(self) -> None:
        """If it is open."""
        if self.handle >= 0:
            os.close(self.handle)


@contextmanager
def _kept(found: dict[int, str | OutputError], number: int, path: str) -> Iterator[None]:
    """Keep what the disk says of one file, and go on with the others."""
    try:
        yield
    except OutputError as error:
        found[number] = error
    except OSError as error:
        found[number] = translated(Path(path), error)
    except ValueError:
        found[number] = _no_name(path)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    # A folder that one may write to but not read cannot be opened; the file itself is on the disk already.
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno != errno.EINVAL:  # what a disk says that cannot sync a folder
                raise
        finally:
            os.close(handle)


def _exists(target: Path) -> ExistsError:
    return ExistsError(f"{printable(str(target))} exists already; nothing was written")


def _no_name(path: str) -> OutputError:
    return OutputError(f"{printable(os.path.basename(path))} is no name for a file")


def translated(target: Path, error: OSError) -> OutputError:
    """What the disk says, as one sentence."""
    words = _WORDS.get(error.errno or 0) or (os.strerror(error.errno) if error.errno else type(error).__name__)
    return OutputError(f"{printable(str(target))} cannot be written: {words}")
