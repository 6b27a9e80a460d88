"""What an object without a picture is, in a few plain words, by its SOP Class (PS3.4 B.5)."""

from __future__ import annotations

_ROOT = "1.2.840.10008."
_STORAGE = _ROOT + "5.1.4.1.1."
_KINDS = (  # beginnings of SOP Class UIDs, the longer before the shorter
    (_STORAGE + "88.59", "a key object selection: it points to images"),
    (_STORAGE + "88.", "a structured report"),
    (_STORAGE + "104.1", "a PDF document"),
    (_STORAGE + "104.2", "a CDA document"),
    (_STORAGE + "104.", "a 3D model"),
    (_STORAGE + "481.3", "a set of contours for radiotherapy (RT Structure Set)"),
    (_STORAGE + "481.5", "a plan for radiotherapy (RT Plan)"),
    (_STORAGE + "481.8", "a plan for ion radiotherapy (RT Ion Plan)"),
    (_STORAGE + "481.", "an object of radiotherapy"),
    (_STORAGE + "11.", "a presentation state: how other images are to be shown"),
    (_STORAGE + "66.1", "a registration between images"),
    (_STORAGE + "66.3", "a registration between images"),
    (_STORAGE + "66.5", "a surface segmentation"),
    (_STORAGE + "66.6", "a set of tracks (tractography)"),
    (_STORAGE + "66", "raw data of the device"),
    (_STORAGE + "67", "a mapping of stored to real-world values"),
    (_STORAGE + "9.", "a recording of waveforms"),
    (_STORAGE + "4.2", "spectra (MR spectroscopy)"),
    (_STORAGE + "78.", "a measurement of the eye"),
    (_STORAGE + "79.", "a measurement of the eye"),
    (_STORAGE + "200.", "a protocol of the device"),
    (_STORAGE + "201.", "a protocol of the device"),
    (_ROOT + "5.1.4.38.", "a hanging protocol"),
    (_ROOT + "1.3.10", "a directory of files (DICOMDIR)"),
)


def of(sop_class_uid: str) -> str:
    """The kind with its article, or empty for an image, a private or an unknown class."""
    return next((kind for beginning, kind in _KINDS if sop_class_uid.startswith(beginning)), "")
