"""Journal, names and what is put aside."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tui.adapters.workplace import WorkFolder
from tui.core.values import Ref
from tui.errors import ExistsError, OutputError, RefusedError

HEAD = {"format": 1, "run": "abc"}


def begun(folder: Path, head: dict[str, object] = HEAD) -> tuple[WorkFolder, bool]:
    place = WorkFolder(str(folder))
    return place, place.begin(head)


def draft(place: WorkFolder, data: bytes) -> tuple[str, str]:
    return place.drafts().put([data]), hashlib.sha256(data).hexdigest()


def test_a_draft_gets_its_name_once(tmp_path: Path) -> None:
    place, _ = begun(tmp_path / "out")
    first = draft(place, b"one")
    assert place.publish(first[0], "a/b/c.dcm", first[1]) == ("a/b/c.dcm", 3, False)
    again = draft(place, b"one")
    assert place.publish(again[0], "a/b/c.dcm", again[1]) == ("a/b/c.dcm", 3, True)
    other = draft(place, b"other")
    assert place.publish(other[0], "a/b/c.dcm", other[1]) == ("a/b/c~2.dcm", 5, False)
    assert (tmp_path / "out/a/b/c.dcm").read_bytes() == b"one"
    assert place.is_there("a/b/c.dcm", 3) and not place.is_there("a/b/c.dcm", 4)
    place.sync(wait=True)
    place.end(finished=True)
    assert sorted(os.listdir(tmp_path / "out")) == ["a"]


def test_names_have_the_mode_of_new_files(tmp_path: Path) -> None:
    place, _ = begun(tmp_path)
    made = draft(place, b"one")
    place.publish(made[0], "x.dcm", made[1])
    (tmp_path / "plain").write_text("")
    assert (tmp_path / "x.dcm").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_run_is_taken_up_behind_its_last_whole_line(tmp_path: Path) -> None:
    place, again = begun(tmp_path)
    assert not again
    for number in range(3):
        place.note({"n": number})
    place.sync(wait=False)
    place.drafts().put([b"left over"])
    place.end(finished=False)
    journal = tmp_path / ".safelight" / "journal"
    with journal.open("ab") as file:
        file.write(b'{"n": 3')
    place, again = begun(tmp_path)
    assert again and not list(tmp_path.glob(".safelight/*.draft"))
    assert [place.earlier() for _ in range(4)] == [{"n": 0}, {"n": 1}, {"n": 2}, None]
    place.note({"n": "new"})
    assert list(place.entries()) == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": "new"}]
    place.end(finished=False)
    place, _ = begun(tmp_path)
    place.earlier(), place.earlier()
    place.rewind()
    place.note({"n": "other"})
    assert list(place.entries()) == [{"n": 0}, {"n": "other"}]


def test_one_run_at_a_time_and_no_other_one(tmp_path: Path) -> None:
    place, _ = begun(tmp_path)
    with pytest.raises(RefusedError, match="Another run"):
        begun(tmp_path)
    place.end(finished=False)
    with pytest.raises(RefusedError, match="unfinished"):
        begun(tmp_path, {"format": 1, "run": "other"})
    begun(tmp_path)


def test_nothing_written_leaves_no_folder(tmp_path: Path) -> None:
    place, _ = begun(tmp_path / "new")
    place.end(finished=True)
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").mkdir()
    place, _ = begun(tmp_path / "mine")
    place.end(finished=True)
    assert (tmp_path / "mine").is_dir()


def test_what_did_not_pass_lies_beside_the_copies(tmp_path: Path) -> None:
    place, _ = begun(tmp_path / "out")
    one, two = (place.set_aside(place.drafts().put([b"leak"])) for _ in range(2))
    assert {Path(one).name, Path(two).name} == {"copy.failed", "copy-2.failed"}
    assert Path(one).parent == tmp_path / "out.quarantine"
    assert Path(one).parent.stat().st_mode & 0o077 == 0 == Path(one).stat().st_mode & 0o077
    assert os.listdir(tmp_path / "out" / ".safelight") == ["journal"]


def test_nothing_goes_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / ".safelight").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="link"):
        begun(tmp_path / "out")


def test_what_the_disk_says_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="no folder"):
        begun(tmp_path / "file" / "below")


def test_a_stamp_tells_whether_a_file_is_the_same(tmp_path: Path) -> None:
    place = WorkFolder(str(tmp_path))
    file = tmp_path / "a"
    file.write_bytes(b"1")
    before = place.stamp(Ref(str(file)))
    assert before == place.stamp(Ref(str(file))) != place.stamp(Ref(str(file), "member"))
    file.write_bytes(b"12")
    assert place.stamp(Ref(str(file))) != before
    assert place.stamp(Ref(str(tmp_path / "gone"))) == b""


def test_a_report_is_written_piece_by_piece(tmp_path: Path) -> None:
    place = WorkFolder(str(tmp_path))
    path = str(tmp_path / "r.json")
    assert place.write(path, iter((b"a", b"b")), numbered=False) == path
    assert (tmp_path / "r.json").read_bytes() == b"ab"
    assert place.write(path, (b"c",), numbered=True) == str(tmp_path / "r-2.json")
    with pytest.raises(OutputError):
        place.write(path, (b"c",), numbered=False)


def test_a_second_name(tmp_path: Path) -> None:
    place = WorkFolder(str(tmp_path / "out"))
    assert not place.begin({"format": 1})
    path, sha256 = draft(place, b"one")
    name, _, _ = place.publish(path, "a/b.dcm", sha256)
    for _ in range(2):
        place.alias(name, "DICOM/IM1")
    assert (tmp_path / "out/DICOM/IM1").read_bytes() == b"one"
    (tmp_path / "out/DICOM/IM2").write_bytes(b"two")
    with pytest.raises(ExistsError):
        place.alias(name, "DICOM/IM2")
    place.end(finished=True)
