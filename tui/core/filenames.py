"""Names of exported files: from a pattern and safe attributes, never outside their folder, readable on every disk."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tui.core.printable import printable
from tui.errors import UsageError

if TYPE_CHECKING:
    from tui.core.values import Label

FIELDS = ("modality", "series", "image", "frame", "index", "body", "stem")
_FIELD = re.compile(r"\{([a-z]+)(?::(\d{1,2}))?\}")
_MOST_BYTES = 200  # of a part, so that a number and the ending of a draft fit into the 255 of most disks
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # devices of Windows


def check(pattern: str) -> None:
    """Raise where a pattern names no file inside the folder; the empty one does.

    Raises
    ------
    tui.errors.UsageError
    """
    known = f"Fields are {', '.join('{' + field + '}' for field in FIELDS)}; {{image:4}} has four digits."
    for field, _ in _FIELD.findall(pattern):
        if field not in FIELDS:
            raise UsageError(f"There is no field {{{field}}} for a name", known)
    rest = _FIELD.sub("0", pattern or "0")
    if "{" in rest or "}" in rest:
        raise UsageError(f"The name {printable(pattern, 60)} has a brace without its field", known)
    if any(part.strip(" .") == "" for part in rest.split("/")):
        raise UsageError(f"The name {printable(pattern, 60)} leaves its folder", "No part of it may be empty, . or ..")


def name(label: Label, pattern: str = "", index: int = 0, sheet: bool = False) -> str:
    """A relative path without ending; parts between slashes are folders.

    Parameters
    ----------
    pattern
        One that :func:`check` lets pass; empty for modality, series, image and frame, as far as there are any.
    index
        Which file of the run it is, from 0.
    sheet
        The file shows many images of the series.
    """
    if not pattern:
        return safe(_usual(label, sheet))
    values = {
        "modality": label.modality or "image",
        "series": label.series,
        "image": label.image,
        "frame": label.frame + 1,
        "index": index + 1,
        "body": label.body or "body",
        "stem": label.stem or "image",
    }

    def value(match: re.Match[str]) -> str:
        found = values[match.group(1)]
        if found is None:
            return "0".zfill(int(match.group(2) or 1))
        if isinstance(found, int):
            return str(found).zfill(int(match.group(2) or 1))
        return safe(found)

    return "/".join(safe(part) for part in _FIELD.sub(value, pattern).split("/"))


def _usual(label: Label, sheet: bool) -> str:
    parts = [re.sub(r"[^A-Z0-9]", "", label.modality)[:16] or "image"]
    for letter, number in (("s", label.series), ("i", None if sheet else label.image)):
        if number is not None:
            parts.append(f"{letter}{number}")
    if label.frames > 1 and not sheet:
        parts.append(f"f{label.frame + 1}")
    return "-".join(parts)


def safe(text: str) -> str:
    """A part of a path of letters, digits, dot, dash and underscore, with at most 200 bytes and never empty."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(c if (c.isalnum() and c.isprintable()) or c in "._-" else "_" for c in text)
    kept = re.sub(r"_{2,}", "_", kept).lstrip(".-").rstrip(". ")
    while len(kept.encode("utf-8")) > _MOST_BYTES:
        kept = kept[:-1]
    if _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    return kept or "image"
