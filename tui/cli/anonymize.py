"""``safelight anonymize``: de-identified copies."""

from __future__ import annotations

import argparse
from pathlib import Path

from tui import compose
from tui.cli.session import Session
from tui.cli.writing import Writer
from tui.core.deidentify import options as chosen
from tui.errors import UsageError
from tui.service import actions as act
from tui.service.values import Dates, Options, printable

_LONGEST_LIST = 4 * 2**20


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    profile = profile_of(options)
    session = Session(compose.settings(), {"index", "write"})
    writer = Writer(session, as_json=options.json)
    session.open(options.paths)
    writer.refuse()
    refs = tuple(instance.ref for instance in session.instances())
    if refs:
        writer.write(act.Anonymize(refs, options.output, profile, options.key))
    return writer.code()


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
        words=chosen.word_list(_text(words)) if words else frozenset(),
        keep_safe_private=private is not None,
        safe_private=chosen.private_list(_text(private)) if private else frozenset(),
        **flags,
    )


def _text(name: str) -> str:
    try:
        with Path(name).open(encoding="utf-8") as file:
            text = file.read(_LONGEST_LIST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text in UTF-8"
        raise UsageError(f"The list {printable(name, 200)} cannot be read: {why}") from error
    if len(text) > _LONGEST_LIST:
        raise UsageError(f"The list {printable(name, 200)} is longer than {_LONGEST_LIST:,} characters")
    return text
