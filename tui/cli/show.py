"""``safelight show``: a picture into this terminal."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tui import compose
from tui.cli import DONE, NOTHING_READABLE
from tui.cli.overlays import laid
from tui.cli.session import Session, tell
from tui.cli.view import view_of
from tui.errors import UsageError
from tui.service import actions as act
from tui.service.overlaying import PRESENTATION, SetOpacity, ShowOverlays, UseState
from tui.service.ports import Box, Order
from tui.service.values import Look, View

if TYPE_CHECKING:
    from tui.service.ports import Drawing, Encoded, Graphics

ROWS_FOR_THE_PROMPT = 2


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    settings = compose.settings()
    if options.graphics:
        settings = replace(settings, graphics=options.graphics)
    session = Session(settings, {"index", "render", "ask"})
    instance = session.only(options.file)
    if options.frame > instance.frames:
        raise UsageError(f"there is no frame {options.frame}; frames count from 1 to {instance.frames}")
    drawing, _ = compose.graphics(compose.terminal(), settings.graphics)
    columns, rows = options.size or _room()
    width, height = drawing.cell
    view, turned = laid(view_of(options, instance.modality, settings), session, options, (instance,))
    session.order(Order(drawing.encoder, Box(0, 0, columns, rows), drawing.cell))
    _look(session, act.Select(instance.ref, options.frame - 1), view, (columns * width, rows * height), turned)
    shown = session.state.shown
    if shown is None or shown.picture is None or shown.drawing is None:
        tell(options.file, shown.problem if shown else "There is no picture.")
        return NOTHING_READABLE
    sys.stdout.write(drawn(drawing, shown.drawing))
    for note in shown.picture.notes:
        tell(options.file, note)
    return DONE


def _room() -> tuple[int, int]:
    columns, rows = shutil.get_terminal_size()
    return columns, max(1, rows - ROWS_FOR_THE_PROMPT)


def _look(session: Session, picture: act.Select, view: View, size: tuple[int, int], turned: Look | None) -> None:
    """Bring the state to a picture and view; ``turned`` is what a presentation state among its overlays asks for."""
    session.do(picture)
    session.do(act.ResizeViewport(*size))
    for chosen in view.chosen:
        if chosen.kind == PRESENTATION and turned is not None:
            session.do(UseState(chosen, turned))
    state = session.state
    steps: list[tuple[bool, act.Action]] = [
        (view.voi != View().voi, act.SetVoi(view.voi)),
        (view.invert, act.ToggleInvert()),
        (view.flip != state.view.flip, act.ToggleFlip()),
        (view.rotation != state.view.rotation, act.RotateBy(view.rotation - state.view.rotation)),
        (view.chosen != state.view.chosen or view.hidden != (), ShowOverlays(view.chosen, view.hidden)),
        (view.opacity != state.view.opacity, SetOpacity(view.opacity)),
        (not view.overlays, act.ToggleOverlays()),
        (view.icc != state.view.icc and state.shown is not None and state.shown.facts.profile, act.ToggleProfile()),
    ]
    for wanted, action in steps:
        if wanted and session.state.shown and session.state.shown.picture:
            if reason := session.disabled(action):
                raise UsageError(reason.rstrip("."))
            session.do(action)


def drawn(graphics: Graphics, drawing: Drawing) -> str:
    """The picture as text for the terminal that ends on the line below it."""
    encoded = graphics.place(drawing)
    across, down = drawing.box.columns, drawing.box.rows
    if encoded.here:
        return _over_blank(encoded, down)
    lines = [encoded.row(y, 0, across) for y in range(down)]
    return encoded.send + "".join(f"{line or ''}\x1b[0m\n" for line in lines)


def _over_blank(encoded: Encoded, down: int) -> str:
    """For pictures that lie over cells: room first, as far as the screen has to scroll for it, then the picture there.

    Nothing is asked, so it works where nobody answers, and in a file or a pipe, which need no room.
    """
    if not sys.stdout.isatty():
        return f"{encoded.send}{encoded.here}\n"
    room = "\n" * down + f"\x1b[{down}A\r"
    return f"{room}\x1b7{encoded.send}{encoded.here}\x1b8\x1b[{down}B\r"
