"""What ``safelight convert`` makes, by the tools of others, and the tutorials' pitfalls."""

import io
import re
import subprocess
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image, ImageOps
from pydicom import dcmread
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

from tests import phantoms
from tests.tools import installed
from tui.cli import main

ROWS, COLUMNS = 21, 34  # odd and oblong: padding and orientation show


def run(*words: object) -> subprocess.CompletedProcess[str]:
    words = (installed(str(words[0])), *map(str, words[1:]))
    return subprocess.run(words, capture_output=True, text=True, check=False, errors="replace")


def grey(kind=np.uint8):
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    values = (y * 7 + x * 3) % 251
    return (values if kind is np.uint8 else values * 199 + 300).astype(kind)


def rgb(kind=np.uint8):
    colours = np.stack([grey(), grey()[::-1], 255 - grey()], -1)
    return colours if kind is np.uint8 else colours.astype(np.uint16) * 257


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def made(image, *others, kind="TIFF", **how):
    pages = [Image.fromarray(other) for other in others]
    return saved(Image.fromarray(image), kind, **({"save_all": True, "append_images": pages} if others else {}), **how)


alpha = np.dstack([rgb(), grey()])
SOURCES = {
    "grey8.png": (lambda: made(grey(), kind="PNG"), grey()),
    "grey16.png": (lambda: made(grey(np.uint16), kind="PNG"), grey(np.uint16)),
    "rgb.png": (lambda: made(rgb(), kind="PNG"), rgb()),
    "rgb16.png": (lambda: imagecodecs.png_encode(rgb(np.uint16)), rgb(np.uint16)),
    "palette.png": (lambda: saved(Image.fromarray(grey() // 64).convert("P"), "PNG"), grey() // 64),
    "alpha.png": (lambda: saved(Image.fromarray(np.dstack([rgb(), np.full_like(grey(), 255)])), "PNG"), rgb()),
    "bits.png": (lambda: saved(Image.fromarray(grey() > 99), "PNG"), (grey() > 99).astype(np.uint8) * 255),
    "a.bmp": (lambda: made(rgb(), kind="BMP"), rgb()),
    "a.webp": (lambda: made(rgb(), kind="WEBP", lossless=True), rgb()),
    "a.tif": (lambda: made(grey(np.uint16)), grey(np.uint16)),
    "pages.tif": (lambda: made(grey(), grey()[::-1], grey() // 2), np.stack([grey(), grey()[::-1], grey() // 2])),
    "moving.gif": (lambda: made(grey(), grey()[::-1], kind="GIF", duration=50), np.stack([grey(), grey()[::-1]])),
    "a.npy": (lambda: npy(grey(np.uint16)), grey(np.uint16)),
    "signed.npy": (lambda: npy(grey().astype(np.int16) - 100), grey().astype(np.uint16) - 100 + 32768),
    "volume.npy": (lambda: npy(np.stack([grey(np.uint16)] * 3)), np.stack([grey(np.uint16)] * 3)),
    "colour.npy": (lambda: npy(np.stack([rgb()] * 2)), np.stack([rgb()] * 2)),
}


def convert(*words: object) -> int:
    return main(["convert", *map(str, words)])


def source(name, folder):
    path = folder / name
    path.write_bytes(SOURCES[name][0]())
    return path


def faults(path: Path) -> list[str]:
    ended = run("dciodvfy", path)
    return [line for line in (ended.stdout + ended.stderr).splitlines() if re.match(r"(Error|Abort)", line)]


def raw(path: Path, tmp_path: Path) -> bytes:
    """Pixel data as GDCM sees them, native."""
    target = tmp_path / "gdcm.dcm"
    ended = run("gdcmconv", "--raw", path, target)
    assert ended.returncode == 0, ended.stderr
    return dcmread(target).PixelData


def dcmtk(path: Path, tmp_path: Path) -> bytes:
    """Pixel data as DCMTK sees them, native."""
    target = tmp_path / "dcmtk.dcm"
    syntax = dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID
    program = {"1.2.840.10008.1.2.5": "dcmdrle", "1.2.840.10008.1.2.4.80": "dcmdjpls"}.get(syntax, "dcmconv")
    ended = run(program, path, target)
    assert ended.returncode == 0, ended.stderr
    return dcmread(target).PixelData


@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_picture_is_valid_and_exact(name, tmp_path):
    assert convert(source(name, tmp_path), "-o", tmp_path / "out", "--patient-id", "P1") == 0
    (path,) = (tmp_path / "out").iterdir()
    expected = SOURCES[name][1]
    assert faults(path) == []
    ds = dcmread(path)
    np.testing.assert_array_equal(ds.pixel_array, expected)
    frames = len(expected) if expected.ndim == (4 if expected.shape[-1] == 3 else 3) else 1
    assert (ds.Rows, ds.Columns, int(ds.get("NumberOfFrames", 1))) == (ROWS, COLUMNS, frames)
    assert len(ds.PixelData) % 2 == 0
    native = expected.astype(expected.dtype.newbyteorder("<")).tobytes()
    for seen in (raw(path, tmp_path), dcmtk(path, tmp_path)):
        assert seen[: len(native)] == native
    picture = tmp_path / "a.pnm"
    assert run("dcm2pnm", "--write-raw-pnm", path, picture).returncode == 0
    shown = np.asarray(Image.open(picture))
    assert shown.shape[:2] == (ROWS, COLUMNS) and shown.max() > shown.min(), "neither black nor turned"


@pytest.mark.parametrize("syntax", ["rle", "jpegls", "jpeg2000", "htj2k", "implicit", "deflated"])
@pytest.mark.parametrize("name", ["grey16.png", "rgb.png", "volume.npy"])
def test_every_transfer_syntax_holds_the_same_pixels(name, syntax, tmp_path):
    assert convert(source(name, tmp_path), "-o", tmp_path / "out", "--transfer-syntax", syntax) == 0
    (path,) = (tmp_path / "out").iterdir()
    if syntax not in ("deflated", "htj2k"):  # which dciodvfy of 2022 cannot read
        assert faults(path) == []
    expected = SOURCES[name][1]
    np.testing.assert_array_equal(pixel_array(dcmread(path), raw=False), expected)
    native = expected.astype(expected.dtype.newbyteorder("<")).tobytes()
    if syntax != "htj2k":  # GDCM 3.0 does not know it
        assert raw(path, tmp_path)[: len(native)] == native
    if syntax in ("rle", "jpegls", "implicit", "deflated"):
        planar = dcmtk(path, tmp_path)[: len(native)]
        again = dcmread(tmp_path / "dcmtk.dcm")
        np.testing.assert_array_equal(again.pixel_array, expected) if again.get("PlanarConfiguration") else None
        assert again.get("PlanarConfiguration") or planar == native


# ------------------------------------------------------------------------------------------------- JPEG


def scan(data: bytes) -> bytes:
    """From the first start of scan to the end of the image."""
    return data[data.index(b"\xff\xda") : data.rindex(b"\xff\xd9") + 2]


JPEGS = {
    "baseline.jpg": (lambda: made(rgb(), kind="JPEG"), "1.2.840.10008.1.2.4.50", "YBR_FULL_422"),
    "444.jpg": (lambda: made(rgb(), kind="JPEG", subsampling=0), "1.2.840.10008.1.2.4.50", "YBR_FULL_422"),
    "grey.jpg": (lambda: made(grey(), kind="JPEG"), "1.2.840.10008.1.2.4.50", "MONOCHROME2"),
    "progressive.jpg": (lambda: made(rgb(), kind="JPEG", progressive=True), "1.2.840.10008.1.2.4.55", "YBR_FULL_422"),
    "adobe-rgb.jpg": (
        lambda: imagecodecs.jpeg8_encode(rgb(), colorspace="RGB", outcolorspace="RGB"), "1.2.840.10008.1.2.4.50", "RGB",
    ),
    "exif.jpg": (
        lambda: made(rgb(), kind="JPEG", exif=Image.Exif().tobytes() + b"Zebra", comment="Zebra"),
        "1.2.840.10008.1.2.4.50", "YBR_FULL_422",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JPEGS)
def test_a_jpeg_is_wrapped_and_not_coded_anew(name, tmp_path):
    make, syntax, photometric = JPEGS[name]
    data = make()
    (tmp_path / name).write_bytes(data)
    assert convert(tmp_path / name, "-o", tmp_path / "out") == 0
    (path,) = (tmp_path / "out").iterdir()
    assert faults(path) == []
    ds = dcmread(path)
    assert (ds.file_meta.TransferSyntaxUID, ds.PhotometricInterpretation) == (syntax, photometric)
    (frame,) = generate_frames(ds.PixelData, number_of_frames=1)
    assert scan(frame) == scan(data) and len(frame) % 2 == 0 and b"Zebra" not in path.read_bytes()
    assert (ds.LossyImageCompression, ds.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert float(ds.LossyImageCompressionRatio) == pytest.approx(
        rgb()[..., : ds.SamplesPerPixel].nbytes / len(data), 0.1
    )
    expected = np.asarray(Image.open(io.BytesIO(data))).astype(int)
    assert run("dcmj2pnm", "--write-raw-pnm", path, tmp_path / "a.pnm").returncode == 0
    assert np.abs(np.asarray(Image.open(tmp_path / "a.pnm")).reshape(expected.shape) - expected).max() <= 4
    assert main(["export", str(path), "-o", str(tmp_path / "back.png")]) == 0
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "back.png")), expected)
    seen = np.frombuffer(raw(path, tmp_path), np.uint8)[: expected.size]
    planar = dcmread(tmp_path / "gdcm.dcm")
    if planar.PhotometricInterpretation in ("RGB", "MONOCHROME2"):
        assert np.abs(seen.reshape(expected.shape) - expected).max() <= 4


def test_a_cmyk_jpeg_becomes_rgb(tmp_path):
    (tmp_path / "a.jpg").write_bytes(saved(Image.fromarray(rgb()).convert("CMYK"), "JPEG"))
    assert convert(tmp_path / "a.jpg", "-o", tmp_path / "a.dcm") == 0
    ds = dcmread(tmp_path / "a.dcm")
    assert (ds.PhotometricInterpretation, ds.LossyImageCompression) == ("RGB", "01")
    assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1" and faults(tmp_path / "a.dcm") == []


def test_a_photograph_lies_as_it_was_taken_or_stands_upright_as_asked(tmp_path, capsys):
    """The bytes of a JPEG are kept, and that it lies is said; turned, the samples are those that Pillow turns."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = made(rgb(), kind="JPEG", exif=exif)
    (tmp_path / "a.jpg").write_bytes(data)
    assert convert(tmp_path / "a.jpg", "-o", tmp_path / "kept.dcm") == 0
    assert "--upright" in capsys.readouterr().err
    kept = dcmread(tmp_path / "kept.dcm")
    assert (kept.Rows, kept.Columns) == (ROWS, COLUMNS)
    assert data[data.index(b"\xff\xda") :] in kept.PixelData
    assert convert(tmp_path / "a.jpg", "-o", tmp_path / "up.dcm", "--upright") == 0
    expected = np.asarray(ImageOps.exif_transpose(Image.open(tmp_path / "a.jpg")))
    assert expected.shape[:2] == (COLUMNS, ROWS)
    found = dcmread(tmp_path / "up.dcm")
    np.testing.assert_array_equal(found.pixel_array, expected)
    assert found.LossyImageCompression == "01" and faults(tmp_path / "up.dcm") == []
    for seen in (raw(tmp_path / "up.dcm", tmp_path), dcmtk(tmp_path / "up.dcm", tmp_path)):
        assert seen[: expected.nbytes] == expected.tobytes()


# ------------------------------------------------------------------------------------------------- series


def test_a_folder_of_100_pictures_is_one_series_in_natural_order(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(1, 101):
        image = Image.fromarray(np.full((4, 6), n, np.uint8))
        image.save(folder / (f"slice{n}.png" if n % 2 else f"Slice{n}.jpg"))
    assert convert(folder, "-o", tmp_path / "out") == 0
    found = [dcmread(path) for path in (tmp_path / "out").iterdir()]
    assert len(found) == 100
    assert len({ds.StudyInstanceUID for ds in found}) == len({ds.SeriesInstanceUID for ds in found}) == 1
    uids = {ds.SOPInstanceUID for ds in found}
    assert len(uids) == 100 and all(re.fullmatch(r"2\.25\.[1-9]\d{0,38}", uid) for uid in uids)
    for ds in found:
        assert abs(int(ds.pixel_array[0, 0]) - ds.InstanceNumber) <= 1
        assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
        assert ds.file_meta.ImplementationClassUID.startswith("2.25.")


def test_the_group_length_is_that_of_the_group(tmp_path):
    assert convert(source("grey8.png", tmp_path), "-o", tmp_path / "a.dcm") == 0
    data = (tmp_path / "a.dcm").read_bytes()
    length = int.from_bytes(data[140:144], "little")
    assert data[132:136] == b"\x02\0\0\0" and data[144 + length : 146 + length] == b"\x08\0"


def test_a_pdf_is_a_document_and_comes_back(tmp_path):
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
    (tmp_path / "report.pdf").write_bytes(pdf)
    assert convert(tmp_path / "report.pdf", "-o", tmp_path / "a.dcm", "--set", "DocumentTitle=Report") == 0
    ds = dcmread(tmp_path / "a.dcm")
    assert faults(tmp_path / "a.dcm") == []
    assert ds.SOPClassUID == "1.2.840.10008.5.1.4.1.1.104.1" and ds.Modality == "DOC"
    assert len(ds.EncapsulatedDocument) % 2 == 0 and ds.EncapsulatedDocument[: ds.EncapsulatedDocumentLength] == pdf
    assert run("dcm2pdf", tmp_path / "a.dcm", tmp_path / "b.pdf").returncode == 0
    assert (tmp_path / "b.pdf").read_bytes()[: len(pdf)] == pdf


def test_a_video_becomes_frames_at_its_rate(tmp_path):
    phantoms.save(phantoms.cine(frames=8, size=32), tmp_path / "cine.dcm")
    assert main(["export", str(tmp_path / "cine.dcm"), "-o", str(tmp_path / "cine.mp4")]) == 0
    assert convert(tmp_path / "cine.mp4", "-o", tmp_path / "a.dcm") == 0
    ds = dcmread(tmp_path / "a.dcm")
    assert faults(tmp_path / "a.dcm") == []
    assert ds.NumberOfFrames == 8 and ds.FrameTime == 40 and ds.LossyImageCompressionMethod == "ISO_14496_10"
    assert np.abs(ds.pixel_array[..., :32, :32].astype(int) - phantoms.cine(frames=8, size=32).pixel_array).mean() < 6


# ------------------------------------------------------------------------------------------------- templates


def cr():
    ds = phantoms.grey(np.zeros((8, 8), np.uint16), phantoms.UID("1.2.840.10008.5.1.4.1.1.1"), stored=12)
    ds.Modality, ds.BodyPartExamined, ds.ViewPosition = "CR", "CHEST", "PA"
    ds.PatientOrientation, ds.Manufacturer = ["L", "F"], "Phantom"
    return ds


def test_a_template_gives_its_class(tmp_path):
    phantoms.save(cr(), tmp_path / "cr.dcm")
    assert convert(source("grey16.png", tmp_path), "-o", tmp_path / "a.dcm", "--template", tmp_path / "cr.dcm") == 0
    ds = dcmread(tmp_path / "a.dcm")
    assert (ds.SOPClassUID, ds.Modality, ds.ViewPosition) == ("1.2.840.10008.5.1.4.1.1.1", "CR", "PA")
    assert ds.SOPInstanceUID != cr().SOPInstanceUID and ds.SeriesInstanceUID != cr().SeriesInstanceUID
    np.testing.assert_array_equal(ds.pixel_array, grey(np.uint16))
    assert faults(tmp_path / "a.dcm") == []


def test_slices_for_a_ct_lie_behind_each_other(tmp_path):
    template = phantoms.ct(size=32)
    template.KVP, template.AcquisitionNumber, template.PositionReferenceIndicator = 120, 1, ""
    template.Manufacturer, template.PatientPosition = "Phantom", "HFS"
    phantoms.save(template, tmp_path / "ct.dcm")
    for n in (1, 2, 10):
        (tmp_path / f"z{n}.png").write_bytes(made(grey(), kind="PNG"))
    words = [tmp_path / f"z{n}.png" for n in (10, 1, 2)]
    assert convert(*words, "-o", tmp_path / "out", "--template", tmp_path / "ct.dcm") == 0
    found = {path.stem: dcmread(path) for path in (tmp_path / "out").iterdir()}
    assert [found[f"z{n}"].ImagePositionPatient[2] for n in (1, 2, 10)] == [0, 5, 10]
    for path in (tmp_path / "out").iterdir():
        assert faults(path) == []
        assert dcmread(path).BitsAllocated == 16


def test_pictures_join_the_study_of_another_file(tmp_path):
    phantoms.save(phantoms.ct(size=16), tmp_path / "ct.dcm")
    assert convert(source("rgb.png", tmp_path), "-o", tmp_path / "a.dcm", "--like", tmp_path / "ct.dcm") == 0
    ds = dcmread(tmp_path / "a.dcm")
    assert (ds.PatientID, ds.StudyInstanceUID) == ("PHANTOM-1", phantoms.ct().StudyInstanceUID)
    assert ds.SeriesInstanceUID.startswith("2.25.") and ds.SOPClassUID == phantoms.SC


# ------------------------------------------------------------------------------------------------- DICOM to DICOM


@pytest.mark.parametrize("syntax", ["native", "rle", "jpegls", "jpeg2000", "htj2k", "implicit", "deflated"])
@pytest.mark.parametrize("make", [phantoms.ct, phantoms.cine, phantoms.colour], ids=["ct", "cine", "colour"])
def test_dicom_in_another_transfer_syntax(make, syntax, tmp_path):
    phantoms.save(make(size=24), tmp_path / "a.dcm")
    assert convert(tmp_path / "a.dcm", "-o", tmp_path / "b.dcm", "--transfer-syntax", syntax) == 0
    before, after = dcmread(tmp_path / "a.dcm"), dcmread(tmp_path / "b.dcm")
    np.testing.assert_array_equal(pixel_array(after, raw=False), before.pixel_array)
    changed = {e.keyword for e in before if e.keyword not in after or after[e.tag] != e}
    assert changed <= {"PixelData", "PhotometricInterpretation"}
    assert convert(tmp_path / "b.dcm", "-o", tmp_path / "c.dcm", "--transfer-syntax", "native") == 0
    np.testing.assert_array_equal(dcmread(tmp_path / "c.dcm").pixel_array, before.pixel_array)


def test_signed_pixels_and_lossy_sources(tmp_path):
    ds = phantoms.grey(phantoms.head(24), phantoms.CT, stored=13)
    phantoms.save(ds, tmp_path / "a.dcm")
    for syntax in ("rle", "jpegls", "jpeg2000", "htj2k"):
        assert convert(tmp_path / "a.dcm", "-o", tmp_path / f"{syntax}.dcm", "--transfer-syntax", syntax) == 0
        np.testing.assert_array_equal(dcmread(tmp_path / f"{syntax}.dcm").pixel_array, phantoms.head(24))
    (tmp_path / "x.jpg").write_bytes(made(rgb(), kind="JPEG"))
    convert(tmp_path / "x.jpg", "-o", tmp_path / "x.dcm")
    assert convert(tmp_path / "x.dcm", "-o", tmp_path / "y.dcm", "--transfer-syntax", "jpegls") == 0
    y = dcmread(tmp_path / "y.dcm")
    assert (y.PhotometricInterpretation, y.LossyImageCompression) == ("RGB", "01")
    np.testing.assert_array_equal(y.pixel_array, np.asarray(Image.open(tmp_path / "x.jpg")))
