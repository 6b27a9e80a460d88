"""A viewer without a screen, and text in cells."""

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cli.session import Progress, Session, cells, cut, pad, plural
from tui.errors import UnreadableError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.settings import Settings


def test_it_hears_everything_but_the_state(data):
    session = Session(Settings(), {"index", "open"})
    session.open([str(data)])
    kinds = {type(event) for event in session.heard}
    assert ev.TagsReady in kinds and ev.ScanEnded in kinds
    assert ev.StateChanged not in kinds
    assert len(session.instances()) == 6
    assert session.refused() == ()


def test_work_that_is_not_wanted_is_not_done(data):
    session = Session(Settings(), {"index"})
    session.open([str(data)])
    assert session.last(ev.TagsReady) is None


def test_the_newest_of_a_kind(data):
    session = Session(Settings(), {"index", "open"})
    session.only(str(data / "report.dcm"))
    session.do(act.SearchTags("patient"))
    session.do(act.SearchTags("study"))
    filtered = session.last(ev.TagsFiltered)
    assert filtered is not None and filtered.query == "study"


def test_a_file_that_is_none_is_a_reason(data):
    session = Session(Settings(), {"index"})
    with pytest.raises(UnreadableError, match=r"notes\.txt: not DICOM"):
        session.only(str(data / "notes.txt"))
    assert [skipped.path for skipped in session.refused()] == [str(data / "notes.txt")]


class Stderr(io.StringIO):
    def __init__(self, is_tty):
        super().__init__()
        self._is_tty = is_tty

    def isatty(self):
        return self._is_tty


@pytest.mark.parametrize("is_tty", [True, False])
def test_progress_is_for_a_terminal_alone_and_leaves_no_trace(monkeypatch, is_tty):
    stderr = Stderr(is_tty)
    monkeypatch.setattr(sys, "stderr", stderr)
    progress = Progress()
    progress.say("1,000 files")
    progress.end()
    progress.end()
    assert stderr.getvalue() == ("\r1,000 files\x1b[K\r\x1b[K" if is_tty else "")


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("脑部", 4), ("é", 1), ("e\u0301", 1), ("Ω", 1), ("한글", 4)]
)
def test_cells(text, width):
    assert cells(text) == width


@given(st.text(alphabet="ab脑部é…", max_size=12), st.integers(1, 14))
def test_cut_and_pad_fit(text, width):
    short = cut(text, width)
    assert cells(short) <= width
    assert short == text or short.endswith("…")
    assert cells(pad(short, width)) == width


def test_plural():
    assert plural(1, "file") == "1 file"
    assert plural(1234, "study", "studies") == "1,234 studies"
