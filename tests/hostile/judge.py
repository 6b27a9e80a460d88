"""What is wrong with what a command made of a hostile case, as short phrases; none where all is well."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.hostile.cases import Case
from tests.hostile.children import Cost, Ended, Place

LOOK, WRITE = ("info", "tags", "show"), ("export", "anonymize")
# The only DICOM file of these cannot be had: a report that says so is all that can be shown.
NOTHING_THERE = ("dir-deep-path", "dd-missing-file")
DONE, SOME_FAILED, DAMAGED, NOTHING_READABLE = 0, 1, 2, 3  # 2 of `anonymize` alone: some could not be read
# What steers, hides or reorders in a terminal: controls but the line feed, bidi, zero width, tags, and no UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
_COLOURS = re.compile(rb"\x1b\[[0-9;]*m")
_SENTENCE = re.compile(r"safelight: .+|  [a-z0-9].+")  # what it came to, and below it the counts
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def command_line(command: str, case: Case, place: Place) -> list[str]:
    """The words that try a command on a case."""
    match command:
        case "show":
            return ["show", "--size", "40x20", "--graphics", "half", case.path]
        case "export" | "anonymize":
            return [command, case.path, "-o", str(place.root / "out" / command)]
        case _:
            return [command, case.path]


def faults(case: Case, command: str, ended: Ended) -> list[str]:
    """Of one command."""
    found = _death(command, ended) or _bytes(case, command, ended)
    if not found:
        found = _outcome(case, command, ended)
    return [f"{command}: {fault}" for fault in found]


def _death(command: str, ended: Ended) -> list[str]:
    if b"Traceback (most recent call last)" in ended.err:
        lines = ended.err.decode("utf-8", "replace").strip().splitlines()
        places = [line.strip() for line in lines if line.strip().startswith("File ") and "/tui/" in line]
        place = places[-1].split("/tui/")[-1] if places else ""
        return [f"traceback: {lines[-1][:120]!a} at {place}"]
    if ended.signal:
        return [f"died of {signal.Signals(ended.signal).name}"]
    fine = {DONE, SOME_FAILED, NOTHING_READABLE} | ({DAMAGED} if command == "anonymize" else set())
    if ended.code not in fine:
        return [f"exit code {ended.code}: {ended.err.decode('utf-8', 'replace')[:200]!a}"]
    return []


def _bytes(case: Case, command: str, ended: Ended) -> list[str]:
    """Nothing of the file may steer the terminal; of our own only the colours of ``show`` do."""
    found = []
    for name, data in (("stdout", ended.out), ("stderr", ended.err)):
        found += [f"forbidden bytes {bad.hex()} on {name}" for bad in case.forbid if bad in data]
        plain = _COLOURS.sub(b"", data) if command == "show" and name == "stdout" else data
        if unsafe := _UNSAFE.search(plain.decode("utf-8", "surrogateescape")):
            found.append(f"U+{ord(unsafe.group()):04X} on {name}")
        if case.canary.startswith("root:") and case.canary.encode() in data:
            found.append(f"what lies outside of the case on {name}")
    for line in ended.err.decode("utf-8", "replace").splitlines():
        if not _SENTENCE.fullmatch(line):
            found.append(f"no sentence on stderr: {line[:120]!a}")
    return found


def _outcome(case: Case, command: str, ended: Ended) -> list[str]:
    told = ended.err.strip() or (command == "info" and ended.out.strip())
    if ended.code != DONE and not told:
        return [f"exit code {ended.code} without a reason"]
    if case.kind == "archive" and ended.code == NOTHING_READABLE:
        return []  # with the reason; what the good ones hold is told by the tests of archives
    if ended.code == DONE:
        return _done(case, command, ended)
    if command == "anonymize":
        return []  # it may refuse what is not whole
    if command in ("show", "export"):
        return ["no picture: " + _words(ended)] if case.picture else []
    if case.name in NOTHING_THERE and (command == "tags" or "skipped" in _words(ended)):
        return []
    if not case.may_fail:
        return [f"exit code {ended.code}: {_words(ended)}"]
    refused = case.words[0] == "refused" and command == "tags" and case.kind == "file"
    return [f"no limit is named: {_words(ended)}"] if refused and "limit" not in _words(ended) else []


def _done(case: Case, command: str, ended: Ended) -> list[str]:
    if command == "anonymize":
        return []
    if command in ("show", "export"):
        if not ended.out.strip():
            return ["no output"]
        return ["a picture of what is none"] if case.picture is False else []
    if not ended.out.strip():
        return ["no output"]
    # A DICOM file that lost its picture, or all but its mark, is still listed.
    return (
        [] if case.may_show or (case.kind in ("file", "mutant") and command == "info") else ["shown, but it is nothing"]
    )


def _words(ended: Ended) -> str:
    return ascii((ended.err or ended.out).decode("utf-8", "replace").strip()[-300:])


def cost_faults(case: Case, commands: tuple[str, ...], cost: Cost) -> list[str]:
    """Of what it took. A copy is made in memory, so that it is checked before it is written."""
    found = []
    what = " ".join(commands)
    copied = 1.1 * os.path.getsize(case.path) / 2**20 if commands is WRITE and case.kind in ("file", "sparse") else 0
    allowed = case.seconds * max(len(commands), 1)  # the manifest's are those of one program that opens the case
    if cost.seconds > allowed:
        found.append(f"{what}: {cost.seconds:.1f} s of {allowed:g}")
    if cost.mib > case.mib + copied:
        found.append(f"{what}: {cost.mib:.0f} MiB of {case.mib:g}")
    return found


def place_faults(case: Case, place: Place) -> list[str]:
    """Of what was left in the surroundings; empties the folder of the outputs."""
    found = []
    for name in ("tmp", "here", "home"):
        for left in (place.root / name).iterdir():
            found.append(f"left in {name}: {left.name!a}")
    if case.canary and not case.canary.startswith("root:"):
        tops = {Path("/"), Path("/tmp"), place.root, place.root.parent, *Path(case.path).parents}
        found += [f"{case.canary} in {top}" for top in tops if os.path.lexists(top / case.canary)]
    for top, folders, files in os.walk(place.root / "out", topdown=False):
        for name in files:
            if not _NAME.fullmatch(name) or len(name) > 200:
                found.append(f"output is named {name[:80]!a}")
            (Path(top) / name).unlink()
        for name in folders:
            if not _NAME.fullmatch(name):
                found.append(f"output folder is named {name[:80]!a}")
            (Path(top) / name).rmdir()
    return found
