"""One element where it stands: what it says, whether that may stay, and a new value for it."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.core.deidentify import elements
from tui.core.deidentify.harvest import Identifiers
from tui.core.deidentify.plans import PIXELS

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NUMBERS = frozenset(("DS", "IS"))
_ONLY_NUMBERS = _NUMBERS | {""}
_NUMBER_CHARACTERS = re.compile(r"[-+0-9.eE \\]*")


@dataclass(frozen=True, slots=True)
class Place:
    """One element in its data set or item; ``parent`` is the tag of the sequence around it."""

    dataset: Dataset
    tag: int
    path: str
    parent: int | None
    depth: int
    strict: bool = False

    @property
    def element(self) -> elements.Element:
        """The element, not decoded if it was not before."""
        return elements.get(self.dataset, self.tag)

    @property
    def text(self) -> str:
        """All values, joined by backslashes."""
        return elements.text(self.element, self.dataset)

    @property
    def values(self) -> tuple[str, ...]:
        """The values one by one."""
        return elements.values(self.dataset, self.tag)

    def put(self, vr: str, value: Any) -> None:
        """Put a new element in its place; of a sequence the items."""
        from pydicom.dataelem import DataElement
        from pydicom.sequence import Sequence

        self.dataset[self.tag] = DataElement(self.tag, vr, Sequence(value or ()) if vr == "SQ" else value)


def holds_identifier(identifiers: Identifiers, at: Place, vrs: Set[str]) -> bool:
    """Whether a value holds one of the identifiers, by the VRs that the file and PS3.6 give it."""
    if at.tag in PIXELS:
        return False
    describes_pixels = at.tag >> 16 == 0x0028
    if vrs & _NUMBERS and not describes_pixels and identifiers.in_number(at.text):
        return True
    is_text = vrs & elements.TEXT_VRS and not (describes_pixels and vrs & {"CS", "DS", "IS"})
    if is_text and vrs <= _ONLY_NUMBERS:  # a short number in there is the patient's by chance
        is_text = _NUMBER_CHARACTERS.fullmatch(at.text) is None
    if is_text and identifiers.in_text(at.text):
        return True
    return identifiers.in_bytes(elements.data(at.element))


def settle(at: Place, known: str) -> str:
    """Leave an element, but cut what hides behind a NUL, and give it a VR that can be written.

    Returns
    -------
    str
        What was done to the value: ``removed``, ``replaced``, or nothing.
    """
    from pydicom.dataelem import RawDataElement

    element = at.element
    vr = elements.file_vr(element)
    is_text = vr in elements.TEXT_VRS or (vr in ("", "UN") and known in elements.TEXT_VRS)
    if not isinstance(element, RawDataElement):
        if is_text and b"\0" in elements.data(element).rstrip(b"\0 "):
            del at.dataset[at.tag]
            return "removed"
        return ""
    unwritable = vr not in elements.VRS or (vr == "UN" and at.tag in PIXELS)
    if unwritable and (vr or at.dataset.original_encoding[0] is False):
        element = element._replace(VR={"US or SS": "US", "OB or OW": "OW"}.get(known, known[:2]))
        at.dataset[at.tag] = element  # with a value, be it empty, so that it can be written as it is
    value = (element.value or b"").rstrip(b"\0 ") if is_text else b""
    if b"\0" in value:
        value = value[: value.index(b"\0")]
        value += b" " * (len(value) % 2)
        at.dataset[at.tag] = element._replace(value=value, length=len(value))
        return "replaced"
    return ""
