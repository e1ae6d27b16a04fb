"""The fonts of a book: `ensure` brings them, `activate` shows them to Pango alone, `stack` names them for CSS.

The order of a build: ensure(languages, say); activate(); then load WeasyPrint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from banxin.fonts.catalog import LANGUAGES, ROLES, known, load
from banxin.fonts.config import activate
from banxin.fonts.coverage import font_files, missing

__all__ = [
    "LANGUAGES",
    "ROLES",
    "FontFile",
    "activate",
    "damaged",
    "ensure",
    "families_in",
    "files",
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


def ensure(languages: Iterable[str], say: Callable[[str], None]) -> None:
    """Have the families that these languages are set in; says what it fetches; ToolError when it cannot."""
    absent = [family for family in load().needed(languages) if not family.folder.is_dir()]
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


def stack(role: str, language: str, own: Sequence[str] = ()) -> tuple[str, ...]:
    """CSS family names for a role and a language: the Latin family, the author's `own`, the Han, the fallback."""
    latin, *others = load().stacks[known(language)][role]
    return (latin, *own, *others)


def files(family: str) -> tuple[FontFile, ...]:
    """The files of one family of a stack (they are there after `ensure`)."""
    found = load().families[family]
    return tuple(FontFile(found.path(face), face.weight, face.italic) for face in found.faces)


def families_in(folder: Path) -> tuple[str, ...]:
    """The family names of the fonts in an author's own folder, to put into `stack(own=...)`."""
    from fontTools.ttLib import TTFont

    names = []
    for file in font_files([folder]):
        with TTFont(file, lazy=True, fontNumber=0) as font:
            names.append(font["name"].getBestFamilyName())
    return tuple(dict.fromkeys(name for name in names if name))
