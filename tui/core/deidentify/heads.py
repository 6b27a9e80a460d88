"""What to do on meeting the head of an element, its tag and VR as bytes: worked out once, then looked up.

For the way through an object over its bytes (``splice.py``), in little endian, explicit or implicit VR (PS3.5 7.1).
"""

from __future__ import annotations

from typing import NamedTuple

from tui.core.deidentify import dummies, elements
from tui.core.deidentify.harvest import kinds
from tui.core.deidentify.options import Options
from tui.core.deidentify.plans import PIXELS, Do, Plan, Planner, keyword
from tui.core.deidentify.table import table
from tui.core.values import Change
from tui.core.walk import VR_HEADER, Unsure

# What the walk does with an element …
TEXT, DIGITS, BYTES, COPY, CLASSES, CUT, CHANGE, INTO, PIXEL_DATA, OVERLAY, END, UNSURE, GONE = range(13)
# … and what it remembers of the value: identifiers of the patient, and what the checks ask for.
NOTHING, NAME, NUMBER, DATE, UIDS, CHARSET, TERM = range(7)

_ITEM_END = 0xFFFEE00D
_CHARACTER_SET, _ANNOTATIONS = 0x00080005, 0x00700001
_NUMBERS = frozenset(("CS", "DS", "IS"))
_WRITTEN = frozenset((Do.EMPTY, Do.DUMMY, Do.DATE, Do.WORDS, Do.UIDS, Do.ACCESSION, Do.COLOURS))
_NAMES = {Do.EMPTY: "emptied", Do.REMOVE: "removed", Do.UIDS: "new UID"}
# What can only be said of the data set as a whole, and is rare.
_RARE = frozenset((0x00041220, 0x00420011, 0x54000100, 0x7FE00008, 0x7FE00009))
FACTS = frozenset((
    0x00080005, 0x00080008, 0x00080016, 0x00080018, 0x00080060, 0x0008103E, 0x00100020, 0x00100021, 0x00120062,
    0x00180015, 0x00180050, 0x0020000D, 0x0020000E, 0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011,
    0x00280100, 0x00280301, 0x00280302, 0x00120063, 0x00120064, 0x0040A730,
))  # fmt: skip


class Head(NamedTuple):
    """An element before its value is seen.

    Attributes
    ----------
    kind
        One of the first constants of this module.
    size
        Bytes before the value: 8 or 12.
    found
        One of the second constants.
    fact
        Whether the value is asked for later.
    change
        What is told of the change, at the top level.
    new
        The bytes that take the place of the whole element, where no value decides about them.
    nested
        Whether the value is a sequence.
    """

    kind: int
    size: int
    tag: int
    found: int
    fact: bool
    plan: Plan
    vr: bytes
    change: Change
    new: bytes
    nested: bool


