"""Panes that paint their own lines, in styles that are made once and not for every change."""

from __future__ import annotations

from rich.style import Style
from textual.style import Style as VisualStyle
from textual.widget import Widget

from tui.ui.courtesy import Restyled


class Painted(Restyled, Widget):
    """To be derived from, with ``render_line``."""

    _ground: VisualStyle | None = None  # which Textual makes anew when a style has changed
    _made: dict[str, Style]

    def style(self, component: str = "") -> Style:
        """That of the pane, or of one of its component classes on it."""
        if self.visual_style is not self._ground:
            self._ground, self._made = self.visual_style, {}
        style = self._made.get(component)
        if style is None:
            style = self._ground.rich_style
            if component:
                style += self.get_component_rich_style(component, partial=True)
            self._made[component] = style
        return style
