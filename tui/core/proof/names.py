"""Who and what a copy says it is: its UIDs, its name, and what became of patient, study and series."""

from __future__ import annotations

import re

from tui.core.proof import identifiers as ids
from tui.core.proof.rules import CLASS_UIDS, Kind
from tui.core.proof.walk import Found, Parsed, name

NEW_UID = re.compile(rb"2\.25\.[1-9][0-9]{0,38}\Z")
_LEGAL_UID = re.compile(rb"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*\Z")
_NAME = re.compile(r"[A-Za-z0-9]-[A-Z2-7]{4,16}/study-[A-Z2-7]{4,16}/series-[A-Z2-7]{4,16}/[0-9.]{3,64}(~[0-9]+)?\.dcm")
_PIXELS = 0x7FE00000


def uid_problem(found: Found, value: bytes, known: ids.Identifiers) -> str:
    """What is wrong with a value of UIDs in a copy; empty if nothing is."""
    for part in value.split(b"\\"):
        uid = part.rstrip(b"\0 ")
        if not uid:
            continue
        if len(uid) > 64 or not _LEGAL_UID.match(uid):
            return "is no legal UID"
        if NEW_UID.match(uid) and uid not in known.uids:
            continue
        if not is_registered(uid) and (found.kind == Kind.UID or uid in known.uids or not is_class(found.tag)):
            return "is an original" if uid in known.uids else "is not a new UID"
    return ""


def is_class(tag: int) -> bool:
    """Whether UIDs there name a class, a syntax or a code."""
    return tag in CLASS_UIDS


def is_registered(uid: bytes) -> bool:
    """Whether PS3.6 Annex A names the UID."""
    from pydicom._uid_dict import UID_dictionary

    return uid.decode("latin-1") in UID_dictionary


def check_uids(before: Parsed, after: Parsed, known: ids.Identifiers, problems: list[str], kept: bool) -> None:
    """Where both files have the same UIDs in the same places, one original has one new UID and the other way round."""
    if kept:
        return
    old = uids_of(before, ids.Source.UID)
    new = uids_of(after, Kind.UID)
    for place, values in new.items():
        were = old.get(place, [])
        if len(were) != len(values):
            continue
        if len(set(zip(were, values, strict=True))) != len(set(were)) or len(set(were)) != len(set(values)):
            problems.append(f"UID: {name(place[0])} is not replaced one to one")


def uids_of(parsed: Parsed, kind: int) -> dict[tuple[int, int], list[bytes]]:
    """UIDs by their attribute and the sequence around it."""
    found: dict[tuple[int, int], list[bytes]] = {}
    for element in parsed.found:
        if element.kind == kind:
            value = parsed.data[element.start : element.stop].rstrip(b"\0 ")
            found.setdefault((element.tag, element.parent), []).append(value)
    return found


_ISSUER = 0x00100021
_ITEM = b"\xfe\xff\x00\xe0"
_PAIRS = {0x00100020: "patient", 0x0020000D: "study", 0x0020000E: "series"}
_CHANCE = 6  # characters that a keyed hash does not make up by chance
_WANTED = frozenset((0x00080016, 0x00080018, _ISSUER, *_PAIRS))


def tops_of(parsed: Parsed) -> dict[int, bytes]:
    """Values at the top level, by tag."""
    return {
        f.tag: parsed.data[f.start : f.stop].rstrip(b"\0 ") for f in parsed.found if not f.depth and f.tag < _PIXELS
    }


def wanted(tops: dict[int, bytes]) -> dict[int, bytes]:
    """Those that the proof tells of, or looks at in each file."""
    return {tag: tops[tag] for tag in _WANTED & tops.keys()}


def is_name(relative: str, known: ids.Identifiers) -> bool:
    """Whether a name is made of pseudonyms alone.

    Letters of a keyed hash make up a short name such as Lee by chance, about once in some thousand patients; what is
    shorter than six characters is therefore no sign of an original in them.
    """
    folders = relative.encode()[:-4].lower().split(b"/")[:-1]
    hashes = b"/".join(folder.rpartition(b"-")[2] for folder in folders)
    inside = any(len(token) >= _CHANCE and token in hashes for token in known.hard | known.words)
    return _NAME.fullmatch(relative) is not None and not inside


def pairs_of(old: dict[int, bytes], new: dict[int, bytes]) -> tuple[tuple[str, bytes, bytes], ...]:
    """Old and new of patient, study and series, from the values at the top level of both files."""
    was = {tag: old[tag].strip(b"\0 ") for tag in _PAIRS if old.get(tag)}
    issuer = old.get(_ISSUER, b"")
    if issuer and not issuer.startswith(_ITEM):  # as a text it is part of who a patient is
        was[0x00100020] = was.get(0x00100020, b"") + b"\0" + issuer.strip(b"\0 ")
    return tuple((what, was[tag], new[tag]) for tag, what in _PAIRS.items() if was.get(tag) and new.get(tag))
