"""Boxes over text that is burned into a picture: drawing them by keys, and the rule for a device that they become."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.core.quantities import Box, Boxes
from tui.core.values import Ref, View
from tui.errors import SafelightError
from tui.frozen import frozen
from tui.service.probing import middle, turned_back
from tui.service.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.deidentify.devices import Rule
    from tui.service.events import Event
    from tui.service.ports import Cancelled, Emit, Ports

STEP_SHARE = 0.02  # of the longer side of the picture


@frozen
class ToggleBoxes:
    """Begin to draw boxes over burned-in text, or stop without keeping them."""


@frozen
class MoveBox:
    """Move the box by steps, or by pixels if ``fine``, to the right and down as it is seen on the screen."""

    right: int
    down: int
    fine: bool = False


@frozen
class SizeBox:
    """Make the box wider and higher by steps, or by pixels if ``fine``, as it is seen on the screen."""

    right: int
    down: int
    fine: bool = False


@frozen
class AddBox:
    """Another box in the middle of what is seen."""


@frozen
class RemoveBox:
    """Take the box away."""


@frozen
class NextBox:
    """Go to the next box, around the end."""


@frozen
class KeepBoxes:
    """Make a rule for this device of the boxes, for the run that anonymizes; without boxes the picture is clean.

    ``rules`` are those that were made before.
    """

    ref: Ref
    boxes: tuple[Box, ...]
    rules: str = ""


BoxAction = ToggleBoxes | MoveBox | SizeBox | AddBox | RemoveBox | NextBox


@frozen
class RulesKept:
    """A rule was made; ``rules`` is the text of all rules that were made so far, ``said`` a sentence about this one."""

    rules: str
    said: str
    problem: bool = False


def boxed(state: State, view: View, action: BoxAction) -> View:
    """The view after an action on the boxes."""
    drawn = view.boxes
    if isinstance(action, ToggleBoxes):
        return replace(view, boxes=None if drawn else Boxes((_new(state, view),)))
    if drawn is None:
        return view
    match action:
        case AddBox():
            return replace(view, boxes=Boxes((*drawn.boxes, _new(state, view)), len(drawn.boxes)))
        case RemoveBox():
            left = drawn.boxes[: drawn.at] + drawn.boxes[drawn.at + 1 :]
            return replace(view, boxes=Boxes(left, max(min(drawn.at, len(left) - 1), 0)))
        case NextBox():
            return replace(view, boxes=Boxes(drawn.boxes, (drawn.at + 1) % max(len(drawn.boxes), 1)))
        case MoveBox() | SizeBox():
            if not drawn.boxes:
                return view
            boxes = list(drawn.boxes)
            boxes[drawn.at] = _stepped(state, view, boxes[drawn.at], action)
            return replace(view, boxes=Boxes(tuple(boxes), drawn.at))


def _sides(state: State) -> tuple[int, int]:
    facts = state.shown.facts if state.shown else None
    return (facts.columns, facts.rows) if facts else (0, 0)


def _new(state: State, view: View) -> Box:
    columns, rows = _sides(state)
    width, height = max(columns // 4, 1), max(rows // 16, 1)
    x, y = middle(state, view)
    return max(x - width // 2, 0), max(y - height // 2, 0), width, height


def _stepped(state: State, view: View, box: Box, action: MoveBox | SizeBox) -> Box:
    """The box after a step, inside of the picture; on a turned picture the step is turned back."""
    columns, rows = _sides(state)
    step = 1 if action.fine else max(round(max(columns, rows) * STEP_SHARE), 1)
    right, down = action.right * step, action.down * step
    left, top, width, height = box
    turned = view.rotation % 2
    if isinstance(action, SizeBox):
        if turned:
            right, down = down, right
        return left, top, _within(width + right, 1, columns - left), _within(height + down, 1, rows - top)
    right, down = turned_back(view, right, down)
    return _within(left + right, 0, columns - width), _within(top + down, 0, rows - height), width, height


def _within(value: int, least: int, most: int) -> int:
    return max(min(value, most), least)


# ------------------------------------------------------------------------------------------------ rules


def keep(ports: Ports, action: KeepBoxes) -> Callable[[Emit, Cancelled], None]:
    """Make a rule for the device of an instance, and add it to those that were made before."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        emit(_kept(ports, action))

    return work


def _kept(ports: Ports, action: KeepBoxes) -> Event:
    from tui.core.deidentify import devices

    try:
        rule = rule_of(ports, action)
    except SafelightError as error:
        return RulesKept(action.rules, error.sentence(), problem=True)
    before = devices.parse(text) if (text := known_rules(ports, action.rules)) else ()
    others = tuple(one for one in before if one.when != rule.when)
    what = "is clean as it is" if not rule.boxes else f"has {len(rule.boxes)} box{'es' * (len(rule.boxes) > 1)}"
    rules = (*others, rule)
    if ports.rules is not None and ports.rules.path:
        try:
            ports.rules.write(devices.written(tuple(one for one in rules if not _is_of_one_series(one))))
        except SafelightError as error:
            return RulesKept(devices.written(rules), f"{rule.name} {what}, in this session: {error}", problem=True)
    return RulesKept(devices.written(rules), f"{rule.name} {what}. It holds when copies are anonymized.")


def known_rules(ports: Ports, text: str) -> str:
    """The rules that hold: those of the session, which hold the earlier ones, too; else those of earlier sessions.

    Raises
    ------
    tui.errors.SafelightError
        If they cannot be read.
    """
    if text or ports.rules is None:
        return text
    from tui.core.deidentify.devices import parse

    earlier = ports.rules.read()
    if earlier:
        parse(earlier)
    return earlier


def _is_of_one_series(rule: Rule) -> bool:
    from tui.core.deidentify.devices import All, Is

    parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
    return any(isinstance(part, Is) and part.attribute == "SeriesInstanceUID" for part in parts)


def rule_of(ports: Ports, action: KeepBoxes) -> Rule:
    """The rule: for the device and size, or, where no device is named, for the series alone."""
    from tui.core import attributes
    from tui.core.deidentify.devices import All, Is, Rule, Test
    from tui.core.printable import printable

    dataset = ports.instances.open(action.ref).dataset
    parts = []
    for keyword in ("Manufacturer", "ManufacturerModelName", "Modality", "ImageType"):
        value = attributes.text(dataset, keyword)
        if value:
            parts.append(Is(keyword, Test.CONTAINS_ANY_CASE, value))
    for keyword in ("Rows", "Columns"):
        number = attributes.integer(dataset, keyword)
        if number is not None:
            parts.append(Is(keyword, Test.EQUALS, str(number)))
    model = attributes.text(dataset, "ManufacturerModelName")
    if not model:
        parts.append(Is("SeriesInstanceUID", Test.EQUALS, attributes.text(dataset, "SeriesInstanceUID")))
    device = " ".join(filter(None, (attributes.text(dataset, "Manufacturer"), model))) or "This series"
    name = printable(f"{device} {attributes.integer(dataset, 'Columns')} x {attributes.integer(dataset, 'Rows')}", 80)
    return Rule(name, All(tuple(parts)), action.boxes)
