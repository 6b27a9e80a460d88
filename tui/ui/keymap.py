"""Which key means which command, after the user's own keys; and how keys are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from unicodedata import lookup

from textual.binding import Binding
from textual.keys import REPLACED_KEYS, Keys, format_key, key_to_character

from tui.service.values import View, printable
from tui.ui.commands import BOXES, COMMANDS, EVERYWHERE, IMAGE, MEASURE, MODES, PLANES, PROBE, Command

ALIASES_NEEDED = frozenset(
    [
        *("ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+left_square_bracket", "ctrl+space", "ctrl+@", "ctrl+slash"),
        *("ctrl+underscore", "shift+enter", "ctrl+enter", "shift+space", "tilde", "ctrl+b", "ctrl+a", "ctrl+backslash"),
        *("f10", "f11", "ctrl+w", "ctrl+n", "ctrl+t", "alt+minus", "alt+equals_sign"),
        *(f"{modifier}+{digit}" for modifier in ("ctrl", "alt") for digit in range(10)),
    ]
)
"""Keys that some terminal, multiplexer or input method swallows or changes: never the only way to a command."""

_NAMED = frozenset(key.value for key in Keys)
_MODIFIERS = re.compile(r"(?:(?:ctrl|alt|shift|super|meta|hyper)\+)*")
_WORDS = frozenset(["up", "down", "left", "right", "backspace", "enter", "space", "tab"])
_SHORT = {"pagedown": "pgdn", "pageup": "pgup", "escape": "esc", "delete": "del"}


@cache
def key_name(word: str) -> str:
    """Textual's name of a key that is written as one character or as a name."""
    if len(word) > 1 or (word.isascii() and word.isalnum()):
        return word
    if word == ",":
        return "comma"
    return next(iter(Binding.make_bindings([Binding(word, "none")]))).key


def character(name: str) -> str | None:
    """The character that a key types; None for keys such as arrows. Textual's own way back misses its renamed ones."""
    found = key_to_character(name)
    if found is not None or "+" in name:
        return found
    words = REPLACED_KEYS.get(name, name).replace("_", " ").upper()
    for hyphened in (words, words.replace("HYPHEN MINUS", "HYPHEN-MINUS"), words.replace(" THAN ", "-THAN ")):
        try:
            return lookup(hyphened)
        except KeyError:
            continue
    return None


def is_key(name: str) -> bool:
    """Whether a terminal could ever send such a key."""
    modifiers = _MODIFIERS.match(name)
    bare = name[modifiers.end() if modifiers else 0 :]
    return name in _NAMED or bare in _NAMED or character(bare) is not None


def shown_key(name: str) -> str:
    """A key as the hints and the help write it: ``[``, ``up``, ``pgdn``. No signs whose width terminals disagree on."""
    *modifiers, bare = name.split("+")
    if len(bare) > 1 and re.fullmatch(r"f\d+", bare):
        shown = bare.upper()
    else:
        shown = bare if bare in _WORDS else _SHORT.get(bare) or format_key(bare)
    return "+".join([*modifiers, shown])


def full_width(name: str) -> bool:
    """Whether the key is the twin of an ASCII key under a Chinese input method."""
    typed = character(name)
    return typed is not None and not typed.isascii()


