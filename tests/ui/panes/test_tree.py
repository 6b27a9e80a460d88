from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Button

from tests.ui.panes.stage import Stage, instance, library
from tui.service.actions import Select
from tui.service.state import Cursor, Scan, State
from tui.service.values import Library, Series, SeriesKey, Skipped, series_key_of
from tui.ui.panes.leaving import LEAVING
from tui.ui.panes.tree import TreePane

Story = Callable[[Stage, TreePane, Pilot[None]], Awaitable[None]]
OPEN = Scan(1, ("/data",), False, True, 5, 0)
SCANNING = replace(OPEN, running=True, complete=False)


def run(story: Story, state: State, size: tuple[int, int] = (60, 21)) -> None:
    async def play() -> None:
        pane = TreePane()
        app = Stage(pane)
        async with app.run_test(size=size) as pilot:
            pane.show(state)
            await pilot.pause()
            await story(app, pane, pilot)

    asyncio.run(play())


def state(found: Library, scan: Scan = OPEN, **other: object) -> State:
    return State(library=found, scan=scan, **other)  # type: ignore[arg-type]


def shown(found: Library, series: int, image: int) -> Cursor:
    one = found.patients[0].studies[0].series[series]
    return Cursor(one.key, one.instances[image].ref, 0)


def rows(app: Stage) -> list[str]:
    return [" ".join(line.replace("›", " ").split()) for line in app.text()]


TWO = library({"1": 3, "2": 2})


def test_single_patient_and_study_are_unfolded_at_first_and_a_single_series_too():
    async def story(app, pane, pilot):
        assert rows(app) == ["▾ Phantom, Formula P1 2026-01-02 5", "▾ Phantom study CT 2026-01-02 5",
                             "▸ CT 1 Series 1 3", "▸ CT 2 Series 2 2"]  # fmt: skip

    run(story, state(TWO))

    async def single(app, pane, pilot):
        assert len(rows(app)) == 6

    run(single, state(library({"1": 3})))


def test_several_patients_stay_folded():
    async def story(app, pane, pilot):
        assert len(rows(app)) == 2

    run(story, state(library({"1": 1}, patients=("A", "B"))))


def test_unfolding_a_patient_unfolds_the_only_study_in_it():
    async def story(app, pane, pilot):
        await pilot.press("right")
        assert pane.count == 2 + 1 + 1
        await pilot.press("left")
        assert pane.count == 2

    run(story, state(library({"1": 1}, patients=("A", "B"))))


def test_moving_onto_a_series_shows_its_first_image_but_not_again():
    async def story(app, pane, pilot):
        await pilot.press("j", "j")
        one = TWO.patients[0].studies[0].series[0]
        assert app.actions == [Select(one.instances[0].ref, 0, one.key)]
        pane.show(state(TWO, cursor=shown(TWO, 0, 2)))  # another image of it came up meanwhile
        await pilot.press("j")
        pane.show(state(TWO, cursor=shown(TWO, 1, 0)))
        app.actions.clear()
        await pilot.press("k")
        assert app.actions == [Select(one.instances[0].ref, 0, one.key)]
        pane.show(state(TWO, cursor=shown(TWO, 0, 2)))
        app.actions.clear()
        await pilot.press("k", "j")
        assert app.actions == []

    run(story, state(TWO))


def test_moving_over_images_shows_each_at_once():
    async def story(app, pane, pilot):
        await pilot.press("j", "j", "l", "l", "j")
        series = TWO.patients[0].studies[0].series[0]
        assert app.actions[-2:] == [Select(series.instances[n].ref, 0, series.key) for n in (0, 1)]

    run(story, state(TWO))


def test_an_image_in_a_folder_is_shown_by_its_series_too():
    async def story(app, pane, pilot):
        pane.toggle_layout()
        await pilot.press("*", "G")
        last = TWO.patients[0].studies[0].series[1].instances[-1]
        assert app.actions[-1] == Select(last.ref, 0, series_key_of(last))

    run(story, state(TWO))


def test_enter_on_an_image_goes_to_it_and_on_a_series_unfolds_and_folds():
    chosen = []

    class Watching(TreePane):
        def on_tree_pane_chosen(self, message):
            chosen.append(message.ref)

    async def play() -> None:
        pane = Watching()
        app = Stage(pane)
        async with app.run_test(size=(60, 21)) as pilot:
            pane.show(state(TWO))
            await pilot.press("j", "j", "enter")
            assert pane.count == 7
            await pilot.press("enter")
            assert pane.count == 4
            assert chosen == []
            await pilot.press("enter", "j", "enter")
            await pilot.pause()
            assert chosen == [TWO.patients[0].studies[0].series[0].instances[0].ref]

    asyncio.run(play())


