"""The screen: three panes, two lines, one door for actions and one for events."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import ModuleType
from typing import ClassVar

from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.command import Provider
from textual.events import CursorPosition
from textual.widgets import Input

from tui.service.actions import Action, Open, SearchTags
from tui.service.events import Event
from tui.service.ports import Graphics
from tui.service.settings import Settings
from tui.service.values import printable
from tui.service.viewer import Viewer
from tui.ui import bridge, guard, theme
from tui.ui.clock import CineClock
from tui.ui.commands import IMAGE, TAGS, TREE, Command
from tui.ui.courtesy import TURN
from tui.ui.keymap import Keymap, mode_of
from tui.ui.panes.arrangement import Panes
from tui.ui.panes.filter import FilterLine
from tui.ui.panes.image import ImagePane
from tui.ui.panes.status import KeyHints, StatusLine
from tui.ui.panes.tags import TagsPane
from tui.ui.panes.tree import TreePane
from tui.ui.seethrough import LayeredApp


def palette() -> type[Provider]:
    """The commands of the palette."""
    from tui.ui.dialogs.palette import Commands

    return Commands


VERBS = {"app": "verbs", "tags": "tagverbs", "files": "fileverbs"}


def verbs(where: str = "app") -> ModuleType:
    """The verbs of the screen, of tags or files, with the dialogs that the first screen need not wait for."""
    from importlib import import_module

    return import_module(f"tui.ui.{VERBS[where]}")


class SafelightApp(guard.GuardedApp, LayeredApp):
    """The browser.

    Parameters
    ----------
    viewer
        The service; the app listens to it.
    graphics
        How pictures are drawn in this terminal.
    paths
        What to open.
    settings
        What the user has set.
    """

    TITLE = "Safelight"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {palette}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (160, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012

    def __init__(self, viewer: Viewer, graphics: Graphics, paths: tuple[str, ...], settings: Settings) -> None:
        super().__init__()
        self.viewer, self.settings = viewer, settings
        self.animation_level = "none"
        self.ending: guard.Ending | None = None
        self._paths, self.keymap = paths, Keymap(settings.keys)
        self.tree_pane = TreePane(layout_key=self.keymap.shown("library.skipped", 1), id=TREE, classes="pane")
        self.image_pane = ImagePane(graphics, id=IMAGE, classes="pane")
        self.tags_pane = TagsPane(id=TAGS, classes="pane")
        self.panes = Panes({TREE: self.tree_pane, IMAGE: self.image_pane, TAGS: self.tags_pane})
        self.status, self.hints = StatusLine(settings, graphics.note), KeyHints(self.keymap)
        self.filter_line = FilterLine()
        self.clock = CineClock(self, self.do, time.monotonic)
        for known in theme.THEMES:
            self.register_theme(known)
        chosen = theme.choose(settings.theme, frozenset(self.available_themes), self.console.color_system)
        self._wear(chosen)
        self._filters.append(guard.Guard())
        for key in self.keymap.every_key():
            self._bindings.key_to_bindings[key] = [Binding(key, f"key({key!r})", show=False, priority=True)]

    def _wear(self, chosen: str) -> None:
        """Take a theme before anything is styled; setting ``theme`` would style the first screen twice."""
        if chosen == theme.SIXTEEN:
            self.theme = chosen  # its colours need the filter that comes with setting it
            return
        self.set_reactive(App.theme, chosen)
        self.stylesheet.set_variables(self.get_css_variables())
        dark = self.current_theme.dark
        self.update_classes({f"-theme-{chosen}": True, "-dark-mode": dark, "-light-mode": not dark}, update=False)

    def compose(self) -> ComposeResult:
        """Panes, what is going on, what the keys do; the line for filters comes with the first one."""
        yield self.panes
        yield self.status
        yield self.hints

    def on_mount(self) -> None:
        """Listen, and open what was asked for."""
        if not self.is_headless:
            self.ending = guard.Ending(lambda code: self.exit(return_code=code))
        self.app_resume_signal.subscribe(self, lambda app: verbs().redraw(self))
        self.viewer.subscribe(lambda event: bridge.show(self, event))
        self.status.show(self.viewer.state)
        bridge.show_titles(self)
        self.tree_pane.focus()
        known = self.settings.theme in self.available_themes
        unknown = f"No theme is called {printable(self.settings.theme, 40)}."
        for problem in (*self.keymap.problems, *([] if known else [unknown])):
            self.notify(problem, severity="warning", markup=False)
        if self._paths:
            self.do(Open(self._paths))

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End; the terminal forgets the pictures first, while it still listens."""
        self.image_pane.close()
        super().exit(result, return_code, message)

    def on_unmount(self) -> None:
        """Leave the terminal and the lanes clean."""
        if self.ending is not None:
            self.ending.last()
        self.image_pane.close()
        self.viewer.close()

    # ------------------------------------------------------------------------------------------ the two doors

    def do(self, action: Action) -> None:
        """The one door for actions."""
        self.viewer.do(action)

    def deliver(self, event: Event) -> None:
        """The one door for events; may be called from any thread."""
        self.post_message(bridge.ServiceEvent(event))

    def crashed(self, error: BaseException) -> None:
        """A job of a lane failed by a bug; may be called from any thread."""
        self.post_message(bridge.LaneFailed(error))

    def on_service_event(self, message: bridge.ServiceEvent) -> None:
        """Hand over to the viewer, which tells the panes."""
        self.viewer.absorb(message.event)

    def on_lane_failed(self, message: bridge.LaneFailed) -> None:
        """End visibly."""
        self._handle_exception(message.error)

    # ------------------------------------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the table count where no dialog is open and no text is typed; tab goes on from there, too."""
        if action not in {"key", "command_palette"}:
            return True
        if len(self.screen_stack) > 1 or (parameters and parameters[0] in getattr(self.focused, "own_keys", ())):
            return False
        command = self.keymap.find(self.mode, str(parameters[0])) if parameters else None
        if isinstance(self.focused, Input):
            return command is not None and command.act in {"panes.next", "panes.previous"}
        return action != "key" or command is not None

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """The keys of the table come first; Textual would copy and sift the bindings of all panes to find them."""
        if priority and self.check_action("key", (key,)):
            await self.action_key(key)
            return True
        return await super()._check_bindings(key, priority)

    @property
    def mode(self) -> str:
        """The pane with the focus, or the mode that it is in."""
        name = self.panes.current_name
        return mode_of(name, self.viewer.state.view)

    async def action_key(self, key: str) -> None:
        """A key of the table was pressed."""
        command = self.keymap.find(self.mode, key)
        if command is not None:
            await self.carry_out(command)

    def reason(self, command: Command) -> str:
        """Why the command cannot work now; empty where it can."""
        make = command.asks or command.act
        return "" if isinstance(make, str) else self.viewer.disabled(make(self.viewer.state))

    async def carry_out(self, command: Command) -> None:
        """Do what a row of the table says, or say why not."""
        reason = self.reason(command)
        self.status.say(reason, "warning" if reason else "information")
        if reason:
            return
        if not isinstance(command.act, str):
            self.do(command.act(self.viewer.state))
            return
        where, _, verb = command.act.partition(".")
        if where in VERBS:
            act = getattr(verbs(where), verb)
            await TURN.room()  # to load what it needs may have been work enough
            mounted = act(self)
            if mounted is not None:  # keys that wait already are for the dialog
                await mounted
        else:
            await self.run_action(verb, self.panes.current if where == "pane" else self.panes)

    def action_help_quit(self) -> None:
        """Textual's ctrl+c: say how to quit."""
        self.status.say(f"{self.keymap.shown('program.quit', 1)} quits.")

    async def action_quit(self) -> None:
        """Textual's own key for quitting."""
        verbs().leave(self)

    # ------------------------------------------------------------------------------------------ from the panes

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that got the focus."""
        self.hints.show(self.mode)

    def on_tree_pane_chosen(self, message: TreePane.Chosen) -> None:
        """Enter on an image goes to it."""
        message.stop()
        self.panes.go(IMAGE)

    def on_cursor_position(self, event: CursorPosition) -> None:
        """The terminal's answer to the question after a picture."""
        self.image_pane.acknowledge()

    def on_filter_line_changed(self, message: FilterLine.Changed) -> None:
        """Filter the pane as the words change."""
        if message.pane == TREE:
            self.tree_pane.filter(message.words)
        else:
            self.do(SearchTags(message.words))
        bridge.show_titles(self)

    def on_filter_line_ended(self, message: FilterLine.Ended) -> None:
        """Back to the pane, or where keys have led since; they may have opened the line again."""
        if self.panes.screen.focused is None:
            self.panes.go(self.panes.current_name)
