"""What is said when the program itself is wrong: types and places, never a message or a variable with data in it."""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from collections.abc import Iterator

import tui
from tui.errors import ReaderCrashedError, SafelightError


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def place(error: BaseException) -> str:
    """``file:line`` of our code that is nearest to where the error arose; of any code if ours has no part in it."""
    frames = [(f.filename, f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, ReaderCrashedError):
        frames = [(found.group(1), int(found.group(2))) for p in error.places if (found := re.match(r"(.+):(\d+) ", p))]
    ours = os.path.dirname(os.path.abspath(tui.__file__)) + os.sep
    for name, line in reversed(frames):
        if os.path.abspath(name).startswith(ours):
            return f"{os.path.abspath(name)[len(ours) - len('tui') - 1 :]}:{line}"
    return f"{os.path.basename(frames[-1][0])}:{frames[-1][1]}" if frames else "an unknown place"


def sentence(error: BaseException, report: str = "") -> str:
    """What is printed after a crash."""
    kind = error.kind if isinstance(error, ReaderCrashedError) else type(error).__name__
    told = f"Safelight failed: {kind} at {place(error)}. Your files were only read."
    if isinstance(error, SafelightError) and error.hint:
        told += f" {error.hint}"
    if report:
        return told + f" The report {report} holds no patient data: please send it with the issue."
    return told + " Please open an issue with this line."


def report(error: BaseException) -> str:
    """Types of the exceptions, places in the code, versions; nothing that a variable or a message held."""
    system = os.uname()
    import platform  # late, as nothing of this is needed by a start without a crash
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"Safelight {tui.__version__}, Python {platform.python_version()}, {system.sysname} {system.release}"]
    for name in ("textual", "rich", "pydicom", "numpy", "pillow", "imagecodecs"):
        with contextlib.suppress(PackageNotFoundError):
            lines.append(f"{name} {version(name)}")
    for link in _chain(error):
        lines.append(f"\n{type(link).__module__}.{type(link).__name__}")
        if isinstance(link, ReaderCrashedError):
            lines += [f"  {link.kind} in the process that reads", *(f"  {place}" for place in link.places)]
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(link.__traceback__)]
    return "\n".join(lines) + "\n"
