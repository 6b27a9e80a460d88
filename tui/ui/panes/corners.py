"""What stands around the picture: which one it is, how it is shown, and the letters of its sides."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.frozen import frozen
from tui.service.reduce import current_series
from tui.service.state import Shown, State
from tui.service.values import Caption, Cut, Series, View, Volumed

GAP = 2
_PANELS = ("", "", "mask", "")  # the name of the one in the middle stands where the letter of a single picture would
DOT = " · "


@frozen
class Corners:
    """Texts of the four corners and letters of the sides (left, right, top, bottom); printable."""

    top_left: str = ""
    top_right: str = ""
    bottom_left: str = ""
    bottom_right: str = ""
    letters: tuple[str, str, str, str] = ("", "", "", "")

    def above(self) -> tuple[str, str, str]:
        """What the first row says."""
        return self.top_left, self.letters[2], self.top_right

    def below(self) -> tuple[str, str, str]:
        """What the last row says."""
        return self.bottom_left, self.letters[3], self.bottom_right


def corners(state: State) -> Corners:
    """The texts for the picture that is shown."""
    shown = state.shown
    if shown is None or shown.picture is None:
        return Corners()
    series = _series_of(state, shown)
    view = state.views.get(series.key, state.base) if series else state.base
    texts = Corners(
        top_left=_series_text(series) if series else "",
        top_right=DOT.join(filter(None, (_masked(shown), _number_text(series, shown)))),
        bottom_left=window_text(shown.picture, view),
        bottom_right=view_text(shown.picture, view),
        letters=shown.picture.letters,
    )
    if view.panels and shown.findings.mask is not None:
        mask = _masked(shown)
        texts = replace(texts, top_left="original", top_right=mask.replace("mask", "result", 1), letters=_PANELS)
    if view.cut is not None and shown.findings.volumed is not None:
        return _cut(texts, view.cut, shown.findings.volumed, shown.picture)
    return _probed(texts, shown) if shown.findings.probe else texts


def _cut(texts: Corners, cut: Cut, found: Volumed, picture: Caption) -> Corners:
    """Which plane the keys move, and what is where the planes meet."""
    from tui.service.cutting import cut_text
    from tui.ui.panes.readout import volumed_text

    zoom = texts.bottom_right if cut.alone else ""
    below = DOT.join((volumed_text(found), texts.bottom_left))
    return replace(texts, top_right=cut_text(cut, found), bottom_left=below, bottom_right=zoom)


def _masked(shown: Shown) -> str:
    if shown.findings.mask is None:
        return ""
    from tui.ui.panes.readout import mask_text

    return mask_text(shown.findings.mask)


def _probed(texts: Corners, shown: Shown) -> Corners:
    """What the probe found has the whole last line; the window stands in the status line, too."""
    from tui.ui.panes.readout import probe_text

    probe = shown.findings.probe
    letters = (*texts.letters[:3], "")
    return replace(texts, bottom_left=probe_text(probe) if probe else "", bottom_right="", letters=letters)


def _series_of(state: State, shown: Shown) -> Series | None:
    """The series that holds what is shown, looked for where the cursor is; a text for another one would be false."""
    series = current_series(state)
    return series if series is not None and series.index(shown.ref) is not None else None


def _series_text(series: Series) -> str:
    first = series.first
    number = "" if first.series_number is None else f" {first.series_number}"
    return DOT.join(filter(None, (f"{first.modality}{number}".strip(), first.series_description)))


def place_text(state: State) -> str:
    """``image 3/12 · frame 1/20`` for the picture that is shown; empty for one alone.

    While no pane has room for a picture none is drawn, and what is looked at is where the cursor is.
    """
    shown, cursor = state.shown, state.cursor
    if not state.viewport.width and cursor.ref is not None:
        here = shown if shown is not None and shown.ref == cursor.ref else Shown(0, cursor.ref, cursor.frame)
        here = replace(here, frame=cursor.frame)
        return _number_text(_series_of(state, here), here)
    return "" if shown is None or shown.picture is None else _number_text(_series_of(state, shown), shown)


def _number_text(series: Series | None, shown: Shown) -> str:
    parts = []
    place = series.index(shown.ref) if series and len(series.instances) > 1 else None
    if series and place is not None:
        parts.append(f"image {place + 1}/{len(series.instances)}")
    if shown.facts.frames > 1:
        order = shown.facts.order  # numbers are those of the file; so a place is said where it is another one
        parts += [f"place {order.index(shown.frame) + 1}/{len(order)}"] if shown.frame in order else []
        parts.append(f"frame {shown.frame + 1}" if order else f"frame {shown.frame + 1}/{shown.facts.frames}")
    if shown.facts.subject:
        parts.append(shown.facts.subject)
    return DOT.join(parts)


def window_text(picture: Caption, view: View) -> str:
    """``C 40 W 80 HU · BRAIN``; empty for colour that is not inverted."""
    parts = []
    if picture.window:
        parts.append(f"C {picture.window.center:.5g} W {picture.window.width:.5g} {picture.unit}".rstrip())
    parts += [picture.window_label, "inverted" if view.invert != picture.inverse else ""]
    return DOT.join(filter(None, parts))


def view_text(picture: Caption, view: View) -> str:
    """``fit · 156 %``: zoom, pixels of the screen for one of the image, rotation, flip."""
    zoom = "1:1" if view.one_to_one else "fit" if abs(view.zoom - 1) < 1e-6 else f"zoom {view.zoom:.3g}"
    turn = f"{90 * view.rotation}°" if view.rotation else ""
    return DOT.join(filter(None, (zoom, f"{100 * picture.scale:.0f} %", turn, "flipped" if view.flip else "")))


def cut(text: str, width: int) -> str:
    """The text in at most that many cells, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + "…" if width > 1 else ""


