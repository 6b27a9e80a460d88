"""What is said of each file that is written."""

import json

from tui.cli.session import Session
from tui.cli.writing import Writer, as_data
from tui.core.values import Outcome, Ref
from tui.service import actions as act
from tui.service.settings import Settings


def test_shapes():
    assert as_data(Outcome("a", "b", 0)) == {"source": "a", "frame": 1, "output": "b", "error": None}
    assert as_data(Outcome("a", error="No.")) == {"source": "a", "frame": None, "output": None, "error": "No."}


def test_a_job_that_fails_as_a_whole_is_told_once_a_file(data, tmp_path, capsys):
    session = Session(Settings(), {"index", "write"})
    writer = Writer(session, as_json=True)
    session.open([str(data)])
    writer.write(act.Export((act.Target(Ref("a")), act.Target(Ref("b"))), format="nosuch", folder=str(tmp_path)))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["source"] for line in lines] == ["a", "b"]
    assert all("nosuch" in line["error"] for line in lines)
    assert writer.code() == 1


def test_notes_go_to_stderr_and_are_no_failure(data, tmp_path, capsys):
    session = Session(Settings(), {"index", "write"})
    writer = Writer(session, as_json=False)
    session.open([str(data)])
    writer._tell(Outcome("a", str(tmp_path / "x"), notes=("careful \x1b[2J",)))
    captured = capsys.readouterr()
    assert captured.out == f"{tmp_path / 'x'}\n"
    assert "careful ␛[2J" in captured.err
    assert writer.code() == 0
