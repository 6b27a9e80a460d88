"""The options about overlays: those of ``overlays``, and those that ``export`` and ``show`` share."""

from __future__ import annotations

import argparse
import re


def parser_words(parser: argparse.ArgumentParser) -> None:
    """Describe the options of the command."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="where to look; without it the folder of FILE")
    parser.add_argument("--frame", type=int, default=1, metavar="N", help="which frame, from 1")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def view_words(parser: argparse.ArgumentParser) -> None:
    """Describe the options that draw objects over pictures."""
    parser.add_argument(
        "--overlay", action="append", default=[], metavar="FILE[@N,N]",
        help="draw this segmentation, structure set or presentation state, or those of its parts; repeatable; "
        "`safelight overlays` lists them",
    )  # fmt: skip
    parser.add_argument("--opacity", type=int, default=40, metavar="N", help="of areas, 0 to 100 per cent")
    parser.add_argument(
        "--no-plane", action="append", default=[], type=_group, metavar="60XX", help="without this plane of the file"
    )


def _group(word: str) -> int:
    if not re.fullmatch(r"60[0-9A-Fa-f]{2}", word) or int(word, 16) % 2:
        raise argparse.ArgumentTypeError("planes are 6000, 6002 ... 60FE")
    return int(word, 16)
