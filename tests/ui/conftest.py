from __future__ import annotations

import pytest

from tui.ui.panes import slices


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cut into slices is done in the first one, however busy the machine is; tests of slices say otherwise."""
    monkeypatch.setattr(slices, "SLICE_SECONDS", 60.0)
