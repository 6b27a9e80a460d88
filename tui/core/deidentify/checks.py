"""What is refused, and what the user must know of a copy that is written: sentences with the code of their rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.core.deidentify import elements, pixels
from tui.errors import RefusedError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_UID = re.compile(r"[0-9.]{1,64}")
_CLASSES = "1.2.840.10008.5.1.4.1.1."
_DICOMDIR = "1.2.840.10008.1.3.10"
_AUDIO = frozenset((_CLASSES + "9.4.1", _CLASSES + "9.4.2"))
_VIDEO = tuple(f"1.2.840.10008.1.2.4.{n}" for n in range(100, 109))
_VIDEO_STREAM = "1.2.840.10008.1.2.7."
_MAY_HOLD_TEXT = frozenset(("US", "ES", "XC", "GM", "OP", "SC", "OT"))
_CAPTURES = (_CLASSES + "7", _CLASSES + "7.1", _CLASSES + "7.2", _CLASSES + "7.3", _CLASSES + "7.4")
NO_PATIENT_ID = "The file has no Patient ID; its study stands for the patient."
_HEADS = ("HEAD", "BRAIN", "FACE", "SKULL", "HEADNECK", "IAC", "ORBIT", "SINUS")


def refuse(dataset: Dataset, sop_class: str, transfer_syntax: str) -> None:
    """Stop at an object that cannot be made safe.

    Raises
    ------
    RefusedError
        With a sentence that starts with the code of the rule and holds no value.
    """
    if sop_class == _DICOMDIR or 0x00041220 in dataset:
        raise RefusedError("R08: a DICOMDIR is not copied, because it holds the names of its patients")
    if not _UID.fullmatch(sop_class) or not _UID.fullmatch(transfer_syntax):
        raise RefusedError("R09: the file does not say what kind of object it is (SOP Class UID)")
    if elements.is_damaged(dataset) or (pixels.is_encapsulated(dataset) and not pixels.is_framed(dataset)):
        raise RefusedError("R09: the pixels or their description are damaged")
    if elements.first(dataset, 0x00280301).upper() == "YES" and pixels.has_pixels(dataset):
        raise RefusedError(
            "R01: the file says that text is burned into the picture",
            "Give a rule for it with --clean-pixels, or lay boxes over it with B.",
        )
    if is_video(transfer_syntax):
        raise RefusedError("R07: video cannot be looked through for what it shows")
    if sop_class in _AUDIO or _has_audio(dataset):
        raise RefusedError("R07: sound cannot be looked through for what is said")


def is_special(sop_class: str) -> bool:
    """Whether a SOP Class is refused as a whole."""
    return sop_class == _DICOMDIR or sop_class in _AUDIO


def is_video(transfer_syntax: str) -> bool:
    """Whether the pixels are, or are said to be, a video."""
    return transfer_syntax.startswith((*_VIDEO, _VIDEO_STREAM))


def _has_audio(dataset: Dataset) -> bool:
    """Whether a waveform is in a code for speech: mu-law or A-law (PS3.3 C.10.9.1.5)."""
    if 0x54000100 not in dataset:
        return False
    groups = elements.items(dataset, 0x54000100) or []
    return any(elements.first(group, 0x54001006) in ("MB", "AB") for group in groups)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the warnings depend on, as text: first values, but all of the Image Type."""

    sop_class: str
    modality: str
    image_type: str
    series_description: str
    burned_in: str
    recognizable: str
    thickness: str
    body_part: str
    removed: str
    has_pixels: bool
    has_document: bool
    has_content: bool


def facts(dataset: Dataset, sop_class: str) -> Facts:
    """The facts of a data set."""
    texts = [elements.first(dataset, tag) for tag in (0x00080060, 0x0008103E, 0x00280301, 0x00280302)]
    modality, description, burned_in, recognizable = texts
    return Facts(
        sop_class,
        modality,
        " ".join(elements.values(dataset, 0x00080008)),
        description,
        burned_in,
        recognizable,
        elements.first(dataset, 0x00180050),
        elements.first(dataset, 0x00180015),
        elements.first(dataset, 0x00120062),
        pixels.has_pixels(dataset),
        0x00420011 in dataset,
        0x0040A730 in dataset,
    )


@lru_cache(maxsize=256)
def warnings(of: Facts, *, replaced: bool = True) -> tuple[str, ...]:
    """Sentences about an object that is copied, from its header before de-identification.

    Parameters
    ----------
    replaced
        Whether structured content is replaced instead of cleaned.
    """
    sentences = []
    if of.has_pixels and not of.burned_in and _may_hold_text(of):
        sentences.append("R02: text burned into the picture was not looked for.")
    if _may_show_face(of):
        sentences.append("R03: a face may be recognized in the pictures.")
    if of.has_document:
        sentences.append("R04: the document was replaced with a blank one.")
    if of.has_content and replaced:
        sentences.append("R05: the content of the report was replaced.")
    if not of.sop_class.startswith("1.2.840.10008."):
        sentences.append("R06: the object is of a private kind; only what the standard knows was kept.")
    if of.removed.upper() == "YES":
        sentences.append("R10: the file was de-identified before; it was done again.")
    return tuple(sentences)


def _may_hold_text(of: Facts) -> bool:
    return (
        of.modality in _MAY_HOLD_TEXT
        or of.sop_class in _CAPTURES
        or "SCREEN SAVE" in of.image_type.upper()
        or "DOSE" in of.series_description.upper()
    )


def _may_show_face(of: Facts) -> bool:
    if of.recognizable.upper() == "YES" or (of.modality == "XC" and of.has_pixels):  # XC: a photograph from outside
        return True
    if of.modality not in ("CT", "MR") or not of.has_pixels:
        return False
    try:
        thickness = float(of.thickness or "inf")
    except ValueError:
        return False
    return thickness <= 1.5 and of.body_part.upper().startswith(_HEADS)
