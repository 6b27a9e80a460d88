"""MP4 with H.264 of a cine or a series, at its rate, by PyAV or by the system's ffmpeg."""

from __future__ import annotations

from fractions import Fraction
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tui.errors import MissingExtraError, NoPictureError
from tui.service.formats import Makes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from tui.core.pages import Pages
    from tui.core.values import Wish

_BEST, _WORST = 13, 51  # constant rate factor of x264 for quality 100 and for quality below 25


class Mp4:
    """Moving, for every player; one file a cine or a series."""

    suffix = ".mp4"
    about = "moving, for every player, at the stored rate (needs ffmpeg or safelight[video])"
    makes = Makes.SERIES
    shows = True

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        rate = Fraction(wish.rate).limit_denominator(1001)
        factor = min(_WORST, _BEST + round((100 - wish.quality) / 2))
        if find_spec("av") is not None:
            return _by_av(_even(pages), rate, factor)
        return _by_ffmpeg(_even(pages), rate, factor)


def _even(pages: Pages) -> Iterator[NDArray[np.uint8]]:
    """RGB pictures of one size, with the last row and column twice where there is an odd number, as 4:2:0 needs."""
    import numpy as np

    from tui.core.pages import fitted

    shape = (0, 0)
    for page in pages:
        pixels = page.pixels()
        shape = shape if shape[0] else (pixels.shape[0], pixels.shape[1])
        pixels = fitted(pixels, *shape)
        colour = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, -1)
        yield np.pad(colour, ((0, shape[0] % 2), (0, shape[1] % 2), (0, 0)), mode="edge")


def _by_av(pictures: Iterator[NDArray[np.uint8]], rate: Fraction, factor: int) -> bytes:
    import av

    out = BytesIO()
    try:
        with av.open(out, "w", format="mp4") as container:
            stream: Any = None
            for picture in pictures:
                if stream is None:
                    stream = container.add_stream("libx264", rate=rate, options={"crf": str(factor)})
                    stream.height, stream.width, stream.pix_fmt = *picture.shape[:2], "yuv420p"
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            if stream is not None:
                container.mux(stream.encode())
    except av.FFmpegError as error:
        raise NoPictureError("The video could not be encoded", "Give a smaller size with --max-size.") from error
    return out.getvalue()


def _by_ffmpeg(pictures: Iterator[NDArray[np.uint8]], rate: Fraction, factor: int) -> bytes:
    import shutil
    import subprocess
    import tempfile
    from pathlib import Path

    from tui.adapters import leftovers

    program = shutil.which("ffmpeg")
    if program is None:
        raise MissingExtraError(
            "MP4 needs ffmpeg, and there is none",
            "Install the system's ffmpeg, or `uv tool install 'safelight[video]'`.",
        )
    first = next(pictures)
    rows, columns = first.shape[:2]
    leftovers.sweep(Path(tempfile.gettempdir()))
    # for this user alone; MP4 must seek
    with tempfile.TemporaryDirectory(leftovers.SUFFIX, leftovers.prefix()) as folder:
        target = Path(folder, "cine.mp4")
        words = [program, "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{columns}x{rows}",
                 "-r", str(rate), "-i", "-", "-c:v", "libx264", "-crf", str(factor), "-pix_fmt", "yuv420p",
                 "-bitexact", "-f", "mp4", str(target)]  # fmt: skip
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            assert run.stdin is not None
            try:
                run.stdin.write(first.tobytes())
                for picture in pictures:
                    run.stdin.write(picture.tobytes())
                run.stdin.close()
            except BrokenPipeError as error:
                raise NoPictureError("ffmpeg could not encode the video", "Install `safelight[video]`.") from error
            except BaseException:
                run.kill()
                raise
            if run.wait():
                raise NoPictureError("ffmpeg could not encode the video", "Install `safelight[video]`.")
        return target.read_bytes()


EXPORTER = Mp4()
