"""What a dialog is about."""

from __future__ import annotations

import pytest

from tui.service.values import Ref
from tui.ui.dialogs.scope import same

A, B, C = (Ref(f"/data/{name}") for name in "abc")


@pytest.mark.parametrize(
    ("refs", "others", "expected"),
    [
        ((), (), True),
        ((A, B), (A, B), True),
        ((A, B), (B, A), True),
        ([A, B], (A, B), True),
        ((A, B), (A, C), False),
        ((A, B), (A, B, C), False),
        ((A,), (), False),
    ],
)
def test_the_same_files_in_any_order_are_the_same(
    refs: tuple[Ref, ...], others: tuple[Ref, ...], expected: bool
) -> None:
    assert same(refs, others) is expected
    assert same(others, refs) is expected
