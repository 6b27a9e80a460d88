"""Values that take the place of others: legal in their VR, the same for everybody.

PS3.15 E.1.1 asks that a dummy be consistent with the VR and of no meaning for the patient. Sequences get one item
with what the IOD requires (Type 1) and nothing else. DA 19000101: a year 0001 is refused by validators.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.core.deidentify import elements

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_TEXT = "ANON"
_BY_VR: dict[str, str | bytes] = {
    "AE": _TEXT,
    "AS": "000Y",
    "CS": _TEXT,
    "DA": "19000101",
    "DS": "0",
    "DT": "19000101000000",
    "IS": "0",
    "LO": _TEXT,
    "LT": _TEXT,
    "OB": b"\0\0",
    "PN": _TEXT,
    "SH": _TEXT,
    "ST": _TEXT,
    "TM": "000000",
    "UC": _TEXT,
    "UN": b"\0\0",
    "UR": "urn:anon",
    "UT": _TEXT,
}
_BY_TAG: dict[int, str | bytes] = {0x04000565: "CORRECT"}  # an enumerated value of PS3.3 C.12.1
_PROCEDURE_STEP = "1.2.840.10008.3.1.2.3.3"  # Modality Performed Procedure Step


def value(tag: int, vr: str) -> str | bytes:
    """The dummy for an attribute that is no sequence and no UID."""
    return _BY_TAG.get(tag) or _BY_VR[vr]


def items(tag: int, dataset: Dataset, uid: Callable[[str], str]) -> list[Dataset]:
    """The one item that takes the place of a sequence's items; none for a sequence whose needs are not known.

    Parameters
    ----------
    dataset
        The data set in which the sequence stands.
    uid
        Makes a new UID of any text.
    """
    make = _SEQUENCES.get(tag)
    return [make(dataset, uid)] if make else []


def _item(**attributes: object) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    for keyword, content in attributes.items():
        setattr(item, keyword, content)
    return item


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    return _item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def _content(_dataset: Dataset, _uid: Callable[[str], str]) -> Dataset:
    """A single TEXT item (PS3.3 C.17.3): ``Comment: removed``."""
    return _item(
        RelationshipType="CONTAINS",
        ValueType="TEXT",
        ConceptNameCodeSequence=[_code("121106", "DCM", "Comment")],
        TextValue="removed",
    )


def _annotation(dataset: Dataset, _uid: Callable[[str], str]) -> Dataset:
    """A dot in the corner on the first layer there is (PS3.3 C.10.5)."""
    layers = (elements.items(dataset, 0x00700060) if 0x00700060 in dataset else None) or []
    layer = elements.first(layers[0], 0x00700002) if layers else ""
    dot = _item(
        GraphicAnnotationUnits="PIXEL",
        GraphicDimensions=2,
        NumberOfGraphicPoints=1,
        GraphicData=[1.0, 1.0],
        GraphicType="POINT",
    )
    return _item(GraphicLayer=layer or "LAYER1", GraphicObjectSequence=[dot])


def _observer(_dataset: Dataset, _uid: Callable[[str], str]) -> Dataset:
    """PS3.3 C.17.2, Table C.17-2."""
    return _item(
        VerifyingOrganization=_TEXT,
        VerificationDateTime="19000101000000",
        VerifyingObserverName=_TEXT,
        VerifyingObserverIdentificationCodeSequence=[],
    )


def _operator(_dataset: Dataset, _uid: Callable[[str], str]) -> Dataset:
    """PS3.3 Table 10-1, Person Identification Macro."""
    return _item(PersonIdentificationCodeSequence=[_anonymous()], InstitutionName=_TEXT)


def _anonymous() -> Dataset:
    return _code(_TEXT, "99SAFELIGHT", _TEXT)


def _waveform_annotation(_dataset: Dataset, _uid: Callable[[str], str]) -> Dataset:
    """PS3.3 C.10.10: a text on the first channel of the first multiplex group."""
    return _item(UnformattedTextValue="removed", ReferencedWaveformChannels=[1, 1], AnnotationGroupNumber=1)


def _performed_step(_dataset: Dataset, uid: Callable[[str], str]) -> Dataset:
    """PS3.3 Table 10-11, SOP Instance Reference Macro."""
    return _item(ReferencedSOPClassUID=_PROCEDURE_STEP, ReferencedSOPInstanceUID=uid("performed procedure step"))


def _flow(_dataset: Dataset, _uid: Callable[[str], str]) -> Dataset:
    """PS3.3 C.34.1."""
    return _item(FlowIdentifier=b"\0\0", FlowTransferSyntaxUID="1.2.840.10008.1.2.1")


_SEQUENCES: dict[int, Callable[[Dataset, Callable[[str], str]], Dataset]] = {
    0x00080082: lambda _dataset, _uid: _anonymous(),
    0x00081072: _operator,
    0x00081111: _performed_step,
    0x00340001: _flow,
    0x00401101: lambda _dataset, _uid: _anonymous(),
    0x0040A073: _observer,
    0x0040A730: _content,
    0x0040B020: _waveform_annotation,
    0x00700001: _annotation,
}


# ---------------------------------------------------------------------------------------------- documents


def document(mime_type: str, sop_class: str) -> bytes:
    """A document that says nothing, in the format of the one that it replaces (PS3.3 C.24.2); of even length."""
    makers: dict[str, Callable[[], bytes]] = {
        "application/pdf": _pdf,
        "text/xml": lambda: b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>\n',
        "model/stl": lambda: bytes(84),  # 80 bytes of header and the number of triangles
        "model/obj": lambda: b"# removed\n",
        "model/mtl": lambda: b"# removed\n",
    }
    by_class = {
        "1.2.840.10008.5.1.4.1.1.104.1": "application/pdf",
        "1.2.840.10008.5.1.4.1.1.104.2": "text/xml",
        "1.2.840.10008.5.1.4.1.1.104.3": "model/stl",
        "1.2.840.10008.5.1.4.1.1.104.4": "model/obj",
        "1.2.840.10008.5.1.4.1.1.104.5": "model/mtl",
    }
    make = makers.get(by_class.get(sop_class) or mime_type.lower())
    content = make() if make else b"\0\0"
    return content + b"\0" * (len(content) % 2)


def _pdf() -> bytes:
    """One blank page, with a cross-reference table that fits (ISO 32000-1 7.5)."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
        count,
        len(body),
    )
