"""What a run writes down of itself: the entries of its journal, and the report that is made of them.

Neither holds a value, a path or an excerpt of an original: files are numbered in their order, and known by what became
of them. ``core/deidentify/deid-report.schema.json`` is the schema of the report.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tui.service.batch import COPIED, Result, State

if TYPE_CHECKING:
    from tui.core.deidentify.options import Options

FORMAT = 1
NAME = "deid-report.json"
Pair = tuple[str, bytes, bytes]
_OF_THE_JOURNAL = frozenset(("key", "size", "pairs"))


def fingerprint(secret: bytes) -> str:
    """Sixteen hexadecimal digits by which two runs with one key are known, and nothing else can be told."""
    return hmac.digest(secret, b"fingerprint of a project key", hashlib.sha256).hex()[:16]


def head(secret: bytes, options: Options, rules: str) -> dict[str, Any]:
    """The first line of a journal: a run can go on only with all of this the same."""
    from tui.core.deidentify.table import EDITION, digest

    chosen = "\n".join(f"{name}={sorted(value) if isinstance(value, frozenset) else value!r}" for name, value in
                       ((name, getattr(options, name)) for name in options.__dataclass_fields__))  # fmt: skip
    said = f"{chosen}\n{rules}\n{EDITION}\n{digest()}".encode()
    return {"format": FORMAT, "run": hmac.digest(secret, b"run\0" + said, hashlib.sha256).hex()}


def known_by(secret: bytes, stamp: bytes) -> str:
    """What stands for a source in the journal, from its path, size and time: keyed, so that it cannot be guessed."""
    return hmac.digest(secret, b"source\0" + stamp, hashlib.sha256).hex()[:32]


def entry(key: str, result: Result, size: int, pairs: Iterable[Pair] = ()) -> dict[str, Any]:
    """A line of the journal; ``pairs`` says who is called what, which a run that is taken up again must keep to."""
    said: dict[str, Any] = {"key": key, "state": result.state.value}
    if result.state in COPIED:
        said |= {"name": result.name, "size": size, "sha256": result.sha256, "uid": result.uid}
        said["actions"] = dict(result.actions)
        if told := [(kind, old.hex(), new.hex()) for kind, old, new in pairs]:
            said["pairs"] = told
    for name, value in (("reason", result.reason), ("problems", result.problems), ("warnings", result.warnings)):
        if value:
            said[name] = list(value) if isinstance(value, tuple) else value
    return said


class Tally:
    """Counts what the entries say."""

    def __init__(self) -> None:
        self.states: Counter[State] = Counter()
        self.actions: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def add(self, said: dict[str, Any]) -> State:
        """Count one."""
        state = State(said["state"])
        self.states[state] += 1
        self.actions.update(said.get("actions", {}))
        self.warnings.update(said.get("warnings", ()))
        if state not in (State.SKIPPED, *COPIED):
            self.reasons[said.get("reason", "")] += 1
        return state


def report(
    version: str, options: Options, mark: str, tally: Tally, entries: Iterable[dict[str, Any]]
) -> Iterator[bytes]:
    """The report as JSON, file by file, so that its length costs no memory."""
    from tui.core.deidentify import options as chosen
    from tui.core.deidentify.table import EDITION, digest

    top = {
        "format": FORMAT,
        "tool": f"Safelight {version}",
        "profile": {
            "edition": f"PS3.15 {EDITION}",
            "table_sha256": digest(),
            "options": chosen.words(options),
            "codes": [{"code": code, "scheme": "DCM", "meaning": meaning} for code, meaning in options.codes],
        },
        "key_fingerprint": mark,
        "counts": {state.value: count for state, count in sorted(tally.states.items())},
        "actions": dict(sorted(tally.actions.items())),
        "warnings": dict(tally.warnings.most_common()),
        "reasons": dict(tally.reasons.most_common()),
    }
    yield json.dumps(top, indent=1, ensure_ascii=True)[:-2].encode() + b',\n "files": ['
    for number, said in enumerate(entries, 1):
        row = {"file": number, **{name: value for name, value in said.items() if name not in _OF_THE_JOURNAL}}
        yield (b",\n  " if number > 1 else b"\n  ") + json.dumps(row, ensure_ascii=True).encode()
    yield b"\n ]\n}\n"