class Keymap:
    """The table with the user's own keys.

    Parameters
    ----------
    own
        Command id to a comma-separated list of keys, which replaces the command's keys; empty takes them away.
    commands
        The table.

    Attributes
    ----------
    problems
        What was wrong with the user's keys, as sentences; those keys are left out.
    """

    def __init__(self, own: Mapping[str, str] | None = None, commands: Iterable[Command] = COMMANDS) -> None:
        self.commands = {command.id: command for command in commands}
        self.problems: tuple[str, ...] = ()
        self._keys = {id: tuple(map(key_name, command.keys.split())) for id, command in self.commands.items()}
        self._found: dict[tuple[str, str], Command] = {}
        self._rebind(own or {})
        for id in self._keys:
            self._claim(id, self._keys[id])

    def _rebind(self, own: Mapping[str, str]) -> None:
        known = {}
        for id, text in own.items():
            if id not in self.commands:
                self._complain(f"The settings give keys to {printable(id, 40)}, which is no command.")
                continue
            names = [key_name(word) for word in text.replace(" ", "").split(",") if word]
            for bad in [name for name in names if not is_key(name)]:
                self._complain(f"The settings give {id} the key {printable(bad, 40)}, which does not exist.")
            known[id] = [name for name in names if is_key(name)]
        for id in known:
            self._keys[id] = ()
        for id, names in known.items():
            free = []
            for name in names:
                holder = self._holder(id, name)
                if holder:
                    self._complain(f"The settings give {id} the key {shown_key(name)}, which {holder} has.")
                else:
                    free.append(name)
            self._keys[id] = tuple(free)

    def _holder(self, id: str, name: str) -> str:
        """The command that has the key already where this one would want it."""
        wanted = self.commands[id].panes
        for other, keys in self._keys.items():
            panes = self.commands[other].panes
            if other != id and name in keys and (not wanted or not panes or set(wanted) & set(panes)):
                return other
        return ""

    def _claim(self, id: str, names: tuple[str, ...]) -> None:
        for name in names:
            for pane in self.commands[id].panes or (EVERYWHERE,):
                self._found.setdefault((pane, name), self.commands[id])

    def _complain(self, sentence: str) -> None:
        self.problems += (sentence,)

    def find(self, pane: str, key: str) -> Command | None:
        """What the key means in a pane: the pane's own command, else one that holds everywhere.

        In a mode of a pane the pane's commands come after its own.
        """
        for place in (pane, MODES.get(pane, pane)):
            if found := self._found.get((place, key)):
                return found
        return self._found.get((EVERYWHERE, key))

    def keys(self, id: str) -> tuple[str, ...]:
        """The names of the keys of a command, the shown one first."""
        return self._keys[id]

    def every_key(self) -> tuple[str, ...]:
        """The names of all keys that mean something somewhere."""
        return tuple(dict.fromkeys(name for _, name in self._found))

    def shown(self, id: str, most: int = 9) -> str:
        """The keys of a command as text, without the full-width twins."""
        return " ".join(shown_key(name) for name in self._keys[id][:most] if not full_width(name))

    def of_pane(self, pane: str) -> tuple[Command, ...]:
        """What can be done in a pane: what it alone does, what others do, too, then what holds everywhere.

        In a mode of a pane its own keys come first, then those of the pane that it leaves free.
        """
        places = dict.fromkeys((pane, MODES.get(pane, pane)))
        own = [command for place in places for command in self.commands.values() if place in command.panes]
        own.sort(key=lambda command: len(command.panes) > 1)
        free = [
            one
            for one in own
            if not self._keys[one.id] or any(self.find(pane, key) is one for key in self._keys[one.id])
        ]
        return (*free, *(command for command in self.commands.values() if not command.panes))


def key_table() -> str:
    """The table of keys for the README, in Markdown."""
    keymap = Keymap()
    groups: dict[str, list[Command]] = {}
    for command in keymap.commands.values():
        groups.setdefault(command.group, []).append(command)
    lines = ["| where | key | does | id |", "| --- | --- | --- | --- |"]
    for commands in groups.values():
        for command in commands:
            where = " and ".join(command.panes) if command.panes else "everywhere"
            keys = " ".join(f"`{_escaped(key)}`" for key in keymap.shown(command.id).split(" "))
            lines.append(f"| {where} | {keys} | {command.help.rstrip('.')} | `{command.id}` |")
    return "\n".join(lines) + "\n"


def _escaped(key: str) -> str:
    return key.replace("|", "\\|")


def mode_of(pane: str, view: View) -> str:
    """The pane with the focus, or the mode that it is in."""
    if pane != IMAGE:
        return pane
    if view.boxes:
        return BOXES
    if view.cut:
        return PLANES
    return PROBE if view.probe else MEASURE if view.gauge else pane
