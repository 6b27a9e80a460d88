"""Pictures and documents as DICOM objects (PS3.3 A.8 Secondary Capture, A.45 Encapsulated Document)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core import encoders
from tui.core.attributes import integer, numbers, value_errors
from tui.core.encoders import COMPRESSED, Samples
from tui.core.recipe import Recipe
from tui.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

    from tui.core.raster import Raster

IMPLEMENTATION = "2.25.226885109839319516744067507635459625999"  # this program's own (PS3.7 D.3.3.2)
_SC = "1.2.840.10008.5.1.4.1.1.7"
_BYTE, _WORD, _COLOUR = _SC + ".2", _SC + ".3", _SC + ".4"
_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_SIXTEEN = frozenset(("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.128"))
# Parts of the body of which there are two, and the unknown one: their side is to be said (PS3.3 C.7.3.1, PS3.16 L)
_PAIRED = frozenset(
    ("", "ANKLE", "ARM", "AXILLA", "BREAST", "CALCANEUS", "CLAVICLE", "EAR", "ELBOW", "EXTREMITY", "EYE", "FEMUR",
     "FINGER", "FOOT", "FOREARM", "HAND", "HIP", "HUMERUS", "KIDNEY", "KNEE", "LEG", "LUNG", "RADIUS", "SCAPULA",
     "SHOULDER", "THIGH", "THUMB", "TIBIA", "TOE", "ULNA", "WRIST")
)  # fmt: skip
# Patient and study of another object (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2)
_SHARED = (
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "OtherPatientIDsSequence",
    "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName",
    "StudyDescription", "PatientAge", "PatientWeight", "PatientSize",
)  # fmt: skip
# of a template, what belongs to its own pixels and identity
_OWN = (
    "SOPInstanceUID", "SeriesInstanceUID", "InstanceNumber", "PixelData", "FloatPixelData", "DoubleFloatPixelData",
    "NumberOfFrames", "ExtendedOffsetTable", "ExtendedOffsetTableLengths", "LossyImageCompression",
    "LossyImageCompressionRatio", "LossyImageCompressionMethod", "SmallestImagePixelValue", "LargestImagePixelValue",
    "SmallestPixelValueInSeries", "LargestPixelValueInSeries", "PixelPaddingValue", "PixelPaddingRangeLimit",
    "IconImageSequence", "FrameTime", "FrameIncrementPointer", "DigitalSignaturesSequence", "MACParametersSequence",
)  # fmt: skip


class Maker:
    """Makes objects of one run: one study for each patient and study that is named, one series for each modality.

    Parameters
    ----------
    recipe
        How.
    like, template
        The objects that the recipe names.
    uid
        Makes a new UID of the root 2.25 (PS3.5 B.2).
    """

    def __init__(
        self, recipe: Recipe, uid: Callable[[], str], like: Dataset | None = None, template: Dataset | None = None
    ) -> None:
        self._recipe, self._uid, self._like, self._template = recipe, uid, like, template
        self._studies: dict[tuple[str, ...], str] = {}
        self._series: dict[tuple[str, str], tuple[str, int]] = {}
        self._counts: dict[str, int] = {}

    def make(self, raster: Raster, values: dict[str, str]) -> FileDataset:
        """One object; instance numbers count within its series.

        Raises
        ------
        tui.errors.UsageError
            A value breaks its VR.
        """
        dataset = _new()
        if self._template is not None and not raster.pdf:
            for element in self._template:
                if element.keyword not in _OWN and element.tag.group not in range(0x6000, 0x6100):
                    dataset[element.tag] = deepcopy(element)
        if self._like is not None:
            for keyword in _SHARED:
                if keyword in self._like:
                    dataset[keyword] = deepcopy(self._like[keyword])
        _fill(dataset, values)
        if raster.pdf:
            _document(dataset, raster.pdf)
        else:
            _picture(dataset, raster, self._recipe)
        self._identify(dataset, values)
        return dataset

    def _identify(self, dataset: FileDataset, values: dict[str, str]) -> None:
        dataset.SOPInstanceUID = self._uid()
        if "StudyInstanceUID" not in values and self._like is None:
            study = tuple(
                str(dataset.get(keyword, ""))
                for keyword in ("PatientID", "PatientName", "StudyDate", "StudyID", "AccessionNumber")
            )
            dataset.StudyInstanceUID = self._studies.setdefault(study, self._studies.get(study) or self._uid())
        key = (str(dataset.StudyInstanceUID), f"{dataset.Modality} {values.get('SeriesNumber', '')}")
        if key not in self._series:
            of_study = sum(known[0] == key[0] for known in self._series)
            self._series[key] = (self._uid(), 1 + of_study)
        uid, number = self._series[key]
        dataset.SeriesInstanceUID = values.get("SeriesInstanceUID", uid)
        if not dataset.get("SeriesNumber") or "SeriesNumber" not in values:
            dataset.SeriesNumber = number
        self._counts[uid] = self._counts.get(uid, 0) + 1
        if "InstanceNumber" not in values:
            dataset.InstanceNumber = self._counts[uid]
        if self._template is not None and "ImagePositionPatient" not in values:
            _advance(dataset, self._counts[uid] - 1)
        meta = dataset.file_meta
        meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID


def _new() -> FileDataset:
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(encoders.NATIVE)
    meta.ImplementationClassUID = UID(IMPLEMENTATION)
    meta.ImplementationVersionName = "SAFELIGHT"
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.set_original_encoding(False, True, "ISO_IR 192")
    return dataset


def _fill(dataset: FileDataset, values: dict[str, str]) -> None:
    """The values that were given, then the Type 2 attributes of patient and study that were not."""
    from pydicom import config
    from pydicom.datadict import dictionary_VR, tag_for_keyword
    from pydicom.dataelem import DataElement

    for keyword, value in values.items():
        tag = tag_for_keyword(keyword)
        assert tag is not None
        vr = dictionary_VR(tag)
        try:
            parts: Any = value.split("\\") if "\\" in value else value
            if vr in ("US", "SS", "UL", "SL", "FL", "FD"):
                number = float if vr in ("FL", "FD") else int
                parts = [number(part) for part in parts] if isinstance(parts, list) else number(parts)
            dataset[tag] = DataElement(tag, vr, parts, validation_mode=config.RAISE)
        except value_errors() as error:
            raise UsageError(
                f"The value for {keyword} breaks its VR {vr}", "PS3.5 6.2 says what a VR holds."
            ) from error
    if any(not value.isascii() for value in values.values()) and "SpecificCharacterSet" not in dataset:
        dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword in (
        "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
        "AccessionNumber", "ReferringPhysicianName", "Manufacturer",
    ):  # fmt: skip
        if keyword not in dataset:
            setattr(dataset, keyword, "")


def _document(dataset: FileDataset, pdf: bytes) -> None:
    """Encapsulated PDF (PS3.3 A.45.1, C.24.2)."""
    dataset.SOPClassUID = _PDF
    dataset.Modality = "DOC"
    dataset.ConversionType = "WSD"
    for keyword in ("ContentDate", "ContentTime", "AcquisitionDateTime"):
        if keyword not in dataset:
            setattr(dataset, keyword, "")
    dataset.BurnedInAnnotation = "YES"
    if "DocumentTitle" not in dataset:
        dataset.DocumentTitle = ""
    dataset.ConceptNameCodeSequence = []
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    dataset.EncapsulatedDocumentLength = len(pdf)


def _picture(dataset: FileDataset, raster: Raster, recipe: Recipe) -> None:
    from_template = "SOPClassUID" in dataset
    if from_template:
        _widen(dataset, raster)
    first, count = raster.frames[0], len(raster.frames)
    _pixel_module(dataset, raster)
    if not from_template:
        dataset.Modality = dataset.get("Modality", "OT")
        dataset.ConversionType = recipe.conversion
        dataset.PatientOrientation = dataset.get("PatientOrientation", "")
        if "ImageLaterality" not in dataset and dataset.get("BodyPartExamined", "") in _PAIRED:
            dataset.Laterality = dataset.get("Laterality", "")
        if "ImageType" not in dataset:
            dataset.ImageType = ["DERIVED", "SECONDARY"]
        dataset.SOPClassUID = _SC
        _grey(dataset, raster)
        dataset.BurnedInAnnotation = "YES" if recipe.burned_in else "NO"
    if count > 1:
        if from_template:
            raise UsageError("Several frames do not fit the template", "Convert them without it.")
        dataset.SOPClassUID = _COLOUR if first.ndim == 3 else _BYTE if first.itemsize == 1 else _WORD
        if dataset.SOPClassUID == _COLOUR and first.itemsize > 1:
            raise UnreadableError("moving colour pictures have 8 bits a sample in DICOM")
        _frames(dataset, raster, recipe)
    dataset.LossyImageCompression = "01" if raster.lossy else "00"
    if raster.lossy:
        dataset.LossyImageCompressionRatio = f"{max(raster.ratio, 0.01):.2f}"
        if raster.method:
            dataset.LossyImageCompressionMethod = raster.method
    _encode(dataset, raster, recipe.transfer_syntax)


def _pixel_module(dataset: FileDataset, raster: Raster) -> None:
    """Image Pixel (PS3.3 C.7.6.3): rows are the height, columns the width."""
    first = raster.frames[0]
    colour = first.ndim == 3
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    dataset.Rows, dataset.Columns = first.shape[:2]
    if "PlanarConfiguration" in dataset:
        del dataset.PlanarConfiguration
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = 8 * first.itemsize
    dataset.BitsStored = raster.jpeg.stream.precision if raster.jpeg else dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = 0


def _grey(dataset: FileDataset, raster: Raster) -> None:
    """What keeps a viewer from showing 16 bits black: the window that holds the values, and no other rescaling."""
    first = raster.frames[0]
    if first.ndim == 3:
        return
    if raster.added:
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = str(-raster.added), "1", "US"
    if first.itemsize > 1 and "WindowCenter" not in dataset:
        low = min(int(frame.min()) for frame in raster.frames) - raster.added
        high = max(int(frame.max()) for frame in raster.frames) - raster.added
        dataset.WindowCenter, dataset.WindowWidth = f"{(low + high + 1) / 2:g}", f"{max(high - low + 1, 2):g}"


def _frames(dataset: FileDataset, raster: Raster, recipe: Recipe) -> None:
    """Multi-frame, Cine and SC Multi-frame modules (PS3.3 C.7.6.6, C.7.6.5, C.8.6.3, C.8.6.4)."""
    dataset.NumberOfFrames = len(raster.frames)
    rate = recipe.rate or raster.rate
    if rate:
        dataset.FrameIncrementPointer = 0x00181063
        dataset.FrameTime = f"{1000 / rate:.8g}"
        dataset.CineRate = max(1, round(rate))
    else:
        dataset.FrameIncrementPointer = 0x00182001
        dataset.PageNumberVector = list(range(1, len(raster.frames) + 1))
    if raster.frames[0].ndim == 2:
        dataset.PresentationLUTShape = "IDENTITY"
        if not raster.added:
            dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"


def _widen(dataset: FileDataset, raster: Raster) -> None:
    """CT, MR and PET have 16 bits allocated (PS3.3 C.8.2.1, C.8.3.1, C.8.9.4)."""
    if str(dataset.SOPClassUID) in _SIXTEEN:
        if raster.frames[0].ndim == 3:
            raise UsageError("The template is of grey images, the picture has colours", "Convert it without template.")
        raster.frames = [frame.astype(np.uint16) for frame in raster.frames]
        raster.jpeg = None


def _encode(dataset: FileDataset, raster: Raster, wanted: str) -> None:
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID

    own = raster.jpeg
    if own is not None and not wanted:
        dataset.file_meta.TransferSyntaxUID = UID(own.syntax)
        dataset.PhotometricInterpretation = own.photometric
        dataset.add_new(0x7FE00010, "OB", encapsulate([own.data]))
        dataset["PixelData"].is_undefined_length = True
        return
    name = wanted or "native"
    dataset.file_meta.TransferSyntaxUID = UID(encoders.SYNTAXES[name])
    if name in COMPRESSED:
        packed = [encoders.encode(name, Samples(frame, int(dataset.BitsStored))) for frame in raster.frames]
        dataset.PhotometricInterpretation = encoders.photometric(name, str(dataset.PhotometricInterpretation))
        dataset.add_new(0x7FE00010, "OB", encapsulate(packed))
        dataset["PixelData"].is_undefined_length = True
        return
    data = b"".join(np.ascontiguousarray(f, f.dtype.newbyteorder("<")).tobytes() for f in raster.frames)
    dataset.add_new(0x7FE00010, "OW" if dataset.BitsAllocated > 8 else "OB", data + b"\0" * (len(data) % 2))


def _advance(dataset: FileDataset, steps: int) -> None:
    """Put the n-th image of a template that has a place in the patient n slices behind the first."""
    position, cosines = numbers(dataset, "ImagePositionPatient"), numbers(dataset, "ImageOrientationPatient")
    gap = numbers(dataset, "SpacingBetweenSlices") or numbers(dataset, "SliceThickness")
    if len(position) != 3 or len(cosines) != 6 or not gap:
        return
    normal = np.cross(cosines[:3], cosines[3:])
    place = np.array(position) + steps * abs(gap[0]) * normal
    dataset.ImagePositionPatient = [f"{value:.10g}" for value in place]
    if integer(dataset, "InstanceNumber") is not None and "SliceLocation" in dataset:
        dataset.SliceLocation = f"{float(place @ normal):.10g}"
