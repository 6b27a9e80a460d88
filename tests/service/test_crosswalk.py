"""The map from originals to copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.adapters.workplace import WorkFolder
from tui.errors import RefusedError
from tui.service.crosswalk import Crosswalk


def test_two_tables_for_their_owner_alone(tmp_path: Path) -> None:
    made = Crosswalk(str(tmp_path / "map"), [str(tmp_path / "in"), str(tmp_path / "out")])
    made.add([("patient", 'B, "7"', "P-B"), ("uid", "1.2.3", "2.25.1")])
    made.add([("patient", "A", "P-A"), ("uid", "1.2.3", "2.25.1")])
    made.write(WorkFolder(str(tmp_path / "out")))
    patients, uids = tmp_path / "map/patients.csv", tmp_path / "map/uids.csv"
    assert patients.read_text() == 'id_old,id_new\nA,P-A\n"B, ""7""",P-B\n'
    assert uids.read_text() == "id_old,id_new\n1.2.3,2.25.1\n"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (patients, uids, tmp_path / "map"))
    with pytest.raises(RefusedError):
        Crosswalk(str(tmp_path / "map"), [])


def test_never_among_the_data(tmp_path: Path) -> None:
    for place in ("out/map", "in"):
        with pytest.raises(RefusedError):
            Crosswalk(str(tmp_path / place), [str(tmp_path / "in"), str(tmp_path / "out")])
