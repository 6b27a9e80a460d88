from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.panes.stage import instance, library
from tui.service.values import Library, Members, Ref, Skipped
from tui.ui.panes.treefacts import Memo
from tui.ui.panes.treeitems import arrange, key_of, label, walk
from tui.ui.panes.treerows import Outline, Row, outline, runs

PATIENTS = library({"1": 3, "2": 2}, patients=("ANNA", "BERT"))
EVERYTHING = {key_of(item) for item in walk(PATIENTS.patients)}


def made(opened: set[tuple[str, ...]], words: str = "", found: Library = PATIENTS) -> Outline:
    return outline(found.patients, opened.__contains__, words, Memo())


def test_only_what_is_unfolded_has_rows():
    assert len(made(set())) == 2
    assert len(made({("patient", "ANNA")})) == 3
    assert len(made({("patient", "ANNA"), ("study", "ANNA", "1")})) == 5
    assert len(made(EVERYTHING)) == 2 * (1 + 1 + 2 + 5)


def test_a_folded_item_hides_what_is_unfolded_inside_it():
    assert len(made(EVERYTHING - {("patient", "ANNA")})) == 1 + (1 + 1 + 2 + 5)


def test_an_unfolded_series_costs_one_block_however_long_it_is():
    class Long(Members):
        def __iter__(self):
            raise AssertionError("the images were walked")

    one = library({"1": 1})
    series = one.patients[0].studies[0].series[0]
    object.__setattr__(series, "instances", Long((instance(),) * 100_000))
    rows = outline(one.patients, lambda key: True, "", Memo())
    assert len(rows) == 3 + 100_000
    assert rows[100_002].leaf is not None


def test_every_row_is_found_again_by_its_place():
    rows = made(EVERYTHING)
    assert [rows.find(rows[i].place) for i in range(len(rows))] == list(range(len(rows)))


def test_what_is_gone_is_found_by_what_it_was_in():
    place = made(EVERYTHING)[3].place
    rows = made({("patient", "ANNA"), ("study", "ANNA", "1")})
    assert rows.find(place) == rows.head(("series", "ANNA", "1", "1"))
    assert made(set()).find(place) is None


def test_parents():
    rows = made(EVERYTHING)
    parents = [rows.parent(i) for i in range(9)]
    assert parents == [None, 0, 1, 2, 2, 2, 1, 6, 6]


# ------------------------------------------------------------------------------------------------- filter


def test_a_row_that_is_found_keeps_what_is_inside_folded_as_it_was():
    one = library({"1": 3, "7": 2})
    folded, unfolded = ({("patient", "P1"), ("study", "P1", "1")}, {key_of(item) for item in walk(one.patients)})
    rows = made(folded, "7", one)
    assert [rows[i].block.key for i in range(len(rows))][-1] == ("series", "P1", "1", "7")
    assert (len(rows), rows.hits()) == (3, 1)
    assert len(made(unfolded, "7", one)) == 5


def test_images_are_found_inside_folded_series_and_bring_what_they_are_in():
    rows = made(set(), "im3")
    heads = [rows[i].block.key[0] for i in range(len(rows)) if rows[i].leaf is None]
    assert heads == ["patient", "study", "series"] * 2
    assert [rows[i].leaf.number for i in range(len(rows)) if rows[i].leaf is not None] == [3, 3]
    assert rows.hits() == 2


def test_words_may_be_found_on_the_way_down():
    rows = made(set(), "phantom series 2 im1")
    assert rows.hits() == 2
    assert [rows[i].leaf.ref.path for i in range(len(rows)) if rows[i].leaf is not None] == [
        "/data/ANNA/s2/IM1", "/data/BERT/s2/IM1",
    ]  # fmt: skip


def test_unwanted_words_take_rows_away_with_all_inside():
    rows = made(EVERYTHING, "!im2")
    assert len(rows) == len(made(EVERYTHING)) - 4
    rows = made(EVERYTHING, "!series")
    assert {rows[i].block.key[0] for i in range(len(rows))} == {"patient", "study"}


def test_nothing_found_is_no_rows():
    assert len(made(EVERYTHING, "zzz")) == 0


def test_next_hit_goes_around_both_ways():
    rows = made(set(), "im3")
    hits = [i for i in range(len(rows)) if rows[i].leaf is not None]
    assert [rows.next_hit(0, 1), rows.next_hit(hits[0], 1), rows.next_hit(hits[1], 1)] == [hits[0], hits[1], hits[0]]
    assert [rows.next_hit(hits[1], -1), rows.next_hit(hits[0], -1)] == [hits[0], hits[1]]
    assert made(set(), "zzz").next_hit(0, 1) is None
    assert made(set()).next_hit(0, 1) is None


WORDS = st.lists(st.sampled_from(["im1", "im2", "series", "1", "2", "phantom", "!im1", "!2", "zzz", "!"]), max_size=3)


