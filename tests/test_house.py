"""The rules of the house: floors, sizes, mirrors, packaging. One command is the whole gate."""

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import phantoms, readme
from tests.ptys import Pty

ROOT = Path(__file__).resolve().parents[1]
TUI = ROOT / "tui"
MODULES = sorted(path for path in TUI.rglob("*.py"))
IDS = [str(path.relative_to(TUI)) for path in MODULES]
MODULE_LINES, FUNCTION_LINES, CLASS_LINES = 400, 60, 250
APP_LINES = 200

NO_LOGIC = {
    "__main__.py": "calls tui.cli",
    "core/overlaid.py": "values",
    "core/recipe.py": "a value",
    "core/values.py": "values",
    "service/actions.py": "values",
    "service/events.py": "values",
    "service/formats.py": "protocols",
    "service/ports.py": "protocols",
    "service/settings.py": "values",
    "service/state.py": "values",
    "service/fileports.py": "protocols",
    "service/history.py": "values",
    "service/questions.py": "values",
    "service/tagvalues.py": "names of core's values",
    "service/values.py": "names of core's values",
    "ui/theme.py": "colours",
}
"""Modules without a test of their own, and why."""


def tool(*words: str) -> subprocess.CompletedProcess[str]:
    """One of the tools of the test extra, from the environment that runs the tests."""
    program = Path(sys.executable).parent / words[0]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(
        [str(program), *words[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def python(code: str, **environment: str) -> str:
    """What a fresh interpreter prints."""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


# ---------------------------------------------------------------------------------------------- tools


@pytest.mark.parametrize(
    "words",
    [
        ("lint-imports", "--no-cache"),
        ("mypy",),
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "tui", "tests", "screenshots"),
    ],
    ids=" ".join,
)
def test_tool(words: tuple[str, ...]) -> None:
    if words[:2] == ("ruff", "format"):
        words = tuple(word for word in words if word != "screenshots" or (ROOT / word).is_dir())
    ended = tool(*words)
    assert ended.returncode == 0, ended.stdout + ended.stderr


# ---------------------------------------------------------------------------------------------- sizes


def lines(node: ast.AST) -> int:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or first) - first + 1


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    too_large = [] if len(text.splitlines()) <= MODULE_LINES else [f"module: {len(text.splitlines())} lines"]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines(node) > FUNCTION_LINES:
            too_large.append(f"{node.name}: {lines(node)} lines")
        if isinstance(node, ast.ClassDef):
            is_app = any(isinstance(base, ast.Name | ast.Subscript) and "App" in ast.dump(base) for base in node.bases)
            if lines(node) > (APP_LINES if is_app else CLASS_LINES):
                too_large.append(f"class {node.name}: {lines(node)} lines")
    assert not too_large, f"{path.relative_to(ROOT)}: {too_large}"


# ---------------------------------------------------------------------------------------------- mirrors


def does_something(node: ast.AST) -> bool:
    """Whether it is a function with more than a docstring; a protocol's has no more."""
    return isinstance(node, ast.FunctionDef) and not (len(node.body) == 1 and isinstance(node.body[0], ast.Expr))


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_every_module_with_logic_has_its_tests(path: Path) -> None:
    """``tui/core/voi.py`` has ``tests/core/test_voi.py``; what starts with ``_`` is tested through its neighbours."""
    place = path.relative_to(TUI)
    if place.name.startswith("_") or str(place) in NO_LOGIC:
        if place.name == "__init__.py" and str(place) != "cli/__init__.py":
            found = [node.name for node in ast.walk(ast.parse(path.read_text())) if does_something(node)]
            assert not found, f"{place} holds {found} without a test"
        return
    mirror = ROOT / "tests" / place.parent / f"test_{place.name}"
    assert mirror.is_file(), f"{mirror.relative_to(ROOT)} is missing"


def test_exemptions_are_for_modules_that_exist() -> None:
    assert not [name for name in NO_LOGIC if not (TUI / name).is_file()]


def test_every_test_of_a_module_has_its_module() -> None:
    floors = ("core", "service", "adapters", "ui", "cli")
    orphans = [
        path.relative_to(ROOT)
        for floor in floors
        for path in (ROOT / "tests" / floor).rglob("test_*.py")
        if not list((TUI / path.relative_to(ROOT / "tests")).parent.glob(f"{path.stem.removeprefix('test_')}*"))
        and not path.stem.startswith("test_story")
        and path.relative_to(ROOT / "tests") != Path("cli/test_init.py")  # of cli/__init__.py
    ]
    assert not orphans, "tests whose module is gone; name a story over several modules test_story_*.py"


# ---------------------------------------------------------------------------------------------- floors


def names(*floors: str) -> list[str]:
    found = []
    for floor in floors:
        path = TUI / floor
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]:
            words = module.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(words[:-1] if words[-1] == "__init__" else words))
    return found


