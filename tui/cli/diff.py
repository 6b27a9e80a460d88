"""``safelight diff``: what differs between files, or varies in a series."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, cells, cut, pad, tell
from tui.errors import UnreadableError, UsageError
from tui.service.questions import Answered, Ask, Compare, Compared, Surveyed, SurveyOf
from tui.service.tagvalues import CONSTANT, MISSING_HERE, Place, telling
from tui.service.values import Ref, printable

ABSENT = "-"


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    folders = any(os.path.isdir(path) for path in options.paths)
    if options.series or (folders and not _two_files(options.paths)):
        return _survey(options)
    if len(options.paths) < 2:
        raise UsageError("Give two files, or a folder", "See safelight diff --help.")
    session = Session(compose.settings(), {"index", "ask"})
    refs = tuple(session.only(path).ref for path in options.paths)
    session.do(Ask(Compare(refs, pixels=not options.no_pixels)))
    answered = _answer(session)
    assert isinstance(answered.answer, Compared)
    for note in answered.answer.notes:
        print(f"safelight: {note}", file=sys.stderr)
    places = answered.answer.places
    if options.json:
        print(json.dumps({"files": [ref.path for ref in refs], "differences": [_data(place) for place in places]},
                         ensure_ascii=True, indent=2))  # fmt: skip
    else:
        _print(places, refs)
    return SOME_FAILED if places else DONE


def _two_files(paths: list[str]) -> bool:
    return len(paths) >= 2 and not any(os.path.isdir(path) for path in paths)


def _answer(session: Session) -> Answered:
    answered = session.last(Answered)
    if answered is None or answered.answer is None:
        raise UnreadableError(answered.problem.rstrip(".") if answered else "The files cannot be compared")
    return answered


def _data(place: Place) -> dict[str, object]:
    return {"tag": place.tag, "path": place.path, "vr": place.vr, "keyword": place.keyword, "kind": place.kind,
            "values": list(place.values)}  # fmt: skip


def _print(places: tuple[Place, ...], refs: tuple[Ref, ...]) -> None:
    if not places:
        return
    rows = [
        (f"{'  ' * place.depth}{place.tag}", place.keyword, *(ABSENT if v is None else v or '""' for v in place.values))
        for place in places
    ]
    heads = ("tag", "keyword", *names([ref.path for ref in refs]))
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    first = [max(map(cells, column)) for column in zip(heads[:2], *(row[:2] for row in rows), strict=True)]
    count = len(refs)
    if room:
        each = max(8, (room - sum(first) - 2 * (count + 1)) // count)
    else:
        each = max((cells(text) for row in rows for text in row[2:]), default=0)
    for row in (heads, *rows):
        texts = [pad(text, wide) for text, wide in zip(row, first, strict=False)]
        texts += [pad(cut(text or "", each), each) for text in telling(row[2:], each)]
        print("  ".join(texts).rstrip())


def names(paths: list[str]) -> list[str]:
    """The names of files as headings: as much of their ends as tells them apart."""
    parts = [path.split(os.sep) for path in paths]
    for count in range(1, max(map(len, parts)) + 1):
        ends = [os.sep.join(part[-count:]) for part in parts]
        if len(set(ends)) == len(set(paths)):
            return [printable(end) for end in ends]
    return [printable(path) for path in paths]


def _survey(options: argparse.Namespace) -> int:
    session = Session(compose.settings(), {"index", "ask"})
    session.open(options.paths)
    for skipped in session.refused():
        tell(skipped.path, skipped.reason)
    refs = tuple(instance.ref for instance in session.instances())
    if not refs:
        return NOTHING_READABLE
    session.do(Ask(SurveyOf(refs)))
    answer = _answer(session).answer
    assert isinstance(answer, Surveyed)
    for note in answer.notes:
        print(f"safelight: {note}", file=sys.stderr)
    shown = [a for a in answer.attributes if options.all or a.kind != CONSTANT]
    if options.json:
        data = [{"tag": a.tag, "path": a.path, "vr": a.vr, "keyword": a.keyword, "kind": a.kind, "have": a.have,
                 "values": a.values, "text": a.text} for a in shown]  # fmt: skip
        print(json.dumps({"images": answer.count, "attributes": data}, ensure_ascii=True, indent=2))
    else:
        width = max((cells(a.keyword) for a in shown), default=0)
        heads = max((cells(f"{'  ' * a.depth}{a.tag}") for a in shown), default=0)
        for a in shown:
            kind = f"in {a.have} of {answer.count}" if a.kind == MISSING_HERE else a.kind
            line = f"{pad('  ' * a.depth + a.tag, heads)}  {pad(a.keyword, width)}  {kind:<12}  {a.text}"
            print(line.rstrip())
    return SOME_FAILED if any(a.kind != CONSTANT for a in answer.attributes) else DONE