def row(texts: Corners, y: int, size: tuple[int, int], styles: tuple[Style, Style, Style]) -> Strip:
    """A row of the pane that has texts: the first, the middle or the last one.

    Parameters
    ----------
    size
        Columns and rows of the pane.
    styles
        Of the texts, of the letters, and of what is empty.
    """
    (width, height), (text, letter, ground) = size, styles
    left, right, top, bottom = texts.letters
    if y == 0:
        return line(width, texts.top_left, top, texts.top_right, text=text, letter=letter)
    if y == height - 1:
        return line(width, texts.bottom_left, bottom, texts.bottom_right, text=text, letter=letter)
    ends = [Segment(side[:1] or " ", letter) for side in (left, right)]
    return Strip([ends[0], Segment(" " * (width - 2), ground), ends[1]], width)


def sentence(words: str, y: int, size: tuple[int, int], style: Style, ground: Style) -> Strip:
    """A row of a sentence that stands in the middle of a pane of this size."""
    width, height = size
    rows = wrap(words, max(10, width - 4))
    at = y - (height - len(rows)) // 2
    text = rows[at].center(width) if 0 <= at < len(rows) else ""
    return Strip([Segment(text, style)]).adjust_cell_length(width, ground)


def line(width: int, left: str, middle: str, right: str, *, text: Style, letter: Style) -> Strip:
    """A row with a text at each end and a letter in the middle; the left text yields to the others."""
    centre = (width - cell_len(middle)) // 2 if middle else width
    right = cut(right, max(0, width - centre - cell_len(middle) - GAP if middle else width - 1))
    at_right = width - cell_len(right)
    left = cut(left, max(0, min(centre, at_right) - GAP if middle or right else width))
    segments, x = [], 0
    for start, part, style in ((0, left, text), (centre, middle, letter), (at_right, right, text)):
        if part:
            segments += [Segment(" " * (start - x), text), Segment(part, style)]
            x = start + cell_len(part)
    return Strip([*segments, Segment(" " * (width - x), text)], width)
