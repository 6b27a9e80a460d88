"""Safelight: look at DICOM in a terminal without exposing the patient."""

__version__ = "0.1.0"
