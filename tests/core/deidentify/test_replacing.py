"""New values as bytes, and what is told of them."""

import pytest

from tests import phantoms
from tests.core.deidentify.planted import SECRET
from tui.core.deidentify.heads import Head, Heads
from tui.core.deidentify.learned import Learned
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.plans import Planner
from tui.core.deidentify.replacing import Values
from tui.core.deidentify.uids import keys, new_uid
from tui.core.values import Change
from tui.core.walk import Unsure

OPTIONS = Options(Dates.SHIFT, clean_descriptors=True)
PLANNER = Planner(phantoms.CT, OPTIONS)
LEARNED = Learned(keys(SECRET), OPTIONS, lambda sop_class: PLANNER)


def head(key: bytes) -> Head:
    return Heads(PLANNER, OPTIONS, implicit=False, parent=None, strict=False, harvesting=False)[key]


def changed(key: bytes, value: bytes) -> tuple[bytes | None, list[Change]]:
    told: list[Change] = []
    values = Values(LEARNED, told, implicit=False)
    values.days = 1
    return values.change(head(key), value, ""), told


@pytest.mark.parametrize(
    ("key", "old", "new", "action"),
    [
        (b"\x08\0\x20\0DA", b"20200301", b"\x08\0\x20\0DA\x08\x0020200229", "replaced"),
        (b"\x08\0\x20\0DA", b"Smith ", b"\x08\0\x20\0DA\0\0", "emptied"),
        (b"\x08\0\x30\x10LO", b"CT Smith", b"\x08\0\x30\x10LO\x02\0CT", "replaced"),
        (b"\x08\0\x30\x10LO", b"Smith ", b"", "removed"),
        (b"\x10\0\x30\0DA", b"19561224", b"\x10\0\x30\0DA\0\0", "emptied"),
    ],
)
def test_values(key: bytes, old: bytes, new: bytes, action: str) -> None:
    element, told = changed(key, old)
    assert element == new
    assert [change.action for change in told] == [action]


def test_uids_one_by_one() -> None:
    one, other = (new_uid(keys(SECRET).uid, uid) for uid in ("1.2.3", "1.2.4"))
    element, _ = changed(b"\x08\0\x18\0UI", b"1.2.3\\1.2.4\0")
    assert element is not None and element[8:].rstrip(b"\0") == f"{one}\\{other}".encode()
    assert changed(b"\x08\0\x18\0UI", b"") == (None, [])


def test_what_needs_no_change_or_cannot_be_read() -> None:
    assert changed(b"\x08\0\x30\0TM", b"101500") == (None, [])
    with pytest.raises(Unsure):
        changed(b"\x08\0\x30\x10LO", "Schädel".encode("latin-1"))
