"""The walk over a data set: each attribute at each depth gets its action (PS3.15 E.1.1), then what no row names.

What stays is left as it was read, byte for byte, so that nothing is decoded and written anew without need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.core.deidentify import dummies, elements, icc
from tui.core.deidentify.harvest import Identifiers
from tui.core.deidentify.options import Options
from tui.core.deidentify.patients import nested_pseudonym
from tui.core.deidentify.rules import Action, action
from tui.core.deidentify.table import Row, table
from tui.core.deidentify.uids import Keys, is_registered, new_uid
from tui.core.values import Change
from tui.errors import RefusedError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

DEEPEST = 64
_PATIENT_NAME, _PATIENT_ID, _ISSUER = 0x00100010, 0x00100020, 0x00100021
_DOCUMENT, _DOCUMENT_MIME_TYPE, _DOCUMENT_LENGTH = 0x00420011, 0x00420012, 0x00420015
_GRAPHIC_ANNOTATIONS = 0x00700001
_ICC_PROFILE = 0x00282000
_PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
# Classes, syntaxes and makers of codes: they tell what kind of thing an object is, not which one.
_CLASS_UIDS = frozenset(
    (
        0x00080016,  # SOP Class UID
        0x0008001A,  # Related General SOP Class UID
        0x0008001B,  # Original Specialized SOP Class UID
        0x00080062,  # SOP Classes in Study
        0x0008010C,  # Coding Scheme UID
        0x0008010D,  # Context Group Extension Creator UID
        0x00080117,  # Context UID
        0x00080118,  # Mapping Resource UID
        0x0008040E,  # Stored Instance Transfer Syntax UID
        0x00081150,  # Referenced SOP Class UID
        0x0008115A,  # SOP Classes Supported
        0x00083002,  # Available Transfer Syntax UID
        0x00089123,  # Creator-Version UID
        0x00340003,  # Flow Transfer Syntax UID
        0x30100052,  # Pertinent SOP Classes in Study
        0x30100053,  # Pertinent SOP Classes in Series
    )
)
_PUBLIC_ADDRESSES = frozenset((0x0008010E, 0x00080120))  # Coding Scheme URL, URN Code Value
# Without these an object cannot be read: a value that holds an identifier is replaced, the others stay.
_DEFINED_TERMS = frozenset(
    (
        0x00080005,  # Specific Character Set
        0x00080008,  # Image Type
        0x00080060,  # Modality
        0x00080061,  # Modalities in Study
        0x00080064,  # Conversion Type
        0x00080068,  # Presentation Intent Type
        0x00089007,  # Frame Type
        0x00185100,  # Patient Position
        0x00200060,  # Laterality
        0x0040A010,  # Relationship Type
        0x0040A040,  # Value Type
        0x00620001,  # Segmentation Type
    )
)
# Needed in most places where they stand (Type 1 or 2): an identifier in them is replaced, not the element removed.
_NEEDED_TEXT = frozenset(
    (
        0x00080070,  # Manufacturer
        0x00080100,  # Code Value
        0x00080104,  # Code Meaning
        0x00081090,  # Manufacturer's Model Name
        0x00181020,  # Software Versions
        0x00620005,  # Segment Label
        0x00700080,  # Content Label
        0x00700081,  # Content Description
    )
)
_NEEDED_NUMBERS = frozenset((0x00200011, 0x00200012, 0x00200013))  # Series, Acquisition, Instance Number
_REFERENCES = frozenset((0x00081140, 0x00082112))  # the rows with U*: their items hold references and no more
_FREE_TEXT = frozenset(("AE", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT"))
_IDENTIFIER = "holds an identifier of the patient"
_UID_CHARACTERS = re.compile(r"[0-9.]*\Z")


@dataclass(frozen=True, slots=True)
class _Place:
    """One element in its data set or item; ``parent`` is the tag of the sequence around it."""

    dataset: Dataset
    tag: int
    path: str
    parent: int | None
    depth: int

    @property
    def element(self) -> elements.Element:
        return elements.get(self.dataset, self.tag)

    @property
    def text(self) -> str:
        return elements.text(self.element, self.dataset)

    @property
    def values(self) -> tuple[str, ...]:
        return elements.values(self.dataset, self.tag)

    def put(self, vr: str, value: Any) -> None:
        from pydicom.dataelem import DataElement
        from pydicom.sequence import Sequence

        self.dataset[self.tag] = DataElement(self.tag, vr, Sequence(value or ()) if vr == "SQ" else value)


class Walk:
    """Applies the profile to one object.

    Parameters
    ----------
    keys
        For UIDs and patients.
    sop_class
        SOP Class UID of the object, which decides about compound codes.
    identifiers
        What must not stay in attributes that no row names.
    options
        What may stay, and what is cleaned instead of removed.

    Attributes
    ----------
    changes
        One for each element that was touched, in the order of the file.
    """

    def __init__(self, keys: Keys, sop_class: str, identifiers: Identifiers, options: Options = Options()) -> None:
        self._keys = keys
        self._columns = options.columns
        self._sop_class = sop_class
        self._identifiers = identifiers
        self._table = table()
        self._decided: dict[tuple[int, int | None], tuple[Row, Action] | None] = {}
        self.changes: list[Change] = []

    def uid(self, old: str) -> str:
        """The new UID of an instance, study, series … that PS3.6 does not register; empty stays empty."""
        return old if not old or is_registered(old) else new_uid(self._keys.uid, old)

    def clean(self, dataset: Dataset, path: str = "", parent: int | None = None, depth: int = 0) -> None:
        """Apply the profile to a data set or item, in place.

        Raises
        ------
        RefusedError
            If sequences are nested too deep to be followed, or attributes are damaged that must be read.
        """
        if depth > DEEPEST:
            raise RefusedError("R09: the sequences are nested too deep to be looked through")
        if elements.is_damaged(dataset):
            raise RefusedError("R09: the description of the pixels is damaged")
        # The dummy annotation names a graphic layer, which must have been cleaned before.
        for tag in sorted(dataset.keys(), key=lambda t: (t == _GRAPHIC_ANNOTATIONS, t)):
            self._element(_Place(dataset, tag, f"{path}{tag >> 16:04X},{tag & 0xFFFF:04X}", parent, depth))

    def _element(self, at: _Place) -> None:
        group = at.tag >> 16
        if group & 1:
            self._remove(at, "private")
        elif group in (0x0000, 0x0002, 0x0004):
            self._remove(at, "not part of an object")
        elif at.tag & 0xFFFF == 0:
            del at.dataset[at.tag]  # Group Length, retired: it would not fit any more (PS3.5 7.2)
        else:
            decided = self._decision(at)
            if decided:
                self._listed(at, *decided)
            else:
                self._unlisted(at)

    def _decision(self, at: _Place) -> tuple[Row, Action] | None:
        key = (at.tag, at.parent)
        if key not in self._decided:
            row = self._table.row(at.tag)
            self._decided[key] = (row, action(row, at.tag, self._sop_class, at.parent, self._columns)) if row else None
        return self._decided[key]

    # ------------------------------------------------------------------------------------------ rows of the table

    def _listed(self, at: _Place, row: Row, what: Action) -> None:
        if what is Action.CLEAN:  # TODO
            what = action(row, at.tag, self._sop_class, at.parent)
        rule = f"E.1-1 {row.basic}"
        if at.depth == 0 and at.tag in (_PATIENT_NAME, _PATIENT_ID):
            at.put(row.vr, "")  # the profile sets the pseudonym
            self._note(at, "replaced", rule)
        elif what is Action.KEEP and row.vr != "SQ":
            self._keep(at, row.vr)
        elif what is Action.REMOVE:
            self._remove(at, rule)
        elif what is Action.EMPTY:
            self._empty(at, row.vr, rule)
        elif row.vr == "UI":
            self._new_uids(at, rule)
        elif what is Action.DUMMY:
            self._dummy(at, row)
            self._note(at, "replaced", rule)
        else:
            self._into(at)

    def _dummy(self, at: _Place, row: Row) -> None:
        if row.vr == "SQ":
            at.put("SQ", dummies.items(at.tag, at.dataset, lambda text: new_uid(self._keys.uid, text)))
        elif at.tag == _DOCUMENT:
            document = dummies.document(elements.first(at.dataset, _DOCUMENT_MIME_TYPE), self._sop_class)
            at.put("OB", document)
            if _DOCUMENT_LENGTH in at.dataset:
                _Place(at.dataset, _DOCUMENT_LENGTH, at.path, at.parent, at.depth).put("UL", len(document))
        elif at.tag == _PATIENT_ID:
            patient_id, issuer = elements.first(at.dataset, at.tag), elements.first(at.dataset, _ISSUER)
            at.put("LO", nested_pseudonym(self._keys.patient, patient_id, issuer))
        else:
            at.put(row.vr, dummies.value(at.tag, row.vr))

    def _into(self, at: _Place) -> None:
        items = elements.items(at.dataset, at.tag)
        if items is None:
            self._remove(at, "no readable sequence")
            return
        for number, item in enumerate(items):
            self.clean(item, f"{at.path}[{number}].", at.tag, at.depth + 1)

    # ------------------------------------------------------------------------------------------ beyond the table

    def _unlisted(self, at: _Place) -> None:
        vr = elements.file_vr(at.element)
        known = elements.dictionary_vr(at.tag)
        vrs = {vr, *known.split(" or ")}
        if at.tag >> 24 in (0x50, 0x60):
            self._remove(at, "overlay or curve, its data are gone")
        elif at.tag >> 16 in (0x0400, 0x4FFE):
            self._remove(at, "signed or encrypted")
        elif not known:
            self._remove(at, "not in PS3.6")
        elif at.tag in _PIXELS and at.depth:
            self._remove(at, "picture inside a sequence")
        elif known == "SQ":
            self._into(at)
        elif vr == "SQ":
            self._remove(at, "no sequence in PS3.6")
        elif "PN" in vrs:
            self._empty(at, "PN", "unlisted person")
        elif vrs & {"DA", "DT", "TM"}:
            self._remove(at, "unlisted date or time")
        elif "UI" in vrs:
            self._unlisted_uid(at)
        elif "UR" in vrs and at.tag not in _PUBLIC_ADDRESSES:
            self._remove(at, "address of the original")
        elif at.tag == _ICC_PROFILE:
            self._colour_profile(at)
        elif at.parent in _REFERENCES and "CS" not in vrs and vrs & _FREE_TEXT:
            self._remove(at, "text in a reference")
        elif at.tag in _DEFINED_TERMS:
            self._defined_terms(at, known)
        elif self._holds_identifier(at, vrs):
            self._forget(at, known)
        else:
            self._keep(at, known)

    def _unlisted_uid(self, at: _Place) -> None:
        values = at.values
        is_class = at.tag in _CLASS_UIDS and all(_UID_CHARACTERS.match(v) for v in values)
        if is_class and self._identifiers.uids.isdisjoint(values):
            self._keep(at, "UI")
        else:
            self._new_uids(at, "unlisted UID")

    def _colour_profile(self, at: _Place) -> None:
        content = elements.data(at.element)
        blank = icc.without_text(content)
        if blank is None:
            self._remove(at, "no readable ICC profile")
        elif blank != content:
            at.put("OB", blank)
            self._note(at, "replaced", "text in ICC profile")

    def _forget(self, at: _Place, known: str) -> None:
        if at.tag in _NEEDED_NUMBERS:
            self._empty(at, known, _IDENTIFIER)
        elif at.tag in _NEEDED_TEXT:
            at.put(known, dummies.value(at.tag, known))
            self._note(at, "replaced", _IDENTIFIER)
        else:
            self._remove(at, _IDENTIFIER)

    def _defined_terms(self, at: _Place, known: str) -> None:
        values = at.values
        safe = ["ANON" if self._identifiers.in_bytes(v.encode()) else v for v in values]
        if safe == list(values):
            self._keep(at, known)
        else:
            at.put("CS", safe[0] if len(safe) == 1 else safe)
            self._note(at, "replaced", _IDENTIFIER)

    def _holds_identifier(self, at: _Place, vrs: set[str]) -> bool:
        if at.tag in _PIXELS:
            return False
        describes_pixels = at.tag >> 16 == 0x0028
        if vrs & {"DS", "IS"} and not describes_pixels and self._identifiers.in_number(at.text):
            return True
        is_text = vrs & elements.TEXT_VRS and not (describes_pixels and vrs & {"CS", "DS", "IS"})
        if is_text and self._identifiers.in_text(at.text):
            return True
        return self._identifiers.in_bytes(elements.data(at.element))

    def _keep(self, at: _Place, known: str) -> None:
        """Leave an element, but cut what hides behind a NUL, and give it a VR that can be written."""
        from pydicom.dataelem import RawDataElement

        element = at.element
        vr = elements.file_vr(element)
        is_text = vr in elements.TEXT_VRS or (vr in ("", "UN") and known in elements.TEXT_VRS)
        if not isinstance(element, RawDataElement):
            if is_text and b"\0" in elements.data(element).rstrip(b"\0 "):
                self._remove(at, "hidden behind a NUL")
            return
        unwritable = vr not in elements.VRS or (vr == "UN" and at.tag in _PIXELS)
        if unwritable and (vr or at.dataset.original_encoding[0] is False):
            element = element._replace(VR={"US or SS": "US", "OB or OW": "OW"}.get(known, known[:2]))
            at.dataset[at.tag] = element  # with a value, be it empty, so that it can be written as it is
        value = (element.value or b"").rstrip(b"\0 ") if is_text else b""
        if b"\0" in value:
            value = value[: value.index(b"\0")]
            value += b" " * (len(value) % 2)
            at.dataset[at.tag] = element._replace(value=value, length=len(value))
            self._note(at, "replaced", "hidden behind a NUL")

    # ------------------------------------------------------------------------------------------ what is done

    def _new_uids(self, at: _Place, rule: str) -> None:
        if at.element.VR == "SQ":
            self._remove(at, rule)
            return
        old = at.values
        new = [self.uid(value) for value in old]
        at.put("UI", new[0] if len(new) == 1 else new)
        if tuple(new) != old:
            self._note(at, "new UID", rule)

    def _remove(self, at: _Place, rule: str) -> None:
        del at.dataset[at.tag]
        self._note(at, "removed", rule)

    def _empty(self, at: _Place, vr: str, rule: str) -> None:
        had = not elements.is_empty(at.element)
        at.put(vr, "")
        if had:
            self._note(at, "emptied", rule)

    def _note(self, at: _Place, what: str, rule: str) -> None:
        row = None if at.tag >> 16 & 1 else self._table.row(at.tag)
        self.changes.append(Change(at.path, row.keyword if row else elements.keyword(at.tag), what, rule))
