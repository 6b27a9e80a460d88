"""Dialogs: screens that leave what is below them as it is, and paint nothing but their own widgets.

Textual styles, lays out and paints all of such a screen, and all that is seen through it, twice when it is opened.
"""

from __future__ import annotations

from typing import TypeVar

from textual._compositor import Compositor
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.events import ScreenResume
from textual.geometry import Region

from tui.ui.patches import Patched, PatchedScreen

Result = TypeVar("Result")


class LayeredApp(App[None]):
    """Paints no more than what changed, and what a dialog has left when it goes."""

    def get_default_screen(self) -> PatchedScreen:
        """That of the panes."""
        return PatchedScreen()

    def paint_all(self) -> None:
        """Paint everything, whatever the terminal still shows."""
        if isinstance(self.screen, Patched):
            self.screen.paint_all()
        else:
            self.screen.refresh(layout=True)

    def pop_screen(self) -> AwaitComplete:
        """Take the screen away that is seen."""
        gone = self.screen
        bared = gone.stood() if isinstance(gone, SeeThrough) else set()
        popping = super().pop_screen()
        if bared:
            self.screen.refresh(*bared)
        else:
            self.paint_all()
        return popping


class SeeThrough(Patched[Result]):
    """A screen through which the one below is seen, if its background is transparent.

    To be derived from behind a class of Textual's, which brings the style.
    """

    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it; no style of a dialog asks for the size
    VERTICAL_BREAKPOINTS = []  # noqa: RUF012

    def below(self) -> Compositor | None:
        """What the screen below it shows."""
        stack = self.app.screen_stack if self.is_attached and self.styles.background.a == 0 else []
        at = stack.index(self) if self in stack else 0
        return stack[at - 1]._compositor if at else None

    def stood(self) -> set[Region]:
        """Cells to be painted when it goes: where its widgets stand, and what it was to paint; empty for all."""
        if self.below() is None:
            return set()
        return self._patches.places(self) | self._patches.take() | set(self._exchange_repaint_regions())

    def _on_screen_resume(self, event: ScreenResume) -> None:
        """Lay out what was just made, and styled; then what is below it may paint again."""
        if self.stack_updates or self.below() is None:
            return
        event.prevent_default()
        self.stack_updates += 1
        self.app._refresh_notifications()
        self._update_auto_focus()
        self._refresh_layout(self.app.size)
        for screen in self.app._background_screens:
            screen._compositor_refresh()
