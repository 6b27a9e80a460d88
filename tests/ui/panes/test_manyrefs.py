"""Instances in the order in which they came."""

from __future__ import annotations

import random

from tui.service.values import Ref
from tui.ui.panes import manyrefs
from tui.ui.panes.manyrefs import BLOCK, ManyRefs


def test_they_keep_their_order_and_none_is_there_twice() -> None:
    refs = [Ref(f"/data/{n}") for n in range(3)] + [Ref("/data/a.zip", "0"), Ref("/data/a.zip", "1")]
    many = ManyRefs(refs)
    many.add(reversed(refs))
    assert list(many) == refs and len(many) == 5 and many
    assert Ref("/data/a.zip", "1") in many and Ref("/data/a.zip") not in many and Ref("/data/a.zip1") not in many
    many.discard(refs[1])
    many.discard(refs[1])
    many.add(refs)
    assert list(many) == [refs[0], *refs[2:], refs[1]]
    assert not ManyRefs()


def test_any_number_is_as_a_dictionary_of_all_has_it() -> None:
    chance = random.Random(5)
    refs = [Ref(f"/data/{n}", str(n) if n % 3 else "") for n in range(4 * BLOCK)]
    many, plain = ManyRefs(), dict[Ref, None]()
    for _ in range(8):
        some = chance.sample(refs, 3 * BLOCK)
        many.add(some)
        plain.update(dict.fromkeys(some))
        for ref in chance.sample(refs, 3 * BLOCK):
            many.discard(ref)
            plain.pop(ref, None)
        assert list(many) == list(plain) and len(many) == len(plain)
    assert all((ref in many) == (ref in plain) for ref in refs)


def test_nothing_in_it_grows_large_and_what_is_empty_goes() -> None:
    refs = [Ref(f"/data/{n:06}") for n in range(20 * BLOCK)]
    many = ManyRefs(refs)
    assert max(len(part) for part in many.parts()) <= BLOCK
    assert sum(len(part) for part in many.parts()) == 2 * len(refs)
    for some in many.some():
        for ref in some:
            many.discard(ref)
    assert len(many) == 0 and list(many) == [] and len(many.parts()) == manyrefs.SHARES + 1
