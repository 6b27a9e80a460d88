from __future__ import annotations

from PIL import ImageCms

from tests import phantoms
from tests.core.deidentify.planted import deidentified
from tui.core.deidentify.icc import without_text


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_words_go_and_colours_stay() -> None:
    profile = _profile()
    at = profile.index("sRGB".encode("utf-16-be"))
    planted = profile[:at] + "ZQXW".encode("utf-16-be") + profile[at + 8 :]
    blank = without_text(planted)
    assert blank is not None
    assert len(blank) == len(profile)
    assert "ZQXW".encode("utf-16-be") not in blank
    assert blank[24:36] == bytes(12)

    import io

    read = ImageCms.ImageCmsProfile(io.BytesIO(blank)).profile
    before = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
    assert read.red_primary == before.red_primary
    assert read.media_white_point == before.media_white_point


def test_other_bytes_are_no_profile() -> None:
    profile = _profile()
    assert without_text(b"") is None
    assert without_text(b"x" * 500) is None
    assert without_text(profile[:140]) is None
    assert without_text(profile[:132] + b"\xff" * (len(profile) - 132)) is None


def test_profiles_in_an_object() -> None:
    ds = phantoms.colour()
    ds.add_new(0x00282000, "OB", _profile())
    out = deidentified(ds)[0].dataset
    assert out.ICCProfile == without_text(_profile())
    ds.add_new(0x00282000, "OB", b"my name is ..")
    assert "ICCProfile" not in deidentified(ds)[0].dataset
