"""An instance that is open for looking: its header read once, its frames one at a time, one read each."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from tui.adapters import careful, regular
from tui.adapters.archives import Archives, MemberSource
from tui.adapters.careful import Bounded
from tui.adapters.framebytes import (
    UNDEFINED,
    BytesSource,
    Encapsulated,
    FileSource,
    FrameBytes,
    Identity,
    Native,
    PixelElement,
    Source,
    fragments,
)  # fmt: skip
from tui.core.attributes import own_integer, text, value_errors
from tui.core.instance import Ref
from tui.errors import DamagedError, NoPictureError, NotDicomError
from tui.service.settings import trust

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.tag import BaseTag

    from tui.adapters.framebytes import Decoding, FrameDecoder
    from tui.core.frames import Frame
    from tui.core.layout import Layout
    from tui.core.values import LeftOut
    from tui.service.settings import Limits

_PIXELS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_DEFLATED = "1.2.840.10008.1.2.1.99"
_IMPLICIT, _BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
_GE_PRIVATE = "1.2.840.113619.5.2"  # implicit little endian, but pixels big endian
_LONG_VALUE = 64 * 2**20  # longer values of the header are left on the disk
_CUT = "The file ends inside its header."


class OpenInstance:
    """Fulfils :class:`tui.service.ports.Opened`. May be used from several threads."""

    def __init__(
        self,
        dataset: FileDataset,
        source: Source,
        element: PixelElement | None,
        limits: Limits,
        *,
        notes: tuple[str, ...],
        nbytes: int,
    ) -> None:
        self._dataset = dataset
        self._source = source
        self._element = element
        self._limits = limits
        self._notes = notes
        self.nbytes = nbytes  # of memory, about, while nobody asks for frames
        self._decoding: Decoding | None = None
        self._known: tuple[Layout, FrameBytes, FrameDecoder] | None = None
        self._count: int | None = None
        self._fits = False  # as far as is known

    def decode_by(self, decoding: Decoding) -> None:
        """Have all frames but those of a video decoded by another one than this process; before the first use."""
        self._decoding = decoding

    @property
    def dataset(self) -> FileDataset:
        """Header and file meta information, without pixel data; what follows the pixels too where they are native."""
        return self._dataset

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read of the header, as sentences."""
        return self._notes

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The pixels, as a row of the tags: how much there is, and how it begins."""
        from tui.core.tagvalues import PREVIEW
        from tui.core.values import LeftOut

        element = self._element
        if element is None:
            return ()
        words = element.words or self._dataset.original_encoding[0] is True
        vr = {0x7FE00008: "OF", 0x7FE00009: "OD"}.get(element.tag) or ("OW" if words else "OB")
        if element.length == UNDEFINED:
            return (LeftOut(element.tag, vr, "compressed, read frame by frame"),)
        with self._source.open() as reader:
            first = reader.read(element.offset, min(PREVIEW, element.length))
        more = " …" if element.length > PREVIEW else ""
        text = f"{element.length} bytes: {first.hex(' ')}{more}" if first else f"{element.length} bytes"
        return (LeftOut(element.tag, vr, text),)

    @property
    def pixel_bytes(self) -> int:
        """Length of the pixels in the file, as they say; all of it and more where they do not."""
        return self._element.length if self._element is not None else 0

    @property
    def frames(self) -> int:
        """Frames that can be asked for; 0 without pixels, and 1 where asking gives the reason why there is none."""
        if self._element is None:
            return 0
        if self._count is None:
            try:
                _, places, _ = self._places(self._element)
                with self._source.open() as reader:
                    self._count = places.count(reader)
            except NoPictureError:
                self._count = 1
        return self._count

    @property
    def compressed(self) -> bool:
        """Whether decoders that others made have a part in its frames."""
        if self._element is None:
            return False
        try:
            return not isinstance(self._places(self._element)[1], Native)
        except NoPictureError:
            return False

    @property
    def streamed(self) -> bool:
        """Whether its frames are those of a video, which only a decoder can count."""
        if not self.compressed or self._known is None:
            return False
        from tui.adapters.video import Video

        return isinstance(self._known[1], Video)

    @property
    def identity(self) -> Identity | None:
        """What tells the file from another one of its name; None for one in memory."""
        return self._source.identity

    def frame(self, index: int) -> Frame:
        """Read and decode one frame.

        Raises
        ------
        tui.errors.NoPictureError
        """
        data, decoder, notes = self._read(index)
        frame = decoder.frame(index, data)
        if self._notes or notes:
            return replace(frame, notes=(*self._notes, *notes, *frame.notes))
        return frame

    def reduced(self, index: int, halvings: int) -> Frame | None:
        """Read one frame, and decode it at a lower resolution where that is much quicker.

        Raises
        ------
        tui.errors.NoPictureError
        """
        if self._element is None or halvings < 1 or not self._places(self._element)[2].reducible:
            return None
        data, decoder, _ = self._read(index)
        return decoder.reduced(index, data, halvings)

    def _read(self, index: int) -> tuple[bytes, FrameDecoder, tuple[str, ...]]:
        """The bytes of a frame, who decodes them, and what is to be said of their places."""
        if self._element is None:
            raise self._without_picture()
        layout, places, decoder = self._known or self._places(self._element)
        if not self._fits:
            self._fits = self._fitting(layout)
        count = self._count or self.frames
        if not 0 <= index < count:
            raise NoPictureError(f"There is no frame {index + 1}; the file has {count}", "Frames count from 1.")
        with self._source.open() as reader:
            data = places.read(reader, index, self._limits.frame_bytes)
        if not data:
            raise NoPictureError("The pixel data are empty")
        return data, decoder, places.notes

    def _fitting(self, layout: Layout) -> bool:
        if layout.pixels > self._limits.pixels:
            said = f"A frame of {layout.columns} x {layout.rows} passes the limit pixels ({self._limits.pixels})"
            raise NoPictureError(said, trust("pixels"))
        limit = self._limits.frame_bytes
        if layout.decoded_bytes > limit:
            size = f"{layout.columns} x {layout.rows} pixels, {layout.decoded_bytes >> 20} MiB"
            said = f"A frame of {size} passes the limit frame_bytes ({limit >> 20} MiB)"
            raise NoPictureError(said, trust("frame_bytes"))
        return True

    def _without_picture(self) -> NoPictureError:
        from tui.core import attributes, kinds

        kind = kinds.of(attributes.text(self._dataset, "SOPClassUID"))
        what = f"This is {kind}, and has no pixels" if kind else "This object has no pixels"
        return NoPictureError(what, "What it holds is in the tags.")

    def _places(self, element: PixelElement) -> tuple[Layout, FrameBytes, FrameDecoder]:
        if self._known is None:
            from tui.adapters.video import Video
            from tui.core.codestreams import SYNTAXES, VIDEO
            from tui.core.frames import Decoder
            from tui.core.layout import layout

            declared = own_integer(self._dataset, "NumberOfFrames")
            declared = declared if declared and declared > 0 else None
            found = layout(self._dataset, floating=element.floating)
            places: FrameBytes
            decoding = self._decoding or Decoder
            if found.syntax in VIDEO:
                with self._source.open() as reader:
                    spans = fragments(reader, element)
                places, found = Video(self._source, spans, found, declared), found.as_rgb()
                decoding = partial(Decoder, decoder="av")
            elif element.length == UNDEFINED or (found.syntax in SYNTAXES and self._begins_with_item(element)):
                places = Encapsulated(element, declared, self._extended_offsets())
            else:
                found = found.fitted(element.length, max(1, declared or 1))
                places = Native(element, found, declared)
            self._known = found, places, decoding(self._dataset, found)
        return self._known

    def _begins_with_item(self, element: PixelElement) -> bool:
        with self._source.open() as reader:
            return reader.read(element.offset, 4) == b"\xfe\xff\x00\xe0"

    def _extended_offsets(self) -> bytes:
        from tui.core.attributes import value

        found = value(self._dataset, "ExtendedOffsetTable")
        return found if isinstance(found, bytes) else b""


def open_instance(path: str, limits: Limits, member: str = "", archives: Archives | None = None) -> OpenInstance:
    """Read the header of a file, or of a member of an archive, with or without preamble; never its pixels.

    Raises
    ------
    tui.errors.UnreadableError
        As :class:`tui.errors.NotDicomError` or :class:`tui.errors.DamagedError` where it is known which.
    """
    ref, archives = Ref(path, member), archives or Archives(limits)
    opened, size, known = archives.descriptor(ref)
    with io.FileIO(opened, "rb") as raw:
        head = regular.head(opened, 132 + 8)
        preamble = head[128:132] == b"DICM"
        if not preamble and not _plausible(head):
            raise NotDicomError("The file is not DICOM")
        fp = Bounded(raw, size, limits)
        meta, notes = _file_meta(fp, preamble)
        nbytes = 0
        if text(meta, "TransferSyntaxUID") == _DEFLATED:
            data = careful.readable(opened, fp.tell(), limits, notes)
            source: Source = BytesSource(data)
            nbytes = len(data)
            fp = Bounded(cast(io.RawIOBase, io.BytesIO(data)), len(data), limits)
        else:
            source = MemberSource(archives, ref, known) if member else FileSource(path, known)
        dataset, element = _header(fp, meta, head[:128] if preamble else None, limits, notes)
        nbytes += fp.taken + careful.unread(dataset)
        fp.detach()
    return OpenInstance(dataset, source, element, limits, notes=tuple(dict.fromkeys(notes)), nbytes=nbytes)


def _plausible(head: bytes) -> bool:
    """Whether a file without preamble may begin with an element of group 2 or 8, in either byte order."""
    return len(head) >= 8 and head[:2] in (b"\x02\x00", b"\x08\x00", b"\x00\x02", b"\x00\x08")


def _file_meta(fp: Bounded, preamble: bool) -> tuple[FileMetaDataset, list[str]]:
    """File Meta Information (PS3.10 section 7.1), explicit little endian; the reader stands behind it."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.filereader import data_element_generator

    fp.seek(132 if preamble else 0)
    notes: list[str] = []
    if not preamble and fp.peek(2)[:2] != b"\x02\x00":
        return FileMetaDataset(), notes
    elements: dict[Any, Any] = {}
    try:
        for element in data_element_generator(
            cast(BinaryIO, fp), False, True, stop_when=lambda tag, vr, length: tag.group != 2, defer_size=_LONG_VALUE
        ):
            elements[element.tag] = element
        meta = FileMetaDataset(elements)
    except value_errors() as error:
        raise DamagedError("The file meta information cannot be read") from error
    return meta, notes


