"""ARCHITECTURE.md is true: every path in it exists, every module of the package is in it or below a folder of it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PATHS = sorted(
    set(
        re.findall(
            r"`((?:banxin|layouts|fonts|tests|tools|manuscript)/[\w./-]*)`",
            (ROOT / "ARCHITECTURE.md").read_text("utf-8"),
        )
    )
)
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "banxin").rglob("*.py"))


@pytest.mark.parametrize("path", PATHS)
def test_paths_exist(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_page_names_every_stage() -> None:
    assert {"banxin/load.py", "banxin/convert.py", "banxin/typeset/", "banxin/write.py"} <= set(PATHS)


OURS = [*MODULES, *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tools").rglob("*.py"))]
FOLDERS = tuple(path for path in PATHS if path.endswith("/") and path.count("/") == 2)
"""`banxin/typeset/` stands for all that is in it; `tools/` or `banxin/` alone would stand for anything."""


@pytest.mark.parametrize("module", [module for module in OURS if not module.endswith("__init__.py")])
def test_the_page_names_every_module(module: str) -> None:
    assert module in PATHS or module.startswith(FOLDERS)


def imports(module: str) -> set[str]:
    """The modules of ours that one imports at any place."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("banxin"):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def outside(module: str) -> set[str]:
    """The first names of all that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
    return found


@pytest.mark.parametrize("module", [module for module in MODULES if module != "banxin/cli.py"])
def test_nothing_knows_the_command_line(module: str) -> None:
    assert "banxin.cli" not in imports(module)


def test_the_data_knows_nobody() -> None:
    assert {name for name in imports("banxin/book.py") if name.startswith("banxin")} <= {
        "banxin.errors",
        "banxin.errors.Place",
        "banxin.errors.Problem",
    }


EDGES = {"pypandoc": {"banxin/pandoc.py", "banxin/machine.py"}, "opencc": {"banxin/conversion/characters.py"}}


@pytest.mark.parametrize("library", EDGES)
def test_a_tool_has_one_door(library: str) -> None:
    assert {module for module in MODULES if library in outside(module)} <= EDGES[library]
