"""Every encoder by our decoders, and RLE by pydicom's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydicom.pixels.decoders.rle import _rle_decode_frame

from tui.core import encoders
from tui.core.codecs import Wanted, decompress
from tui.core.encoders import Samples, encode
from tui.errors import NoPictureError, UsageError

RNG = np.random.default_rng(1)
CASES = {
    "8 bits": (RNG.integers(0, 256, (17, 13), np.uint8), 8),
    "12 of 16": (RNG.integers(0, 4096, (17, 13), np.uint16), 12),
    "signed": (RNG.integers(-2000, 2000, (17, 13)).astype(np.int16), 12),
    "colour": (RNG.integers(0, 256, (17, 13, 3), np.uint8), 8),
    "one pixel": (np.full((1, 1), 7, np.uint8), 8),
    "thin": (np.arange(300, dtype=np.uint16).reshape(1, 300), 16),
}


def back(name, data, array):
    colour = array.ndim == 3
    wanted = Wanted(*array.shape[:2], 3 if colour else 1, 8 * array.itemsize, "RGB" if colour else "MONOCHROME2")
    return decompress(encoders.SYNTAXES[name], data, wanted).array.astype(array.dtype)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", sorted(encoders.COMPRESSED))
def test_nothing_is_lost_and_the_length_is_even(name, case):
    array, stored = CASES[case]
    data = encode(name, Samples(array, stored))
    assert len(data) % 2 == 0
    np.testing.assert_array_equal(back(name, data, array), array)


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.uint16, st.tuples(st.integers(1, 9), st.integers(1, 300)), elements=st.integers(0, 3)))
def test_rle_by_pydicom(array):
    found = _rle_decode_frame(encode("rle", Samples(array, 16)), *array.shape, 1, 16, segment_order=">")
    np.testing.assert_array_equal(np.frombuffer(found, "<u2").reshape(array.shape), array)


def test_what_a_syntax_cannot_hold_is_said():
    with pytest.raises(NoPictureError, match="whole numbers"):
        encode("rle", Samples(np.zeros((2, 2), np.float32), 32))
    with pytest.raises(NoPictureError, match="16 bits"):
        encode("jpegls", Samples(np.zeros((2, 2), np.uint32), 32))


def test_names_and_uids():
    assert encoders.uid_of("rle") == encoders.uid_of("1.2.840.10008.1.2.5") == "1.2.840.10008.1.2.5"
    assert encoders.name_of("1.2.840.10008.1.2.4.80") == "jpegls" and encoders.name_of("1.2") == ""
    with pytest.raises(UsageError, match="transfer syntax"):
        encoders.uid_of("zip")
    assert encoders.photometric("jpeg2000", "RGB") == "YBR_RCT" and encoders.photometric("rle", "RGB") == "RGB"
