"""Where the settings are and what they are."""

import tomllib

from tui.adapters import config


def test_path(safelight, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert safelight("config", "path").out == f"{tmp_path}/safelight/config.toml\n"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("HOME", raising=False)
    ended = safelight("config", "path")
    assert (ended.code, ended.out) == (2, "")


def test_show_is_what_counts(safelight, tmp_path, monkeypatch):
    monkeypatch.setenv("SAFELIGHT_CONFIG", str(tmp_path / "c.toml"))
    (tmp_path / "c.toml").write_text('cine_rate = 5\ngraphics = "half"\n')
    monkeypatch.setenv("SAFELIGHT_GRAPHICS", "sixel")
    shown = tomllib.loads(safelight("config", "show").out)
    assert (shown["cine_rate"], shown["graphics"]) == (5, "sixel")


def test_sample(safelight):
    assert safelight("config", "sample").out == config.sample()
