"""Segmentations: PS3.3 A.51, C.8.20. The judge is highdicom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import overlays, phantoms, tools
from tests.overlays import Opened, picture
from tui.adapters.instances import DicomInstances
from tui.core.frames import Frame
from tui.core.objects import Area
from tui.core.objects.segmentation import NEAREST, OVERLAY
from tui.core.target import target_of
from tui.core.values import Ref
from tui.errors import NoPictureError
from tui.service.settings import Limits

ALL = frozenset(range(100))
IMAGES = [phantoms.ct(z) for z in range(3)]


def discs(size: int = 128, count: int = 3) -> np.ndarray:
    y, x = np.mgrid[0:size, 0:size] / size
    return np.stack([(x - 0.5) ** 2 + (y - 0.4 - 0.1 * z) ** 2 < 0.04 for z in range(count)])


def covers(drawn: object) -> list[np.ndarray]:
    return [one.cover for one in drawn.drawings if isinstance(one, Area)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("by", ["both", "reference", "place"])
def test_each_frame_is_over_its_image(by: str) -> None:
    masks = discs()
    masks[1] = False  # no frame for the second image
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: masks}, by=by)))
    for z in range(3):
        target = target_of(picture(z))
        assert read.refers(target) or by == "reference"
        found = read.drawn(target, ALL)
        assert found.parts == (z != 1)
        assert read.here(target) == (frozenset() if z == 1 else {1})
        assert all(np.array_equal(cover, masks[z]) for cover in covers(found))


def test_segments_have_names_and_recommended_colours() -> None:
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: discs(), 2: ~discs()})))
    assert [(part.number, part.name) for part in read.parts] == [(1, "Part 1"), (2, "Part 2")]
    red, green, _ = read.parts[0].colour  # L* 53, a* 80, b* 67: the red of sRGB
    assert red > 200
    assert green < 60
    target = target_of(picture(1))
    assert len(covers(read.drawn(target, frozenset({2})))) == 1
    assert np.array_equal(covers(read.drawn(target, frozenset({2})))[0], ~discs()[1])


def test_a_segment_says_where_its_middle_is() -> None:
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: discs()})))
    spot = read.parts[0].spot
    assert (spot.uid, spot.frame, spot.point) == (IMAGES[1].SOPInstanceUID, -1, (-120.0, -120.0, 5.0))


def test_fractions_are_parts_of_the_maximum() -> None:
    fractions = (discs() * 100).astype(np.uint8)
    fractions[0, 0, 0] = 200
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: fractions}, kind="FRACTIONAL")))
    (cover,) = covers(read.drawn(target_of(picture(0)), ALL))
    assert cover.dtype == np.float32
    assert np.allclose(cover, fractions[0] / 200)


def test_a_label_map_has_an_area_for_each_number() -> None:
    labels = discs().astype(np.uint8) + 2 * discs()[::-1].astype(np.uint8)
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {0: labels}, kind="LABELMAP")))
    assert [part.number for part in read.parts] == [1, 2, 3]
    target = target_of(picture(0))
    assert read.here(target) >= {1, 2, 3}
    found = covers(read.drawn(target, frozenset({1, 3})))
    assert [np.array_equal(cover, labels[0] == n) for n, cover in zip((1, 3), found, strict=True)] == [True, True]


def test_another_grid_shows_the_nearest_pixel_and_says_so() -> None:
    coarse = discs(64)
    images = [phantoms.ct(z, size=64) for z in range(3)]
    read = OVERLAY.read(Opened(overlays.seg(images, {1: coarse}, by="place")))
    found = read.drawn(target_of(picture(1)), ALL)
    (cover,) = covers(found)
    assert found.notes == (NEAREST,)
    # pixel centers of both grids begin at the same place: fine pixel n lies over the coarse one next to n / 2
    at = np.floor(np.arange(128) / 2 + 0.5).astype(int)
    inside = at < 64
    assert np.array_equal(cover[np.ix_(inside, inside)], coarse[1][np.ix_(at[inside], at[inside])])


def test_a_picture_between_two_frames_shows_the_nearer_one_or_none() -> None:
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: discs()}, by="place")))
    near = target_of(picture(0, ImagePositionPatient=[-120.0, -120.0, 6.9], SOPInstanceUID="1.2.3"))
    assert np.array_equal(covers(read.drawn(near, ALL))[0], discs()[1])
    beyond = target_of(picture(0, ImagePositionPatient=[-120.0, -120.0, 13.0], SOPInstanceUID="1.2.3"))
    assert read.drawn(beyond, ALL).parts == 0
    assert read.here(beyond) == frozenset()


def test_a_picture_across_the_frames_is_put_together_of_all() -> None:
    masks = discs()
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: masks}, by="place")))
    step = 240 / 128
    coronal = picture(
        0,
        ImageOrientationPatient=[1, 0, 0, 0, 0, -1],
        ImagePositionPatient=[-120.0, -120.0 + 50 * step, 12.0],
        PixelSpacing=[1.0, step],
        SOPInstanceUID="1.2.3",
    )
    found = read.drawn(target_of(coronal), ALL)
    (cover,) = covers(found)
    for row in range(15):  # 12 mm down to -2 mm
        assert np.array_equal(cover[row], masks[min(max(round((12 - row) / 5), 0), 2)][50]), row
    assert not cover[20:].any()
    assert read.here(target_of(coronal)) == {1}


def test_another_frame_of_reference_is_not_drawn() -> None:
    read = OVERLAY.read(Opened(overlays.seg(IMAGES, {1: discs()}, by="place")))
    target = target_of(picture(1, FrameOfReferenceUID="1.2.3", SOPInstanceUID="1.2.4"))
    assert not read.refers(target)
    assert read.drawn(target, ALL).parts == 0


def test_a_reference_that_contradicts_the_place_gives_way() -> None:
    ds = overlays.seg(IMAGES, {1: discs()})
    for own in ds.PerFrameFunctionalGroupsSequence:  # each names all images, as derived from a volume
        own.DerivationImageSequence[0].SourceImageSequence = [overlays.reference(image) for image in IMAGES]
    read = OVERLAY.read(Opened(ds))
    for z in range(3):
        assert np.array_equal(covers(read.drawn(target_of(picture(z)), ALL))[0], discs()[z])


def test_frames_of_another_size_than_the_header_are_refused() -> None:
    class Odd(Opened):
        def frame(self, index: int) -> Frame:
            return replace(super().frame(index), stored=np.zeros((5, 5), np.uint8))

    read = OVERLAY.read(Odd(overlays.seg(IMAGES, {1: discs()})))
    with pytest.raises(NoPictureError, match="another size"):
        read.drawn(target_of(picture(1)), ALL)


def test_one_without_frames_says_so() -> None:
    ds = overlays.seg(IMAGES, {1: discs()})
    del ds.PerFrameFunctionalGroupsSequence
    with pytest.raises(NoPictureError, match="no frames"):
        OVERLAY.read(Opened(ds))


# ------------------------------------------------------------------------------------------------- corpus, highdicom


@pytest.mark.corpus
def test_a_real_segmentation_is_as_highdicom_reads_it(corpus: Path) -> None:
    highdicom = tools.module("highdicom")
    folder = corpus / "seg"
    images = sorted((folder / "ct-3slice").glob("*.dcm"))
    disk = DicomInstances(Limits())
    compared = 0
    for name in ("liver.dcm", "partial_overlaps.dcm"):
        judge = highdicom.seg.segread(folder / name)
        read = OVERLAY.read(disk.open(Ref(str(folder / name))))
        for image in images:
            frame = disk.open(Ref(str(image))).frame(0)
            uid = frame.dataset.SOPInstanceUID
            expected = judge.get_pixels_by_source_instance(
                [uid], ignore_spatial_locations=True, assert_missing_frames_are_empty=True
            )[0]
            for at, number in enumerate(judge.get_segment_numbers(), 0):
                found = covers(read.drawn(target_of(frame), frozenset({int(number)})))
                mask = expected[..., at] != 0
                assert len(found) == mask.any()
                assert all(np.array_equal(cover, mask) for cover in found)
                compared += len(found)
    assert compared >= 6


@pytest.mark.corpus
def test_frames_of_one_file_are_told_apart(corpus: Path) -> None:
    highdicom = tools.module("highdicom")
    folder = corpus / "seg" / "23x38x3"
    disk = DicomInstances(Limits())
    judge = highdicom.seg.segread(folder / "seg" / "label.seg")
    read = OVERLAY.read(disk.open(Ref(str(folder / "seg" / "label.seg"))))
    opened = disk.open(Ref(str(folder / "multiframe" / "mf.dcm")))
    stored = judge.pixel_array
    for index in range(opened.frames):
        (cover,) = covers(read.drawn(target_of(opened.frame(index)), ALL))
        position = opened.dataset.PerFrameFunctionalGroupsSequence[index].PlanePositionSequence[0].ImagePositionPatient
        at = next(
            n
            for n, own in enumerate(judge.PerFrameFunctionalGroupsSequence)
            if np.allclose(own.PlanePositionSequence[0].ImagePositionPatient, position)
        )
        assert np.array_equal(cover, stored[at] != 0)


@pytest.mark.corpus
def test_every_segmentation_of_the_corpus_is_read(corpus: Path) -> None:
    disk = DicomInstances(Limits())
    for path in sorted(corpus.glob("seg/*.dcm")):
        read = OVERLAY.read(disk.open(Ref(str(path))))
        assert read.parts, path.name
        assert all(part.name for part in read.parts)


@pytest.mark.parametrize("keyword", ["FrameOfReferenceUID", "SegmentSequence", "SharedFunctionalGroupsSequence"])
def test_what_lacks_something_raises_nothing(keyword: str) -> None:
    ds = overlays.seg(IMAGES, {1: discs()})
    del ds[keyword]
    read = OVERLAY.read(Opened(ds))
    assert read.drawn(target_of(picture(0)), ALL).parts <= 1
    assert read.parts
