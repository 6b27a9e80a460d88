"""``safelight summary``: patient, study and series on a sheet."""

from __future__ import annotations

import argparse
import json

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, tell
from tui.service.questions import Answered, Ask, Summaries, SummaryOf
from tui.service.tagvalues import bare_summary


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    session = Session(compose.settings(), {"index", "ask"})
    session.open(options.paths)
    refused = session.refused()
    for skipped in refused:
        tell(skipped.path, f"{skipped.reason}.")
    series = tuple(
        (one.first.ref, len(one.instances))
        for patient in session.state.library.patients
        for study in patient.studies
        for one in study.series
    )
    if not series:
        return NOTHING_READABLE
    session.do(Ask(SummaryOf(series)))
    answered = session.last(Answered)
    assert answered is not None and isinstance(answered.answer, Summaries)
    sheets = answered.answer.sheets
    if options.json:
        print(json.dumps([bare_summary(sheet).as_data() for sheet in sheets], ensure_ascii=True, indent=2))
    else:
        for number, sheet in enumerate(sheets):
            print("\n" * bool(number) + f"{sheet.path} ({sheet.images:,} in its series)")
            print("\n".join(sheet.lines()))
    return SOME_FAILED if refused else DONE
