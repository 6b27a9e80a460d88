from __future__ import annotations

import pickle

from tests import phantoms
from tests.service.fakes import FakeInstances
from tui.core.quantities import Region
from tui.core.values import Ref
from tui.service.measuring import Measure, Measured, job


def test_it_measures_what_is_asked_for_in_order() -> None:
    found: list[object] = []
    instances = FakeInstances({"/ct": phantoms.ct(size=32)})
    asked = Measure(Ref("/ct"), points=((1, 1), (2, 2)), regions=(Region(),), lines=(((0, 0), (3, 4)),))
    job(instances, asked)(found.append, lambda: False)
    (measured,) = found
    assert isinstance(measured, Measured) and measured.asked == asked and not measured.problem
    assert [(probe.column, probe.row) for probe in measured.probes] == [(1, 1), (2, 2)]
    assert measured.statistics[0].count > 0 and len(measured.lines) == 1


def test_what_cannot_be_read_is_a_sentence() -> None:
    found: list[object] = []
    job(FakeInstances({}), Measure(Ref("/nowhere")))(found.append, lambda: False)
    assert isinstance(found[0], Measured) and found[0].problem


def test_the_request_crosses_to_another_process_and_knows_what_it_comes_to_there() -> None:
    asked = Measure(Ref("/a"), points=((1, 2),))
    assert pickle.loads(pickle.dumps(asked)) == asked
    assert asked.about() == Ref("/a") and asked.lost("It died.").problem == "It died."
