from __future__ import annotations

import hashlib
import hmac
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import UID

from tui.core.deidentify.uids import is_registered, keys, new_uid, short_name
from tui.errors import RefusedError

KEYS = keys(bytes(range(32)))


def test_keys_are_hkdf_of_rfc_5869() -> None:
    """Against RFC 5869 written out: extract, then the first block of expand."""
    root = hmac.new(b"safelight de-identification 1", bytes(range(32)), hashlib.sha256).digest()
    assert KEYS.patient == hmac.new(root, b"patient\x01", hashlib.sha256).digest()
    assert len({KEYS.uid, KEYS.patient, KEYS.date, KEYS.accession}) == 4
    assert bytes(range(32)).hex() not in repr(KEYS)
    assert KEYS.uid.hex() not in repr(KEYS)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(RefusedError):
        keys(b"secret")


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_new_uids_are_legal_and_of_version_8(old: str) -> None:
    new = new_uid(KEYS.uid, old)
    assert UID(new).is_valid
    assert len(new) <= 44
    number = uuid.UUID(int=int(new.removeprefix("2.25.")))
    assert (number.version, number.variant) == (8, uuid.RFC_4122)
    assert new == new_uid(KEYS.uid, old)
    assert new != new_uid(KEYS.patient, old)


@settings(max_examples=50)
@given(st.text(max_size=30), st.text(max_size=30))
def test_two_originals_never_meet(one: str, two: str) -> None:
    assert (new_uid(KEYS.uid, one) == new_uid(KEYS.uid, two)) == (one == two)
    assert (short_name(KEYS.uid, "a", one, 16) == short_name(KEYS.uid, "a", two, 16)) == (one == two)


def test_only_the_standards_own_uids_are_registered() -> None:
    assert is_registered("1.2.840.10008.5.1.4.1.1.2")
    assert not is_registered("1.2.840.10008.5.1.4.1.1.2.77")
    assert not is_registered("1.2.3")
