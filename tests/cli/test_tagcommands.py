"""The options of the commands about tags."""

from __future__ import annotations

import pytest

from tui.cli.tagcommands import MODULES, PARSERS


@pytest.mark.parametrize("command", sorted(PARSERS))
def test_each_command_has_a_module_and_help(command: str, safelight) -> None:
    assert MODULES[command] == command
    ended = safelight(command, "--help")
    assert ended.code == 0
    assert f"usage: safelight {command}" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 120


def test_values_may_begin_with_a_minus_and_options_repeat() -> None:
    found = PARSERS["edit"]().parse_intermixed_args(
        ["a", "--set", "RescaleIntercept=-1024", "--set", "PatientID=x", "--replace", "StudyID", "a", "b", "-o", "out"]
    )
    assert found.set == ["RescaleIntercept=-1024", "PatientID=x"]
    assert found.replace == [["StudyID", "a", "b"]]
