"""Several processes make the same files as none, in the same order; one that dies costs its own file."""

import os
import signal
import threading

import pytest

from tests import phantoms
from tui import compose
from tui.adapters import presses, processes
from tui.adapters.instances import DicomInstances
from tui.core.values import Ref, View, Wish
from tui.service.actions import Target
from tui.service.printing import PrintOrder
from tui.service.settings import Limits


@pytest.fixture
def tasks(tmp_path):
    paths = [phantoms.save(phantoms.ct(z, of=7, size=48), tmp_path / f"{z}.dcm") for z in range(7)]
    paths.insert(3, phantoms.save(phantoms.cine(frames=30, size=64), tmp_path / "cine.dcm"))
    paths.insert(5, tmp_path / "gone.dcm")
    return [(Target(Ref(str(path)), None),) for path in paths]


def work(tasks, jobs, cancelled=lambda: False):
    limits = Limits()
    local = presses.LocalPresses(DicomInstances(limits), compose.exporters(), limits)
    return local.prints(PrintOrder("png", View(), Wish()), tasks, jobs, cancelled, lambda done, total: None)


def test_the_same_files_in_the_same_order(tasks):
    alone, beside = list(work(tasks, 0)), list(work(tasks, 2))
    assert len(alone) == 7 + 30 + 1
    assert beside == alone


def test_a_process_that_dies_costs_one_file(tasks, monkeypatch):
    started = []
    spawn = processes.spawn

    def spied(module):
        started.append(spawn(module))
        if len(started) == 1:
            os.kill(started[0].pid, signal.SIGKILL)
        return started[-1]

    monkeypatch.setattr(processes, "spawn", spied)
    found = list(work(tasks, 2))
    failed = [number for number, p in found if p.error]
    assert failed == [0, 5] and "decoder does not survive" in found[0][1].error
    assert len(found) == 7 + 30 + 1


def test_cancelled_it_ends_and_leaves_no_process(tasks, monkeypatch):
    started = []
    spawn = processes.spawn
    monkeypatch.setattr(processes, "spawn", lambda module: started.append(spawn(module)) or started[-1])
    stop = threading.Event()
    found = work(tasks, 2, stop.is_set)
    next(found)
    stop.set()
    assert list(found) == []
    for process in started:
        with pytest.raises(ChildProcessError):
            os.waitpid(process.pid, 0)
