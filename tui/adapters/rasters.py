"""Reads picture files that are to become DICOM: PNG, JPEG, TIFF, BMP, WebP, GIF, MP4, npy, and PDF documents."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tui.adapters import regular
from tui.adapters.pictures import HEAD, kind_of
from tui.core import foreign
from tui.core.attributes import value_errors
from tui.core.raster import Raster, jpeg, unsigned, upright
from tui.errors import LimitError, MissingExtraError, UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from tui.service.settings import Limits

_HINT = "Raise it in the configuration if you trust the file."
_DAMAGED = "The picture is damaged, or of a kind that is not known"
_LYING = (
    "The camera says that the picture is to be turned. DICOM has no place for that, and the JPEG is kept as it is: "
    "it lies as it was taken. `--upright` turns it."
)
_STOOD_UP = "Turned as the camera says, and decoded for that: the bytes are not those of the JPEG."
_BLACK = "Transparent parts are shown over black."


def read(path: str, limits: Limits, *, upright: bool = False) -> Raster:
    """The samples of a file, or its stream.

    Parameters
    ----------
    upright
        Turn a JPEG as the camera says, and give its samples instead of its stream. All others are always turned.

    Raises
    ------
    tui.errors.UnreadableError
    tui.errors.LimitError
    tui.errors.MissingExtraError
    """
    return _Reader(limits, upright).read(path)


class _Reader:
    """Within the limits."""

    def __init__(self, limits: Limits, upright: bool) -> None:
        self._limits = limits
        self._upright = upright

    def read(self, path: str) -> Raster:
        opened, status = regular.descriptor(path)
        with regular.Clipped(opened, status.st_size) as file:
            if status.st_size > self._limits.dataset_bytes:
                self._refuse("file")
            data = file.read()
        match kind_of(data[:HEAD]):
            case "pdf":
                return Raster(pdf=data)
            case "npy":
                return self._npy(data)
            case "video":
                return self._video(data)
            case "jpeg" | "png" | "image" as kind:
                return self._image(data, kind)
            case _:
                raise UnreadableError(f"It is no picture that can be read ({foreign.reason(data[:HEAD])})")

    # ------------------------------------------------------------------------------------------ arrays

    def _npy(self, data: bytes) -> Raster:
        try:
            array = np.load(io.BytesIO(data), allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise UnreadableError("The npy file is damaged, or holds no plain array") from error
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        colour = array.ndim in (3, 4) and array.shape[-1] == 3
        if array.ndim - colour not in (2, 3) or not array.size:
            raise UnreadableError("The array is no picture: its shape is not (rows, columns), (frames, rows, columns)")
        array, added = unsigned(array)
        return Raster(list(array) if array.ndim - colour == 3 else [array], added)

    def _video(self, data: bytes) -> Raster:
        try:
            import av
        except ImportError as error:
            raise MissingExtraError("Videos need PyAV", "`uv tool install 'safelight[video]'` installs it.") from error
        frames: list[NDArray[Any]] = []
        size = 0
        try:
            with av.open(io.BytesIO(data), "r") as container:
                if not container.streams.video:
                    raise UnreadableError("The video file has no pictures")
                stream = container.streams.video[0]
                rate = float(stream.average_rate or 0)
                method = {"h264": "ISO_14496_10", "hevc": "ISO_23008_2", "mpeg2video": "ISO_13818_2"}.get(
                    stream.codec_context.name, ""
                )
                for frame in container.decode(stream):
                    frames.append(frame.to_ndarray(format="rgb24"))
                    size += frames[-1].nbytes
                    self._bound(size)
        except av.FFmpegError as error:
            raise UnreadableError("The video is damaged, or of a kind that PyAV does not know") from error
        if not frames:
            raise UnreadableError("The video has no pictures")
        if all(_is_grey(frame) for frame in frames):
            frames = [np.ascontiguousarray(frame[..., 0]) for frame in frames]
        return Raster(frames, lossy=True, ratio=size / len(data), method=method, rate=rate)

    # ------------------------------------------------------------------------------------------ images

    def _image(self, data: bytes, kind: str) -> Raster:
        from PIL import Image

        limit = Image.MAX_IMAGE_PIXELS
        try:
            with Image.open(io.BytesIO(data)) as image:
                self._bound(image.width * image.height * getattr(image, "n_frames", 1))
                if kind == "jpeg":
                    return self._jpeg(data, image)
                return self._frames(data, image, kind)
        except SyntaxError as error:  # of a broken PNG
            raise UnreadableError(_DAMAGED) from error
        except value_errors() as error:
            raise UnreadableError(_DAMAGED) from error
        except Image.DecompressionBombError as error:
            raise LimitError(f"The picture has more than {2 * (limit or 0)} pixels", _HINT) from error

    def _bound(self, size: int) -> None:
        if size > self._limits.dataset_bytes:
            self._refuse("picture")

    def _refuse(self, what: str) -> NoReturn:
        raise LimitError(f"The {what} passes the limit dataset_bytes ({self._limits.dataset_bytes >> 20} MiB)", _HINT)

    def _jpeg(self, data: bytes, image: Image) -> Raster:
        own = jpeg(data)
        notes: tuple[str, ...] = ()
        orientation = _orientation(image)
        if orientation > 1 and not self._upright:
            notes = (_LYING,)
        if own is not None and own.stream.precision > 8:
            from tui.core.codecs import Wanted, decompress

            stream = own.stream
            wanted = Wanted(stream.rows, stream.columns, stream.samples, 16, own.photometric)
            frame: NDArray[Any] = decompress(own.syntax, own.data, wanted).array
        else:
            if image.mode not in ("L", "RGB"):
                notes = (*notes, f"Its {image.mode} colours became RGB.")
            frame = np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))
        lossy = own is None or own.stream.process != 0xC3
        if orientation > 1 and self._upright:
            own, frame, notes = None, upright(frame, orientation), (*notes, _STOOD_UP)
        return Raster([frame], 0, own, lossy, frame.nbytes / len(data), "ISO_10918_1" if lossy else "", notes=notes)

    def _frames(self, data: bytes, image: Image, kind: str) -> Raster:
        from PIL import ImageSequence

        if kind == "png" and image.mode in ("RGB", "RGBA", "I;16", "I", "LA") and data[24] == 16:
            return self._deep_png(data, _orientation(image))
        found: list[NDArray[Any]] = []
        notes: dict[str, None] = {}
        milliseconds = 0.0
        for page in ImageSequence.Iterator(image):
            found.append(upright(_samples(page, notes), _orientation(page)))
            milliseconds += float(page.info.get("duration", 0) or 0)
            self._bound(sum(frame.nbytes for frame in found))
        if image.format == "GIF" and all(_is_grey(frame) for frame in found):
            found = [frame if frame.ndim == 2 else np.ascontiguousarray(frame[..., 0]) for frame in found]
        if len({frame.ndim for frame in found}) > 1:
            found = [frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, -1) for frame in found]
        if len({frame.shape for frame in found}) > 1:
            raise UnreadableError("Its pages have different sizes; save each as a picture of its own")
        array, added = unsigned(np.stack(found))
        lossy = image.format == "WEBP" and b"VP8 " in data[:64]
        return Raster(
            list(array), added, None, lossy, array.nbytes / len(data) if lossy else 1.0,
            rate=1000 * len(found) / milliseconds if milliseconds and len(found) > 1 else 0.0, notes=tuple(notes),
        )  # fmt: skip

    def _deep_png(self, data: bytes, orientation: int) -> Raster:
        """All 16 bits, of which Pillow keeps 8 for colour."""
        from imagecodecs import PngError, png_decode

        try:
            array: NDArray[Any] = png_decode(data)
        except PngError as error:
            raise UnreadableError("The PNG is damaged") from error
        notes: tuple[str, ...] = ()
        if array.ndim == 3 and array.shape[2] in (2, 4):
            alpha = array[..., -1:].astype(np.uint64)
            notes = (_BLACK,) if (alpha != 0xFFFF).any() else ()
            array = (array[..., :-1] * alpha // 0xFFFF).astype(np.uint16)
        if array.ndim == 3 and array.shape[2] == 1:
            array = array[..., 0]
        return Raster([upright(array, orientation)], notes=notes)


def _orientation(image: Image) -> int:
    """How the camera was held, by Exif; 1 upright. Of TIFF, Pillow has turned the samples, and says so."""
    try:
        found = image.getexif().get(0x0112, 1)
    except SyntaxError:
        return 1  # the picture may be whole though its Exif is not
    except value_errors():
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _is_grey(frame: NDArray[Any]) -> bool:
    return frame.ndim == 2 or bool((frame == frame[..., :1]).all())


def _samples(page: Image, notes: dict[str, None]) -> NDArray[Any]:
    """One page as grey or RGB samples."""
    from PIL import Image

    if page.mode in ("1", "L", "RGB", "F") or page.mode.startswith("I"):
        return np.asarray(page)
    if page.has_transparency_data:
        whole = page.convert("RGBA")
        if np.asarray(whole)[..., 3].min() < 255:
            notes[_BLACK] = None
        found = np.asarray(Image.alpha_composite(Image.new("RGBA", whole.size, (0, 0, 0, 255)), whole))[..., :3]
    else:
        found = np.asarray(page.convert("RGB"))
    grey = page.mode in ("P", "PA", "LA", "La") and _is_grey(found)
    return np.ascontiguousarray(found[..., 0] if grey else found)
