"""Stories: a user edits many files at once, and files with signatures, from the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset

from tests import phantoms
from tests.driver import Driver
from tests.ui.tagstories import jump, play
from tui.ui.dialogs.batch import BatchSheet
from tui.ui.dialogs.save import SaveSheet

LINES = ("what", "edits", "table", "names", "first", "uids", "into", "folder")


async def fill(d: Driver, **words: str) -> None:
    """Open the sheet for the whole series, and fill in its lines from the keyboard."""
    await d.press("b")
    assert isinstance(d.app.screen, BatchSheet)
    await d.press("shift+tab", "right")
    for line in LINES[1:]:
        await d.press("tab")
        word = words.get(line, "")
        if line in ("uids", "into"):
            await d.press(*["right"] * bool(word))
        elif word:
            d.app.screen.query_one(f"#{line}").value = ""
            await d.paste(word)


def signed() -> FileDataset:
    ds = phantoms.ct(0, size=16)
    mac = Dataset()
    mac.MACIDNumber = 1
    mac.DataElementsSigned = [0x00080018]
    ds.MACParametersSequence = [mac]
    signature = Dataset()
    signature.MACIDNumber = 1
    signature.Signature = bytes(16)
    ds.DigitalSignaturesSequence = [signature]
    return ds


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch") / "series"
    for z in range(140):
        phantoms.save(phantoms.ct(z, of=140, size=8), folder / f"IM{z:04}.dcm")
    return folder


def test_a_series_of_140_slices_from_a_table(series: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "values.csv", tmp_path / "out"
    lines = [f"IM{z:04},{1000 + z},Name^{z}" for z in range(140)]
    table.write_text("\n".join(["file,AcquisitionNumber,PatientName", *lines]))
    before = {path.name: path.read_bytes() for path in series.iterdir()}

    async def story(d: Driver) -> None:
        await fill(d, table=str(table), folder=str(out))
        await d.press("enter")
        assert "280 changes in 140 files. Enter writes." in d.text()
        assert "Phantom^Formula → Name^0" in d.text() and not out.exists()
        await d.press("enter")
        assert any("140 files" in toast for toast in d.toasts)

    play(series, story)
    for z in range(140):
        after = dcmread(out / f"IM{z:04}.dcm")
        assert (after.AcquisitionNumber, str(after.PatientName)) == (1000 + z, f"Name^{z}")
    assert {path.name: path.read_bytes() for path in series.iterdir()} == before


def test_every_kind_of_edit_at_once(tmp_path: Path) -> None:
    data, out = phantoms.folder(tmp_path / "data", slices=4, size=16) / "ct", tmp_path / "out"
    typed = (
        r"AccessionNumber=A{study}-{n:03}; PatientID=P{patient}; InstanceNumber={number}; -StudyID;"
        r"PatientName~(\w+)\^(\w+)~\2^\1; (0029,0010)=ACME; (0029,1010):LO=x"
    )

    async def story(d: Driver) -> None:
        await fill(d, edits=typed, names=r"IM0*(?P<number>\d+)", first="7", uids="new", folder=str(out))
        await d.press("enter")
        assert "in 4 files. Enter writes." in d.text()
        await d.press("enter")

    play(data, story)
    after = [dcmread(path) for path in sorted(out.iterdir())]
    assert [ds.AccessionNumber for ds in after] == ["A7-007", "A7-008", "A7-009", "A7-010"]
    assert [ds.InstanceNumber for ds in after] == [0, 1, 2, 3]
    assert {(ds.PatientID, str(ds.PatientName), ds[0x00291010].value) for ds in after} == {
        ("P7", "Formula^Phantom", "x")
    }
    assert not any("StudyID" in ds for ds in after)
    assert len({ds.SOPInstanceUID for ds in after}) == 4 and len({ds.SeriesInstanceUID for ds in after}) == 1
    assert not {ds.SOPInstanceUID for ds in after} & {dcmread(p).SOPInstanceUID for p in data.iterdir()}


def test_the_same_files_with_backups_and_files_that_do_not_fit(tmp_path: Path) -> None:
    data = phantoms.folder(tmp_path / "data", slices=3, size=16) / "ct"
    before = (data / "IM0001").read_bytes()

    async def story(d: Driver) -> None:
        await fill(d, edits="PatientID=X{number}", names=r"IM000(?P<number>[12])$", into="same")
        assert d.app.screen.query_one("#folder").disabled
        await d.press("enter")
        assert "2 changes in 2 files, 1 cannot be edited. Enter writes the others." in d.text()
        assert "The pattern does not fit the file's name." in d.text()
        await d.press("enter")
        assert d.toasts[-1].startswith("2 files, each in its place")

    play(data, story)
    assert [dcmread(data / f"IM000{z}").PatientID for z in range(3)] == ["PHANTOM-1", "X1", "X2"]
    assert (data / "IM0001.bak").read_bytes() == before
    assert not (data / "IM0000.bak").exists()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_every_line_of_the_sheet_is_on_the_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    async def story(d: Driver) -> None:
        await fill(d, edits="PatientID=X{n}")
        await d.press("enter")
        lines = d.lines()
        for word in ("files", "edits", "table", "names", "count", "UIDs", "into", "folder", "PHANTOM-1 → X1"):
            assert any(word in line for line in lines), word

    play(phantoms.folder(tmp_path / "data", slices=3, size=16) / "ct", story, size)


def test_another_character_set_does_not_spell_the_texts_anew(tmp_path: Path) -> None:
    ds = phantoms.ct(0, size=16)
    ds.SpecificCharacterSet, ds.PatientName = "ISO_IR 100", "Müller^Jürgen"
    path = phantoms.save(ds, tmp_path / "data" / "a.dcm")

    async def story(d: Driver) -> None:
        await jump(d, "SpecificCharacterSet")
        await d.press("enter", *["backspace"] * 3)
        await d.paste("192")
        await d.press("enter")
        assert d.message == "SpecificCharacterSet is changed, not saved. Other texts keep their bytes."
        await jump(d, "PatientName")
        assert "M�ller J�rgen" in d.text()
        await d.press("u")
        assert "Müller, Jürgen" in d.text()

    play(path, story)


def test_signatures_that_an_edit_breaks_are_spoken_of_before_anything_is_written(tmp_path: Path) -> None:
    path = phantoms.save(signed(), tmp_path / "data" / "a.dcm")

    async def story(d: Driver) -> None:
        await jump(d, "PatientID")
        await d.press("enter")
        await d.paste("X")
        await d.press("enter")
        assert d.message == "PatientID is changed, not saved. Edits break the file's digital signature."
        await d.press("ctrl+s")
        assert isinstance(d.app.screen, SaveSheet)
        assert "Edits break the file's digital signature." in d.text()
        await d.press("escape", "u", "b")
        await d.paste("PatientID=Y")
        await d.press("enter")
        assert "Edits break the file's digital signature." in d.text()
        await d.press("escape")

    play(path, story)
