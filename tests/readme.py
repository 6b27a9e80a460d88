"""Writes what is generated in the READMEs anew: ``python -m tests.readme``.

The table of keys in ``README.md`` and ``README.zh-CN.md`` comes from the commands, the map in ``tui/README.md`` from
the first sentence of each module.
"""

import ast
from pathlib import Path

from tui.ui.keymap import key_table

ROOT = Path(__file__).resolve().parents[1]
FLOORS = (
    "cli",
    "compose.py",
    "ui",
    "adapters",
    "service",
    "core",
    "errors.py",
    "dropins.py",
    "frozen.py",
    "late.py",
    "__main__.py",
)


def between(text: str, mark: str) -> str:
    """What stands between two marks."""
    return text.split(f"<!-- {mark} -->\n", 1)[1].split(f"<!-- /{mark} -->", 1)[0]


def replaced(text: str, mark: str, new: str) -> str:
    """The text with something else between two marks."""
    before, rest = text.split(f"<!-- {mark} -->\n", 1)
    _, after = rest.split(f"<!-- /{mark} -->", 1)
    return f"{before}<!-- {mark} -->\n{new}<!-- /{mark} -->{after}"


def said(path: Path) -> str:
    """The first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def the_map(folder: Path = ROOT / "tui") -> str:
    """All modules, floor by floor from the top, each with what it says of itself."""
    lines = ["```text"]
    for name in FLOORS:
        path = folder / name
        if path.is_dir():
            lines += [f"{name}/", *_folder(path, 1)]
        else:
            lines.append(f"{name:<24}{said(path)}")
    return "\n".join([*lines, "```", ""])


def _folder(folder: Path, depth: int) -> list[str]:
    lines = [f"{'  ' * depth}{said(folder / '__init__.py')}"]
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name.lstrip("_"))):
        if path.is_dir() and (path / "__init__.py").is_file():
            lines += [f"{'  ' * depth}{path.name}/", *_folder(path, depth + 1)]
        elif path.suffix == ".py" and path.name != "__init__.py":
            lines.append(f"{'  ' * depth + path.name:<24}{said(path)}")
    return lines


def main() -> None:
    """Write all three."""
    for name, mark, new in (
        ("README.md", "keys", key_table()),
        ("README.zh-CN.md", "keys", key_table()),
        ("tui/README.md", "map", the_map()),
    ):
        path = ROOT / name
        path.write_text(replaced(path.read_text(encoding="utf-8"), mark, new), encoding="utf-8")


if __name__ == "__main__":
    main()
