"""Decoding in a process apart, for who reads in the program's own process: the command line, and what is written.

Decoders of compressed frames are C libraries that files have made crash, hang and eat memory before. Only they run
apart: opening, finding the bytes of a frame and everything that is plain Python or numpy stays here, so that nothing
but compressed bytes crosses over, and samples come back. A video has no bytes of a frame, and its frames can be
counted by its decoder only: it is opened there a second time.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from pickle import PickleBuffer
from typing import TYPE_CHECKING, Any, BinaryIO

from tui.adapters import processes, wire
from tui.adapters.instances import DicomInstances
from tui.errors import LimitError, NoPictureError, ReaderCrashedError, SafelightError
from tui.frozen import frozen
from tui.service.known import Visit
from tui.service.ports import Cancelled, Instances, Opened

if TYPE_CHECKING:
    from mmap import mmap

    from numpy.typing import NDArray
    from pydicom.dataset import Dataset, FileDataset

    from tui.adapters.framebytes import Identity
    from tui.adapters.opened import OpenInstance
    from tui.adapters.processes import Process
    from tui.adapters.scan import Found
    from tui.core.frames import Frame
    from tui.core.heads import Head
    from tui.core.layout import Layout
    from tui.core.plain import Plain
    from tui.core.values import LeftOut, Ref, Skipped
    from tui.service.settings import Limits


class Apart(Instances):
    """As :class:`DicomInstances`, but what a decoder does not survive, or takes too much for, ends one frame.

    Parameters
    ----------
    limits
        What one file may cost.
    """

    def __init__(self, limits: Limits) -> None:
        self._near = DicomInstances(limits)
        self._decoders = Decoders(limits)

    def scan(self, paths: Collection[str], cancelled: Cancelled, visit: Visit | None = None) -> Iterator[Found]:
        """All files of the paths."""
        return self._near.scan(paths, cancelled, visit)

    def refs(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[Ref | Skipped]:
        """All files of the paths without a look into them."""
        return self._near.refs(paths, cancelled)

    def data(self, ref: Ref) -> bytes:
        """The bytes of a file."""
        return self._near.data(ref)

    def open(self, ref: Ref) -> Opened:
        """An instance for looking."""
        opened = self._near.open(ref)
        opened.decode_by(partial(_DecoderApart, self._decoders))
        return _VideoApart(ref, opened, self._decoders) if opened.streamed else opened

    def plain(self, ref: Ref) -> tuple[Plain, bytes] | None:
        """The header and the pixels of a plain file; nothing of it is decoded."""
        return self._near.plain(ref)

    def whole(self, ref: Ref, end: int | None = None) -> FileDataset:
        """The whole data set, pixels included; nothing of it is decoded."""
        return self._near.whole(ref, end)

    def head(self, ref: Ref, *, whole: bool = False) -> Head:
        """The bytes of a file up to its pixels, or all of them."""
        return self._near.head(ref, whole=whole)

    def bytes_at(self, ref: Ref, head: Head, at: int, count: int) -> bytes:
        """Bytes of the file behind its head."""
        return self._near.bytes_at(ref, head, at, count)

    def edited(self, ref: Ref, head: Head, data: bytes) -> Iterator[bytes]:
        """The file with another head: what follows is as it is there."""
        return self._near.edited(ref, head, data)

    def text(self, path: str) -> str:
        """A text file of the user."""
        return self._near.text(path)


_ROOM = 16 * 2**20  # bytes; larger frames come through the pipe


@frozen
class _Placed:
    """A frame whose samples lie in the room: through a pipe they would be copied a page at a time."""

    frame: Frame
    shape: tuple[int, ...]
    kind: str


@frozen
class _Coded:
    """The bytes of a frame; with ``halvings`` it is to be a reduced one."""

    layout: Layout
    index: int
    data: bytes | PickleBuffer
    halvings: int | None = None


@frozen
class _Wanted:
    """A frame of a video; without ``index`` how many there are."""

    ref: Ref
    identity: Identity | None
    index: int | None = None


class _DecoderApart:
    """Fulfils :class:`tui.adapters.framebytes.FrameDecoder`: nothing that needs a decoder of others is decoded here."""

    def __init__(self, decoders: Decoders, dataset: Dataset, layout: Layout) -> None:
        from tui.core.frames import Decoder

        self._near = Decoder(dataset, layout)
        self._decoders = decoders
        self._dataset = dataset
        self._layout = layout

    @property
    def reducible(self) -> bool:
        return self._near.reducible

    def frame(self, index: int, data: bytes) -> Frame:
        if not self._near.foreign(data):
            return self._near.frame(index, data)
        found = self._decoders.frame(_Coded(self._layout, index, PickleBuffer(data)))
        assert found is not None  # as whole ones never are
        return replace(found, dataset=self._dataset)

    def reduced(self, index: int, data: bytes, halvings: int) -> Frame | None:
        found = self._decoders.frame(_Coded(self._layout, index, PickleBuffer(data), halvings))
        return None if found is None else replace(found, dataset=self._dataset)


class _VideoApart(Opened):
    def __init__(self, ref: Ref, near: OpenInstance, decoders: Decoders) -> None:
        self._ref = ref
        self._near = near
        self._decoders = decoders
        self._count: int | None = None

    @property
    def dataset(self) -> Dataset:
        return self._near.dataset

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return self._near.left_out

    @property
    def frames(self) -> int:
        if self._count is None:
            try:
                self._count = self._decoders.count(_Wanted(self._ref, self._near.identity))
            except (NoPictureError, LimitError):  # asking for the first one gives the reason
                self._count = 1
        return self._count

    @property
    def notes(self) -> tuple[str, ...]:
        return self._near.notes

    @property
    def nbytes(self) -> int:
        return self._near.nbytes

    def frame(self, index: int) -> Frame:
        found = self._decoders.frame(_Wanted(self._ref, self._near.identity, index))
        assert found is not None  # as those of a video never are
        return replace(found, dataset=self._near.dataset)

    def reduced(self, index: int, halvings: int) -> Frame | None:
        return self._near.reduced(index, halvings)


class Decoders:
    """Processes that decode, as many as are in use at a time, from the first frame to the end of the program.

    Parameters
    ----------
    limits
        For each of them.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._door = threading.Lock()
        self._idle: list[Process] = []
        weakref.finalize(self, _end, self._idle)

    def frame(self, wanted: _Coded | _Wanted) -> Frame | None:
        """Decode one frame; its data set is None. Raises as :meth:`_asked`."""
        found: Frame | None = self._asked(wanted)
        return found

    def count(self, wanted: _Wanted) -> int:
        """The number of frames. Raises as :meth:`_asked`."""
        found: int = self._asked(wanted)
        return found

    def _asked(self, wanted: _Coded | _Wanted) -> Any:
        """The answer of a process.

        Raises
        ------
        tui.errors.SafelightError
            As reading does, or when the process has died of it.
        """
        process = self._take()
        try:
            wire.send(process.requests, wanted)
            answer = _fetched(wire.receive(process.answers), process.room)
        except (EOFError, OSError) as error:
            process.kill()
            process.answers.close()
            raise processes.cause(process.wait(), self._limits) from error
        except BaseException:  # ctrl+c while it is busy: its answer would be taken for that of the next request
            _end([process])
            raise
        with self._door:
            self._idle.append(process)
        if isinstance(answer, SafelightError | ReaderCrashedError):
            raise answer
        return answer

    def _take(self) -> Process:
        with self._door:
            if self._idle:
                return self._idle.pop()
        process = processes.fork(serve, _ROOM) if processes.alone() else processes.spawn("apart")
        wire.send(process.requests, self._limits)
        return process


