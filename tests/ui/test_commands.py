"""The table of commands: complete, without clashes, and possible on every terminal."""

from __future__ import annotations

import typing

import pytest

from tui.service import actions as act
from tui.service.state import Cursor, State, Writing
from tui.service.values import Ref
from tui.ui.commands import COMMANDS, NOT_A_KEY, PANES, Command
from tui.ui.keymap import ALIASES_NEEDED, full_width, is_key, key_name

OPENED = State(cursor=Cursor(None, Ref("/data/a"), 2))


def names(command: Command) -> list[str]:
    return [key_name(word) for word in command.keys.split()]


def made(command: Command, state: State) -> act.Action | None:
    return None if isinstance(command.act, str) else command.act(state)


def test_ids_are_noun_dot_verb_and_unique() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(set(ids)) == len(ids)
    assert all(id.count(".") == 1 and id == id.lower() for id in ids)


def test_every_action_has_a_command_or_a_reason_not_to_be_a_key() -> None:
    actions = set(typing.get_args(act.Action))
    keyed = {type(made(c, s)) for c in COMMANDS for s in (OPENED, State(writing=Writing("export")))} - {type(None)}
    assert keyed | set(NOT_A_KEY) == actions
    assert not keyed & set(NOT_A_KEY)


@pytest.mark.parametrize("pane", PANES)
def test_no_key_means_two_things_in_a_pane(pane: str) -> None:
    taken: dict[str, str] = {}
    for command in COMMANDS:
        if not command.panes or pane in command.panes:
            for name in names(command):
                assert name not in taken, f"{name}: {command.id} and {taken[name]}"
                taken[name] = command.id


def test_no_command_hangs_on_a_key_that_some_terminals_swallow() -> None:
    for command in COMMANDS:
        assert set(names(command)) - ALIASES_NEEDED, command.id


def test_every_key_exists() -> None:
    assert [name for command in COMMANDS for name in names(command) if not is_key(name)] == []


@pytest.mark.parametrize(
    ("ascii_key", "twins"),
    [
        (",", "，"), (".", "。"), ("<", "《"), (">", "》"), ("?", "？"), (":", "："), ("[", "【"), ("]", "】"),
        ("(", "（"), (")", "）"), ("+", "＋"), ("-", "－"), ("=", "＝"), ("/", "／"),
    ],
)  # fmt: skip
def test_full_width_punctuation_is_an_alias(ascii_key: str, twins: str) -> None:
    command = next(c for c in COMMANDS if ascii_key in c.keys.split())
    assert set(twins) <= set(command.keys.split())
    assert all(full_width(key_name(twin)) for twin in twins)


def test_help_is_a_short_sentence() -> None:
    for command in COMMANDS:
        assert command.help.endswith(".")
        assert len(command.help) <= 52, command.id


@pytest.mark.parametrize("pane", PANES)
def test_a_pane_has_four_to_eight_hints(pane: str) -> None:
    own = [c for c in COMMANDS if c.hint and pane in c.panes]
    assert 1 <= len(own) <= 4
    assert len(own) + len([c for c in COMMANDS if c.hint and not c.panes]) >= 4


def test_stop_ends_what_is_written_first_and_else_the_scan() -> None:
    stop = next(c for c in COMMANDS if c.id == "work.stop")
    assert made(stop, State()) == act.StopScan()
    assert made(stop, State(writing=Writing("export"))) == act.StopWriting()


def test_export_takes_what_is_looked_at() -> None:
    export = next(c for c in COMMANDS if c.id == "picture.export")
    assert export.asks and export.asks(OPENED) == act.Export((act.Target(Ref("/data/a"), 2),), OPENED.view)
    assert export.asks(State()) == act.Export(())