def _header(
    fp: Bounded, meta: FileMetaDataset, preamble: bytes | None, limits: Limits, notes: list[str]
) -> tuple[FileDataset, PixelElement | None]:
    """All elements but the pixels, which are only located."""
    from pydicom.dataset import FileDataset

    syntax = text(meta, "TransferSyntaxUID")
    implicit, little = _written(fp, syntax)
    elements, pixels = _elements(fp, implicit, little, notes)
    if preamble is None and not any(tag >> 16 in (0x0008, 0x0028) for tag in elements):
        raise NotDicomError("The file is not DICOM")
    dataset = FileDataset("", elements, preamble, meta, implicit, little)
    dataset.set_original_encoding(implicit, little, careful.character_sets(dataset))
    return dataset, pixels


def _written(fp: Bounded, syntax: str) -> tuple[bool, bool]:
    """(implicit VR, little endian): as the first element shows, else as the transfer syntax says."""
    from pydicom.valuerep import VR

    first = fp.peek(6)[:6]
    vr = first[4:6]
    known = vr in {name.value.encode() for name in VR if len(name.value) == 2}
    implicit = not known
    if not known and vr.isalpha() and vr.isupper():
        implicit = syntax in ("", _IMPLICIT, _GE_PRIVATE)
    if syntax == _BIG_ENDIAN:
        return implicit, False
    # Without a transfer syntax, group 8 written the other way round reads 0x0800 (explicit VR only).
    return implicit, not (not syntax and known and first[:1] == b"\x00" and first[1:2] != b"\x00")


