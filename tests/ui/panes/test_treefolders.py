from __future__ import annotations

from tests.ui.panes.stage import instance, library
from tui.service.values import Library, Ref, Series, SeriesKey, Skipped
from tui.ui.panes.slices import finished
from tui.ui.panes.treefolders import Folder, Homes, file_name, folder_steps
from tui.ui.panes.treeitems import leaves_of, walk


def folders(library: Library, opened: tuple[str, ...], order: str = "patient") -> tuple[Folder, ...]:
    return finished(folder_steps(library, opened, order, Homes()))


def tree(*paths: str, opened: tuple[str, ...] = ("/data",), skipped: tuple[str, ...] = ()) -> tuple[Folder, ...]:
    made = tuple(instance(ref=Ref(path)) for path in paths)
    found = library({"1": 1})
    series = Series(SeriesKey("P1", "1", "1"), made)
    study = type(found.patients[0].studies[0])("1", (series,))
    patient = type(found.patients[0])("P1", (study,))
    return folders(Library((patient,) if made else (), tuple(Skipped(p, "not DICOM") for p in skipped)), opened)


def test_folders_stand_below_the_opened_path():
    (top,) = tree("/data/a/IM1", "/data/a/b/IM2", "/data/IM3")
    assert (top.path, top.count) == ("/data", 3)
    assert [folder.path for folder in walk((top,)) if isinstance(folder, Folder)] == ["/data", "/data/a", "/data/a/b"]
    assert [folder.count for folder in walk((top,)) if isinstance(folder, Folder)] == [3, 2, 1]


def test_files_of_several_opened_paths_stand_below_each():
    tops = tree("/x/IM1", "/y/IM2", opened=("/x", "/y/"))
    assert [(top.path, top.count) for top in tops] == [("/x", 1), ("/y", 1)]


def test_an_opened_path_inside_another_stands_on_its_own():
    tops = tree("/x/IM1", "/x/y/IM2", opened=("/x", "/x/y"))
    assert [(top.path, top.count) for top in tops] == [("/x", 1), ("/x/y", 1)]


def test_an_opened_file_stands_in_its_folder():
    (top,) = tree("/x/y/IM1", opened=("/x/y/IM1",))
    assert (top.path, len(leaves_of(top))) == ("/x/y", 1)


def test_relative_paths_are_found_below_what_was_opened():
    (top,) = tree("data/a/IM1", "data/IM2", opened=("data",))
    assert (top.path, top.count) == ("data", 2)
    (top,) = tree("./a/IM1", opened=(".",))
    assert top.count == 1


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
    assert [file_name(leaf) for leaf in leaves_of(top)] == ["im1", "IM2", "IM3", "IM10"]


def test_names_of_files_are_printable():
    (top,) = tree("/data/\x1b]0;x\udcff", opened=("/data",))
    assert file_name(leaves_of(top)[0]).isprintable()
    (top,) = tree("/d\x1bx/IM1", opened=("/d\x1bx",))
    assert top.name.isprintable()


def test_the_same_files_in_each_order():
    made = (instance(ref=Ref("/data/b/IM1"), size=5, study_date="20200101", modality="MR"),
            instance(ref=Ref("/data/b/IM2"), size=9, study_date="20240101", modality="CT"),
            instance(ref=Ref("/data/a/IM3"), size=2, study_date="20230101", modality="US"))  # fmt: skip
    found = library({"1": 1})
    patient = type(found.patients[0])
    study = type(found.patients[0].studies[0])
    whole = patient("P1", (study("1", (Series(SeriesKey("P1", "1", "1"), made),)),))
    text = Skipped("/data/b/IM0", "not DICOM")

    def names(order):
        (top,) = folders(Library((whole,), (text,)), ("/data",), order)
        return [file_name(leaf) for inner in top.inner for leaf in leaves_of(inner)]

    assert names("patient") == ["IM3", "IM0", "IM1", "IM2"]
    assert names("size") == ["IM2", "IM1", "IM0", "IM3"]
    assert names("date") == ["IM2", "IM1", "IM0", "IM3"]
    assert names("modality") == ["IM2", "IM1", "IM0", "IM3"]


def test_many_files_are_ordered_as_few_are():
    (top,) = tree(*(f"/data/IM{n}" for n in range(9000, 0, -1)))
    assert [file_name(leaf) for leaf in leaves_of(top)] == [f"IM{n}" for n in range(1, 9001)]
