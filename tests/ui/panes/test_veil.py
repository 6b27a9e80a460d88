"""Pictures that float above the cells, and what comes to stand over them."""

from __future__ import annotations

from typing import Any

import pytest
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.ui.panes.paper import RULER, on_paper, picture, run
from tui.adapters.graphics.kitty import Kitty


class Dialog(ModalScreen[None]):
    CSS = "Dialog { align: center middle; } Static { width: 20; height: 3; }"

    def compose(self) -> Any:
        yield Static("a dialog")


COVERS = [
    pytest.param(lambda app: app.push_screen(Dialog()), lambda app: app.pop_screen(), "a dialog", id="dialog"),
    pytest.param(
        lambda app: app.notify("exported", timeout=60), lambda app: app.clear_notifications(), "exported", id="message"
    ),
    pytest.param(
        lambda app: setattr(app.pane, "display", False), lambda app: setattr(app.pane, "display", True), "", id="pane"
    ),
]


@pytest.mark.parametrize(("cover", "uncover", "mark"), COVERS)
def test_a_picture_above_the_cells_gives_way_to_what_covers_it_and_comes_back(
    cover: Any, uncover: Any, mark: str
) -> None:
    away, here = "\x1b_Ga=d,d=i,", "\x1b_Ga=p,"

    async def story() -> None:
        async with on_paper(Kitty(RULER, direct=True)) as app:
            app.show(picture(90, 400))
            await app.rest()
            assert here in app.text() and "▀" not in app.text()
            start = len(app.text())
            cover(app)
            await app.until(lambda: mark in app.text()[start:] and away in app.text()[start:])
            await app.rest()
            app.show(picture(30, 400))  # the cine goes on below
            await app.rest()
            during = app.text()[start:]
            assert here not in during[during.rindex(away) :]
            assert ("▀" in during) == bool(mark), "half blocks where something is left of the picture"
            end = len(app.text())
            uncover(app)
            await app.until(lambda: here in app.text()[end:])
            await app.rest()
            after = app.text()[end:]
            assert away not in after[after.rindex(here) :]

    run(story)
