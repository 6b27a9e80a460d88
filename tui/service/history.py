"""Edits of one instance that are not saved."""

from __future__ import annotations

from tui.core.edits import Edit
from tui.frozen import frozen


@frozen
class History:
    """Edits of one instance that are not saved: made, and taken back (the last one first in line to be made again)."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()
