"""Settings from a TOML file and the environment.

What counts, from the strongest: an option on the command line, an environment variable, the file, the default.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from tui.core.ordering import ORDERS
from tui.core.printable import printable
from tui.core.quantities import TINTS
from tui.errors import UsageError
from tui.frozen import frozen
from tui.service.settings import Limits, Settings

_HINT = "`safelight config sample` prints all settings with their defaults."


@frozen
class _Setting:
    name: str
    read: Callable[[object], Any]
    words: str


def path(environment: Mapping[str, str]) -> Path | None:
    """The configuration file, whether it exists or not; None where there is no home folder."""
    if given := environment.get("SAFELIGHT_CONFIG"):
        return Path(given).absolute()
    base = environment.get("XDG_CONFIG_HOME", "")
    if not base.startswith("/"):  # the XDG Base Directory Specification ignores relative ones
        home = environment.get("HOME", "")
        if not home.startswith("/"):
            return None
        base = f"{home}/.config"
    return Path(base, "safelight", "config.toml")


def load(environment: Mapping[str, str]) -> Settings:
    """The settings of the file and the environment.

    Raises
    ------
    UsageError
        A key that does not exist, a value of the wrong kind, or a file that is no TOML; names key and file.
    """
    file = path(environment)
    settings = Settings()
    if file is not None:
        found = _parsed(file, required="SAFELIGHT_CONFIG" in environment)
        settings = _applied(settings, found, f"in {printable(str(file))}")
    for setting in _SETTINGS:
        variable = f"SAFELIGHT_{setting.name.upper()}"
        if variable in environment:
            value = _from_words(environment[variable], setting)
            settings = _replaced(settings, setting, value, f"in the environment variable {variable}")
    return settings


def sample() -> str:
    """A configuration file with all settings at their defaults, commented out."""
    defaults = Settings()
    lines = ["# Safelight's settings. Take away the # in front of a line to change it.", ""]
    for setting in _SETTINGS:
        lines += [f"# {setting.words}", f"#{setting.name} = {_toml(getattr(defaults, setting.name))}", ""]
    lines += [
        "# Keys: the id of a command, as `?` shows it, and the keys that replace its own, with commas between.",
        "#[keys]",
        '#"window.wider" = "right_curly_bracket,ctrl+right"',
        "",
        "# Windows of your own, for --window and the palette: name = [center, width].",
        "#[presets]",
        "#tumour = [45, 120]",
        "",
        "# Limits that protect from files which ask for too much.",
        "#[limits]",
    ]
    lines += [f"#{field.name} = {getattr(defaults.limits, field.name)}" for field in fields(Limits)]
    return "\n".join(lines) + "\n"


def show(settings: Settings) -> str:
    """The settings as a configuration file."""
    lines = [f"{setting.name} = {_toml(getattr(settings, setting.name))}" for setting in _SETTINGS]
    for table in ("keys", "presets"):
        content = getattr(settings, table)
        if content:
            lines += ["", f"[{table}]", *(f"{_toml(name)} = {_toml(value)}" for name, value in content.items())]
    lines += ["", "[limits]"]
    lines += [f"{field.name} = {getattr(settings.limits, field.name)}" for field in fields(Limits)]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------------------------------------- reading


def _parsed(file: Path, *, required: bool) -> dict[str, Any]:
    name = printable(str(file))
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if not required:
            return {}
        raise UsageError(f"there is no configuration file {name}", _HINT) from error
    except OSError as error:
        raise UsageError(f"the configuration file {name} cannot be read: {error.strerror}", _HINT) from error
    import tomllib  # late: most have no such file, and the first screen need not wait for it

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the configuration file {name} is no TOML: {printable(str(error), 200)}", _HINT) from error


def _applied(settings: Settings, found: Mapping[str, Any], where: str) -> Settings:
    known = {setting.name: setting for setting in (*_SETTINGS, *_TABLES)}
    for key, value in found.items():
        if key not in known:
            raise UsageError(f"there is no setting {printable(key, 60)!r} ({where})", _HINT)
        settings = _replaced(settings, known[key], value, where)
    return settings


def _replaced(settings: Settings, setting: _Setting, value: object, where: str) -> Settings:
    try:
        return replace(settings, **{setting.name: setting.read(value)})
    except (TypeError, ValueError) as error:
        raise UsageError(f"the setting {setting.name} must be {error} ({where})", _HINT) from error


def _from_words(words: str, setting: _Setting) -> object:
    """What an environment variable says, in TOML's types."""
    if setting.read is _switch:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(words.lower(), words)
    if setting.read is _rate:
        try:
            return float(words)
        except ValueError:
            return words
    return words


