"""What the dialogs offer."""

from __future__ import annotations

from tui.service.settings import Settings
from tui.service.state import Cursor, Shown, State
from tui.service.values import Facts, Instance, Library, Patient, Ref, Series, SeriesKey, Stack, Study, VoiKind, Window
from tui.ui import choices

A, B, C, D = (Ref(f"/data/{name}") for name in "abcd")


def series(uid: str, *refs: Ref) -> Series:
    return Series(SeriesKey("p", "s", uid), tuple(Instance(ref) for ref in refs))


def state(*shown: Series, at: Ref | None = A) -> State:
    library = Library((Patient("p", (Study("s", shown),)),)) if shown else Library()
    return State(library=library, cursor=Cursor(shown[0].key if shown else None, at))


def told(state: State, row: tuple[Ref, ...] = ()) -> tuple[list[tuple[str, int]], int]:
    scopes, chosen = choices.scopes(state, row)
    return [(scope.name, len(scope.refs)) for scope in scopes], chosen


def test_image_series_and_study() -> None:
    assert told(state(series("1", A, B), series("2", C))) == ([("image", 1), ("series", 2), ("study", 3)], 0)


def test_a_set_that_is_the_same_is_offered_once() -> None:
    assert told(state(series("1", A))) == ([("image", 1)], 0)
    assert told(state(series("1", A, B))) == ([("image", 1), ("series", 2)], 0)


def test_the_row_of_the_tree_is_chosen() -> None:
    two = state(series("1", A, B), series("2", C))
    assert told(two, (A, B, C)) == ([("image", 1), ("series", 2), ("study", 3)], 2)
    assert told(two, (C,)) == ([("image", 1), ("series", 2), ("study", 3), ("row of the tree", 1)], 3)
    assert told(two, (A, B, C, D))[0][-1] == ("row of the tree", 4)


def test_a_row_alone_is_enough() -> None:
    assert told(State(), (D,)) == ([("row of the tree", 1)], 0)
    assert told(State()) == ([], 0)


def test_windows_are_those_of_the_modality_and_the_users_own() -> None:
    shown = State(shown=Shown(1, A, 0, facts=Facts("CT")))
    found = choices.windows(shown, Settings(presets={"mine": (10.0, 20.0), "brain": (35.0, 70.0)}))
    assert found["lung"].window == Window(-600, 1500)
    assert found["stroke"].window == Window(40, 40)
    assert found["mine"].kind is VoiKind.PRESET
    assert found["mine"].window == Window(10, 20)
    assert found["brain"].window == Window(35, 70)
    assert "lung" not in choices.windows(State(), Settings())


def test_a_mask_is_of_the_stack_that_is_looked_at() -> None:
    images = (*(Instance(ref, rows=9, frames=1) for ref in (A, B, C)), Instance(D))
    key = SeriesKey("p", "s", "1")
    stacks = (Stack("b 0", 0, 1), Stack("b 800", 1, 4))
    whole, parted = Series(key, images), Series(key, images, stacks)
    assert choices.masked(state(whole), True) == ((A, B, C), None) and choices.slices(state(whole)) == (3, "series")
    assert choices.masked(state(parted, at=B), True) == ((B, C), None)
    assert choices.slices(state(parted, at=B)) == (2, "stack") and choices.slices(state(parted)) == (1, "stack")
    assert choices.masked(state(whole, at=B), False) == ((B,), 0)
    assert choices.masked(state(at=None), True) == ((), None)