@given(WORDS, st.sets(st.sampled_from(sorted(EVERYTHING))))
@settings(max_examples=100, deadline=None)
def test_filter_keeps_exactly_the_images_whose_path_has_the_words(words, opened):
    rows = made(EVERYTHING, " ".join(words))
    kept = {rows[i].leaf.ref.path for i in range(len(rows)) if rows[i].leaf is not None}

    def text(patient, study, series, image):
        above = [" ".join(t for t, _ in label(item)) for item in (patient, study, series)]
        return [part.lower() for part in (*above, f"#{image.number} IM{image.number}")]

    expected = set()
    for patient in PATIENTS.patients:
        for study in patient.studies:
            for series in study.series:
                for image in series.instances:
                    parts = text(patient, study, series, image)
                    wanted = all(any(w in p for p in parts) for w in words if w[0] != "!")
                    unwanted = any(w[1:] in p for p in parts for w in words if w[0] == "!" and len(w) > 1)
                    if wanted and not unwanted:
                        expected.add(image.ref.path)
    assert kept == expected
    fewer = made(opened, " ".join(words))
    assert len(fewer) <= len(rows)


# ------------------------------------------------------------------------------------------------- text


def rows_of_both_layouts() -> list[Row]:
    found = library({"1": 2}, skipped=(Skipped("/data/notes.txt", "not DICOM"),))
    out = []
    for by_folder in (False, True):
        rows = outline(arrange(found, ("/data",), by_folder).roots, lambda key: True, "", Memo())
        out += [rows[i] for i in range(len(rows))]
    return out


@pytest.mark.parametrize("width", [12, 27, 34, 48, 80, 200])
def test_every_row_has_exactly_the_width(width):
    for row in rows_of_both_layouts():
        for shown in (False, True):
            assert sum(cell_len(text) for text, _ in runs(row, width, Memo(), shown=shown)) == width


def test_columns_on_the_right_are_aligned():
    lines = ["".join(text for text, _ in runs(row, 60, Memo(), shown=False)) for row in rows_of_both_layouts()]
    study = next(line for line in lines if "Phantom study" in line)
    series = next(line for line in lines if "Series 1" in line and "CT" in line)
    assert study.endswith("CT                2026-01-02    2      ")
    assert series.endswith("              2      ")


def test_bytes_take_the_place_of_the_count_where_there_is_room_for_one_and_they_are_the_order():
    found = library({"1": 2})
    series = found.patients[0].studies[0].series[0]
    object.__setattr__(series, "instances", tuple(instance(number=n, size=600 * 1024) for n in (1, 2)))
    row = outline(found.patients, lambda key: True, "", Memo())[2]
    usual, sized, wide = (
        "".join(text for text, _ in runs(row, width, Memo(), shown=False, by_size=by_size))
        for width, by_size in ((28, False), (28, True), (60, False))
    )
    assert usual.endswith("    2") and "M" not in usual
    assert sized.endswith(" 1.2 M") and " 2 " not in sized.partition("Series 1")[2]
    assert wide.endswith("    2 1.2 M")


def test_a_patient_has_the_date_of_the_newest_study():
    rows = ["".join(text for text, _ in runs(row, 60, Memo(), shown=False)) for row in rows_of_both_layouts()]
    assert sum("2026-01-02" in line for line in rows if "Phantom, Formula" in line) >= 1


def test_a_narrow_study_has_its_date_in_front():
    row = outline(PATIENTS.patients, lambda key: True, "", Memo())[1]
    assert "▾ 2026-01-02 Phantom study" in "".join(text for text, _ in runs(row, 40, Memo(), shown=False))


def test_the_sign_moves_nothing():
    row = outline(PATIENTS.patients, lambda key: True, "", Memo())[2]
    with_sign, without = ("".join(text for text, _ in runs(row, 40, Memo(), shown=shown)) for shown in (True, False))
    assert with_sign[0] == "●"
    assert with_sign[1:] == without[1:]


def test_a_skipped_file_is_dim_and_says_why():
    row = next(row for row in rows_of_both_layouts() if isinstance(row.leaf, Skipped))
    found = runs(row, 60, Memo(), shown=False)
    assert ("notes.txt", "faint") in found
    assert "not DICOM" in "".join(text for text, _ in found)


def test_of_what_stands_behind_a_name_no_lone_ellipsis_is_left():
    row = made(set(), found=library({"1": 1}, patients=("ANNABELLA",)))[0]
    texts = ["".join(text for text, _ in runs(row, width, Memo(), shown=False, digits=1)) for width in range(8, 40)]
    name, number = (text for text, _ in label(row.block.item))
    whole = [text for text in texts if name in text]
    assert len(whole) > 10
    assert any(number in text for text in whole) and any("…" in text for text in texts)
    assert not any(f"{name}  {number.strip()[:kept]}…" in text for text in whole for kept in range(3))


def test_brackets_in_a_description_are_only_text():
    odd = library({"1": 1})
    image = instance(ref=Ref("/data/[bold]x"), series_description="[/] [@click=app.quit]y[/]")
    series = odd.patients[0].studies[0].series[0]
    object.__setattr__(series, "instances", (image,))
    rows = outline(odd.patients, lambda key: True, "", Memo())
    text = "".join(t for i in range(len(rows)) for t, _ in runs(rows[i], 100, Memo(), shown=False))
    assert "[/] [@click=app.quit]y[/]" in text
    assert "[bold]x" in text
