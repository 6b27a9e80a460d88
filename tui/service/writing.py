"""What the jobs that write share: paths, and the command line that does the same."""

from __future__ import annotations

import os.path
from collections.abc import Callable

from tui.core.printable import printable
from tui.core.values import Ref
from tui.service.ports import Cancelled, Emit

Work = Callable[[Emit, Cancelled], None]
MANY = 8  # a command line names at most so many paths


def paths_of(refs: list[Ref]) -> list[str]:
    """The paths that a command line names: each file, or where there are many the folder that holds them."""
    paths = list(dict.fromkeys(ref.path for ref in refs))
    if len(paths) > MANY:
        return [os.path.commonpath([os.path.dirname(os.path.abspath(path)) for path in paths])]
    return paths


def command_line(words: list[str]) -> str:
    """Words as they are typed into a shell, safe to show."""
    import shlex

    return printable(shlex.join(words))
