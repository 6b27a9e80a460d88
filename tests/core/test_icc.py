"""ICC profiles to sRGB: PS3.3 C.11.15."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import ImageCms
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_icc_profile

from tests import phantoms
from tui.core import icc
from tui.core.frames import Frame
from tui.core.pipeline import Renderer
from tui.core.values import View, Viewport


def swapped() -> bytes:
    """sRGB, but red and green stand in each other's place."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    at = {bytes(profile[a : a + 4]): a for a in range(132, 132 + 12 * count, 12)}
    red, green = profile[at[b"rXYZ"] + 4 : at[b"rXYZ"] + 12], profile[at[b"gXYZ"] + 4 : at[b"gXYZ"] + 12]
    profile[at[b"rXYZ"] + 4 : at[b"rXYZ"] + 12], profile[at[b"gXYZ"] + 4 : at[b"gXYZ"] + 12] = green, red
    return bytes(profile)


def lab() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def frame(ds: Dataset) -> Frame:
    return Frame(ds.pixel_array, str(ds.PhotometricInterpretation), ds)


def test_colours_go_through_the_profile() -> None:
    ds = phantoms.colour(32)
    stored = ds.pixel_array
    ds.ICCProfile = swapped()
    picture = Renderer().render(frame(ds), View())
    assert np.abs(picture.pixels[..., [1, 0, 2]].astype(int) - stored).max() <= 2
    assert np.array_equal(picture.pixels, apply_icc_profile(stored.copy(), ds))
    assert picture.notes == ()
    assert np.array_equal(Renderer().render(frame(ds), View(icc=False)).pixels, stored)


def test_a_profile_of_srgb_changes_next_to_nothing() -> None:
    ds = phantoms.colour(32)
    ds.ICCProfile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    shown = Renderer().draw(frame(ds), View(), Viewport(32, 32)).pixels
    assert np.abs(shown.astype(int) - ds.pixel_array).max() <= 1


def test_grey_is_left_alone() -> None:
    ds = phantoms.ct(2, size=32)
    before = Renderer().render(frame(ds), View())
    ds.ICCProfile = swapped()
    after = Renderer().render(frame(ds), View())
    assert np.array_equal(before.pixels, after.pixels)
    assert after.notes == ()


def path(name: str, profile: bytes) -> Dataset:
    item = Dataset()
    item.OpticalPathIdentifier, item.ICCProfile = name, profile
    return item


def test_the_optical_path_of_the_frame_wins() -> None:
    ds = phantoms.colour(8)
    ds.OpticalPathSequence = [path("a", lab()), path("b", swapped())]
    assert icc.conversion(ds)[0] is None
    named, groups = Dataset(), Dataset()
    named.OpticalPathIdentifier = "b"
    groups.OpticalPathIdentificationSequence = [named]
    ds.SharedFunctionalGroupsSequence = [groups]
    convert, note = icc.conversion(ds)
    assert convert is not None
    assert note == ""
    assert convert(np.array([[[255, 0, 0]]], np.uint8))[0, 0, 1] > 250


@pytest.mark.parametrize("profile", [b"", b"\0" * 200, swapped()[:300], lab(), b"x" * (16 * 2**20 + 2)])
def test_what_is_no_profile_of_rgb_is_said(profile: bytes) -> None:
    ds = phantoms.colour(8)
    stored = ds.pixel_array
    ds.ICCProfile = profile
    picture = Renderer().render(frame(ds), View())
    assert np.array_equal(picture.pixels, stored)
    assert bool(picture.notes) == bool(profile)


def test_a_colour_space_without_its_profile_is_said() -> None:
    ds = phantoms.colour(8)
    ds.ColorSpace = "ADOBERGB"
    assert "ADOBERGB" in icc.conversion(ds)[1]
    ds.ColorSpace = "SRGB"
    assert icc.conversion(ds) == (None, "")


def test_a_profile_is_read_once() -> None:
    profile = swapped()
    one, other = phantoms.colour(8), phantoms.colour(8)
    one.ICCProfile, other.ICCProfile = profile, bytes(bytearray(profile))
    first, second = icc.conversion(one)[0], icc.conversion(other)[0]
    assert first and second
    assert first.transform is second.transform
