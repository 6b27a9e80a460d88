"""The hostile corpus beside the clone, as cases: what is attacked, what may come of it, and what it may cost."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / ".." / "shared" / "hostile"
_HASHED = 64 * 2**20  # of larger files only size and time are compared


@dataclass(frozen=True)
class Case:
    """One case of ``manifest.json``; ``words`` are all outcomes that are acceptable, the best first."""

    name: str
    cls: str
    kind: str
    path: str
    words: tuple[str, ...]
    picture: bool | None
    seconds: float
    mib: float
    forbid: tuple[bytes, ...] = ()
    canary: str = ""
    plain_user: bool = False  # root may read everything, so for root it is no attack

    @property
    def may_show(self) -> bool:
        """Whether a report of what is there is acceptable."""
        return "shows" in self.words or "shows-with-warning" in self.words

    @property
    def may_fail(self) -> bool:
        """Whether a sentence instead is acceptable."""
        return "clear-error" in self.words or "refused" in self.words


def corpus(folder: Path, only: str = "") -> list[Case]:
    """Make the corpus in a folder, if it is not there yet, and read its manifest."""
    manifest = folder / "manifest.json"
    if not manifest.exists():
        subprocess.run(
            [sys.executable, str(TOOLS / "make_hostile.py"), str(folder), *(("--only", only) if only else ())],
            check=True,
            capture_output=True,
        )
    return [_case(folder, entry) for entry in json.loads(manifest.read_text())["cases"] if only in entry["name"]]


def _case(folder: Path, entry: dict) -> Case:
    return Case(
        name=entry["name"],
        cls=entry["cls"],
        kind=entry["kind"],
        path=str(folder / entry["path"]),
        words=(entry["expect"], *entry["also"]),
        picture=entry["picture"],
        seconds=entry["seconds"],
        mib=entry["mib"],
        forbid=tuple(bytes.fromhex(text) for text in entry["forbid"]),
        canary=entry["canary"] or "",
        plain_user=entry["name"] == "dir-no-permission",
    )


def mutants(folder: Path, source: Path, seed: int, count: int) -> list[Case]:
    """Seeded mutants of all files below ``source``: anything may come of one, but nothing bad."""
    made = folder / "mutants.json"
    if not made.exists():
        words = [str(TOOLS / "mutate.py"), str(seed), str(count), str(source), str(folder)]
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
    return [
        Case(
            name=f"{entry['file']} ({entry['source']}: {', '.join(entry['changes'])})",
            cls="mutant",
            kind="mutant",
            path=str(folder / entry["file"]),
            words=("shows", "shows-with-warning", "clear-error", "refused"),
            picture=None,
            seconds=5,
            mib=400,
        )
        for entry in json.loads(made.read_text())["mutants"]
    ]


def fingerprint(path: str) -> str:
    """Everything about a file or folder that a reader must leave as it is; the time of reading is not part of it."""
    digest = hashlib.sha256()
    places = [path]
    if os.path.isdir(path) and not os.path.islink(path):
        places += [os.path.join(top, name) for top, folders, files in os.walk(path) for name in sorted(folders + files)]
    for place in places:
        try:
            status = os.lstat(place)
        except OSError as error:  # longer than PATH_MAX, or behind a folder without permission
            digest.update(f"{error.errno}".encode())
            continue
        digest.update(os.fsencode(place))
        digest.update(f"{status.st_mode} {status.st_size} {status.st_mtime_ns} {status.st_ino}".encode())
        if stat.S_ISREG(status.st_mode) and status.st_size <= _HASHED and os.access(place, os.R_OK):
            digest.update(Path(place).read_bytes())
    return digest.hexdigest()
