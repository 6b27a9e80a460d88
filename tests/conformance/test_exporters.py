"""What every format in ``adapters/exports`` promises."""

import io
import json

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from tests import phantoms
from tui import compose
from tui.core.frames import Frame
from tui.core.pages import Page, Pages
from tui.core.pipeline import Renderer
from tui.core.values import View, Wish
from tui.service.formats import Makes

EXPORTERS = compose.exporters()


@pytest.fixture(params=EXPORTERS.items(), ids=lambda item: item[0])
def named(request):
    return request.param


def pages_of(*datasets: FileDataset, view: View = View(), wish: Wish = Wish(rate=25)) -> Pages:
    """All frames of the data sets."""

    def make():
        renderer = Renderer()
        for ds in datasets:
            array = ds.pixel_array
            several = int(ds.get("NumberOfFrames", 1)) > 1
            for index in range(int(ds.get("NumberOfFrames", 1))):
                stored = array[index] if several else array
                yield Page(Frame(stored, str(ds.PhotometricInterpretation), ds, index), view, wish, renderer)

    return Pages(datasets[0], make)


@pytest.fixture
def sources():
    """Volumes in a row; colour is for the formats that have it."""
    slices = [phantoms.ct(z, of=3, size=48) for z in range(3)]
    one = phantoms.grey(np.zeros((1, 1), np.uint8))
    return {"grey": pages_of(*slices), "one pixel": pages_of(one), "colour": pages_of(phantoms.colour(32, frames=2))}


def fits(name: str, source: str) -> bool:
    return not (name == "nifti" and source != "grey")


def test_there_are_exporters():
    known = {"png", "png16", "jpeg", "tiff", "webp", "gif", "mp4", "npy", "npz", "nifti", "csv", "json"}
    assert known <= set(EXPORTERS)


def test_the_record_says_what_it_is(named):
    _, exporter = named
    assert exporter.suffix.startswith(".") and exporter.suffix == exporter.suffix.lower() and len(exporter.suffix) > 1
    assert exporter.about and len(exporter.about) <= 90
    assert exporter.makes in Makes and isinstance(exporter.shows, bool)


def test_every_picture_becomes_a_file(named, sources):
    name, exporter = named
    for source, pages in sources.items():
        if fits(name, source):
            data = exporter.encode(pages, Wish(rate=25))
            assert isinstance(data, bytes) and data


def test_the_same_picture_is_the_same_file(named, sources):
    """No clock, no host, no name gets into a file."""
    name, exporter = named
    wish = Wish(rate=25)
    if name == "mp4":  # x264 reads beyond the lines of a picture, so that a few bits of its choice are by chance
        data = exporter.encode(sources["grey"], wish)
        times = data.index(b"mvhd") + 8  # behind version and flags
        assert data[times : times + 8] == bytes(8)  # made and changed: never
        return
    assert exporter.encode(sources["grey"], wish) == exporter.encode(sources["grey"], wish)


def test_no_picture_names_the_patient(named):
    """Every text of the header that could is in none of the files, but for those of the tags."""
    _, exporter = named
    if exporter.makes is Makes.TAGS:
        return
    slices = [phantoms.ct(z, of=3, size=48) for z in range(3)]
    for ds in slices:
        ds.PatientName = ds.SeriesDescription = ds.StudyDescription = ds.AccessionNumber = "Zebra"
    for wish in (Wish(rate=25), Wish(rate=25, annotate=True, values="modality")):
        data = exporter.encode(pages_of(*slices, wish=wish), wish)
        unpacked = gunzip(data)
        assert b"Zebra" not in unpacked and phantoms.ROOT.encode() not in unpacked


def gunzip(data):
    import gzip
    import zipfile

    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            return b"".join(found.read(member) for member in found.namelist())
    return data


def test_the_json_is_that_of_the_standard():
    found = json.loads(EXPORTERS["json"].encode(pages_of(phantoms.ct()), Wish()))
    assert found["00080060"] == {"vr": "CS", "Value": ["CT"]}
