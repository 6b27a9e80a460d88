"""A small app that holds one list, takes its actions, and has the keys of the table."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Button

from tui.service.actions import Action
from tui.service.values import Instance, Library, Patient, Ref, Series, SeriesKey, Skipped, Study
from tui.ui import theme
from tui.ui.keymap import Keymap
from tui.ui.panes.lines import Lines


class Stage(App[None]):
    CSS = "Lines { width: 1fr; height: 1fr; } Button { dock: bottom; height: 1; border: none; }"

    def __init__(self, pane: Lines, name: str = "tree") -> None:
        super().__init__()
        self.animation_level = "none"
        self.pane, self.pane_name = pane, name
        self.keymap = Keymap({})
        self.actions: list[Action] = []
        self.register_theme(theme.SAFELIGHT)
        self.theme = "safelight"
        for key in self.keymap.every_key():
            self._bindings.key_to_bindings[key] = [Binding(key, f"key({key!r})", show=False, priority=True)]

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Button("elsewhere")

    def on_mount(self) -> None:
        self.pane.focus()

    def do(self, action: Action) -> None:
        self.actions.append(action)

    async def action_key(self, key: str) -> None:
        command = self.keymap.find(self.pane_name, key)
        if command is not None and isinstance(command.act, str):
            where, _, verb = command.act.partition(".")
            if where == "pane":
                await self.run_action(verb, self.pane)

    def text(self) -> list[str]:
        """The lines of the list, as they are on the screen, without the spaces at their ends."""
        lines = [self.pane.render_line(y).text.rstrip() for y in range(self.pane.size.height)]
        while lines and not lines[-1]:
            lines.pop()
        return lines


def instance(series: str = "1", number: int = 1, **other: object) -> Instance:
    """An image of one patient and study, by formula."""
    values: dict[str, object] = {
        "ref": Ref(f"/data/s{series}/IM{number}"), "patient_name": "Phantom^Formula", "patient_id": "P1",
        "study_uid": "1", "study_date": "20260102", "study_description": "Phantom study", "series_uid": series,
        "series_number": int(series), "series_description": f"Series {series}", "modality": "CT", "number": number,
        "rows": 64, "columns": 64,
    }  # fmt: skip
    return Instance(**{**values, **other})  # type: ignore[arg-type]


def library(series: dict[str, int], patients: Iterable[str] = ("P1",), skipped: tuple[Skipped, ...] = ()) -> Library:
    """Patients with one study each, of these series with so many images each."""
    people = []
    for person in patients:
        made = tuple(
            Series(SeriesKey(person, "1", uid), tuple(
                instance(uid, n + 1, patient_id=person, ref=Ref(f"/data/{person}/s{uid}/IM{n + 1}"))
                for n in range(count)
            ))
            for uid, count in series.items()
        )  # fmt: skip
        people.append(Patient(person, (Study("1", made),)))
    return Library(tuple(people), skipped)
