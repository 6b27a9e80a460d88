"""Keys after the user's own, and how they are written."""

from __future__ import annotations

import pytest

from tui.ui.commands import COMMANDS, IMAGE, PANES, PROBE, TAGS, TREE
from tui.ui.keymap import Keymap, is_key, key_name, key_table, shown_key


@pytest.mark.parametrize(
    ("word", "name"),
    [("[", "left_square_bracket"), (",", "comma"), ("f1", "f1"), ("。", "ideographic_full_stop"), ("G", "G")],
)
def test_key_name(word: str, name: str) -> None:
    assert key_name(word) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("left_square_bracket", "["), ("up", "up"), ("shift+up", "shift+up"), ("pagedown", "pgdn"), ("f1", "F1"),
     ("ctrl+r", "ctrl+r"), ("minus", "-"), ("escape", "esc"), ("question_mark", "?"), ("G", "G")],
)  # fmt: skip
def test_shown_key(name: str, shown: str) -> None:
    assert shown_key(name) == shown


def test_what_is_a_key() -> None:
    assert all(is_key(name) for name in ("a", "ctrl+x", "f5", "fullwidth_comma", "alt+left", "plus", "space"))
    assert not any(is_key(name) for name in ("hoho", "ctrl+", "", "strg+x", "pgdown"))


def test_the_pane_comes_first_and_then_everywhere() -> None:
    keymap = Keymap()
    assert [keymap.find(pane, "space").id for pane in PANES] == ["tree.mark", "image.cine", "tags.fold"]  # type: ignore[union-attr]
    assert keymap.find(IMAGE, "i") is keymap.find(TREE, "i") is keymap.commands["window.invert"]
    assert keymap.find(TREE, "ö") is None


def test_own_keys_replace_those_of_the_table() -> None:
    keymap = Keymap({"window.wider": "f5, ctrl+up", "cine.toggle": "}"})
    assert keymap.problems == ()
    assert keymap.keys("window.wider") == ("f5", "ctrl+up")
    assert keymap.find(TAGS, "f5") is keymap.commands["window.wider"]
    assert keymap.find(TAGS, "right_curly_bracket") is keymap.commands["cine.toggle"]
    assert keymap.find(TAGS, "c") is None


def test_a_key_can_be_taken_away() -> None:
    keymap = Keymap({"picture.export": ""})
    assert keymap.problems == ()
    assert keymap.find(IMAGE, "e") is None
    assert keymap.shown("picture.export") == ""


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"window.widest": "x"}, "window.widest, which is no command"),
        ({"window.wider": "hoho"}, "window.wider the key hoho, which does not exist"),
        ({"window.wider": "i"}, "window.wider the key i, which window.invert has"),
        ({"window.wider": "x"}, "window.wider the key x, which image.flip has"),
        ({"image.flip": "q"}, "image.flip the key q, which program.quit has"),
        ({"window.wider": "f5", "window.narrower": "f5"}, "window.narrower the key F5, which window.wider has"),
        ({"a\x1b]0;x\x07": "x"}, "␛]0;x␇"),
    ],
)
def test_what_is_wrong_with_own_keys_is_said(own: dict[str, str], told: str) -> None:
    keymap = Keymap(own)
    assert len(keymap.problems) == 1
    assert told in keymap.problems[0]


def test_a_clash_leaves_the_key_with_its_holder() -> None:
    keymap = Keymap({"image.flip": "q"})
    assert keymap.find(IMAGE, "q") is keymap.commands["program.quit"]


def test_panes_may_share_a_key() -> None:
    keymap = Keymap({"tree.open": "x"})
    assert keymap.problems == ()
    assert keymap.find(TREE, "x") is keymap.commands["tree.open"]
    assert keymap.find(IMAGE, "x") is keymap.commands["image.flip"]


def test_key_table_has_a_row_a_command_and_no_full_width_key() -> None:
    table = key_table()
    assert table.isascii()
    assert len(table.splitlines()) == len(COMMANDS) + 2
    assert all(line.replace("\\|", "").count("|") == 5 for line in table.splitlines())
    assert "| everywhere | `[` | Level down: brighter | `window.lower` |" in table


def test_what_a_pane_alone_does_comes_first_and_a_mode_hides_the_keys_that_it_takes() -> None:
    keymap = Keymap()
    tree = [command.id for command in keymap.of_pane(TREE)]
    assert tree.index("tree.open") < tree.index("list.down") < tree.index("help.keys")
    probing = [command.id for command in keymap.of_pane(PROBE)]
    assert probing.index("probe.left") < probing.index("image.rotate")
    assert "image.next-frame" not in probing and "image.next" in probing  # n goes on to the next image
    assert keymap.find(PROBE, "left").id == "probe.left" and keymap.find(IMAGE, "left").id == "image.previous-frame"
