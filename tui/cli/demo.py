"""``safelight demo``: the browser on a copy of the sample files that pydicom brings."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tui.cli import browse
from tui.errors import UnreadableError


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    with tempfile.TemporaryDirectory(prefix="safelight-demo-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, "samples")
        shutil.copytree(samples(), copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        return browse.browse([str(copy)], browse.chosen(options))


def samples() -> Path:
    """The folder of the files that pydicom installs; nothing is downloaded, and pydicom is not imported for it."""
    found = find_spec("pydicom")
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place, "data", "test_files")
        if folder.is_dir():
            return folder
    raise UnreadableError("this pydicom brings no sample files", "Install it again with pip.")
