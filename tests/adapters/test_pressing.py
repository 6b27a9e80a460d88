"""The process that makes files, by its messages."""

from tests import phantoms
from tui.adapters import processes, wire
from tui.core.values import Ref, View, Wish
from tui.service.actions import Target
from tui.service.printing import PrintOrder
from tui.service.settings import Limits


def test_the_files_of_a_task_and_then_done(tmp_path):
    path = phantoms.save(phantoms.cine(frames=2, size=16), tmp_path / "a.dcm")
    process = processes.spawn("pressing")
    wire.send(process.requests, (PrintOrder("png", View(), Wish()), Limits()))
    wire.send(process.requests, (Target(Ref(str(path)), None),))
    found = [wire.receive(process.answers) for _ in range(3)]
    assert [p.data[:4] for p in found[:2]] == [b"\x89PNG"] * 2 and found[2] == "done"
    process.requests.close()
    assert process.wait() == 0
    process.answers.close()