class Heads(dict[bytes, Head]):
    """The heads that can stand in one kind of place: the top level, or the items of one sequence.

    Parameters
    ----------
    parent
        Tag of the sequence around it; None at the top level.
    strict
        Whether free text keeps only listed words.
    harvesting
        Whether all of it is cut, and only identifiers are wanted.
    """

    def __init__(
        self, planner: Planner, options: Options, *, implicit: bool, parent: int | None, strict: bool, harvesting: bool
    ) -> None:
        super().__init__()
        self._planner = planner
        self._numbers, self._dates, self._uids = kinds(options)
        self._options = options
        self.implicit = implicit
        self.parent = parent
        self.strict = strict
        self.harvesting = harvesting

    def __missing__(self, key: bytes) -> Head:
        tag = int.from_bytes(key[:2], "little") << 16 | int.from_bytes(key[2:4], "little")
        head = self[bytes(key)] = self._made(tag, b"" if self.implicit else bytes(key[4:]))
        return head

    def _made(self, tag: int, vr: bytes) -> Head:
        if tag == _ITEM_END:
            return Head(END, 8, tag, NOTHING, False, Plan(Do.DROP), vr, Change("", "", "", ""), b"", False)
        size = 8 if self.implicit else VR_HEADER.get(vr, 0)
        if not size or tag >> 16 >= 0xFFFE:
            raise Unsure
        top = self.parent is None
        name = vr.decode("ascii")
        plan = self._planner.plan(tag, name, self.parent, top=top, strict=self.strict)
        known = self._known(tag)
        nested = name == "SQ" or (self.implicit and known == "SQ")
        kind = self._kind(tag, name, plan, nested, top)
        written = plan.vr if self.implicit or name in ("", "UN") or plan.do is not Do.DATE else name
        path = f"{tag >> 16:04X},{tag & 0xFFFF:04X}"
        change = Change(path, keyword(tag), _NAMES.get(plan.do, "replaced"), plan.rule)
        new = self._new(tag, plan, written) if kind in (CHANGE, CUT) else b""
        return Head(
            kind, size, tag, self._found(tag, name), top and tag in FACTS, plan, written.encode(), change, new, nested
        )

    def _known(self, tag: int) -> str:
        row = None if tag >> 16 & 1 else table().row(tag)
        return row.vr if row else elements.dictionary_vr(tag)

    def _kind(self, tag: int, vr: str, plan: Plan, nested: bool, top: bool) -> int:
        if tag in _RARE and top:
            return UNSURE
        if tag >> 16 & 1 and self._options.keep_safe_private:
            return UNSURE
        if self.harvesting:
            return UNSURE if vr == "UN" and self._known(tag) == "SQ" else COPY
        if tag >> 24 == 0x60:
            return OVERLAY if top else CUT
        if plan.do in (Do.REMOVE, Do.DROP):
            # an unknown sequence, and names in it: they are identifiers, too
            if vr == "UN" and self._known(tag) == "SQ":
                return UNSURE
            return CUT if (nested and not tag >> 16 & 1) or plan.do is Do.DROP else GONE
        if tag in PIXELS:
            return PIXEL_DATA
        if plan.do is Do.INTO:
            return INTO if nested and not plan.strict else UNSURE
        if nested and vr != "UN" and plan.vr == "SQ" and plan.do in (Do.EMPTY, Do.DUMMY) and tag != _ANNOTATIONS:
            return CUT
        if nested or vr == "UN" or (self.implicit and not plan.vr):
            return UNSURE
        if plan.do is Do.IDENTITY:
            return GONE
        if plan.do in _WRITTEN:
            return UNSURE if plan.vr == "SQ" else CHANGE
        return self._looked_at(tag, vr or plan.vr[:2], plan)

    def _looked_at(self, tag: int, vr: str, plan: Plan) -> int:
        if plan.do is Do.CLASSES or (plan.do is Do.LOOK and plan.vr == "UI"):
            return CLASSES
        if plan.do not in (Do.LOOK, Do.TERMS):
            return UNSURE
        if vr in elements.TEXT_VRS and not (tag >> 16 == 0x0028 and vr in _NUMBERS):
            return DIGITS if vr in ("DS", "IS") and plan.vr in ("", "DS", "IS") else TEXT
        return BYTES

    def _found(self, tag: int, vr: str) -> int:
        """As :func:`tui.core.deidentify.harvest.harvest` sorts them."""
        if tag >> 16 & 1 or tag >> 16 >= 0x5000:
            return NOTHING
        if tag == _CHARACTER_SET and self.parent is not None:
            return CHARSET
        row = table().row(tag)
        if "PN" in (vr, row.vr if row else self._known(tag) if vr in ("", "UN") else vr):
            return NAME
        if tag in self._numbers:
            return NUMBER
        if tag in self._dates:
            return DATE
        if tag in self._uids:
            return UIDS
        # text that describes the pixels is not searched, but nothing may hide in it
        return TERM if tag >> 16 == 0x0028 and (vr or self._known(tag)) in _NUMBERS else NOTHING

    def _new(self, tag: int, plan: Plan, vr: str) -> bytes:
        if plan.do is Do.EMPTY:
            return element(tag, vr.encode(), b"", self.implicit)
        if plan.do is Do.DUMMY and vr == "SQ":
            return element(tag, b"SQ", self._items(tag), self.implicit)
        if plan.do is Do.DUMMY:
            value = dummies.value(tag, vr)
            return element(tag, vr.encode(), value.encode() if isinstance(value, str) else value, self.implicit)
        return b""

    def _items(self, tag: int) -> bytes:
        from pydicom.dataset import Dataset
        from pydicom.filebase import DicomBytesIO
        from pydicom.filewriter import write_sequence
        from pydicom.sequence import Sequence

        out = DicomBytesIO()
        out.is_little_endian, out.is_implicit_VR = True, self.implicit
        made = Dataset()
        made.add_new(tag, "SQ", Sequence(dummies.items(tag, made, self._planner.uid)))
        write_sequence(out, made[tag], ["iso8859"])
        return out.getvalue()


def element(tag: int, vr: bytes, value: bytes, implicit: bool) -> bytes:
    """An element in little endian, its value padded to even length (PS3.5 6.2, 7.1)."""
    if len(value) % 2:
        value += b"\0" if vr in (b"UI", b"OB", b"UN") else b" "
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
    if implicit:
        return head + len(value).to_bytes(4, "little") + value
    if VR_HEADER[vr] == 12:
        return head + vr + b"\0\0" + len(value).to_bytes(4, "little") + value
    if len(value) > 0xFFFF:
        raise Unsure
    return head + vr + len(value).to_bytes(2, "little") + value
