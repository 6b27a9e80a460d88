"""The walk over a data set: each attribute at each depth gets its plan (PS3.15 E.1.1), which is carried out here.

What stays is left as it was read, byte for byte, so that nothing is decoded and written anew without need.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.core.deidentify import content, dates, descriptors, dummies, elements, icc, private
from tui.core.deidentify.harvest import Identifiers
from tui.core.deidentify.options import Options
from tui.core.deidentify.patients import accession, nested_pseudonym
from tui.core.deidentify.places import Place, holds_identifier, settle
from tui.core.deidentify.plans import ISSUER, PIXELS, Do, Plan, Planner, keyword
from tui.core.deidentify.uids import Keys, mapped
from tui.core.values import Change
from tui.errors import RefusedError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

DEEPEST = 64
_DOCUMENT, _DOCUMENT_MIME_TYPE, _DOCUMENT_LENGTH = 0x00420011, 0x00420012, 0x00420015
_ANNOTATIONS, _GRAPHIC_OBJECTS = 0x00700001, 0x00700009
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
_IDENTIFIER = "holds an identifier of the patient"
_UID_CHARACTERS = re.compile(r"[0-9.]*\Z")


class Walk:
    """Applies the profile to one object.

    Parameters
    ----------
    keys
        For UIDs, patients and accession numbers.
    planner
        For the SOP Class of the object.
    identifiers
        What must not stay in attributes that no row names.
    options
        What may stay, and what is cleaned instead of removed.
    days
        How many days the dates of this patient are moved back.

    Attributes
    ----------
    changes
        One for each element that was touched, in the order of the file.
    """

    def __init__(self, keys: Keys, planner: Planner, identifiers: Identifiers, options: Options, days: int) -> None:
        self._keys = keys
        self._planner = planner
        self._identifiers = identifiers
        self._options = options
        self._days = days
        self._sop_class = planner.sop_class
        self.changes: list[Change] = []

    def clean(
        self, dataset: Dataset, path: str = "", parent: int | None = None, depth: int = 0, *, strict: bool = False
    ) -> None:
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
        safe = private.safe(dataset, self._options)
        # The dummy annotation names a graphic layer, which must have been cleaned before.
        for tag in sorted(dataset.keys(), key=lambda t: (t == _ANNOTATIONS, t)):
            at = Place(dataset, tag, f"{path}{tag >> 16:04X},{tag & 0xFFFF:04X}", parent, depth, strict)
            if tag >> 16 & 1:
                self._private(at, safe)
                continue
            vr = elements.file_vr(at.element)
            self._carry_out(at, self._planner.plan(tag, vr, parent, top=depth == 0, strict=strict))

    def _private(self, at: Place, safe: private.Safe) -> None:
        if at.tag in safe.sequences:
            self._into(at, Plan(Do.INTO, "safe private", "SQ", strict=True))
        elif at.tag in safe.uids:
            self._new_uids(at, "safe private")
        elif at.tag not in safe.values:
            self._remove(at, "private")
        elif at.tag & 0xFFFF >= 0x1000 and holds_identifier(self._identifiers, at, {elements.file_vr(at.element)}):
            self._remove(at, _IDENTIFIER)

    def _carry_out(self, at: Place, plan: Plan) -> None:
        if plan.do in (Do.LOOK, Do.TERMS) and at.tag not in PIXELS and elements.holds_items(at.element):
            # not what the attribute is, and nobody looks at what is inside
            self._carry_out(at, plan.otherwise or Plan(Do.REMOVE, "a sequence where none belongs"))
            return
        match plan.do:
            case Do.DROP:
                del at.dataset[at.tag]
            case Do.REMOVE:
                self._remove(at, plan.rule)
            case Do.EMPTY:
                self._empty(at, plan.vr, plan.rule)
            case Do.UIDS | Do.CLASSES:
                self._uids(at, plan)
            case Do.DUMMY | Do.IDENTITY | Do.PATIENT | Do.ACCESSION:
                self._dummy(at, plan)
            case Do.INTO | Do.CONTENT | Do.SHAPES | Do.CODED:
                self._into(at, plan)
            case Do.DATE | Do.WORDS | Do.MEANING:
                self._text(at, plan)
            case Do.COLOURS:
                self._colour_profile(at, plan)
            case Do.TERMS:
                self._defined_terms(at, plan.vr)
            case Do.LOOK:
                self._look(at, plan)

    def _otherwise(self, at: Place, plan: Plan) -> None:
        self._carry_out(at, plan.otherwise or Plan(Do.REMOVE, plan.rule))

    def _dummy(self, at: Place, plan: Plan) -> None:
        old = at.text
        if plan.do is Do.IDENTITY:
            at.put(plan.vr, "")  # the profile sets the pseudonym
        elif plan.do is Do.PATIENT:
            at.put("LO", nested_pseudonym(self._keys.patient, old, elements.first(at.dataset, ISSUER)))
        elif plan.do is Do.ACCESSION:
            at.put("SH", accession(self._keys.accession, old))
            if not old:
                return
        elif plan.vr == "SQ":
            at.put("SQ", dummies.items(at.tag, at.dataset, self._planner.uid))
        elif at.tag == _DOCUMENT:
            document = dummies.document(elements.first(at.dataset, _DOCUMENT_MIME_TYPE), self._sop_class)
            at.put("OB", document)
            if _DOCUMENT_LENGTH in at.dataset:
                Place(at.dataset, _DOCUMENT_LENGTH, at.path, at.parent, at.depth).put("UL", len(document))
        else:
            at.put(plan.vr, dummies.value(at.tag, plan.vr))
        self._note(at, "replaced", plan.rule)

    def _text(self, at: Place, plan: Plan) -> None:
        new = None if at.element.VR == "SQ" else self._new_text(at, plan)
        if new is None:
            self._otherwise(at, plan)
        elif new == at.text:
            self._keep(at, plan.vr)
        else:
            at.put(plan.vr, new.split("\\") if plan.do is Do.DATE and "\\" in new else new)
            self._note(at, "replaced", plan.rule)

    def _new_text(self, at: Place, plan: Plan) -> str | None:
        if plan.do is Do.DATE:
            return dates.moved(plan.vr, at.text, self._days if plan.moved else 0)
        if plan.do is Do.WORDS:
            return descriptors.listed(at.text, self._options.words) or None
        return descriptors.meaning(at.dataset, at.text, self._options.words)

    def _uids(self, at: Place, plan: Plan) -> None:
        values = at.values
        is_class = plan.do is Do.CLASSES and all(_UID_CHARACTERS.match(v) for v in values)
        if is_class and self._identifiers.uids.isdisjoint(values):
            self._keep(at, "UI")
        else:
            self._new_uids(at, plan.rule)

    def _colour_profile(self, at: Place, plan: Plan) -> None:
        profile = elements.data(at.element)
        blank = icc.without_text(profile)
        if blank is None:
            self._otherwise(at, plan)
        elif blank != profile:
            at.put("OB", blank)
            self._note(at, "replaced", plan.rule)

    def _into(self, at: Place, plan: Plan) -> None:
        items = elements.items(at.dataset, at.tag)
        if items is None:
            self._remove(at, "no readable sequence")
            return
        if plan.do is Do.CONTENT and at.parent != at.tag:
            items = self._content(at, plan)
        elif plan.strict and items:
            fit = descriptors.is_public if plan.do is Do.CODED else descriptors.is_no_private_code
            items = self._only(at, plan, [item for item in items if fit(item)])
        for number, item in enumerate(items):
            self.clean(item, f"{at.path}[{number}].", at.tag, at.depth + 1, strict=plan.strict)
        if plan.do is Do.SHAPES and items:
            self._only(at, plan, [item for item in items if _GRAPHIC_OBJECTS in item])

    def _only(self, at: Place, plan: Plan, items: list[Dataset]) -> list[Dataset]:
        """Leave these items, or do something else if there are none."""
        if not items:
            self._otherwise(at, plan)
        elif len(items) < len(elements.items(at.dataset, at.tag) or ()):
            at.put("SQ", items)
            self._note(at, "replaced", plan.rule)
        return items

    def _content(self, at: Place, plan: Plan) -> list[Dataset]:
        pruned = content.prune(at.dataset, at.tag, self._options)
        if at.tag not in at.dataset:
            at.put("SQ", [])
            self._otherwise(at, plan)
            return []
        if pruned.removed or pruned.shortened:
            self._note(at, "replaced", plan.rule)
        return elements.items(at.dataset, at.tag) or []

    # ------------------------------------------------------------------------------------------ what may stay

    def _look(self, at: Place, plan: Plan) -> None:
        vr = elements.file_vr(at.element)
        if plan.vr == "UI":  # an option lets them stay, and what they refer to depends on it
            bad = not all(_UID_CHARACTERS.match(v) for v in at.values)
        else:
            bad = holds_identifier(self._identifiers, at, {vr, *plan.vr.split(" or ")})
        if bad:
            if plan.otherwise:
                self._carry_out(at, plan.otherwise)
            else:
                self._forget(at, plan.vr)
        else:
            self._keep(at, plan.vr)

    def _forget(self, at: Place, known: str) -> None:
        if at.tag in _NEEDED_NUMBERS:
            self._empty(at, known, _IDENTIFIER)
        elif at.tag in _NEEDED_TEXT:
            at.put(known, dummies.value(at.tag, known))
            self._note(at, "replaced", _IDENTIFIER)
        else:
            self._remove(at, _IDENTIFIER)

    def _defined_terms(self, at: Place, known: str) -> None:
        values = at.values
        safe = ["ANON" if self._identifiers.in_bytes(v.encode()) else v for v in values]
        if safe == list(values):
            self._keep(at, known)
        else:
            at.put("CS", safe[0] if len(safe) == 1 else safe)
            self._note(at, "replaced", _IDENTIFIER)

    def _keep(self, at: Place, known: str) -> None:
        what = settle(at, known)
        if what:
            self._note(at, what, "hidden behind a NUL")

    # ------------------------------------------------------------------------------------------ what is done

    def _new_uids(self, at: Place, rule: str) -> None:
        if at.element.VR == "SQ":
            self._remove(at, rule)
            return
        old = at.values
        new = [mapped(self._keys.uid, value) for value in old]
        at.put("UI", new[0] if len(new) == 1 else new)
        if tuple(new) != old:
            self._note(at, "new UID", rule)

    def _remove(self, at: Place, rule: str) -> None:
        del at.dataset[at.tag]
        self._note(at, "removed", rule)

    def _empty(self, at: Place, vr: str, rule: str) -> None:
        had = not elements.is_empty(at.element)
        at.put(vr, "")
        if had:
            self._note(at, "emptied", rule)

    def _note(self, at: Place, what: str, rule: str) -> None:
        self.changes.append(Change(at.path, keyword(at.tag), what, rule))
