"""What the walk over bytes remembers: of all files what is costly to work out, of one what must be looked at."""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import lru_cache

from tui.core.deidentify import descriptors, elements
from tui.core.deidentify.harvest import Identifiers
from tui.core.deidentify.heads import Heads
from tui.core.deidentify.options import Options
from tui.core.deidentify.plans import Planner
from tui.core.deidentify.uids import Keys, is_registered, mapped
from tui.core.walk import Unsure

_MOST = 4096  # values of one kind
_MOST_JUDGED = 8


class Kept:
    """What stays of an object, to be looked at, and what must not be found in it: bytes as they stand in the file."""

    __slots__ = ("blobs", "charsets", "classes", "dates", "digits", "names", "numbers", "terms", "texts", "uids")

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.blobs: list[bytes] = []
        self.classes: list[bytes] = []
        self.names: list[bytes] = []
        self.numbers: list[bytes] = []
        self.dates: list[bytes] = []
        self.uids: list[bytes] = []
        self.digits: list[bytes] = []
        self.charsets: list[bytes] = []
        self.terms: list[bytes] = []

    def looked(self) -> tuple[list[bytes], list[bytes], list[bytes]]:
        """The lists of what stays by the first kinds of ``heads.py``: texts, numbers as text, other bytes."""
        return self.texts, self.digits, self.blobs

    def found(self) -> tuple[list[bytes], ...]:
        """The lists by what ``heads.py`` says of an element."""
        return [], self.names, self.numbers, self.dates, self.uids, self.charsets, self.terms

    def identifiers(self, charset: str | list[str], more: Kept) -> Identifiers:
        """The identifiers of both but for the UIDs; the same object for the same values."""
        return _identifiers(
            charset if isinstance(charset, str) else tuple(charset),
            frozenset(self.names + more.names),
            frozenset(self.numbers + more.numbers),
            frozenset(self.dates + more.dates),
        )

    def all_uids(self, old_uids: Callable[[bytes], tuple[bytes, ...]]) -> frozenset[bytes]:
        """The originals of the UIDs that are replaced."""
        return frozenset(uid for value in self.uids for uid in old_uids(value))

    def judge(self, charset: str | list[str], identifiers: Identifiers, uids: Set[bytes]) -> None:
        """Look at all that stays, at once.

        Raises
        ------
        Unsure
            If something may hold an identifier of the patient, or hides behind a NUL.
        """
        numbers = b"\\".join(self.digits)
        texts = self.texts
        if numbers.translate(None, b"+-.eE \\0123456789"):
            texts = texts + [value for value in self.digits if value.translate(None, b"+-.eE \\0123456789")]
        if not identifiers.numbers.isdisjoint(numbers.replace(b" ", b"").split(b"\\")):
            raise Unsure
        text = b"\n".join(texts)
        if not text.isascii() or b"\x1b" in text:
            for value in texts:
                if value.isascii() and b"\x1b" not in value:
                    continue
                if identifiers.in_text(elements.decoded_as(value, charset)) or identifiers.in_bytes(value):
                    raise Unsure
        if b"\0" in text and any(b"\0" in value.rstrip(b"\0 ") for value in texts):
            raise Unsure
        if any(b"\0" in value.rstrip(b"\0 ") for value in self.terms):
            raise Unsure
        blob = b"\n".join([*self.blobs, numbers]).lower()
        if identifiers.may_be_in(text.lower()) or (blob and identifiers.may_be_in_bytes(blob)):
            raise Unsure
        self._judge_uids(uids, text, blob)

    def _judge_uids(self, uids: Set[bytes], text: bytes, blob: bytes) -> None:
        for uid in uids:
            if len(uid) >= 10 and (uid in text or uid in blob or _wide(uid) in blob):
                raise Unsure
        for value in self.classes:
            for uid in value.rstrip(b"\0 ").split(b"\\"):
                if uid.strip(b"\0 ") in uids or uid.strip(b"\0 0123456789."):
                    raise Unsure


class Settled(Kept):
    """What stays of many objects: looked at once for the same identifiers, and then for UIDs that are new."""

    __slots__ = ("_blob", "_judged", "_text")

    def __init__(self) -> None:
        super().__init__()
        self._judged: list[tuple[str | list[str], Identifiers, Set[bytes]]] = []
        self._text = self._blob = b""

    def judge(self, charset: str | list[str], identifiers: Identifiers, uids: Set[bytes]) -> None:
        """As :meth:`Kept.judge`."""
        for known_charset, known, known_uids in self._judged:
            if known is identifiers and known_charset == charset:
                self._judge_uids(uids - known_uids, self._text, self._blob)
                return
        super().judge(charset, identifiers, uids)
        if not self._judged:
            self._text = b"\n".join(self.texts + self.digits)
            self._blob = b"\n".join([*self.blobs, b"\\".join(self.digits)]).lower()
        self._judged = [(charset, identifiers, uids), *self._judged[: _MOST_JUDGED - 1]]


@lru_cache(maxsize=64)
def _identifiers(
    charset: str | tuple[str, ...], names: frozenset[bytes], numbers: frozenset[bytes], dates: frozenset[bytes]
) -> Identifiers:
    def texts(values: frozenset[bytes]) -> set[str]:
        encodings = charset if isinstance(charset, str) else list(charset)
        return {elements.decoded_as(value, encodings).strip(" \0") for value in values}

    return Identifiers(texts(names), texts(numbers), texts(dates), frozenset())


def _wide(uid: bytes) -> bytes:
    return uid.decode("latin-1").encode("utf-16-le")


class Learned:
    """What is worked out for one object and used for the next, within bounds.

    Parameters
    ----------
    planner
        The plans for a SOP Class.
    """

    def __init__(self, keys: Keys, options: Options, planner: Callable[[str], Planner]) -> None:
        self.keys = keys
        self.options = options
        self._planner = planner
        self._heads: dict[tuple[str, bool, int | None, bool, bool], Heads] = {}
        self.new_uid = lru_cache(maxsize=_MOST)(self._new_uid)
        self.old_uids = lru_cache(maxsize=_MOST)(_old_uids)
        self.words = lru_cache(maxsize=_MOST)(lambda text: descriptors.listed(text, options.words))

    def heads(
        self,
        sop_class: str,
        *,
        implicit: bool,
        parent: int | None = None,
        strict: bool = False,
        harvesting: bool = False,
    ) -> Heads:
        """The heads for one kind of place in the objects of a SOP Class."""
        key = (sop_class, implicit, parent, strict, harvesting)
        heads = self._heads.get(key)
        if heads is None:
            if len(self._heads) > _MOST:
                self._heads.clear()
            heads = self._heads[key] = Heads(
                self._planner(sop_class),
                self.options,
                implicit=implicit,
                parent=parent,
                strict=strict,
                harvesting=harvesting,
            )
        return heads

    def _new_uid(self, value: bytes) -> tuple[bytes, bool]:
        """The value that takes the place of one or several UIDs, and whether it differs."""
        old = as_ascii(value).split("\\")
        new = [mapped(self.keys.uid, one.strip(" \0")) for one in old]
        return "\\".join(new).encode(), new != [one.strip(" \0") for one in old]


def _old_uids(value: bytes) -> tuple[bytes, ...]:
    texts = (one.strip(" \0") for one in value.decode("latin-1").split("\\"))
    return tuple(one.encode("latin-1") for one in texts if one and not is_registered(one))


def as_ascii(value: bytes) -> str:
    """A value as text.

    Raises
    ------
    Unsure
        If its meaning depends on a character set.
    """
    if not value.isascii():
        raise Unsure
    return value.decode("ascii").strip(" \0")
