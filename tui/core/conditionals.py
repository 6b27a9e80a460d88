"""Conditions of Types 1C and 2C that a data set itself can tell, by module (PS3.5 7.4.2, 7.4.4; PS3.3, each module).

A condition on the scanner, the patient or the workflow is not here: nothing in the file says whether it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import NamedTuple

from tui.core.edits import has_letters
from tui.core.tagtable import TagTable
from tui.core.tagvalues import bare_uids

_CT_MR = frozenset(f"1.2.840.10008.5.1.4.1.1.{end}" for end in ("2", "4", "2.1", "4.1", "4.2", "4.3"))
_DOSE_OF_PLAN = frozenset(("PLAN", "MULTI_PLAN", "FRACTION", "BEAM", "BRACHY", "FRACTION_SESSION", "BEAM_SESSION",
                           "BRACHY_SESSION", "CONTROL_POINT"))  # fmt: skip
_LOSSY = frozenset(("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"))  # always, whatever the encoder was told


class Facts:
    """What a condition may ask of a data set.

    Parameters
    ----------
    table
        Its rows.
    tops
        Row of each keyword at the top.
    oriented
        Whether its IOD places images in space by other attributes than Patient Orientation.
    """

    def __init__(self, table: TagTable, tops: Mapping[str, int], oriented: bool = False) -> None:
        self.table = table
        self.oriented = oriented
        self._tops = tops

    def has(self, *keywords: str) -> bool:
        """Whether any of these is there, with or without a value."""
        return any(keyword in self._tops for keyword in keywords)

    def values(self, keyword: str) -> tuple[str, ...]:
        """The values of an attribute; none where it is missing or empty."""
        index = self._tops.get(keyword, -1)
        text = bare_uids(self.table.value(index)) if index >= 0 else ""
        return tuple(part.strip() for part in text.split("\\")) if text else ()

    def is_one_of(self, keyword: str, *wanted: str, nth: int = 0) -> bool:
        """Whether a value of an attribute, counted from 0, is among these."""
        found = self.values(keyword)
        return len(found) > nth and found[nth] in wanted

    def above(self, keyword: str, number: int) -> bool:
        """Whether the first value is a greater number."""
        found = self.values(keyword)
        return bool(found) and found[0].isdecimal() and int(found[0]) > number


Needed = Callable[[Facts], bool | None]
"""Whether a condition holds; None where the data set does not tell in this case."""


class Rule(NamedTuple):
    """Attributes of a module that are required where something holds; ``why`` ends the sentence that says so."""

    needed: Needed
    why: str


@cache
def rules() -> Mapping[tuple[str, str], Rule]:
    """The rule of each module and keyword."""
    found: dict[tuple[str, str], Rule] = {}
    for module, keywords, needed, why in _TABLE:
        for keyword in keywords.split():
            found[module, keyword] = Rule(needed, why)
    return found


def is_told(module: str, keyword: str, facts: Facts) -> bool:
    """Whether the data set tells if an attribute is required."""
    rule = rules().get((module, keyword))
    return rule is not None and rule.needed(facts) is not None


def why_forbidden(module: str, keyword: str, facts: Facts) -> str:
    """Why an attribute must not be here, as a sentence; empty where it may be, or nothing tells."""
    said = _NOT_OTHERWISE.get((module, keyword), "")
    return said if said and not rules()[module, keyword].needed(facts) else ""


def why_needed(module: str, keyword: str, facts: Facts) -> str:
    """Why an attribute is required here, to end a sentence with; empty where it is not, or nothing tells."""
    rule = rules().get((module, keyword))
    return rule.why if rule is not None and rule.needed(facts) else ""


def _letters_beyond_ascii(facts: Facts) -> bool:
    if any(tag == 0x00080005 for tag in facts.table.tags):
        return False  # that of an item may be the one
    return has_letters(facts.table)


def _points_to(tag: str) -> Needed:
    return lambda facts: tag in facts.values("FrameIncrementPointer")


def _shape(keyword: str, shape: str) -> Needed:
    return lambda facts: shape in facts.values(keyword)


def _dynamic_table(facts: Facts) -> bool:
    return facts.is_one_of("TableMotion", "DYNAMIC")


def _stands_nowhere(facts: Facts) -> bool:
    return _has_pixels(facts) and not facts.oriented and not facts.has(*_ORIENTATIONS)


def _several_frames(facts: Facts) -> bool:
    return facts.above("NumberOfFrames", 1)


def _several_samples(facts: Facts) -> bool:
    return facts.above("SamplesPerPixel", 1)


def _is_lossy(facts: Facts) -> bool:
    return facts.is_one_of("LossyImageCompression", "01")


def _lossy_syntax(facts: Facts) -> bool:
    return facts.is_one_of("TransferSyntaxUID", *_LOSSY)


def _is_grey(facts: Facts) -> bool:
    return facts.is_one_of("PhotometricInterpretation", "MONOCHROME2") and facts.above("BitsStored", 1)


def _has_palette(facts: Facts) -> bool:
    colour = facts.is_one_of("PixelPresentation", "COLOR", "MIXED")
    return colour or facts.is_one_of("PhotometricInterpretation", "PALETTE COLOR")


def _has_pixels(facts: Facts) -> bool:
    return facts.has("PixelData")


def _gated(facts: Facts) -> bool:
    return facts.is_one_of("SeriesType", "GATED")


def _approved(facts: Facts) -> bool:
    return facts.is_one_of("ApprovalStatus", "APPROVED", "REJECTED")


def _for_presentation(facts: Facts, other: str) -> bool:
    return facts.is_one_of("PresentationIntentType", "FOR PRESENTATION") and not facts.has(other)


def _lacks(*keywords: str) -> Needed:
    return lambda facts: not facts.has(*keywords)


def _has(*keywords: str) -> Needed:
    return lambda facts: facts.has(*keywords)


_PALETTES = "RedPaletteColorLookupTable{0} GreenPaletteColorLookupTable{0} BluePaletteColorLookupTable{0}"
_FRAMES, _SAMPLES = "as there are several frames", "as there are several samples per pixel"
_RATIO = "LossyImageCompressionRatio LossyImageCompressionMethod"
_COMPRESSED = "as Lossy Image Compression is 01"
_COLOURS = "as the colours are those of a palette"
_ORIENTATIONS = frozenset(("ImageOrientationPatient", "ImageOrientationSlide", "SharedFunctionalGroupsSequence",
                           "DetectorInformationSequence"))  # fmt: skip
_JPEG = "as the transfer syntax is a lossy JPEG"

_Row = tuple[str, str, Needed, str]

_COMMON: tuple[_Row, ...] = (
    ("sop-common", "SpecificCharacterSet", _letters_beyond_ascii, "as a text has letters beyond ASCII"),
    ("patient", "DeidentificationMethod DeidentificationMethodCodeSequence",
     lambda f: f.is_one_of("PatientIdentityRemoved", "YES")
     and not f.has("DeidentificationMethod", "DeidentificationMethodCodeSequence"),
     "as Patient Identity Removed is YES and no method is there"),
    ("patient", "ResponsiblePersonRole", lambda f: bool(f.values("ResponsiblePerson")),
     "as there is a Responsible Person"),
    ("patient", "PatientAlternativeCalendar",
     _has("PatientBirthDateInAlternativeCalendar", "PatientDeathDateInAlternativeCalendar"),
     "as there is a date in an alternative calendar"),
    ("clinical-trial-subject", "ClinicalTrialSubjectID", _lacks("ClinicalTrialSubjectReadingID"),
     "as there is no reading ID"),
    ("clinical-trial-subject", "ClinicalTrialSubjectReadingID", _lacks("ClinicalTrialSubjectID"),
     "as there is no subject ID"),
    ("clinical-trial-subject", "ClinicalTrialProtocolEthicsCommitteeName",
     _has("ClinicalTrialProtocolEthicsCommitteeApprovalNumber"), "as there is an approval number"),
    ("general-series", "PatientPosition",
     lambda f: not f.has("PatientOrientationCodeSequence") and f.is_one_of("SOPClassUID", *_CT_MR),
     "for this SOP Class"),
    ("general-equipment", "PixelPaddingValue",
     lambda f: f.has("PixelPaddingRangeLimit") and f.has("PixelData", "PixelDataProviderURL"),
     "as there is a Pixel Padding Range Limit"),
    ("general-image", "PatientOrientation", _stands_nowhere, "as no other attribute gives the orientation"),
    ("multi-frame-dimension", "DimensionIndexSequence",
     lambda f: not f.is_one_of("DimensionOrganizationType", "TILED_FULL"), "as the frames are not TILED_FULL"),
    ("sr-document-general", "VerifyingObserverSequence", lambda f: f.is_one_of("VerificationFlag", "VERIFIED"),
     "as the document is verified"),
    ("approval", "ReviewDate ReviewTime ReviewerName", _approved, "as it was approved or rejected"),
)  # fmt: skip

_PIXELS: tuple[_Row, ...] = (
    *((module, "PlanarConfiguration", _several_samples, _SAMPLES)
      for module in ("image-pixel", "us-image", "vl-image", "enhanced-mr-image", "ophthalmic-photography-image")),
    ("image-pixel", _PALETTES.format("Descriptor"), _has_palette, _COLOURS),
    ("image-pixel", _PALETTES.format("Data"),
     lambda f: _has_palette(f) and not f.has("SegmentedRedPaletteColorLookupTableData"), _COLOURS),
    ("image-pixel", "PixelData", _lacks("PixelDataProviderURL", "FloatPixelData", "DoubleFloatPixelData"),
     "as no URL provides it"),
    ("image-pixel", "PixelDataProviderURL", lambda f: False if _has_pixels(f) else None, ""),
    ("image-pixel", "PixelAspectRatio",
     lambda f: False if f.has("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing") else None, ""),
    ("image-pixel", "ExtendedOffsetTableLengths", _has("ExtendedOffsetTable"), "as there is an Extended Offset Table"),
    ("modality-lut", "RescaleIntercept", _lacks("ModalityLUTSequence"), "as there is no Modality LUT Sequence"),
    ("modality-lut", "ModalityLUTSequence", _lacks("RescaleIntercept"), "as there is no Rescale Intercept"),
    ("modality-lut", "RescaleSlope RescaleType", _has("RescaleIntercept"), "as there is a Rescale Intercept"),
    ("voi-lut", "WindowCenter", _lacks("VOILUTSequence"), "as there is no VOI LUT Sequence"),
    ("voi-lut", "VOILUTSequence", _lacks("WindowCenter"), "as there is no Window Center"),
    *((module, "WindowWidth", _has("WindowCenter"), "as there is a Window Center")
      for module in ("voi-lut", "dx-image", "vl-image")),
    ("dx-image", "WindowCenter", lambda f: _for_presentation(f, "VOILUTSequence"),
     "as the image is for presentation and has no VOI LUT Sequence"),
    ("dx-image", "VOILUTSequence", lambda f: _for_presentation(f, "WindowCenter"),
     "as the image is for presentation and has no Window Center"),
    ("dx-image", "LossyImageCompressionRatio", _is_lossy, _COMPRESSED),
    *((module, _RATIO, _is_lossy, _COMPRESSED)
      for module in ("enhanced-ct-image", "enhanced-mr-image", "x-ray-3d-image", "segmentation-image",
                     "ophthalmic-photography-image")),
    *((module, "LossyImageCompression", _lossy_syntax, _JPEG)
      for module in ("us-image", "nm-image", "pet-image", "x-ray-image")),
    *((module, "PresentationLUTShape", _is_grey, "as the picture is grey")
      for module in ("sc-multi-frame-image", "enhanced-mr-image", "ophthalmic-photography-image")),
    *((module, "FrameIncrementPointer", _several_frames, _FRAMES)
      for module in ("sc-multi-frame-image", "us-image", "x-ray-image")),
    ("cine", "FrameTime", _points_to("(0018,1063)"), "as Frame Increment Pointer names it"),
    ("cine", "FrameTimeVector", _points_to("(0018,1065)"), "as Frame Increment Pointer names it"),
    ("sc-multi-frame-vector", "FrameTimeVector", _points_to("(0018,1065)"), "as Frame Increment Pointer names it"),
    ("sc-multi-frame-vector", "PageNumberVector", _points_to("(0018,2001)"), "as Frame Increment Pointer names it"),
    ("sc-multi-frame-vector", "FrameLabelVector", _points_to("(0018,2002)"), "as Frame Increment Pointer names it"),
    ("sc-multi-frame-vector", "SliceLocationVector", _points_to("(0018,2005)"), "as Frame Increment Pointer names it"),
    ("segmentation-image", "SegmentationFractionalType MaximumFractionalValue",
     lambda f: f.is_one_of("SegmentationType", "FRACTIONAL"), "as the segmentation is fractional"),
)  # fmt: skip


def _shaped(module: str, prefix: str) -> tuple[_Row, ...]:
    """Shutter and collimator: the edges of each shape that is named (PS3.3 C.7.6.11, C.8.7.3)."""
    shape, circular = f"{prefix}Shape", f"CenterOfCircular{prefix} RadiusOfCircular{prefix}"
    edges = (
        f"{prefix}LeftVerticalEdge {prefix}RightVerticalEdge {prefix}UpperHorizontalEdge {prefix}LowerHorizontalEdge"
    )
    return (
        (module, edges, _shape(shape, "RECTANGULAR"), "as the shape is rectangular"),
        (module, circular, _shape(shape, "CIRCULAR"), "as the shape is circular"),
        (module, f"VerticesOfThePolygonal{prefix}", _shape(shape, "POLYGONAL"), "as the shape is a polygon"),
    )


_MODALITIES: tuple[_Row, ...] = (
    *_shaped("display-shutter", "Shutter"),
    *_shaped("x-ray-collimator", "Collimator"),
    ("mr-image", "RepetitionTime",
     lambda f: not ("EP" in f.values("ScanningSequence") and "SK" not in f.values("SequenceVariant")),
     "but for echo planar sequences that are not segmented"),
    ("mr-image", "InversionTime", lambda f: "IR" in f.values("ScanningSequence"), "as the sequence is an IR"),
    ("ct-image", "RescaleType", lambda f: f.is_one_of("MultienergyCTAcquisition", "YES") or None,
     "as the acquisition is multi-energy"),
    ("ct-image", "WaterEquivalentDiameterCalculationMethodCodeSequence", _has("WaterEquivalentDiameter"),
     "as there is a Water Equivalent Diameter"),
    ("ct-image", "EnergyWeightingFactor", lambda f: None if f.has("DerivationCodeSequence") else False, ""),
    ("pet-series", "NumberOfRRIntervals NumberOfTimeSlots", _gated, "as the series is gated"),
    ("pet-series", "NumberOfTimeSlices", lambda f: f.is_one_of("SeriesType", "DYNAMIC"), "as the series is dynamic"),
    ("pet-series", "ReprojectionMethod", lambda f: f.is_one_of("SeriesType", "REPROJECTION", nth=1),
     "as the series is a reprojection"),
    ("pet-image", "TriggerTime FrameTime", _gated, "as the series is gated"),
    ("pet-image", "LowRRValue HighRRValue", lambda f: f.is_one_of("BeatRejectionFlag", "Y"), "as beats are rejected"),
    ("pet-image", "DecayFactor",
     lambda f: bool(f.values("DecayCorrection")) and not f.is_one_of("DecayCorrection", "NONE"),
     "as the decay is corrected"),
    ("rt-dose", "SamplesPerPixel PhotometricInterpretation BitsAllocated BitsStored HighBit PixelRepresentation "
     "DoseGridScaling", _has_pixels, "as the dose is given by pixels"),
    ("rt-dose", "GridFrameOffsetVector", lambda f: _has_pixels(f) and _several_frames(f), _FRAMES),
    ("rt-dose", "ReferencedRTPlanSequence", lambda f: f.is_one_of("DoseSummationType", *_DOSE_OF_PLAN),
     "as the dose is that of a plan"),
    ("x-ray-acquisition", "ExposureTime XRayTubeCurrent", _lacks("Exposure"), "as there is no Exposure"),
    ("x-ray-acquisition", "Exposure", lambda f: not (f.has("ExposureTime") and f.has("XRayTubeCurrent")),
     "as Exposure Time or X-Ray Tube Current is missing"),
    ("x-ray-table", "TableVerticalIncrement TableLateralIncrement TableLongitudinalIncrement", _dynamic_table,
     "as the table moves"),
    ("xa-positioner", "PositionerMotion", _several_frames, _FRAMES),
    ("xa-positioner", "PositionerPrimaryAngleIncrement PositionerSecondaryAngleIncrement",
     lambda f: f.is_one_of("PositionerMotion", "DYNAMIC"), "as the positioner moves"),
)  # fmt: skip
_EXCLUSIVE = "Rescale Intercept and Modality LUT Sequence exclude each other (PS3.3 C.11.1)."
_NOT_OTHERWISE = {
    ("image-pixel", "PlanarConfiguration"): "It is for pictures of several samples per pixel alone (PS3.3 C.7.6.3).",
    ("modality-lut", "ModalityLUTSequence"): _EXCLUSIVE,
    ("modality-lut", "RescaleIntercept"): _EXCLUSIVE,
}
"""What must not be there where the condition does not hold (PS3.5 7.4.2), and why."""
_TABLE = (*_COMMON, *_PIXELS, *_MODALITIES)


def is_oriented(modules: Collection[Mapping[str, str]]) -> bool:
    """Whether the mandatory modules of an IOD give the orientation of images by attributes of their own."""
    return any(not _ORIENTATIONS.isdisjoint(module) for module in modules)
