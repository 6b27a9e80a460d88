"""The job that converts: what it refuses, and the command that does the same."""

import io
import shlex

import numpy as np
from PIL import Image
from pydicom import dcmread

from tests.service.fakes import bench
from tui.core.recipe import Recipe
from tui.service import actions as act
from tui.service import events as ev
from tui.service.converting import new_uid


def pictures(folder, *names):
    for n, name in enumerate(names):
        Image.fromarray(np.full((4, 5), n, np.uint8)).save(folder / name)
    return tuple(str(folder / name) for name in names)


def done(action):
    b = bench()
    b.viewer.do(action)
    return b, b.last(ev.WritingEnded)


def test_files_keep_their_names(tmp_path):
    b, ended = done(act.Convert(pictures(tmp_path, "a.png", "a.bmp", "-x y.png"), folder="/out"))
    assert sorted(b.output.disk) == ["/out/a-2.dcm", "/out/a.dcm", "/out/x_y.dcm"]
    assert len({dcmread(io.BytesIO(d)).SeriesInstanceUID for d in b.output.disk.values()}) == 1
    assert not any(outcome.error for outcome in ended.outcomes)


def test_one_bad_file_does_not_stop_the_rest(tmp_path):
    paths = pictures(tmp_path, "a.png", "c.png")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "notes.txt").write_text("nothing")
    b, ended = done(act.Convert((str(tmp_path),), folder="/out"))
    assert [bool(outcome.error) for outcome in ended.outcomes] == [False, True, False] and len(paths) == 2
    _, ended = done(act.Convert((str(tmp_path / "notes.txt"),), folder="/out"))
    assert "no picture" in ended.outcomes[0].error and b.viewer.state.writing.verb == ""


def test_dicom_needs_a_transfer_syntax():
    _, ended = done(act.Convert(("/nowhere",), folder="/out"))
    assert ended.outcomes[0].error


def test_never_among_the_pictures(tmp_path):
    pictures(tmp_path, "a.png")
    b, ended = done(act.Convert((str(tmp_path),), folder=str(tmp_path)))
    assert "among the pictures" in ended.outcomes[0].error and b.output.disk == {}


def test_a_recipe_that_cannot_be_followed_is_said_once(tmp_path):
    _, ended = done(act.Convert((str(tmp_path),), Recipe(transfer_syntax="zip"), "/out"))
    assert len(ended.outcomes) == 1 and "transfer syntax" in ended.outcomes[0].error


def test_the_command_that_does_the_same():
    recipe = Recipe((("PatientID", "a b"),), (), "{PatientID}", "/l.dcm", "/t.dcm", "rle", "SD", False, 7.5)
    _, ended = done(act.Convert(("/in",), recipe, "/out", table_path="/t.csv"))
    assert shlex.split(ended.command) == [
        "safelight", "convert", "/in", "--set", "PatientID=a b", "--csv", "/t.csv", "--from-name", "{PatientID}",
        "--like", "/l.dcm", "--template", "/t.dcm", "--transfer-syntax", "rle", "--conversion-type", "SD",
        "--no-burned-in", "--rate", "7.5", "-o", "/out",
    ]  # fmt: skip


def test_uids_are_legal_and_new():
    found = {new_uid() for _ in range(100)}
    assert len(found) == 100 and all(len(uid) <= 64 and uid[5] != "0" for uid in found)


def test_a_table_by_its_path_is_read_and_named_in_the_command(tmp_path):
    b = bench()
    b.instances.texts["/table.csv"] = "file,PatientID\na.png,77\n"
    b.viewer.do(act.Convert(pictures(tmp_path, "a.png"), folder="/out", table_path="/table.csv"))
    assert dcmread(io.BytesIO(b.output.disk["/out/a.dcm"])).PatientID == "77"
    assert "--csv /table.csv" in b.last(ev.WritingEnded).command
    b.viewer.do(act.Convert(pictures(tmp_path, "a.png"), folder="/out", table_path="/gone.csv"))
    assert "/gone.csv cannot be read" in b.last(ev.WritingEnded).outcomes[0].error


def test_upright_is_in_the_command(tmp_path):
    _, ended = done(act.Convert(pictures(tmp_path, "a.png"), Recipe(upright=True), "/out"))
    assert "--upright" in shlex.split(ended.command)
