"""Which action holds for an attribute here: a row of Table E.1-1, resolved by the IOD's Type.

A compound code such as ``X/Z/D`` means X, unless the IOD needs the attribute: Z where it is Type 2, D where it is
Type 1 (PS3.15 Table E.1-1a). The shipped types come from the module tables of PS3.3 of about 2023: by SOP Class for
the top level, by the enclosing sequence for items. Type 1 anywhere wins over Type 2, Type 2 over Type 3.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from tui.core.deidentify.table import Row

_FILE = "ps3.3-types-2023.csv"
_ROOT = "1.2.840.10008.5.1.4."
_SAFE_FOR_ANY_TYPE = ("D", "U", "Z", "X")


class Action(StrEnum):
    """What is done to an attribute, by the letters of PS3.15 E.3."""

    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    UID = "U"  # of a sequence: kept, the UIDs inside replaced
    KEEP = "K"  # of a sequence: kept, each attribute inside treated by its own row
    CLEAN = "C"


@dataclass(frozen=True)
class Types:
    """Where an attribute with a compound code is more than optional."""

    classes: frozenset[str]
    top: Mapping[tuple[int, str], str]  # (tag, SOP Class UID) to letter
    items: Mapping[tuple[int, int], str]  # (tag, tag of the enclosing sequence) to letter


@cache
def types() -> Types:
    """The shipped types."""
    classes: frozenset[str] = frozenset()
    top: dict[tuple[int, str], str] = {}
    items: dict[tuple[int, int], str] = {}
    text = resources.files(__package__).joinpath(_FILE).read_text("ascii")
    for line in csv.DictReader(text.splitlines()):
        names = line["names"].split()
        if line["tag"] == "*":
            classes = frozenset(_ROOT + name for name in names)
        elif line["place"] == "class":
            top.update({(int(line["tag"], 16), _ROOT + name): line["action"] for name in names})
        else:
            items.update({(int(line["tag"], 16), int(name, 16)): line["action"] for name in names})
    return Types(classes, top, items)


def action(
    row: Row, tag: int, sop_class: str, parent: int | None = None, options: frozenset[str] = frozenset()
) -> Action:
    """The action for one attribute.

    Parameters
    ----------
    parent
        Tag of the sequence in whose item the attribute stands; None at the top level.
    options
        Names of the options of PS3.15 E.3 that are on; what an option says overrides the profile (E.1.1).

    Returns
    -------
    Action
        A compound code outside the IODs that define the attribute becomes X; in a SOP Class that the types do not
        know it becomes the letter that is right for any Type.
    """
    chosen = {row.options[name] for name in options if name in row.options}
    if chosen:
        return Action.CLEAN if "C" in chosen else Action.KEEP
    letters = row.basic.rstrip("*").split("/")
    if len(letters) == 1:
        return Action(letters[0])
    known = types()
    if parent is not None:
        letter = known.items.get((tag, parent))
    elif sop_class in known.classes:
        letter = known.top.get((tag, sop_class))
    else:
        letter = next(a for a in _SAFE_FOR_ANY_TYPE if a in letters)
    if letter is None:
        letter = "X" if "X" in letters else "Z"
    return Action(letter)
