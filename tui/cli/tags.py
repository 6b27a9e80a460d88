"""``safelight tags``: the tags of one file, filtered as ``/`` does."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from typing import Any

from tui import compose
from tui.cli import DONE, NOTHING_READABLE
from tui.cli.session import Session, cells, cut, pad, tell
from tui.errors import UnreadableError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.questions import Answered, Ask, TextOf, Value, ValueOf
from tui.service.tagvalues import csv_table, path_of
from tui.service.values import TagRow, readable


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    session = Session(compose.settings(), {"index", "open", "ask"})
    session.only(options.file)
    if query := " ".join(options.query):
        session.do(act.SearchTags(query))
    ready, filtered = session.last(ev.TagsReady), session.last(ev.TagsFiltered)
    rows: Sequence[TagRow] = ready.rows if ready else ()
    if ready and ready.problem:
        tell(options.file, ready.problem)
    if filtered:
        rows = tuple(rows[index] for index in filtered.matches)
    if options.value:
        return _value(session, options.value)
    if options.csv or options.dicom_json:
        return _written(session, rows, options)
    if options.json:
        print(json.dumps([as_data(row) for row in rows], ensure_ascii=True, indent=2))
    else:
        _print(rows)
    return NOTHING_READABLE if ready and ready.problem and not ready.rows else DONE


def _written(session: Session, rows: Sequence[TagRow], options: argparse.Namespace) -> int:
    """As CSV the rows that were found; as DICOM JSON the data set."""
    if options.csv:
        print(csv_table(rows), end="")
        return DONE
    session.do(Ask(TextOf(session.instances()[0].ref, "json")))
    answered = session.last(Answered)
    assert answered is not None
    if not isinstance(answered.answer, str):
        raise UnreadableError(answered.problem.rstrip("."))
    print(json.dumps(json.loads(answered.answer), ensure_ascii=True, indent=1))
    return DONE


def _value(session: Session, name: str) -> int:
    """One whole value."""
    session.do(Ask(ValueOf(session.instances()[0].ref, path_of(name))))
    answered = session.last(Answered)
    assert answered is not None
    if not isinstance(answered.answer, Value):
        raise UnreadableError(answered.problem.rstrip("."))
    print(answered.answer.text)
    return DONE


def as_data(row: TagRow) -> dict[str, Any]:
    """A row in the shape of ``--json``."""
    return {
        "tag": row.tag,
        "path": row.path,
        "depth": row.depth,
        "vr": row.vr,
        "keyword": row.keyword,
        "vm": row.vm,
        "value": row.value,
    }


def _print(rows: Sequence[TagRow]) -> None:
    heads = [f"{'  ' * row.depth}{row.tag}" for row in rows]
    names = [row.keyword or row.name for row in rows]
    head_cells = max((cells(head) for head in heads), default=0)
    name_cells = max((cells(name) for name in names), default=0)
    # a terminal gets one line a row, with values for reading; a file or a program gets them whole and as stored
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for row, head, name in zip(rows, heads, names, strict=True):
        value = readable(row.vr, row.value) if width else row.value
        line = f"{pad(head, head_cells)}  {row.vr}  {pad(name, name_cells)}  {value}".rstrip()
        print(cut(line, width) if width else line)