def imported(*modules: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds after these imports."""
    code = f"import json, sys\nfor name in {modules!r}: __import__(name)\nprint(json.dumps(sorted(sys.modules)))"
    return {name.partition(".")[0] for name in json.loads(python(code))}


def test_no_screen_library_below_the_screen() -> None:
    assert not imported(*names("errors", "dropins", "core", "service")) & {"textual", "rich", "textual_image"}


@pytest.mark.parametrize("module", ["tui.compose", "tui.service.viewer", "tui.adapters.config", "tui.adapters.runners"])
def test_what_stands_before_the_first_paint_is_light(module: str) -> None:
    assert not imported(module) & {"numpy", "pydicom", "PIL", "imagecodecs", "textual", "textual_image"}


def test_the_screen_imports_no_picture_library() -> None:
    """Textual and our widgets, without numpy, pydicom and the decoders, which are slow to import."""
    screen = imported(*names("ui"))
    assert "textual" in screen
    assert not screen & {"numpy", "pydicom", "PIL", "imagecodecs", "textual_image"}


@pytest.mark.parametrize(("kind", "drop"), [("kitty", "kitty"), ("sixel", "sixel"), ("plain", "cells")])
def test_the_process_of_the_screen_imports_no_picture_library_for_a_picture(
    kind: str, drop: str, tmp_path: Path
) -> None:
    """The whole program on a terminal, with pictures shown and a window changed; then what its process holds."""
    folder = phantoms.folder(tmp_path / "data", slices=2, size=64)
    told = tmp_path / "modules.json"
    code = (
        "import atexit, json, pathlib, sys\n"
        f"atexit.register(lambda: pathlib.Path({str(told)!r}).write_text(json.dumps(sorted(sys.modules))))\n"
        "from tui.cli import main\nsys.exit(main([sys.argv[1]]))"
    )
    mark = {"kitty": b"\x1b_Ga=t,f=100", "sixel": b"\x1bP0;0;0q", "plain": "▄".encode()}[kind]
    with Pty([sys.executable, "-c", code, str(folder)], kind=kind) as terminal:
        terminal.until(mark)
        terminal.press("\t]")
        terminal.until(lambda output: output.count(mark) > 1 or b"a=f,r=1,X" in output)
        terminal.quiet()
        terminal.press("q")
        terminal.wait()
    loaded = set(json.loads(told.read_text()))
    assert not {name.partition(".")[0] for name in loaded} & {"numpy", "pydicom", "PIL", "imagecodecs", "textual_image"}
    drops = {name.rpartition(".")[2] for name in loaded if name.startswith("tui.adapters.graphics.")}
    assert {name for name in drops if not name.startswith("_")} == {drop}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["export", "--help"]], ids=" ".join)
def test_help_is_light(words: list[str]) -> None:
    code = (
        "import json, sys\nfrom tui.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(ended.stderr))
    heavy = {"numpy", "pydicom", "textual", "rich", "PIL", "importlib.metadata", "asyncio", "tui.compose"}
    if words[0].startswith("-"):
        heavy |= {"argparse", "dataclasses", "inspect", "tui.service"}
    assert not loaded & heavy


READS_AND_WRITES = {
    *("read_text", "write_text", "read_bytes", "write_bytes", "unlink", "mkdir", "iterdir", "rglob", "touch"),
    *("fromfile", "tofile", "memmap", "save_as"),
}


def file_calls(tree: ast.AST) -> Iterator[str]:
    """Calls that touch files, but for data that come with the package."""
    shipped = ("resources.files(__package__)", "resources.files('tui.core.deidentify')")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node).startswith(shipped):
            continue
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "open":
                yield "open"
            if isinstance(node.func, ast.Attribute) and node.func.attr in READS_AND_WRITES:
                yield node.func.attr


@pytest.mark.parametrize("path", sorted((TUI / "core").rglob("*.py")), ids=lambda path: str(path.relative_to(TUI)))
def test_core_touches_no_file(path: Path) -> None:
    assert not list(file_calls(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_no_exception_is_swallowed(path: Path) -> None:
    """No bare ``except``, and no handler that does nothing."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}: a bare except"
            does_nothing = all(isinstance(statement, ast.Pass) for statement in node.body)
            assert not does_nothing, f"line {node.lineno}: say what is suppressed, with contextlib.suppress"


# ---------------------------------------------------------------------------------------------- packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    if find_spec("hatchling") is None:
        assert not os.environ.get("CI"), "hatchling is missing; it is in the extra test"
        pytest.skip("hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    python(f"from hatchling import build; build.build_wheel({str(folder)!r})")
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_one_package_and_one_command(wheel: zipfile.ZipFile) -> None:
    members = wheel.namelist()
    tops = {name.partition("/")[0] for name in members}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tui"}
    entry_points = next(name for name in members if name.endswith("/entry_points.txt"))
    text = wheel.read(entry_points).decode()
    assert [line for line in text.splitlines() if line] == ["[console_scripts]", "safelight = tui.cli:main"]


def test_the_wheel_holds_what_is_no_python(wheel: zipfile.ZipFile) -> None:
    wanted = {str(p.relative_to(ROOT)) for p in TUI.rglob("*") if p.suffix in (".tcss", ".typed", ".csv", ".json")}
    assert wanted <= set(wheel.namelist())


def test_the_wheel_is_described(wheel: zipfile.ZipFile) -> None:
    from tui import __version__

    metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith("/METADATA"))).decode()
    assert f"Version: {__version__}\n" in metadata
    assert "Name: safelight\n" in metadata
    assert "# Safelight" in metadata


