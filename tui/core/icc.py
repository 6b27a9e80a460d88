"""Colours by the file's ICC profile to sRGB, which is what terminals show (PS3.3 C.11.15)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.core.attributes import group, text, value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

_LARGEST = 16 * 2**20  # bytes of a profile
_UNUSABLE = "The ICC profile cannot be used, so colours are shown as they are stored."


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """From the colours of one profile to sRGB."""

    transform: Any

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Converted picture: uint8, shape (rows, columns, 3)."""
        from PIL import Image, ImageCms

        image = Image.fromarray(np.ascontiguousarray(rgb))
        return np.asarray(ImageCms.applyTransform(image, self.transform))


def conversion(dataset: Dataset, frame: int = 0) -> tuple[Conversion | None, str]:
    """How to convert the colours of a frame, and a sentence where its profile cannot be used or is missing."""
    profile = _profile(dataset, frame)
    if profile is None:
        space = text(dataset, "ColorSpace").upper()
        if space in ("", "SRGB"):
            return None, ""
        return None, f"The colours are {space[:16]}, without its ICC profile: they are shown as sRGB."
    transform = _transform(profile) if len(profile) <= _LARGEST else None
    return (Conversion(transform), "") if transform is not None else (None, _UNUSABLE)


def profiled(dataset: Dataset, frame: int = 0) -> bool:
    """Whether the colours of a frame have a profile, usable or not."""
    return _profile(dataset, frame) is not None


def _profile(dataset: Dataset, frame: int) -> bytes | None:
    """ICC Profile of the image, else of the optical path of the frame (PS3.3 C.8.12.5), else of the first path."""
    found = value(dataset, "ICCProfile")
    if found is None:
        from pydicom.sequence import Sequence

        paths = value(dataset, "OpticalPathSequence")
        named = group(dataset, "OpticalPathIdentificationSequence", frame)
        wanted = text(named, "OpticalPathIdentifier") if named is not None else ""
        items = list(paths) if isinstance(paths, Sequence) else []
        items.sort(key=lambda item: not wanted or text(item, "OpticalPathIdentifier") != wanted)
        found = next((profile for item in items if (profile := value(item, "ICCProfile")) is not None), None)
    return found if isinstance(found, bytes) else None


@lru_cache(maxsize=4)
def _transform(profile: bytes) -> Any:
    """The transform of a profile for 8-bit RGB, by its own rendering intent; None if broken or of other colours."""
    from PIL import ImageCms

    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        intent = ImageCms.Intent(ImageCms.getDefaultIntent(opened))
        return ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), "RGB", "RGB", intent)
    except (ImageCms.PyCMSError, ImportError, OSError, ValueError, TypeError):
        return None
