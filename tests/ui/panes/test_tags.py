from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from tests import phantoms
from tests.ui.panes.stage import Stage
from tests.ui.panes.test_tagrows import row
from tui.core import tags
from tui.core.tagsearch import TagSearch
from tui.service.values import Ref, TagRow
from tui.ui.panes.tags import TagsPane

Story = Callable[[Stage, TagsPane, Pilot[None]], Awaitable[None]]
REPORT = tags.rows(phantoms.report())
FIRST, SECOND = Ref("/data/1"), Ref("/data/2")


def run(story: Story, table: tuple[TagRow, ...] = REPORT, size: tuple[int, int] = (80, 41)) -> None:
    async def play() -> None:
        pane = TagsPane()
        app = Stage(pane, "tags")
        async with app.run_test(size=size) as pilot:
            if table:
                pane.show(FIRST, table)
            await pilot.pause()
            await story(app, pane, pilot)

    asyncio.run(play())


def search(pane: TagsPane, table: tuple[TagRow, ...], query: str) -> None:
    pane.filter_to(query, *TagSearch(table).search(query))


def index_of(pane: TagsPane, path: str) -> int:
    return next(i for i in range(pane.count) if pane._table[pane._seen[i]].path == path)


def test_all_rows_are_shown_in_columns():
    async def story(app, pane, pilot):
        lines = app.text()
        assert pane.count == len(REPORT) == len(lines)
        modality = next(line for line in lines if "Modality" in line)
        assert modality.split() == ["(0008,0060)", "CS", "1", "Modality", "SR"]
        assert "▾ item 1  (18748-4, LN, Diagnostic imaging report)" in "\n".join(lines)

    run(story)


def test_keys_fold_and_unfold():
    async def story(app, pane, pilot):
        pane.place_cursor(index_of(pane, "0040,A043"))
        await pilot.press("left")
        assert pane.count == len(REPORT) - 4
        await pilot.press("right", "right")
        assert pane.row.tag == "item 1"
        await pilot.press("j", "j", "left")
        assert pane.row.tag == "item 1"
        await pilot.press("space")
        assert pane.count == len(REPORT) - 3
        await pilot.press("space", "left", "left")
        assert pane.row.path == "0040,A043"

    run(story)


def test_star_unfolds_everything_or_folds_everything():
    async def story(app, pane, pilot):
        await pilot.press("asterisk")
        assert all(pane._table[i].depth == 0 for i in pane._seen)
        await pilot.press("asterisk")
        assert pane.count == len(REPORT)

    run(story)


def test_long_sequences_are_folded_at_first():
    many = (row(0, "(5200,9230)", "5200,9230", "SQ", "X", "600 items", folds=True),)
    many = (TagRow(0, "(5200,9230)", "5200,9230", "SQ", "X", "", 600, "600 items", folds=True),
            *(row(1, f"item {i + 1}", f"5200,9230[{i}]", "--", folds=True) for i in range(600)))  # fmt: skip

    async def story(app, pane, pilot):
        assert pane.count == 2  # with the item of the frame that is shown
        assert "500 items" not in app.text()[0] and "600 items, frame 1" in app.text()[0]
        pane.follow(41)
        assert "item 42" in app.text()[1]
        pane.place_cursor(1)
        pane.follow(42)
        assert pane.row.tag == "item 43"
        pane.place_cursor(0)
        await pilot.press("right")
        assert pane.count == 601

    run(story, many)


def test_folding_and_place_are_kept_by_tag_for_the_next_image():
    other = tags.rows(phantoms.report(instance=2))
    extra = (row(0, "(0008,0008)", "0008,0008", "CS", "ImageType", "X"), *other)

    async def story(app, pane, pilot):
        pane.place_cursor(index_of(pane, "0040,A043"))
        await pilot.press("left", "j")
        path, line = pane.row.path, pane.cursor - pane.top
        pane.show(SECOND, tuple(sorted(extra, key=lambda r: (not r.path.startswith("0002"), r.path))))
        assert pane.row.path == path
        assert pane.cursor - pane.top in (line, line + 1)  # the first page has nothing to scroll
        assert "0040,A043[0]" not in {pane._table[i].path for i in pane._seen}

    run(story)


