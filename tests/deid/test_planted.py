"""The planted corpus through the command line: nothing that was planted is left, and what must stay stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom.dataset import FileDataset

from tests.deid import judge
from tests.deid.corpus import PATIENTS, Corpus, make
from tui.cli import main


@dataclass(frozen=True)
class Run:
    """Copies by the name of their source, all bytes below the output folder, and what was printed."""

    code: int
    pairs: dict[str, bytes]
    written: dict[str, bytes]
    said: str

    def dataset(self, name: str) -> FileDataset:
        return judge.read(self.pairs[name])


Anonymize = Callable[..., Run]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make(tmp_path_factory.mktemp("planted") / "data")


@pytest.fixture(scope="module")
def anonymize(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Anonymize:
    key = tmp_path_factory.mktemp("key") / "project.key"
    done: dict[tuple[str, ...], Run] = {}

    def run(*words: str) -> Run:
        if words not in done:
            import contextlib
            import io

            out = tmp_path_factory.mktemp("out")
            said, warned = io.StringIO(), io.StringIO()
            given = words if "--key" in words else (*words, "--key", str(key))
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(warned):
                code = main(["anonymize", str(corpus.folder), "-o", str(out), "--json", *given])
            lines = [json.loads(line) for line in said.getvalue().splitlines() if line.startswith("{")]
            pairs = {
                str(Path(line["source"]).relative_to(corpus.folder)): Path(line["output"]).read_bytes()
                for line in lines
                if line.get("output") and line.get("source")
            }
            outputs = "\n".join(str(line.get("output")) for line in lines)
            done[words] = Run(code, pairs, judge.files(out), outputs + warned.getvalue())
        return done[words]

    return run


def test_every_object_is_written_and_no_planted_value_is_left(corpus: Corpus, anonymize: Anonymize) -> None:
    run = anonymize()
    assert len(corpus.files) == 130 and len(corpus.sentinels) > 1509
    assert sorted(set(corpus.files) - set(run.pairs)) == []
    planted = [s for s in corpus.sentinels if s.kind in ("core", "beyond")]
    assert [s.what for s in judge.surviving(planted, run.written)] == []
    judge_control = judge.surviving(planted, judge.files(corpus.folder))
    assert len(judge_control) == len(planted)  # an untouched copy shows all of them


def test_rows_are_in_the_state_that_the_table_asks_for(corpus: Corpus, anonymize: Anonymize) -> None:
    assert judge.wrong_rows(corpus.sentinels, anonymize().pairs) == []


def test_markers_and_uids(corpus: Corpus, anonymize: Anonymize) -> None:
    run = anonymize()
    old: set[str] = set()
    new: set[str] = set()
    for name in corpus.files:
        copy = run.dataset(name)
        assert judge.marked(copy), name
        new |= judge.uids(copy)
        old |= judge.uids(judge.read((corpus.folder / name).read_bytes()))
    assert not judge.illegal(new)
    assert not (old & new) - {"2.16.840.1.113883.6.96"}


def test_references_resolve(corpus: Corpus, anonymize: Anonymize) -> None:
    for words, fewest in ((), corpus.references - 3), (("--clean-sr",), corpus.references):
        run = anonymize(*words)
        there = {str(run.dataset(name).SOPInstanceUID) for name in corpus.cohort}
        found = [uid for name in corpus.cohort for uid in judge.references(run.dataset(name))]
        assert not set(found) - there
        assert len(found) >= fewest


@pytest.mark.parametrize("words", [("--clean-sr", "--clean-graphics", "--clean-descriptors"), ("--keep-safe-private",)])
def test_cleaning_leaves_nothing_either(corpus: Corpus, anonymize: Anonymize, words: tuple[str, ...]) -> None:
    run = anonymize(*words)
    planted = [s for s in corpus.sentinels if s.kind in ("core", "beyond")]
    assert len(run.pairs) == 130
    assert [s.what for s in judge.surviving(planted, run.written)] == []


def test_what_no_row_names_stays_and_so_do_the_pixels(corpus: Corpus, anonymize: Anonymize) -> None:
    run = anonymize()
    for name in corpus.cohort:
        source, copy = judge.read((corpus.folder / name).read_bytes()), run.dataset(name)
        _, changed = judge.unlisted_changes(source, copy)
        assert changed == [], name
        assert judge.same_pixels(source, copy), name


def test_a_second_run_is_the_same_and_another_key_has_nothing_in_common(
    corpus: Corpus, anonymize: Anonymize, tmp_path: Path
) -> None:
    one = anonymize()
    again = anonymize("--json")
    assert one.pairs == again.pairs
    other = anonymize("--key", str(tmp_path / "other.key"))
    mine = {uid for name in corpus.files for uid in judge.uids(one.dataset(name))}
    yours = {uid for name in corpus.files for uid in judge.uids(other.dataset(name))}
    assert len(mine & yours) <= 1  # the Implementation Class UID is no element of a data set


def test_patients_stay_apart_and_dates_keep_their_intervals(corpus: Corpus, anonymize: Anonymize) -> None:
    from datetime import datetime

    run = anonymize("--keep-dates", "shift")
    names, offsets = set(), set()
    for patient in range(1, PATIENTS + 1):
        copies = [run.dataset(name) for name in corpus.cohort if f"patient{patient}/" in name]
        assert len({str(c.PatientID) for c in copies}) == 1
        names.add(str(copies[0].PatientID))
        moved = {(datetime(2020, 3, 2) - datetime.strptime(c.SeriesDate, "%Y%m%d")).days for c in copies} | {
            (datetime(2020, 3, 1) - datetime.strptime(c.StudyDate, "%Y%m%d")).days for c in copies
        }
        assert len(moved) == 1
        offsets |= moved
        assert {str(c.StudyTime) for c in copies} == {"235959"}
        assert {str(c.PatientBirthDate) for c in copies} == {""}
    assert len(names) == PATIENTS and len(offsets) == PATIENTS
    assert all(365 <= days <= 3650 for days in offsets)


def test_nothing_that_is_said_holds_a_planted_value(corpus: Corpus, anonymize: Anonymize) -> None:
    said = anonymize().said.replace(str(corpus.folder), "")
    for name in corpus.files:  # a message names the file that the user gave
        said = said.replace(name, "")
    assert not [s.what for s in corpus.sentinels if any(n in said.encode() for n in s.needles)]
