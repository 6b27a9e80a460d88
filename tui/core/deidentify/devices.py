"""Rules that say where a device burns text into its pictures, and reading them: our own, CTP's and deid's.

Our own are TOML, one table a rule::

    [[rule]]
    name = "LOGIQ E9, top line"
    manufacturer = "GE"          # contained in the value, whatever the case
    model = "LOGIQE9"
    modality = "US"
    rows = 720                   # exactly
    columns = 960
    image_type = "PRIMARY"
    boxes = [[0, 0, 960, 70]]    # left, top, width, height; [] for a device whose pictures were seen to be clean

Any other attribute is named by its keyword, such as ``SoftwareVersions = "3.1"``. A script of the DicomPixelAnonymizer
of CTP and a recipe of deid are known by what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from tui.core.printable import printable
from tui.core.quantities import Box
from tui.errors import UsageError
from tui.frozen import frozen

Look = Callable[[str], str]
"""Keyword, or eight hexadecimal digits of a tag, to the values joined by backslashes; empty where there are none."""

EVERYTHING: Box = (0, 0, 1 << 30, 1 << 30)
_LONGEST = 4096  # characters of a value that are looked at
_MOST_RULES = 10_000


class Test(StrEnum):
    """How a value is compared; those that ignore the case are of deid and of our own rules."""

    __test__ = False  # for pytest

    EQUALS = "equals"
    EQUALS_ANY_CASE = "equalsIgnoreCase"
    CONTAINS = "contains"
    CONTAINS_ANY_CASE = "containsIgnoreCase"
    STARTS = "startsWith"
    STARTS_ANY_CASE = "startsWithIgnoreCase"
    ENDS = "endsWith"
    ENDS_ANY_CASE = "endsWithIgnoreCase"
    MATCHES = "matches"
    FOUND = "found"
    LESS = "isLessThan"
    GREATER = "isGreaterThan"
    PRESENT = "exists"
    BLANK = "isBlank"


@frozen
class Is:
    """One comparison."""

    attribute: str
    test: Test
    value: str = ""

    def holds(self, look: Look) -> bool:
        """Whether it is so."""
        found = look(self.attribute)[:_LONGEST]
        one, other = found.lower(), self.value.lower()
        match self.test:
            case Test.EQUALS:
                return found == self.value
            case Test.EQUALS_ANY_CASE:
                return one == other
            case Test.CONTAINS:
                return self.value in found
            case Test.CONTAINS_ANY_CASE:
                return other in one
            case Test.STARTS:
                return found.startswith(self.value)
            case Test.STARTS_ANY_CASE:
                return one.startswith(other)
            case Test.ENDS:
                return found.endswith(self.value)
            case Test.ENDS_ANY_CASE:
                return one.endswith(other)
            case Test.MATCHES:
                return re.fullmatch(self.value, found) is not None
            case Test.FOUND:
                return re.search(self.value, found, re.IGNORECASE) is not None
            case Test.LESS | Test.GREATER:
                return _is_beyond(found, self.value, self.test)
            case Test.PRESENT:
                return bool(found)
            case Test.BLANK:
                return not found.strip()


@frozen
class All:
    """All of some conditions; true without any."""

    parts: tuple[Condition, ...]

    def holds(self, look: Look) -> bool:
        """Whether it is so."""
        return all(part.holds(look) for part in self.parts)


@frozen
class AnyOf:
    """One of some conditions, or more; false without any."""

    parts: tuple[Condition, ...]

    def holds(self, look: Look) -> bool:
        """Whether it is so."""
        return any(part.holds(look) for part in self.parts)


@frozen
class Not:
    """The contrary."""

    part: Condition

    def holds(self, look: Look) -> bool:
        """Whether it is so."""
        return not self.part.holds(look)


Condition = Is | All | AnyOf | Not


@frozen
class Rule:
    """Where pictures that fulfil a condition hold text: nowhere, if there are no boxes."""

    name: str
    when: Condition
    boxes: tuple[Box, ...]


def boxes_for(rules: tuple[Rule, ...], look: Look) -> tuple[Box, ...] | None:
    """The boxes of all rules that hold for an object; None if none does."""
    holding = [rule for rule in rules if rule.when.holds(look)]
    if not holding:
        return None
    return tuple(dict.fromkeys(box for rule in holding for box in rule.boxes))


def parse(text: str) -> tuple[Rule, ...]:
    """The rules of a text, in whichever of the three languages it is.

    Raises
    ------
    UsageError
        With the line that is wrong.
    """
    from tui.core.deidentify import scripts

    if re.search(r"^\s*(FORMAT\s+dicom|%filter\b)", text, re.MULTILINE | re.IGNORECASE):
        rules = tuple(scripts.deid(text))
    elif re.search(r"^\s*\[\[\s*rule\s*\]\]", text, re.MULTILINE):
        rules = tuple(_own(text))
    elif "{" in text:
        rules = tuple(scripts.ctp(text))
    else:
        hint = "It is TOML with [[rule]], a script of CTP's DicomPixelAnonymizer, or a recipe of deid."
        raise UsageError("The file of rules for pictures holds no rule", hint)
    if len(rules) > _MOST_RULES:
        raise UsageError(f"The file of rules for pictures holds more than {_MOST_RULES:,} rules")
    return rules


def _is_beyond(found: str, value: str, test: Test) -> bool:
    try:
        number, limit = float(found.split("\\", maxsplit=1)[0]), float(value)
    except ValueError:
        return False
    return number < limit if test is Test.LESS else number > limit


# ------------------------------------------------------------------------------------------------ our own

_NAMES = {
    "manufacturer": "Manufacturer",
    "model": "ManufacturerModelName",
    "modality": "Modality",
    "rows": "Rows",
    "columns": "Columns",
    "image_type": "ImageType",
    "sop_class": "SOPClassUID",
    "series_description": "SeriesDescription",
    "station": "StationName",
}


def _own(text: str) -> Iterator[Rule]:
    import tomllib

    try:
        tables = tomllib.loads(text).get("rule", [])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The rules for pictures are no TOML: {printable(str(error), 120)}") from error
    for number, table in enumerate(tables, 1):
        where = f"Rule {number} of the rules for pictures"
        name, boxes = str(table.pop("name", f"rule {number}")), table.pop("boxes", None)
        if not isinstance(boxes, list) or not all(_is_box(box) for box in boxes):
            raise UsageError(f"{where} has no boxes", "boxes = [[left, top, width, height], ...] in pixels.")
        if not table:
            raise UsageError(f"{where} would hold for every picture", "Name a manufacturer, a model, a size ...")
        parts = []
        for key, value in table.items():
            attribute = _NAMES.get(key, key)
            if not attribute[:1].isupper() or not attribute.isalnum() or not isinstance(value, str | int):
                raise UsageError(f"{where}: {printable(key, 40)} is no attribute with a text or a number")
            exact = isinstance(value, int) or attribute.endswith("UID")
            parts.append(Is(attribute, Test.EQUALS if exact else Test.CONTAINS_ANY_CASE, str(value)))
        yield Rule(name, All(tuple(parts)), tuple((box[0], box[1], box[2], box[3]) for box in boxes))


def _is_box(box: object) -> bool:
    return (
        isinstance(box, list)
        and len(box) == 4
        and all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 1 << 31 for n in box)
    )


def written(rules: tuple[Rule, ...]) -> str:
    """Rules of our own as TOML, which :func:`parse` reads.

    Raises
    ------
    ValueError
        If a condition is none that our own rules can say.
    """
    import json

    keys = {attribute: key for key, attribute in _NAMES.items()}
    lines = []
    for rule in rules:
        parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
        lines += ["[[rule]]", f"name = {json.dumps(rule.name)}"]
        for part in parts:
            if not isinstance(part, Is) or part.test not in (Test.EQUALS, Test.CONTAINS_ANY_CASE):
                raise ValueError("not one of our own rules")
            key = keys.get(part.attribute, part.attribute)
            number = part.test is Test.EQUALS and part.value.isdigit()
            lines.append(f"{key} = {part.value if number else json.dumps(part.value)}")
        lines += [f"boxes = {json.dumps([list(box) for box in rule.boxes])}", ""]
    return "\n".join(lines)
