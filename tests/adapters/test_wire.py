import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.adapters import wire


@given(st.lists(st.one_of(st.text(), st.binary(max_size=200_000), st.tuples(st.integers(), st.none())), max_size=5))
def test_messages_come_as_they_went(messages: list[object]) -> None:
    pipe = io.BytesIO()
    for message in messages:
        wire.send(pipe, message)
    pipe.seek(0)
    assert [wire.receive(pipe) for _ in messages] == messages


@pytest.mark.parametrize("kept", [0, 3, 8, 20])
def test_an_end_in_the_middle_is_an_end(kept: int) -> None:
    pipe = io.BytesIO()
    wire.send(pipe, "x" * 100)
    with pytest.raises(EOFError):
        wire.receive(io.BytesIO(pipe.getvalue()[:kept]))
