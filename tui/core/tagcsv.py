"""Tag rows as comma-separated values (RFC 4180) that a spreadsheet shows and never obeys."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from tui.core.values import TagRow

HEADINGS = ("path", "tag", "keyword", "name", "vr", "vm", "value")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def table(rows: Iterable[TagRow]) -> str:
    """The rows of one file, a line each, below a line of headings."""
    return lines([HEADINGS, *(cells(row) for row in rows)])


def cells(row: TagRow) -> tuple[str, ...]:
    """One row in the order of ``HEADINGS``."""
    return row.path, row.tag, row.keyword, row.name, row.vr, str(row.vm), row.value


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Cells as text: lines end in CR LF, and what a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)  # Excel's dialect is that of RFC 4180
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that is no formula: ``=``, ``+``, ``-``, ``@`` begin one, but for plain numbers."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def encoded(text: str) -> bytes:
    """UTF-8; with a byte order mark where it is not ASCII, without which Excel takes another encoding."""
    return text.encode("utf-8" if text.isascii() else "utf-8-sig", "backslashreplace")
