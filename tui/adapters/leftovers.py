"""What a program that was killed left behind, told from what programs that still run are about to finish.

A temporary file or folder bears the mark of the machine, the number of its process and some letters of chance. It is
removed by the next program that writes there, if it is the same user's, of the same machine, and of a process that is
gone. On a disk that several machines share, each sees to its own.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from functools import cache
from pathlib import Path

SUFFIX = ".tmp"


def prefix() -> str:
    """How the names of this process begin."""
    return f".safelight-{_here()}-{os.getpid()}-"


def name() -> str:
    """A name that nobody has."""
    return f"{prefix()}{os.urandom(6).hex()}{SUFFIX}"


def sweep(folder: Path) -> None:
    """Remove what killed programs left in a folder; what cannot be removed stays, and hurts nobody."""
    left = re.compile(rf"\.safelight-{_here()}-(\d{{1,9}})-[0-9a-z_]+{re.escape(SUFFIX)}")
    try:
        with os.scandir(folder) as entries:
            found = [(entry, mark) for entry in entries if (mark := left.fullmatch(entry.name))]
    except OSError:  # not there, or not to be read: writing to it says so
        return
    for entry, mark in found:
        try:
            if entry.stat(follow_symlinks=False).st_uid != os.geteuid() or _runs(int(mark.group(1))):
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
        except OSError:  # removed by another one meanwhile, or on a disk that can only be read by now
            continue


@cache
def _here() -> str:
    """The machine, and what its process numbers mean in this container (pid_namespaces(7))."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:  # a system without them
        space = 0
    return f"{zlib.crc32(f'{os.uname().nodename} {space}'.encode()):08x}"


def _runs(pid: int) -> bool:
    """Whether there is a process of that number; one that is not ours to signal is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
