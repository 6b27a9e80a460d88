"""Single frames of a video by way of PyAV, the extra ``video`` (PS3.5 A.4.5 to A.4.10, 8.2.5 to 8.2.11).

A video has no table of its frames. One pass over its packets, which decodes nothing, finds where they lie and which
of them can be begun with; a frame is then had by decoding from such a one near before it. Decoders give frames in
the order of display, and each carries the number of its packet. So the place of a key picture is its number plus
the pictures that are stored after it but displayed before; this needs no times, which streams often lack.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from tui.core.codestreams import VIDEO
from tui.errors import NoDecoderError, NoPictureError

if TYPE_CHECKING:
    from tui.adapters.framebytes import Reader, Source, Span
    from tui.core.layout import Layout

INSTALL = "Install the extra for it: pip install 'safelight[video]'."
_KEPT_BYTES = 64 * 2**20  # of frames on the way to the one that was asked for
_AHEAD = 48  # frames to go on decoding rather than to begin anew
_MOST_PACKETS = 5_000_000
_IN_ONE_PIECE = ("h264", "hevc", "mpegvideo", "mov")  # formats in which the bytes of a packet lie side by side


@dataclass(frozen=True, slots=True)
class _Packet:
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class _Index:
    """``keys`` are the numbers of packets to begin with; ``direct`` if packets can be read without their format."""

    packets: list[_Packet]
    keys: list[int]
    codec: str
    extra: bytes
    direct: bool


class Video:
    """Fulfils :class:`tui.adapters.framebytes.FrameBytes`: the bytes of a frame are 8-bit RGB. For several threads.

    Parameters
    ----------
    source, spans
        The file, and where the stream lies in it.
    layout
        Of the header.
    declared
        Number of Frames.
    """

    def __init__(self, source: Source, spans: list[Span], layout: Layout, declared: int | None) -> None:
        self._source = source
        self._spans = spans
        self._layout = layout
        self._declared = declared
        self._door = threading.RLock()
        self._known: _Index | None = None
        self._lost = 0  # pictures at the beginning that need others before the stream
        self._whole = True  # a packet is a picture
        self._count = 0
        self._outputs: Iterator[Any] | None = None
        self._next = 0  # frame that the outputs give next
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self.notes: tuple[str, ...] = ()

    def count(self, reader: Reader) -> int:
        """Pictures of the stream, at most as many as are declared.

        Raises
        ------
        tui.errors.NoDecoderError
        tui.errors.NoPictureError
        """
        with self._door:
            self._index()
            return self._count

    def read(self, reader: Reader, index: int, limit: int) -> bytes:
        """One frame, rows after rows of RGB.

        Raises
        ------
        tui.errors.NoDecoderError
        tui.errors.NoPictureError
        """
        with self._door:
            self._index()
            if index not in self._kept:
                self._decode_to(index)
            self._kept.move_to_end(index)
            return self._kept[index]

    # ------------------------------------------------------------------------------------------ where things are

    def _index(self) -> _Index:
        if self._known is None:
            found = self._surveyed()
            if not found.keys:
                raise NoPictureError("The video has no picture that can be begun with: it is cut or damaged")
            self._known = found
            self._settle(found)
        return self._known

    def _surveyed(self) -> _Index:
        """All packets, without decoding any."""
        with _opened(self._source, self._spans, self._layout.syntax) as container, _translated():
            stream = container.streams.video[0]
            packets: list[_Packet] = []
            keys: list[int] = []
            direct = container.format.name.startswith(_IN_ONE_PIECE)
            for packet in islice(_packets(container, stream), _MOST_PACKETS):
                if packet.is_keyframe:
                    keys.append(len(packets))
                direct = direct and packet.pos is not None
                packets.append(_Packet(packet.pos or 0, packet.size))
            codec = stream.codec_context
            return _Index(packets, keys, codec.name, bytes(codec.extradata or b""), direct)

    def _settle(self, found: _Index) -> None:
        """Decode up to the second key picture: what is missing before it is missing for good."""
        first = found.keys[0]
        second = found.keys[1] if len(found.keys) > 1 else len(found.packets)
        shown: list[int] = []
        for picture in self._from(found, first):
            if picture.pts == second or len(shown) > second - first + _AHEAD:
                break
            shown.append(picture.pts)
        expected = second + sum(number > second for number in shown)
        self._lost = max(0, expected - len(shown))
        self._whole = 2 * self._lost <= expected  # else the fields of a picture lie in packets of their own
        there = len(found.packets) - self._lost if self._whole else self._declared or len(shown)
        self._count = max(1, min(there, self._declared or there))
        if self._declared and there < self._declared:
            self.notes = (f"The file says it has {self._declared} frames; its video has {there}.",)

    # ------------------------------------------------------------------------------------------ decoding

    def _decode_to(self, index: int) -> None:
        """Decode until the frame is kept."""
        if self._outputs is None or not self._next <= index <= self._next + _AHEAD:
            self._begin(index)
        for picture in self._outputs or ():
            self._keep(self._next, picture)
            self._next += 1
            if self._next > index:
                return
        self._outputs = None
        raise NoPictureError(f"The video ends before frame {index + 1}")

    def _begin(self, index: int) -> None:
        """Set off at a key picture from which this frame and the count of those before it are sure."""
        found = self._index()
        before = bisect_right(found.keys, index + self._lost) - 1
        if before < 2 or not self._whole:
            self._outputs, self._next = self._from(found, found.keys[0]), 0
            return
        start, sync = found.keys[before - 2], found.keys[before - 1]
        self._outputs = self._from(found, start)
        later = 0
        for picture in self._outputs:
            if picture.pts == sync:
                self._next = sync + later - self._lost
                self._keep(self._next, picture)
                self._next += 1
                return
            later += picture.pts > sync
        self._outputs = None
        raise NoPictureError(f"The video cannot be decoded near frame {index + 1}")

    def _from(self, found: _Index, start: int) -> Iterator[Any]:
        """Pictures in the order of display from the packet ``start`` on; ``pts`` is the number of their packet."""
        with _translated():
            if found.direct:
                yield from self._direct(found, start)
                return
            with _opened(self._source, self._spans, self._layout.syntax) as container:
                stream = container.streams.video[0]
                numbered = enumerate(_packets(container, stream))
                for number, packet in islice(numbered, start, None):
                    packet.pts = packet.dts = number
                    yield from stream.codec_context.decode(packet)
                yield from stream.codec_context.decode(None)

    def _direct(self, found: _Index, start: int) -> Iterator[Any]:
        import av

        context: Any = av.CodecContext.create(found.codec, "r")
        if found.extra:
            context.extradata = found.extra
        stream = _Stream(self._source, self._spans)
        for number in range(start, len(found.packets)):
            place = found.packets[number]
            stream.seek(place.offset)
            packet = av.Packet(stream.read(place.size))
            packet.pts = packet.dts = number
            yield from context.decode(packet)
        yield from context.decode(None)

    def _keep(self, index: int, picture: Any) -> None:
        shape = self._layout
        if (picture.height, picture.width) != (shape.rows, shape.columns):
            said = f"{shape.columns} x {shape.rows} pixels, the video {picture.width} x {picture.height}"
            raise NoPictureError(f"The header says {said}")
        self._kept[index] = picture.to_ndarray(format="rgb24").tobytes()
        self._kept.move_to_end(index)
        while len(self._kept) * 3 * shape.pixels > _KEPT_BYTES and len(self._kept) > 1:
            self._kept.popitem(last=False)


class _Stream:
    """The fragments of a video as one file (PS3.5 A.4.5): what PyAV reads from."""

    def __init__(self, source: Source, spans: list[Span]) -> None:
        self._source = source
        self._spans = spans
        self._starts = [sum(length for _, length in spans[:n]) for n in range(len(spans))]
        self._size = sum(length for _, length in spans)
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes."""
        size = self._size - self._at if size < 0 else min(size, self._size - self._at)
        parts: list[bytes] = []
        with self._source.open() as reader:
            while size > 0:
                n = bisect_right(self._starts, self._at) - 1
                offset, length = self._spans[n]
                inside = self._at - self._starts[n]
                part = reader.read(offset + inside, min(size, length - inside))
                if not part:
                    break
                parts.append(part)
                self._at += len(part)
                size -= len(part)
        return b"".join(parts)

    def seek(self, offset: int, whence: int = 0) -> int:
        """As of files."""
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        """As of files."""
        return self._at


def _opened(source: Source, spans: list[Span], syntax: str) -> Any:
    """The container, to be closed by ``with``."""
    try:
        import av
    except ImportError as error:
        raise NoDecoderError(f"The pixels are a video ({VIDEO[syntax]})", INSTALL) from error
    try:
        container = av.open(_Stream(source, spans), metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError) as error:
        raise NoPictureError(f"The pixel data are no {VIDEO[syntax]} video: they are damaged") from error
    if not container.streams.video or container.streams.video[0].codec_context is None:
        container.close()
        raise NoPictureError("The video has no pictures that can be decoded")
    return container


@contextmanager
def _translated() -> Iterator[None]:
    import av

    try:
        yield
    except (av.error.FFmpegError, ValueError) as error:
        raise NoPictureError("The video is damaged and cannot be decoded further") from error


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    """Packets that hold something, in the order of the stream."""
    return (packet for packet in container.demux(stream) if packet.size)
