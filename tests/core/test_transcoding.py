"""What is refused, what is noted, and that a wrong result is never named; the rest is in the conformance suite."""

import numpy as np
import pytest
from pydicom.encaps import generate_frames

from tests import phantoms
from tui.core import transcoding
from tui.core.codecs import Wanted, decompress
from tui.core.frames import Frame
from tui.errors import NoPictureError


def frames(ds):
    array = ds.pixel_array if int(ds.get("NumberOfFrames", 1)) > 1 else ds.pixel_array[None]
    return len(array), lambda index: Frame(array[index], str(ds.PhotometricInterpretation), ds, index)


@pytest.mark.parametrize("name", ["rle", "jpegls", "jpeg2000", "htj2k"])
def test_each_frame_is_checked_by_decoding_it(name):
    ds = phantoms.cine(frames=3, size=20)
    pixels = ds.pixel_array.copy()
    digests = transcoding.transcode(ds, *frames(ds), name)
    data = phantoms.data(ds)
    transcoding.verify(data, digests)
    for frame, expected in zip(transcoding.decoded(data), pixels, strict=True):
        np.testing.assert_array_equal(frame.stored, expected)
    with pytest.raises(NoPictureError, match="not those of the source"):
        transcoding.verify(data, digests[::-1])


def test_a_broken_result_is_refused():
    ds = phantoms.ct(size=16)
    digests = transcoding.transcode(ds, *frames(ds), "rle")
    with pytest.raises(NoPictureError):
        transcoding.verify(phantoms.data(ds)[:-200], digests)


def test_native_to_native_touches_no_pixel():
    ds = phantoms.ct(size=16)
    before = ds.PixelData
    assert transcoding.transcode(ds, *frames(ds), "implicit") == []
    assert ds.PixelData == before and ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2"


def test_an_object_without_pixels_only_changes_its_encoding():
    ds = phantoms.report()
    assert transcoding.transcode(ds, 0, lambda index: None, "deflated") == []
    assert phantoms.reread(ds).ContentSequence[0].TextValue == "No finding."


def test_what_cannot_be_compressed_is_said():
    ds = phantoms.ct(size=8)
    ds.BitsAllocated = 1
    with pytest.raises(NoPictureError, match="one bit"):
        transcoding.transcode(ds, *frames(phantoms.ct(size=8)), "rle")
    ds = phantoms.ct(size=8)
    count, _ = frames(ds)
    with pytest.raises(NoPictureError, match="Floating"):
        transcoding.transcode(ds, count, lambda i: Frame(np.zeros((8, 8), np.float32), "MONOCHROME2", ds), "rle")


def test_overlays_in_unused_bits_stay_with_rle_and_refuse_the_rest():
    ds = phantoms.ct(size=8)
    raw = ds.pixel_array | 0x8000

    def frame(index):
        return Frame(ds.pixel_array, "MONOCHROME2", ds, index, (), raw)

    with pytest.raises(NoPictureError, match="Overlays"):
        transcoding.transcode(phantoms.ct(size=8), 1, frame, "jpegls")
    copy = phantoms.ct(size=8)
    transcoding.transcode(copy, 1, frame, "rle")
    assert (copy.BitsStored, copy.HighBit) == (12, 11)
    (packed,) = generate_frames(copy.PixelData, number_of_frames=1)
    found = decompress("1.2.840.10008.1.2.5", packed, Wanted(8, 8, 1, 16, "MONOCHROME2")).array
    np.testing.assert_array_equal(found, raw)