# ---------------------------------------------------------------------------------------------- public text

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
TEST_COMMAND = re.compile(r"^python3 -m venv .* -m pytest.*$", re.MULTILINE)
RENEW = "`python -m tests.readme` writes it anew"
TRY_COMMAND = re.compile(r"^python3 -m venv .* demo$", re.MULTILINE)


def test_the_gate_is_the_command_of_the_readme() -> None:
    (command,) = TEST_COMMAND.findall(README)
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()
    assert TEST_COMMAND.findall(CHINESE) == [command]


def test_both_readmes_give_one_command_to_try_it() -> None:
    (command,) = TRY_COMMAND.findall(README)
    assert TRY_COMMAND.findall(CHINESE) == [command]


@pytest.mark.parametrize("text", [README, CHINESE], ids=["README.md", "README.zh-CN.md"])
def test_the_key_table_is_that_of_the_commands(text: str) -> None:
    from tui.ui.keymap import key_table

    assert readme.between(text, "keys") == key_table(), RENEW


@pytest.mark.parametrize("text", [README, CHINESE], ids=["README.md", "README.zh-CN.md"])
def test_every_file_that_a_readme_names_is_there(text: str) -> None:
    named = re.findall(r"\]\(((?!https?://|#)[^)#]+)", text)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("text", [README, CHINESE], ids=["README.md", "README.zh-CN.md"])
def test_every_command_is_in_the_readme(text: str) -> None:
    from tui.cli import COMMANDS

    assert not [command for command in COMMANDS if f"safelight {command}" not in text]


TOP = {
    "pyproject.toml",
    "tui",
    "tests",
    "screenshots",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "README.zh-CN.md",
    "uv.lock",
}


def test_nothing_else_lies_at_the_top() -> None:
    """A picture that was exported while the program was tried, say."""
    if not (ROOT / ".git").exists():
        pytest.skip("no repository: whoever unpacked an archive here may have more beside it")
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {name.partition("/")[0] for name in names}
    assert "tui" in top
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_the_map_is_that_of_the_house() -> None:
    drawn = (TUI / "README.md").read_text(encoding="utf-8")
    assert readme.between(drawn, "map") == readme.the_map(), RENEW
    assert {line.split()[0] for line in readme.the_map().splitlines()[1:-1]} >= {path.name for path in MODULES} - {
        "__init__.py"
    }
    assert all(readme.said(path) for path in MODULES)
