from __future__ import annotations

from typing import Any

import pytest
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.ui.panes.paper import RULER, Paper, on_paper, picture, run
from tui.adapters.graphics.cells import Cells
from tui.adapters.graphics.kitty import Kitty
from tui.adapters.graphics.sixel import Sixel
from tui.service.actions import ResizeViewport
from tui.service.state import Cursor, Shown, State
from tui.service.values import Ref, Viewport
from tui.ui.panes.corners import Corners
from tui.ui.panes.image import EMPTY
from tui.ui.seethrough import SeeThrough

TEXTS = Corners("CT 3 · Head", "image 4/12", "C 40 W 80 HU", "fit · 100 %", ("R", "L", "A", "P"))
REF = Ref("a.dcm")


class Dialog(ModalScreen[None]):
    CSS = "Dialog { align: center middle; } Static { width: 20; height: 3; background: blue; }"

    def compose(self) -> Any:
        yield Static("a dialog")


def lines(app: Paper) -> list[str]:
    """What stands on the screen, as segments."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def stamps(app: Paper) -> int:
    return app.text().count("\x1bP0;0;0q")


def headless(story: Any, graphics: Any = None) -> None:
    async def tell() -> None:
        app = Paper(graphics or Cells(RULER))
        async with app.run_test(size=(60, 24)) as pilot:
            await story(app, pilot)

    run(tell)


def test_empty_it_says_what_to_do() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        assert any(EMPTY in line for line in lines(app))
        app.show(picture(200))
        await pilot.pause()
        assert not any(EMPTY in line for line in lines(app))
        app.pane.show_reason(EMPTY)
        await pilot.pause()
        assert any(EMPTY in line for line in lines(app))
        assert not any("▀" in line for line in lines(app))

    headless(story)


def test_a_reason_stands_in_the_place_of_the_picture_and_is_wrapped() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        reason = "The pixels are compressed in a way that no installed decoder takes, which is a pity for all."
        app.show(picture(), TEXTS)
        app.pane.show_reason(reason)
        await pilot.pause()
        words = " ".join(line.strip(" │╭╮╰╯─") for line in lines(app)).split()
        assert words == reason.split()

    headless(story)


def test_the_room_is_told_in_pixels_without_border_texts_and_letters() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        assert app.did == [ResizeViewport((60 - 2 - 2) * 10, (24 - 2 - 2) * 20)]
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert app.did[-1] == ResizeViewport(36 * 10, 16 * 20)
        app.pane.display = False
        await pilot.pause()
        assert app.did[-1] == ResizeViewport(0, 0)
        app.pane.display = True
        await pilot.pause()
        assert app.did[-1] == ResizeViewport(36 * 10, 16 * 20)

    headless(story)


def test_a_terminal_with_a_limit_makes_the_room_smaller() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        assert app.did == [ResizeViewport(300, 200)]

    headless(story, Sixel(RULER, limit=(305, 219)))


def test_texts_and_letters_stand_around_the_picture() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        app.show(picture(255, 400), TEXTS)
        await pilot.pause()
        seen = lines(app)
        assert "CT 3 · Head" in seen[1] and "image 4/12" in seen[1] and "A" in seen[1][25:35]
        assert "C 40 W 80 HU" in seen[22] and "fit · 100 %" in seen[22] and "P" in seen[22][25:35]
        middle = next(line for line in seen if "R" in line[:3])
        assert middle[1] == "R" and middle[58] == "L"

    headless(story)


def test_letters_that_come_do_not_move_the_picture() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        app.show(picture(255, 400))
        await pilot.pause()
        before = [line.find("▀") for line in lines(app)]
        app.show(picture(255, 400), TEXTS)
        await pilot.pause()
        assert [line.find("▀") for line in lines(app)] == before and max(before) > 0

    headless(story)


def state(shown: Any = None, *, corners: bool = True, problem: str = "") -> State:
    answer = shown or (Shown(1, REF, 0, problem=problem) if problem else None)
    return State(cursor=Cursor(ref=REF if answer else None), viewport=Viewport(1, 1), shown=answer, corners=corners)


def test_the_state_says_what_is_shown() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        app.pane.show(state(app.viewer.shown(picture(255, 400))))
        await pilot.pause()
        assert sum("▀" in line for line in lines(app)) == 20
        app.pane.show(state(problem="No decoder."))
        await pilot.pause()
        assert any("No decoder." in line for line in lines(app))
        app.pane.show(state())
        await pilot.pause()
        assert any(EMPTY in line for line in lines(app))

    headless(story)


def test_corners_off_gives_their_rows_to_the_picture() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        app.pane.show(state(app.viewer.shown(picture(255, 440)), corners=False))
        assert len(app.did) == 1, "an action from within an event"
        await pilot.pause()
        assert app.did[-1] == ResizeViewport(58 * 10, 22 * 20)
        assert sum("▀" in line for line in lines(app)) == 22
        app.pane.show(state(app.viewer.shown(picture(255, 440))))
        await pilot.pause()
        assert app.did[-1] == ResizeViewport(56 * 10, 20 * 20)
        assert sum("▀" in line for line in lines(app)) == 20

    headless(story)


def test_the_picture_is_fitted_to_a_new_room_though_no_other_comes() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        app.show(picture(255, 400))
        await pilot.resize_terminal(30, 14)
        await pilot.pause()
        assert sum("▀" in line for line in lines(app)) == 10

    headless(story)


def test_tiny_panes_do_no_harm() -> None:
    async def story(app: Paper, pilot: Any) -> None:
        app.show(picture(255, 400), TEXTS)
        for size in ((12, 8), (5, 4), (3, 3), (2, 2), (1, 1), (60, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert sum("▀" in line for line in lines(app)) == 20

    headless(story)


# ---------------------------------------------------------------------------------------------- with a terminal


def test_what_is_drawn_over_cells_is_drawn_again_when_they_were_painted() -> None:
    async def story() -> None:
        async with on_paper(Sixel(RULER)) as app:
            app.show(picture(90))
            await app.rest()
            assert stamps(app) == 1
            app.pane.refresh()
            await app.until(lambda: stamps(app) == 2)

    run(story)


def test_texts_change_without_the_picture() -> None:
    async def story() -> None:
        async with on_paper(Sixel(RULER)) as app:
            shown = app.viewer.shown(picture(90))
            app.pane.show_picture(shown, TEXTS)
            await app.rest()
            before = stamps(app)
            app.pane.show_picture(shown, Corners("CT 4", "image 5/12", letters=TEXTS.letters))
            await app.until(lambda: "image 5/12" in app.text())
            await app.rest()
            assert stamps(app) == before

    run(story)


def test_looking_at_the_cells_is_not_painting() -> None:
    async def story() -> None:
        async with on_paper(Sixel(RULER)) as app:
            app.show(picture(90))
            await app.rest()
            before = stamps(app)
            app.screen.get_style_at(30, 12)
            app.export_screenshot()
            await app.rest()
            assert stamps(app) == before

    run(story)


@pytest.mark.parametrize("graphics", [Sixel(RULER), Kitty(RULER)], ids=["sixel", "kitty"])
def test_under_a_dialog_the_picture_is_dimmed_cells_and_comes_back(graphics: Any) -> None:
    async def story() -> None:
        async with on_paper(graphics) as app:
            app.show(picture(250))
            await app.rest()
            start = len(app.text())
            await app.push_screen(Dialog())
            await app.rest()
            await app.until(lambda: "a dialog" in app.text()[start:])
            during = app.text()[start:]
            assert "▀" in during and "\x1bP" not in during and "\U0010eeee" not in during
            start = len(app.text())
            app.show(picture(30))  # the cine goes on below
            await app.rest()
            assert "\x1bP" not in app.text()[start:] and "\U0010eeee" not in app.text()[start:]
            start = len(app.text())
            app.pop_screen()
            mark = "\x1bP" if graphics.name == "sixel" else "\U0010eeee"
            await app.until(lambda: mark in app.text()[start:])

    run(story)


class Sheet(Dialog, SeeThrough[None]):
    CSS = "Sheet { background: transparent; align: center middle; } Static { width: 20; height: 3; background: blue; }"


@pytest.mark.parametrize("graphics", [Sixel(RULER), Kitty(RULER)], ids=["sixel", "kitty"])
def test_around_a_sheet_a_picture_of_text_stays_and_one_over_the_cells_gives_way(graphics: Any) -> None:
    async def story() -> None:
        async with on_paper(graphics) as app:
            over, mark = graphics.name == "sixel", "\x1bP" if graphics.name == "sixel" else "\U0010eeee"
            app.show(picture(250))
            await app.rest()
            start = len(app.text())
            await app.push_screen(Sheet())
            await app.until(lambda: "a dialog" in app.text()[start:])
            await app.rest()
            during = app.text()[start:]
            assert mark not in during and ("▀" in during) == over
            start = len(app.text())
            app.show(picture(30))  # the cine goes on below
            await app.rest()
            during = app.text()[start:]
            assert (mark in during) != over and ("▀" in during) == over
            start = len(app.text())
            app.pop_screen()
            await app.until(lambda: mark in app.text()[start:])
            await app.rest()
            assert "▀" not in app.text()[start:]

    run(story)


def test_a_toast_is_painted_again_over_a_new_picture() -> None:
    async def story() -> None:
        async with on_paper(Sixel(RULER)) as app:
            app.show(picture(90, 400))
            await app.rest()
            app.notify("exported", timeout=60)
            await app.until(lambda: "exported" in app.text())
            await app.rest()
            start = len(app.text())
            app.show(picture(91, 400))
            await app.until(lambda: "exported" in app.text()[start:])
            text = app.text()[start:]
            assert text.index("\x1bP") < text.index("exported")

    run(story)


def test_the_colour_of_placeholders_is_untouched() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.show(picture(90))
            await app.rest()
            text = app.text()
            at = text.index("\U0010eeee")
            assert text.rindex("\x1b[0;38;5;", 0, at) > text.rindex("\x1b[", 0, at) - 1
            assert app.questions == 2

    run(story)


def test_coming_back_from_the_background_sends_everything_anew() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.show(picture(90))
            await app.rest()
            start = len(app.text())
            app.app_resume_signal.publish(app)
            await app.rest()
            text = app.text()[start:]
            assert text.index("a=d") < text.index("a=t") < text.index("\U0010eeee")

    run(story)


def test_closed_too_late_the_graphics_still_knows_what_to_free() -> None:
    async def story() -> None:
        graphics = Kitty(RULER)
        async with on_paper(graphics) as app:
            app.show(picture(90))
            await app.rest()
        assert app.pane.close() == ""
        assert "a=d,d=I" in graphics.forget()

    run(story)
