"""What commands do with the tags: jump, switches; one function a verb, joined to those of ``verbs.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.ui import bridge
from tui.ui.commands import TAGS

if TYPE_CHECKING:
    from textual.widget import AwaitMount

    from tui.ui.app import SafelightApp


def toggle_private(app: SafelightApp) -> None:
    """Private elements on and off."""
    app.tags_pane.action_toggle_private()
    bridge.show_titles(app)


def toggle_empty(app: SafelightApp) -> None:
    """Empty elements on and off."""
    app.tags_pane.action_toggle_empty()
    bridge.show_titles(app)


def jump_to_tag(app: SafelightApp) -> AwaitMount:
    """Ask for a tag and go there; a filter that hides it is dropped."""
    from tui.ui.dialogs.jump import JumpToTag

    def go(index: int | None) -> None:
        if index is None or app.tags_pane.go_to(index):
            return
        app.filter_line.clear(TAGS)
        app.tags_pane.show_everything()
        app.tags_pane.go_to(index)
        bridge.show_titles(app)

    return app.push_screen(JumpToTag(app.tags_pane.meant), go)
