"""Whether a copy is what it says: the proof of one de-identified file against its original.

Nothing of ``core/deidentify`` runs here. The copy is read from its bytes, by a walker of its own, as a stranger would
read it; the original is read to know what must not be found. A check that cannot be made counts as failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from tui.core.proof import identifiers as ids
from tui.core.proof import pixels, rectangles
from tui.core.proof.names import (
    NEW_UID,
    check_uids,
    is_class,
    is_name,
    is_registered,
    pairs_of,
    tops_of,
    uid_problem,
    uids_of,
    wanted,
)
from tui.core.proof.repeats import Layout, Pair, Repeats
from tui.core.proof.rules import Expected, Kind, is_kept, is_sequence, kind_of, rows, vr_of
from tui.core.proof.walk import Found, Malformed, Parsed, Walker, name
from tui.frozen import frozen

LONGEST = 512 * 2**20
_META = frozenset((0x00020000, 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020012, 0x00020013))
_NAMED, _ALL = 100, 101
# Looked at for what they say, whether or not they may stay.
_NAMES = frozenset((0x00080016, 0x00080018, 0x00080100, 0x00100020, 0x0020000D, 0x0020000E))
_PSEUDONYM = re.compile(rb"[A-Z]-?[A-Z2-7]{8,15}\Z")
_NOTHING = re.compile(
    rb"(ANON|ANONYMOUS|removed|REMOVED|CORRECT|urn:anon|[0.]*|000[DWMY]|19000101|19000101000000(\.0+)?|000000(\.0+)?)\Z"
)
_DUMMY_DOCUMENT = 1024  # bytes; the blank page is shorter
_DUMMY_ITEMS = 1024


@frozen
class Proof:
    """What came of the checks.

    Attributes
    ----------
    problems
        What failed: the check's name, and the attribute where there is one. No value.
    new_uid
        SOP Instance UID of the copy.
    pairs
        (old, new) of patient, study, series: together they must stay one to one over all files.
    uids
        The UIDs of the original that must be replaced.
    """

    problems: tuple[str, ...]
    new_uid: str = ""
    pairs: tuple[tuple[str, bytes, bytes], ...] = ()
    uids: frozenset[bytes] = frozenset()


class Verifier:
    """Checks copies; keeps what it learned of one for the next.

    Parameters
    ----------
    expected
        What the user has asked for.
    """

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._original = Walker(lambda tag, vr: ids.source_of(tag, vr, expected), is_sequence, strict=False)
        self._copy = Walker(partial(_copy_kind, expected), is_sequence, strict=True)
        self._whole = Walker(lambda tag, vr: _ALL, is_sequence, strict=True)
        self._tolerant = Walker(lambda tag, vr: _ALL, is_sequence, strict=False)
        self._gatherer = ids.Gatherer()
        self._repeats = Repeats(self._original, self._copy)
        self._moved = "rtn_long_modif_dates" in expected.columns

    def check(
        self, original: bytes, copy: bytes, relative: str, boxes: tuple[tuple[int, int, int, int], ...] | None = None
    ) -> Proof:
        """Check one copy.

        Parameters
        ----------
        relative
            The name that the copy is to have below the folder of all copies.
        boxes
            Left, top, width and height of rectangles that were blanked; empty for a picture that was seen to be clean,
            None for one that was not looked at.
        """
        if boxes is None and (proof := self._again(original, copy, relative)) is not None:
            return proof
        problems: list[str] = []
        try:
            after = self._copy.walk(copy, LONGEST)
        except Malformed as error:
            return Proof((f"structure: {error}",))
        try:
            before = self._original.walk(original, LONGEST)
        except Malformed as error:
            return Proof((f"original: it cannot be read again, {error}",))
        known = self._gatherer.gather(before)
        tops = tops_of(after)
        _check_meta(after, tops, problems)
        self._check_elements(after, known, problems)
        self._check_marks(after, tops, problems, boxes is not None)
        if boxes:
            self._check_rectangles(original, copy, boxes, problems)
        else:
            _check_pixels(before, after, lambda: self._shape(copy), problems)
        check_uids(before, after, known, problems, "rtn_uids" in self._expected.columns)
        is_there = ids.anywhere(known, _header(after))
        if is_there:
            self._search(copy, known, problems)
        if not is_name(relative, known):
            problems.append("name: the file name is not made of pseudonyms alone")
        if not problems and not is_there and boxes is None and self._repeats.is_patient():
            self._repeats.learn(self._tolerant.walk(original, LONGEST), self._whole.walk(copy, LONGEST), self._pair)
        uid = tops.get(0x00080018, b"").decode("latin-1")
        return Proof(tuple(dict.fromkeys(problems)), uid, pairs_of(tops_of(before), tops_of(after)), known.uids)

    def follows(self, original: bytes, copy: bytes) -> bool:
        """Whether a pair is in most like one that was checked."""
        return self._repeats.follow(original, copy, LONGEST) is not None

    def _again(self, original: bytes, copy: bytes, relative: str) -> Proof | None:
        """The proof of a pair that is in most like one before; None if the whole must tell.

        What is the same was found to be right for the identifiers that are the same. Left are the elements that
        differ, and those that may hold an identifier that differs.
        """
        followed = self._repeats.follow(original, copy, LONGEST)
        if followed is None:
            return None
        pair, before, after = followed
        more = self._gatherer.gather(before, pair.charset)
        known = pair.known.joined(more)
        old, new = pair.old | tops_of(before), pair.new | tops_of(after)
        problems: list[str] = []
        _check_meta(after, new, problems)
        self._check_elements(after, known, problems)
        _check_pixels(before, after, lambda: self._shape(copy), problems)
        check_uids(before, after, known, problems, "rtn_uids" in self._expected.columns)
        header = _header(after)
        differing = b"\0".join(after.data[f.start : f.stop] for f in after.found if f.tag < 0x7FE00000)
        if problems or ids.anywhere(more, header) or ids.anywhere(pair.known, differing):
            return None
        if any(value in header for values in more.values.values() for value in values):
            return None
        if not pair.places.isdisjoint(uids_of(before, ids.Source.UID)) or not is_name(relative, known):
            return None
        return Proof((), new.get(0x00080018, b"").decode("latin-1"), pairs_of(old, new), known.uids)

    def _pair(self, before: Parsed, old: Layout, after: Parsed, new: Layout) -> Pair | None:
        """What later pairs may share with one that was checked; None if that would not be safe."""
        same, other = self._original.some(before, old.same), self._original.some(before, old.other)
        copied = self._copy.some(after, new.same)
        charsets = [f for f in (*same.found, *other.found) if f.kind == ids.Source.CHARSET]
        if len(charsets) > 1 or any(f.kind == ids.Source.CHARSET for f in other.found):
            return None
        charset = b"".join(same.data[f.start : f.stop].rstrip(b"\0 ") for f in charsets)
        known = self._gatherer.gather(same, charset)
        problems: list[str] = []
        tops = tops_of(copied)
        self._check_elements(copied, known, problems)
        self._check_marks(copied, tops, problems, blanked=False)
        if problems or ids.anywhere(known, new.bytes_of_runs()):
            return None
        places = frozenset(uids_of(copied, Kind.UID))
        if not places.isdisjoint(uids_of(self._copy.some(after, new.other), Kind.UID)):
            return None
        return Pair(old, new, known, charset, wanted(tops_of(same)), wanted(tops), places)

    def _check_elements(self, after: Parsed, known: ids.Identifiers, problems: list[str]) -> None:
        data = after.data
        for found in after.found:
            kind = found.kind
            if kind >= Kind.MARK:
                continue
            value = data[found.start : found.stop]
            if kind == Kind.EMPTY and not value:
                continue
            if kind == Kind.DUMMY:
                if not _is_dummy(found, value, known):
                    problems.append(f"table: {name(found.tag)} is not replaced")
            elif kind in (Kind.UID, Kind.OTHER_UID):
                problem = uid_problem(found, value, known)
                if problem:
                    problems.append(f"UID: {name(found.tag)} {problem}")
            elif not _holds(Kind(kind), found, value, known):
                problems.append(f"{_SAYS[Kind(kind)]}: {name(found.tag)}")

    def _check_marks(self, after: Parsed, tops: dict[int, bytes], problems: list[str], blanked: bool) -> None:
        wanted = self._expected
        codes = {after.data[f.start : f.stop].rstrip(b"\0 ").decode("latin-1") for f in after.found if _is_code(f)}
        if tops.get(0x00120062) != b"YES":
            problems.append("mark: Patient Identity Removed is not YES")
        if not tops.get(0x00120063):
            problems.append("mark: there is no De-identification Method")
        missing = (wanted.codes | ({"113101"} if blanked else set())) - codes
        if missing:
            problems.append(f"mark: method code {min(missing)} is missing")
        if tops.get(0x00280303, b"").decode("latin-1") != wanted.longitudinal:
            problems.append("mark: Longitudinal Temporal Information Modified is wrong")
        if blanked and tops.get(0x00280301) != b"NO":
            problems.append("mark: Burned In Annotation is not NO")

    def _check_rectangles(
        self, original: bytes, copy: bytes, boxes: tuple[tuple[int, int, int, int], ...], problems: list[str]
    ) -> None:
        try:
            before, after = self._tolerant.walk(original, LONGEST), self._whole.walk(copy, LONGEST)
            numbers = pixels.shape(before, before.found), pixels.shape(after, after.found)
            same = rectangles.cleaned(before, after, numbers, pixels.model(before), boxes)
        except Malformed:
            same = False
        if not same:
            problems.append("pixels: they differ outside of the rectangles, or are not blank inside")

    def _shape(self, copy: bytes) -> dict[int, int]:
        whole = self._whole.walk(copy, LONGEST)
        return pixels.shape(whole, whole.found)

    def _search(self, copy: bytes, known: ids.Identifiers, problems: list[str]) -> None:
        """Element by element, because a plain search has found something that may stand there by chance."""
        whole = self._whole.walk(copy, LONGEST)
        for found in whole.found:
            if found.tag in (0x7FE00008, 0x7FE00009, 0x7FE00010) or is_sequence(found.tag):
                continue
            if is_kept(found.tag, found.vr, self._expected):
                continue
            value = whole.data[found.start : found.stop]
            if ids.in_element(known, found, value, self._moved) and not _is_ours(found, value, known):
                problems.append(f"identifier: {name(found.tag)} holds one of the original")


_SAYS = {
    Kind.GONE: "table: must be removed",
    Kind.EMPTY: "table: must be empty",
    Kind.NAME: "person: is not emptied",
    Kind.TIME: "date: is not removed",
    Kind.SHIFTED: "date: is not moved",
    Kind.BINARY: "identifier: in binary data",
    Kind.UNKNOWN: "unknown: not in PS3.6",
    Kind.PRIVATE: "private: holds an identifier",
}


def _copy_kind(expected: Expected, tag: int, vr: str) -> int:
    kind = kind_of(tag, vr, expected)
    return _NAMED if kind is Kind.FREE and tag in _NAMES else kind


def _is_code(found: Found) -> bool:
    return found.tag == 0x00080100 and found.parent == 0x00120064


def _header(after: Parsed) -> bytes:
    """All bytes of the file but the pixels."""
    if after.pixels is None:
        return after.data
    _, start, stop = after.pixels
    return after.data[:start] + after.data[stop:]


def _holds(kind: Kind, found: Found, value: bytes, known: ids.Identifiers) -> bool:
    """Whether an element is as its kind wants it."""
    bare = value.rstrip(b"\0 ")
    match kind:
        case Kind.EMPTY:
            return not value or _is_dummy(found, value, known)
        case Kind.NAME:
            return not bare or bool(_NOTHING.match(bare) or _PSEUDONYM.match(bare))
        case Kind.TIME:
            return not bare
        case Kind.SHIFTED:
            before = known.values.get(found.tag, set())
            return not bare or len(before) != 1 or bare not in before or bool(_NOTHING.match(bare))
        case Kind.BINARY | Kind.PRIVATE:
            return not ids.in_element(known, found._replace(vr=found.vr or "OB"), value, moved=False)
        case _:
            return False


def _is_dummy(found: Found, value: bytes, known: ids.Identifiers) -> bool:
    """Whether a value says nothing of the patient (PS3.15 E.1.1: a dummy of that VR)."""
    row = rows()[found.tag]
    if row.vr == "SQ":
        return len(value) <= _DUMMY_ITEMS
    if row.vr in ("OB", "UN", "OW") or found.tag == 0x00420011:
        return len(value) <= _DUMMY_DOCUMENT and value.rstrip(b"\0 ") not in known.values.get(found.tag, ())
    for part in value.rstrip(b"\0 ").split(b"\\"):
        if not _NOTHING.match(part.strip(b" ")) and not _PSEUDONYM.match(part):
            return False
    return True


def _is_ours(found: Found, value: bytes, known: ids.Identifiers) -> bool:
    """Whether a value that holds a word of the patient's is one that every copy gets."""
    bare = value.rstrip(b"\0 ")
    if found.parent == 0x00120064 or found.tag in (0x00120062, 0x00280303):
        return True
    if found.tag == 0x00120063:
        return all(part.strip().startswith(b"Safelight, PS3.15 ") for part in bare.split(b"\\"))
    if vr_of(found.tag) == "UI":
        return all(NEW_UID.match(p) or is_registered(p) or is_class(found.tag) for p in bare.split(b"\\"))
    return bool(_NOTHING.match(bare) or _PSEUDONYM.match(bare))


