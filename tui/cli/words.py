"""A parser of a command's words."""

from __future__ import annotations

import argparse
from typing import NoReturn

from tui.core.printable import printable
from tui.errors import UsageError


class _Words(argparse.ArgumentParser):
    """An ArgumentParser whose messages are safe to print: a word may be the name of a file from anywhere."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(printable(message, 300), f"See {self.prog} --help.")


def parser(command: str, description: str, epilog: str = "", takes: str = "") -> argparse.ArgumentParser:
    """A parser without options; the empty command is the browser. ``takes`` is what its paths are called, if any."""
    made = _Words(
        prog=f"safelight {command}".rstrip(),
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if takes:
        made.add_argument("paths", nargs="+", metavar=takes)
    return made
