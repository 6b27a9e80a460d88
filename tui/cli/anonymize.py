"""``safelight anonymize``: de-identified copies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, plural
from tui.cli.writing import Writer
from tui.core.deidentify import options as chosen
from tui.errors import UsageError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.batch import COPIED, State, Summary
from tui.service.values import Dates, Options, printable

DAMAGED = 2  # files that cannot be read, beside others that were copied
QUARANTINED = 3  # a copy did not pass its proof: as grave as when there is nothing to pass on
MOST_LINES = 6
_NOTHING = NOTHING_READABLE
_LONGEST_LIST = 4 * 2**20


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    if options.conformance:
        from tui.service.conformance import statement

        print("\n\n".join(statement(profile_of(options))))
        return DONE
    if not options.paths:
        raise UsageError("No PATH is given", "See safelight anonymize --help.")
    action = act.Anonymize(
        folder=options.output,
        options=profile_of(options),
        key=options.key,
        paths=tuple(options.paths),
        jobs=options.jobs or None,
        rules=_text("file of rules", options.clean_pixels) if options.clean_pixels else "",
        report=options.report or None,
        dry_run=options.dry_run,
        sync=not options.no_sync,
        map=options.map,
    )
    session = Session(compose.settings(), {"write"})
    writer = Writer(session, as_json=options.json)
    writer.write(action)
    ended = session.last(ev.AnonymizeEnded)
    assert ended is not None
    for line in lines(ended, dry_run=options.dry_run):
        print(line, file=sys.stderr)
    return _code(ended.summary)


def _code(summary: Summary) -> int:
    if summary.count(State.QUARANTINED):
        return QUARANTINED
    if summary.count(State.FAILED) and summary.count(*COPIED) and not summary.stopped:
        return DAMAGED
    if summary.stopped or summary.count(State.REFUSED, State.FAILED):
        return SOME_FAILED if summary.stopped or summary.count(*COPIED) or summary.count(State.REFUSED) else _NOTHING
    return DONE if summary.count(*COPIED) else _NOTHING


def lines(ended: ev.AnonymizeEnded, *, dry_run: bool) -> Iterator[str]:
    """The run on one screen, without a value of a patient and without a path of an original."""
    summary = ended.summary
    if summary.stopped:
        yield f"safelight: stopped: {printable(summary.stopped)}"
        if summary.count(*COPIED):
            yield "safelight: the same command goes on from here"
    if not summary.counts:
        return
    yield f"safelight: {'would be ' if dry_run else ''}{summary.line}"
    if summary.count(State.SKIPPED):
        yield f"  {plural(summary.count(State.SKIPPED), 'file')} skipped: not DICOM, or no file"
    if summary.resumed:
        yield f"  {plural(summary.resumed, 'copy', 'copies')} of these by the run that was interrupted"
    if summary.count(State.ALREADY):
        yield f"  {summary.count(State.ALREADY):,} of these were there already, with the same bytes"
    for reason, count in summary.reasons[:MOST_LINES]:
        yield f"  {count:,} not copied: {printable(reason)}"
    for warning, count in summary.warnings[:MOST_LINES]:
        yield f"  {count:,} with a warning: {printable(warning)}"
    said = f"  key {summary.fingerprint}"
    yield f"{said}, report {printable(summary.report)}" if summary.report else said


def profile_of(options: argparse.Namespace) -> Options:
    """The options of the profile that the words ask for.

    Raises
    ------
    UsageError
        If a list cannot be read.
    """
    flags = {name: bool(getattr(options, name)) for name, flag, _ in chosen.FLAGS if flag not in chosen.LISTS}
    words, private = options.clean_descriptors, options.keep_safe_private
    return Options(
        Dates(options.keep_dates),
        clean_descriptors=words is not None,
        words=chosen.word_list(_text("list", words)) if words else frozenset(),
        keep_safe_private=private is not None,
        safe_private=chosen.private_list(_text("list", private)) if private else frozenset(),
        **flags,
    )


def _text(what: str, name: str) -> str:
    try:
        with Path(name).open(encoding="utf-8") as file:
            text = file.read(_LONGEST_LIST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text in UTF-8"
        raise UsageError(f"The {what} {printable(name, 200)} cannot be read: {why}") from error
    if len(text) > _LONGEST_LIST:
        raise UsageError(f"The {what} {printable(name, 200)} is longer than {_LONGEST_LIST:,} characters")
    return text
