"""``safelight anonymize``: de-identified copies."""

from __future__ import annotations

import argparse

from tui import compose
from tui.cli.session import Session
from tui.cli.writing import Writer
from tui.service import actions as act


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    session = Session(compose.settings(), {"index", "write"})
    writer = Writer(session, as_json=options.json)
    session.open(options.paths)
    writer.refuse()
    refs = tuple(instance.ref for instance in session.instances())
    if refs:
        writer.write(act.Anonymize(refs, options.output))
    return writer.code()