def test_left_goes_up_and_folds_right_unfolds_and_goes_down():
    async def story(app, pane, pilot):
        await pilot.press("j", "j", "right", "right", "down")
        assert pane.cursor == 4
        await pilot.press("left")
        assert (pane.cursor, pane.count) == (2, 7)
        await pilot.press("left")
        assert (pane.cursor, pane.count) == (2, 4)
        await pilot.press("left")
        assert pane.cursor == 1
        await pilot.press("backspace")
        assert pane.cursor == 0

    run(story, state(TWO))


def test_star_unfolds_everything_and_folds_it_again():
    async def story(app, pane, pilot):
        await pilot.press("asterisk")
        assert pane.count == 2 * (2 + 2 + 5)
        await pilot.press("asterisk")
        assert pane.count == 2

    run(story, state(library({"1": 3, "2": 2}, patients=("A", "B"))))


def test_a_batch_of_the_scan_keeps_cursor_folding_and_place_on_the_screen():
    async def story(app, pane, pilot):
        await pilot.press("j", "j", "j", "l", "l", "j")  # the second image of series 2
        before, line = pane.row, pane.cursor - pane.top
        pane.show(state(library({"0": 8, "1": 9, "2": 4}), SCANNING))
        assert pane.row.leaf.ref == before.leaf.ref
        assert pane.cursor == before_index(pane)
        assert pane.cursor - pane.top == line or pane.top == 0
        assert pane.count == 2 + 3 + 4

    def before_index(pane):
        return pane._rows.find(pane.row.place)

    run(story, state(TWO, SCANNING))


def test_the_same_library_makes_no_rows_again():
    async def story(app, pane, pilot):
        made = pane._rows
        pane.show(replace(state(TWO), corners=False))
        pane.show(state(TWO, replace(OPEN, dicom=99)))
        assert pane._rows is made

    run(story, state(TWO))


def test_a_single_series_waits_for_the_end_of_the_scan_to_unfold():
    async def story(app, pane, pilot):
        assert pane.count == 3
        pane.show(state(library({"1": 3}), OPEN))
        assert pane.count == 6

    run(story, state(library({"1": 3}), SCANNING))


def test_the_picture_is_signed_at_its_row_or_above_it():
    async def story(app, pane, pilot):
        await pilot.press("j")
        pane.show(state(TWO, cursor=shown(TWO, 1, 1)))
        assert [line[1:2] for line in app.text()] == [" ", " ", " ", "●"]
        await pilot.press("j", "j", "l")
        assert [line[1:2] for line in app.text()] == [" ", " ", " ", " ", " ", "●"]
        await pilot.press("g", "h")
        assert [line[1:2] for line in app.text()] == ["●"]

    run(story, state(TWO))


def test_the_cursor_follows_the_picture_only_while_the_user_is_elsewhere():
    async def story(app, pane, pilot):
        await pilot.press("j", "j", "l")
        pane.show(state(TWO, cursor=shown(TWO, 0, 1)))
        assert pane.cursor == 2
        app.query_one(Button).focus()
        await pilot.pause()
        pane.show(state(TWO, cursor=shown(TWO, 0, 2)))
        assert pane.cursor == 5
        app.actions.clear()
        pane.show(state(TWO, cursor=shown(TWO, 1, 0)))
        assert pane.cursor == 6
        assert app.actions == []  # following is not choosing

    run(story, state(TWO))


def test_following_unfolds_the_way_to_the_series():
    found = library({"1": 1}, patients=("A", "B"))

    async def story(app, pane, pilot):
        app.query_one(Button).focus()
        await pilot.pause()
        pane.show(state(found, cursor=Cursor(found.patients[1].studies[0].series[0].key,
                                             found.patients[1].studies[0].series[0].first.ref, 0)))  # fmt: skip
        assert pane.count == 4
        assert pane.row.block.key[0] == "series"

    run(story, state(found))


# ------------------------------------------------------------------------------------------------- layout


def test_the_layout_changes_and_the_same_image_stays_under_the_cursor():
    found = library({"1": 3, "2": 2}, skipped=(Skipped("/data/notes.txt", "not DICOM"),))

    async def story(app, pane, pilot):
        await pilot.press("j", "j", "l", "l", "j")
        ref = pane.row.leaf.ref
        pane.toggle_layout()
        assert pane.by_folder
        assert pane.row.leaf.ref == ref
        assert "notes.txt not DICOM" in rows(app)
        pane.toggle_layout()
        assert not pane.by_folder
        assert pane.row.leaf.ref == ref

    run(story, state(found))


