"""The pictures that may hold burned-in text, by device: looked at one device after another."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.service.surveying import Device
from tui.service.values import Ref
from tui.ui.dialogs.dialog import Dialog, plain

ABOUT = (
    "Enter shows a picture of the device: lay boxes over the text, or say that it is clean. The next run keeps to it "
    "for all pictures of that device and size."
)


class PicturesSheet(Dialog[Ref]):
    """The devices; the result is the picture to look at.

    Parameters
    ----------
    devices
        As the survey found them; not empty.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]
    DEFAULT_CSS = """
    PicturesSheet #sheet { width: 90; }
    PicturesSheet #about { height: auto; margin: 0 0 1 0; color: $text-muted; }
    PicturesSheet OptionList { height: auto; max-height: 14; border: none; padding: 0; background: $panel; }
    PicturesSheet OptionList:focus { border: none; }
    """
    HEADING = "Pictures that may hold burned-in text"
    FOOTING = "enter looks at it, esc closes"

    def __init__(self, devices: tuple[Device, ...]) -> None:
        super().__init__()
        self._devices = devices

    def body(self) -> ComposeResult:
        """A line a device."""
        yield Static(plain(ABOUT), id="about")
        yield OptionList(*(Option(plain(line(device))) for device in self._devices))

    def action_cursor(self, by: int) -> None:
        """Go down or up."""
        devices = self.query_one(OptionList)
        if by > 0:
            devices.action_cursor_down()
        else:
            devices.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Look at its first picture."""
        event.stop()
        self.dismiss(self._devices[event.option_index].samples[0])


def line(device: Device) -> str:
    """One device: how many pictures, and whether the files themselves say that there is text."""
    what = "say that text is burned in (R01)" if device.certain else "not verified (R02)"
    return f"{device.count:>6,}  {device.name}: {what}"
