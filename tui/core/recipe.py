"""How pictures become DICOM: one value, which costs nothing to import."""

from __future__ import annotations

from tui.frozen import frozen

Pairs = tuple[tuple[str, str], ...]


@frozen
class Recipe:
    """How pictures become DICOM.

    Attributes
    ----------
    values
        Keyword and text of attributes, the strongest; several values are separated by a backslash.
    table
        File name to such pairs, from a CSV file.
    from_name
        Pattern of the file names, such as ``{PatientID}_{StudyDate}``; what stands at a keyword becomes its value.
    like
        A DICOM file whose patient and study the pictures join.
    template
        A DICOM file whose SOP Class and other attributes they take.
    transfer_syntax
        One of :data:`tui.core.encoders.SYNTAXES`; empty leaves JPEG as it is and writes all else native.
    conversion
        Conversion Type (PS3.3 C.8.6.1).
    burned_in
        Whether text may be burned into the pixels; what nobody has looked at may hold some.
    rate
        Pictures a second of moving pictures, where the file does not say.
    upright
        Turn photographs as the camera says, also a JPEG, which then is decoded; else its own bytes are kept.
    """

    values: Pairs = ()
    table: tuple[tuple[str, Pairs], ...] = ()
    from_name: str = ""
    like: str = ""
    template: str = ""
    transfer_syntax: str = ""
    conversion: str = "WSD"
    burned_in: bool = True
    rate: float = 0.0
    upright: bool = False
