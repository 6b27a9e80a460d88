"""What every test starts from: no settings of the user, no terminal of the caller."""

import os
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpus"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings, state and colours of whoever runs the tests must not count."""
    for name in list(os.environ):
        if name.startswith(("SAFELIGHT_", "TEXTUAL")) or name in ("NO_COLOR", "COLORTERM", "TMUX", "STY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)  # no folder can be made there
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))


@pytest.fixture
def corpus() -> Path:
    """The folder of real files beside the clone."""
    if not CORPUS.is_dir():
        assert not os.environ.get("CI"), f"{CORPUS} is missing"
        pytest.skip("the corpus of real files is not beside the clone")
    return CORPUS.resolve()
