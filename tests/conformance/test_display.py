"""The display pipeline against DCMTK's: real files through both, grey level by grey level.

DCMTK 3.6.7 shows fractional rescaled values by their integer part and turns YBR with tables of integers; such files are
compared with the tolerance that this gives.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from tests import phantoms
from tui.adapters.opened import open_instance
from tui.core import pipeline
from tui.core.frames import Frame
from tui.core.overlays.bitmap import OVERLAY
from tui.core.suv import uptake
from tui.core.values import View, Voi, VoiKind, Window
from tui.core.voi import Windowing
from tui.service.settings import Limits

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
TOOLS = ("dcm2pnm", "dcmj2pnm", "dcml2pnm")
NO_OVERLAYS = View(overlays=False)


def missing(reason: str) -> None:
    """Skip, but never on the machine that decides."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def corpus(name: str) -> Path:
    path = CORPUS / name
    if not path.exists():
        missing(f"the corpus is not beside the clone: {name}")
    return path


def sample(name: str) -> Path:
    found = get_testdata_file(name, download=False)
    if not found:
        missing(f"pydicom does not ship {name}")
    return Path(str(found))


def dcmtk(path: Path, *flags: str, frame: int = 0, overlays: tuple[str, ...] = ("-O",)) -> np.ndarray:
    """The picture that DCMTK makes of a frame, by the first of its tools that can decode it."""
    if not all(map(shutil.which, TOOLS)):
        missing("DCMTK is not installed")
    for tool in TOOLS:
        done = subprocess.run(
            [tool, "-q", *overlays, "+F", str(frame + 1), *flags, str(path)], capture_output=True, check=False
        )
        if done.returncode == 0 and done.stdout:
            return np.asarray(Image.open(io.BytesIO(done.stdout)))
    raise AssertionError(f"DCMTK cannot show {path.name}")


@cache
def frame_of(path: Path, index: int = 0) -> Frame:
    return open_instance(str(path), Limits()).frame(index)


def manual(center: float, width: float) -> View:
    return View(voi=Voi(VoiKind.MANUAL, window=Window(center, width)), overlays=False)


def assert_alike(ours: np.ndarray, theirs: np.ndarray, tolerance: int = 0) -> None:
    assert ours.shape == theirs.shape
    apart = np.abs(ours.astype(int) - theirs)
    assert apart.max() <= tolerance, f"{(apart > tolerance).mean():.2%} of the pixels are up to {apart.max()} apart"


# ------------------------------------------------------------------------------------------------- windows

WINDOWS = [
    *((c, w) for c, w in [(40, 80), (50, 400), (50, 350), (400, 1800), (-600, 1500), (300, 600), (75, 215), (40, 40)]),
    (60, 150), (0, 1), (0, 2), (40.5, 256), (100, 52), (986, 120), (632, 956), (483, 996), (10.25, 33.5), (-2000, 10),
]  # fmt: skip


