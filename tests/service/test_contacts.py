"""Contact sheets."""

from __future__ import annotations

from tests import phantoms
from tests.service.fakes import FakeInstances
from tui.core.values import Ref
from tui.service.contacts import ContactsOf, contacts


def test_small_pictures_of_many_kinds() -> None:
    found = FakeInstances(
        {"/ct": phantoms.ct(size=64), "/us": phantoms.colour(size=48), "/cine": phantoms.cine(frames=3, size=16)}
    )
    refs = (*map(Ref, ("/ct", "/us", "/cine")), Ref("/gone"))
    made = contacts(found, ContactsOf(refs, 18, 12), refs).pictures
    assert [picture.ref for picture in made] == list(refs)
    assert [len(picture.pixels) for picture in made] == [18 * 12 * 3] * 3 + [0]
    assert made[3].problem and not made[0].problem
    assert len(set(made[0].pixels)) > 3
