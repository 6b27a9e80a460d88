"""The options of the commands about tags: ``tags``, ``diff``, ``summary``, ``validate``, ``edit``."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tui.cli.words import parser as _parser


def _tags() -> argparse.ArgumentParser:
    parser = _parser(
        "tags",
        "Print the tags of one file.",
        "QUERY is words to be found in tag, keyword, name or value; !word must not be found. tag:0028, vr:DS,\n"
        "name:position and value:head look in one of them, is:private, is:empty, is:sequence ask what an element is,\n"
        "and a word between slashes is a regular expression: 'value:/^1\\.2\\./'.",
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("query", nargs="*", metavar="QUERY")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="a JSON list")
    forms.add_argument("--csv", action="store_true", help="a CSV table")
    forms.add_argument("--dicom-json", action="store_true", help="the DICOM JSON Model (PS3.18 Annex F)")
    parser.add_argument("--value", metavar="TAG", help="only the whole value of one element, by keyword, tag or path")
    return parser


def _diff() -> argparse.ArgumentParser:
    parser = _parser(
        "diff",
        "Print what differs between files: their elements side by side, sequences item by item, and the pixels.\n"
        "Of folders, or with --series, which attributes are constant, varying or missing over all images.",
        "exit code 1: they differ",
        takes="PATH",
    )
    parser.add_argument("--series", action="store_true", help="all images of the paths as one table")
    parser.add_argument("--all", action="store_true", help="with --series: constant attributes, too")
    parser.add_argument("--no-pixels", action="store_true", help="do not compare the pixels")
    parser.add_argument("--json", action="store_true", help="a JSON object")
    return parser


def _summary() -> argparse.ArgumentParser:
    parser = _parser(
        "summary",
        "Print patient, study, series, equipment and image on one sheet for each series, by its first image.\n"
        "An attribute that the file does not have is said to be missing, one without a value empty.",
        takes="PATH",
    )
    parser.add_argument("--json", action="store_true", help="a JSON list")
    return parser


def _validate() -> argparse.ArgumentParser:
    parser = _parser(
        "validate",
        "Print what is wrong with files, by dciodvfy of dicom3tools where it is installed, and by own checks: order\n"
        "of tags, doubled tags, VRs and values (PS3.5); without dciodvfy also attributes that are missing from\n"
        "the modules of the file's IOD (PS3.3): of Types 1 and 2, and of 1C and 2C where the file tells that their\n"
        "condition holds. The others of these are listed as open.",
        "exit code 1: there is an error",
        takes="PATH",
    )
    parser.add_argument("--json", action="store_true", help="a JSON object a line for each file")
    return parser


def _edit() -> argparse.ArgumentParser:
    parser = _parser(
        "edit",
        "Write edited copies. What is not edited is copied byte for byte, pixels and transfer syntax included.",
        "TAG is a keyword, (gggg,eeee), or a path such as RequestAttributesSequence[0].ScheduledProcedureStepID.\n"
        "An element that no dictionary knows needs its VR: (0029,1010):LO=VALUE.\n"
        "VALUE may hold {n} {patient} {study} {series} (numbers; {n:04} pads with zeros), {file} {folder}, and\n"
        "{Keyword}. The first column of a CSV table is the key (file, or a keyword such as PatientID), the others are\n"
        "named by the attributes that they set; an empty cell leaves the attribute as it is.",
        takes="PATH",
    )
    parser.add_argument("--set", action="append", default=[], metavar="TAG=VALUE", help="also adds what is not there")
    parser.add_argument("--delete", action="append", default=[], metavar="TAG", help="also an item: Sequence[0]")
    parser.add_argument("--replace", action="append", default=[], nargs=3, metavar=("TAG", "PATTERN", "NEW"),
                        help="by regular expression")  # fmt: skip
    parser.add_argument("--csv", default="", metavar="FILE", help="values from a table")
    parser.add_argument("--from-name", default="", metavar="PATTERN",
                        help="a regular expression on file names; its named groups are fields of VALUE")  # fmt: skip
    parser.add_argument("--new-uids", action="store_true",
                        help="new UIDs for studies, series, images, frames of reference, wherever named")  # fmt: skip
    parser.add_argument("--start", type=int, default=1, metavar="N", help="where the counters begin (1)")
    parser.add_argument("-o", "--output", default="", metavar="DIR", help="where to")
    parser.add_argument("--in-place", action="store_true", help="instead of -o: each file, kept beside as FILE.bak")
    parser.add_argument("--dry-run", action="store_true", help="print what would change, and write nothing")
    parser.add_argument("--json", action="store_true", help="a JSON object a line for each file")
    return parser


PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "tags": _tags,
    "diff": _diff,
    "summary": _summary,
    "validate": _validate,
    "edit": _edit,
}
MODULES = {command: command for command in PARSERS}
