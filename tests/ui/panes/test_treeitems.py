from __future__ import annotations

from tests.ui.panes.stage import instance, library
from tui.service.values import Packed, Ref, Series, SeriesKey
from tui.ui.panes.slices import finished
from tui.ui.panes.treeitems import arrange, children, instances_of, key_of, label, leaf_steps, unsorted_steps, walk


def test_where_an_instance_stands_in_both_layouts():
    found = library({"1": 2, "2": 2})
    ref = found.patients[0].studies[0].series[1].instances[0].ref
    by_patient = arrange(found, ("/data",), False)
    series = SeriesKey("P1", "1", "2")
    key, *_ = place = by_patient.place(ref, series)
    assert place == (("series", "P1", "1", "2"), ref.path, "")
    assert by_patient.above(key) == [("patient", "P1"), ("study", "P1", "1")]
    by_folder = arrange(found, ("/data",), True)
    key, *_ = by_folder.place(ref, series)
    assert key == ("folder", "/data/P1/s2")
    assert by_folder.above(key)[-2:] == [("folder", "/data"), ("folder", "/data/P1")]
    assert by_folder.place(Ref("/elsewhere/IM1"), series) is None


def test_keys_tell_items_apart_and_stay_over_batches():
    one, more = library({"1": 1, "2": 1}), library({"1": 5, "2": 1})
    keys = [key_of(item) for item in walk(one.patients)]
    assert len(set(keys)) == len(keys) == 4
    assert keys == [key_of(item) for item in walk(more.patients)]


def test_all_instances_of_an_item_in_order():
    found = library({"1": 2, "2": 2}, patients=("A", "B"))
    refs = [one.ref.path for one in instances_of(found.patients[1])]
    assert refs == ["/data/B/s1/IM1", "/data/B/s1/IM2", "/data/B/s2/IM1", "/data/B/s2/IM2"]
    assert list(children(found.patients[0])) == list(found.patients[0].studies)


def test_items_without_names_are_named_all_the_same():
    bare = instance(patient_name="", patient_id="", study_description="", series_description="", modality="",
                    series_number=None)  # fmt: skip
    one = library({"1": 1}).patients[0]
    series = Series(SeriesKey("", "1", "1"), (bare,))
    study = type(one.studies[0])("1", (series,))
    assert "".join(text for text, _ in label(type(one)("", (study,)))) == "(no name)"
    assert "".join(text for text, _ in label(study)).startswith("(no description)")
    assert "".join(text for text, _ in label(series)).split() == ["??", "(no", "description)"]


def test_what_is_counted_is_neither_sorted_nor_made():
    found = library({"1": 12})
    (series,) = found.patients[0].studies[0].series
    (top,) = arrange(found, ("/data/P1/s1",), True).roots
    assert {id(leaf) for leaf in finished(unsorted_steps(top))} == {id(leaf) for leaf in finished(leaf_steps(top))}
    assert list(finished(unsorted_steps(series))) == list(series.instances)
    packed = Packed(series.first, 12, 12, 0, lambda: iter([list(series.instances)]))
    kept = Series(series.key, packed)
    assert list(finished(unsorted_steps(kept))) == [series.first] and not packed.is_made
    assert finished(leaf_steps(kept)) is packed and packed.is_made
    assert list(finished(unsorted_steps(kept))) == list(series.instances)
