"""The pictures that may hold burned-in text: a contact sheet of each device, from which one is looked at closely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.service.contacts import Contact, Contacts, ContactsOf
from tui.service.questions import Answered, Ask
from tui.service.surveying import Device
from tui.service.values import Ref
from tui.ui.dialogs.dialog import Dialog, plain

ABOUT = (
    "Enter shows a picture in full, to lay boxes over its text; c says that all of the device are clean. Either holds "
    "for all pictures of that device and size."
)
COLUMNS, LINES = 18, 6  # cells of one small picture; a cell is two pixels high
GAP = 1


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture to be looked at closely, or one that stands for all of a device that are clean."""

    ref: Ref
    is_clean: bool = False


class ContactSheet(Widget, can_focus=True):
    """Small pictures in rows, one of them chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", show=False),
        Binding("right,l", "move(1)", show=False),
        Binding("up,k", "line(-1)", show=False),
        Binding("down,j", "line(1)", show=False),
        Binding("enter", "choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"contacts--chosen", "contacts--name"}
    DEFAULT_CSS = """
    ContactSheet {
        height: auto; width: 1fr;
        .contacts--chosen { color: $accent; text-style: bold; }
        .contacts--name { color: $text-muted; }
    }
    """

    class Chosen(Message):
        """A picture was chosen."""

        def __init__(self, ref: Ref) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures: tuple[Contact, ...] = ()
        self._refs: tuple[Ref, ...] = ()
        self._said = "drawing the pictures..."
        self.chosen = 0

    @property
    def per_row(self) -> int:
        """How many pictures stand side by side."""
        return max((self.size.width + GAP) // (COLUMNS + GAP), 1)

    def wait(self, refs: tuple[Ref, ...]) -> None:
        """Pictures of these are on their way."""
        self._refs, self._pictures, self.chosen = refs, (), 0
        self._said = "drawing the pictures..."
        self.refresh(layout=True)

    def show(self, pictures: tuple[Contact, ...], problem: str = "") -> None:
        """The pictures that were waited for, or why there are none."""
        self._pictures, self._said = pictures, problem
        self.refresh(layout=True)

    @property
    def ref(self) -> Ref:
        """The instance whose picture is chosen."""
        return self._refs[self.chosen]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as all pictures need."""
        per_row = max((width + GAP) // (COLUMNS + GAP), 1)
        return -(-len(self._refs) // per_row) * (LINES + 1)

    def action_move(self, by: int) -> None:
        """To the next picture, not past the ends."""
        self.chosen = max(0, min(self.chosen + by, len(self._refs) - 1))
        self.refresh()
        self.scroll_visible()

    def action_line(self, by: int) -> None:
        """To the picture below or above."""
        if 0 <= self.chosen + by * self.per_row < len(self._refs):
            self.action_move(by * self.per_row)

    def action_choose(self) -> None:
        """Look at it closely."""
        self.post_message(self.Chosen(self.ref))

    def render_line(self, y: int) -> Strip:
        """One line of all pictures of a row, or the numbers below them."""
        row, line = divmod(y, LINES + 1)
        if not self._pictures:
            return Strip([Segment(self._said if y == 0 else "")]).adjust_cell_length(self.size.width)
        segments: list[Segment] = []
        first = row * self.per_row
        for number in range(first, min(first + self.per_row, len(self._pictures))):
            segments += self._number(number) if line == LINES else self._cells(self._pictures[number], line)
            segments.append(Segment(" " * GAP))
        return Strip(segments).adjust_cell_length(self.size.width)

    def _number(self, number: int) -> list[Segment]:
        chosen = number == self.chosen
        style = self.get_component_rich_style("contacts--chosen" if chosen else "contacts--name")
        text = f"{'▲ ' if chosen else ''}{number + 1}"
        return [Segment(f"{text:^{COLUMNS}}", style)]

    def _cells(self, picture: Contact, line: int) -> list[Segment]:
        """Two lines of pixels in one line of cells."""
        if not picture.pixels:
            words = picture.problem[line * COLUMNS : (line + 1) * COLUMNS]
            return [Segment(f"{words:<{COLUMNS}}", self.get_component_rich_style("contacts--name"))]
        upper, lower = (picture.pixels[(2 * line + n) * COLUMNS * 3 :][: COLUMNS * 3] for n in (0, 1))
        cells = []
        for at in range(0, COLUMNS * 3, 3):
            style = Style.from_color(Color.from_rgb(*upper[at : at + 3]), Color.from_rgb(*lower[at : at + 3]))
            cells.append(Segment("▀", style))
        return cells


class PicturesSheet(Dialog[Looked]):
    """The devices and their pictures; the result is a picture to look at, or one that stands for a clean device.

    Parameters
    ----------
    devices
        As the survey found them; not empty.
    do
        The door for the question after the small pictures.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
        Binding("c", "clean", show=False),
    ]
    DEFAULT_CSS = """
    PicturesSheet #sheet { width: 118; }
    PicturesSheet #about { height: auto; color: $text-muted; }
    PicturesSheet OptionList { height: auto; max-height: 4; border: none; padding: 0; background: $panel; }
    PicturesSheet OptionList:focus { border: none; }
    PicturesSheet #contacts { margin: 1 0 0 0; }
    """
    HEADING = "Pictures that may hold burned-in text"
    FOOTING = "tab goes to the pictures, enter looks at one, c all clean, esc closes"

    def __init__(self, devices: tuple[Device, ...], do: Callable[[Ask], None]) -> None:
        super().__init__()
        self._devices = devices
        self._do = do
        self._asked: ContactsOf | None = None

    def body(self) -> ComposeResult:
        """A line a device, and the pictures of the one with the cursor."""
        yield Static(plain(ABOUT), id="about")
        yield OptionList(*(Option(plain(line(device))) for device in self._devices))
        yield ContactSheet(id="contacts")

    def action_cursor(self, by: int) -> None:
        """Go down or up."""
        devices = self.query_one(OptionList)
        if by > 0:
            devices.action_cursor_down()
        else:
            devices.action_cursor_up()

    @property
    def device(self) -> Device:
        """The one with the cursor."""
        return self._devices[self.query_one(OptionList).highlighted or 0]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Ask for its pictures."""
        event.stop()
        sheet = self.query_one(ContactSheet)
        samples = self.device.samples[: max(self._room(), 1)]
        sheet.wait(samples)
        self._asked = ContactsOf(samples, COLUMNS, LINES * 2)
        self._do(Ask(self._asked))

    def _room(self) -> int:
        """How many small pictures the screen has room for."""
        width, height = min(self.app.size.width, 118) - 4, self.app.size.height - 7 - min(len(self._devices), 4)
        return ((width + GAP) // (COLUMNS + GAP)) * max(height // (LINES + 1), 1)

    def answered(self, event: Answered) -> None:
        """Show the pictures; an answer about another device is dropped."""
        if event.question != self._asked:
            return
        found = event.answer.pictures if isinstance(event.answer, Contacts) else ()
        self.query_one(ContactSheet).show(found, event.problem)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Look at its first picture."""
        event.stop()
        self.dismiss(Looked(self._devices[event.option_index].samples[0]))

    def on_contact_sheet_chosen(self, event: ContactSheet.Chosen) -> None:
        """Look at it."""
        event.stop()
        self.dismiss(Looked(event.ref))

    def action_clean(self) -> None:
        """All pictures of the device are clean."""
        self.dismiss(Looked(self.device.samples[0], is_clean=True))


def line(device: Device) -> str:
    """One device: how many pictures, and whether the files themselves say that there is text."""
    what = "say that text is burned in (R01)" if device.certain else "not verified (R02)"
    return f"{device.count:>6,}  {device.name}: {what}"
