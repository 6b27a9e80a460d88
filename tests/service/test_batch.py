"""The values of a run."""

import pickle

from tui.core.deidentify.options import Options
from tui.core.values import Ref
from tui.service.batch import Orders, Result, State, Summary


def test_a_run_in_one_line():
    counts = {State.WRITTEN: 400, State.ALREADY: 12, State.REFUSED: 3}
    assert Summary(counts, 415).line == "OK 412 · refused 3 · quarantined 0 · verified 412/412"
    counts[State.FAILED] = counts[State.QUARANTINED] = 1
    assert Summary(counts, 420).line == (
        "OK 412 · refused 3 · failed 1 · quarantined 1 · verified 412/412 · left undone 3"
    )


def test_orders_and_results_cross_to_other_processes():
    for value in (Orders(bytes(32), Options(), "/x"), Result(Ref("/a"), State.READY, pairs=(("study", b"1", b"2"),))):
        assert pickle.loads(pickle.dumps(value)) == value
