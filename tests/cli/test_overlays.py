"""``safelight overlays``, and ``--overlay`` of ``export`` and ``show``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import overlays, phantoms
from tests.core.objects.test_segmentation import discs
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED, USAGE, main

IMAGES = [phantoms.ct(z) for z in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for z, image in enumerate(IMAGES):
        phantoms.save(image, tmp_path / "in" / f"{z}.dcm")
    masks = {1: discs(), 2: ~discs()}
    phantoms.save(overlays.seg(IMAGES, masks), tmp_path / "in" / "seg.dcm")
    contours = [("CLOSED_PLANAR", overlays.circle(40, (0, 0), 5.0))]
    phantoms.save(overlays.structures([("Ball", (255, 0, 0), contours)]), tmp_path / "in" / "contours.dcm")
    state = overlays.state(
        IMAGES[1], ImageRotation=90, ImageHorizontalFlip="N", RescaleIntercept=-1024, RescaleSlope=1,
        RescaleType="HU", SoftcopyVOILUTSequence=[overlays.item(WindowCenter=40, WindowWidth=400)],
    )  # fmt: skip
    phantoms.save(state, tmp_path / "in" / "state.dcm")
    return tmp_path / "in"


def picture(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def is_coloured(pixels: np.ndarray) -> bool:
    return pixels.ndim == 3 and bool((pixels[..., 0] != pixels[..., 2]).any())


def test_the_list_has_numbers_names_and_colours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overlays", str(folder / "1.dcm")]) == DONE
    out = capsys.readouterr().out
    assert "SEG  PHANTOM" in out
    assert "    2  #" in out and "Part 2" in out
    assert "#ff0000  Ball\n" in out
    assert "GSPS" in out
    assert main(["overlays", str(folder / "0.dcm")]) == DONE
    out = capsys.readouterr().out
    assert "Ball  (not here)" in out
    assert "GSPS" not in out


def test_the_list_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overlays", str(folder / "1.dcm"), str(folder / "contours.dcm"), "--json"]) == DONE
    found = json.loads(capsys.readouterr().out)
    assert [(one["kind"], one["parts"]) for one in found["overlays"]] == [
        ("RTSTRUCT", [{"number": 1, "name": "Ball", "colour": [255, 0, 0], "here": True}])
    ]
    assert found["planes"] == [] and found["problems"] == []


def test_what_cannot_be_read_is_said_and_nothing_is_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = overlays.seg(IMAGES, {1: discs()}, instance=9)
    del broken.PerFrameFunctionalGroupsSequence
    phantoms.save(broken, folder / "broken.dcm")
    assert main(["overlays", str(folder / "1.dcm")]) == SOME_FAILED
    assert "broken.dcm: The segmentation has no frames." in capsys.readouterr().err
    alone = phantoms.save(IMAGES[0], tmp_path / "alone" / "a.dcm")
    assert main(["overlays", str(alone)]) == NOTHING_READABLE
    assert "Nothing can be drawn" in capsys.readouterr().out
    assert main(["overlays", str(alone), "--frame", "2"]) == USAGE


def test_a_segmentation_is_burned_into_exports_where_asked(folder: Path, tmp_path: Path) -> None:
    words = ["export", str(folder / "1.dcm"), "-o"]
    assert main([*words, str(tmp_path / "plain.png")]) == DONE
    assert main([*words, str(tmp_path / "one.png"), "--overlay", f"{folder / 'seg.dcm'}@1"]) == DONE
    assert main([*words, str(tmp_path / "both.png"), "--overlay", str(folder / "seg.dcm")]) == DONE
    assert main([*words, str(tmp_path / "off.png"), "--overlay", str(folder / "seg.dcm"), "--no-overlays"]) == DONE
    plain, one, both, off = (picture(tmp_path / f"{name}.png") for name in ("plain", "one", "both", "off"))
    assert not is_coloured(plain)
    assert np.array_equal(plain, off)
    inside = discs()[1]
    assert np.array_equal(one[~inside], np.repeat(plain[..., None], 3, -1)[~inside])
    assert (one[inside, 0] != one[inside, 2]).all()
    assert not np.array_equal(one, both)


def test_opacity_goes_from_outline_to_full(folder: Path, tmp_path: Path) -> None:
    words = ["export", str(folder / "1.dcm"), "--overlay", f"{folder / 'seg.dcm'}@1", "-o"]
    assert main([*words, str(tmp_path / "full.png"), "--opacity", "100"]) == DONE
    full = picture(tmp_path / "full.png")[discs()[1]]
    assert len(np.unique(full, axis=0)) == 1
    assert main([*words, str(tmp_path / "no.png"), "--opacity", "101"]) == USAGE


def test_all_overlays_of_the_paths_are_drawn_and_are_no_pictures_themselves(folder: Path, tmp_path: Path) -> None:
    assert main(["export", str(folder), "--overlays", "-o", str(tmp_path / "out")]) == DONE
    made = sorted((tmp_path / "out").glob("*.png"))
    assert len(made) == 3
    assert all(is_coloured(picture(path)) for path in made)


def test_a_presentation_state_windows_and_turns(folder: Path, tmp_path: Path) -> None:
    words = ["export", str(folder / "1.dcm"), "-o"]
    assert main([*words, str(tmp_path / "a.png"), "--overlay", str(folder / "state.dcm")]) == DONE
    assert main([*words, str(tmp_path / "b.png"), "--window", "40,400", "--rotate", "90"]) == DONE
    assert main([*words, str(tmp_path / "c.png"), "--overlay", str(folder / "state.dcm"), "--rotate", "0"]) == DONE
    a, b, c = (picture(tmp_path / f"{name}.png") for name in "abc")
    assert np.array_equal(a, b)
    assert np.array_equal(np.rot90(c, -1), a)
    twice = ["--overlay", str(folder / "state.dcm"), "--overlay", f"{folder / '..' / 'in' / 'state.dcm'}"]
    assert main([*words, str(tmp_path / "d.png"), *twice]) == USAGE


def test_what_cannot_be_drawn_says_why(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["export", str(folder / "1.dcm"), "-o", str(tmp_path / "x.png"), "--overlay"]
    assert main([*words, str(folder / "0.dcm")]) == NOTHING_READABLE
    assert "0.dcm: Objects of this kind are not drawn over pictures." in capsys.readouterr().err
    assert main([*words, "/nowhere.dcm"]) == NOTHING_READABLE
    assert not (tmp_path / "x.png").exists()


def test_show_draws_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["show", str(folder / "1.dcm"), "--size", "40x20", "--graphics", "cells"]
    assert main(words) == DONE
    plain = capsys.readouterr().out
    assert main([*words, "--overlay", str(folder / "contours.dcm"), "--opacity", "80"]) == DONE
    drawn = capsys.readouterr().out
    assert drawn != plain
    assert main([*words, "--overlay", str(folder / "state.dcm")]) == DONE
    assert capsys.readouterr().out not in {plain, drawn}
