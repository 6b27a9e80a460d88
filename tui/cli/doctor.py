"""``safelight doctor``: what this terminal and this installation can do, and how the pixels of files are decoded."""

from __future__ import annotations

import argparse
import locale
import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from tui import __version__, compose
from tui.cli import DONE, SOME_FAILED, cache
from tui.cli.session import cut, pad
from tui.errors import SafelightError, UsageError
from tui.service.settings import Settings
from tui.service.values import Ref, printable

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from tui.adapters.terminal import Terminal

PACKAGES = ("textual", "rich", "pydicom", "numpy", "pillow", "imagecodecs", "textual-image")
_LABEL = 14


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    problem, settings = "", Settings()
    try:
        settings = compose.settings()
    except UsageError as error:
        problem = error.sentence()
    if options.files:
        return _files(options.files, settings)
    found = compose.terminal()
    for part in (
        _versions(),
        _terminal(found),
        _drawing(found, options.graphics or settings.graphics),
        _decoders(),
        _configuration(problem, settings.catalogue),
    ):
        for line in part:
            print(line)
    return DONE


def _line(label: str, value: str) -> str:
    return f"  {pad(label, _LABEL)}  {printable(value)}"


def _versions() -> Iterator[str]:
    yield f"Safelight {__version__}"
    system = os.uname()
    yield _line("Python", f"{platform.python_version()} on {system.sysname} {system.release}, {system.machine}")
    for name in PACKAGES:
        try:
            yield _line(name, version(name))
        except PackageNotFoundError:
            yield _line(name, "not installed")
    yield _line("locale", f"{locale.setlocale(locale.LC_CTYPE) or '?'}, {locale.getpreferredencoding(False)}")


def _terminal(found: Terminal) -> Iterator[str]:
    yield ""
    yield "Terminal"
    yield _line("TERM", found.term or "not set")
    if not found.tty:
        yield "  standard input or output is no terminal: no browser, only reports"
        return
    name = " ".join([found.name or "unknown", ".".join(map(str, found.version))]).strip()
    yield _line("program", name)
    around = f"{found.inside}{f' in {found.outer}' if found.outer else ''}" if found.inside else "none"
    yield _line("multiplexer", around)
    cell = f"{found.cell[0]}x{found.cell[1]} pixels, {'measured' if found.cell_known else 'assumed'}"
    yield _line("size", f"{found.size[0]}x{found.size[1]} cells of {cell}")
    yield _line("colours", f"{found.colours:,}")
    yield _line("answers", "yes" if found.answered else f"no: {found.silent}")
    kitty = "no"
    if found.kitty:
        kitty = f"yes, placeholders {_word(found.placeholders)}, edits in place {_word(found.edits)}"
    yield _line("kitty graphics", kitty)
    yield _line("sixel", f"yes, {found.registers or 'unknown'} registers" if found.sixel else "no")
    yield _line("mode 2026", _word(found.sync))
    yield _line("over SSH", _word(found.remote))


def _word(yes: bool) -> str:
    return "yes" if yes else "no"


def _drawing(found: Terminal, wanted: str) -> Iterator[str]:
    yield ""
    yield "Pictures"
    try:
        chosen, reason = compose.graphics(found, wanted)
        note = f" ({chosen.note})" if chosen.note else ""
        yield _line("drawn by", f"{chosen.name}{note}: {reason}")
    except UsageError as error:
        yield _line("drawn by", error.sentence())
    for name, score, reason in compose.ways_to_draw(found):
        yield _line(name, reason if score else f"no: {reason}")


def _decoders() -> Iterator[str]:
    from tui.core import inventory

    yield ""
    yield "Decoders of transfer syntaxes"
    width = shutil.get_terminal_size((160, 24)).columns
    rows = inventory.decoders()
    uid_width = max(len(uid) for uid, _, _ in rows)
    name_width = max(len(name) for _, name, _ in rows)
    for uid, name, decoder in rows:
        yield cut(f"  {pad(uid, uid_width)}  {pad(name, name_width)}  {printable(decoder)}", max(width, 100))


def _files(paths: list[str], settings: Settings) -> int:
    """How the first frame of each file is decoded, and what each decoder says where none can."""
    instances, code = compose.instances(settings), DONE
    for path in paths:
        print(printable(path))
        try:
            opened = instances.open(Ref(path))
            print(_line("pixels", _pixels(opened.dataset)))
            frame = opened.frame(0)
            print(_line("decoded by", frame.decoder or "Safelight itself"))
            notes = [("note", note) for note in frame.notes]
        except SafelightError as error:
            code = SOME_FAILED
            notes = [("problem", error.sentence())]
            notes += [("refused", reason) for reason in getattr(error, "reasons", ())]
        for label, words in notes:
            print(_line(label, words))
    return code


def _pixels(dataset: Dataset) -> str:
    """Size, kind and transfer syntax, by name; no patient data."""
    from tui.core.attributes import own_integer, text
    from tui.core.codestreams import NATIVE, SYNTAXES, VIDEO

    uid = text(dataset.file_meta, "TransferSyntaxUID") if hasattr(dataset, "file_meta") else ""
    name = NATIVE.get(uid) or VIDEO.get(uid) or (SYNTAXES[uid].name if uid in SYNTAXES else uid or "no transfer syntax")
    numbers = [own_integer(dataset, keyword) for keyword in ("Columns", "Rows", "BitsStored", "NumberOfFrames")]
    columns, rows, bits, frames = ("?" if number is None else str(number) for number in numbers)
    kind = text(dataset, "PhotometricInterpretation") or "?"
    return f"{columns} x {rows}, {kind[:20]}, {bits} bits, {'1' if frames == '?' else frames} frame(s), {name}"


def _configuration(problem: str, kept: bool) -> Iterator[str]:
    yield ""
    yield "Configuration"
    path = compose.configuration_path()
    there = "" if path and os.path.isfile(path) else " (none there: defaults)"
    yield _line("file", f"{path}{there}" if path else "no home folder for it")
    yield _line("catalogue", cache.line(compose.catalogue_path(), kept))
    if problem:
        yield _line("problem", problem)
    for name in sorted(name for name in os.environ if name.startswith("SAFELIGHT_")):
        yield _line(name, os.environ[name])
