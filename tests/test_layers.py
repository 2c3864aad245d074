"""The shape of the house: imports point only downward, and each heavy library has one door."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "scaffolder"

#: Layer of each package or module, lowest first; a module imports its own layer or lower ones.
LAYERS = {
    "__init__": 0,
    "errors": 0,
    "model": 0,
    "dockerfile": 1,
    "env_file": 1,
    "knowledge": 1,
    "merge": 1,
    "container": 2,
    "poetry": 2,
    "soundness": 2,
    "source": 2,
    "decisions": 2,
    "reading": 3,
    "rules": 3,
    "apply": 3,
    "journal": 3,
    "state": 3,
    "state_conflict": 3,
    "built_in": 4,
    "adoption": 4,
    "overrides": 4,
    "answers": 4,
    "blueprint": 4,
    "render": 4,
    "plan": 4,
    "report": 4,
    "saved_answers": 4,
    "review": 5,
    "causes": 5,
    "check_report": 5,
    "settle": 5,
    "workspace": 5,
    "workspace_lock": 5,
    "update_report": 6,
    "workspace_report": 6,
    "commands": 6,
    "cli": 7,
    "__main__": 8,
}

#: Library → the modules that may import it.
DOORS = {
    "typer": {"cli.py"},
    "copier": {"render.py"},
    "jinja2": {"lint.py", "render.py"},
    "questionary": {"review.py"},
    "prompt_toolkit": {"review.py"},
    "ruamel": {"compose.py"},
    "tomlkit": {"saved_answers.py"},
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "blueprints" not in path.parts)


@cache
def _read(path: Path) -> tuple[frozenset[str], bool]:
    """What a module imports, and whether it prints. No tree is kept: each collection of garbage would walk all."""
    found: set[str] = set()
    prints = False
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "scaffolder":
                found.update(f"scaffolder.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            prints = True
    return frozenset(found), prints


def _imports(path: Path) -> frozenset[str]:
    return _read(path)[0]


def _top(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    own = LAYERS[_top(path)]
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] == "scaffolder" and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS[parts[1]] <= own, f"{path.name} imports {name} from a higher layer"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_heavy_library_has_one_door(path: Path) -> None:
    for name in _imports(path):
        allowed = DOORS.get(name.split(".")[0])
        assert allowed is None or path.name in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("folder", ["rules", "model", "knowledge", "poetry", "soundness", "source", "merge"])
def test_the_middle_does_no_input_or_output(folder: str) -> None:
    forbidden = {"os", "subprocess", "socket", "time", "random", "shutil", "tempfile"}
    for path in (PACKAGE / folder).rglob("*.py"):
        assert not {name.split(".")[0] for name in _imports(path)} & forbidden, path
        if path.parent.name not in ("poetry_constraints", "poetry_plugins"):  # tables in files of their own
            assert "import Path" not in path.read_text(), path


def test_only_the_command_line_prints() -> None:
    assert [path.relative_to(PACKAGE).as_posix() for path in MODULES if _read(path)[1]] == ["cli.py"]