def test_a_tag_that_the_next_image_lacks_leaves_the_cursor_where_it_would_stand():
    async def story(app, pane, pilot):
        pane.place_cursor(index_of(pane, "0020,0011"))
        pane.show(SECOND, tuple(r for r in REPORT if r.path != "0020,0011"))
        assert pane.row.path == "0020,0010"

    run(story)


def test_the_cursor_stays_on_its_line_of_the_screen():
    async def story(app, pane, pilot):
        await pilot.press(*["j"] * 20)
        await pilot.pause()
        top, cursor, path = pane.top, pane.cursor, pane.row.path
        pane.show(SECOND, (row(0, "(0002,0000)", "0002,0000", "UL", "A", "1"), *REPORT))
        assert (pane.top, pane.cursor, pane.row.path) == (top + 1, cursor + 1, path)

    run(story, size=(80, 11))


# ------------------------------------------------------------------------------------------------- filter


def test_filter_shows_matches_and_what_they_are_in_and_counts_the_matches_alone():
    async def story(app, pane, pilot):
        search(pane, REPORT, "finding")
        assert [pane._table[i].path for i in pane._seen] == ["0040,A730", "0040,A730[0]", "0040,A730[0].0040,A160"]
        assert pane.match_count == 1
        search(pane, REPORT, "")
        assert pane.match_count == 0
        assert pane.count == len(REPORT)

    run(story)


def test_filter_looks_into_folded_sequences_and_leaves_their_folding():
    async def story(app, pane, pilot):
        pane.place_cursor(index_of(pane, "0040,A730"))
        await pilot.press("left")
        folded = pane.count
        search(pane, REPORT, "finding")
        assert pane.count == 3
        await pilot.press("g", "left")
        assert pane.count == 1
        search(pane, REPORT, "")
        assert pane.count == folded

    run(story)


def test_next_match_goes_around_and_skips_what_matches_are_in():
    async def story(app, pane, pilot):
        search(pane, REPORT, "imaging report codemeaning")
        places = []
        for _ in range(3):
            assert pane.next_match()
            places.append(pane.row.path)
        assert places[0] != places[1]
        assert places[2] == places[0] or places[2] != places[1]
        assert {p.rsplit(".", 1)[1] for p in places} == {"0008,0104"}
        forward = pane.row.path
        pane.next_match(-1)
        pane.next_match(1)
        assert pane.row.path == forward
        search(pane, REPORT, "zzz")
        assert not pane.next_match()
        assert app.text()[1].strip() == "No tag matches."

    run(story)


def test_next_match_unfolds_the_way_to_a_match():
    async def story(app, pane, pilot):
        search(pane, REPORT, "finding")
        await pilot.press("left", "left")
        pane.place_cursor(0)
        await pilot.press("left")
        assert pane.count == 1
        assert pane.next_match()
        assert pane.row.keyword == "TextValue"

    run(story)


def test_the_next_image_is_filtered_at_once_before_its_matches_come():
    async def story(app, pane, pilot):
        search(pane, REPORT, "modality")
        pane.show(SECOND, tags.rows(phantoms.report(instance=2)))
        assert pane.count == 1

    run(story)


def test_matches_of_other_rows_are_not_taken():
    async def story(app, pane, pilot):
        pane.filter_to("x", (0, 1, 99_999), (0, 1, 99_999))
        assert pane.count == 2

    run(story)


# ------------------------------------------------------------------------------------------------- the rest


def test_private_elements_can_be_hidden():
    private = (row(0, "(0008,0060)", "0008,0060"), row(0, "(0029,1010)", "0029,1010", private=True))

    async def story(app, pane, pilot):
        pane.action_toggle_private()
        assert pane.count == 1
        assert not pane.shows_private
        assert pane.switched_off == "no private"
        pane.action_toggle_private()
        assert pane.count == 2

    run(story, private)