@pytest.fixture(scope="module")
def ramps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All values of 12 bits, in every polarity, sign and direction of the rescale."""
    folder = tmp_path_factory.mktemp("ramps")
    found = {}
    for name, photometric, signed, slope in [
        ("plain", "MONOCHROME2", False, 1), ("inverse", "MONOCHROME1", False, 1), ("signed", "MONOCHROME2", True, 1),
        ("falling", "MONOCHROME2", False, -1), ("steep", "MONOCHROME2", False, 3), ("sigmoid", "MONOCHROME2", False, 1),
        ("no slope", "MONOCHROME2", True, None),
    ]:  # fmt: skip
        values = np.arange(4096).reshape(64, 64)
        pixels = (values - 2048).astype(np.int16) if signed else values.astype(np.uint16)
        ds = phantoms.grey(pixels, phantoms.CT, photometric=photometric, stored=12)
        ds.Modality = "CT"
        if slope is not None:
            ds.RescaleSlope, ds.RescaleIntercept = slope, 0 if signed else -1024 * slope
        if name == "sigmoid":
            ds.VOILUTFunction = "SIGMOID"
        found[name] = phantoms.save(ds, folder / f"{name}.dcm")
    return found


@pytest.mark.parametrize("name", ["plain", "inverse", "signed", "falling", "steep", "no slope"])
def test_every_value_in_every_window(ramps: dict[str, Path], name: str) -> None:
    for center, width in WINDOWS:
        theirs = dcmtk(ramps[name], "+Ww", str(center), str(width))
        assert_alike(pipeline.render(frame_of(ramps[name]), manual(center, width)).pixels, theirs)


def test_sigmoid(ramps: dict[str, Path]) -> None:
    for center, width in [(40, 400), (300, 2000), (0, 10)]:
        ours = pipeline.render(frame_of(ramps["sigmoid"]), manual(center, width)).pixels
        assert_alike(ours, dcmtk(ramps["sigmoid"], "+Wfs", "+Ww", str(center), str(width)))


# name, frame, center, width
GREY = [
    ("ct-series/gantry-tilt", 0, 40, 400),
    ("ct-series/philips-head/DICOM/S21570/S2020/I1150", 0, 40, 80),
    ("mr-series/siemens-12bit", 0, 200, 400),
    ("mr-series/siemens-mosaic", 0, 300, 500),
    ("mr-series/ge-fmri-4d", 0, 500, 900),
    ("multiframe/xa-cine", 3, 120, 200),
    ("multiframe/nm", 1, 60, 100),
    ("photometric/gdcm-CR-MONO1-10-chest.dcm", 0, 500, 900),
    ("photometric/signed-raw-9bit.dcm", 0, 0, 300),
    ("photometric/test16signed.dcm", 0, 0, 20000),
    ("photometric/mlut_18.dcm", 0, 2000, 3000),
    ("photometric/emri_small_big_endian.dcm", 2, 200, 400),
    ("photometric/JPGLosslessP14SV1_1s_1f_8b.dcm", 0, 100, 150),
    ("transfer-syntaxes/nema-wg04/JLSL/CT1_JLSL", 0, 40, 400),
    ("transfer-syntaxes/nema-wg04/JPLL/CT1_JPLL", 0, 40, 400),
]


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "index", "center", "width"), GREY, ids=[case[0] for case in GREY])
def test_real_pictures_in_a_window(name: str, index: int, center: float, width: float) -> None:
    path = corpus(name)
    if path.is_dir():
        path = min(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in ("", ".dcm", ".ima"))
    ours = pipeline.render(frame_of(path, index), manual(center, width)).pixels
    assert_alike(ours, dcmtk(path, "+Ww", str(center), str(width), frame=index))


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "center", "width"),
    [("mr-series/philips-dti/0017.dcm", 219, 263), ("pt-seg/qin-headneck-pet/000003.dcm", 5260, 6312)],
)
def test_fractional_slopes(name: str, center: float, width: float) -> None:
    path = corpus(name)
    frame, theirs = frame_of(path), dcmtk(path, "+Ww", str(center), str(width))
    unit = uptake(frame.dataset).factor or 1.0  # windows of PET are in SUV
    assert_alike(pipeline.render(frame, manual(center * unit, width * unit)).pixels, theirs, tolerance=1)
    slope, intercept = float(frame.dataset.RescaleSlope), float(frame.dataset.RescaleIntercept)
    whole = np.trunc(frame.stored * slope + intercept)
    assert_alike(Windowing(Window(center, width))(whole, 0.0, 255.0).astype(np.uint8), theirs)


def test_the_windows_of_the_file() -> None:
    for name, views in [("CT_small.dcm", 0), ("MR_small.dcm", 1)]:
        path = sample(name)
        facts = pipeline.facts(frame_of(path))
        assert len(facts.stored_views) == views
        for n in range(views):
            ours = pipeline.render(frame_of(path), View(voi=Voi(VoiKind.STORED, n), overlays=False)).pixels
            assert_alike(ours, dcmtk(path, "+Wi", str(n + 1)))


def test_the_stored_range_is_what_is_shown_without_a_window() -> None:
    path = sample("CT_small.dcm")
    stored = View(voi=Voi(VoiKind.PRESET, name="stored"), overlays=False)
    assert_alike(pipeline.render(frame_of(path), stored).pixels, dcmtk(path, "-M"), tolerance=1)


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["photometric/vlut_04.dcm"])
def test_voi_luts(name: str) -> None:
    path = corpus(name)
    ours = pipeline.render(frame_of(path), NO_OVERLAYS)
    assert ours.window_label.startswith("VOI LUT")
    assert_alike(ours.pixels, dcmtk(path, "+Wl", "1"), tolerance=1)


@pytest.mark.parametrize(("bits", "in_words"), [(8, True), (8, False), (12, True), (16, True)])
@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
def test_voi_luts_of_every_depth(tmp_path: Path, bits: int, in_words: bool, photometric: str) -> None:
    ds = phantoms.grey(
        np.arange(4096, dtype=np.uint16).reshape(64, 64), phantoms.CT, photometric=photometric, stored=12
    )
    ds.RescaleSlope, ds.RescaleIntercept = 1, -1024
    curve = (np.linspace(0, 1, 1500) ** 2 * (2**bits - 1)).astype("<u2" if in_words else np.uint8)
    item = phantoms.Dataset()
    item.add_new(0x00283002, "SS", [1500, -200, bits])
    item.add_new(0x00283006, "OW", curve.tobytes())
    ds.VOILUTSequence = [item]
    path = phantoms.save(ds, tmp_path / "lut.dcm")
    assert_alike(pipeline.render(frame_of(path), View()).pixels, dcmtk(path, "+Wl", "1"), tolerance=1)


# ------------------------------------------------------------------------------------------------- overlays


@pytest.mark.corpus
def test_overlays() -> None:
    path = corpus("overlays/MR-SIEMENS-DICOM-WithOverlays.dcm")
    ours = pipeline.render(frame_of(path), View(voi=Voi(VoiKind.MANUAL, window=Window(300, 600)))).pixels
    without = pipeline.render(frame_of(path), manual(300, 600)).pixels
    assert (ours != without).any()
    assert_alike(ours, dcmtk(path, "+Ww", "300", "600", overlays=("+O", "0")))


@pytest.mark.corpus
@pytest.mark.parametrize("which", ["0", "1", "2", "3", "4"])
def test_overlays_in_bits_of_the_pixels(which: str) -> None:
    """Two planes in bits 14 and 15, two with data of their own; DCMTK draws all of them, or one."""
    path = corpus("pr-ko/overlay.dcm")
    frame = frame_of(path)
    drawn = OVERLAY.read(frame)
    chosen = drawn.layers if which == "0" else drawn.layers[int(which) - 1 : int(which)]
    ours = pipeline.render(frame, manual(300, 600)).pixels.copy()
    for layer in chosen:
        ours[layer.mask] = 255
    assert len(drawn.layers) == 4
    assert_alike(ours, dcmtk(path, "+Ww", "300", "600", overlays=("+O", which)))
    if which == "0":
        whole = pipeline.render(frame, View(voi=Voi(VoiKind.MANUAL, window=Window(300, 600)))).pixels
        assert_alike(whole, ours)


# ------------------------------------------------------------------------------------------------- colour

COLOUR = [
    ("photometric/color-px.dcm", 0),
    ("photometric/color-pl.dcm", 0),
    ("photometric/SC_rgb_16bit_2frame.dcm", 0),
    ("photometric/OT-PAL-8-face", 0),
    ("photometric/US-RGB-8-epicard", 0),
    ("photometric/SC_ybr_full_uncompressed.dcm", 2),
    ("photometric/YBR_422.dcm", 2),
    ("photometric/YBR_FULL-RLE.dcm", 2),
    ("transfer-syntaxes/colour-testpattern/PM5644-960x540_Palette_8.dcm", 0),
    ("transfer-syntaxes/colour-testpattern/PM5644-960x540_Palette_16.dcm", 0),
]


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "tolerance"), COLOUR, ids=[case[0] for case in COLOUR])
def test_colour(name: str, tolerance: int) -> None:
    path = corpus(name)
    assert_alike(pipeline.render(frame_of(path), NO_OVERLAYS).pixels, dcmtk(path), tolerance)
