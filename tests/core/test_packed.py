from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.instance import Head, Instance, Ref
from tui.core.packed import Packed, pack, unpack

NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
HEADS = st.builds(
    Head,
    patient_name=st.text(max_size=4),
    modality=st.sampled_from(("CT", "")),
    rows=st.integers(0, 4),
    orientation=st.none() | st.just((1.0, 0.0, 0.0, 0.0, 1.0, 0.0)),
    b_value=NUMBERS,
)
INSTANCES = st.lists(
    st.builds(
        Instance,
        st.builds(Ref, st.sampled_from(("/a", "/\udcff"))),
        st.integers(0, 9),
        st.text(max_size=3),
        st.none() | st.integers(),
        st.none() | st.tuples(*[st.floats(-1e9, 1e9)] * 3),
        st.none() | st.integers(0, 9),
        NUMBERS,
        st.none() | st.integers(0, 9),
        st.shared(HEADS, key="one") | HEADS,
    ),
    max_size=5,
)


@given(INSTANCES)
def test_what_is_packed_as_text_is_the_same_when_it_is_unpacked(instances: list[Instance]) -> None:
    text = json.dumps(pack(instances, lambda one: one.ref.path))
    assert text.isascii()
    assert unpack(json.loads(text), Ref) == instances


def test_heads_are_kept_once() -> None:
    head = Head(patient_name="Doe^Jane")
    packed = pack([Instance(Ref(f"/{n}"), head=head) for n in range(9)], lambda one: one.ref.path)
    assert packed["heads"] == [{"patient_name": "Doe^Jane"}]


def test_instances_are_made_when_more_than_the_first_is_asked_for() -> None:
    made: list[int] = []
    every = tuple(Instance(Ref(f"/{n}"), number=n) for n in range(4))

    def make() -> Iterator[list[Instance]]:
        made.append(1)
        yield list(every[:3])
        yield list(every[3:])

    packed = Packed(every[0], 4, 40, 400, make)
    assert (packed[0], len(packed), packed.frames, packed.size) == (every[0], 4, 40, 400)
    assert not packed.is_made and made == []
    assert packed[1:3] == every[1:3] and packed[-1] == every[-1] and tuple(packed) == every
    assert packed == every and packed.is_made and made == [1]


@pytest.mark.parametrize("odd", [{}, {"heads": [{"colour": 1}], "rows": []}, {"heads": [], "rows": [["/a", 0]]},
                                 {"heads": [], "rows": [["/a", 0, 1, "", None, None, None, None, None]]}])  # fmt: skip
def test_what_is_no_such_text_is_refused(odd: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, IndexError)):
        unpack(odd, Ref)


def test_what_is_made_is_quick_to_find_places_in() -> None:
    every = [Instance(Ref(f"/{n}")) for n in range(40)]
    packed = Packed(every[0], 40, 40, 0, lambda: iter([every[:25], every[25:]]))
    assert packed.all().learnt
    assert [packed.all().place(one.ref) for one in every] == list(range(40))
