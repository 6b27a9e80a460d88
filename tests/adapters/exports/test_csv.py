"""CSV of the tags."""

import csv
import io

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.adapters.exports.csv import EXPORTER
from tui.core.values import Wish


def test_rows_by_python_own_reader():
    data = EXPORTER.encode(pages_of(phantoms.report()), Wish())
    found = list(csv.DictReader(io.StringIO(data.decode())))
    assert {"keyword": "Modality", "value": "SR"}.items() <= next(
        r for r in found if r["keyword"] == "Modality"
    ).items()
    assert any(row["path"] == "0040,A730[0].0040,A160" and row["value"] == "No finding." for row in found)
