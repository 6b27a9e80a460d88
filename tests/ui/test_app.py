"""Stories: a user at the keyboard, from the first screen to quitting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from textual.widgets import Input

from tests import phantoms
from tests.driver import Driver, drive
from tui.service.actions import Open
from tui.service.events import Notice
from tui.service.reduce import current_instance
from tui.service.settings import Settings
from tui.service.values import SeriesKey, VoiKind, Window
from tui.ui import guard
from tui.ui.commands import IMAGE, PANES, TAGS, TREE
from tui.ui.dialogs.anonymize import AnonymizeSheet
from tui.ui.dialogs.help import HelpKeys

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phantoms.folder(tmp_path_factory.mktemp("story") / "data", slices=4, size=32)


def play(
    folder: Path | list[Path],
    story: Callable[[Driver], Awaitable[None]],
    size: tuple[int, int] = (120, 40),
    settings: Settings | None = None,
    **options: Any,
) -> None:
    async def run() -> None:
        async with drive(folder if isinstance(folder, list) else [folder], size, settings, **options) as d:
            await story(d)

    asyncio.run(run())


def series(d: Driver) -> list[SeriesKey]:
    return [s.key for p in d.state.library.patients for study in p.studies for s in study.series]


async def to_series(d: Driver, number: int) -> None:
    """Go to a series by number, with the image pane in focus."""
    d.app.panes.go(IMAGE)
    await d.idle()
    for _ in range(9):
        await d.press("less_than_sign")
    for _ in range(number - 1):
        await d.press("greater_than_sign")
    assert series(d).index(d.state.cursor.series) == number - 1  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------- looking


def test_the_tree_fills_and_a_picture_stands_there(data: Path) -> None:
    async def story(d: Driver) -> None:
        assert d.state.scan.complete
        assert d.state.scan.dicom == 7
        assert "Head 5 mm" in d.text()
        assert "4 series, 7 DICOM files, 2 skipped" in d.text()
        await to_series(d, 1)
        assert d.state.shown is not None
        assert d.state.shown.picture is not None
        assert "image 1/4" in d.text()
        assert "SOPClassUID" in d.text()

    play(data, story)


def test_the_tree_chooses_by_its_cursor_and_enter_goes_to_the_image(data: Path) -> None:
    async def story(d: Driver) -> None:
        assert d.focus() == TREE
        await d.press("g", "j", "j", "l", "j", "j")
        assert d.state.cursor.series == series(d)[0]
        assert d.state.cursor.ref is not None
        assert d.state.cursor.ref.path.endswith("IM0001")
        await d.press("enter")
        assert d.focus() == IMAGE

    play(data, story)


def test_images_frames_and_series(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("j", "down", "n")
        assert "image 4/4" in d.text()
        await d.press("j")
        assert d.message == "This is the last image of the series."
        await d.press("G", "g", "k")
        assert d.message == "This is the first image of the series."
        await d.press("l")
        assert d.message == "This image has one frame."
        await d.press("》", "》")  # the key of a Chinese input method
        assert d.state.cursor.series == series(d)[2]
        await d.press("l", ".", "。", "right")
        assert d.state.cursor.frame == 4
        await d.press("h", ",", "，")
        assert d.state.cursor.frame == 1
        assert d.message == ""

    play(data, story)


def test_window_keys_change_the_window(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        assert d.state.shown is not None
        await d.press("]")
        first = d.state.view.voi.window
        assert first == Window(44, 80)
        await d.press("[", "[", "}", "7")
        assert d.state.view.voi.name == "lung"
        await d.press("0")
        assert d.state.view.voi.kind is VoiKind.AUTO
        await d.press("2")
        assert d.state.view.voi.kind is VoiKind.STORED
        await d.press("v", "i")
        assert d.state.view.voi.index == 0
        assert d.state.view.invert
        await d.press("w", *"50", "space", *"350", "enter")
        assert d.state.view.voi.window == Window(50, 350)
        assert "C 50 W 350 HU" in d.text()
        await d.press("backspace")
        assert not d.state.view.invert

    play(data, story)


def test_a_wrong_window_stays_to_be_corrected(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("w", *"40", "enter")
        assert "This is no window." in d.text()
        before = d.state.view
        await d.press("escape")
        assert d.state.view == before
        assert d.focus() == IMAGE

    play(data, story)


def test_zoom_pan_turn_and_corner_text(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("+", "=", "J")
        assert d.state.view.zoom > 1.5
        assert d.state.view.center_y > 0.5
        await d.press("r", "x")
        assert (d.state.view.rotation, d.state.view.flip) == (1, True)
        await d.press("z")
        assert d.state.view.zoom == 1
        await d.press("z")
        assert d.state.view.one_to_one
        assert "1:1 · 100 %" in d.text()
        await d.press("t")
        assert not d.state.corners
        assert "1:1 · 100 %" not in d.text()

    play(data, story)


def test_cine_goes_by_the_clock_and_skips(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 3)
        await d.press("space")
        assert d.state.cine.playing
        assert "cine 25/s" in d.text()
        await d.advance(0.04)
        assert d.state.cursor.frame == 1
        await d.advance(0.4)
        assert d.state.cursor.frame == 11
        await d.advance(0.4)
        assert d.state.cursor.frame == 1  # around the end
        await d.press("c")
        await d.advance(1.0)
        assert d.state.cursor.frame == 1

    play(data, story)


def test_a_key_that_cannot_work_says_why_in_the_status_line_and_not_in_toasts(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 4)  # the report
        for key in ("i", "[", "w", "c", "s", "N"):
            await d.press(key)
            assert d.message, key
        assert "One picture cannot play." not in d.message
        assert d.toasts == []
        await to_series(d, 2)
        await d.press("]")
        assert d.message == "A colour picture has no window."
        await d.press("l")
        assert d.message == ""

    play(data, story)


def test_nothing_open_is_no_reason_to_fail(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        for key in ("e", "a", "j", "enter", "space", "y", "Y", "w", "F", "escape", "T", "*", "n", "tab", "e", "/", "x"):
            await d.press(key)
        await d.press("escape", "f", "f", "ctrl+r", "?", "escape")
        assert d.state.cursor.ref is None

    play(tmp_path, story)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        tree = " ".join(line.split("│")[1].strip() for line in d.text().splitlines() if line.startswith("│"))
        assert "no such file or folder." in tree  # wherever its lines end
        assert "There is no image to show." in d.text()

    play(tmp_path / "gone", story)


def test_an_object_without_pixels_says_what_it_is(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 4)
        assert "This is a structured report, and has no pixels. What it holds" in d.text()

    play(data, story)


def test_the_tags_begin_at_the_data_set_with_the_file_meta_information_above(data: Path) -> None:
    async def story(d: Driver) -> None:
        assert d.app.tags_pane.row is not None
        assert d.app.tags_pane.row.keyword == "ImageType"
        assert "(0002,0001)" in d.text()
        await to_series(d, 3)  # has no Image Type
        assert d.app.tags_pane.row.keyword == "SOPClassUID"
        await to_series(d, 1)
        assert d.app.tags_pane.row.keyword == "ImageType"

    play(data, story, (120, 40))


def test_the_place_in_the_tags_outlives_a_file_without_it(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        d.app.tags_pane.focus()
        await d.press("G", "k", "k")
        chosen = d.app.tags_pane.row
        assert chosen is not None
        await d.press("greater_than_sign", "greater_than_sign")
        assert d.app.tags_pane.row != chosen
        await d.press("less_than_sign", "less_than_sign")
        assert d.app.tags_pane.row is not None
        assert d.app.tags_pane.row.path == chosen.path

    play(data, story, (120, 40))


# ---------------------------------------------------------------------------------------------- tags and filters


def test_tags_filter_as_one_types_and_the_filter_can_be_left(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("/")
        assert isinstance(d.app.focused, Input)
        before = d.app.panes.region
        await d.type("patient !birth")
        assert d.state.tag_query == "patient !birth"
        assert "PatientName" in d.text()
        assert "PatientBirthDate" not in d.text()
        assert "Modality " not in d.text()
        assert d.app.panes.region == before  # nothing jumps
        await d.press("enter")
        assert d.focus() == TAGS
        row = d.app.tags_pane.row
        await d.press("n")
        assert d.app.tags_pane.row != row
        await d.press("escape")
        assert d.state.tag_query == ""
        await d.press("n")
        assert "no filter" in d.message

    play(data, story)


@pytest.mark.parametrize("size", SIZES)
def test_keys_that_come_at_once_go_where_they_were_meant(data: Path, size: tuple[int, int]) -> None:
    async def story(d: Driver) -> None:
        view = d.state.view
        await d.burst("tab", "tab", "/", *"uid", "enter", "end")
        assert d.state.tag_query == "uid"
        assert d.focus() == TAGS
        assert d.app.tags_pane.cursor > 5
        await d.burst("/", *"xe", "escape", "tab", "tab")
        assert d.state.tag_query == ""
        assert d.focus() == IMAGE
        assert d.state.view == view
        await d.burst("w", *"50", "space", *"350", "enter")
        assert d.state.view.voi.window == Window(50, 350)
        await d.burst(":", *"black")
        assert len(d.app.screen_stack) == 2
        await d.press("escape")
        assert d.toasts == []

    play(data, story, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_filter_that_is_opened_again_at_once_keeps_the_keys(data: Path, size: tuple[int, int]) -> None:
    async def story(d: Driver) -> None:
        await d.burst("/", "x", "escape", "j", "/", *"IM", "T")
        assert d.app.filter_line.display
        assert d.app.filter_line.words(TREE) == "IMT"
        assert len(d.app.screen_stack) == 1 and not d.app.tree_pane.by_folder
        await d.burst("enter", "j", "/", "backspace", "escape", "T")
        assert not d.app.filter_line.display and d.focus() == TREE
        assert d.app.tree_pane.by_folder

    play(data, story, size)


def test_letters_in_a_filter_are_no_commands(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("tab", "tab", "/")
        await d.type("qei[]?:/0")
        assert d.state.tag_query == "qei[]?:/0"
        assert not d.app._exit
        await d.press("tab")
        assert d.focus() == TREE

    play(data, story)


def test_the_tree_filters_too(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("/")
        await d.type("disc")
        assert "Disc" in d.text()
        assert "Head 5 mm" not in "\n".join(line[:38] for line in d.lines())
        await d.press("escape")
        assert "Head 5 mm" in d.text()

    play(data, story)


def test_y_copies_the_value(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("/")
        await d.type("modality")
        await d.press("enter", "n", "y")
        assert d.app.clipboard == "CT"
        assert "clipboard" in d.message
        await d.press("Y")
        assert '"0008,0060"' in d.app.clipboard or "Modality" in d.app.clipboard

    play(data, story)


# ---------------------------------------------------------------------------------------------- writing


def test_export_tells_the_path_and_the_same_command(data: Path, tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("i", "e")
        written = list(tmp_path.glob("*.png"))
        assert len(written) == 1
        (toast,) = d.toasts
        assert str(written[0]) in toast
        assert "safelight export" in toast
        assert "--invert" in toast

    play(data, story, settings=Settings(export_folder=str(tmp_path)))


def test_anonymize_shows_what_goes_and_writes_copies(data: Path, tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("a")
        assert isinstance(d.app.screen, AnonymizeSheet)
        assert "1 file, 1 patient, 1 can be copied" in d.text()
        assert str(tmp_path)[:20] in d.text()
        await d.press("d")
        assert "PatientName" in d.text() and "Phantom^Formula" in d.text()
        await d.press("escape")
        assert not list(tmp_path.rglob("*.dcm"))
        await d.press("right", "enter")
        copies = [path for path in tmp_path.rglob("*.dcm") if path.is_file()]
        assert len(copies) == 4 and (tmp_path / "deid-report.json").is_file()
        assert all(dcmread(copy).PatientName != "Phantom^Formula" for copy in copies)
        (toast,) = d.toasts
        assert "4 copies" in toast
        assert "safelight anonymize" in toast

    play(data, story, settings=Settings(anonymize_folder=str(tmp_path)))


def test_marked_images_are_anonymized_together(data: Path, tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("A")
        assert d.message == "Nothing is marked: space marks in the tree."
        await d.press("g", "j", "j", "space", "space")  # the first two series
        assert "marked 5" in d.text()
        assert d.text().count("* ") >= 2
        await d.press("k", "space")
        assert "marked 4" in d.text()
        await d.press("tab", "A")
        assert isinstance(d.app.screen, AnonymizeSheet)
        assert "marked (4)" in d.text() or "series (4)" in d.text()
        await d.press("enter")
        assert "4 copies" in d.toasts[0]
        await d.press("shift+tab", "escape")
        assert "marked" not in d.lines()[-3]
        await d.press("A")
        assert d.message.startswith("Nothing is marked")

    play(data, story, settings=Settings(anonymize_folder=str(tmp_path)))


def test_marks_go_with_the_layout_and_stay_on_what_a_rescan_finds_again(tmp_path: Path) -> None:
    data = phantoms.folder(tmp_path / "data", slices=4, size=32)

    async def story(d: Driver) -> None:
        await d.press("g", "j", "j", "space", "T", "*")
        assert "marked 4" in d.text()
        assert sum(line.split()[0:1] != [] and "* " in line[:8] for line in d.lines()) >= 4
        await d.press("ctrl+r")
        assert "marked 4" in d.text()
        Path(d.app.tree_pane.marked[0].path).unlink()
        await d.press("ctrl+r")
        assert "marked 3" in d.text()

    play(data, story)


def test_escape_leaves_the_sheet_without_writing(data: Path, tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("a", "escape")
        assert d.focus() == TREE
        assert not list(tmp_path.rglob("*"))

    play(data, story, settings=Settings(anonymize_folder=str(tmp_path)))


def test_quitting_while_something_is_written_asks(data: Path) -> None:
    async def story(d: Driver) -> None:
        viewer = d.app.viewer
        viewer.state = replace(viewer.state, writing=replace(viewer.state.writing, verb="export", done=3, total=10))
        await d.quit_asks("3 of 10", stay="n")

    play(data, story)


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_quit(data: Path, key: str) -> None:
    async def story(d: Driver) -> None:
        await d.press(key)
        assert d.app._exit
        assert d.app.return_code in (None, 0)

    play(data, story)


# ---------------------------------------------------------------------------------------------- the screen


@pytest.mark.parametrize("size", SIZES)
def test_every_pane_that_is_shown_has_room_and_focus_is_seen(data: Path, size: tuple[int, int]) -> None:
    async def story(d: Driver) -> None:
        for _ in PANES:
            panes = {name: d.app.query_one(f"#{name}") for name in PANES}
            shown = {name: pane for name, pane in panes.items() if pane.display and pane.region.area}
            assert len(shown) == (2 if size[0] < 100 else 3)
            assert all(pane.size.width >= 20 and pane.size.height >= 10 for pane in shown.values())
            assert sum(pane.region.area for pane in shown.values()) == size[0] * (size[1] - 2)
            borders = {name: pane.styles.border_top[1].hex for name, pane in shown.items()}
            assert len({colour for name, colour in borders.items() if name != d.focus()}) == 1
            assert list(borders.values()).count(borders[d.focus()]) == 1
            assert d.app.focused is not None
            assert d.app.focused.region.area
            await d.press("tab")
        assert d.focus() == TREE

    play(data, story, size)


def test_a_narrow_screen_shows_the_image_or_the_tags(data: Path) -> None:
    async def story(d: Driver) -> None:
        assert d.app.image_pane.region.area
        await d.press("tab", "tab")
        assert d.focus() == TAGS
        assert not d.app.image_pane.display
        assert d.state.viewport.width == 0
        await d.press("tab")
        assert d.focus() == TREE
        assert d.app.tags_pane.region.area
        await d.press("tab")
        assert d.state.viewport.width > 0

    play(data, story, (80, 24))


def test_a_pane_alone_and_back(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        before = d.state.viewport
        await d.press("f")
        assert d.app.image_pane.region.size == (120, 38)
        assert d.state.viewport.width > before.width
        await d.press("tab")
        assert d.app.tags_pane.region.size == (120, 38)
        await d.press("escape")
        assert d.app.tree_pane.region.area
        await d.press("shift+tab")
        assert d.state.viewport == before

    play(data, story)


def test_help_lists_the_keys_of_the_pane_and_its_rebinding(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("tab", "?")
        assert isinstance(d.app.screen, HelpKeys)
        assert "Next image of the series." in d.text()
        await d.press("q")
        assert not d.app._exit
        await d.press("tab", "f1")
        assert "Private elements on and off." in d.text()

    play(data, story)


def test_the_palette_runs_commands_and_holds_none_of_textuals(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press(":")
        await d.type("black")
        await d.pilot.pause()
        await d.press("enter")
        assert d.state.view.invert
        await d.press("ctrl+p")
        await d.type("screenshot")
        assert "Save" not in d.text()
        await d.press("escape")

    play(data, story)


def test_keys_of_the_settings(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        await d.press("ctrl+g")
        assert d.state.view.invert
        await d.press("i")
        assert d.state.view.invert
        assert d.toasts == ["The settings give keys to no.such, which is no command."]

    play(data, story, settings=Settings(keys={"window.invert": "ctrl+g", "no.such": "x"}))


def test_resizing_to_nothing_and_back(data: Path) -> None:
    async def story(d: Driver) -> None:
        await to_series(d, 1)
        for size in ((1, 1), (5, 3), (40, 10), (300, 90), (20, 60), (120, 40)):
            await d.resize(*size)
        assert "image 1/4" in d.text()

    play(data, story)


def test_notices_and_markup_in_them_are_text(data: Path) -> None:
    async def story(d: Driver) -> None:
        d.app.deliver(Notice("[/b] [@click=app.quit]here[/]", "warning"))
        await d.idle()
        assert "! [/b] [@click=app.quit]here[/]" in d.text()

    play(data, story)


def test_with_real_lanes(data: Path) -> None:
    async def story(d: Driver) -> None:
        assert d.state.scan.complete
        await to_series(d, 1)
        await d.press(*"jjj", "]", "]")
        assert d.state.shown is not None
        assert d.state.shown.serial == d.state.asked
        assert d.state.shown.picture is not None

    play(data, story, lanes=True)


def test_images_are_stepped_through_while_the_corpus_is_scanned(corpus: Path) -> None:
    async def story() -> None:
        async with drive([], lanes=True, settings=Settings(catalogue=False)) as d:
            d.app.do(Open((str(corpus),)))
            steps, seen = 0, set()
            while d.state.scan.running or steps < 8:
                for key in ("tab", ">", "j", "j", "k", "shift+tab"):
                    d._send(key)
                await d.pilot.pause()
                steps += 1
                if d.state.shown is not None:
                    seen.add(d.state.shown.ref)
            await d.idle()
            scan = d.state.scan  # plain values alone, as a failed assertion prints what it compares
            complete, dicom, skipped, listed = scan.complete, scan.dicom, scan.skipped, len(d.state.library.skipped)
            assert complete and dicom > 100 and skipped == listed > 10
            assert len(seen) > 1
            serial, asked = d.state.shown.serial if d.state.shown else 0, d.state.asked
            assert serial == asked

    asyncio.run(story())


def test_the_tree_is_sorted_by_a_key_and_the_title_says_how(data: Path) -> None:
    async def story(d: Driver) -> None:
        usual = [series.key for patient in d.state.library.patients for series in patient.studies[0].series]
        at = d.state.cursor
        for order in ("date", "modality", "size"):
            await d.press("O")
            assert f"Patients by {order}" in d.text()
        assert [series.size for series in d.state.library.patients[0].studies[0].series] == sorted(
            (series.size for series in d.state.library.patients[0].studies[0].series), reverse=True
        )
        await d.press("T")
        assert "Folders by size" in d.text()
        await d.press("T", "O")
        assert [s.key for p in d.state.library.patients for s in p.studies[0].series] == usual
        assert d.state.cursor == at

    play(data, story)


# ---------------------------------------------------------------------------------------------- safety


def test_no_control_byte_of_a_file_is_painted(tmp_path: Path) -> None:
    hostile = "\x1b]0;STOLEN\x07\x9b31m\u202eevil\u200b[@click=app.quit]x[/] [/b]"
    ds = phantoms.ct(0, size=32)
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = ds.SeriesDescription = ds.StudyDescription = hostile
    phantoms.save(ds, tmp_path / "\x1b]0;STOLEN\x07[b]\u202e.dcm")
    (tmp_path / "\x1b]0;STOLEN\x07.txt").write_text("x")

    async def story(d: Driver) -> None:
        for key in ("tab", "tab", "T", "F", "escape", "a", "escape", "?", "escape", "e"):
            await d.press(key)
            for line in d.lines():
                assert line.isprintable(), key
                assert "\u202e" not in line
        assert "STOLEN" in d.text()

    play(tmp_path, story, settings=Settings(export_folder=str(tmp_path / "out")))


def test_a_crash_shows_no_local_variable_and_ends_with_its_own_code(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "Doe^Jane"

    async def story(d: Driver) -> None:
        def fail(event: object) -> None:
            name = secret
            raise RuntimeError(f"about {name}")

        d.app.viewer.subscribe(fail)
        await d.press("tab", "t")
        assert d.app._exception is not None
        assert d.app.return_code == guard.CRASHED

    with pytest.raises(guard.CrashError) as caught:
        play(data, story)
    assert secret not in str(caught.value)
    printed = capsys.readouterr()
    assert "Safelight failed: RuntimeError at" in printed.err
    assert secret not in printed.err + printed.out


def test_a_failing_lane_ends_the_program_visibly(data: Path) -> None:
    async def story(d: Driver) -> None:
        d.app.crashed(MemoryError("Doe^Jane"))
        await d.idle()
        assert d.app.return_code == guard.CRASHED

    with pytest.raises(guard.CrashError, match="MemoryError"):
        play(data, story)


def stacked(root: Path) -> Path:
    """One series of two echoes, a slice missing in the second."""
    for echo, slices in ((1, (0, 1, 2, 3)), (2, (0, 1, 3, 4))):
        for at, z in enumerate(slices):
            ds = phantoms.ct(z, size=16, instance=10 * echo + at)
            ds.EchoTime, ds.InstanceNumber = str(10 * echo), str(10 * echo + at)
            ds.AcquisitionNumber = "1"
            phantoms.save(ds, root / f"E{echo}{z}")
    return root


def test_a_series_of_two_echoes_is_two_stacks_with_what_is_wrong(tmp_path: Path) -> None:
    async def story(d: Driver) -> None:
        (series,) = d.state.library.patients[0].studies[0].series
        assert series.notes == ("TE 20 ms: 1 slice missing: 5 mm from one to the next, but up to 10 mm",)
        assert "! TE 20" in d.text()
        await d.press("shift+tab") if d.focus() != "tree" else None
        await d.press("g", "*")
        assert sum("TE 10 ms" in line or "TE 20 ms" in line for line in d.lines()) >= 2
        await d.press("slash", *"missing", "enter")
        assert "/ missing: 1" in d.text()
        await d.press("escape", "G")
        assert d.state.cursor.ref is not None and d.state.cursor.ref.path.endswith("E24")

    play(stacked(tmp_path), story, size=(160, 40))


def test_conditions_choose_series_and_the_picture_follows(data: Path) -> None:
    async def story(d: Driver) -> None:
        await d.press("slash", *"Modality=US", "enter")
        assert "CT" not in [line[2:14].strip()[:2] for line in d.lines()[1:10]]
        series = library_of_modality(d)
        assert series == "US"
        await d.press("escape", "slash", *"Modality=XX", "enter")
        assert "Nothing here matches." in d.text()

    play(data, story)


def library_of_modality(d: Driver) -> str:
    """Modality of the picture on the screen."""
    instance = current_instance(d.state)
    return instance.modality if instance else ""


def test_jumps_from_study_to_study(tmp_path: Path) -> None:
    for study in (1, 2, 3):
        for z in range(2):
            phantoms.save(phantoms.ct(z, size=16, study=study), tmp_path / f"{study}{z}")

    async def story(d: Driver) -> None:
        await d.press("g", "*", "g")
        rows = [d.app.tree_pane.cursor]
        for key in ("J", "J", "J", "J", "K"):
            await d.press(key)
            rows.append(d.app.tree_pane.cursor)
        assert rows == [0, 1, 5, 9, 9, 5]

    play(tmp_path, story)


def test_boxes_are_laid_over_a_picture_and_hold_in_the_next_run(tmp_path: Path) -> None:
    ds = phantoms.colour(size=64)
    ds.BurnedInAnnotation, ds.Manufacturer, ds.ManufacturerModelName = "YES", "ACME", "Echo 7"
    phantoms.save(ds, tmp_path / "us" / "a.dcm")

    async def story(d: Driver) -> None:
        await d.press("a")
        assert "R01 1" in d.text()
        await d.press("p", "enter")
        assert d.focus() == IMAGE and d.state.view.boxes is not None
        await d.press(*["k"] * 40, *["h"] * 40, *["L"] * 60)
        assert d.state.view.boxes.boxes[0][:3] == (0, 0, 64)
        await d.press("enter")
        assert "ACME Echo 7 64 x 64 has 1 box" in d.message and d.state.view.boxes is None
        await d.press("a")
        assert "1 can be copied" in d.text() and "R01" not in d.text()
        await d.press("enter")
        (copy,) = (tmp_path / "out").rglob("*.dcm")
        rows = dcmread(copy).pixel_array
        assert not rows[:4].any() and (rows[8:] == ds.pixel_array[8:]).all()

    play(tmp_path / "us", story, settings=Settings(anonymize_folder=str(tmp_path / "out")))
