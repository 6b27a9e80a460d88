"""Objects that draw over the phantoms: segmentations, structure sets, presentation states; made by formula."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from tests import phantoms
from tui.core.frames import Frame, decode

SEG = UID("1.2.840.10008.5.1.4.1.1.66.4")
LABELMAP = UID("1.2.840.10008.5.1.4.1.1.66.7")
RTSTRUCT = UID("1.2.840.10008.5.1.4.1.1.481.3")
GSPS = UID("1.2.840.10008.5.1.4.1.1.11.1")


class Opened:
    """An object as the reader opens it: its frames are cut out of its own bytes."""

    def __init__(self, dataset: FileDataset) -> None:
        self.dataset = phantoms.reread(dataset)
        self.data = bytes(self.dataset.PixelData) if "PixelData" in self.dataset else b""
        self.frames = int(self.dataset.get("NumberOfFrames", 1)) if self.data else 0

    def frame(self, index: int) -> Frame:
        ds = self.dataset
        size = ds.Rows * ds.Columns * ds.BitsAllocated
        if ds.BitsAllocated == 1:
            bits = np.unpackbits(np.frombuffer(self.data, np.uint8), bitorder="little")[index * size :][:size]
            return Frame(bits.reshape(ds.Rows, ds.Columns), "MONOCHROME2", ds, index)
        return decode(ds, index, self.data[index * size // 8 :][: size // 8])


def picture(z: int = 0, size: int = 128, **changes: Any) -> Frame:
    """A slice of the CT phantom as a frame."""
    ds = phantoms.ct(z, size=size)
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    ds = phantoms.reread(ds)
    return decode(ds, 0, ds.PixelData)


def item(**values: Any) -> Dataset:
    """A data set of these attributes; lists of data sets become sequences."""
    ds = Dataset()
    for keyword, value in values.items():
        many = isinstance(value, list) and value and isinstance(value[0], Dataset)
        setattr(ds, keyword, Sequence(value) if many else value)
    return ds


def reference(image: Dataset, frame: int = 0) -> Dataset:
    """An item that names an image."""
    named = item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)
    if frame:
        named.ReferencedFrameNumber = frame
    return named


def seg(
    images: list[FileDataset], masks: dict[int, np.ndarray], *, kind: str = "BINARY", by: str = "both", **where: int
) -> FileDataset:
    """A segmentation of images.

    Parameters
    ----------
    masks
        For each segment, shape (images, rows, columns); for a label map one of labels, under 0.
    by
        ``both``, ``reference`` or ``place``: what ties a frame to its image.
    """
    ds = phantoms.base(LABELMAP if kind == "LABELMAP" else SEG, **{"series": 20, **where})
    first = images[0]
    ds.Modality, ds.SeriesDescription, ds.ContentLabel = "SEG", "Segments of a phantom", "PHANTOM"
    ds.SegmentationType = kind
    ds.FrameOfReferenceUID = first.FrameOfReferenceUID
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    stored, numbers, frames = [], sorted(masks), []
    for number in numbers:
        for image, mask in zip(images, masks[number], strict=True):
            if mask.any():
                stored.append(mask)
                frames.append(_frame(image, number, by))
    ds.Rows, ds.Columns = stored[0].shape
    ds.NumberOfFrames = len(stored)
    labels = sorted({int(n) for n in np.unique(masks[0])} - {0}) if kind == "LABELMAP" else numbers
    ds.SegmentSequence = Sequence(
        item(SegmentNumber=n, SegmentLabel=f"Part {n}", RecommendedDisplayCIELabValue=colour)
        for n, colour in zip(
            labels, ([34885, 53485, 50171], [56906, 20000, 52000], [40000, 45000, 20000]), strict=False
        )
    )
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=list(first.ImageOrientationPatient))],
        PixelMeasuresSequence=[item(PixelSpacing=_spacing(first, stored[0]), SliceThickness=5, SpacingBetweenSlices=5)],
    )
    ds.SharedFunctionalGroupsSequence = Sequence([shared if by != "reference" else item()])
    ds.PerFrameFunctionalGroupsSequence = Sequence(frames)
    array = np.stack(stored)
    if kind == "BINARY":
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 1, 1, 0
        data = np.packbits(array.astype(np.uint8).ravel(), bitorder="little").tobytes()
    else:
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
        data = array.astype(np.uint8).tobytes()
    if kind == "FRACTIONAL":
        ds.SegmentationFractionalType, ds.MaximumFractionalValue = "PROBABILITY", 200
    ds.add_new("PixelData", "OB", data + b"\0" * (len(data) % 2))
    return ds


def _spacing(image: FileDataset, mask: np.ndarray) -> list[float]:
    return [float(side) * image.Rows / len(mask) for side in image.PixelSpacing]


def _frame(image: FileDataset, number: int, by: str) -> Dataset:
    found = item()
    if number:
        found.SegmentIdentificationSequence = Sequence([item(ReferencedSegmentNumber=number)])
    if by != "reference":
        found.PlanePositionSequence = Sequence([item(ImagePositionPatient=list(image.ImagePositionPatient))])
    if by != "place":
        found.DerivationImageSequence = Sequence([item(SourceImageSequence=[reference(image)])])
    return found


def circle(radius: float, middle: tuple[float, float], z: float, corners: int = 180) -> list[float]:
    """Coordinates in mm of a circle in an axial plane."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return [
        float(f"{value:.4f}")
        for a in turn
        for value in (middle[0] + radius * np.cos(a), middle[1] + radius * np.sin(a), z)
    ]


