from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_codecs import COLOUR, GREY, LOSSLESS
from tui.core.codestreams import NATIVE, SYNTAXES, VIDEO, bare, head, segments, sniff, starts


@pytest.mark.parametrize(("syntax", "stream", "expected"), LOSSLESS)
def test_the_head_says_what_the_stream_holds(syntax: str, stream: bytes, expected: np.ndarray) -> None:
    found = head(stream)
    assert found is not None
    assert (found.rows, found.columns) == expected.shape[:2]
    assert found.signed == (expected.dtype.kind == "i")
    if found.family != "jpegxl":
        assert found.samples == (expected.shape[2] if expected.ndim == 3 else 1)
        assert found.precision <= 8 * expected.itemsize


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700))
def test_the_size_of_a_jpeg_xl_stream(rows: int, columns: int) -> None:
    found = head(imagecodecs.jpegxl_encode(np.zeros((rows, columns), np.uint8), effort=1))
    assert found is not None
    assert (found.rows, found.columns) == (rows, columns)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"\xff\xd8", b"\xff\x4f\xff\x51", b"\xff\x0a", b"\0\0\0\x0cJXL "]))
def test_no_head_raises(data: bytes, magic: bytes) -> None:
    head(magic + data)


def test_sniffing_names_a_syntax_that_decodes() -> None:
    assert all(sniff(stream) in SYNTAXES for _, stream, _ in LOSSLESS)
    assert sniff(b"hello") == ""


@pytest.mark.parametrize(("_", "stream", "__"), LOSSLESS)
def test_a_stream_begins_where_it_begins_and_nowhere_else(_: str, stream: bytes, __: np.ndarray) -> None:
    assert starts(stream[:12])
    assert not starts(stream[40:])


def test_the_boxes_of_jp2_are_taken_off() -> None:
    boxed = imagecodecs.jpeg2k_encode(GREY, codecformat="jp2", level=0)
    assert bare(boxed).startswith(b"\xff\x4f\xff\x51")
    assert boxed.endswith(bare(boxed))
    assert bare(bare(boxed)) == bare(boxed)
    assert head(bare(boxed)) == head(boxed)


def test_segments_step_over_entropy_coded_data() -> None:
    stream = imagecodecs.jpeg8_encode(COLOUR, level=100)
    markers = [marker for marker, _, _ in segments(stream)]
    assert markers.count(0xDA) == 1
    assert markers[-1] == 0xDA
    assert set(markers) <= {0xC0, 0xC4, 0xDA, 0xDB, 0xE0, 0xEE}


def test_no_syntax_is_in_two_tables() -> None:
    assert len({**SYNTAXES, **VIDEO, **NATIVE}) == len(SYNTAXES) + len(VIDEO) + len(NATIVE)
