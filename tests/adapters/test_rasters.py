"""Reading picture files: what is damaged, too large or of no kind is said; the samples are in the conformance suite."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from tests.conformance.test_converted import SOURCES, alpha
from tui.adapters.rasters import read
from tui.core.raster import upright
from tui.errors import LimitError, MissingExtraError, SafelightError, UnreadableError
from tui.service.settings import Limits


@pytest.fixture
def keep(tmp_path):
    def keep(data, name="a"):
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return keep


def test_transparency_is_shown_over_black_and_said(keep):
    out = io.BytesIO()
    Image.fromarray(alpha).save(out, "PNG")
    found = read(keep(out.getvalue()), Limits())
    expected = np.rint(alpha[..., :3] * (alpha[..., 3:] / 255.0))
    assert np.abs(found.frames[0].astype(int) - expected).max() <= 1 and "black" in found.notes[0]


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.endswith("npy")])
@pytest.mark.parametrize("part", [0.3, 0.7])
def test_a_cut_file_is_a_sentence_or_a_picture(keep, name, part):
    data = SOURCES[name][0]()
    try:
        assert read(keep(data[: int(len(data) * part)]), Limits()).frames
    except SafelightError as error:
        assert error.sentence()


@pytest.mark.parametrize(
    "data",
    [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xd9", b"GIF89a", b"%!PS", b"\x93NUMPY",
     b"II*\0\xff\xff\xff\xff", b"\0\0\0\x18ftypmp42"],
)  # fmt: skip
def test_what_is_none_is_a_sentence(keep, data):
    with pytest.raises(UnreadableError):
        read(keep(data), Limits())


def test_limits(keep):
    small = Limits(dataset_bytes=600)
    with pytest.raises(LimitError, match="dataset_bytes"):
        read(keep(SOURCES["a.bmp"][0]()), small)
    flat = io.BytesIO()
    Image.new("L", (400, 400)).save(flat, "PNG")
    with pytest.raises(LimitError, match="dataset_bytes"):
        read(keep(flat.getvalue()), small)


@pytest.mark.parametrize(
    "array", [np.zeros(5), np.zeros((2, 2, 2, 2, 2)), np.zeros((0, 4)), np.array([[{}]], dtype=object)]
)
def test_arrays_that_are_no_picture(keep, array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    with pytest.raises(UnreadableError):
        read(keep(out.getvalue()), Limits())


def test_without_pyav_a_video_says_what_to_install(keep, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError) as raised:
        read(keep(b"\0\0\0\x18ftypmp42"), Limits())
    assert "safelight[video]" in raised.value.hint


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_pictures_that_are_decoded_stand_as_the_camera_says(tmp_path, kind, orientation):
    array = np.arange(36, dtype=np.uint8).reshape(3, 4, 3) * 5
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a"
    Image.fromarray(array).save(path, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    np.testing.assert_array_equal(read(str(path), Limits()).frames[0], upright(array, orientation))


def test_sixteen_bits_stand_upright_too(tmp_path):
    array = np.arange(6, dtype=np.uint16).reshape(2, 3) * 9999
    exif = Image.Exif()
    exif[0x0112] = 8
    Image.fromarray(array).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read(str(tmp_path / "a.png"), Limits()).frames[0], upright(array, 8))


def test_a_jpeg_lies_as_it_was_taken_unless_it_is_asked_for(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.arange(96, dtype=np.uint8).reshape(8, 12)).save(tmp_path / "a.jpg", exif=exif)
    kept = read(str(tmp_path / "a.jpg"), Limits())
    assert kept.jpeg is not None and kept.frames[0].shape == (8, 12) and "--upright" in kept.notes[0]
    turned = read(str(tmp_path / "a.jpg"), Limits(), upright=True)
    assert turned.jpeg is None and turned.lossy and "decoded" in turned.notes[0]
    np.testing.assert_array_equal(turned.frames[0], upright(kept.frames[0], 6))