# The readers raise TypeError or ValueError with what the value must be.


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text in quotes")
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("a number")
    return float(value)


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 120:
        raise TypeError("a number from above 0 to 120")
    return float(value)


def _keys(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(keys, str) for keys in value.values()):
        raise TypeError('a table of command ids, each with its keys as text, such as "window.wider" = "ctrl+up"')
    return dict(value)


def _colour(value: object) -> str:
    if not isinstance(value, str) or value not in TINTS:
        raise TypeError(f"one of {', '.join(TINTS)}")
    return value


def _share(value: object) -> float:
    must = "a number from 0 to 1"
    try:
        share = _number(value)
    except TypeError as error:
        raise TypeError(must) from error
    if not 0 <= share <= 1:
        raise ValueError(must)
    return share


def _presets(value: object) -> dict[str, tuple[float, float]]:
    must = "a table of names, each with [center, width] and a width above 0"
    if not isinstance(value, dict):
        raise TypeError(must)
    presets = {}
    for name, window in value.items():
        if not isinstance(window, list) or len(window) != 2:
            raise TypeError(must)
        try:
            center, width = _number(window[0]), _number(window[1])
        except TypeError as error:
            raise TypeError(must) from error
        if width <= 0:
            raise ValueError(must)
        presets[printable(name)] = (center, width)
    return presets


def _order(value: object) -> str:
    if value not in ORDERS:
        raise ValueError(f"one of {', '.join(ORDERS)}")
    return str(value)


def _limits(value: object) -> Limits:
    names = [field.name for field in fields(Limits)]
    must = f"a table with whole numbers above 0 for {', '.join(names)}"
    if not isinstance(value, dict):
        raise TypeError(must)
    for name, number in value.items():
        if name not in names or isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**62:
            raise ValueError(f"{must}, but has {printable(name, 60)!r}")
    return Limits(**value)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(part) for part in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


_SETTINGS = (
    _Setting("graphics", _text, "How pictures are drawn: auto, or a name that `safelight doctor` lists."),
    _Setting(
        "theme", _text, "Colours of the screen: safelight, or the name of a Textual theme, such as textual-light."
    ),
    _Setting("mouse", _switch, "Whether the mouse works in the browser; false leaves it to the terminal."),
    _Setting("export_folder", _text, "Where e writes pictures; empty is the folder in which Safelight was started."),
    _Setting("anonymize_folder", _text, "Where a writes de-identified copies; empty likewise."),
    _Setting("anonymize_key", _text, "The file of a key: with it copies of later sessions belong together, too."),
    _Setting("catalogue", _switch, "Whether the tree is kept for the next visit; `safelight doctor` says where."),
    _Setting("sort", _order, "Order of the tree: patient, date (newest first), modality, or size (largest first)."),
    _Setting("cine_rate", _rate, "Pictures a second of the cine where the file stores no rate."),
    _Setting("mask_colour", _colour, f"Colour of masks: {', '.join(TINTS)}."),
    _Setting("mask_opacity", _share, "Opacity of masks, from 0, which draws the outline alone, to 1."),
    _Setting("icc", _switch, "Whether colours follow the ICC profile of the file; false shows them as stored."),
)
_TABLES = (
    _Setting("keys", _keys, "Keys by command id."),
    _Setting("presets", _presets, "Windows by name."),
    _Setting("limits", _limits, "Limits by name."),
)
