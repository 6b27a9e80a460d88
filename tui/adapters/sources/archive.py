"""An archive: the files in a zip or a tar, compressed or not, and in an archive that lies in it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from tui.adapters import members, regular
from tui.adapters.members import Archive, Member
from tui.core.values import Ref, Skipped
from tui.errors import SafelightError, UnreadableError
from tui.service.settings import Limits

AGAIN = "a second file of that name in the archive"


@dataclass(frozen=True)
class Beginning:
    """A member of an archive: where it is, its size, and what gives its first bytes until the next one is met."""

    ref: Ref
    size: int
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class ArchiveSource:
    """Reads the beginnings of the members one after another, as they lie in the archive."""

    name: str = "archive"
    general: bool = False
    limits: Limits = Limits()

    def accepts(self, path: str) -> bool:
        """A regular file that begins as a zip, a tar or a compressed file does."""
        try:
            opened, _ = regular.descriptor(path)
        except UnreadableError:
            return False
        with io.FileIO(opened, "rb"):
            try:
                return bool(members.kind(regular.head(opened, members.HEAD)))
            except UnreadableError:
                return False

    def scan(self, path: str, cancelled: Callable[[], bool]) -> Iterator[Beginning | Skipped]:
        """Every member that is a file."""
        try:
            opened, _ = regular.descriptor(path)
        except UnreadableError as error:
            yield Skipped(path, error.brief())
            return
        with io.BufferedReader(io.FileIO(opened, "rb")) as file:
            yield from self._inside(file, path, "", cancelled, 1)

    def _inside(
        self, file: IO[bytes], path: str, prefix: str, cancelled: Callable[[], bool], depth: int
    ) -> Iterator[Beginning | Skipped]:
        here = f"{path}/{prefix}".rstrip("/")
        seen: set[str] = set()
        try:
            archive = members.open_archive(file, here, self.limits)
            if archive is None:
                yield Skipped(here, members.BROKEN)
                return
            for member in archive.members():
                if cancelled():
                    return
                if member.problem:
                    yield Skipped(f"{here}/{member.name}".rstrip("/"), member.problem)
                elif member.name in seen:
                    yield Skipped(f"{here}/{member.name}", AGAIN)
                else:
                    seen.add(member.name)
                    yield from self._member(archive, member, path, prefix, cancelled, depth)
        except SafelightError as error:
            yield Skipped(here, error.brief())
        except members.errors():
            yield Skipped(here, members.BROKEN if prefix else "a damaged archive")

    def _member(  # noqa: PLR0917
        self, archive: Archive, member: Member, path: str, prefix: str, cancelled: Callable[[], bool], depth: int
    ) -> Iterator[Beginning | Skipped]:
        place = f"{path}/{prefix}{member.name}"
        try:
            nested = members.kind(member.read(members.HEAD))
            if not nested:
                yield Beginning(Ref(path, prefix + member.name), member.size, member.read)
            elif depth >= members.DEEPEST:
                yield Skipped(place, members.TOO_DEEP)
            else:
                inner = io.BytesIO(members.whole(member, self.limits))
                yield from self._inside(inner, path, f"{prefix}{member.name}/", cancelled, depth + 1)
        except UnreadableError as error:
            yield Skipped(place, error.brief())
        except members.errors():
            yield Skipped(place, members.BROKEN)


SOURCE = ArchiveSource()
