"""What is to be done with an attribute, from its tag, the VR in the file and its place; never from its value.

Both ways through an object ask here: the walk over a data set (``walk.py``) and the one over its bytes (``splice.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from tui.core.deidentify import elements
from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.rules import Action, action
from tui.core.deidentify.table import Row, table
from tui.frozen import frozen

PATIENT_NAME, PATIENT_ID, ISSUER = 0x00100010, 0x00100020, 0x00100021
ACCESSION = 0x00080050
ICC_PROFILE = 0x00282000
PIXELS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_ANNOTATIONS = 0x00700001
_PRIVATE_DESCRIPTIONS = 0x00080300  # Private Data Element Characteristics Sequence: names private creators
_TEXT_OBJECTS, _COMPOUND_GRAPHICS = 0x00700008, 0x00700209
# Classes, syntaxes and makers of codes: they tell what kind of thing an object is, not which one.
CLASS_UIDS = frozenset(
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
_PREPARATION, _STEP_CONTENT = 0x00400610, 0x00400612  # Specimen Preparation (Step Content Item) Sequence
_CODE_MEANING = 0x00080104
_JUDGED = frozenset((0x0040A160, 0x0040A040, 0x0040A010))  # of content items: text, value type, relationship
_CODES = frozenset(range(0x00080100, 0x00080124))  # the Code Sequence Macro (PS3.3 Table 8.8-1)
_REFERENCES = frozenset((0x00081140, 0x00082112))  # the rows with U*: their items hold references and no more
_FREE_TEXT = frozenset(("AE", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT"))
_WORDY = frozenset(("LO", "LT", "SH", "ST", "UC", "UT"))
_DATES = frozenset(("DA", "DT", "TM"))


class Do(Enum):
    """What is done to one attribute."""

    DROP = auto()  # remove without a word
    REMOVE = auto()
    EMPTY = auto()
    DUMMY = auto()
    UIDS = auto()
    CLASSES = auto()  # UIDs of classes: new ones if they are those of the object
    IDENTITY = auto()  # name and number of the patient at the top level
    PATIENT = auto()  # Patient ID in an item
    ACCESSION = auto()
    INTO = auto()  # stays, each attribute inside has its own plan
    LOOK = auto()  # stays unless it holds an identifier of the patient
    TERMS = auto()  # the same, but a value that holds one is replaced
    DATE = auto()  # stays if it is a date or time, moved if that is asked for
    WORDS = auto()  # keeps the words that are on the list
    COLOURS = auto()  # an ICC profile
    CONTENT = auto()  # content items, by Table E.3.4-1
    SHAPES = auto()  # graphic annotations without their texts
    CODED = auto()  # a code sequence: codes of public schemes stay
    MEANING = auto()  # what a code means: stays if it is what everybody knows


def keyword(tag: int) -> str:
    """The keyword of an attribute, also of those that the table knows alone; empty for private ones."""
    row = None if tag >> 16 & 1 else table().row(tag)
    return row.keyword if row else elements.keyword(tag)


@frozen
class Plan:
    """What is to be done, and why.

    Attributes
    ----------
    vr
        The VR for a new value.
    rule
        For the report: a row of the table, or what holds beyond it.
    otherwise
        What is done instead where the value does not allow it.
    strict
        Of what stays as a sequence: free text inside keeps only listed words.
    """

    do: Do
    rule: str = ""
    vr: str = ""
    otherwise: Plan | None = None
    moved: bool = False
    strict: bool = False


class Planner:
    """Plans for the objects of one SOP Class under some options.

    Parameters
    ----------
    sop_class
        SOP Class UID of the object, which decides about compound codes.
    uid
        Makes a new UID of any text.
    """

    def __init__(self, sop_class: str, options: Options, uid: Callable[[str], str] = lambda text: "2.25.0") -> None:
        self.sop_class = sop_class
        self.uid = uid
        self._options = options
        self._columns = options.columns
        self._table = table()
        self._plans: dict[tuple[int, str, int | None, bool, bool], Plan] = {}

    def plan(self, tag: int, vr: str, parent: int | None = None, *, top: bool, strict: bool = False) -> Plan:
        """The plan for an attribute.

        Parameters
        ----------
        vr
            As the file gives it, empty in implicit VR.
        parent
            Tag of the sequence in whose item the attribute stands; None at the top level.
        top
            Whether it stands at the top level.
        strict
            Whether free text around it keeps only listed words.
        """
        key = (tag, vr, parent, top, strict)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._made(tag, vr, parent, top, strict)
        return plan

    def _made(self, tag: int, vr: str, parent: int | None, top: bool, strict: bool) -> Plan:
        group = tag >> 16
        if group & 1:
            return Plan(Do.REMOVE, "private")
        if group in (0x0000, 0x0002, 0x0004):
            return Plan(Do.REMOVE, "not part of an object")
        if tag & 0xFFFF == 0:
            return Plan(Do.DROP)  # Group Length, retired: it would not fit any more (PS3.5 7.2)
        row = self._table.row(tag)
        if row is None:
            return self._unlisted(tag, vr, parent, top, strict)
        return self._listed(row, tag, parent, top)

    # ------------------------------------------------------------------------------------------ rows of the table

    def _listed(self, row: Row, tag: int, parent: int | None, top: bool) -> Plan:
        basic = self._basic(row, tag, parent, top)
        if basic.do in (Do.IDENTITY, Do.PATIENT):
            return basic
        what = action(row, tag, self.sop_class, parent, self._columns) if self._columns else None
        if what is Action.KEEP:
            return self._kept(row, tag, parent, basic)
        if what is Action.CLEAN:
            return self._cleaned(row, tag, basic)
        return basic

    def _basic(self, row: Row, tag: int, parent: int | None, top: bool) -> Plan:
        rule = f"E.1-1 {row.basic}"
        if tag in (PATIENT_NAME, PATIENT_ID) and top:
            return Plan(Do.IDENTITY, rule, row.vr)
        what = action(row, tag, self.sop_class, parent)
        if what is Action.REMOVE:
            return Plan(Do.REMOVE, rule)
        if tag == PATIENT_ID:
            return Plan(Do.PATIENT if what is Action.DUMMY else Do.EMPTY, rule, row.vr)
        if tag == ACCESSION:
            return Plan(Do.ACCESSION, rule, row.vr)
        if what is Action.EMPTY:
            return Plan(Do.EMPTY, rule, row.vr)
        if row.vr == "UI":
            return Plan(Do.UIDS, rule, "UI")
        if what is Action.DUMMY:
            return Plan(Do.DUMMY, rule, row.vr)
        return Plan(Do.INTO, rule, "SQ")

    def _kept(self, row: Row, tag: int, parent: int | None, basic: Plan) -> Plan:
        if row.vr == "SQ":
            return Plan(Do.INTO, "kept by an option", "SQ", basic)
        if row.vr in _DATES:
            return Plan(Do.DATE, "kept by an option", row.vr, basic)
        # A value that is this patient's name or number is none of a device, a place or a date.
        return Plan(Do.LOOK, "kept by an option", row.vr, basic)

    def _cleaned(self, row: Row, tag: int, basic: Plan) -> Plan:
        options = self._options
        if row.vr in _DATES and options.dates is Dates.SHIFT and "rtn_long_modif_dates" in row.options:
            return Plan(Do.DATE, "date moved", row.vr, basic, moved=True)
        if tag == _ANNOTATIONS:
            return Plan(Do.SHAPES, "graphics cleaned", "SQ", basic, strict=True)
        if row.vr == "SQ" and options.clean_content and "clean_struct_cont" in row.options:
            if tag == _PREPARATION:  # its items hold content items
                return Plan(Do.INTO, "content cleaned", "SQ", basic, strict=True)
            return Plan(Do.CONTENT, "content cleaned", "SQ", basic, strict=True)
        if not options.clean_descriptors or not {"clean_desc", "rtn_pat_chars"} & set(row.options):
            return basic
        if row.vr in _WORDY:
            return Plan(Do.WORDS, "words on the list", row.vr, basic)
        if row.vr != "SQ":
            return basic
        if row.keyword.endswith("CodeSequence"):
            return Plan(Do.CODED, "public codes", "SQ", basic, strict=True)
        return Plan(Do.INTO, "description cleaned", "SQ", basic, strict=True)

    # ------------------------------------------------------------------------------------------ beyond the table

    def _unlisted(self, tag: int, vr: str, parent: int | None, top: bool, strict: bool) -> Plan:
        known = elements.dictionary_vr(tag)
        vrs = {vr, *known.split(" or ")}
        if why := self._unwanted(tag, vr, known, top, strict):
            return Plan(Do.REMOVE, why)
        if tag == _STEP_CONTENT and self._options.clean_content:
            return Plan(Do.CONTENT, "content cleaned", "SQ", Plan(Do.REMOVE, "no readable sequence"), strict=True)
        if known == "SQ":
            return Plan(Do.INTO, "", "SQ", Plan(Do.REMOVE, "no readable sequence"), strict=strict)
        if "PN" in vrs:
            return Plan(Do.EMPTY, "unlisted person", "PN")
        if vrs & _DATES:
            return self._date(vr, known)
        if "UI" in vrs:
            return self._uid(tag)
        if "UR" in vrs and tag not in _PUBLIC_ADDRESSES:
            return Plan(Do.REMOVE, "address of the original")
        if tag == ICC_PROFILE:
            return Plan(Do.COLOURS, "text in ICC profile", "OB", Plan(Do.REMOVE, "no readable ICC profile"))
        if parent in _REFERENCES and "CS" not in vrs and vrs & _FREE_TEXT:
            return Plan(Do.REMOVE, "text in a reference")
        if strict and tag == _CODE_MEANING:
            return Plan(Do.MEANING, "meaning of a code", known)
        if strict and vrs & _WORDY and tag not in _CODES and tag not in _JUDGED:
            return Plan(Do.WORDS, "words on the list", known, Plan(Do.REMOVE, "text in a description"))
        return Plan(Do.TERMS if tag in _DEFINED_TERMS else Do.LOOK, "", known)

    def _unwanted(self, tag: int, vr: str, known: str, top: bool, strict: bool) -> str:
        if tag >> 24 in (0x50, 0x60):
            return "overlay or curve, its data are gone"
        if tag >> 16 in (0x0400, 0x4FFE):
            return "signed or encrypted"
        if not known:
            return "not in PS3.6"
        if tag in PIXELS and not top:
            return "picture inside a sequence"
        if tag == _PRIVATE_DESCRIPTIONS:
            return "names private attributes"
        if strict and tag in (_TEXT_OBJECTS, _COMPOUND_GRAPHICS):
            return "text of an annotation"
        return "no sequence in PS3.6" if vr == "SQ" != known else ""

    def _date(self, vr: str, known: str) -> Plan:
        remove = Plan(Do.REMOVE, "unlisted date or time")
        kind = known if known in _DATES else ""
        if not self._options.dates or not kind or vr not in ("", "UN", kind):
            return remove
        return Plan(Do.DATE, "date moved", kind, remove, moved=self._options.dates is Dates.SHIFT)

    def _uid(self, tag: int) -> Plan:
        if self._options.keep_uids:
            return Plan(Do.LOOK, "kept by an option", "UI", Plan(Do.UIDS, "unlisted UID", "UI"))
        if tag in CLASS_UIDS:
            return Plan(Do.CLASSES, "unlisted UID", "UI")
        return Plan(Do.UIDS, "unlisted UID", "UI")
