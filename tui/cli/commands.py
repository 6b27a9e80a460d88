"""The options of each command, and which module carries it out."""

from __future__ import annotations

import argparse
import re
import resource
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from types import FrameType

from tui.cli import overlaywords, tagcommands
from tui.cli.words import parser as _parser
from tui.core.deidentify.options import FLAGS, LISTS


def run(command: str, words: Sequence[str]) -> int:
    """Parse the words of a command and carry it out; the empty command is the browser."""
    parser = _PARSERS[command]()
    options = parser.parse_intermixed_args(_joined(words))
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # pydicom's quote values of the file as they are
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))  # a core file would hold the patient
    module = import_module(f"tui.cli.{_MODULES[command]}")
    before = {number: signal.signal(number, _ended) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        code: int = module.run(options)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code


def _joined(words: Sequence[str]) -> list[str]:
    """``--window -600,1500`` as one word, which argparse would take for two options; a list only after ``=``."""
    joined: list[str] = []
    for word in words:
        if word in LISTS:
            word += "="  # else argparse would take the next path for its value
        if joined and joined[-1] == "--window" and re.match(r"-[\d.]", word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _ended(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # so that the file that is being written is removed on the way out


def _cache_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-cache", action="store_true", help="neither use nor keep the catalogue of earlier visits")


def _screen_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--graphics", metavar="NAME", help="how pictures are drawn; `safelight doctor` lists the names")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    _cache_option(parser)


def _browser() -> argparse.ArgumentParser:
    parser = _parser("", "Look at DICOM in a terminal without exposing the patient.")
    _screen_options(parser)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    return parser


def _demo() -> argparse.ArgumentParser:
    parser = _parser("demo", "Browse a copy of the sample files that pydicom brings. The copy is removed at the end.")
    _screen_options(parser)
    return parser


def _info() -> argparse.ArgumentParser:
    from tui.core.ordering import ORDERS

    parser = _parser(
        "info",
        "Report patients, studies and series with their counts, and why files were skipped.",
        "exit code 1: a PATH itself could not be read; 3: no DICOM file was found",
        takes="PATH",
    )
    parser.add_argument("--images", action="store_true", help="a line for each image, too")
    parser.add_argument("--skipped", action="store_true", help="a line for each file that was skipped, too")
    parser.add_argument("--sort", choices=ORDERS, help="patients, studies and series in this order")
    parser.add_argument("--json", action="store_true", help="everything as one JSON object")
    _cache_option(parser)
    return parser


def _view_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--window",
        metavar="C,W|NAME|auto|file[:N]",
        help="center and width (negative: --window=-600,1500), a preset, percentiles of the picture, or the Nth window "
        "of the file; without it what the file asks for first",
    )
    parser.add_argument("--invert", action="store_true", help="exchange black and white")
    parser.add_argument("--rotate", type=int, choices=(0, 90, 180, 270), help="clockwise, in degrees")
    parser.add_argument("--flip", action="store_true", help="mirror left to right, before the rotation")
    parser.add_argument("--no-overlays", action="store_true", help="without any overlays")
    parser.add_argument("--no-icc", action="store_true", help="colours as stored, not by the file's ICC profile")
    overlaywords.view_words(parser)


def _show() -> argparse.ArgumentParser:
    parser = _parser("show", "Print a picture into this terminal.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--frame", type=_count, default=1, metavar="N", help="which frame, from 1")
    parser.add_argument("--size", type=_size, metavar="COLSxROWS", help="cells to fill; without it the whole terminal")
    parser.add_argument("--graphics", metavar="NAME", help="how it is drawn; `safelight doctor` lists the names")
    _view_options(parser)
    return parser


def _export() -> argparse.ArgumentParser:
    parser = _parser(
        "export",
        "Write pictures as they are displayed, in the full resolution of the image; or their values, or the tags.",
        "FORMAT is png, png16, jpeg, tiff, webp; gif, mp4; npy, npz, nifti; csv, json.\n"
        "PATTERN has the fields {modality} {series} {image} {frame} {index} {body} {stem}; {image:4} has four digits.\n"
        "Prints the path of each file. A taken name gets a number; a name given with -o must be new.",
        takes="PATH",
    )
    parser.add_argument("-o", "--output", default="", metavar="OUT", help="a folder, or for one file its name")
    parser.add_argument("--format", default="", metavar="FORMAT", help="without it as OUT ends, else png")
    parser.add_argument("--frame", type=_frames, default=None, metavar="N|A-B|all",
                        help="which frames, from 1; without it the first, or all where a file holds many")  # fmt: skip
    parser.add_argument("--series", action="append", default=[], metavar="NUMBER|UID", help="only this one; repeatable")
    parser.add_argument("--name", default="", metavar="PATTERN", help="names of the files, without ending")
    parser.add_argument("--values", choices=("stored", "modality"), default="", help="png16, tiff, npy, npz, nifti: "
                        "as stored, or in the modality's units, such as HU")  # fmt: skip
    parser.add_argument("--sheet", type=_size, metavar="COLSxROWS", help="contact sheets of so many pictures each")
    parser.add_argument("--annotate", action="store_true", help="series, image, window and orientation in the picture")
    parser.add_argument("--keep-pixels", action="store_true", help="never resample pixels that are not square")
    parser.add_argument("--max-size", type=_count, default=0, metavar="N", help="longest side in pixels")
    parser.add_argument("--quality", type=_percent, default=90, metavar="N", help="of jpeg, webp and mp4, 1 to 100")
    parser.add_argument("--rate", type=_rate, default=0.0, metavar="N", help="gif, mp4: pictures a second")
    parser.add_argument("--overlays", action="store_true", help="draw all segmentations and structure sets among the "
                        "PATHs over the pictures that they are about")  # fmt: skip
    parser.add_argument("--one-window", action="store_true", help="one window for all, not that of each picture")
    parser.add_argument("--jobs", type=_jobs, default=-1, metavar="N", help="processes; without it as it suits")
    parser.add_argument("--json", action="store_true", help="a JSON object a line for each file")
    _view_options(parser)
    return parser


def _convert() -> argparse.ArgumentParser:
    parser = _parser(
        "convert",
        "Make DICOM of pictures and documents, or write DICOM in another transfer syntax.",
        "IMG is PNG, JPEG (kept as it is), TIFF, BMP, WebP, GIF, MP4, npy, PDF, DICOM, or a folder of such files.\n"
        "SYNTAX is native, implicit, deflated, rle, jpegls, jpeg2000, htj2k; all without loss, which is checked.\n"
        "A CSV has the file names in its first column, and keywords such as PatientID over the others.\n"
        "A run makes one series of each modality, in natural order of the names. Prints the path of each file.",
        takes="IMG",
    )
    parser.add_argument("-o", "--output", default="", metavar="DIR", help="a folder, or for one file a name in .dcm")
    parser.add_argument("--transfer-syntax", default="", metavar="SYNTAX", help="without it JPEG stays, else native")
    for flag, words in (
        ("--patient-name", "Doe^Jane"), ("--patient-id", "ID"), ("--birth-date", "YYYYMMDD"), ("--sex", "M, F or O"),
        ("--study-date", "YYYYMMDD"), ("--study-time", "HHMMSS"), ("--study-description", "TEXT"),
        ("--accession", "NUMBER"),
        ("--series-description", "TEXT"), ("--modality", "such as OT, XC, US"), ("--body-part", "such as HAND"),
        ("--pixel-spacing", "V,H in mm"),
    ):  # fmt: skip
        parser.add_argument(flag, default="", metavar=words)
    parser.add_argument("--set", action="append", default=[], metavar="KEYWORD=VALUE", help="any attribute; repeatable")
    parser.add_argument("--csv", default="", metavar="FILE", help="a table of attributes by file name")
    parser.add_argument("--from-name", default="", metavar="PATTERN", help="such as {PatientID}_{StudyDate}")
    parser.add_argument("--like", default="", metavar="DICOM", help="join the patient and study of this file")
    parser.add_argument(
        "--template", default="", metavar="DICOM", help="take class (CR, DX, CT ...) and attributes of it"
    )
    parser.add_argument("--conversion-type", default="WSD", metavar="TYPE", help="DV, DI, DF, WSD, SD, SI, DRW or SYN")
    parser.add_argument("--no-burned-in", action="store_true", help="someone has looked: no text is in the pixels")
    parser.add_argument("--upright", action="store_true", help="turn a JPEG as its camera says: it is decoded then")
    parser.add_argument("--rate", type=_rate, default=0.0, metavar="N", help="frames a second, where a file has none")
    parser.add_argument("--json", action="store_true", help="a JSON object a line for each file")
    return parser


def _anonymize() -> argparse.ArgumentParser:
    parser = _parser(
        "anonymize",
        "Write copies in which every attribute that PS3.15 Table E.1-1 names for the Basic Profile is removed,\n"
        "emptied or replaced. Each copy is opened again and proved before it gets its name.\n"
        "Text that is burned into the pixels stays, unless a rule of --clean-pixels covers it.",
        "Prints the path of each copy. A run that was interrupted goes on when the same command is given again with\n"
        "the same --key.\n\n"
        "exit code 1: some files were refused, or the run was stopped; 2: some could not be read, the others were\n"
        "copied; 3: none could be, or a copy did not pass its proof and was put aside in DIR.quarantine",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("-o", "--output", default="", metavar="DIR", help="where to; outside of the data")
    parser.add_argument(
        "--key", default="", metavar="FILE", help="with the same key copies belong together; made if it is not there"
    )
    parser.add_argument(
        "--keep-dates", choices=("full", "shift"), default="", help="keep dates, or shift all of a patient's alike"
    )
    parser.add_argument(
        "--clean-pixels",
        default="",
        metavar="RULES",
        help="blank rectangles by rules for devices: Safelight's, a CTP pixel script, or a deid recipe",
    )
    for name, flag, what in FLAGS:
        if flag in LISTS:
            parser.add_argument(
                flag, nargs="?", const="", metavar="=FILE", dest=name, help=f"keep {what}; more of them"
            )
        else:
            parser.add_argument(flag, action="store_true", dest=name, help=f"keep {what}")
    parser.add_argument(
        "--jobs", type=_jobs, default=1, metavar="N", help="how many processes work; 0 as many as cores"
    )
    parser.add_argument("--dry-run", action="store_true", help="do everything but write, and say what would be done")
    parser.add_argument(
        "--report", default="", metavar="FILE", help="write a JSON report, which holds no original value"
    )
    parser.add_argument(
        "--map", default="", metavar="DIR", help="write tables of old and new patient IDs and UIDs, for your eyes only"
    )
    parser.add_argument("--no-sync", action="store_true", help="faster: do not wait until the copies are on the disk")
    parser.add_argument("--conformance", action="store_true", help="print the statement of PS3.15 E.1.3, and end")
    parser.add_argument("--json", action="store_true", help="a JSON object a line for each copy")
    return parser


def _measure() -> argparse.ArgumentParser:
    from tui.cli import measure

    parser = _parser(
        "measure",
        "Measure a picture: values at points, statistics of regions or the whole, lengths and angles.",
        "Columns and rows count from 0. Lengths are in mm where the file has a spacing that can be trusted.",
    )
    measure.parser_words(parser)
    return parser


def _mask() -> argparse.ArgumentParser:
    from tui.cli import mask

    parser = _parser(
        "mask",
        "Make a mask by a range of values: holes filled, opened, closed; say its area or volume, and write it with -o.",
        "PATH is one picture, or the files or the folder of one series.",
    )
    mask.parser_words(parser)
    return parser


def _overlays() -> argparse.ArgumentParser:
    parser = _parser(
        "overlays",
        "List what can be drawn over a picture: segments, contours, presentation states, planes of the file.",
        "Its numbers are those of `--overlay FILE@N,N`. exit code 1: an object cannot be read; 3: nothing was found",
    )
    overlaywords.parser_words(parser)
    return parser


def _doctor() -> argparse.ArgumentParser:
    parser = _parser("doctor", "Report what this terminal and this installation can do. Holds no patient data.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="say how the pixels of these are decoded, or why not")
    parser.add_argument("--graphics", metavar="NAME", help="as the browser would be told")
    return parser


def _config() -> argparse.ArgumentParser:
    parser = _parser("config", "Say where the settings are, what they are, or print a file with all defaults.")
    parser.add_argument("what", choices=("path", "show", "sample"))
    return parser


def _cache() -> argparse.ArgumentParser:
    parser = _parser(
        "cache",
        "Say where the catalogue of earlier visits is and how large; or remove it. It holds patient data.",
    )
    parser.add_argument("what", choices=("path", "clear"))
    return parser


def _count(word: str) -> int:
    if not _is_count(word) or int(word) < 1:
        raise argparse.ArgumentTypeError("it counts from 1")
    return int(word)


def _frames(word: str) -> tuple[int, int] | str:
    if word == "all":
        return word
    first, dash, last = word.partition("-")
    found = _count(first), _count(last if dash else first)
    if found[0] > found[1]:
        raise argparse.ArgumentTypeError("the first frame comes first, as in 2-10")
    return found


def _percent(word: str) -> int:
    if not _is_count(word) or not 1 <= int(word) <= 100:
        raise argparse.ArgumentTypeError("the quality is 1 to 100")
    return int(word)


def _rate(word: str) -> float:
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", word) or not 0.01 <= float(word) <= 1000:
        raise argparse.ArgumentTypeError("a rate is pictures a second, such as 15 or 29.97")
    return float(word)


def _jobs(word: str) -> int:
    if not _is_count(word) or int(word) > 64:
        raise argparse.ArgumentTypeError("processes are counted, 0 to 64")
    return int(word)


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10


def _planes() -> argparse.ArgumentParser:
    from tui.cli import planes

    parser = _parser(
        "planes",
        "Cut a series of slices into axial, coronal or sagittal planes, thin or as slabs.",
        "PATH is the files or the folder of one series, or one multi-frame file. What is no volume is refused.",
    )
    planes.parser_words(parser)
    return parser


def _size(word: str) -> tuple[int, int]:
    columns, cross, rows = word.partition("x")
    if not cross or not all(
        part.isascii() and part.isdigit() and 0 < int(part[:5]) < 10_000 for part in (columns, rows)
    ):
        raise argparse.ArgumentTypeError("a size is columns and rows, such as 80x24")
    return int(columns[:5]), int(rows[:5])


_PARSERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "": _browser,
    "demo": _demo,
    "info": _info,
    **tagcommands.PARSERS,
    "show": _show,
    "export": _export,
    "convert": _convert,
    "anonymize": _anonymize,
    "measure": _measure,
    "mask": _mask,
    "planes": _planes,
    "overlays": _overlays,
    "doctor": _doctor,
    "config": _config,
    "cache": _cache,
}
_MODULES = {
    "": "browse",
    "demo": "demo",
    "info": "info",
    **tagcommands.MODULES,
    "show": "show",
    "export": "export",
    "convert": "convert",
    "anonymize": "anonymize",
    "measure": "measure",
    "mask": "mask",
    "planes": "planes",
    "overlays": "overlays",
    "doctor": "doctor",
    "config": "configuration",
    "cache": "cache",
}