def _check_meta(after: Parsed, tops: dict[int, bytes], problems: list[str]) -> None:
    """Preamble and file meta information are our own (PS3.10 7.1)."""
    if after.preamble != bytes(128):
        problems.append("file: the preamble is not empty")
    meta = {tag: value.rstrip(b"\0 ") for tag, value in after.meta.items()}
    for tag in meta.keys() - _META:
        problems.append(f"file: the meta information holds {name(tag)}")
    if meta.get(0x00020013) != b"SAFELIGHT" or not meta.get(0x00020012, b"").startswith(b"2.25."):
        problems.append("file: the meta information is not of this program")
    if not meta.get(0x00020003) or meta.get(0x00020003) != tops.get(0x00080018):
        problems.append("file: Media Storage SOP Instance UID is not that of the object")
    if not meta.get(0x00020002) or meta.get(0x00020002) != tops.get(0x00080016):
        problems.append("file: Media Storage SOP Class UID is not that of the object")


def _check_pixels(before: Parsed, after: Parsed, shape: Callable[[], dict[int, int]], problems: list[str]) -> None:
    if not pixels.same(before, after, shape):
        problems.append("pixels: they are not those of the original")
    if after.pixels and after.encapsulated:
        _, start, stop = after.pixels
        if pixels.speaks(after.data[start:stop]):
            problems.append("pixels: there is text in the compressed picture")
