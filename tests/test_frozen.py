import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from tui.core.values import View, Voi, VoiKind, Window
from tui.frozen import frozen


@frozen
class Pair:
    """Two numbers."""

    left: int
    right: int = 2


@frozen
class Other:
    """The same fields in another class."""

    left: int
    right: int = 2


def test_a_value_cannot_be_changed() -> None:
    pair = Pair(1)
    with pytest.raises(FrozenInstanceError):
        pair.left = 3  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del pair.left
    assert pair == Pair(1, 2)


def test_equal_values_of_one_class_are_equal_and_hash_alike() -> None:
    assert Pair(1) == Pair(1, 2) and hash(Pair(1)) == hash(Pair(1, 2))
    assert Pair(1) != Pair(2) and Pair(1) != Other(1)
    assert {Pair(1): "a"}[Pair(1)] == "a"


def test_it_is_a_dataclass() -> None:
    assert [field.name for field in fields(Pair)] == ["left", "right"]
    assert replace(Pair(1), right=5) == Pair(1, 5)
    with pytest.raises(TypeError):
        replace(Pair(1), middle=1)
    match Pair(1, 7):
        case Pair(left, right):
            assert (left, right) == (1, 7)
    assert repr(Pair(1)) == "Pair(left=1, right=2)"


def test_it_goes_to_another_process_and_comes_back() -> None:
    view = View(voi=Voi(VoiKind.MANUAL, window=Window(40, 80)), zoom=2.0)
    assert pickle.loads(pickle.dumps(view)) == view
