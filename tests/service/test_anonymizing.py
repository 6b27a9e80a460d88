"""De-identification by actions: names, journal, report, what is refused and what goes on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.values import Ref
from tui.errors import OutputError
from tui.service import actions as act
from tui.service import anonymizing
from tui.service import events as ev
from tui.service.batch import State, Summary
from tui.service.copying import Copyist
from tui.service.settings import Settings

SENTINELS = (b"Formula", b"Phantom", b"PHANTOM-1", phantoms.ROOT.encode(), b"/data/ct")


@pytest.fixture
def b() -> Bench:
    made = bench()
    made.viewer.do(act.Open(("/data",)))
    return made


def ct(*numbers: int) -> tuple[Ref, ...]:
    return tuple(Ref(f"/data/ct/{z}") for z in numbers)


def run(b: Bench, action: act.Anonymize) -> Summary:
    b.viewer.do(action)
    summary: Summary = b.last(ev.AnonymizeEnded).summary
    return summary


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.dcm"))}


def test_copies_hold_no_identity_and_agree_with_each_other(b: Bench, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = run(b, act.Anonymize(ct(0, 1, 2, 3), str(out)))
    assert summary.counts == {State.WRITTEN: 4}
    assert summary.line == "OK 4 · refused 0 · quarantined 0 · verified 4/4"
    made = files(out)
    assert len(made) == 4 and len({name.rsplit("/", 1)[0] for name in made}) == 1
    for data in made.values():
        assert not any(word in data for word in SENTINELS)
    command = b.last(ev.AnonymizeEnded).command
    assert command == f"safelight anonymize /data/ct/0 /data/ct/1 /data/ct/2 /data/ct/3 -o {out}"
    assert not (out / ".safelight").exists()
    assert b.viewer.state.writing.verb == ""


def test_the_report_says_all_and_holds_nothing_of_the_originals(b: Bench, tmp_path: Path) -> None:
    summary = run(b, act.Anonymize((*ct(0, 1), Ref("/data/report")), str(tmp_path)))
    assert summary.report == str(tmp_path / "deid-report.json")
    text = Path(summary.report).read_bytes()
    assert not any(word in text for word in SENTINELS)
    report = json.loads(text)
    assert [row["file"] for row in report["files"]] == [1, 2, 3]
    assert {row["name"] for row in report["files"]} == set(files(tmp_path))
    assert report["counts"] == {"written": 3} and report["key_fingerprint"] == summary.fingerprint
    assert report["profile"]["codes"][0]["code"] == "113100"
    assert any(warning.startswith("R05") for warning in report["files"][2]["warnings"])
    assert sum(report["actions"].values()) == sum(sum(row["actions"].values()) for row in report["files"])


def test_all_files_below_a_path_and_what_is_no_dicom_is_passed_over(b: Bench, tmp_path: Path) -> None:
    summary = run(b, act.Anonymize(paths=("/data/ct", "/data/us"), folder=str(tmp_path)))
    assert summary.counts == {State.WRITTEN: 6, State.SKIPPED: 1}
    assert summary.total == 6


def test_one_bad_file_never_stops_the_rest(b: Bench, tmp_path: Path) -> None:
    burned = phantoms.ct(2, of=4, size=32)
    burned.BurnedInAnnotation = "YES"
    b.instances.files["/data/ct/2"] = burned
    summary = run(b, act.Anonymize((*ct(0, 2), Ref("/data/gone"), *ct(3)), str(tmp_path)))
    assert summary.counts == {State.WRITTEN: 2, State.REFUSED: 1, State.FAILED: 1}
    assert [failure.source for failure in summary.failures] == ["/data/ct/2", "/data/gone"]
    assert summary.failures[0].error.startswith("R01")
    assert "/data/gone" not in Path(summary.report).read_text()


def test_a_dry_run_writes_nothing_and_counts_the_same(b: Bench, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = run(b, act.Anonymize(ct(0, 1), str(out), dry_run=True))
    assert summary.counts == {State.WOULD: 2}
    assert not out.exists() and not list(tmp_path.iterdir())
    summary = run(b, act.Anonymize(ct(0, 1), str(out), dry_run=True, report=str(tmp_path / "r.json")))
    assert len(json.loads((tmp_path / "r.json").read_text())["files"]) == 2
    assert not out.exists()


def test_the_same_again_finds_its_copies_there(b: Bench, tmp_path: Path) -> None:
    run(b, act.Anonymize(ct(0, 1), str(tmp_path)))
    before = files(tmp_path)
    summary = run(b, act.Anonymize(ct(0, 1, 2), str(tmp_path)))
    assert summary.counts == {State.ALREADY: 2, State.WRITTEN: 1}
    assert before.items() <= files(tmp_path).items() and len(files(tmp_path)) == 3
    assert (tmp_path / "deid-report-2.json").is_file()


def test_two_objects_under_one_uid_are_both_written_and_said(b: Bench, tmp_path: Path) -> None:
    other = phantoms.ct(1, of=4, size=32)
    other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = b.instances.files["/data/ct/0"].SOPInstanceUID
    b.instances.files["/data/ct/twin"] = other
    summary = run(b, act.Anonymize((*ct(0), Ref("/data/ct/twin"), *ct(0)), str(tmp_path)))
    assert summary.counts == {State.WRITTEN: 2, State.ALREADY: 1}
    assert [name for name, _ in summary.warnings if name.startswith("R14")]
    one, two = sorted(files(tmp_path))
    assert {one, two} == {one, one.removesuffix(".dcm") + "~2.dcm"} or two == one
    assert pydicom.dcmread(tmp_path / one).SOPInstanceUID == pydicom.dcmread(tmp_path / two).SOPInstanceUID


def test_a_stopped_run_goes_on_where_it_ended_with_the_same_bytes(b: Bench, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole", tmp_path / "part"
    action = act.Anonymize(ct(0, 1, 2, 3), str(whole), key="k")
    run(b, action)

    def stop(event: ev.Event) -> None:
        if isinstance(event, ev.Written) and event.done == 2:
            b.viewer.do(act.StopWriting())

    b.viewer.subscribe(stop)
    again = act.Anonymize(ct(0, 1, 2, 3), str(part), key="k")
    from tui.service import copying

    chunk, copying.CHUNK = copying.CHUNK, 1
    try:
        summary = run(b, again)
        assert summary.counts == {State.WRITTEN: 2} and "left undone 2" in summary.line
        assert (part / ".safelight" / "journal").is_file() and not list(part.glob("*.json"))
        assert not any(word in (part / ".safelight" / "journal").read_bytes() for word in SENTINELS)
        reads = len(b.instances.reads)
        summary = run(b, again)
    finally:
        copying.CHUNK = chunk
    assert summary.counts == {State.WRITTEN: 4} and summary.resumed == 2
    assert files(part) == files(whole)
    assert json.loads((part / "deid-report.json").read_text()) == json.loads((whole / "deid-report.json").read_text())
    assert not (part / ".safelight").exists()
    assert len(b.instances.reads) == reads


def tampered(monkeypatch: pytest.MonkeyPatch, change: Callable[[pydicom.FileDataset], None]) -> None:
    """Let the writer do something wrong."""
    real = Copyist.made

    def made(self: Copyist, ref: Ref, original: bytes) -> Any:
        pieces, *rest = real(self, ref, original)
        ds = pydicom.dcmread(io.BytesIO(b"".join(pieces)))
        change(ds)
        return (phantoms.data(ds),), *rest

    monkeypatch.setattr(Copyist, "made", made)


def test_an_unfinished_run_is_not_mixed_with_another(b: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tampered(monkeypatch, broken)
    assert run(b, act.Anonymize(ct(0), str(tmp_path), key="k")).stopped.startswith("The disk is full")
    summary = run(b, act.Anonymize(ct(0), str(tmp_path), key="other"))
    assert "unfinished run" in summary.stopped and not files(tmp_path)


def broken(ds: pydicom.FileDataset) -> None:
    raise OutputError("The disk is full")


def test_what_the_disk_says_ends_the_run(b: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    summary = run(b, act.Anonymize(ct(0, 1), str(tmp_path / "file" / "below")))
    assert "no folder" in summary.stopped and not summary.counts


def test_a_copy_that_does_not_pass_never_gets_its_name(
    b: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tampered(monkeypatch, lambda ds: setattr(ds, "PatientAddress", "Formula Street"))
    out = tmp_path / "out"
    summary = run(b, act.Anonymize(ct(0), str(out)))
    assert summary.counts == {State.QUARANTINED: 1} and not files(out)
    assert "put aside" in summary.failures[0].error
    (aside,) = (tmp_path / "out.quarantine").iterdir()
    assert aside.stat().st_mode & 0o077 == 0
    report = (out / "deid-report.json").read_text()
    assert "(0010,1040)" in report and "Formula" not in report


def test_a_patient_who_is_called_differently_after_an_interruption_does_not_pass(
    b: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def confused(ds: pydicom.FileDataset) -> None:
        if ds.InstanceNumber == 2:
            raise OutputError("The disk is full")
        if ds.InstanceNumber == 3:
            ds.PatientID = "P-AAAAAAAAAA"

    monkeypatch.setattr("tui.service.copying.CHUNK", 1)
    tampered(monkeypatch, confused)
    action = act.Anonymize(ct(0, 1, 2), str(tmp_path / "out"), key="k")
    assert run(b, action).counts == {State.WRITTEN: 1}
    monkeypatch.undo()
    tampered(monkeypatch, lambda ds: ds.InstanceNumber == 2 or confused(ds))
    summary = run(b, action)
    assert summary.resumed == 1 and summary.counts == {State.WRITTEN: 2, State.QUARANTINED: 1}
    assert "pairs" not in (tmp_path / "out" / "deid-report.json").read_text()


def test_a_patient_who_is_called_differently_does_not_pass(
    b: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def confused(ds: pydicom.FileDataset) -> None:
        if ds.InstanceNumber == 2:
            ds.PatientID = "P-AAAAAAAAAA"

    tampered(monkeypatch, confused)
    summary = run(b, act.Anonymize(ct(0, 1, 2), str(tmp_path / "out")))
    assert summary.counts == {State.WRITTEN: 2, State.QUARANTINED: 1}


@pytest.mark.parametrize("folder", ["/data/ct/copies", "/data/ct", "/data", "/"])
def test_copies_never_go_among_or_around_the_originals(b: Bench, folder: str) -> None:
    summary = run(b, act.Anonymize(ct(1), folder))
    assert "the originals" in summary.stopped and not summary.counts


def test_the_setting_is_the_default_folder(tmp_path: Path) -> None:
    made = bench(settings=Settings(anonymize_folder=str(tmp_path / "copies")))
    made.viewer.do(act.Open(("/data",)))
    made.viewer.do(act.Anonymize(ct(0)))
    assert len(files(tmp_path / "copies")) == 1


def test_a_member_of_an_archive_is_named_with_it() -> None:
    assert anonymizing.named(Ref("/a.zip", "x/1")) == "/a.zip/x/1"