def _elements(
    fp: Bounded, implicit: bool, little: bool, notes: list[str]
) -> tuple[dict[BaseTag, Any], PixelElement | None]:
    elements, pixels = _run(fp, implicit, little, notes)
    # What follows the pixels (signatures, padding, and in files out of order the rest of the header) is read where
    # the pixels' end is known; if it is not sound to the last byte, none of it is believed.
    here = pixels
    while here is not None and here.length != UNDEFINED and here.offset + here.length < fp.length:
        fp.seek(here.offset + here.length)
        damage: list[str] = []
        more, here = _run(fp, implicit, little, damage, padded=True)
        if damage:
            notes.append("What follows the pixel data is damaged and not shown.")
            break
        elements = {**more, **elements}
        pixels = here if here is not None and pixels is not None and not pixels.length else pixels
    return elements, pixels


def _run(
    fp: Bounded, implicit: bool, little: bool, notes: list[str], *, padded: bool = False
) -> tuple[dict[BaseTag, Any], PixelElement | None]:
    """Elements from here to the next pixel element or the end; where they may be ``padded``, to the first of zeros."""
    from pydicom.filereader import data_element_generator
    from pydicom.tag import BaseTag

    elements: dict[BaseTag, Any] = {}
    met: list[PixelElement] = []

    def stop(tag: BaseTag, vr: str | None, length: int) -> bool:
        fp.count()
        if padded and not tag and not length:
            return True
        if tag in _PIXELS:
            met.append(PixelElement(int(tag), fp.tell(), length, words=vr == "OW"))
        return tag in _PIXELS

    try:
        for element in data_element_generator(
            cast(BinaryIO, fp), implicit, little, stop_when=stop, defer_size=_LONG_VALUE
        ):
            elements[BaseTag(element.tag)] = _kept(element, fp.length, notes)
    except RecursionError:
        notes.append("The header has sequences nested deeper than can be read: it is shown up to there.")
    except value_errors():
        notes.append("The header is damaged: it is shown up to there.")
    if fp.rest.strip(b"\0"):
        notes.append(_CUT)
    return elements, met[0] if met else None


def _kept(element: Any, size: int, notes: list[str]) -> Any:
    """An element as read; one whose value was too long to be read becomes an empty one."""
    length = getattr(element, "length", 0)
    if length != UNDEFINED and getattr(element, "value_tell", 0) + length > size:
        notes.append(_CUT)
    elif element.value is None and length > _LONG_VALUE:
        notes.append(f"A value of {length >> 20} MiB at {element.tag} was not read.")
    else:
        return element
    return element._replace(value=b"", length=0) if element.value is None else element
