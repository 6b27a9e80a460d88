"""The proof catches what it must, and nothing else."""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path

import pydicom
import pytest

from tests import phantoms
from tests.core.proof import leaks
from tests.core.proof.leaks import BYTES, EDITS
from tui.core.deidentify.options import Dates, Options
from tui.core.proof.rules import Expected
from tui.core.proof.verify import Verifier

ROOT = Path(__file__).resolve().parents[3]


def verifier(options: Options = Options()) -> Verifier:
    codes = frozenset(code for code, _ in options.codes)
    return Verifier(Expected(options.columns, codes, options.longitudinal, options.keep_safe_private))


def test_a_right_copy_passes() -> None:
    data = leaks.original()
    copy, name = leaks.copied(data)
    proof = verifier().check(data, copy, name)
    assert proof.problems == ()
    assert proof.new_uid == pydicom.dcmread(io.BytesIO(copy)).SOPInstanceUID
    assert {kind for kind, _, _ in proof.pairs} == {"patient", "study", "series"}


def test_there_are_fifty_leaks() -> None:
    assert len(EDITS) + len(BYTES) >= 50


@pytest.mark.parametrize("leak", [*EDITS, *BYTES])
def test_each_leak_is_caught(leak: str) -> None:
    data = leaks.original()
    copy, name = leaks.copied(data)
    problems = verifier().check(data, leaks.leaking(copy, leak), name).problems
    assert problems
    told = " ".join(problems)
    values = (leaks.NAME, "Zwing", leaks.PATIENT_ID, leaks.ACCESSION, leaks.INSTITUTION, leaks.ROOT, leaks.DATE)
    assert not any(value in told for value in values)


@pytest.mark.parametrize("name", ["Zwinglmeier/study-A/1.dcm", "P-ABCDEFGHIJ/study-ABCDEFGH/series-ABCDEFGH/a b.dcm"])
def test_names_of_files_are_looked_at(name: str) -> None:
    data = leaks.original()
    copy, _ = leaks.copied(data)
    assert "name: the file name is not made of pseudonyms alone" in verifier().check(data, copy, name).problems


def test_text_in_a_compressed_picture_is_caught_and_a_blanked_one_passes() -> None:
    data = leaks.compressed(b"Zwinglmeier")
    copy, name = leaks.copied(data)
    assert verifier().check(data, copy, name).problems == ()
    with_text = copy.replace(b"\xff\xfe\x00\x0d" + bytes(11), b"\xff\xfe\x00\x0dZwinglmeier")
    assert with_text != copy
    assert "pixels: there is text in the compressed picture" in verifier().check(data, with_text, name).problems
    at = copy.rindex(b"\xff\xd9") - 20
    changed = copy[:at] + bytes([copy[at] ^ 1]) + copy[at + 1 :]
    assert "pixels: they are not those of the original" in verifier().check(data, changed, name).problems


EVERYTHING = Options(Dates.SHIFT, True, True, True, True, clean_content=True, clean_graphics=True)


@pytest.mark.parametrize(
    "options",
    [Options(), Options(Dates.FULL), Options(Dates.SHIFT), Options(keep_uids=True), Options(keep_device=True),
     Options(keep_institution=True), Options(keep_patient=True), Options(clean_descriptors=True), EVERYTHING],
)  # fmt: skip
def test_no_false_alarm_whatever_the_options(options: Options) -> None:
    check = verifier(options)
    objects = [
        leaks.original(),
        phantoms.data(phantoms.cine(frames=3, size=16)),
        phantoms.data(phantoms.colour(size=16)),
        phantoms.data(phantoms.report()),
    ]
    for data in objects:
        copy, name = leaks.copied(data, options)
        assert check.check(data, copy, name).problems == ()


def test_a_date_that_was_not_moved_is_caught() -> None:
    data, options = leaks.original(), Options(Dates.SHIFT)
    copy, name = leaks.copied(data, options)
    ds = pydicom.dcmread(io.BytesIO(copy))
    assert ds.StudyDate not in ("", leaks.DATE)
    ds.StudyDate = leaks.DATE
    assert "date: is not moved: (0008,0020)" in verifier(options).check(data, leaks.written(ds), name).problems


def test_two_originals_with_one_new_uid_are_caught() -> None:
    one, two = pydicom.dataset.Dataset(), pydicom.dataset.Dataset()
    for item, number in ((one, 7), (two, 8)):
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = phantoms.CT, f"{leaks.ROOT}.{number}"
    data = leaks.original(ReferencedInstanceSequence=[one, two])
    copy, name = leaks.copied(data)
    assert verifier().check(data, copy, name).problems == ()
    ds = pydicom.dcmread(io.BytesIO(copy))
    ds.ReferencedInstanceSequence[1].ReferencedSOPInstanceUID = ds.ReferencedInstanceSequence[
        0
    ].ReferencedSOPInstanceUID
    problems = verifier().check(data, leaks.written(ds), name).problems
    assert problems == ("UID: (0008,1155) is not replaced one to one",)


def test_an_original_that_cannot_be_read_fails() -> None:
    copy, name = leaks.copied(leaks.original())
    assert verifier().check(b"\x02\x00\x10\x00UI\xff\xff", copy, name).problems


def test_it_shares_no_code_with_the_writer() -> None:
    """Neither by an import that is written down, nor by one that happens."""
    for path in (ROOT / "tui/core/proof").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [m for m in modules if "deidentify" in m or m.startswith(("pydicom.filewriter", "pydicom.data"))]


def test_it_runs_without_the_writer() -> None:
    import subprocess

    data = leaks.original()
    copy, name = leaks.copied(data)
    script = (
        "import sys\n"
        "from tui.core.proof.verify import Verifier\n"
        "from tui.core.proof.rules import Expected\n"
        f"assert Verifier(Expected()).check({data!r}, {copy!r}, {name!r}).problems == ()\n"
        "print([m for m in sys.modules if m.startswith('tui.core.deidentify.')])\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_same_number_of_another_issuer_is_another_patient() -> None:
    ds = pydicom.dcmread(io.BytesIO(leaks.original()))
    ds.PatientID, ds.IssuerOfPatientID = "PHANTOM-1", "ELSEWHERE"
    data = phantoms.data(ds)
    copy, name = leaks.copied(data)
    proof = verifier().check(data, copy, name)
    assert proof.problems == ()
    assert ("patient", b"PHANTOM-1\0ELSEWHERE") in {(what, old) for what, old, _ in proof.pairs}
