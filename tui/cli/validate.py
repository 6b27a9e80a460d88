"""``safelight validate``: what is wrong with files."""

from __future__ import annotations

import argparse
import json

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, tell
from tui.service.questions import Answered, Ask, Check, Checked
from tui.service.tagvalues import Finding
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
        failed |= any(finding.severity == "error" for finding in checked.findings)
        _print(instance, checked, options.json)
    if not instances:
        return NOTHING_READABLE
    return SOME_FAILED if failed else DONE


def _print(instance: Instance, checked: Checked, as_json: bool) -> None:
    if as_json:
        data = {"path": instance.ref.path, "by": checked.by, "findings": [_data(one) for one in checked.findings]}
        print(json.dumps(data, ensure_ascii=True), flush=True)
        return
    errors = sum(one.severity == "error" for one in checked.findings)
    warnings = len(checked.findings) - errors
    print(f"{printable(instance.ref.path)}: {errors} errors, {warnings} warnings ({checked.by})")
    for one in checked.findings:
        print(f"  {one.severity:<8}{one.path} {one.keyword}  {one.text}".rstrip())


def _data(finding: Finding) -> dict[str, str]:
    return {"severity": finding.severity, "path": finding.path, "keyword": finding.keyword, "text": finding.text}
