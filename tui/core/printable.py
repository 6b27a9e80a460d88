"""Any foreign string to safe cells: the only door for text from files, file names and servers.

A terminal obeys control bytes wherever they come from, and a value such as ``ESC ] 0 ;`` is legal in
ISO 2022 names. What could steer a terminal, hide or reorder text becomes a visible sign here.
"""

from __future__ import annotations

import re
import unicodedata

# C0, DEL, C1; soft hyphen; Arabic letter mark; zero width, bidi marks, embeddings, overrides and isolates;
# line and paragraph separators; invisible operators; variation selectors; BOM; interlinear marks; tags;
# surrogates (bytes of a file name that are no UTF-8); private use, where terminals keep picture placeholders.
_UNSAFE = (  # compiled at the first use: most text is plain
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_MARKS = (
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
ELLIPSIS = "…"


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    return f"<U+{code:04X}>"


def printable(text: str, limit: int = 0) -> str:
    """Text with everything visible that a terminal would obey, hide or reorder.

    Parameters
    ----------
    text
        Any string, also one with lone surrogates.
    limit
        Longest result in characters, 0 for no limit; a longer one ends in ``…``.

    Returns
    -------
    str
        No C0, C1, DEL, bidi control, zero-width, tag, surrogate or private-use character, no line break, and
        never more than three combining marks on one letter.
    """
    if limit and len(text) > 4 * limit:
        text = text[: 4 * limit]
    if not text.isascii() or not text.isprintable():
        text = re.sub(_MARKS, r"\1", re.sub(_UNSAFE, _sign, text))
        if not text.isprintable():
            text = "".join(c if c.isprintable() or c == " " else _fallback(c) for c in text)
    return text[: limit - 1] + ELLIPSIS if limit and len(text) > limit else text


def _fallback(character: str) -> str:
    # Zs other than the space looks like one; unassigned characters have no agreed width.
    return " " if unicodedata.category(character) == "Zs" else f"<U+{ord(character):04X}>"
