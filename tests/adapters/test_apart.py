"""Decoding in a process apart: the same frames, and what ends it ends one of them."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.uid import JPEG2000Lossless, RLELossless

from tests import phantoms
from tui.adapters import apart, opened, processes, video
from tui.adapters.apart import Apart
from tui.adapters.instances import DicomInstances
from tui.core import frames
from tui.core.values import Ref
from tui.errors import LimitError, NoPictureError, ReaderCrashedError
from tui.service.settings import Limits

FATAL = 1  # frame


@pytest.fixture
def packed(tmp_path: Path) -> Ref:
    """A compressed instance of three frames."""
    ds = phantoms.cine(3, 32)
    ds.compress(RLELossless)
    return Ref(str(phantoms.save(ds, tmp_path / "packed.dcm")))


@pytest.fixture(params=["forked", "spawned"])
def instances(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Apart:
    monkeypatch.setattr(processes, "alone", lambda: request.param == "forked")
    return Apart(Limits())


def forked(monkeypatch: pytest.MonkeyPatch, fate: Callable[[], object], limits: Limits = Limits()) -> Apart:
    """One whose decoder meets its fate at the second frame."""
    decode = frames.Decoder.frame

    def fatal(self: frames.Decoder, index: int, data: bytes) -> frames.Frame:
        if index == FATAL:
            fate()
        return decode(self, index, data)

    monkeypatch.setattr(processes, "alone", lambda: True)
    monkeypatch.setattr(frames.Decoder, "frame", fatal)
    return Apart(limits)


def test_frames_are_those_of_this_process(instances: Apart, packed: Ref) -> None:
    here = DicomInstances(Limits()).open(packed)
    there = instances.open(packed)
    assert (there.frames, there.notes) == (3, here.notes)
    for index in range(3):
        mine, its = here.frame(index), there.frame(index)
        assert np.array_equal(mine.stored, its.stored) and mine.stored.dtype == its.stored.dtype
        assert (mine.photometric, mine.index, mine.notes) == (its.photometric, its.index, its.notes)
        assert its.dataset is there.dataset
    assert there.reduced(0, 1) is None  # of this syntax
    with pytest.raises(NoPictureError, match="no frame 4"):
        there.frame(3)
    assert there.frame(0).index == 0  # it lives


def test_what_is_not_compressed_stays_here(instances: Apart, tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=16), tmp_path / "plain.dcm")
    assert isinstance(instances.open(Ref(str(path))), opened.OpenInstance)


def test_a_compressed_stream_in_a_file_that_names_none_is_not_decoded_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ds = phantoms.ct(0, size=32)
    values = ds.pixel_array.astype(np.uint16)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    ds.PixelData = imagecodecs.jpegls_encode(values) + bytes(len(values) % 2)
    path = phantoms.save(ds, tmp_path / "lying.dcm")
    monkeypatch.setattr(processes, "alone", lambda: False)  # a fork would take the patch along

    def here_too(*of: object) -> None:
        raise AssertionError("decoded in the program's own process")

    monkeypatch.setattr(frames, "decompress", here_too)
    found = Apart(Limits()).open(Ref(str(path))).frame(0)
    assert np.array_equal(found.stored, values)
    assert any("they are JPEG-LS" in note for note in found.notes)


@pytest.mark.parametrize("room", [1, 16 * 2**20])
def test_samples_come_through_the_room_or_the_pipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: int) -> None:
    monkeypatch.setattr(processes, "alone", lambda: True)
    monkeypatch.setattr(apart, "_ROOM", room)
    ds = phantoms.cine(2, 32)
    ds.compress(RLELossless)
    ref = Ref(str(phantoms.save(ds, tmp_path / "packed.dcm")))
    there, here = Apart(Limits()).open(ref), DicomInstances(Limits()).open(ref)
    first, second = there.frame(0), there.frame(1)  # the second takes no place of the first
    for mine, its in ((here.frame(0), first), (here.frame(1), second)):
        assert np.array_equal(mine.stored, its.stored) and mine.stored.dtype == its.stored.dtype


def test_a_lower_resolution_comes_from_there_too(instances: Apart, tmp_path: Path) -> None:
    ds = phantoms.ct(0, size=1024)
    ds.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg")
    ref = Ref(str(phantoms.save(ds, tmp_path / "large.dcm")))
    mine, its = DicomInstances(Limits()).open(ref).reduced(0, 2), instances.open(ref).reduced(0, 2)
    assert mine is not None and its is not None
    assert its.whole == (1024, 1024) and np.array_equal(mine.stored, its.stored)


def test_a_file_that_was_replaced_gives_no_frame(instances: Apart, packed: Ref) -> None:
    there = instances.open(packed)
    there.frame(0)
    other = phantoms.cine(3, 32)
    other.compress(RLELossless)
    phantoms.save(other, Path(packed.path + ".new")).replace(packed.path)
    with pytest.raises(NoPictureError, match="has changed"):
        there.frame(1)
    assert instances.open(packed).frame(1).index == 1


def test_a_decoder_that_dies_ends_one_frame(monkeypatch: pytest.MonkeyPatch, packed: Ref) -> None:
    there = forked(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGKILL)).open(packed)
    assert there.frame(0).index == 0
    with pytest.raises(NoPictureError, match="ended the process that reads"):
        there.frame(FATAL)
    assert there.frame(2).index == 2


def test_one_that_hangs_names_the_limit(monkeypatch: pytest.MonkeyPatch, packed: Ref) -> None:
    def forever() -> None:
        while True:
            pass

    there = forked(monkeypatch, forever, Limits(seconds=1)).open(packed)
    with pytest.raises(LimitError, match="limit seconds"):
        there.frame(FATAL)
    assert there.frame(0).index == 0


def test_one_that_eats_memory_names_the_limit(monkeypatch: pytest.MonkeyPatch, packed: Ref) -> None:
    there = forked(monkeypatch, lambda: bytearray(2**34), Limits()).open(packed)
    with pytest.raises(LimitError, match="limit memory_bytes"):
        there.frame(FATAL)
    assert there.frame(0).index == 0


def test_a_bug_stays_a_bug(monkeypatch: pytest.MonkeyPatch, packed: Ref) -> None:
    there = forked(monkeypatch, lambda: {}["Doe^Jane"]).open(packed)
    with pytest.raises(ReaderCrashedError) as caught:
        there.frame(FATAL)
    assert caught.value.kind == "KeyError" and any("apart.py" in place for place in caught.value.places)
    assert "Doe" not in str(caught.value)


def test_the_frames_of_a_video_are_counted_where_they_are_decoded(instances: Apart, tmp_path: Path) -> None:
    from tests.adapters.test_video import H264, dicom, pictures, stream

    path = phantoms.save(dicom(H264, stream("H.264", pictures(12)), 12), tmp_path / "video.dcm")
    there = instances.open(Ref(str(path)))

    def here_too(self: video.Video) -> None:
        raise AssertionError("listed in the program's own process")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(video.Video, "_surveyed", here_too)
        patched.setattr(processes, "alone", lambda: False)  # a fork would take the patch along
        assert there.frames == 12
    here = DicomInstances(Limits()).open(Ref(str(path)))
    assert np.array_equal(there.frame(7).stored, here.frame(7).stored)


def test_a_video_that_cannot_be_counted_gives_its_reason_with_the_first_frame(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tests.adapters.test_video import H264, dicom, pictures, stream

    path = phantoms.save(dicom(H264, stream("H.264", pictures(4)), 4), tmp_path / "video.dcm")
    monkeypatch.setattr(processes, "alone", lambda: True)
    monkeypatch.setattr(video.Video, "_surveyed", lambda self: os.kill(os.getpid(), signal.SIGKILL))
    there = Apart(Limits()).open(Ref(str(path)))
    assert there.frames == 1
    with pytest.raises(NoPictureError, match="ended the process that reads"):
        there.frame(0)


def test_its_processes_go_with_it(packed: Ref) -> None:
    instances = Apart(Limits())
    instances.open(packed).frame(0)
    (process,) = instances._decoders._idle
    del instances
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
