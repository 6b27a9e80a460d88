"""Hostile files through the command line, each in a child that is limited and measured; prints what goes wrong.

    python -m tests.hostile.run                    all cases, each command a process of its own
    python -m tests.hostile.run --forked           the same by forking: a tenth of the time
    python -m tests.hostile.run --mutants 500 --seed 7 [--skip 250] [--source FOLDER]
    python -m tests.hostile.run --only nest -v
    python -m tests.hostile.run --browser

``info``, ``tags`` and ``show`` together may cost what the manifest allows; ``export`` and ``anonymize`` are measured
apart and may cost the same; a copy is made of a whole file, so its size may come on top. An archive has to be named
as no DICOM file, for as long as archives are not opened. As root, the case that needs a plain user is run without
root's right to read everything.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.hostile import browser, cases, children, judge
from tests.hostile.cases import Case
from tests.hostile.children import Cost, Place

# A copy or a picture of these takes seconds; where time is short they are only looked at.
HEAVY = ("elements-300k", "length-2g-sparse", "progressive-scans", "items-100k", "deflate-bomb-1g")


def faults_of(case: Case, place: Place, *, fork: bool, quick: bool = False) -> tuple[list[str], Cost, Cost]:
    """Everything that is wrong with one case, and what looking at it and writing of it cost."""
    before = cases.fingerprint(case.path)
    found: list[str] = []
    costs: list[Cost] = []
    for commands in (judge.LOOK, () if quick and case.name in HEAVY else judge.WRITE):
        lines = [judge.command_line(command, case, place) for command in commands]
        if fork:
            ended, cost = children.forked(lines, place, case.seconds, case.plain_user)
        else:
            each = [children.spawned(line, place, case.seconds, case.plain_user) for line in lines]
            ended = [one for one, _ in each]
            cost = Cost(max((c.seconds for _, c in each), default=0), max((c.mib for _, c in each), default=0))
        for command, one in zip(commands, ended, strict=False):
            found += judge.faults(case, command, one)
        found += judge.cost_faults(case, commands, cost)
        costs.append(cost)
    found += judge.place_faults(case, place)
    if cases.fingerprint(case.path) != before:
        found.append("the case itself was changed")
    return found, costs[0], costs[1]


def judged(every: Iterable[Case], *, fork: bool, quick: bool = False) -> Iterator[tuple[Case, list[str], Cost, Cost]]:
    """All cases, one after another."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        place = Place.new(Path(folder))
        if fork:
            children.warm(place.environment())
        for case in every:
            yield case, *faults_of(case, place, fork=fork, quick=quick)


def main() -> int:
    """The script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="a folder that holds the corpus, or will")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--forked", action="store_true", help="fork instead of starting a process a command")
    parser.add_argument("--quick", action="store_true", help="only look at the heaviest cases")
    parser.add_argument("--mutants", type=int, default=0, metavar="N", help="N mutants of real files instead")
    parser.add_argument("--source", type=Path, default=_samples(), help="what the mutants are made of")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="leave out the first N")
    parser.add_argument("--share", default="1/1", metavar="I/N", help="only every Nth case, from the Ith")
    parser.add_argument("--browser", action="store_true", help="in the browser instead, on a pseudo-terminal")
    parser.add_argument("--json", action="store_true", help="one object a line, for the tests")
    parser.add_argument("-v", "--verbose", action="store_true", help="the cases without fault, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hostile-corpus-") as made:
        folder = options.corpus or Path(made)
        if options.mutants:
            every = cases.mutants(folder, options.source, options.seed, options.mutants)
            every = [case for case in every if options.only in case.name]
        else:
            every = cases.corpus(folder, options.only)
        first, step = map(int, options.share.split("/"))
        failed = 0
        chosen = every[options.skip :][first - 1 :: step]
        for case, found, *each in (
            browser.judged(chosen) if options.browser else judged(chosen, fork=options.forked, quick=options.quick)
        ):
            failed += bool(found)
            if options.json:
                print(json.dumps({"name": case.name, "cls": case.cls, "faults": found}), flush=True)
            elif found or options.verbose:
                costs = "  ".join(f"{cost.seconds:5.2f} s {cost.mib:5.0f} MiB" for cost in each)
                print(f"{'FAIL' if found else 'ok':4} {costs}  {case.cls}/{case.name}")
                print("".join(f"       {fault}\n" for fault in found), end="", flush=True)
        if not options.json:
            print(f"{len(chosen)} cases, {failed} with faults")
    return 1 if failed else 0


def _samples() -> Path:
    import pydicom

    return Path(pydicom.__file__).parent / "data" / "test_files"


if __name__ == "__main__":
    sys.exit(main())