def test_going_there_and_back_ends_on_the_row_that_was_left():
    async def story(app, pane, pilot):
        await pilot.press("j", "j", "j")
        assert pane.row.block.key == ("series", "P1", "1", "2")
        pane.toggle_layout()
        assert pane.row.leaf.ref == TWO.patients[0].studies[0].series[1].first.ref
        pane.toggle_layout()
        assert pane.row.leaf is None
        assert pane.row.block.key == ("series", "P1", "1", "2")
        assert pane.count == 4

    run(story, state(TWO))


def test_skipped_files_are_never_selected():
    found = Library((), (Skipped("/data/a.txt", "not DICOM"), Skipped("/data/b.txt", "empty file")))

    async def story(app, pane, pilot):
        assert rows(app) == ["", "No DICOM here. 2 files skipped: T lists why."]
        pane.toggle_layout()
        assert rows(app) == ["▾ data/ 0", "a.txt not DICOM", "b.txt empty file"]
        await pilot.press("j", "j", "enter", "l")
        assert app.actions == []

    run(story, state(found, replace(OPEN, dicom=0, skipped=2)))


def test_instances_under_the_cursor():
    async def story(app, pane, pilot):
        assert len(pane.instances_under()) == 5
        await pilot.press("j", "j", "l", "l")
        assert [one.number for one in pane.instances_under()] == [1]

    run(story, state(TWO))


# ------------------------------------------------------------------------------------------------- filter


def test_filter_goes_to_the_first_match_and_the_picture_follows():
    async def story(app, pane, pilot):
        pane.filter("im3")
        assert pane.match_count == 1
        assert pane.row.leaf.number == 3
        assert [action.ref for action in app.actions] == [pane.row.leaf.ref]
        pane.filter("")
        assert pane.match_count == 0
        assert pane.row.leaf.number == 3  # the place is kept, and its series unfolded
        assert pane.count == 7

    run(story, state(TWO))


def test_next_match_goes_around_and_chooses():
    async def story(app, pane, pilot):
        pane.filter("im1")
        assert pane.match_count == 2
        assert pane.next_match()
        assert pane.next_match()
        assert [action.ref for action in app.actions][-2:] == [
            TWO.patients[0].studies[0].series[n].instances[0].ref for n in (1, 0)
        ]
        pane.filter("zzz")
        assert not pane.next_match(-1)
        assert rows(app) == ["", "Nothing here matches."]

    run(story, state(TWO))


# ------------------------------------------------------------------------------------------------- nothing to show


def test_an_empty_tree_says_why():
    async def story(app, pane, pilot):
        assert rows(app) == ["", "Nothing is open."]
        pane.show(state(Library(), replace(SCANNING, dicom=0, skipped=1200)))
        assert rows(app) == ["", "Scanning… 1,200 files"]
        pane.show(state(Library(), replace(OPEN, dicom=0, skipped=0)))
        assert rows(app) == ["", "No files here."]
        await pilot.press("j", "enter", "l", "h", "asterisk", "backspace", "G")
        pane.filter("x")
        pane.toggle_layout()
        assert app.actions == []

    run(story, State())


def test_names_of_files_reach_the_screen_as_visible_signs_and_brackets_as_brackets():
    one = library({"1": 1})
    bad = instance(series_description="[red]x[/] [@click=app.quit]y[/]", ref=one.patients[0].first.ref)
    series = Series(SeriesKey("P1", "1", "1"), (bad,))
    object.__setattr__(one.patients[0].studies[0], "series", (series,))

    async def story(app, pane, pilot):
        assert any("[red]x[/] [@click=app.quit]y[/]" in line for line in app.text())
        pane.toggle_layout()
        await pilot.pause()
        assert any("\\xff" in line for line in app.text())
        assert all("\x1b" not in line and "\udcff" not in line for line in app.text())

    run(story, state(Library(one.patients, (Skipped("/data/\x1b]0;x\udcff", "not DICOM"),))), (90, 21))


def test_nothing_of_a_library_that_is_gone_is_kept():
    found = library({"1": 600})

    async def story(app, pane, pilot):
        pane.toggle_layout()
        pane.filter("im1")
        while pane.busy:
            await pilot.pause()
        series = found.patients[0].studies[0].series[0]
        count = sys.getrefcount(series.instances[0])
        pane.show(State(scan=Scan(number=9, running=True, paths=("/data",))))
        assert pane._past or LEAVING.busy  # who calls may hold the library, and would free all at once
        while pane.busy or LEAVING.busy:
            await pilot.pause()
        left = sys.getrefcount(series.instances[0])
        assert left < count

    run(story, state(found))
