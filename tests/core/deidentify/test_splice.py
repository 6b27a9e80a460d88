"""The walk over the bytes: what it keeps is a run of the original's own bytes."""

import pytest

from tests import phantoms
from tests.core.deidentify.planted import SECRET
from tui.core.deidentify.learned import Learned
from tui.core.deidentify.options import Options
from tui.core.deidentify.plans import Planner
from tui.core.deidentify.splice import Splice
from tui.core.deidentify.uids import keys
from tui.core.walk import Unsure, meta

LEARNED = Learned(keys(SECRET), Options(), lambda sop_class: Planner(sop_class, Options()))


def splice(data: bytes, encapsulated: bool = False) -> Splice:
    made = Splice(LEARNED, data, phantoms.CT, implicit=False, encapsulated=encapsulated)
    made.begin((0x00080016, 0x00080018, 0x00100010, 0x00280303), 0)
    made.part(meta(data)[1], len(data))
    made.end()
    return made


def test_pixels_are_not_copied_and_few_pieces_are_left() -> None:
    data = phantoms.data(phantoms.ct(size=64))
    made = splice(data)
    assert made.native == 2 * 64 * 64 and made.has_pixels
    assert max(len(piece) for piece in made.out) > made.native
    assert all(isinstance(piece, bytes) or piece.obj is data for piece in made.out)
    assert len(made.out) < 60


def test_slots_stand_in_the_order_of_their_tags() -> None:
    made = splice(phantoms.data(phantoms.ct(size=8)))
    assert list(made.slots.places) == sorted(made.slots.places) and list(made.slots.places.values()) == sorted(
        made.slots.places.values()
    )
    assert all(made.out[index] == b"" for index in made.slots.places.values())


def test_order_and_lengths_must_be_right() -> None:
    data = phantoms.data(phantoms.ct(size=8))
    begin = meta(data)[1]
    twice = data[:begin] + data[begin : begin + 20] + data[begin:]
    for odd in (twice, data[:-4], data + b"\x10\0\x10\0"):
        with pytest.raises(Unsure):
            splice(odd)
    with pytest.raises(Unsure):
        splice(data, encapsulated=True)
