"""Where our own files lie: in the repository, or in the installed package; and where we may keep a cache."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from banxin.errors import Place, Problem, ToolError

_PACKAGE = Path(__file__).resolve().parent
_DATA = _PACKAGE / "_data"
"""Filled by the build of the wheel (pyproject.toml); absent in the repository."""


def repository() -> Path | None:
    """The checkout that this package runs from, or None when it is installed."""
    root = _PACKAGE.parent
    return root if (root / "layouts").is_dir() and not _DATA.is_dir() else None


def layouts_dir() -> Path:
    """The folder of the layouts (themes)."""
    return _resource("layouts")


def fonts_catalog() -> Path:
    """fonts.yaml."""
    return _resource("fonts") / "fonts.yaml"


def _resource(name: str) -> Path:
    root = repository()
    return (root or _DATA) / name


def state_dir() -> Path:
    """What belongs to this installation alone: system libraries unpacked without root, stamps."""
    root = repository()
    return root / ".banxin" if root else cache_dir()


@cache
def cache_dir() -> Path:
    """What every clone on the machine may share: fonts, their coverage, the parsed chapters.

    $XDG_CACHE_HOME/banxin or ~/.cache/banxin; where neither can be written, `.banxin` of the checkout.
    """
    for base in _cache_bases():
        folder = base / "banxin"
        if _writable(folder):
            return folder
    root = repository()
    if root and _writable(root / ".banxin"):
        return root / ".banxin"
    raise ToolError(
        [Problem(Place("~/.cache"), "没有可以写的缓存目录", "把环境变量 XDG_CACHE_HOME 设成一个可以写的目录")]
    )


def _cache_bases() -> list[Path]:
    bases = []
    if (xdg := os.environ.get("XDG_CACHE_HOME", "")).startswith("/"):
        bases.append(Path(xdg))
    if (home := os.path.expanduser("~")).startswith("/"):
        bases.append(Path(home) / ".cache")
    return bases


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
