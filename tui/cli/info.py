"""``safelight info``: what is there, as a tree with counts, and why files were skipped."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, cells, cut, pad, plural
from tui.cli.spool import spooled
from tui.service.figures import bytes_text
from tui.service.settings import Settings
from tui.service.values import Instance, Library, Patient, Series, Study, printable

CODE, LONG = 16, 64  # cells: the most that a CS and an LO may have (PS3.5 6.2), so that one bad file moves no column


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    settings = compose.settings()
    if options.no_cache:
        settings = replace(settings, catalogue=False)
    if options.sort:
        settings = replace(settings, sort=options.sort)
    with spooled(options.paths, settings.limits) as paths:
        return report(paths, settings, images=options.images, skipped=options.skipped, as_json=options.json)


def report(
    paths: list[str], settings: Settings, *, images: bool = False, skipped: bool = False, as_json: bool = False
) -> int:
    """Scan and print; returns the exit code."""
    session = Session(settings, {"index"})
    session.open(paths)
    library = session.state.library
    if as_json:
        # ASCII alone: every byte that a terminal obeys is escaped, and a path that is no UTF-8 survives
        print(json.dumps(as_data(library), ensure_ascii=True, indent=2))
    else:
        for line in lines(library, images=images, skipped=skipped):
            print(line)
    if not library.patients:
        return NOTHING_READABLE
    return SOME_FAILED if session.refused() else DONE


# ---------------------------------------------------------------------------------------------- for programs


def as_data(library: Library) -> dict[str, Any]:
    """The library in the shapes of ``--json``: attributes by keyword, paths as they are."""
    return {
        "patients": [_patient_data(patient) for patient in library.patients],
        "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in library.skipped],
    }


def _patient_data(patient: Patient) -> dict[str, Any]:
    first = patient.first
    return {
        "PatientName": first.patient_name,
        "PatientID": first.patient_id,
        "IssuerOfPatientID": first.issuer,
        "PatientBirthDate": first.birth_date,
        "PatientSex": first.sex,
        "studies": [_study_data(study) for study in patient.studies],
    }


def _study_data(study: Study) -> dict[str, Any]:
    first = study.first
    return {
        "StudyInstanceUID": first.study_uid,
        "StudyID": first.study_id,
        "StudyDate": first.study_date,
        "StudyTime": first.study_time,
        "StudyDescription": first.study_description,
        "AccessionNumber": first.accession_number,
        "series": [_series_data(series) for series in study.series],
    }


def _series_data(series: Series) -> dict[str, Any]:
    first = series.first
    return {
        "SeriesInstanceUID": first.series_uid,
        "SeriesNumber": first.series_number,
        "SeriesDate": first.series_date,
        "SeriesTime": first.series_time,
        "SeriesDescription": first.series_description,
        "Modality": first.modality,
        "BodyPartExamined": first.body_part,
        "stacks": [{"label": one.label, "first": one.start, "count": one.stop - one.start} for one in series.stacks],
        "notes": list(series.notes),
        "frames": series.frames,
        "size": series.size,
        "instances": [_instance_data(instance) for instance in series.instances],
    }


def _instance_data(instance: Instance) -> dict[str, Any]:
    data: dict[str, Any] = {"path": instance.ref.path}
    if instance.ref.member:
        data["member"] = instance.ref.member
    return data | {
        "sop_instance_uid": instance.sop_instance_uid,
        "number": instance.number,
        "frames": instance.frames,
        "size": instance.size,
    }


# ---------------------------------------------------------------------------------------------- for people


def lines(library: Library, *, images: bool = False, skipped: bool = False) -> Iterator[str]:
    """The report: a tree, a line of sums, and the reasons."""
    every = [series for patient in library.patients for study in patient.studies for series in study.series]
    widths = [
        max((cells(column) for column in columns), default=0) for columns in zip(*map(_columns, every), strict=True)
    ]
    for patient in library.patients:
        first = patient.first
        yield ", ".join(part for part in (first.patient_name or "(no name)", first.patient_id, first.sex) if part)
        for study in patient.studies:
            yield "  " + _study_line(study)
            for series in study.series:
                yield "    " + _joined(_columns(series), widths)
                yield from (f"      {cut(stack.label, LONG)}: {plural(stack.stop - stack.start, 'file')}"
                            for stack in series.stacks)  # fmt: skip
                yield from (f"      ! {note}" for note in series.notes)
                if images:
                    yield from (f"      {_image_line(instance)}" for instance in series.instances)
        yield ""
    yield _sums(library, every)
    yield from _reasons(library, skipped)


def _study_line(study: Study) -> str:
    first = study.first
    parts = (_date(first.study_date), _time(first.study_time), first.study_description or "(no description)")
    return "  ".join(part for part in parts if part)


def _columns(series: Series) -> tuple[str, ...]:
    first = series.first
    number = "" if first.series_number is None else str(first.series_number)
    sizes = {(instance.columns, instance.rows) for instance in series.instances if instance.rows}
    size = f"{next(iter(sizes))[0]}x{next(iter(sizes))[1]}" if len(sizes) == 1 else "several sizes" if sizes else ""
    return (
        number,
        cut(first.modality, CODE),
        cut(first.series_description, LONG) or "(no description)",
        plural(len(series.instances), "file"),
        plural(series.frames, "picture"),
        bytes_text(series.size),
        size,
    )


def _joined(columns: tuple[str, ...], widths: list[int]) -> str:
    number, modality, description, files, pictures, stored, size = columns
    parts = (
        number.rjust(widths[0]),
        pad(modality, widths[1]),
        pad(description, widths[2]),
        files.rjust(widths[3]),
        pictures.rjust(widths[4]),
        stored.rjust(widths[5]),
        size,
    )
    return "  ".join(parts).rstrip()


def _image_line(instance: Instance) -> str:
    number = "" if instance.number is None else str(instance.number)
    frames = f"  {plural(instance.frames, 'frame')}" if instance.frames > 1 else ""
    member = f" {printable(instance.ref.member)}" if instance.ref.member else ""
    return f"{number:>5}  {printable(instance.ref.path)}{member}{frames}"


def _sums(library: Library, every: list[Series]) -> str:
    if not every:
        return "No DICOM file was found."
    studies = sum(len(patient.studies) for patient in library.patients)
    files = plural(sum(len(series.instances) for series in every), "DICOM file")
    series_of = f"{plural(len(every), 'series', 'series')}, {plural(studies, 'study', 'studies')}"
    pictures = plural(sum(series.frames for series in every), "picture")
    stored = bytes_text(sum(series.size for series in every))
    return f"{files} in {series_of}, {plural(len(library.patients), 'patient')}; {pictures}, {stored}."


def _reasons(library: Library, each: bool) -> Iterator[str]:
    if not library.skipped:
        return
    yield f"{plural(len(library.skipped), 'file')} skipped:"
    counts = Counter(skipped.reason for skipped in library.skipped)
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>6,}  {printable(reason)}"
        if each:
            yield from (f"          {printable(s.path)}" for s in library.skipped if s.reason == reason)


def _date(date: str) -> str:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date


def _time(time: str) -> str:
    return f"{time[:2]}:{time[2:4]}" if len(time) >= 4 and time[:4].isdigit() else time
