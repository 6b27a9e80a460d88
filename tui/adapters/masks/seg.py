"""DICOM Segmentation (PS3.3 A.51) of a mask, binary, that refers to the images it was made from."""

from __future__ import annotations

import copy
import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tui import __version__
from tui.errors import GeometryError, MissingExtraError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from tui.core.mask import MaskStack
    from tui.core.quantities import Recipe

_NEEDED = ("PatientID", "PatientName", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_EMPTY = (
    "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID", "StudyDate", "StudyTime", "ReferringPhysicianName",
)  # fmt: skip


class Seg:
    """One object for all slices. The images' patient and study are those of the segmentation."""

    suffix = ".dcm"
    slices = True

    def encode(self, stack: MaskStack) -> bytes:
        """The bytes of a file.

        Raises
        ------
        tui.errors.GeometryError
            The mask is empty, or the images have no frame of reference.
        tui.errors.MissingExtraError
        """
        if find_spec("highdicom") is None:
            raise MissingExtraError("DICOM SEG needs highdicom", "`uv tool install 'safelight[seg]'` installs it.")
        import highdicom
        from pydicom.sr.codedict import codes

        sources = _sources(stack)
        if not stack.masks.any():
            raise GeometryError("The mask is empty, and a DICOM SEG holds at least one frame", "Change the range.")
        name = f"{stack.recipe.low:g} to {stack.recipe.high:g}"
        algorithm = highdicom.AlgorithmIdentificationSequence(
            name="Safelight threshold", version=__version__, family=codes.cid7162.MorphologicalOperations,
            parameters=_parameters(stack.recipe),
        )  # fmt: skip
        description = highdicom.seg.SegmentDescription(
            segment_number=1,
            segment_label=f"Range {name}",
            segmented_property_category=codes.SCT.Tissue,
            segmented_property_type=codes.SCT.Tissue,
            algorithm_type="SEMIAUTOMATIC",
            algorithm_identification=algorithm,
        )
        made = highdicom.seg.Segmentation(
            source_images=sources,
            pixel_array=stack.masks,
            segmentation_type="BINARY",
            segment_descriptions=[description],
            series_instance_uid=highdicom.UID(),
            series_number=9000,
            sop_instance_uid=highdicom.UID(),
            instance_number=1,
            manufacturer="Safelight",
            manufacturer_model_name="Safelight",
            software_versions=__version__,
            device_serial_number="0",
            content_label="MASK",
            content_description=f"Values {name}"[:64],
        )
        out = io.BytesIO()
        made.save_as(out)
        return out.getvalue()


def _sources(stack: MaskStack) -> list[Any]:
    """The headers, each instance once, with what a segmentation copies from them."""
    sources: dict[int, Dataset] = {}
    for dataset, _ in stack.frames:
        missing = [keyword for keyword in _NEEDED if keyword not in dataset]
        if missing:
            raise GeometryError(f"The images lack {missing[0]}, which a DICOM SEG refers to", "Write .npy instead.")
        if id(dataset) not in sources:
            sources[id(dataset)] = _completed(dataset)
    return list(sources.values())


def _completed(dataset: Dataset) -> Dataset:
    """A copy with empty values where a required attribute is missing (type 2)."""
    whole = copy.copy(dataset)
    for keyword in _EMPTY:
        if keyword not in whole:
            setattr(whole, keyword, None)
    return whole


def _parameters(recipe: Recipe) -> dict[str, str]:
    """The recipe in words, for the record."""
    unit = "mm" if recipe.millimetres else "px"
    return {
        "range": f"{recipe.low:g} {recipe.high:g}",
        "fill": "yes" if recipe.fill else "no",
        "opening": f"{recipe.opening:g} {unit}",
        "closing": f"{recipe.closing:g} {unit}",
        "largest": "yes" if recipe.largest else "no",
        "smallest": f"{recipe.smallest:g}",
        "volume": "yes" if recipe.volume else "no",
    }


MASK_FORMAT = Seg()