def square(side: float, middle: tuple[float, float], z: float) -> list[float]:
    """Coordinates in mm of a square in an axial plane."""
    half = side / 2
    return [
        value
        for x, y in ((-half, -half), (half, -half), (half, half), (-half, half))
        for value in (middle[0] + x, middle[1] + y, z)
    ]


def structures(
    regions: Iterable[tuple[str, tuple[int, int, int], Iterable[tuple[str, list[float]]]]],
    frame_of_reference: str = f"{phantoms.ROOT}.9",
    **where: int,
) -> FileDataset:
    """A structure set: name, colour and contours (geometric type, coordinates) of each region."""
    ds = phantoms.base(RTSTRUCT, **{"series": 21, **where})
    ds.Modality, ds.SeriesDescription, ds.StructureSetLabel = "RTSTRUCT", "Contours of a phantom", "PHANTOM"
    rois, drawn = [], []
    for number, (name, colour, contours) in enumerate(regions, 1):
        rois.append(item(ROINumber=number, ROIName=name, ReferencedFrameOfReferenceUID=frame_of_reference))
        found = [
            item(ContourGeometricType=kind, NumberOfContourPoints=len(data) // 3, ContourData=data)
            for kind, data in contours
        ]
        drawn.append(item(ReferencedROINumber=number, ROIDisplayColor=list(colour), ContourSequence=found))
    ds.StructureSetROISequence, ds.ROIContourSequence = Sequence(rois), Sequence(drawn)
    return ds


def state(image: FileDataset, *, annotate: bool = False, **changes: Any) -> FileDataset:
    """A presentation state for an image; with ``annotate`` a line, a circle, an ellipse, a point and a text."""
    ds = phantoms.base(GSPS, series=22, instance=int(changes.pop("instance", 1)))
    ds.Modality, ds.SeriesDescription = "PR", "States of a phantom"
    ds.ContentLabel, ds.ContentDescription = "STATE", "As someone saw it"
    ds.PresentationCreationDate, ds.PresentationCreationTime = "20260102", "120000"
    ds.ReferencedSeriesSequence = Sequence(
        [item(SeriesInstanceUID=image.SeriesInstanceUID, ReferencedImageSequence=[reference(image)])]
    )
    ds.DisplayedAreaSelectionSequence = Sequence(
        [
            item(
                DisplayedAreaTopLeftHandCorner=[1, 1],
                DisplayedAreaBottomRightHandCorner=[image.Columns, image.Rows],
                PresentationSizeMode="SCALE TO FIT",
                PresentationPixelAspectRatio=[1, 1],
            )
        ]
    )
    ds.PresentationLUTShape = "IDENTITY"
    if annotate:
        ds.GraphicLayerSequence = Sequence(
            [
                item(GraphicLayer="LINES", GraphicLayerOrder=1),
                item(GraphicLayer="WORDS", GraphicLayerOrder=2, GraphicLayerRecommendedDisplayGrayscaleValue=0xFFFF),
            ]
        )
        ds.GraphicAnnotationSequence = Sequence([_lines(), _words()])
    for keyword, value in changes.items():
        many = isinstance(value, list) and value and isinstance(value[0], Dataset)
        setattr(ds, keyword, Sequence(value) if many else value)
    return ds


def graphic(kind: str, data: list[float], units: str = "PIXEL", **more: Any) -> Dataset:
    """A graphic object."""
    return item(
        GraphicAnnotationUnits=units, GraphicDimensions=2, NumberOfGraphicPoints=len(data) // 2, GraphicData=data,
        GraphicType=kind, GraphicFilled="N", **more,
    )  # fmt: skip


def _lines() -> Dataset:
    return item(
        GraphicLayer="LINES",
        GraphicObjectSequence=[
            graphic("POLYLINE", [20.0, 100.0, 60.0, 110.0, 100.0, 100.0]),
            graphic("CIRCLE", [84.0, 89.0, 96.0, 89.0]),
            graphic("ELLIPSE", [40.0, 60.0, 64.0, 60.0, 52.0, 54.0, 52.0, 66.0]),
            graphic("POINT", [64.0, 30.0]),
        ],
    )


def _words() -> Dataset:
    return item(
        GraphicLayer="WORDS",
        TextObjectSequence=[
            item(
                UnformattedTextValue="Lesion\r\nsecond line",
                BoundingBoxAnnotationUnits="PIXEL",
                BoundingBoxTopLeftHandCorner=[70.0, 110.0],
                BoundingBoxBottomRightHandCorner=[120.0, 120.0],
                BoundingBoxTextHorizontalJustification="LEFT",
                AnchorPointAnnotationUnits="PIXEL",
                AnchorPoint=[90.0, 98.0],
                AnchorPointVisibility="Y",
            )
        ],
    )


def over_the_head(folder: Path, slices: int, size: int) -> Path:
    """A segmentation and a structure set of the head phantom of :func:`tests.phantoms.folder`, beside it."""
    images = [phantoms.ct(z, of=slices, size=size) for z in range(slices)]
    heads = [phantoms.head(size, 2 * z / slices - 1) for z in range(slices)]
    within = {"Skull": (800, 2000), "Ventricles": (-5, 16), "Lesion": (66, 90)}
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    brain = x**2 + y**2 < 0.3  # without the skin, whose values are those of the lesion
    masks = {
        number: np.stack([(head > low) & (head < high) & (brain | (low > 500)) for head in heads])
        for number, (low, high) in enumerate(within.values(), 1)
    }
    ds = seg(images, masks)
    ds.ContentLabel = "HEAD"
    for one, name in zip(ds.SegmentSequence, within, strict=True):
        one.SegmentLabel = name
    phantoms.save(ds, folder / "seg.dcm")
    rings: dict[str, list[tuple[str, list[float]]]] = {"Target": [], "Margin": [], "Outline": []}
    for z in range(slices):
        shrink = max(0.2, 1.0 - 0.5 * (2 * z / slices - 1) ** 2)
        middle = 0.30 * shrink * 120, 0.40 * shrink * 120
        rings["Target"].append(("CLOSED_PLANAR", circle(12 * shrink, middle, 5.0 * z)))
        rings["Margin"].append(("CLOSED_PLANAR", circle(20 * shrink, middle, 5.0 * z)))
        rings["Outline"].append(("CLOSED_PLANAR", circle(1.0, (0, 0), 5.0 * z, 90)))
        flat = np.array(rings["Outline"][-1][1]).reshape(-1, 3)
        flat[:, 0] *= 0.72 * shrink * 120
        flat[:, 1] *= 0.90 * shrink * 120
        rings["Outline"][-1] = ("CLOSED_PLANAR", [float(f"{part:.3f}") for part in flat.ravel()])
    colours = {"Target": (255, 60, 60), "Margin": (255, 190, 40), "Outline": (80, 200, 255)}
    made = structures([(name, colours[name], contours) for name, contours in rings.items()])
    made.StructureSetLabel = "PLAN"
    phantoms.save(made, folder / "structures.dcm")
    return folder
