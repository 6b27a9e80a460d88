"""DICOM JSON, as pydicom takes it back."""

from pydicom import Dataset

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.json import EXPORTER
from tui.core.values import Wish


def test_pydicom_reads_it_back():
    ds = phantoms.report()
    back = Dataset.from_json(EXPORTER.encode(pages_of(ds), Wish()).decode("ascii"))
    assert back == Dataset(dict(ds.items()))
