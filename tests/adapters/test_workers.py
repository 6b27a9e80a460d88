"""Copies in this process and in others: the same results in the same order, whatever dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests import phantoms
from tui.adapters import workers
from tui.adapters.instances import DicomInstances
from tui.adapters.output import Files
from tui.adapters.workers import LOST, CopyWorkers
from tui.core.deidentify.options import Options
from tui.core.values import Ref
from tui.service.batch import Orders, Result, State
from tui.service.settings import Limits

SECRET = bytes(range(32))


@pytest.fixture
def refs(tmp_path: Path) -> list[Ref]:
    phantoms.folder(tmp_path / "data", slices=30, size=8)
    return [Ref(str(path)) for path in sorted((tmp_path / "data").rglob("*")) if path.is_file()]


def run(folder: Path, refs: list[Ref], jobs: int, stop_after: int = 10**9) -> list[Result]:
    folder.mkdir(exist_ok=True)
    found: list[Result] = []
    crew = CopyWorkers(DicomInstances(Limits()), Files(), Limits())
    orders = Orders(SECRET, Options(), str(folder), sync=False)
    for results in crew.run(orders, iter(refs), jobs, lambda: len(found) >= stop_after):
        found.extend(results)
    return found


def children() -> set[str]:
    """Processes that this one has started; other tests may have left some."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def plain(results: list[Result]) -> list[tuple[object, ...]]:
    return [(r.source, r.state, r.name, r.sha256, r.error, r.warnings) for r in results]


def test_two_processes_give_what_one_gives(tmp_path: Path, refs: list[Ref]) -> None:
    here, beside = run(tmp_path / "a", refs, 0), run(tmp_path / "b", refs, 2)
    assert plain(here) == plain(beside)
    assert [r.source for r in here] == refs
    assert {r.state for r in here} == {State.READY, State.SKIPPED}
    assert all(Path(r.draft).parent == tmp_path / "b" for r in beside if r.draft)


def test_a_cancelled_run_ends_and_leaves_no_process(tmp_path: Path, refs: list[Ref]) -> None:
    before = children()
    for jobs in (0, 2):
        assert 1 <= len(run(tmp_path / f"{jobs}", refs, jobs, stop_after=1)) < len(refs)
    assert children() <= before


def test_a_process_that_is_killed_while_it_is_asked_is_waited_for_once(tmp_path: Path, refs: list[Ref]) -> None:
    member = workers._Member(Orders(SECRET, Options(), str(tmp_path), sync=False), Limits())
    member.kill()  # as when the run is cancelled: the thread that asks leaves it, and once more at its end
    assert member.ask(tuple(refs)) is None
    member.close()
    member.close()


def test_a_file_that_ends_a_process_is_one_failure(
    tmp_path: Path, refs: list[Ref], monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = refs[5]
    ask = workers._Member.ask

    def asked(self: workers._Member, chunk: tuple[Ref, ...]) -> list[Result] | None:
        if deadly in chunk:
            os.kill(self._pid, signal.SIGKILL)
        return ask(self, chunk)

    monkeypatch.setattr(workers._Member, "ask", asked)
    found = run(tmp_path / "out", refs, 1)
    assert [r.source for r in found] == refs
    assert [(r.source, r.error) for r in found if r.state is State.FAILED] == [(deadly, LOST)]


def test_what_goes_wrong_here_is_raised_here(tmp_path: Path, refs: list[Ref]) -> None:
    def broken() -> object:
        yield refs[0]
        raise OSError("the folder is gone")

    crew = CopyWorkers(DicomInstances(Limits()), Files(), Limits())
    with pytest.raises(OSError, match="gone"):
        list(crew.run(Orders(SECRET, Options(), ""), broken(), 1, lambda: False))  # type: ignore[arg-type]
