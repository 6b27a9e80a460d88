"""Where the panes stand: side by side as the width allows, or one alone; and which has the focus.

In two columns the right one holds the image or the tags, whichever had the focus last. The style sheet knows the
columns of each width; here are only the classes that it looks at.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import DescendantFocus
from textual.widget import AwaitMount, Widget

from tui.service.state import State
from tui.ui.commands import IMAGE, PANES, TREE
from tui.ui.courtesy import TURN

CLOSE = {"-narrow", "-short"}  # screens on which the style sheet does not show all panes


class Beside(Widget):
    """What may stand in the place of the tree, and hears of the state there."""

    def follow(self, state: State) -> None:
        """The state is this now."""

    def enter(self) -> None:
        """Take the focus."""


class Panes(Container):
    """The three panes.

    Parameters
    ----------
    panes
        Widgets by name, in the order in which tab visits them; each has its name as id.
    """

    def __init__(self, panes: dict[str, Widget]) -> None:
        super().__init__(id="panes")
        self._panes = panes
        self._current = TREE
        self._alone = False
        self._beside: Beside | None = None
        self.add_class(f"-on-{TREE}", f"-front-{IMAGE}")  # as the focus will be: nothing is styled twice

    def compose(self) -> ComposeResult:
        """In the order of the columns."""
        yield from self._panes.values()

    @property
    def current_name(self) -> str:
        """Name of the pane that has the focus, or had it last."""
        return self._current

    @property
    def current(self) -> Widget:
        """The widget of that pane."""
        return self._panes[self._current]

    @property
    def alone(self) -> bool:
        """Whether the current pane has all the room."""
        return self._alone

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Bring the pane that got the focus to the front, unless another has it by now: keys may come between."""
        if event.widget is not self.screen.focused:
            return
        for node in event.widget.ancestors_with_self:
            if node.id in PANES:
                self._current = node.id
                self._arrange(node.id)
                return

    @property
    def beside(self) -> Beside | None:
        """What stands in the place of the tree."""
        return self._beside

    def stand(self, widget: Beside) -> AwaitMount:
        """Put a widget in the place of the tree, beside the image."""
        self.stand_back()
        self._alone, self._beside, self._current = False, widget, IMAGE
        self._arrange(IMAGE)
        self.add_class("-beside")
        return self.mount(widget, before=self._panes[TREE])

    def stand_back(self) -> None:
        """Give the tree its place back; the image has the focus then."""
        widget, self._beside = self._beside, None
        if widget is None:
            return
        self.remove_class("-beside")
        self.go(IMAGE)
        widget.remove()

    def go(self, name: str) -> None:
        """Give the focus to a pane, which must be on the screen for that."""
        self.bring(name)
        self.screen.set_focus(self._panes[name])  # at once: Textual's own `focus` lets keys that wait come before it

    def bring(self, name: str) -> None:
        """Put a pane on the screen, for it or what belongs to it to get the focus."""
        if name == TREE:
            self.stand_back()
        self._current = name
        self._arrange(name)

    async def action_next(self, by: int = 1) -> None:
        """Go to the next pane, around the end."""
        names = list(self._panes)
        beside = self._beside
        if beside is not None and beside.has_focus_within:  # it stands where the tree does
            name = names[by % len(names)]
        else:
            name = names[(names.index(self._current) + by) % len(names)]
            if beside is not None and name == TREE:
                beside.enter()
                return
        self.bring(name)
        await TURN.room()  # to style what came to the front, and then what has the focus
        self.go(name)

    async def action_previous(self) -> None:
        """Go to the previous pane."""
        await self.action_next(-1)

    def action_maximize(self) -> None:
        """Give all the room to the pane with the focus, or share it again."""
        self.stand_back()
        self._alone = not self._alone
        self._arrange(self._current)

    def _arrange(self, name: str) -> None:
        classes = {f"-on-{other}": other == name for other in PANES}
        if name != TREE:
            classes |= {f"-front-{other}": other == name for other in PANES if other != TREE}
        before = self.classes
        self.update_classes(classes | {"-alone": self._alone}, update=False)
        if self.classes != before and self._told_by(before | self.classes):  # what is inside the panes looks the same
            self.app.stylesheet.update_nodes((self, *self.children))

    def _told_by(self, classes: frozenset[str]) -> bool:
        """Whether the style sheet looks at the classes: not where there is room for all panes."""
        return "-alone" in classes or not self.screen.classes.isdisjoint(CLOSE)
