"""Stories: a user edits, compares, checks and writes out, from the keyboard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydicom import dcmread

from tests import phantoms
from tests.driver import Driver
from tests.ui.tagstories import jump, play
from tui.ui.commands import TAGS, TREE
from tui.ui.dialogs.batch import BatchSheet
from tui.ui.dialogs.compare import CompareSheet
from tui.ui.dialogs.findings import FindingsSheet
from tui.ui.dialogs.pager import ValuePager
from tui.ui.dialogs.rows import RowList
from tui.ui.dialogs.save import SaveSheet
from tui.ui.dialogs.sheet import SummarySheet
from tui.ui.dialogs.survey import SurveySheet
from tui.ui.panes.editline import ValueLine


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return phantoms.folder(tmp_path / "data", slices=4, size=16)


def value(d: Driver, path: str) -> str | None:
    index = d.app.tags_pane._table.find(path)
    return None if index < 0 else d.app.tags_pane._table.value(index)


async def rename(d: Driver, text: str = "^X") -> None:
    await jump(d, "PatientName")
    await d.press("enter")
    await d.paste(text)
    await d.press("enter")


def test_a_value_is_typed_in_its_place_taken_back_and_made_again(data: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "PatientName")
        await d.press("enter")
        line = d.app.screen.query_one(ValueLine)
        row = d.lines()[line.region.y]
        assert "PatientName" in row and "Phantom^Formula" in row[line.region.x :]
        await d.paste("^X")
        await d.press("enter")
        assert value(d, "0010,0010") == "Phantom^Formula^X"
        assert d.app.tags_pane.row.edited
        assert "1 not saved" in d.text()
        assert not d.app.screen.query(ValueLine)
        await d.press("u")
        assert value(d, "0010,0010") == "Phantom^Formula"
        await d.press("u")
        assert d.message == "There is no edit to take back."
        await d.press("U")
        assert value(d, "0010,0010") == "Phantom^Formula^X"

    play(data, story)


def test_a_wrong_value_is_said_as_it_is_typed_and_not_kept(data: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "StudyDate")
        await d.press("enter")
        await d.paste("9")
        assert d.message == "DA takes a date as YYYYMMDD."
        await d.press("enter")
        assert d.app.screen.query(ValueLine)
        await d.press("escape")
        assert not d.app.screen.query(ValueLine)
        assert value(d, "0008,0020") == "20260102"
        assert d.state.edits == {}
        assert d.focus() == TAGS

    play(data, story)


def test_keys_that_come_at_once_are_the_value(data: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "StudyID")
        await d.burst("enter", "q", "j", "enter")
        assert value(d, "0020,0010") == "1qj"

    play(data, story)


def test_elements_and_items_come_and_go(data: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "PatientName")
        await d.press("insert")
        await d.paste("PatientAge=034Y")
        await d.press("enter")
        assert value(d, "0010,1010") == "034Y"
        assert d.app.tags_pane.row.keyword == "PatientAge"
        await d.press("delete")
        assert value(d, "0010,1010") is None
        await d.press("u")
        await d.press("ctrl+n")
        await d.paste("ReferencedImageSequence")
        await d.press("enter")
        assert value(d, "0008,1140") == "1 item"
        await jump(d, "ReferencedImageSequence")
        await d.press("insert", "enter")
        assert value(d, "0008,1140") == "2 items"
        assert d.app.tags_pane.row.tag == "item 2"
        await d.press("insert")
        await d.paste("ReferencedSOPInstanceUID=1.2.3")
        await d.press("enter")
        assert value(d, "0008,1140[1].0008,1155") == "1.2.3"
        await d.press("insert")
        await d.paste("NoSuchKeyword=1")
        await d.press("enter")
        assert "No attribute is called NoSuchKeyword" in d.text()
        await d.press("escape")

    play(data, story)


def test_pixels_and_the_transfer_syntax_are_refused(data: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "PixelData")
        await d.press("enter")
        assert d.message.startswith("Pixels are no text")
        await jump(d, "TransferSyntaxUID")
        await d.press("delete")
        assert d.message.startswith("The transfer syntax")

    play(data, story)


def test_saving_writes_a_new_file_and_leaves_the_original(data: Path) -> None:
    async def story(d: Driver) -> None:
        ref = d.state.cursor.ref
        assert ref is not None
        before = Path(ref.path).read_bytes()
        await d.press("ctrl+s")
        assert d.message == "There is no edit to save."
        await rename(d)
        await d.press("ctrl+s")
        assert isinstance(d.app.screen, SaveSheet)
        await d.press("enter")
        new = Path(f"{ref.path}-edited")
        assert str(dcmread(new).PatientName) == "Phantom^Formula^X"
        assert Path(ref.path).read_bytes() == before
        assert d.state.edits == {}
        assert any(str(new) in toast for toast in d.toasts)
        await rename(d, "^Y")
        await d.press("ctrl+s", "shift+tab", "right", "enter")
        assert str(dcmread(ref.path).PatientName) == "Phantom^Formula^Y"
        assert Path(f"{ref.path}.bak").read_bytes() == before
        assert any(".bak" in toast for toast in d.toasts)
        assert value(d, "0010,0010") == "Phantom^Formula^Y"

    play(data, story)


def test_quitting_with_edits_asks(data: Path) -> None:
    async def story(d: Driver) -> None:
        await rename(d)
        await d.quit_asks("1 image has edits that are not saved.", stay="enter")

    play(data, story)


def test_a_value_is_examined_as_text_hex_and_base64(data: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "PatientName")
        await d.press("x")
        assert isinstance(d.app.screen, ValuePager)
        assert "Phantom^Formula" in d.text() and "16 bytes" in d.text()
        await d.press("tab")
        assert "50 68 61 6e 74 6f 6d 5e" in d.text()
        await d.press("b")
        assert "UGhhbnRvbV5Gb3JtdWxhIA==" in d.text()
        await d.press("y")
        assert d.app.clipboard == "UGhhbnRvbV5Gb3JtdWxhIA=="
        await d.press("escape")
        await jump(d, "PixelData")
        await d.press("x")
        assert f"{16 * 16 * 2} bytes" in d.text() and "00000010" in d.text()
        await d.press("escape")

    play(data, story)


def test_comparing_with_the_neighbour_goes_to_the_element(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("X")
        assert isinstance(d.app.screen, CompareSheet)
        assert "InstanceNumber" in d.text() and "PatientName" not in d.text().split("Compare")[1]
        rows = d.app.screen.query_one(RowList)
        while "InstanceNumber" not in "".join(text for text, _ in rows.runs(rows.cursor, 100)):
            await d.press("j")
        await d.press("enter")
        assert d.app.tags_pane.row.keyword == "InstanceNumber"
        await d.press("X", "slash")
        await d.paste(str(data / "report.dcm"))
        await d.press("enter")
        assert "| report.dcm" in d.text() and "Modality" in d.text()
        await d.press("escape")

    play(data, story)


def test_marked_images_stand_side_by_side(data: Path) -> None:
    async def story(d: Driver) -> None:
        d.app.panes.go(TREE)
        await d.press("home", "*", "g")
        for _ in range(30):
            if d.app.tree_pane.row is not None and d.app.tree_pane.row.leaf is not None:
                break
            await d.press("j")
        await d.press("space", "space", "space")
        assert len(d.app.tree_pane.marked) == 3
        d.app.panes.go(TAGS)
        await d.press("X")
        assert "the 3 marked" in d.text()
        line = next(line for line in d.lines() if "InstanceNumber" in line)
        assert line.split()[3:6] == ["1", "2", "3"]
        await d.press("escape")

    play(data, story)


def test_what_varies_in_the_series(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("S")
        assert isinstance(d.app.screen, SurveySheet)
        assert "4 images:" in d.text() and "InstanceNumber" in d.text()
        assert "PatientName" not in d.text().split("4 images")[1]
        await d.press("right", "right", "right")
        assert "PatientName" in d.text().split("4 images")[1]
        await d.press("enter")
        assert d.app.tags_pane.row is not None

    play(data, story)


def test_findings_lead_to_their_elements(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("!")
        assert isinstance(d.app.screen, FindingsSheet)
        assert "errors" in d.text()
        await d.press("enter")
        assert d.focus() == TAGS

    play(data, story)


def test_the_summary_and_its_copy(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("Q")
        assert isinstance(d.app.screen, SummarySheet)
        assert "(missing)" in d.text()
        await d.press("Y")
        assert json.loads(d.app.clipboard)["PatientName"] == "Phantom^Formula"
        await d.press("escape")

    play(data, story)


def test_tags_are_written_out(data: Path, tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await jump(d, "PatientName")
        await d.press("W", "enter")
        assert "PatientName" in d.app.clipboard and "PixelData" in d.app.clipboard
        await d.press("W", "right", "tab", "right", "right", "enter")
        assert json.loads(d.app.clipboard) == {"00100010": {"vr": "PN", "Value": [{"Alphabetic": "Phantom^Formula"}]}}
        await d.press("W", "right", "right", "enter")
        assert d.app.clipboard == "Phantom^Formula"
        await d.press("W", "tab", "right", "tab")
        await d.paste(str(tmp_path / "tags.csv"))
        await d.press("enter")
        assert (tmp_path / "tags.csv").read_text(encoding="utf-8").startswith("path,")

    play(data, story)


def test_many_files_are_edited_after_a_preview(data: Path, tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("b")
        assert isinstance(d.app.screen, BatchSheet)
        await d.paste("PatientID=P{n:03}; -StudyID")
        await d.press("shift+tab", "right", "tab")
        await d.press("enter")
        assert "8 changes in 4 files. Enter writes." in d.text()
        assert "PHANTOM-1 → P002" in d.text()
        assert not (data / "ct-edited").exists()
        await d.press("enter")
        written = sorted((data / "ct-edited").iterdir())
        assert [dcmread(path).PatientID for path in written] == ["P001", "P002", "P003", "P004"]
        assert "StudyID" not in dcmread(written[0])
        await d.press("b")
        await d.paste("nonsense")
        await d.press("enter")
        assert "nonsense is no edit" in d.text()
        await d.press("escape")

    play(data, story)
