"""``safelight convert``: pictures and documents to DICOM, and DICOM to another transfer syntax."""

from __future__ import annotations

import argparse
from pathlib import Path

from tui import compose
from tui.cli.session import Session
from tui.cli.writing import Writer
from tui.core import descriptions
from tui.core.recipe import Pairs, Recipe
from tui.errors import UsageError
from tui.service import actions as act
from tui.service.values import printable

_FLAGS = {
    "patient_name": "PatientName", "patient_id": "PatientID", "birth_date": "PatientBirthDate", "sex": "PatientSex",
    "study_date": "StudyDate", "study_time": "StudyTime", "study_description": "StudyDescription",
    "accession": "AccessionNumber", "series_description": "SeriesDescription", "modality": "Modality",
    "body_part": "BodyPartExamined", "pixel_spacing": "PixelSpacing",
}  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    settings = compose.settings()
    wanted = Recipe(
        values=_values(options),
        table=_table(options.csv),
        from_name=options.from_name,
        like=options.like,
        template=options.template,
        transfer_syntax=options.transfer_syntax,
        conversion=options.conversion_type,
        burned_in=not options.no_burned_in,
        upright=options.upright,
        rate=options.rate,
    )
    descriptions.check(wanted)
    name = options.output if options.output.lower().endswith(".dcm") else ""
    session = Session(settings, {"write"})
    writer = Writer(session, as_json=options.json)
    folder = "" if name else options.output
    writer.write(act.Convert(tuple(options.paths), wanted, folder, name, options.csv))
    return writer.outcome()


def _values(options: argparse.Namespace) -> Pairs:
    found = {keyword: getattr(options, flag) for flag, keyword in _FLAGS.items() if getattr(options, flag)}
    for word in options.set:
        keyword, equals, value = word.partition("=")
        if not equals:
            raise UsageError("--set takes KEYWORD=VALUE", "Such as --set Laterality=L.")
        found[keyword] = value
    if "PixelSpacing" in found:
        found["PixelSpacing"] = found["PixelSpacing"].replace(",", "\\")
    return tuple(found.items())


def _table(path: str) -> tuple[tuple[str, Pairs], ...]:
    if not path:
        return ()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"the table {printable(path)} cannot be read", "It is a CSV file in UTF-8.") from error
    return descriptions.from_csv(text)
