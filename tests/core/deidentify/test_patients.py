from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.core.deidentify.patients import Identity

KEY = bytes(range(32))
WORDS = st.text("AB ", max_size=4)


@settings(max_examples=100)
@given(WORDS, WORDS, WORDS, WORDS)
def test_patients_are_one_if_id_and_issuer_are(id_1: str, issuer_1: str, id_2: str, issuer_2: str) -> None:
    one = Identity(id_1.strip(), issuer_1.strip(), "1.2", "1.2.3")
    two = Identity(id_2.strip(), issuer_2.strip(), "1.2", "1.2.4")
    same = (one.patient_id, one.issuer) == (two.patient_id, two.issuer) or (one.is_weak and two.is_weak)
    assert (one.pseudonym(KEY) == two.pseudonym(KEY)) is same


def test_an_id_is_no_study() -> None:
    assert Identity("1.2", "", "9", "9").pseudonym(KEY) != Identity("", "", "1.2", "9").pseudonym(KEY)
    assert Identity("", "", "", "1").pseudonym(KEY) != Identity("", "", "", "2").pseudonym(KEY)
