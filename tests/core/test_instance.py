from __future__ import annotations

import pickle
import random

import pytest

from tui.core.instance import Head, Instance, Members, Ref


def test_the_attributes_of_the_head_are_its_own() -> None:
    head = Head(patient_id="7", modality="CT", rows=64)
    one, other = Instance(Ref("/a"), head=head), Instance(Ref("/b"), patient_id="7", modality="CT", rows=64)
    assert (one.patient_id, one.modality, one.rows, one.frames) == ("7", "CT", 64, 1)
    assert other.head == head
    assert one == Instance(Ref("/a"), 0, patient_id="7", modality="CT", rows=64) != other


def test_nothing_can_be_changed() -> None:
    instance = Instance(Ref("/a"))
    with pytest.raises(AttributeError):
        instance.size = 3
    with pytest.raises(AttributeError):
        instance.modality = "CT"
    with pytest.raises(AttributeError):
        instance.ref.path = "/b"
    with pytest.raises(TypeError):
        Instance(Ref("/a"), colour="red")


def test_places_compare_and_order_by_path_and_member() -> None:
    assert Ref("/a") == Ref("/a", "") != Ref("/a", "x")
    assert sorted([Ref("/b"), Ref("/a", "2"), Ref("/a", "1")]) == [Ref("/a", "1"), Ref("/a", "2"), Ref("/b")]
    assert {Ref("/a"): 1}[Ref("/a")] == 1
    assert Ref("/a") != "/a"


def test_it_goes_to_another_process_and_shows_no_patient() -> None:
    instance = Instance(Ref("/a", "m"), 5, "1.2", 3, (1.0, 2.0, 3.0), patient_name="Doe^Jane")
    assert pickle.loads(pickle.dumps(instance)) == instance
    assert "Doe" not in repr(instance)


def test_members_know_where_each_stands_wherever_the_last_was() -> None:
    chance = random.Random(3)
    every = Members(Instance(Ref(f"/{n // 3}", str(n % 3))) for n in range(300))
    for _ in range(200):
        at = chance.randrange(len(every))
        assert every.place(every[at].ref) == at
        assert every.place(Ref(every[at].ref.path, "9")) is None
    assert Members().place(Ref("/1")) is None


@pytest.mark.parametrize("member", ["", "m"])
def test_members_that_have_learnt_find_any_place_without_looking_through_all(member: str) -> None:
    looked: list[int] = []

    class Watched(Members):
        def __getitem__(self, at):  # type: ignore[no-untyped-def]
            looked.append(at)
            return tuple.__getitem__(self, at)

    every = Watched(Instance(Ref(f"/{n}" if not member else "/a.zip", member and f"{member}{n}")) for n in range(5000))
    every.learn()
    for at in (4999, 0, 2500):
        looked.clear()
        assert every.place(tuple.__getitem__(every, at).ref) == at
        assert len(looked) <= 3 * 32 + 1
    assert every.place(Ref("/gone")) is None
    assert every == Members(every)


def test_members_of_one_sign_are_told_apart() -> None:
    every = Members([Instance(Ref("/b", "/a")), Instance(Ref("/a", "/b")), Instance(Ref("/c"))])
    every.learn()
    assert [every.place(one.ref) for one in every] == [0, 1, 2]


def test_members_take_nothing_to_another_process_that_is_not_true_there() -> None:
    every = Members([Instance(Ref("/a")), Instance(Ref("/b"))])
    plain = pickle.dumps(every)
    every.learn()
    assert every.place(Ref("/b")) == 1
    assert pickle.dumps(every) == plain
    there = pickle.loads(plain)
    assert type(there) is Members and there == every and there.place(Ref("/b")) == 1
