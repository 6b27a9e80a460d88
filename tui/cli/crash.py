"""What is said when the program itself is wrong: type and place, never a message or a variable, which may hold data."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import tui

TRACEBACK = "SAFELIGHT_TRACEBACK"


def sentence(error: BaseException) -> str:
    """One line about a bug."""
    frames = traceback.extract_tb(error.__traceback__)
    home = str(Path(tui.__file__).parent) + os.sep
    ours = next((frame for frame in reversed(frames) if frame.filename.startswith(home)), None)
    place = f"tui/{ours.filename[len(home) :]}:{ours.lineno}" if ours else "an unknown place"
    return (
        f"Safelight failed: {type(error).__name__} at {place}. Your files were only read. "
        f"Please open an issue with this line; {TRACEBACK}=1 shows more, which may hold patient data."
    )
