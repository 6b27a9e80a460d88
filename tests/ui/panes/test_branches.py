from __future__ import annotations

import asyncio

from tests.ui.panes.stage import Stage, library
from tui.ui.panes.branches import Branches
from tui.ui.panes.lines import Run
from tui.ui.panes.treeitems import arrange, walk
from tui.ui.panes.treerows import runs

FOUND = library({"1": 3, "2": 2}, patients=("A", "B"))


class Plain(Branches):
    """Branches that show nothing when the cursor moves; counts how often the rows were made."""

    made = 0

    def runs(self, index: int, width: int) -> list[Run]:
        return runs(self._rows[index], width, self._memo, shown=False)

    def rebuilt(self) -> None:
        self.made += 1


def run(story) -> None:
    async def play() -> None:
        pane = Plain()
        app = Stage(pane)
        async with app.run_test(size=(60, 13)) as pilot:
            pane._layout = arrange(FOUND, ("/data",), False)
            pane.rebuild()
            await pilot.pause()
            await story(app, pane, pilot)

    asyncio.run(play())


def test_unfolding_and_folding_make_the_rows_once_each():
    async def story(app, pane, pilot):
        before = pane.made
        await pilot.press("right")
        assert (pane.count, pane.made) == (2 + 1 + 2, before + 1)
        await pilot.press("left")
        assert (pane.count, pane.made) == (2, before + 2)

    run(story)


def test_what_was_unfolded_inside_a_folded_item_is_so_again():
    async def story(app, pane, pilot):
        await pilot.press("right", "j", "j", "right")
        assert pane.count == 8
        await pilot.press("g", "left")
        assert pane.count == 2
        await pilot.press("right")
        assert pane.count == 8

    run(story)


def test_folding_below_the_cursor_keeps_its_line_on_the_screen():
    async def story(app, pane, pilot):
        await pilot.press("asterisk")
        assert pane.count == sum(1 for _ in walk(FOUND.patients)) + 10
        await pilot.press("G", "left")
        await pilot.pause()
        path, line = pane.row.block.key, pane.cursor - pane.top
        await pilot.press("left")
        assert pane.row.block.key == path
        assert pane.top <= pane.cursor < pane.top + pane.page
        assert line >= 0

    run(story)


def test_a_filter_does_not_change_what_is_folded_elsewhere():
    async def story(app, pane, pilot):
        await pilot.press("j", "right")
        assert pane.count == 2 + 3
        pane.filter("zzz")
        assert pane.count == 0
        assert pane.row is None
        pane.filter("")
        assert pane.count == 2 + 3

    run(story)


def test_the_same_words_filter_once():
    async def story(app, pane, pilot):
        pane.filter("im1")
        before = pane.made
        pane.filter(" im1 ")
        assert pane.made == before
        assert pane.match_count == 4

    run(story)


def test_under_a_filter_left_goes_up_instead_of_folding_what_was_forced_open():
    async def story(app, pane, pilot):
        pane.filter("im3")
        assert pane.row.leaf is not None
        for kind in ("series", "study", "patient"):
            await pilot.press("left")
            assert pane.row.block.key[0] == kind
        assert pane.count == 8

    run(story)
