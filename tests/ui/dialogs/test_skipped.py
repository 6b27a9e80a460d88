"""The list of skipped files."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.values import Skipped
from tui.ui.dialogs.skipped import SkippedFiles

FILES = (
    *(Skipped(f"/data/{n}.txt", "not DICOM") for n in range(30)),
    Skipped("/data/\x1b]0;x\x07\udcff", "empty [/b]"),
    Skipped("/data/fifo", "not a regular file"),
)


def test_reasons_are_counted_and_names_are_made_visible() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        text = host.text()
        assert "Skipped files: 32" in text
        assert "30  not DICOM" in text
        assert "1  empty [/b]" in text
        await pilot.press("G")
        await pilot.pause()
        text = host.text()
        assert "␛]0;x␇\\xff" in text
        assert "\x1b" not in text

    story(SkippedFiles(FILES), act)


def test_many_reasons_are_summed_up() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "4  other reasons" in host.text()

    story(SkippedFiles(tuple(Skipped(f"/{n}", f"reason {n}") for n in range(10))), act)


def test_nothing_was_skipped() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert "No file was skipped." in host.text()
        await pilot.press("escape")

    assert story(SkippedFiles(()), act).result is None


def test_names_are_below_the_opened_folder_and_the_reasons_fit_80_columns() -> None:
    async def act(host: Host, pilot: Pilot[None]) -> None:
        lines = host.text().splitlines()
        assert any("deep/one.txt       not DICOM (text)" in line for line in lines), host.text()
        assert any("a/longer/name.txt  a socket, not a file" in line for line in lines)
        assert not any("/very/long" in line for line in lines)

    long = "/very/long/path/to/the/folder/of/a/hospital/with/many/parts/in/its/name"
    files = (
        Skipped(f"{long}/deep/one.txt", "not DICOM (text)"),
        Skipped(f"{long}/a/longer/name.txt", "a socket, not a file"),
        Skipped(f"{long}/empty", "an archive without DICOM files"),
    )
    story(SkippedFiles(files, (f"{long}/",)), act, (80, 24))
