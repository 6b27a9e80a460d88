"""The image pane: a picture in its cells, texts around it, or a sentence in its place.

The app passes ``events.CursorPosition`` on to :meth:`ImagePane.acknowledge`, which paces the pictures: see
``courier.py``. What a terminal draws over the cells is drawn again when the cells were painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.service.actions import ResizeViewport
from tui.service.ports import Box, Graphics
from tui.service.state import Shown, State
from tui.ui.panes import fit
from tui.ui.panes.corners import Corners, corners, row, sentence
from tui.ui.panes.courier import Courier, Exhibit
from tui.ui.panes.orders import Desk
from tui.ui.panes.painted import Painted
from tui.ui.panes.strips import hung, written
from tui.ui.panes.veil import Veil, messages
from tui.ui.patches import write_now

if TYPE_CHECKING:
    from tui.ui.panes.gauge import GaugePanel

EMPTY = "Choose a series in the tree."


def _nothing(state: State) -> str:
    """Why no picture can be chosen yet, or what to do."""
    if state.library.patients or not state.scan.number:
        return EMPTY
    return "Looking for images…" if state.scan.running else "There is no image to show."


def _measuring(pane: Widget, panel: GaugePanel | None, state: State) -> GaugePanel | None:
    """The panel with the numbers while the picture is measured."""
    if state.view.gauge is None:
        if panel is not None:
            panel.remove()
        return None
    if panel is None:
        from tui.ui.panes.gauge import GaugePanel

        panel = GaugePanel()
        panel.fit(pane.content_region.size)
        pane.mount(panel)
    panel.show(state)
    return panel


class _Doer(Protocol):
    viewer: Desk

    def do(self, action: ResizeViewport) -> None: ...


class ImagePane(Painted, can_focus=True):
    """One picture.

    Parameters
    ----------
    graphics
        How pictures are drawn in this terminal.
    """

    UNDIVIDED = True  # painted in one go: see ``ui/patches.py``
    COMPONENT_CLASSES: ClassVar[set[str]] = {"image--corner", "image--letter", "image--reason"}
    DEFAULT_CSS = """
    ImagePane { width: 1fr; height: 1fr;
        .image--corner { color: $text-muted; }
        .image--letter { color: $accent; }
        .image--reason { color: $text-muted; }
    }
    """

    def __init__(self, graphics: Graphics, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.graphics = graphics
        self.courier = Courier(graphics, self)
        self._with_corners = True
        self._corners = Corners()
        self._reason = EMPTY
        self._exhibit: Exhibit | None = None
        self._viewport, self._painting = (-1, -1), False
        self._rows: tuple[int, ...] = ()  # of the picture, not yet written
        self._veil = Veil(self, self.courier.withdraw if graphics.floats else None, lambda: self._exhibit)
        self._panel: GaugePanel | None = None
        self._taken = (0, 0)  # columns and rows of it

    # ------------------------------------------------------------------------------------------ what to show

    def show(self, state: State) -> None:
        """Show what the state says: its picture, the reason why there is none, or nothing."""
        self.courier.keep = state.cine.playing
        laid = state.corners, _measuring(self, self._panel, state)
        if laid != (self._with_corners, self._panel):
            self._with_corners, self._panel = laid
            self.refresh()
            self.call_later(self.on_resize)  # an action from within an event would come before the event's end
        shown = state.shown
        if state.cursor.ref is None or shown is None:
            self.show_reason(_nothing(state))
        elif shown.picture is None:
            self.show_reason(shown.problem)
        else:
            self.show_picture(shown, corners(state))

    @property
    def _free(self) -> Size:
        """Cells that are left for the picture and its texts."""
        return self.content_region.size - self._taken

    def show_picture(self, shown: Shown, texts: Corners = Corners()) -> None:
        """Show a picture as soon as the terminal has taken the one before it."""
        self._say("")
        self._label(texts)
        self.courier.want(shown)

    def show_reason(self, sentence: str) -> None:
        """Show a sentence instead of a picture."""
        if self._reason == sentence:
            return
        self._say(sentence)
        self._label(Corners())
        self.courier.drop()

    def redraw(self) -> None:
        """Send everything anew, whatever the terminal still shows."""
        self.courier.again()

    def close(self) -> str:
        """Let the terminal forget what it holds; returns what was written for that.

        To be called before ``App.exit``: after it the terminal has left the screen to which the pictures belong.
        """
        return self.courier.close()

    def acknowledge(self) -> None:
        """The terminal has answered: it has taken the picture."""
        self.courier.acknowledge()

    @property
    def busy(self) -> bool:
        """Whether a picture is ordered, on its way or about to be sent in full."""
        return self.courier.busy

    def _say(self, sentence: str) -> None:
        if sentence != self._reason:
            self._reason = sentence
            self.refresh()

    def _label(self, texts: Corners) -> None:
        before, self._corners = self._corners, texts
        if texts == before:
            return
        width, height = self._free
        changed = [Region(0, 0, width, 1)] if texts.above() != before.above() else []
        changed += [Region(0, height - 1, width, 1)] if texts.below() != before.below() else []
        if texts.letters[:2] != before.letters[:2]:
            changed += [Region(0, height // 2, 1, 1), Region(width - 1, height // 2, 1, 1)]
        if changed:
            self.refresh(*changed)

    # ------------------------------------------------------------------------------------------ the room

    def on_mount(self) -> None:
        """Send everything anew when the program comes back from the background; give way to what covers the picture."""
        self.app.app_resume_signal.subscribe(self, lambda _: self.redraw())
        self._veil.watch()

    def on_resize(self) -> None:
        """Say how large the pane is; fit the picture that stands there until another comes."""
        self._taken = self._panel.fit(self.content_region.size) if self._panel is not None else (0, 0)
        self._announce()
        self.courier.refit()

    def on_show(self) -> None:
        """Say how large the pane is, and show what came while it was hidden."""
        self.on_resize()

    def on_hide(self) -> None:
        """Say that there is no pane."""
        self.courier.withdraw()
        self._announce(hidden=True)

    def room(self) -> Box:
        """The cells that a picture may fill."""
        width, height = self._free
        return fit.area(width, height, self._with_corners, self.graphics.cell, self.graphics.limit)

    def _announce(self, hidden: bool = False) -> None:
        room, cell = self.room(), self.graphics.cell
        size = (0, 0) if hidden else (room.columns * cell[0], room.rows * cell[1])
        if size != self._viewport and self.is_mounted:
            self._viewport = size
            self.refresh()
            self.courier.orders.settle()
            cast(_Doer, self.app).do(ResizeViewport(*size))

    # ------------------------------------------------------------------------------------------ the courier's wall

    def desk(self) -> Desk:
        """Where pictures are ordered."""
        return cast(_Doer, self.app).viewer

    def hang(self, exhibit: Exhibit | None) -> bool:
        """Make it what the cells show. Returns whether cells will be painted on the screen for it."""
        before, self._exhibit, self._rows = self._exhibit, exhibit, ()
        if exhibit is None:
            self.refresh()
            return False
        box = exhibit.box
        if before is None or before.box != box or not self._exposed:
            self.refresh()
            return self._exposed
        old, new = before.encoded, exhibit.encoded
        rows = tuple(y for y in range(box.rows) if old.row(y, 0, box.columns) != new.row(y, 0, box.columns))
        if self.writer() is not None and not self._reason:
            self._rows = rows  # written at once: painting them by the way of all widgets takes twice as long
            return False
        if rows:
            self.refresh(*(Region(box.x, box.y + y, box.columns, 1) for y in rows))
        return bool(rows)

    @property
    def _exposed(self) -> bool:
        """Whether the cells are on the screen, with no dialog over it."""
        return self.is_attached and self.app.screen is self.screen and bool(self.region.area)

    def stamp(self) -> str:
        """What must be written over the cells now; empty while something else stands there."""
        if self._exhibit is None or self._reason or not self._exposed or self._veil.drawn:
            return ""
        box, content = self._exhibit.box, self.content_region
        if box.x + box.columns > content.width or box.y + box.rows > content.height:
            return ""
        encoded, left, top = self._exhibit.encoded, content.x + box.x, content.y + box.y
        rows, self._rows = self._rows, ()
        if not rows:
            return encoded.stamp(left, top)
        return written((left, top + y, encoded.row(y, 0, box.columns) or "") for y in rows)

    def stamped(self) -> None:
        """Paint anew what stands above the pane and was written over."""
        for widget in messages(self):
            widget.refresh()

    def writer(self) -> Callable[[str], None] | None:
        """The driver's writer; None without a terminal."""
        driver = self.app._driver if self.is_attached else None
        return None if driver is None or driver.is_headless else partial(write_now, driver)

    def answers(self) -> bool:
        """A browser in the place of a terminal answers nothing."""
        return not self.app.is_web

    def launch(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it on the loop of the app."""
        self.run_worker(work, name="pictures", group="pictures")

    def _on_painting(self) -> None:
        """A row of the picture is being written; what follows it must wait until all of them are."""
        if not self._painting:
            self._painting = True
            asyncio.get_running_loop().call_soon(self._after_painting)

    def _after_painting(self) -> None:
        self._painting = False
        if self.is_attached:
            self.courier.painted()

    # ------------------------------------------------------------------------------------------ the cells

    def render_line(self, y: int) -> Strip:
        """A row without the picture: texts, letters, the reason."""
        return self._row(y).adjust_cell_length(self.content_size.width, self.style())

    def _row(self, y: int) -> Strip:
        width, height = self._free
        ground = self.style()
        if self._reason:
            return sentence(self._reason, y, (width, height), self.style("image--reason"), ground)
        if not self._with_corners or not fit.framed(width, height) or y not in (0, height // 2, height - 1):
            return Strip.blank(width, ground)
        styles = self.style("image--corner"), self.style("image--letter"), ground
        return row(self._corners, y, (width, height), styles)

    def _text(self, y: int, start: int, end: int) -> str | None:
        """Cells of the picture as it is when they are painted: the line may have been made for one before it."""
        if self._exhibit is None:
            return None
        if self._veil.drawn or (self._exhibit.over and not self._exposed):
            return Strip(self._exhibit.preview.row(y, start, end)).render(self.app.console)
        return self._exhibit.encoded.row(y, start, end)

    def _plain(self, y: int, start: int, end: int) -> list[Segment]:
        return self._exhibit.preview.row(y, start, end) if self._exhibit else []

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows with the picture in them."""
        strips = super().render_lines(crop)
        if self._exhibit is None or self._reason:
            return strips
        box, inside = self._exhibit.box, Region(*self.content_offset, *self.content_size)
        cells = Region(inside.x + box.x, inside.y + box.y, box.columns, box.rows)
        return hung(strips, crop, cells, inside, text=self._text, plain=self._plain, painted=self._on_painting)
