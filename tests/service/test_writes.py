from __future__ import annotations

import typing

import pytest

from tests.service.fakes import bench
from tui.core.cuts import Cut
from tui.core.deidentify.options import Options
from tui.core.values import Ref, View
from tui.service import actions as act
from tui.service import events as ev
from tui.service.boxing import KeepBoxes, RulesKept
from tui.service.cutting import WritePlanes
from tui.service.measuring import MakeMask, MaskMade
from tui.service.reviewing import AnonymizeReviewed, ReviewAnonymize
from tui.service.writes import WriteAction, job, lane

REF = Ref("/data/ct/0")
SAMPLES: dict[type[object], tuple[WriteAction, type[object]]] = {
    act.Export: (act.Export((act.Target(REF, 0),), View()), ev.WritingEnded),
    act.Convert: (act.Convert(("/data/a.png",), folder="/out"), ev.WritingEnded),
    act.PreviewAnonymize: (act.PreviewAnonymize((REF,)), ev.AnonymizePreviewed),
    act.Anonymize: (act.Anonymize((REF,), "/safe"), ev.AnonymizeEnded),
    MakeMask: (MakeMask((REF,)), MaskMade),
    WritePlanes: (WritePlanes(((REF, 0),), Cut()), ev.WritingEnded),
    ReviewAnonymize: (ReviewAnonymize(REF, Options()), AnonymizeReviewed),
    KeepBoxes: (KeepBoxes(REF, ()), RulesKept),
}


@pytest.mark.parametrize("kind", typing.get_args(WriteAction), ids=lambda kind: kind.__name__)
def test_each_action_has_its_job(kind: type[object]) -> None:
    action, outcome = SAMPLES[kind]
    made = bench()
    heard: list[object] = []
    ports, settings = made.viewer._ports, made.viewer.settings
    assert lane(action) in ("write", "open")
    job(ports, settings, action, b"s" * 32, ("/data",))(heard.append, lambda: False)
    assert any(isinstance(event, outcome) for event in heard)
