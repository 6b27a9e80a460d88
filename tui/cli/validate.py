"""``safelight validate``: what is wrong with files."""

from __future__ import annotations

import argparse
import json
from collections import Counter

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, plural, tell
from tui.service.questions import Answered, Ask, Check, Checked
from tui.service.tagvalues import ERROR, OPEN, WARNING, Finding
from tui.service.values import Instance, printable


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    session = Session(compose.settings(), {"index", "ask"})
    session.open(options.paths)
    failed = False
    for skipped in session.refused():
        tell(skipped.path, f"{skipped.reason}.")
        failed = True
    instances = session.instances()
    for instance in instances:
        session.do(Ask(Check(instance.ref)))
        answered = session.last(Answered)
        session.heard.clear()
        checked = answered.answer if answered else None
        if not isinstance(checked, Checked):
            tell(instance.ref.path, answered.problem if answered else "It cannot be checked.")
            failed = True
            continue
        failed |= any(finding.severity == ERROR for finding in checked.findings)
        _print(instance, checked, options.json)
    if not instances:
        return NOTHING_READABLE
    return SOME_FAILED if failed else DONE


def _print(instance: Instance, checked: Checked, as_json: bool) -> None:
    if as_json:
        data = {"path": instance.ref.path, "by": checked.by, "findings": [_data(one) for one in checked.findings]}
        print(json.dumps(data, ensure_ascii=True), flush=True)
        return
    counts = Counter(one.severity for one in checked.findings)
    told = f"{plural(counts[ERROR], 'error')}, {plural(counts[WARNING], 'warning')}"
    if counts[OPEN]:
        told += f", {counts[OPEN]:,} open"
    print(f"{printable(instance.ref.path)}: {told} ({checked.by})")
    for one in checked.findings:
        if one.severity != OPEN:
            print(f"  {one.severity:<8}{one.path} {one.keyword}  {one.text}".rstrip())
    if counts[OPEN]:
        names = ", ".join(one.keyword for one in checked.findings if one.severity == OPEN)
        print(f"  {OPEN:<8}required or not, which the file does not tell: {names}")


def _data(finding: Finding) -> dict[str, str]:
    return {"severity": finding.severity, "path": finding.path, "keyword": finding.keyword, "text": finding.text}
