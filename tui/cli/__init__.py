"""The command line: words to actions. Imports nothing that ``--help`` does not need.

Exit codes: 0 done, 1 some items failed, 2 usage, 3 nothing readable, 70 a fault of Safelight, 130 interrupted,
141 broken pipe.
"""

from __future__ import annotations

import gc
import os
import sys

from tui import __version__
from tui.errors import SafelightError, UnreadableError, UsageError

DONE, SOME_FAILED, USAGE, NOTHING_READABLE, CRASHED, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 70, 130, 141

TRACEBACK = "SAFELIGHT_TRACEBACK"
COMMANDS = (
    "demo",
    "info",
    "tags",
    "show",
    "diff",
    "summary",
    "validate",
    "edit",
    "export",
    "convert",
    "anonymize",
    "measure",
    "mask",
    "planes",
    "overlays",
    "doctor",
    "config",
    "cache",
)

HELP = """\
usage: safelight [--graphics NAME] [--no-mouse] [--no-cache] [PATH ...]
       safelight COMMAND ...

Look at DICOM in a terminal without exposing the patient.

  safelight demo                          try it on sample files
  safelight /data/incoming                browse folders, zip, tar, a DICOMDIR
  safelight info /data --json             what is there, for programs
  safelight tags image.dcm window         the tags that match a word
  safelight diff a.dcm b.dcm              what differs between two files
  safelight export image.dcm -o out.png   the picture as it is displayed
  safelight anonymize series -o safe      copies without the patient

commands (safelight COMMAND --help says more):
  demo        the browser on a copy of the sample files that pydicom brings
  info        patients, studies and series, and why files were skipped
  tags        the tags of one file
  diff        what differs between two files, or varies in a series
  summary     patient, study and series on a sheet
  validate    what is wrong with files
  edit        edited copies: set, delete, replace, from a table
  show        a picture into this terminal
  export      pictures, videos, values and tags into files
  convert     pictures and PDF to DICOM; another transfer syntax
  anonymize   de-identified copies (PS3.15 Annex E, Basic Profile)
  measure     values, statistics, lengths and angles of a picture
  mask        masks by a range of values, their area and volume
  planes      axial, coronal and sagittal planes of a series, MIP and slabs
  overlays    what can be drawn over a picture: segments, contours, states
  doctor      what this terminal and this installation can do
  config      where the settings are, and what they are
  cache       where the catalogue of earlier visits is; `cache clear` removes it

options:
  --graphics NAME   how pictures are drawn; `safelight doctor` lists the names
  --no-mouse        leave the mouse to the terminal
  --no-cache        neither use nor keep the catalogue of earlier visits
  --version         print the version
  -h, --help        print this

Without a terminal, or with TERM empty or "dumb", PATH is reported as by info.
A path that is named like a command is given as ./info. Frames count from 1.
Nothing is ever written over a file.

environment:
  SAFELIGHT_CONFIG     another configuration file
  SAFELIGHT_GRAPHICS   as --graphics; likewise _THEME, _MOUSE, _CINE_RATE,
                       _EXPORT_FOLDER, _ANONYMIZE_FOLDER

exit codes:
  0 done, 1 some items failed, 2 usage, 3 nothing readable,
  70 a fault of Safelight, 130 interrupted, 141 broken pipe

Not a medical device: never diagnose with it.
"""


def main(words: list[str] | None = None) -> int:
    """Carry out a command line and return its exit code.

    Parameters
    ----------
    words
        Without the name of the program; those of the process if None.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(sys.argv[1:] if words is None else words)
        sys.stdout.flush()
    except SafelightError as error:
        print(f"safelight: {error.sentence()}", file=sys.stderr)
        return _code(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at exit, which must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        from tui.service import crash

        print(f"{crash.sentence(error)} {TRACEBACK}=1 shows more, which may hold patient data.", file=sys.stderr)
        return CRASHED
    return code


def _code(error: SafelightError) -> int:
    if isinstance(error, UsageError):
        return USAGE
    return NOTHING_READABLE if isinstance(error, UnreadableError) else SOME_FAILED


def _run(words: list[str]) -> int:
    command, rest = _split(words)
    if not command and rest[:1] in (["-h"], ["--help"]):
        print(HELP, end="")
        return DONE
    if not command and rest[:1] == ["--version"]:
        print(f"safelight {__version__}")
        return DONE
    if command in ("", "demo"):
        gc.disable()  # until the first paint: nothing of what is imported is garbage, and to look for it costs a tenth
    if not command and not any(word.startswith("-") for word in rest):
        from tui.cli import browse  # nothing to parse, and the first screen waits for argparse

        return browse.open_paths(rest)
    from tui.cli import commands

    return commands.run(command, rest)


def _split(words: list[str]) -> tuple[str, list[str]]:
    """The command, or the empty string for the browser, and the other words; options may stand before the command."""
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] not in ("-", "--"):
        index += 2 if words[index] == "--graphics" else 1
    if index < len(words) and words[index] in COMMANDS:
        return words[index], words[:index] + words[index + 1 :]
    return "", words
