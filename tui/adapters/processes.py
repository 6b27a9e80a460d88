"""Processes of the program beside it: how they start, what they may use of the machine, and what they died of.

Limits are the kernel's (setrlimit(2)), so that they hold in the middle of a decoder, too. Processor time is counted
and not the time of day: a busy machine makes no good file a bad one.
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import resource
import signal
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, BinaryIO

from tui.errors import LimitError, NoPictureError, SafelightError
from tui.frozen import frozen
from tui.service.settings import out_of_memory, trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap

    from tui.service.settings import Limits

NO_MEMORY = 71  # exit code
_PIPE = 2**20  # bytes
_START = "import sys; sys.path[:] = sys.argv[1].split(sys.argv[2]); from tui.adapters.{} import main; main()"


@frozen
class Process:
    """A process, and the pipes to it. It must be waited for, once, and may be killed before.

    ``room`` is memory that both sides see, where they have some.
    """

    pid: int
    requests: BinaryIO
    answers: BinaryIO
    room: mmap | None = None

    def kill(self) -> None:
        """End it, whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):  # what it was not sent any more
            self.requests.close()

    def wait(self) -> int:
        """The exit code, negative for a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _pipe() -> tuple[int, int]:
    """A pipe that holds a whole picture where it may, so that the two sides need not take turns (pipe(7))."""
    ends = os.pipe()
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # the user has too many of them
            fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, _PIPE)
    return ends


def spawn(module: str) -> Process:
    """Start ``main`` of a module of this folder."""
    ours, theirs = _pipe(), _pipe()
    dups = [(os.POSIX_SPAWN_DUP2, ours[0], 0), (os.POSIX_SPAWN_DUP2, theirs[1], 1)]
    # without site and environment: its paths are those of this process, and so it is ready sooner
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    words = [sys.executable, "-I", "-S", "-c", _START.format(module), paths, os.pathsep]
    # its own process group: ctrl+c and ctrl+z in the terminal are for the program
    pid = os.posix_spawn(sys.executable, words, os.environ, file_actions=dups, setpgroup=0)
    os.close(ours[0])
    os.close(theirs[1])
    return Process(pid, os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb"))


def fork(main: Callable[[BinaryIO, BinaryIO, mmap], None], room: int) -> Process:
    """Start a copy of this process that does ``main`` with its requests and answers; only where no thread runs.

    Parameters
    ----------
    room
        Bytes of memory that both see.
    """
    from mmap import mmap

    shared = mmap(-1, room)
    ours, theirs = _pipe(), _pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(ours[1])
            os.close(theirs[0])
            silence()
            main(os.fdopen(ours[0], "rb"), os.fdopen(theirs[1], "wb"), shared)
        finally:
            os._exit(1)  # past everything that the copy would do a second time
    os.close(ours[0])
    os.close(theirs[1])
    return Process(pid, os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb"), shared)


def alone() -> bool:
    """Whether this process may be forked: no other thread holds anything, and no library minds (macOS has some)."""
    return sys.platform == "linux" and threading.active_count() == 1


def pipes() -> tuple[BinaryIO, BinaryIO]:
    """In the new process: the requests and the answers. What libraries print goes nowhere from now on."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence()
    return requests, answers


def silence() -> None:
    """Send standard output and errors nowhere, and take nothing from standard input."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def confine(limits: Limits) -> None:
    """Bound the memory of this process, and let it leave no core file, which would hold the patient."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = limits.memory_bytes if most == resource.RLIM_INFINITY else min(limits.memory_bytes, most)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


class Meter:
    """Bounds the processor time of each piece of work: the kernel ends the process when one has taken too long.

    Works overlap on several threads; the time of one is that of the process since it began.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._door = threading.Lock()
        self._began: dict[object, float] = {}

    def begin(self, work: object) -> None:
        """From now on the time counts."""
        with self._door:
            self._began[work] = time.process_time()
            self._bound()

    def end(self, work: object) -> None:
        """It is done."""
        with self._door:
            del self._began[work]
            self._bound()

    def _bound(self) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        bound = most
        if self._began:
            bound = math.ceil(min(self._began.values()) + self._seconds)
            bound = bound if most == resource.RLIM_INFINITY else min(bound, most)
        resource.setrlimit(resource.RLIMIT_CPU, (bound, most))


def places(error: BaseException) -> tuple[str, ...]:
    """Where an exception arose, for :class:`tui.errors.ReaderCrashedError`."""
    return tuple(f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__))


def cause(code: int, limits: Limits) -> SafelightError:
    """What a process died of that read a file.

    Parameters
    ----------
    code
        Exit code, negative for a signal.
    """
    if code == -signal.SIGXCPU:
        said = f"Reading this file passes the limit seconds ({limits.seconds} s of processor time)"
        return LimitError(said, trust("seconds"))
    if code == NO_MEMORY:
        return out_of_memory(limits)
    return NoPictureError("Reading this file ended the process that reads", "A decoder does not survive what is in it.")
