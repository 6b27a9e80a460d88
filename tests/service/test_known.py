from __future__ import annotations

import os

from tui.core.values import Library, Lost
from tui.service.known import Visit


def test_a_visit_without_a_catalogue_knows_nothing_and_keeps_nothing() -> None:
    visit = Visit()
    visit.note("/a", os.stat("/"))
    visit.keep(Library(), complete=True)
    assert (list(visit.series()), list(visit.skipped()), list(visit.unmet())) == ([], [], [])
    assert visit.unchanged("/a") is None
    assert visit.lose("/a") == Lost(("/a",))
