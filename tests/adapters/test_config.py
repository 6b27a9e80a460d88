"""Settings: the file, the environment above it, and a sentence for every mistake."""

import tomllib
from dataclasses import fields

import pytest

from tui.adapters import config
from tui.errors import UsageError
from tui.service.settings import Limits, Settings


@pytest.fixture
def load(tmp_path):
    def load(text="", **environment):
        file = tmp_path / "safelight" / "config.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return config.load({"XDG_CONFIG_HOME": str(tmp_path), **environment})

    return load


def test_nothing_said_is_the_default(load, tmp_path):
    assert load("") == Settings()
    assert config.load({}) == Settings()
    assert config.load({"HOME": str(tmp_path / "nowhere")}) == Settings()


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, "/x/safelight/config.toml"),
        ({"XDG_CONFIG_HOME": "relative", "HOME": "/h"}, "/h/.config/safelight/config.toml"),
        ({"HOME": "/h"}, "/h/.config/safelight/config.toml"),
        ({"SAFELIGHT_CONFIG": "/a/b.toml", "HOME": "/h"}, "/a/b.toml"),
        ({}, "None"),
    ],
)
def test_where_the_file_is(environment, path):
    assert str(config.path(environment)) == path


def test_every_setting_can_be_set(load):
    settings = load(
        """
        graphics = "sixel"
        theme = "textual-light"
        mouse = false
        export_folder = "~/out"
        anonymize_folder = "/safe"
        cine_rate = 25
        [keys]
        "window.wider" = "ctrl+right"
        [presets]
        tumour = [45, 120.5]
        [limits]
        depth = 7
        """
    )
    assert settings == Settings(
        graphics="sixel",
        theme="textual-light",
        mouse=False,
        export_folder="~/out",
        anonymize_folder="/safe",
        cine_rate=25.0,
        keys={"window.wider": "ctrl+right"},
        presets={"tumour": (45.0, 120.5)},
        limits=Limits(depth=7),
    )
    assert {field.name for field in fields(Settings)} == {
        *(setting.name for setting in config._SETTINGS),
        *(setting.name for setting in config._TABLES),
    }


def test_the_environment_is_above_the_file(load):
    settings = load(
        'graphics = "sixel"\nmouse = true\n',
        SAFELIGHT_GRAPHICS="kitty",
        SAFELIGHT_MOUSE="0",
        SAFELIGHT_CINE_RATE="7.5",
        SAFELIGHT_THEME="nord",
        SAFELIGHT_EXPORT_FOLDER="/e",
        SAFELIGHT_ANONYMIZE_FOLDER="/a",
    )
    assert settings == Settings(
        graphics="kitty", mouse=False, cine_rate=7.5, theme="nord", export_folder="/e", anonymize_folder="/a"
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("graphic = 'sixel'", "'graphic'"),
        ("graphics = 3", "graphics"),
        ("mouse = 'no'", "mouse"),
        ("mouse = 0", "mouse"),
        ("cine_rate = true", "cine_rate"),
        ("cine_rate = 0", "cine_rate"),
        ("cine_rate = nan", "cine_rate"),
        ("mask_colour = 'mauve'", "mask_colour"),
        ("mask_opacity = 2", "mask_opacity"),
        ("mask_opacity = 'much'", "mask_opacity"),
        ("keys = 'x'", "keys"),
        ("[keys]\n'a.b' = ['x']", "keys"),
        ("[presets]\na = [1]", "presets"),
        ("[presets]\na = [1, 0]", "presets"),
        ("[presets]\na = [1, inf]", "presets"),
        ("[presets]\na = ['1', 2]", "presets"),
        ("[limits]\ndepth = -1", "limits"),
        ("[limits]\ndepth = true", "limits"),
        ("[limits]\ndept = 1", "'dept'"),
        ("limits = 5", "limits"),
        ("=", "no TOML"),
    ],
)
def test_a_mistake_is_a_sentence_that_names_key_and_file(load, text, named):
    with pytest.raises(UsageError) as raised:
        load(text)
    sentence = raised.value.sentence()
    assert named in sentence
    assert "config.toml" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SAFELIGHT_MOUSE", "maybe"), ("SAFELIGHT_CINE_RATE", "fast"), ("SAFELIGHT_CINE_RATE", "-1")],
)
def test_a_mistake_in_the_environment_names_the_variable(load, variable, value):
    with pytest.raises(UsageError, match=variable):
        load("", **{variable: value})


def test_a_file_that_was_named_must_be_there(tmp_path):
    with pytest.raises(UsageError, match="there is no configuration file"):
        config.load({"SAFELIGHT_CONFIG": str(tmp_path / "none.toml")})
    with pytest.raises(UsageError, match="cannot be read"):
        config.load({"SAFELIGHT_CONFIG": str(tmp_path)})
    (tmp_path / "latin").write_bytes(b"theme = '\xe9'")
    with pytest.raises(UsageError, match="no TOML"):
        config.load({"SAFELIGHT_CONFIG": str(tmp_path / "latin")})


def test_no_control_byte_of_a_file_gets_into_a_sentence(load):
    with pytest.raises(UsageError) as raised:
        load('"a\\u001b]0;b\\u0007" = 1')
    assert raised.value.sentence().isprintable()


def test_the_sample_is_comments_that_hold_every_default(load):
    sample = config.sample()
    assert all(line.startswith("#") or not line for line in sample.splitlines())
    assert load(sample) == Settings()
    uncommented = "\n".join(line[1:] if line[:1] == "#" and line[:2] != "# " else line for line in sample.splitlines())
    said = tomllib.loads(uncommented)
    assert set(said) == {field.name for field in fields(Settings)}
    loaded = load(uncommented)
    assert loaded.limits == Limits()
    assert (loaded.graphics, loaded.theme, loaded.mouse, loaded.cine_rate) == ("auto", "safelight", True, 15.0)


def test_what_is_shown_can_be_read_back(load):
    settings = Settings(
        theme='quote " backslash \\ bell \x07',
        keys={"a.b": "x,y"},
        presets={"été": (1.5, 2.0)},
        limits=Limits(depth=3),
    )
    assert load(config.show(settings)) == settings


def test_the_look_of_masks(load):
    settings = load("mask_colour = 'cyan'\nmask_opacity = 0")
    assert (settings.mask_colour, settings.mask_opacity) == ("cyan", 0.0)
