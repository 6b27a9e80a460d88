from __future__ import annotations

import io
import subprocess

import pytest
from pydicom import config
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from tests.tools import installed
from tui.core.deidentify import dummies
from tui.core.deidentify.table import table

DUMMIES = {tag: row for tag, row in table().rows.items() if "D" in row.basic}


def test_every_row_that_may_need_a_dummy_has_one() -> None:
    for tag, row in DUMMIES.items():
        if row.vr == "SQ":
            assert len(dummies.items(tag, Dataset(), lambda text: f"2.25.{len(text)}")) == 1, row.keyword
        elif row.vr != "UI" and tag not in (0x00100020, 0x00420011):
            value = dummies.value(tag, row.vr)
            assert value
            DataElement(tag, row.vr, value, validation_mode=config.RAISE)


def test_annotations_name_a_layer_that_is_there() -> None:
    layer = Dataset()
    layer.GraphicLayer = "TEETH"
    ds = Dataset()
    ds.GraphicLayerSequence = [layer]
    assert dummies.items(0x00700001, ds, str)[0].GraphicLayer == "TEETH"


@pytest.mark.parametrize(
    ("mime_type", "sop_class", "start"),
    [
        ("application/pdf", "", b"%PDF-"),
        ("", "1.2.840.10008.5.1.4.1.1.104.1", b"%PDF-"),
        ("text/xml", "", b"<?xml"),
        ("", "1.2.840.10008.5.1.4.1.1.104.4", b"#"),
        ("model/stl", "", b"\0"),
        ("video/x-unknown", "", b"\0"),
    ],
)
def test_documents_are_of_the_kind_of_the_original(mime_type: str, sop_class: str, start: bytes) -> None:
    document = dummies.document(mime_type, sop_class)
    assert document.startswith(start)
    assert len(document) % 2 == 0


def test_offsets_of_the_blank_page() -> None:
    document = dummies.document("application/pdf", "")
    start = int(document.split(b"startxref\n")[1].split(b"\n")[0])
    assert document[start : start + 4] == b"xref"
    lines = io.BytesIO(document[start:]).readlines()
    for number, line in enumerate(lines[3:6], 1):
        at = int(line[:10])
        assert document[at:].startswith(b"%d 0 obj" % number)


def test_the_blank_page_is_a_pdf_for_others() -> None:
    done = subprocess.run(
        [installed("pdfinfo"), "-"], input=dummies.document("application/pdf", ""), capture_output=True, check=True
    )
    assert b"Pages:" in done.stdout
