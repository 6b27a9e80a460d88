"""The two lines at the bottom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from tui.service.settings import Settings
from tui.service.state import Cine, Cursor, Scan, Shown, State, Writing
from tui.service.values import Caption, Facts, Library, Ref, Viewport, Window
from tui.ui.commands import IMAGE, TREE
from tui.ui.keymap import Keymap
from tui.ui.panes.status import KeyHints, StatusLine, counts_text, facts_texts, window_text

REF = Ref("/data/a")
PICTURE = Caption(2, 2, Window(40, 400), "brain", "HU", notes=("padding is ignored",))
SHOWN = State(
    cursor=Cursor(None, REF, 2),
    scan=Scan(1, ("/data",), True, False, 1234, 2),
    shown=Shown(1, REF, 2, PICTURE, Facts("CT", frames=20, rate=25.0)),
    viewport=Viewport(100, 100),
)


def test_window_text() -> None:
    assert window_text(Window(40, 400), "brain", "HU") == "C 40 W 400 HU brain"
    assert window_text(Window(0.123456789, 2.5), "", "") == "C 0.12346 W 2.5"
    assert window_text(None, "", "") == ""


@pytest.mark.parametrize(
    ("scan", "text"),
    [
        (Scan(), "nothing is open"),
        (Scan(1, ("/",), True, False, 1234, 0), "scanning: 0 series, 1,234 DICOM files"),
        (Scan(1, ("/",), False, True, 5, 2), "0 series, 5 DICOM files, 2 skipped"),
        (Scan(1, ("/",), False, True, 1, 0), "0 series, 1 DICOM file"),
        (Scan(1, ("/",), False, False, 5, 0), "0 series, 5 DICOM files, scan left"),
    ],
)
def test_counts(scan: Scan, text: str) -> None:
    assert counts_text(State(library=Library(), scan=scan), 0) == text


def test_facts_of_the_picture_and_of_the_work() -> None:
    assert facts_texts(SHOWN, Settings()) == ["frame 3/20", "C 40 W 400 HU brain"]
    playing = replace(SHOWN, cine=Cine(True), writing=Writing("export", 3, 10, 1))
    assert facts_texts(playing, Settings()) == [
        "export 3/10, 1 failed", "frame 3/20", "cine 25/s", "C 40 W 400 HU brain",
    ]  # fmt: skip


@pytest.mark.parametrize(("missed", "text"), [(0, "cine 25/s"), (1234, "cine 25/s, 1,234 left out")])
def test_a_cine_says_how_many_pictures_were_left_out(missed: int, text: str) -> None:
    assert text in facts_texts(replace(SHOWN, cine=Cine(True)), Settings(), missed)


def test_the_picture_on_the_screen_is_told_of_until_the_next_one_is_drawn() -> None:
    ahead = replace(SHOWN, cursor=Cursor(None, Ref("/data/b")))
    assert facts_texts(ahead, Settings()) == facts_texts(SHOWN, Settings())
    assert facts_texts(replace(ahead, shown=Shown(2, Ref("/data/b"), 0, problem="No.")), Settings()) == []


def test_without_room_for_a_picture_the_frame_is_that_of_the_cursor() -> None:
    alone = replace(SHOWN, viewport=Viewport(), cursor=Cursor(None, REF, 7))
    assert facts_texts(alone, Settings())[0] == "frame 8/20"
    assert facts_texts(replace(alone, cursor=Cursor(None, Ref("/data/b"))), Settings()) == ["C 40 W 400 HU brain"]


class Lines(App[None]):
    def compose(self) -> ComposeResult:
        yield StatusLine(Settings(), "256 colours")
        yield KeyHints(Keymap())


async def shown(
    width: int, state: State, sentence: str = "", severity: str = "information", pane: str = TREE
) -> list[str]:
    app = Lines()
    async with app.run_test(size=(width, 4)) as pilot:
        app.query_one(StatusLine).show(state)
        app.query_one(StatusLine).say(sentence, severity)
        app.query_one(KeyHints).show(pane)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        return ["".join(s.text for s in strip) for strip in strips[:2]]


def line(width: int, state: State = SHOWN, *said: str) -> str:
    import asyncio

    return asyncio.run(shown(width, state, *said))[0]


def test_counts_left_and_facts_right() -> None:
    text = line(120)
    assert text.startswith(" scanning: 0 series, 1,234 DICOM files, 2 skipped")
    assert text.rstrip().endswith("frame 3/20   C 40 W 400 HU brain   padding is ignored   256 colours")
    assert len(text) == 120


def test_a_message_takes_the_place_of_the_counts() -> None:
    assert line(120, SHOWN, "This is the last image.", "warning").startswith(" ! This is the last image.")


def test_a_sentence_comes_before_facts() -> None:
    said = "StudyDate is changed, not saved: u takes it back, ctrl+s saves."
    assert f" {said} " in line(80, SHOWN, said)
    assert "frame 3/20" in line(80, SHOWN, said)
    assert "C 40 W 400" not in line(80, SHOWN, said)


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80])
def test_a_narrow_line_is_cut_and_never_longer(width: int) -> None:
    text = line(width, SHOWN, "x" * 200)
    assert len(text) == width
    assert "…" in text
    assert text.endswith(" ")


def test_markup_in_a_message_is_text() -> None:
    assert "[/b] [@click=app.bell]x[/]" in line(80, State(), "[/b] [@click=app.bell]x[/]")


def test_hints_of_the_pane() -> None:
    import asyncio

    hints = asyncio.run(shown(120, SHOWN, pane=IMAGE))[1]
    assert "j image" in hints
    assert "? keys" in hints
    assert "q quit" in hints
    narrow = asyncio.run(shown(24, SHOWN, pane=IMAGE))[1]
    assert len(narrow) == 24