def _fetched(answer: Any, room: mmap | None) -> Any:
    """An answer with its samples, which leave the room: the next frame takes their place."""
    if room is None or not isinstance(answer, _Placed):
        return answer
    return replace(answer.frame, stored=_lying(room, answer.shape, answer.kind).copy())


def _lying(room: mmap, shape: tuple[int, ...], kind: str) -> NDArray[Any]:
    """The beginning of the room as samples."""
    import numpy as np

    return np.ndarray(shape, kind, room)


def _end(idle: list[Process]) -> None:
    while idle:
        process = idle.pop()
        process.kill()
        process.answers.close()
        process.wait()


# ------------------------------------------------------------------------------------------ in the process


def main() -> None:
    """In a new process."""
    from tui.adapters import imports

    requests, answers = processes.pipes()
    imports.load()
    serve(requests, answers)


def serve(requests: BinaryIO, answers: BinaryIO, room: mmap | None = None) -> None:
    """Decode until the program has gone."""
    try:
        limits = wire.receive(requests)
        processes.confine(limits)
        meter = processes.Meter(limits.seconds)
        newest = _Newest(DicomInstances(limits))
        while True:
            wanted = wire.receive(requests)
            meter.begin(wanted)
            answer = _answer(newest, wanted)
            meter.end(wanted)
            wire.send(answers, _placed(answer, room))
    except (EOFError, OSError):
        os._exit(0)
    except MemoryError:
        os._exit(processes.NO_MEMORY)


def _placed(answer: Any, room: mmap | None) -> Any:
    """An answer whose samples lie in the room, where they have place there."""
    from tui.core.frames import Frame

    if room is None or not isinstance(answer, Frame) or answer.stored.nbytes > len(room):
        return answer
    stored = answer.stored
    _lying(room, stored.shape, stored.dtype.str)[...] = stored
    return _Placed(replace(answer, stored=stored[:0]), stored.shape, stored.dtype.str)


class _Newest:
    """Keeps the video that was opened last: the next frame is mostly of the same one."""

    def __init__(self, instances: DicomInstances) -> None:
        self._instances = instances
        self._held: tuple[Ref, OpenInstance] | None = None

    def found(self, wanted: _Wanted) -> Frame | int:
        """A frame of the file that has this identity still, or their number."""
        if self._held is None or self._held[0] != wanted.ref or self._held[1].identity != wanted.identity:
            self._held = wanted.ref, self._instances.open(wanted.ref)
        instance = self._held[1]
        if instance.identity != wanted.identity:
            raise NoPictureError("The file has changed since it was opened", "Open it again.")
        return instance.frames if wanted.index is None else instance.frame(wanted.index)


def _decoded(coded: _Coded) -> Frame | None:
    from pydicom.dataset import Dataset

    from tui.core.frames import Decoder

    decoder = Decoder(Dataset(), coded.layout)
    data = bytes(coded.data)
    if coded.halvings is None:
        return decoder.frame(coded.index, data)
    return decoder.reduced(coded.index, data, coded.halvings)


def _answer(newest: _Newest, wanted: _Coded | _Wanted) -> Any:
    try:
        found = _decoded(wanted) if isinstance(wanted, _Coded) else newest.found(wanted)
        if found is None or isinstance(found, int):
            return found
        return replace(found, dataset=None)  # type: ignore[arg-type]  # who asks has it
    except SafelightError as error:
        error.__cause__ = error.__context__ = None
        return error
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001  a bug must be seen where the program is, and a decoder's panic too
        return ReaderCrashedError(type(error).__name__, processes.places(error))
