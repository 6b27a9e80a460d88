"""``safelight config``: where the settings are, and what they are."""

from __future__ import annotations

import argparse

from tui import compose
from tui.cli import DONE
from tui.errors import UsageError
from tui.service.values import printable


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    match options.what:
        case "path":
            path = compose.configuration_path()
            if not path:
                raise UsageError("there is no home folder for a configuration", "Set SAFELIGHT_CONFIG to a file.")
            print(printable(path))
        case "sample":
            print(compose.configuration_text(), end="")
        case _:
            print(compose.configuration_text(compose.settings()), end="")
    return DONE
