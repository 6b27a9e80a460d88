"""Frames of videos that were made here, each asked for alone, against the same video played from its beginning."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate

from tests import phantoms
from tui.adapters import video
from tui.adapters.opened import OpenInstance, open_instance
from tui.errors import NoDecoderError, NoPictureError
from tui.service.settings import Limits

ROWS, COLUMNS, FRAMES = 64, 96, 50
MPEG2, H264, HEVC = "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107"
KINDS = {
    "MPEG-2": (MPEG2, "mpeg2video", "mpeg2video", {"g": "9", "bf": "2"}),
    "MPEG-2 in a transport stream": (MPEG2, "mpegts", "mpeg2video", {"g": "9", "bf": "2"}),
    "MPEG-2 interlaced": (MPEG2, "mpeg2video", "mpeg2video", {"g": "9", "bf": "2", "flags": "+ildct+ilme"}),
    "H.264": (H264, "h264", "libx264", {"g": "10", "bf": "3"}),
    "H.264 with open groups": (H264, "h264", "libx264", {"g": "10", "bf": "3", "x264-params": "open-gop=1"}),
    "H.264 in MP4": (H264, "mp4", "libx264", {"g": "10", "bf": "3"}),
    "H.264 of one group": (H264, "h264", "libx264", {"g": "1000", "bf": "3"}),
    "HEVC": (HEVC, "hevc", "libx265", {"g": "10", "x265-params": "log-level=none"}),
}  # fmt: skip


def pictures(count: int = FRAMES) -> np.ndarray:
    """A bar that wanders, and a number as blocks, so that no two pictures are alike."""
    frames = np.full((count, ROWS, COLUMNS, 3), 60, np.uint8)
    for n, frame in enumerate(frames):
        frame[:, n % COLUMNS : n % COLUMNS + 8, 0] = 220
        for bit in range(8):
            frame[40:56, 8 * bit : 8 * bit + 8] = 230 if n >> bit & 1 else 20
    return frames


def stream(kind: str, frames: np.ndarray) -> bytes:
    _, container, codec, options = KINDS[kind]
    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        track: Any = out.add_stream(codec, rate=25)
        track.width, track.height, track.pix_fmt, track.options = COLUMNS, ROWS, "yuv420p", dict(options)
        for frame in frames:
            out.mux(track.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(track.encode(None))
    return target.getvalue()


def played(data: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def dicom(syntax: str, data: bytes, frames: int, pieces: int = 1) -> FileDataset:
    ds = phantoms.colour()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.Rows, ds.Columns, ds.NumberOfFrames, ds.PhotometricInterpretation = ROWS, COLUMNS, frames, "YBR_PARTIAL_420"
    size = -(-len(data) // pieces) + 1 & ~1
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    ds.PixelData = encapsulate([part + b"\0" * (len(part) % 2) for part in parts], has_bot=False)
    ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
    return ds


def opened(ds: FileDataset, folder: Path) -> OpenInstance:
    return open_instance(str(phantoms.save(ds, folder / "video.dcm")), Limits())


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly nothing is kept, so that frames are sought, not remembered."""
    monkeypatch.setattr(video, "_KEPT_BYTES", 2 * 3 * ROWS * COLUMNS)
    monkeypatch.setattr(video, "_AHEAD", 4)


@pytest.mark.parametrize("kind", KINDS)
def test_each_frame_alone_is_that_of_the_whole_video(kind: str, tmp_path: Path) -> None:
    data = stream(kind, pictures())
    expected = played(data)
    instance = opened(dicom(KINDS[kind][0], data, FRAMES, pieces=3), tmp_path)
    assert instance.frames == len(expected) == FRAMES
    order = random.Random(1).sample(range(FRAMES), FRAMES)
    for index in [*order[:25], *range(30, 40), FRAMES - 1, 0]:
        frame = instance.frame(index)
        assert (frame.photometric, frame.index, frame.decoder) == ("RGB", index, "av")
        assert np.array_equal(frame.stored, expected[index]), index


@pytest.mark.parametrize("kind", ["MPEG-2", "H.264 with open groups", "HEVC"])
def test_pictures_that_lack_the_beginning_are_not_counted(kind: str, tmp_path: Path) -> None:
    data = stream(kind, pictures())
    with av.open(io.BytesIO(data)) as container:
        keys = [packet.pos for packet in container.demux(video=0) if packet.is_keyframe]
    data = data[keys[1] :]
    expected = played(data)
    instance = opened(dicom(KINDS[kind][0], data, FRAMES), tmp_path)
    assert instance.frames == len(expected) < FRAMES
    for index in (len(expected) - 1, 3, 25):
        assert np.array_equal(instance.frame(index).stored, expected[index])
    assert f"{FRAMES} frames; its video has {len(expected)}" in instance.frame(0).notes[0]


def test_colours_are_those_that_went_in(tmp_path: Path) -> None:
    """ITU-R BT.601 with limited range, as YBR_PARTIAL_420 has it (PS3.3 C.7.6.3.1.2)."""
    patches = np.zeros((5, ROWS, COLUMNS, 3), np.uint8)
    colours = [(255, 255, 255), (0, 0, 0), (200, 30, 40), (20, 180, 60), (30, 60, 210)]
    for frame, colour in zip(patches, colours, strict=True):
        frame[:] = colour
    instance = opened(dicom(H264, stream("H.264", patches), 5), tmp_path)
    for index, colour in enumerate(colours):
        assert np.abs(instance.frame(index).stored[20:40, 20:40].astype(int) - colour).max() <= 4


def test_without_the_extra_a_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = opened(dicom(H264, b"\0\0\0\1" * 10, 7), tmp_path)
    monkeypatch.setitem(sys.modules, "av", None)
    assert instance.frames == 1
    with pytest.raises(NoDecoderError, match=r"a video \(MPEG-4 AVC/H.264 High Profile\)") as caught:
        instance.frame(0)
    assert caught.value.hint == video.INSTALL


def test_what_is_no_video_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoPictureError, match="no MPEG-2 Main Level video"):
        opened(dicom(MPEG2, bytes(range(256)) * 8, 3), tmp_path).frame(0)


def test_another_size_than_the_header_says_is_refused(tmp_path: Path) -> None:
    ds = dicom(H264, stream("H.264", pictures(3)), 3)
    ds.Rows = ROWS * 2
    with pytest.raises(NoPictureError, match="the video 96 x 64"):
        opened(ds, tmp_path).frame(0)


def test_a_video_that_is_cut_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    data = stream("MPEG-2", pictures())
    instance = opened(dicom(MPEG2, data[: len(data) // 2], FRAMES), tmp_path)
    expected = played(data)
    assert 10 < instance.frames < FRAMES
    assert np.array_equal(instance.frame(5).stored, expected[5])
    for index in range(instance.frames - 3, instance.frames):
        try:
            instance.frame(index)
        except NoPictureError as error:
            assert "video" in str(error)


@pytest.mark.parametrize("kind", ["MPEG-2 in a transport stream", "H.264", "H.264 in MP4", "HEVC"])
def test_mutants_raise_sentences_only(kind: str, tmp_path: Path) -> None:
    chance, whole = random.Random(5), stream(kind, pictures(12))
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        instance = opened(dicom(KINDS[kind][0], bytes(data[: chance.randint(20, len(data))]), 12), tmp_path)
        for index in (0, instance.frames - 1):
            try:
                assert instance.frame(index).stored.shape == (ROWS, COLUMNS, 3)
            except NoPictureError as error:
                assert "video" in str(error)