def test_copying():
    async def story(app, pane, pilot):
        pane.place_cursor(index_of(pane, "0008,0016"))
        assert pane.copy_text() == "1.2.840.10008.5.1.4.1.1.88.11"
        assert json.loads(pane.copy_row_json())["keyword"] == "SOPClassUID"
        pane.place_cursor(index_of(pane, "0040,A043"))
        assert [one["path"] for one in json.loads(pane.copy_row_json())] == [
            r.path for r in REPORT if r.path.startswith("0040,A043")
        ]

    run(story)


def test_what_is_wrong_with_the_file_is_the_last_row():
    async def story(app, pane, pilot):
        pane.show(SECOND, REPORT[:5], "The file ends too early.")
        assert app.text()[-1].strip() == "! The file ends too early."
        await pilot.press("G", "enter", "right", "left", "asterisk")
        assert pane.copy_text() == ""
        pane.show(SECOND, (), "It is no DICOM file.")
        assert app.text()[1].strip() == "It is no DICOM file."

    run(story)


def test_with_nothing_to_show_the_pane_says_so_and_keys_do_no_harm():
    async def story(app, pane, pilot):
        assert app.text()[1].strip() == "No image is selected."
        await pilot.press("j", "k", "G", "g", "left", "right", "asterisk", "enter", "P", "pagedown")
        assert (pane.copy_text(), pane.copy_row_json(), pane.match_count) == ("", "", 0)

    run(story, ())


def test_what_is_jumped_to_stands_with_what_is_around_it():
    many = tuple(row(0, f"(0011,{n:04X})", f"0011,{n:04X}", "LO", "X", str(n)) for n in range(0x1000, 0x1100))

    async def story(app, pane, pilot):
        assert pane.go_to_path("0011,1080")
        await pilot.pause()
        assert pane.cursor == 0x80
        assert pane.top == 0x80 - pane.page // 3
        pane.go_to_path("0011,1081")
        await pilot.pause()
        assert pane.top == 0x80 - pane.page // 3  # it was in view

    run(story, many)


def test_markup_in_a_value_is_text():
    async def story(app, pane, pilot):
        assert "[/] [@click=app.quit]y[/]" in app.text()[0]
        style = next(segment.style for segment in pane.render_line(0) if "click" in segment.text)
        assert not style.meta

    run(story, (row(0, "(0010,0020)", "0010,0020", "LO", "PatientID", "[/] [@click=app.quit]y[/]"),))


def test_only_the_lines_of_the_screen_are_made_of_many_rows():
    many = tuple(row(0, f"({i >> 16:04X},{i & 0xFFFF:04X})", f"{i}", value=f"v{i}") for i in range(50_000))

    async def story(app, pane, pilot):
        asked = []
        made = TagsPane.runs

        def watched(index, width):
            asked.append(index)
            return made(pane, index, width)

        pane.runs = watched
        await pilot.press("G")
        await pilot.pause()
        assert pane.cursor == 49_999
        assert set(asked) <= set(range(49_950, 50_000))

    run(story, many)


def test_going_to_a_row_unfolds_the_way_and_a_filter_may_hide_it():
    async def story(app, pane, pilot):
        pane.place_cursor(index_of(pane, "0040,A730"))
        await pilot.press("left")
        assert pane.go_to_path("0040,A730[0].0040,A160")
        assert pane.row.keyword == "TextValue"
        assert not pane.go_to_path("0099,0010")
        search(pane, REPORT, "vr:DA")
        assert not pane.go_to_path("0040,A730[0].0040,A160")
        pane.show_everything()
        assert pane.go_to_path("0040,A730[0].0040,A160")

    run(story)


def test_a_query_that_is_wrong_says_so():
    async def story(app, pane, pilot):
        search(pane, REPORT, "/(/")
        assert "is no regular expression" in app.text()[1]

    run(story)
