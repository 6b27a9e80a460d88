from __future__ import annotations

from tests.ui.panes.stage import instance, library
from tui.service.values import Library, Ref, Series, SeriesKey, Skipped
from tui.ui.panes.treeitems import (
    Folder,
    Memo,
    arrange,
    children,
    file_name,
    folders,
    instances_of,
    key_of,
    label,
    walk,
)


def tree(*paths: str, opened: tuple[str, ...] = ("/data",), skipped: tuple[str, ...] = ()) -> tuple[Folder, ...]:
    made = tuple(instance(ref=Ref(path)) for path in paths)
    found = library({"1": 1})
    series = Series(SeriesKey("P1", "1", "1"), made)
    study = type(found.patients[0].studies[0])("1", (series,))
    patient = type(found.patients[0])("P1", (study,))
    return folders(Library((patient,) if made else (), tuple(Skipped(p, "not DICOM") for p in skipped)), opened)


def test_folders_stand_below_the_opened_path():
    (top,) = tree("/data/a/IM1", "/data/a/b/IM2", "/data/IM3")
    assert (top.path, top.dicom) == ("/data", 3)
    assert [folder.path for folder in walk((top,)) if isinstance(folder, Folder)] == ["/data", "/data/a", "/data/a/b"]
    assert [folder.dicom for folder in walk((top,)) if isinstance(folder, Folder)] == [3, 2, 1]


def test_files_of_several_opened_paths_stand_below_each():
    tops = tree("/x/IM1", "/y/IM2", opened=("/x", "/y/"))
    assert [(top.path, top.dicom) for top in tops] == [("/x", 1), ("/y", 1)]


def test_an_opened_path_inside_another_stands_on_its_own():
    tops = tree("/x/IM1", "/x/y/IM2", opened=("/x", "/x/y"))
    assert [(top.path, top.dicom) for top in tops] == [("/x", 1), ("/x/y", 1)]


def test_an_opened_file_stands_in_its_folder():
    (top,) = tree("/x/y/IM1", opened=("/x/y/IM1",))
    assert (top.path, len(top.files)) == ("/x/y", 1)


def test_relative_paths_are_found_below_what_was_opened():
    (top,) = tree("data/a/IM1", "data/IM2", opened=("data",))
    assert (top.path, top.dicom) == ("data", 2)
    (top,) = tree("./a/IM1", opened=(".",))
    assert top.dicom == 1


def test_an_archive_is_a_folder():
    found = folders(Library(library({"1": 1}).patients), ("/data",))
    assert found
    made = instance(ref=Ref("/data/x.zip", "a/IM1"))
    series = Series(SeriesKey("P1", "1", "1"), (made,))
    one = library({"1": 1}).patients[0]
    patient = type(one)("P1", (type(one.studies[0])("1", (series,)),))
    (top,) = folders(Library((patient,)), ("/data",))
    assert [folder.path for folder in walk((top,)) if isinstance(folder, Folder)] == [
        "/data", "/data/x.zip", "/data/x.zip/a",
    ]  # fmt: skip


def test_files_are_ordered_as_people_do():
    (top,) = tree("/data/IM10", "/data/IM2", "/data/im1", skipped=("/data/IM3",))
    assert [file_name(leaf) for leaf in top.files] == ["im1", "IM2", "IM3", "IM10"]


def test_names_of_files_are_printable():
    (top,) = tree("/data/\x1b]0;x\udcff", opened=("/data",))
    assert file_name(top.files[0]).isprintable()
    (top,) = tree("/d\x1bx/IM1", opened=("/d\x1bx",))
    assert top.name.isprintable()


def test_pictures_are_counted_once_and_again_only_where_something_changed():
    memo = Memo()
    first = library({"1": 3, "2": 4})
    assert memo.pictures(first.patients[0]) == 7
    assert memo.pictures(library({"1": 3, "2": 5}).patients[0]) == 8
    report = Series(SeriesKey("P1", "1", "9"), (instance("9", rows=0),))
    assert memo.pictures(report) == 1
    cine = Series(SeriesKey("P1", "1", "8"), (instance("8", frames=20),))
    assert memo.pictures(cine) == 20


def test_where_an_instance_stands_in_both_layouts():
    found = library({"1": 2, "2": 2})
    ref = found.patients[0].studies[0].series[1].instances[0].ref
    by_patient = arrange(found, ("/data",), False)
    key, *_ = place = by_patient.place(ref, None)
    assert place == by_patient.place(ref, SeriesKey("P1", "1", "2")) == (("series", "P1", "1", "2"), ref.path, "")
    assert by_patient.above(key) == [("patient", "P1"), ("study", "P1", "1")]
    by_folder = arrange(found, ("/data",), True)
    key, *_ = by_folder.place(ref, None)
    assert key == ("folder", "/data/P1/s2")
    assert by_folder.above(key)[-2:] == [("folder", "/data"), ("folder", "/data/P1")]
    assert by_folder.place(Ref("/elsewhere/IM1"), None) is None


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
