"""Hostile files in the browser on a pseudo-terminal, many in one session: walked by keys, judged by what is seen.

A key is answered when every thread of the program and of what it started waits for something, and nothing comes.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.cases import Case, fingerprint
from tests.hostile.children import Cost, Place
from tests.hostile.judge import place_faults
from tests.ptys import Pty
from tests.screens import Screen

SIZE = (170, 50)
PICTURE = "fit ·"  # stands in a corner of every picture
POINTER = re.compile(r"\x1b\]22;[a-z-]*\x07")  # its shape, by Textual
LOOKS = 3  # in a row that find everything waiting
PATIENCE = 60.0  # seconds for a key: only a program that hangs needs them
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Seen:
    """The screen after a key: the row with the cursor, and the panes beside the tree."""

    tree: str
    row: str
    looked_at: bool
    image: str
    tags: str
    output: bytes
    strange: list[str]
    cost: Cost

    @property
    def picture(self) -> bool:
        """Whether there is one."""
        return PICTURE in self.image


class Session:
    """The browser on some paths."""

    def __init__(self, paths: Sequence[str], place: Place) -> None:
        words = [sys.executable, "-m", "tui", "--graphics", "half", *paths]
        self.terminal = Pty(words, env=place.environment(), size=SIZE)
        self._screen = Screen(*SIZE)
        self._fed = 0
        self._base = 0.0

    def family(self) -> list[int]:
        """The program, and what it started."""
        found = [self.terminal.pid]
        for pid in found:
            for path in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(word) for word in _read(path).split()]
        return found

    def wait(self, seen: Callable[[str], bool] = lambda screen: True) -> str:
        """Wait until the program waits, and the screen shows something; returns the screen."""
        looks = waited = 0
        while looks < LOOKS:
            before = len(self.terminal.output)
            alive = self.terminal.pump(0.02)
            quiet = len(self.terminal.output) == before and self._all_wait()
            if not quiet:
                self._screen.feed(self.terminal.output[self._fed :])
                self._fed = len(self.terminal.output)
            looks = looks + 1 if quiet and seen("\n".join(self._screen.lines())) else 0
            waited += 1
            if not alive or waited > PATIENCE / 0.02:
                raise AssertionError("the browser has ended" if not alive else "the browser hangs")
        return "\n".join(self._screen.lines())

    def _all_wait(self) -> bool:
        states = [
            _read(path).rpartition(")")[2].split()[:1]
            for pid in self.family()
            for path in Path(f"/proc/{pid}/task").glob("*/stat")
        ]
        return all(state == ["S"] for state in states if state)

    def press(self, key: str) -> Seen:
        """One key, what it leads to, and what that took."""
        for pid in self.family():
            _forget_peak(pid)
        seconds, resident, said = self._seconds(), self._memory("VmRSS"), len(self.terminal.output)
        self._base = self._base or resident
        self._screen.strange.clear()
        self.terminal.press(key)
        lines = self.wait().splitlines()
        # what was taken before is not this file's: an allocator keeps it for the next
        cost = Cost(self._seconds() - seconds, self._base + self._memory("VmHWM") - resident)
        return self._seen(lines, said, cost)

    def _seen(self, lines: list[str], said: int, cost: Cost) -> Seen:
        """Cut the screen along the borders of the panes."""
        edges = {name: lines[0].find(f"─ {name} ") - 1 for name in ("Image", "Tags")}
        assert min(edges.values()) > 0, f"no panes side by side: {lines[0]!a}"
        rows = [line for line in lines if line[1:2] == "›"]
        row = rows[0][1 : edges["Image"] - 1] if rows else ""
        image = "\n".join(line[edges["Image"] + 1 : edges["Tags"] - 1] for line in lines[1:-3])
        tags = "\n".join(line[edges["Tags"] + 1 : -1] for line in lines[1:-3])
        strange = [text for text in self._screen.strange if not POINTER.fullmatch(text)]
        name = row[1:].replace("●", " ").strip()
        tree = "\n".join(line[1 : edges["Image"] - 1] for line in lines[1:-3])
        return Seen(tree, name, "●" in row, image, tags, self.terminal.output[said:], strange, cost)

    def _memory(self, what: str) -> float:
        """Resident memory of the family in MiB: now, or the peak since it was forgotten."""
        found = 0
        for pid in self.family():
            lines = _read(Path(f"/proc/{pid}/status")).splitlines()
            found += sum(int(line.split()[1]) for line in lines if line.startswith(what))
        return found / 1024

    def _seconds(self) -> float:
        """Processor time of the family, those that it has waited for included (proc(5))."""
        total = 0
        for pid in self.family():
            fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
            total += sum(int(word) for word in fields[11:15])
        return total / _TICK

    def walk(self, layout: str) -> Iterator[Seen]:
        """Every row of the tree, unfolded; ``layout`` is the key for folders with all their files, or empty."""
        self.wait(lambda screen: "DICOM file" in screen and "Scanning" not in screen)
        for key in f"{layout}*g":
            seen = self.press(key)
        if "▸" in seen.row:  # a small tree was unfolded already
            seen = self.press("*")
        last = ""
        while seen.tree != last:  # two rows one after another may look alike, where names are cut
            yield seen
            last = seen.tree
            seen = self.press("j")

    def quit(self) -> list[str]:
        """End it; what is wrong with how it ended."""
        self.terminal.press("q")
        code = self.terminal.wait(PATIENCE)
        with self.terminal:
            return [f"quit with exit code {code}"] if code else []


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # it has ended meanwhile
        return ""


def _forget_peak(pid: int) -> None:
    """Let the peak of resident memory begin anew (proc(5), clear_refs)."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        return


