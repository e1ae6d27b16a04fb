"""The fonts of a book: `ensure` brings them, `activate` shows them to Pango alone, `stack` names them for CSS.

The order of a build: ensure(languages, say); activate(); then load WeasyPrint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from banxin.fonts.catalog import LANGUAGES, ROLES, Ranges, known, load
from banxin.fonts.config import activate
from banxin.fonts.coverage import drawn_by, manner, missing
from banxin.fonts.own import NONE, Own, before_and_after, find

__all__ = [
    "LANGUAGES",
    "NONE",
    "ROLES",
    "FontFile",
    "Own",
    "activate",
    "css",
    "Drawer",
    "damaged",
    "drawers",
    "ensure",
    "files",
    "find",
    "missing",
    "stack",
]


@dataclass(frozen=True, slots=True)
class FontFile:
    """A face as a file, for what embeds fonts itself."""

    path: Path
    weight: int
    """100-900, as in CSS."""
    italic: bool


def ensure(languages: Iterable[str], say: Callable[[str], None], own: Own = NONE) -> None:
    """Have the families that these languages are set in, and those that the book asks for by name.

    Says what it fetches; ToolError when it cannot.
    """
    named = [load().families[name] for name in sorted(own.pinned)]
    families = {family.name: family for family in (*load().needed(languages), *named)}
    absent = [family for family in families.values() if not family.folder.is_dir()]
    if absent:
        from banxin.fonts.fetch import fetch

        fetch(absent, say)


def damaged(languages: Iterable[str]) -> list[str]:
    """What is absent or differs from its SHA-256; reads every file, so it is for `doctor` only."""
    faults = []
    for family in load().needed(languages):
        if not family.folder.is_dir():
            faults.append(f"没有 {family.name}")
        elif not all(_intact(family.path(face), face.sha256) for face in family.faces):
            faults.append(f"{family.folder} 坏了")
    return faults


def _intact(file: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def stack(role: str, language: str, own: Own = NONE) -> tuple[str, ...]:
    """CSS family names for a role and a language: Latin families, Han ones, the fallback, what else the book has."""
    latin, *others = load().stacks[known(language)][role]
    before, after, last = before_and_after(own, role, known(language))
    return tuple(dict.fromkeys((*before, latin, *after, *others, *last)))


def css(role: str, language: str, own: Own = NONE) -> str:
    """The same, as the value of `font-family`."""
    return ", ".join(f'"{family}"' for family in stack(role, language, own))


@dataclass(frozen=True, slots=True)
class Drawer:
    """A family of a stack, as what embeds fonts needs it."""

    name: str
    files: tuple[FontFile, ...]
    without: Ranges
    """The characters that it leaves to the next."""
    own: bool
    """Whether the book brought it."""

    def has(self, character: str) -> bool:
        """Whether it draws a character."""
        return drawn_by(self.files[0].path, character, self.without)


def drawers(role: str, language: str, own: Own = NONE) -> tuple[Drawer, ...]:
    """The families of a stack, in order: the first that has a character draws it."""
    theirs = {view: (family, ranges) for family in own.families for view, _, ranges in family.views}
    found = []
    for name in stack(role, language, own):
        if name in theirs:
            family, ranges = theirs[name]
            found.append(Drawer(name, tuple(FontFile(file, *manner(file)) for file in family.files), ranges, True))
        else:
            found.append(Drawer(name, files(name), dict(load().families[name].views)[name], False))
    return tuple(found)


def files(family: str) -> tuple[FontFile, ...]:
    """The files of one family of a stack (they are there after `ensure`)."""
    found = load().families[family]
    return tuple(FontFile(found.path(face), face.weight, face.italic) for face in found.faces)
