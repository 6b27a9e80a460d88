import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import ClassVar

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


def test_its_fields_are_worked_out_when_they_are_wanted_first() -> None:
    @frozen
    class Late:
        """One with a default that is made anew."""

        names: list[str] = field(default_factory=list)

    assert not isinstance(vars(Late)["__dataclass_fields__"], dict)
    assert Late.__match_args__ == ("names",)
    assert isinstance(vars(Late)["__dataclass_fields__"], dict)
    assert Late().names == [] and Late().names is not Late().names


def test_many_threads_may_want_them_at_once() -> None:
    for _ in range(50):

        @frozen
        class Wanted:
            """One that all want."""

            left: int = 1

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda cls: (Wanted(2).left, cls.__match_args__, len(fields(cls))), [Wanted] * 8))
        assert found == [(2, ("left",), 1)] * 8


def test_it_goes_to_another_process_and_comes_back() -> None:
    view = View(voi=Voi(VoiKind.MANUAL, window=Window(40, 80)), zoom=2.0)
    assert pickle.loads(pickle.dumps(view)) == view


def test_the_first_values_are_made_as_the_later_ones_are() -> None:
    @frozen
    class Made:
        """One with a constant that is no field."""

        kind: ClassVar[str] = "made"

        left: int
        right: tuple[int, ...] = ()

    for _ in range(12):
        assert Made(1) == Made(left=1) == Made(1, right=()) and Made(1, (2,)).right == (2,)
        assert repr(Made(1)).endswith("Made(left=1, right=())") and Made(1).kind == "made"
        for words, named in (((), {}), ((1, 2, 3), {}), ((1,), {"left": 2}), ((1,), {"middle": 2})):
            with pytest.raises(TypeError, match="argument"):
                Made(*words, **named)


def test_a_subclass_with_a_way_of_its_own_to_be_made() -> None:
    @frozen
    class Base:
        """One that a test puts something in the place of."""

        left: int

    class Fake(Base):
        def __init__(self) -> None:
            super().__init__(7)

    for _ in range(12):
        assert Fake().left == 7
