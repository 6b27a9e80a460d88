"""Command lines in child processes that are limited and measured: each a process of its own, or forked from here.

A forked child finds everything imported, so a case costs hundredths of a second; its processor time and its memory
are its own all the same.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import io
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOM = 6 * 2**30  # bytes of address space: less than the machine has, more than any case may take
WALL_SECONDS = 120  # against a wait that costs no processor time
_ROOT = Path(__file__).resolve().parents[2]
_UNFINISHED = -1


@dataclass(frozen=True)
class Ended:
    """What became of one command line. ``signal`` is 0 where it ended by itself."""

    code: int
    signal: int
    out: bytes
    err: bytes


@dataclass(frozen=True)
class Cost:
    """Processor seconds, and the peak of resident memory in MiB."""

    seconds: float
    mib: float


@dataclass(frozen=True)
class Place:
    """The surroundings of a child: nothing in them is anyone else's."""

    root: Path

    @classmethod
    def new(cls, root: Path) -> Place:
        """Make the folders."""
        for name in ("tmp", "home", "here", "out", "said"):
            (root / name).mkdir(parents=True, exist_ok=True)
            (root / name).chmod(0o777)
        root.chmod(0o777)
        return cls(root)

    def environment(self) -> dict[str, str]:
        """With a traceback where the program fails, so that the report tells where."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
        return kept | {
            "HOME": str(self.root / "home"),
            "XDG_CONFIG_HOME": str(self.root / "home"),
            "XDG_STATE_HOME": str(self.root / "home"),
            "XDG_CACHE_HOME": str(self.root / "cache"),  # where the catalogue of what was found belongs
            "TMPDIR": str(self.root / "tmp"),
            "PYTHONPATH": str(_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "SAFELIGHT_TRACEBACK": "1",
            "TERM": "xterm-256color",
        }


def _limit(seconds: float) -> None:
    cpu = int(3 * seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(WALL_SECONDS)


def _obey_permissions() -> None:
    """Take from root, before it is anyone's process, what lets it read every file (capabilities(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    overrides = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    failed = libc.capget(header, sets)
    for capability in overrides:
        failed |= libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: not even after exec
        for index in range(3):
            sets[index] &= ~(1 << capability)
    if failed | libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")


def spawned(words: Sequence[str], place: Place, seconds: float, plain_user: bool = False) -> tuple[Ended, Cost]:
    """``python -m tui WORDS`` as a process of its own."""

    def before() -> None:
        _limit(seconds)
        if plain_user and os.geteuid() == 0:
            _obey_permissions()

    out, err = place.root / "said" / "out", place.root / "said" / "err"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        child = subprocess.Popen(
            [sys.executable, "-m", "tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
            cwd=place.root / "here",
            env=place.environment(),
            preexec_fn=before,  # noqa: PLW1509  this process has no threads
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    code = child.returncode
    return Ended(max(code, 0), max(-code, 0), out.read_bytes(), err.read_bytes()), _cost(usage)


def _cost(usage: resource.struct_rusage) -> Cost:
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def warm(environment: Mapping[str, str]) -> None:
    """Import what any command needs, once, in the process that will fork."""
    os.environ.clear()
    os.environ.update(environment)
    os.environ.pop("TMPDIR", None)  # each child has its own
    import shlex  # noqa: F401

    import imagecodecs
    import PIL.ImageFile  # noqa: F401

    import tui
    from tui.adapters import imports
    from tui.core.deidentify import table

    imports.load()
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.startswith(("tui.ui", "tui.__main__")):
            importlib.import_module(module.name)
    table.table()
    for codec in ("jpeg8", "jpegls", "jpeg2k", "jpegsof3", "ljpeg", "packbits"):
        with suppress(RuntimeError, ValueError, TypeError):  # it loads its library before it refuses nothing
            getattr(imagecodecs, f"{codec}_decode")(b"")
    gc.freeze()  # or each child's first collection copies every page


def forked(
    lines: Sequence[Sequence[str]], place: Place, seconds: float, plain_user: bool = False
) -> tuple[list[Ended], Cost]:
    """Command lines one after another in one child of this process, which has no threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    said = place.root / "said"
    for old in said.iterdir():
        old.unlink()
    pid = os.fork()
    if pid == 0:
        try:
            _limit(seconds)
            os.environ["TMPDIR"] = str(place.root / "tmp")
            os.environ.update({n: str(place.root / "home") for n in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")})
            os.environ["XDG_CACHE_HOME"] = str(place.root / "cache")
            os.chdir(place.root / "here")
            if plain_user and os.geteuid() == 0:
                _obey_permissions()
            for number, words in enumerate(lines):
                _carry_out(words, said, number)
            gc.collect()  # ends what decodes beside it, which counts when it was waited for
        finally:
            os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    death = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    ended = [_read(said, number, death) for number in range(len(lines))]
    return [one for one in ended if one is not None], _cost(usage)


def _carry_out(words: Sequence[str], said: Path, number: int) -> None:
    """One command line in this process, its output in files by the descriptors, as libraries write there too."""
    for descriptor, name in ((1, "out"), (2, "err")):
        opened = os.open(said / f"{number}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), encoding="utf-8", errors="backslashreplace")
    from tui.cli import main

    try:
        code = main(list(words))
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # noqa: BLE001  whatever it is, it is a fault of the program and belongs into the report
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    (said / f"{number}.code").write_text(str(code))


def _read(said: Path, number: int, death: int) -> Ended | None:
    """None for a command line whose turn never came."""
    out, err, code = (said / f"{number}.{name}" for name in ("out", "err", "code"))
    if not err.exists():
        return Ended(_UNFINISHED, death or signal.SIGKILL, b"", b"") if number == 0 else None
    if not code.exists():
        return Ended(_UNFINISHED, death or signal.SIGKILL, out.read_bytes(), err.read_bytes())
    return Ended(int(code.read_text()), 0, out.read_bytes(), err.read_bytes())
