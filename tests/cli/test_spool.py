from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import phantoms
from tests.adapters.test_archives import slices, zipped
from tests.ptys import Pty
from tui.service.settings import Limits


def info(data: bytes, folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"TMPDIR": str(folder), "XDG_RUNTIME_DIR": ""}
    command = [sys.executable, "-m", "tui", "info", "-", *words]
    return subprocess.run(command, input=data, capture_output=True, env=environment, check=False)


@pytest.mark.parametrize("data", [phantoms.data(phantoms.ct(0, size=16)), zipped(slices(1))], ids=["file", "archive"])
def test_a_file_or_an_archive_on_standard_input_is_reported_and_not_kept(data: bytes, tmp_path: Path) -> None:
    ended = info(data, tmp_path, "--json")
    assert ended.returncode == 0, ended.stderr
    (patient,) = json.loads(ended.stdout)["patients"]
    assert patient["PatientID"] == "PHANTOM-1"
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_dicom_has_a_reason(tmp_path: Path) -> None:
    ended = info(b"Dear colleague", tmp_path)
    assert ended.returncode == 3
    assert b"not DICOM (text)" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_refused_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.cli import spool
    from tui.errors import UnreadableError

    with (tmp_path / "in").open("wb") as file:
        file.write(bytes(3 << 20))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with (tmp_path / "in").open() as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        with pytest.raises(UnreadableError, match="archive_bytes"), spool.spooled(["-"], Limits(archive_bytes=1 << 20)):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_the_browser_takes_its_keys_from_the_terminal(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=16), tmp_path / "one")
    with Pty(["sh", "-c", f"{sys.executable} -m tui --no-cache - < {path}"]) as terminal:
        terminal.until(b"1 DICOM file")
        terminal.press("q")
        assert terminal.wait() == 0