# ---------------------------------------------------------------------------------------------- judging


def judged(every: Sequence[Case]) -> Iterator[tuple[Case, list[str], Cost]]:
    """All cases: the files in one session by their folder, what is itself a folder or an archive in another."""
    files = [case for case in every if case.kind in ("file", "sparse")]
    others = [case for case in every if case.kind not in ("file", "sparse")]
    with tempfile.TemporaryDirectory(prefix="hostile-browser-") as folder:
        for number, cases in enumerate((files, others)):
            if cases:
                place = Place.new(Path(folder) / str(number))
                yield from _session(cases, place)


def _is_row_of(row: str, name: str) -> bool:
    """Whether a row of the tree is that of a file, whose name may be cut; those that look alike come in order."""
    first = row.split("  ", maxsplit=1)[0]
    return name.startswith(first[:-1]) if first.endswith("…") and len(first) > 1 else row.startswith(name)


def _session(cases: Sequence[Case], place: Place) -> Iterator[tuple[Case, list[str], Cost]]:
    before = {case.name: fingerprint(case.path) for case in cases}
    found: dict[str, list[str]] = {case.name: [] for case in cases}
    costs = dict.fromkeys(found, Cost(0, 0))
    by_row = {os.path.basename(case.path): case for case in cases if case.kind in ("file", "sparse")}
    missed = set(by_row)
    paths = (
        [case.path for case in cases] if not by_row else [os.path.commonpath([os.path.dirname(c.path) for c in cases])]
    )
    forbidden = {bad for case in cases for bad in case.forbid}
    session = Session(paths, place)
    last = cases[0].name
    try:
        for seen in session.walk("T" if by_row else ""):
            name = next((name for name in sorted(missed) if _is_row_of(seen.row, name)), "")
            if name:
                case = by_row[name]
                missed.discard(name)
                last, costs[case.name] = case.name, seen.cost
                found[last] += faults(case, seen)
            found[last] += [f"forbidden bytes {bad.hex()}" for bad in forbidden if bad in seen.output]
            found[last] += [f"strange output {text!a}" for text in seen.strange]
        found[last] += session.quit()
    except AssertionError as error:
        found[last].append(str(error))
    for report in (place.root / "home").rglob("crash-*"):  # holds no data, and the place of the fault
        found[last].append(report.read_text())
        shutil.rmtree(report.parent)
    for row in missed:
        found[by_row[row].name].append("not in the tree")
    for case in cases:
        if fingerprint(case.path) != before[case.name]:
            found[case.name].append("the case itself was changed")
        found[case.name] += place_faults(case, place)
        yield case, found[case.name], costs[case.name]


def faults(case: Case, seen: Seen) -> list[str]:
    """What is wrong with what the browser shows of one file."""
    words = " ".join(seen.image.split())
    found = []
    if not seen.looked_at:
        if not case.may_fail:
            found.append(f"skipped: {seen.row!a}")
        return found
    if case.picture and not seen.picture:
        found.append(f"no picture: {words[:200]!a}")
    if case.picture is False and seen.picture:
        found.append("a picture of what is none")
    if not seen.picture and not words:
        found.append("neither picture nor sentence")
    if not seen.tags.strip():
        found.append("neither tags nor a sentence")
    if seen.cost.seconds > case.seconds:
        found.append(f"{seen.cost.seconds:.1f} s of {case.seconds:g}")
    if seen.cost.mib > case.mib:
        found.append(f"{seen.cost.mib:.0f} MiB of {case.mib:g}")
    return found
