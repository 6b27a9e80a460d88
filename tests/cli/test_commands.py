"""Words to options."""

import signal

import pytest

from tui.cli import COMMANDS, commands
from tui.errors import UsageError


def test_every_command_has_a_parser_and_a_module():
    assert set(commands._PARSERS) == set(commands._MODULES) == {"", *COMMANDS}


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["--window", "-600,1500"], ["--window=-600,1500"]),
        (["--window", "-.5,2", "x"], ["--window=-.5,2", "x"]),
        (["--window", "40,80"], ["--window", "40,80"]),
        (["--window", "-o"], ["--window", "-o"]),
        (["-600,1500"], ["-600,1500"]),
    ],
)
def test_a_negative_centre_is_no_option(words, joined):
    assert commands._joined(words) == joined


def test_paths_and_options_may_be_mixed():
    options = commands._PARSERS["export"]().parse_intermixed_args(["a", "-o", "out", "b", "--frame", "all", "c"])
    assert (options.paths, options.output, options.frame) == (["a", "b", "c"], "out", "all")


def test_words_are_not_guessed():
    with pytest.raises(UsageError):
        commands._PARSERS["export"]().parse_args(["a", "--out", "b"])


@pytest.mark.parametrize("word", ["0", "-1", "1.5", "", "1e3", "x", "²", "9" * 30])
def test_no_frame(word):
    with pytest.raises(UsageError):
        commands._PARSERS["show"]().parse_args(["a", f"--frame={word}"])


@pytest.mark.parametrize(("word", "size"), [("80x24", (80, 24)), ("1x1", (1, 1))])
def test_size(word, size):
    assert commands._PARSERS["show"]().parse_args(["a", "--size", word]).size == size


@pytest.mark.parametrize("word", ["80", "x24", "80x", "0x5", "80x24x2", "axb", "99999x1"])
def test_no_size(word):
    with pytest.raises(UsageError):
        commands._PARSERS["show"]().parse_args(["a", "--size", word])


def test_being_ended_cleans_up_on_the_way_out():
    with pytest.raises(SystemExit) as ended:
        commands._ended(signal.SIGTERM, None)
    assert ended.value.code == 143
