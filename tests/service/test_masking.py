from __future__ import annotations

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.quantities import Recipe
from tui.core.values import Ref
from tui.service import events as ev
from tui.service.disabled import reason
from tui.service.masking import make, mask_command, recipe_words
from tui.service.measuring import MakeMask, MaskGrown, MaskMade
from tui.service.state import State, Writing

REFS = tuple(Ref(f"/data/ct/{z}") for z in range(4))


def made() -> Bench:
    return bench({f"/data/ct/{z}": phantoms.ct(z, of=4, size=32) for z in range(4)})


def test_it_measures_without_writing() -> None:
    there = made()
    there.viewer.do(MakeMask(REFS, Recipe(opening=0.0)))
    size = there.last(MaskMade).size
    assert size.slices == 4 and size.volume_ml > 0 and not there.all(ev.Written) and not there.output.disk


def test_one_bad_file_is_a_sentence_and_nothing_is_written() -> None:
    there = made()
    there.viewer.do(MakeMask((*REFS, Ref("/nowhere"))))
    assert there.last(MaskMade).size is None and "no such file" in there.last(MaskMade).problem
    assert there.last(ev.WritingEnded).outcomes[0].error


def test_an_unknown_format_is_refused_before_anything_is_read() -> None:
    there = made()
    there.viewer.do(MakeMask(REFS, format="bmp"))
    assert "no mask format" in there.last(MaskMade).problem and not there.instances.opens


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe(), "--range=90,3071"),
        (Recipe(-950, -500, fill=False, opening=0.0), "--range=-950,-500 --no-fill --open 0"),
        (Recipe(opening=2, closing=1.5, millimetres=True), "--range=90,3071 --open 2mm --close 1.5mm"),
        (Recipe(largest=True, smallest=12, volume=True), "--range=90,3071 --largest --smallest 12 --volume"),
    ],
)
def test_the_command_line_that_does_the_same(recipe: Recipe, words: str) -> None:
    assert " ".join(recipe_words(recipe)) == words
    command = mask_command(MakeMask(REFS[:1], recipe, frame=0, format="seg"), "/out")
    assert command == f"safelight mask /data/ct/0 {words} --frame 1 --format seg -o /out"


def test_it_tells_how_far_it_is() -> None:
    there = made()
    there.viewer.do(MakeMask(REFS))
    assert [(event.done, event.total) for event in there.all(MaskGrown)] == [(n, 4) for n in range(4)]
    assert not there.viewer.state.writing.verb


def test_it_can_be_stopped_and_then_writes_nothing() -> None:
    there, heard = made(), []
    ports, settings = there.viewer._ports, there.viewer.settings
    make(ports, settings, MakeMask(REFS))(heard.append, lambda: len(heard) > 1)
    assert [type(event) for event in heard] == [MaskGrown, MaskGrown, ev.Notice, ev.WritingEnded]
    assert not heard[-1].outcomes and not there.output.disk


def test_one_mask_is_made_at_a_time() -> None:
    state = State(writing=Writing("export", 1, 2))
    assert reason(state, MakeMask(REFS)) == "The running export ends first."
