"""The rows of the tag table are pydicom's own iteration: of every file, in count, order, VR, multiplicity and value."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tui.adapters.instances import DicomInstances
from tui.core import tags
from tui.core.attributes import value_errors
from tui.core.printable import printable
from tui.core.tagvalues import bare_uids, from_objects
from tui.core.values import Ref, TagRow
from tui.errors import SafelightError
from tui.service.settings import Limits

HOSTILE = Path(__file__).resolve().parents[2] / ".." / "shared" / "hostile" / "make_hostile.py"
PIXELS = ("7FE0,0008", "7FE0,0009", "7FE0,0010")
BINARY = ("OB", "OW", "OD", "OF", "OL", "OV", "UN")
NUMBERS = ("DS", "IS", "FL", "FD", "OF", "OD")


def walk(level: Dataset, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Paths and elements in pydicom's order, items with None; elements that it cannot convert with their exception."""
    for tag in sorted(level.keys()):
        path = f"{prefix}{tag.group:04X},{tag.element:04X}"
        try:
            element = level[tag]
        except value_errors() as error:
            yield path, error
            continue
        yield path, element
        if element.VR == "SQ":
            for number, item in enumerate(element.value):
                yield f"{path}[{number}]", None
                yield from walk(item, f"{path}[{number}].")


def same_value(row: TagRow, element: object) -> bool:
    """Whether a row shows the value that pydicom has; numbers as numbers, names and texts as they are printed."""
    vr = str(element.VR)  # type: ignore[attr-defined]
    value = element.value  # type: ignore[attr-defined]
    if vr == "SQ" or row.value.startswith("unreadable: ") or row.value.endswith("…"):
        return True
    if vr in BINARY or isinstance(value, bytes) or row.vr in BINARY:
        return True
    shown = bare_uids(row.value) if row.vr == "UI" else row.value
    expected = bare_uids(from_objects(value, row.vr, 65536).text) if value is not None else ""
    if row.vr in NUMBERS and shown != expected:
        return [float(one or 0) for one in shown.split("\\")] == pytest.approx(
            [float(one or 0) for one in expected.split("\\")], nan_ok=True, rel=1e-6
        )
    return shown.replace(" ", "").rstrip("=^") == printable(expected).replace(" ", "").rstrip("=^")


def compare(path: Path) -> tuple[int, list[str]]:
    """How many rows were compared, and what is not the same."""
    try:
        opened = DicomInstances(Limits()).open(Ref(str(path)))
        table = tags.table(opened.dataset, left_out=opened.left_out)
        theirs = DicomInstances(Limits()).open(Ref(str(path))).dataset
    except SafelightError:
        return 0, []
    wrong: list[str] = []
    rows = {row.path: row for row in table}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = [*walk(theirs.file_meta), *walk(theirs)]
    if any(row.tag == "…" for row in table):  # deeper or longer than is shown, which a row says
        return len(table), []
    ours = [row.path for row in table if row.path not in PIXELS]
    if ours != [place for place, _ in expected]:
        return len(ours), [f"{len(ours)} rows, {len(expected)} elements and items"]
    for place, element in expected:
        row = rows[place]
        if element is None or isinstance(element, Exception):
            continue
        if not same_value(row, element):
            wrong.append(f"{place} {row.vr}")
    return len(ours), wrong


def judge(paths: list[Path]) -> None:
    counted, wrong = 0, {}
    for path in paths:
        count, found = compare(path)
        counted += count
        if found:
            wrong[str(path)] = found[:3]
    assert not wrong, wrong
    assert counted > 1000


@pytest.mark.corpus
@pytest.mark.parametrize("part", range(4))
def test_every_file_of_the_corpus(corpus: Path, part: int) -> None:
    judge(sorted(p for p in corpus.rglob("*") if p.is_file())[part::4])


@pytest.mark.corpus
def test_every_hostile_file(tmp_path: Path) -> None:
    if not HOSTILE.is_file():
        pytest.skip("the hostile files are not beside the clone")
    subprocess.run([sys.executable, str(HOSTILE), str(tmp_path)], check=True, capture_output=True)
    cases = json.loads((tmp_path / "manifest.json").read_text())["cases"]
    judge([tmp_path / case["path"] for case in cases if case["kind"] == "file"])
