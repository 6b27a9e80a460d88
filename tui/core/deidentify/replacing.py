"""New values on the way over the bytes: the element that takes the place of one, and what is told of it."""

from __future__ import annotations

from tui.core.deidentify import dates, dummies, icc
from tui.core.deidentify.heads import Head, element
from tui.core.deidentify.learned import Learned, as_ascii
from tui.core.deidentify.patients import accession
from tui.core.deidentify.plans import Do, Plan
from tui.core.values import Change
from tui.core.walk import Unsure


class Values:
    """Makes the new values of one object.

    Parameters
    ----------
    changes
        Takes one for each element that is touched.

    Attributes
    ----------
    days
        How many days the dates are moved back.
    """

    def __init__(self, learned: Learned, changes: list[Change], *, implicit: bool) -> None:
        self._learned = learned
        self._changes = changes
        self._implicit = implicit
        self.days = 0

    def note(self, head: Head, path: str) -> None:
        """Tell that an element is touched; ``path`` is that of the item around it."""
        change = head.change
        self._changes.append(Change(path + change.path, change.keyword, change.action, change.rule) if path else change)

    def change(self, head: Head, value: bytes, path: str) -> bytes | None:
        """The element that takes the place of one, or None if it stays."""
        do = head.plan.do
        if do is Do.EMPTY or do is Do.DUMMY:
            if value or do is Do.DUMMY:
                self.note(head, path)
            return head.new
        if do is Do.UIDS:
            new, changed = self._learned.new_uid(value)
            if not changed:
                return None
        elif do is Do.ACCESSION:
            if not value:
                return None
            new = accession(self._learned.keys.accession, as_ascii(value)).encode()
            if not new:
                return element(head.tag, head.vr, b"", self._implicit)
        elif do is Do.COLOURS:
            blank = icc.without_text(value)
            if blank is None:
                raise Unsure
            if blank == value:
                return None
            new = blank
        else:
            old = as_ascii(value)
            text = (
                self._learned.words(old)
                if do is Do.WORDS
                else dates.moved(head.plan.vr, old, self.days if head.plan.moved else 0)
            )
            if text is None or (not text and do is Do.WORDS):
                return self._instead(head, path)
            if text == old:
                return None
            new = text.encode()
        self.note(head, path)
        return element(head.tag, head.vr, new, self._implicit)

    def _instead(self, head: Head, path: str) -> bytes:
        """What is done where the value does not allow the plan."""
        plan, change = head.plan.otherwise or Plan(Do.REMOVE, head.plan.rule), head.change
        if plan.do not in (Do.REMOVE, Do.DUMMY, Do.EMPTY) or plan.vr == "SQ":
            raise Unsure
        word = {Do.REMOVE: "removed", Do.EMPTY: "emptied"}.get(plan.do, "replaced")
        self._changes.append(Change(path + change.path, change.keyword, word, plan.rule))
        if plan.do is Do.REMOVE:
            return b""
        value = dummies.value(head.tag, plan.vr) if plan.do is Do.DUMMY else b""
        data = value.encode() if isinstance(value, str) else value
        return element(head.tag, plan.vr.encode(), data, self._implicit)
