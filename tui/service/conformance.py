"""The conformance statement that PS3.15 E.1.3 asks of a de-identifier, for the options that are chosen."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from tui.core.deidentify.options import Options
from tui.core.deidentify.table import EDITION, digest

WIDTH = 100


def statement(options: Options) -> Iterator[str]:
    """The eight items, a paragraph each."""
    codes = "; ".join(f"{code} {meaning}" for code, meaning in options.codes)
    private = "All private attributes" + (
        " but those of Table E.3.10-1 and of the user's list" if options.keep_safe_private else ""
    )
    dates = {
        "REMOVED": "Dates and times are removed or replaced as the table says.",
        "MODIFIED": "Dates are moved back by whole days, between 365 and 3650, the same number for all of a patient's.",
        "UNMODIFIED": "Dates and times stay; the date of birth does not.",
    }[options.longitudinal]
    items = (
        ("Attributes removed or replaced", f"All of PS3.15 Table E.1-1 ({EDITION}, SHA-256 {digest()}) at any depth, "
         f"by the column of the Basic Profile and those of the options. {private}, attributes that PS3.6 does not know,"
         f" unlisted persons, overlays and curves, file meta information, preamble and what stands behind the data set "
         f"are removed. {dates}"),
        ("Dummy values", "ANON for text, 19000101 and 000000 for dates and times, 000Y for ages, 0 for numbers, two "
         "zero bytes for binary values, urn:anon for addresses, one item with the Type 1 content alone for sequences, "
         "a blank page for documents. Patient's Name and Patient ID become P- and ten letters of a keyed hash."),
        ("Encrypted attributes", "None are kept; those of the original are removed with its signatures."),
        ("Referential integrity", "UIDs are replaced by a keyed hash: all objects that are de-identified with one key "
         "refer to each other as their originals do; without a project key, those of one session."),
        ("Attributes inserted", "Patient Identity Removed (0012,0062), De-identification Method (0012,0063) and its "
         "Code Sequence (0012,0064), Longitudinal Temporal Information Modified (0028,0303); Burned In Annotation "
         "(0028,0301) NO where a rule or a person has cleared the picture."),
        ("Transfer syntaxes", "All of storage objects but video. The transfer syntax stays; compressed pixels in which "
         "rectangles are blanked are stored as explicit VR little endian."),
        ("Profile and options", f"{codes}. Clean Pixel Data (113101) where rectangles are given. Clean Recognizable "
         "Visual Features (113102) is never claimed."),
        ("Restrictions", "DICOMDIR, video and sound are refused; pictures that say that text is burned in are, until a "
         "rule or a person clears them. Every copy is read again and compared with its original before it gets its "
         "name; one that does not pass is put aside."),
    )  # fmt: skip
    for number, (title, text) in enumerate(items, 1):
        yield fill(f"{number}. {title}. {text}", WIDTH, subsequent_indent="   ")
