"""Keys and the one map for UIDs: the same original and secret give the same new UID, anywhere, at any time.

A UID or a Patient ID can be guessed, so its plain hash would confirm the guess; all maps here are keyed (HMAC).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from tui.errors import RefusedError

_SALT = b"safelight de-identification 1"
_LEGAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")


@dataclass(frozen=True, repr=False)
class Keys:
    """Four keys of 32 bytes, one for each thing that is mapped, so that no map tells of another."""

    uid: bytes
    patient: bytes
    date: bytes
    accession: bytes


def keys(secret: bytes) -> Keys:
    """The keys that follow from a secret, by HKDF-SHA-256 (RFC 5869).

    Raises
    ------
    RefusedError
        If the secret is shorter than 16 bytes and could be guessed.
    """
    if len(secret) < 16:
        raise RefusedError("The secret for de-identification is too short", "Use 32 random bytes.")
    root = hmac.digest(_SALT, secret, hashlib.sha256)
    # One block of HKDF-Expand gives the 32 bytes that are wanted.
    uid, patient, date, accession = (
        hmac.digest(root, info + b"\x01", hashlib.sha256) for info in (b"uid", b"patient", b"date", b"accession")
    )
    return Keys(uid, patient, date, accession)


def new_uid(key: bytes, old: str) -> str:
    """A UID under 2.25 (PS3.5 B.2) of a UUID of version 8 (RFC 9562) that holds a keyed hash; at most 44 characters."""
    number = int.from_bytes(hmac.digest(key, old.encode("utf-8", "surrogateescape"), hashlib.sha256)[:16], "big")
    number = number & ~(0xF << 76) | 0x8 << 76  # version
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant
    return f"2.25.{number}"


def short_name(key: bytes, kind: str, old: str, characters: int) -> str:
    """Letters A-Z and digits 2-7 that stand for an original and tell nothing of it."""
    digest = hmac.digest(key, f"{kind}\0{old}".encode("utf-8", "surrogateescape"), hashlib.sha256)
    return base64.b32encode(digest).decode("ascii")[:characters]


def mapped(key: bytes, old: str) -> str:
    """The new UID of an instance, study, series … that PS3.6 does not register; empty stays empty."""
    return old if not old or is_registered(old) else new_uid(key, old)


def is_uid(text: str) -> bool:
    """Whether a text is a legal UID (PS3.5 9.1)."""
    return len(text) <= 64 and _LEGAL.fullmatch(text) is not None


def is_registered(uid: str) -> bool:
    """Whether PS3.6 Annex A registers the UID: such a one names a class, a syntax or a well-known instance, no patient.

    UIDs that merely start with DICOM's root are not taken for registered: some devices make instance UIDs of them.
    """
    from pydicom._uid_dict import UID_dictionary

    return uid in UID_dictionary
