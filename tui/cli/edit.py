"""``safelight edit``: edited copies, or files edited in place with backups."""

from __future__ import annotations

import argparse
import json
import os
import sys

from tui import compose
from tui.cli import DONE, SOME_FAILED
from tui.cli.session import Session, tell
from tui.cli.writing import Writer
from tui.errors import UsageError
from tui.service.editing import WriteEdits, common_root
from tui.service.questions import Answered, Ask, FilePlan, PlanEdits, Planned
from tui.service.tagvalues import Plan, Replacement, path_of, setting
from tui.service.values import Instance, Outcome, printable

BACKUP = ".bak"


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    plan = _plan(options)
    if not options.dry_run and bool(options.output) == options.in_place:
        raise UsageError("Say where the copies go with -o DIR, or --in-place", "--dry-run writes nothing.")
    session = Session(compose.settings(), {"index", "ask", "write"})
    writer = Writer(session, as_json=options.json)
    session.open(options.paths)
    writer.refuse()
    instances = [one for one in session.instances() if not _is_backup(one, options.paths)]
    if not instances:
        return writer.code()
    session.do(Ask(PlanEdits(tuple(instance.ref for instance in instances), plan)))
    answered = session.last(Answered)
    if answered is None or not isinstance(answered.answer, Planned):
        raise UsageError(answered.problem.rstrip(".") if answered else "The files cannot be edited")
    files = answered.answer.files
    for file in files:
        if file.note:
            tell(file.ref.path, file.note)
    if options.dry_run:
        for file in files:
            _show(file, options.json)
        return SOME_FAILED if any(file.error for file in files) else DONE
    for file in files:
        if file.error:
            writer.tell(Outcome(file.ref.path, error=file.error))
    folders = [path for path in options.paths if os.path.isdir(path)]
    root = common_root([os.path.join(folder, "x") for folder in folders] or [f.ref.path for f in files])
    made = tuple((file.ref, file.edits) for file in files if not file.error)
    if made:
        writer.write(WriteEdits(made, options.output, root, options.in_place))
    return writer.code()


def _is_backup(instance: Instance, asked: list[str]) -> bool:
    """Whether a file is one that --in-place has kept; it is edited only where it is asked for by name."""
    name = instance.ref.path
    kept = name.endswith(BACKUP) or f"{BACKUP}-" in os.path.basename(name)
    return kept and os.path.abspath(name) not in {os.path.abspath(path) for path in asked}


def _plan(options: argparse.Namespace) -> Plan:
    sets = []
    for words in options.set:
        if "=" not in words:
            raise UsageError(f"--set takes TAG=VALUE, not {printable(words, 60)}")
        sets.append(setting(words))
    plan = Plan(
        tuple((path, value) for path, value, _ in sets),
        tuple(path_of(name) for name in options.delete),
        tuple(Replacement(path_of(name), pattern, new) for name, pattern, new in options.replace),
        options.csv,
        options.from_name,
        options.new_uids,
        options.start,
        tuple((path, vr) for path, _, vr in sets if vr),
    )
    if not plan:
        raise UsageError("There is nothing to change", "See safelight edit --help.")
    return plan


def _show(file: FilePlan, as_json: bool) -> None:
    if as_json:
        changes = [{"path": d.path, "keyword": d.keyword, "before": d.before, "after": d.after}
                   for d in file.differences]  # fmt: skip
        print(json.dumps({"source": file.ref.path, "changes": changes, "error": file.error or None}), flush=True)
        return
    if file.error:
        tell(file.ref.path, file.error)
        return
    print(printable(file.ref.path))
    for change in file.differences:
        before = "(none)" if change.before is None else printable(change.before, 200)
        after = "(removed)" if change.after is None else change.after
        print(f"  {change.path} {change.keyword}: {before} -> {after}")
    sys.stdout.flush()
