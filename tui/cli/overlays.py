"""``safelight overlays``, and the options of ``export`` and ``show`` that draw other objects over pictures."""

from __future__ import annotations

import argparse
import json
import os.path
import re
from collections.abc import Iterable
from dataclasses import replace

from tui import compose
from tui.cli import DONE, NOTHING_READABLE, SOME_FAILED
from tui.cli.session import Session, tell
from tui.errors import UnreadableError, UsageError
from tui.service.overlaying import PRESENTATION, Source, apart, every_source
from tui.service.questions import Answered, Ask, OverlaysOf
from tui.service.values import Chosen, Found, Instance, Look, Overlays, Ref, View, printable

_PARTS = re.compile(r"(.+)@(\d{1,9}(?:,\d{1,9})*)")


# ------------------------------------------------------------------------------------------------- the list


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    session = Session(compose.settings(), {"index", "ask"})
    instance = session.only(options.file)
    if not 1 <= options.frame <= instance.frames:
        raise UsageError(f"there is no frame {options.frame}; frames count from 1 to {instance.frames}")
    session.open(options.paths or [os.path.dirname(os.path.abspath(options.file))])
    slices = _siblings(session, instance)
    places = tuple(one for one in every_source(session.state.library) if one[0].path != instance.ref.path)
    overlays = asked(session, instance, options.frame - 1, places, apart(slices))
    found = tuple(one for one in overlays.found if one.refers)
    if options.json:
        print(json.dumps(_as_data(overlays, found), ensure_ascii=True))
    else:
        print("\n".join(_lines(overlays, found)) or "Nothing can be drawn over this picture.")
    for problem in overlays.problems:
        tell(options.file, problem)
    return SOME_FAILED if overlays.problems else DONE if found or overlays.planes else NOTHING_READABLE


def _siblings(session: Session, instance: Instance) -> list[Instance]:
    return [one for one in session.instances() if one.series_uid == instance.series_uid and one.series_uid]


def _lines(overlays: Overlays, found: Iterable[Found]) -> list[str]:
    lines = []
    for one in found:
        lines.append("  ".join(filter(None, (one.word, one.title, printable(one.ref.path)))))
        lines += [_line(part.number, part.name, part.colour, part.here) for part in one.parts]
    if overlays.planes:
        lines.append("planes of the file")
        lines += [f"  {part.number:04X}  {part.name}" for part in overlays.planes]
    return lines


def _line(number: int, name: str, colour: tuple[int, int, int], here: bool) -> str:
    red, green, blue = colour
    return f"  {number:>3}  #{red:02x}{green:02x}{blue:02x}  {name}{'' if here else '  (not here)'}"


def _as_data(overlays: Overlays, found: Iterable[Found]) -> dict[str, object]:
    return {
        "overlays": [
            {
                "path": one.ref.path, "kind": one.word, "title": one.title,
                "parts": [
                    {"number": part.number, "name": part.name, "colour": list(part.colour), "here": part.here}
                    for part in one.parts
                ],
            }
            for one in found
        ],
        "planes": [{"group": f"{part.number:04X}", "name": part.name} for part in overlays.planes],
        "problems": list(overlays.problems),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------- the options


def asked(
    session: Session, instance: Instance, frame: int, places: tuple[Source, ...], apart_mm: float = 0.0
) -> Overlays:
    """What these objects can draw over a frame.

    Raises
    ------
    UnreadableError
        There is no such picture.
    """
    session.do(Ask(OverlaysOf(session.state.scan.number, instance.ref, frame, places, apart_mm)))
    answered = session.last(Answered)
    if answered is None or not isinstance(answered.answer, Overlays):
        problem = answered.problem if answered is not None else "There is no picture"
        raise UnreadableError(f"{printable(instance.ref.path)}: {problem.rstrip('.')}")
    return answered.answer


def laid(
    view: View, session: Session, options: argparse.Namespace, pictures: tuple[Instance, ...], every: bool = False
) -> tuple[View, Look | None]:
    """The view with what the options draw over it, and the look of a presentation state.

    Parameters
    ----------
    pictures
        What is looked at; the first of them is asked for.
    every
        Draw all segmentations and structure sets of the library, too.

    Raises
    ------
    UsageError, UnreadableError
        An object cannot be drawn, and why.
    """
    view = replace(view, hidden=tuple(options.no_plane), opacity=_opacity(options.opacity))
    wanted = dict(_parts_of(word) for word in options.overlay)
    places = tuple((ref, "") for ref in wanted)
    more = tuple(one for one in every_source(session.state.library) if one[0] not in wanted) if every else ()
    if not (places or more) or not pictures:
        return view, None
    frame = (options.frame if isinstance(options.frame, int) else 1) - 1
    one_series = len({one.series_uid for one in pictures}) == 1
    answer = asked(session, pictures[0], frame, places + more, apart(pictures) if one_series else 0.0)
    named = [one for one in answer.found if one.ref in wanted]
    if len(named) < len(wanted):
        raise UnreadableError((answer.problems or ("An overlay cannot be drawn",))[0].rstrip("."))
    for problem in answer.problems:
        tell(options.overlay[0] if options.overlay else pictures[0].ref.path, problem)
    distance = apart(pictures) if one_series else 0.0
    chosen = [Chosen(one.ref, one.kind, wanted[one.ref], distance) for one in named]
    chosen += [
        Chosen(one.ref, one.kind, None, distance)
        for one in answer.found
        if one.ref not in wanted and one.kind != PRESENTATION
    ]
    states = [one for one in named if one.kind == PRESENTATION]
    if len(states) > 1:
        raise UsageError("a picture has one presentation state at a time", "Give the others in calls of their own.")
    look = (states[0].look or Look()) if states else None
    if look is not None and options.rotate is None and not options.flip:
        view = replace(view, rotation=look.rotation, flip=look.flip)
    return replace(view, chosen=tuple(chosen)), look


def _opacity(percent: int) -> float:
    if not 0 <= percent <= 100:
        raise UsageError("the opacity is 0 to 100 per cent")
    return percent / 100


def _parts_of(word: str) -> tuple[Ref, tuple[int, ...] | None]:
    """A file, and which of its parts; a name that ends like a choice of parts is a name if there is such a file."""
    match = _PARTS.fullmatch(word)
    if match is None or os.path.exists(word):
        return Ref(word), None
    return Ref(match[1]), tuple(int(number) for number in match[2].split(","))
