"""One key press goes the way that ``tui/README.md`` tells: its table is compared with what is called."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest

from tests import phantoms
from tests.driver import drive
from tui.service.values import Window

TUI = Path(__file__).resolve().parents[1] / "tui"
ROW = re.compile(r"^\| (\d) \| `([^`]+)`(?: `([^`]+)`)? \|", re.MULTILINE)
FILE = re.compile(r"`([\w/]+(?:\.py|/))`")


class Call(NamedTuple):
    """A function of ours that was called; ``file`` as in the map."""

    file: str
    function: str


def section() -> str:
    return (TUI / "README.md").read_text(encoding="utf-8").split("## One key press", 1)[1].split("\n## ", 1)[0]


def hops() -> list[Call]:
    """The rows of the table: a file, or a folder with its slash, and which function of it, if it says so."""
    rows = ROW.findall(section())
    assert [number for number, _, _ in rows] == [str(n + 1) for n in range(len(rows))]
    return [Call(file, function) for _, file, function in rows]


def is_of(call: Call, hop: Call) -> bool:
    inside = call.file.startswith(hop.file) if hop.file.endswith("/") else call.file == hop.file
    return inside and hop.function in ("", call.function)


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """All calls of our functions from the press of ``]`` until the screen is painted, in their order."""
    found: list[Call] = []

    def note(frame: FrameType, event: str, arg: object) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(f"{TUI}/"):
            found.append(Call(path.removeprefix(f"{TUI}/"), frame.f_code.co_name))

    async def story() -> None:
        folder = phantoms.folder(tmp_path_factory.mktemp("hops") / "data", slices=2, size=64)
        async with drive([folder]) as d:
            await d.press("tab", "]")  # what is imported or made only once is no part of the way
            before = seen(d.state.shown)
            before_profile = sys.getprofile()
            sys.setprofile(note)
            try:
                await d.press("]")
            finally:
                sys.setprofile(before_profile)
            assert seen(d.state.shown).center > before.center

    asyncio.run(story())
    return [call for call in found if call.function != "character"]  # that one is the driver's, to make the key


def seen(shown: object) -> Window:
    window = getattr(getattr(shown, "picture", None), "window", None)
    assert isinstance(window, Window)
    return window


def test_the_hops_in_their_order(calls: list[Call]) -> None:
    """Each hop is over before the next one begins: its last call comes before the last call of the next."""
    last = [max((n for n, call in enumerate(calls) if is_of(call, hop)), default=-1) for hop in hops()]
    assert len(last) == 6
    assert -1 not in last, f"not passed: {[hop for hop, n in zip(hops(), last, strict=True) if n < 0]}"
    assert last == sorted(last), [f"{hop.file} {hop.function}".strip() for hop in hops()]


def test_the_table_names_every_file_on_the_way_and_no_other(calls: list[Call]) -> None:
    named = {name for name in FILE.findall(section()) if not name.startswith("tests/")}
    passed = {call.file for call in calls}
    folders = {name for name in named if name.endswith("/")}
    assert {file for file in passed if file not in named and not any(map(file.startswith, folders))} == set()
    assert {name for name in named if not any(file.startswith(name) for file in passed)} == set()
