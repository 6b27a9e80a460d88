"""``safelight cache``: where the catalogue of earlier visits is, and its removal."""

from __future__ import annotations

import argparse
import os

from tui import compose
from tui.cli import DONE
from tui.errors import OutputError, UsageError
from tui.service.values import printable


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    place = compose.catalogue_path()
    if not place:
        raise UsageError("there is no home folder for a catalogue", "Set XDG_CACHE_HOME to a folder.")
    if options.what == "path":
        print(printable(place))
        return DONE
    try:
        size = compose.clear_catalogue()
    except OSError as error:
        raise OutputError(f"the catalogue {printable(place)} cannot be removed: {error.strerror}") from error
    print(f"{described(size)} removed: {printable(place)}" if size else "There is no catalogue.")
    return DONE


def described(size: int) -> str:
    """A number of bytes for people."""
    return f"{size:,} bytes" if size < 10_000 else f"{size / 2**20:,.1f} MiB"


def line(place: str, used: bool) -> str:
    """Where it is and how large, for ``doctor``."""
    if not place:
        return "no home folder for it"
    if not used:
        return f"{place} (switched off)"
    size = os.stat(place).st_size if os.path.isfile(place) else 0
    return f"{place} ({described(size)}; holds patient data)" if size else f"{place} (none there yet)"
