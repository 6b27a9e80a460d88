"""What is said of pictures that become DICOM: by options, a table, the names of the files, or another object."""

from __future__ import annotations

import csv
import io
import re

from tui.core.printable import printable
from tui.core.recipe import Pairs, Recipe
from tui.errors import UsageError

CONVERSIONS = ("DV", "DI", "DF", "WSD", "SD", "SI", "DRW", "SYN")  # PS3.3 C.8.6.1
PICTURES = ("png", "jpg", "jpeg", "tif", "tiff", "bmp", "webp", "gif", "mp4", "npy", "pdf")
_FIELD = re.compile(r"\{(\w+)\}")
_NEVER = frozenset(  # what the picture itself decides
    ("PixelData", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "SamplesPerPixel", "NumberOfFrames",
     "PixelRepresentation", "PhotometricInterpretation", "PlanarConfiguration", "SOPClassUID", "SOPInstanceUID",
     "TransferSyntaxUID", "SpecificCharacterSet", "EncapsulatedDocument", "MIMETypeOfEncapsulatedDocument")
)  # fmt: skip


def known_keyword(keyword: str) -> None:
    """Raise for a keyword that PS3.6 does not have, or that the picture itself decides.

    Raises
    ------
    tui.errors.UsageError
    """
    from pydicom.datadict import tag_for_keyword

    if tag_for_keyword(keyword) is None:
        hint = "Keywords are those of PS3.6, such as PatientID."
        raise UsageError(f"There is no attribute {printable(keyword, 64)}", hint)
    if keyword in _NEVER:
        raise UsageError(f"{keyword} follows from the picture and cannot be given")


def from_csv(text: str) -> tuple[tuple[str, Pairs], ...]:
    """The rows of a CSV file with headings: the first column has the file's name, the others are keywords.

    Raises
    ------
    tui.errors.UsageError
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    if not rows or len(rows[0]) < 2:
        raise UsageError("The table has no headings", "Its first line is: file,PatientID,… with keywords of PS3.6.")
    keywords = [cell.strip() for cell in rows[0][1:]]
    for keyword in keywords:
        known_keyword(keyword)
    return tuple(
        (row[0].strip(), tuple((k, v.strip()) for k, v in zip(keywords, row[1:], strict=False) if v.strip()))
        for row in rows[1:]
        if row and row[0].strip()
    )


def pattern(words: str) -> re.Pattern[str]:
    """A pattern of file names as a regular expression.

    Raises
    ------
    tui.errors.UsageError
    """
    keywords = _FIELD.findall(words)
    if not keywords or len(set(keywords)) < len(keywords):
        raise UsageError("The pattern names no attribute, or one twice", "It is like {PatientID}_{StudyDate}.")
    for keyword in keywords:
        known_keyword(keyword)
    parts = _FIELD.split(words)
    return re.compile(
        "".join(f"(?P<{part}>{_shape(part)})" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    )


def _shape(keyword: str) -> str:
    """What a value of the attribute looks like, so that ``A_7_20260102`` is understood (PS3.5 6.2)."""
    from pydicom.datadict import dictionary_VR

    return {"DA": r"\d{8}", "TM": r"\d{2,6}", "IS": r"[+-]?\d+", "AS": r"\d{3}[DWMY]"}.get(
        dictionary_VR(keyword), ".+?"
    )


def read_name(words: str, stem: str) -> Pairs:
    """The values in a file's name, without its ending.

    Raises
    ------
    tui.errors.UsageError
        The name does not follow the pattern.
    """
    found = pattern(words).fullmatch(stem)
    if found is None:
        raise UsageError("The file's name does not follow the pattern", "Rename it, or give the values in a table.")
    return tuple(found.groupdict().items())


def natural(path: str) -> tuple[tuple[tuple[bool, int, str], ...], str]:
    """Sort key of paths in which 2 comes before 10; folders one after another."""
    parts = re.split(r"(\d+)", path.casefold())
    return tuple((part.isdigit(), int(part) if part.isdigit() and part.isascii() else 0, part) for part in parts), path


def chosen(recipe: Recipe, name: str, stem: str) -> dict[str, str]:
    """All that the recipe says of a file; what is more particular counts: table before name before options.

    Parameters
    ----------
    name, stem
        Of the file, with and without its ending.
    """
    values = dict(recipe.values)
    if recipe.from_name:
        values |= dict(read_name(recipe.from_name, stem))
    rows = dict(recipe.table)
    if recipe.table:
        if name not in rows and stem not in rows:
            raise UsageError("The table has no line for the file", "Its first column has the file names.")
        values |= dict(rows.get(name, rows.get(stem, ())))
    return values


def check(recipe: Recipe) -> None:
    """Raise for a recipe that cannot be followed.

    Raises
    ------
    tui.errors.UsageError
    """
    from tui.core.encoders import uid_of

    for keyword, _ in recipe.values:
        known_keyword(keyword)
    if recipe.from_name:
        pattern(recipe.from_name)
    if recipe.transfer_syntax:
        uid_of(recipe.transfer_syntax)
    if recipe.conversion not in CONVERSIONS:
        raise UsageError("There is no such conversion type", f"There are: {', '.join(CONVERSIONS)}.")
