"""The browser, or where there is no terminal for it, the report of ``info``."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tui import compose
from tui.service.settings import Settings

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    return browse(options.paths or ["."], chosen(options))


def open_paths(paths: list[str]) -> int:
    """Carry out the command without any option."""
    return browse(paths or ["."], compose.settings())


def chosen(options: argparse.Namespace) -> Settings:
    """The settings, with what the command line says in their place."""
    settings = compose.settings()
    if options.graphics:
        settings = replace(settings, graphics=options.graphics)
    if options.no_cache:
        settings = replace(settings, catalogue=False)
    return replace(settings, mouse=False) if options.no_mouse else settings


def browse(paths: list[str], settings: Settings) -> int:
    """Open the browser, or print the report; returns the exit code."""
    if "-" in paths:
        from tui.cli.spool import spooled

        with spooled(paths, settings.limits) as there:
            return _browse(there, settings)
    return _browse(paths, settings)


def _browse(paths: list[str], settings: Settings) -> int:
    if not has_screen():
        from tui.cli import info

        gc.enable()
        return info.report(paths, settings)
    return compose.run_browser(paths, settings)


def has_screen() -> bool:
    """Whether a program may draw here. Textual would hang on a pipe, and draw all the same on a dumb terminal."""
    terminal = os.environ.get("TERM", "")
    return terminal not in ("", "dumb") and sys.stdin.isatty() and sys.stdout.isatty()
