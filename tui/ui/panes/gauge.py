"""What is measured of the picture, beside or below it: numbers, the histogram with the window on it, a profile."""

from __future__ import annotations

import math
from textwrap import wrap
from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.frozen import frozen
from tui.service.figures import figure
from tui.service.gauging import edges
from tui.service.state import Shown, State
from tui.service.values import Gauged, Handle, Histogram, Line, View
from tui.ui.panes.chart import bars, curve, grey, heights
from tui.ui.panes.corners import cut
from tui.ui.panes.readout import gauge_rows

SIDE, BELOW = 34, 8  # columns beside the picture, rows below it
_WIDE = 72  # columns of a pane that has room beside the picture
_HIGH = 15  # rows of a pane that has room below it
_MOST = 12  # rows below the picture, where the pane is high
_NUMBERS = 26  # columns of the numbers, where the chart stands beside them
_APART = 3
_CHART = 10  # rows of a chart at most

Run = tuple[str, str]
Rows = list[list[Segment]]


@frozen
class _Seen:
    """What the panel needs of the state: all of it would keep a library that was read anew since."""

    view: View
    shown: Shown


class GaugePanel(Widget):
    """Numbers and a chart; drawn line by line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "gauge--name", "gauge--label", "gauge--value", "gauge--inside", "gauge--outside", "gauge--edge", "gauge--held",
    }  # fmt: skip
    DEFAULT_CSS = """
    GaugePanel { background: black; dock: right; padding: 0 1 0 2;
        .gauge--name { color: $accent; }
        .gauge--label { color: $text-muted; }
        .gauge--value { color: $foreground; }
        .gauge--inside { color: $foreground; }
        .gauge--outside { color: $border-blurred; }
        .gauge--edge { color: $primary; }
        .gauge--held { color: $accent; text-style: reverse; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: _Seen | None = None
        self._shown: tuple[object, ...] = ()
        self._made: tuple[object, ...] = ()
        self._lines: Rows = []

    def show(self, state: State) -> None:
        """Take over what was measured; a picture that is measured on its way leaves the numbers as they are."""
        there = state.shown
        if there is None or there.findings.gauged is None or there.picture is None:
            return
        shown = (there.findings.gauged, state.view.gauge, there.picture.window, there.picture.unit, state.view.invert)
        if shown != self._shown:
            self._seen, self._shown = _Seen(state.view, there), shown
            self.refresh()

    def fit(self, size: Size) -> tuple[int, int]:
        """Stand beside the picture where the pane is wide, else below it; returns the columns and rows taken."""
        beside = size.width >= _WIDE
        below = max(BELOW, min(_MOST, size.height // 3)) if size.height >= _HIGH else 0
        columns, rows = (SIDE, 0) if beside else (0, below)
        self.styles.dock = "right" if beside else "bottom"
        self.styles.width = SIDE if beside else "100%"
        self.styles.height = "100%" if beside else max(rows, 1)
        self.display = bool(columns or rows)
        return columns, rows

    # ------------------------------------------------------------------------------------------ rows

    def render_line(self, y: int) -> Strip:
        """One row of it."""
        width, height = self.content_size
        made = (self._shown, width, height, self.app.theme)
        if made != self._made:
            self._made, self._lines = made, self._rows(width, height)
        rows, ground = self._lines, self.visual_style.rich_style
        segments = [Segment(one.text, ground + (one.style or Style())) for one in (rows[y] if y < len(rows) else [])]
        return Strip(segments).adjust_cell_length(width, ground)

    def _rows(self, width: int, height: int) -> Rows:
        seen = self._seen
        gauged = seen.shown.findings.gauged if seen is not None else None
        if seen is None or gauged is None:
            return []
        if width > SIDE:  # below the picture
            left = self._numbers(gauged, _NUMBERS, height, seen)
            right = self._chart(gauged, width - _NUMBERS - _APART, height, seen)
            left += [[]] * (height - len(left))
            right += [[]] * (height - len(right))
            return [_padded(a, _NUMBERS + _APART) + b for a, b in zip(left, right, strict=False)]
        numbers = self._numbers(gauged, width, height, seen)
        chart = self._chart(gauged, width, min(_CHART, height - len(numbers) - 1), seen)
        return [*numbers, [], *chart] if chart else numbers

    def _numbers(self, gauged: Gauged, width: int, height: int, seen: _Seen) -> Rows:
        """The tool and what the keys move, then a number a row, as many as there is room for; then what must be
        known of them."""
        held = seen.view.gauge.held if seen.view.gauge else gauged.gauge.held
        rows = [self._pair(str(gauged.gauge.tool).capitalize(), f"arrows: {held}", width, "name", "label")]
        rows += [self._pair(*pair, width) for pair in gauge_rows(gauged)][: max(height - 1, 0)]
        for note in gauged.notes:
            words = wrap(note, width)
            if len(rows) + len(words) + 1 < height:
                rows += [[], *([Segment(word, self._style("label"))] for word in words)]
        return rows

    def _pair(self, label: str, value: str, width: int, *styles: str) -> list[Segment]:
        left, right = styles or ("label", "value")
        value = cut(value, width - len(label) - 1)
        space = " " * (width - len(label) - len(value))
        return [Segment(label + space, self._style(left)), Segment(value, self._style(right))]

    # ------------------------------------------------------------------------------------------ charts

    def _chart(self, gauged: Gauged, width: int, height: int, seen: _Seen) -> Rows:
        if height < 3 or width < 8:
            return []
        if gauged.histogram is not None and gauged.histogram.counts:
            return self._histogram(gauged.histogram, width, height, seen)
        return self._profile(gauged.line, width, height) if gauged.line is not None else []

    def _histogram(self, histogram: Histogram, width: int, height: int, seen: _Seen) -> Rows:
        """Bars, the greys that the window gives their values, and the ends of the axis."""
        step = (histogram.high - histogram.low) / width
        picture = seen.shown.picture
        window = picture.window if picture is not None and picture.unit == histogram.unit else None
        low, high = edges(window) if window else (histogram.low, histogram.high)
        columns = self._edges((low, high), histogram, width, seen) if window else {}
        rows: Rows = []
        for y, line in enumerate(bars(heights(histogram.counts, width), height - 2)):
            row = []
            for x, sign in enumerate(line):
                value = histogram.low + (x + 0.5) * step
                style = self._style("inside" if low <= value <= high else "outside")
                if x in columns and (sign == " " or not y):
                    sign, style = "│", columns[x]
                row.append(Segment(sign, style))
            rows.append(row)
        if window is not None and picture is not None:
            inverted = seen.view.invert != picture.inverse
            levels = (grey(histogram.low + (x + 0.5) * step, (low, high), inverted) for x in range(width))
            rows.append([Segment("▀", Style(color=Color.from_rgb(level, level, level))) for level in levels])
        rows.append(self._axis(figure(histogram.low), "log n", figure(histogram.high), width))
        return rows

    def _axis(self, left: str, middle: str, right: str, width: int) -> list[Segment]:
        """What stands below a chart."""
        gap = (width - len(middle)) // 2 - len(left)
        left = f"{left}{' ' * gap}{middle}" if gap > 0 and gap > len(right) - len(left) else left
        return self._pair(left, right, width, "label", "label")

    def _edges(self, window: tuple[float, float], histogram: Histogram, width: int, seen: _Seen) -> dict[int, Style]:
        """The columns in which the edges of the window stand; the one that is held is seen wherever it is."""
        held = seen.view.gauge.held if seen.view.gauge else None
        found = {}
        for name, edge in zip((Handle.LOWER, Handle.UPPER), window, strict=True):
            at = math.floor((edge - histogram.low) / (histogram.high - histogram.low) * width)
            if name == held:
                found[min(max(at, 0), width - 1)] = self._style("held")
            elif 0 <= at < width:
                found.setdefault(at, self._style("edge"))
        return found

    def _profile(self, line: Line, width: int, height: int) -> Rows:
        known = [value for value in line.values if value is not None]
        if not known:
            return []
        rows: Rows = [[Segment(text, self._style("inside"))] for text in curve(line.values, width, height - 1)]
        length = f"{line.length:.1f} {line.length_unit}"
        rows.append(self._axis("0", "along the line", length, width))
        return rows

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"gauge--{name}", partial=True)


def _padded(row: list[Segment], width: int) -> list[Segment]:
    return [*row, Segment(" " * max(width - sum(one.cell_length for one in row), 0))]
