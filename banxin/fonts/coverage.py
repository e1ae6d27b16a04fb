"""Which characters the fonts have. Fonts are opened once; their coverage is kept beside the cache."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from banxin import resources
from banxin.fonts.catalog import Ranges, known, load

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories without a glyph: controls, joiners and marks of direction, half pairs, separators."""
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Variation selectors: they choose a form of the character before them."""


def missing(characters: Iterable[str], language: str, extra: Sequence[Path] = ()) -> set[str]:
    """The characters that would print as an empty box: in no family of the language's stacks, nor in the files `extra`.

    The serif stack is asked: every other one ends in it, and all end in the book's own families.
    """
    codes = {ord(character) for character in set(characters) if _visible(character)}
    for has, without in _serif(known(language)):
        codes = {code for code in codes if not _within(code, has) or _within(code, without)}
    return {chr(code) for code in codes if not any(covers(file, chr(code)) for file in extra)}


@cache
def _serif(language: str) -> tuple[tuple[Ranges, Ranges], ...]:
    """What each family of a serif stack has, and what it leaves to the next."""
    catalog = load()
    families = [(name, catalog.families[name]) for name in catalog.stacks[language]["serif"]]
    return tuple(
        (covered(family.path(family.faces[0]), family.faces[0].sha256), dict(family.views)[name])
        for name, family in families
    )


HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""CJK ideographs: the unified ones, compatibility forms, and all extensions of planes 2 and 3."""


def has_han(path: Path) -> bool:
    """Whether a font file has any ideograph."""
    return any(first <= high and low <= last for first, last in covered(path, "") for low, high in HAN)


def covers(path: Path, character: str) -> bool:
    """Whether a font file has a character."""
    return _within(ord(character), covered(path, ""))


def drawn_by(path: Path, character: str, without: Ranges) -> bool:
    """Whether a font file draws a character, in a stack where it leaves `without` to others."""
    return covers(path, character) and not _within(ord(character), without)


def manner(path: Path) -> tuple[int, bool]:
    """The weight (100-900) and the slant of a font file."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        table: Any = font.get("OS/2")
        return (int(table.usWeightClass), bool(table.fsSelection & 1)) if table else (400, False)


@cache
def covered(path: Path, sha256: str) -> Ranges:
    """The code points of a font, by the SHA-256 of its file (worked out where it is not given)."""
    sha256 = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    note = resources.cache_dir() / "coverage" / f"{sha256[:24]}.txt"
    try:
        return _parse(note.read_text("ascii"))
    except (OSError, ValueError):
        ranges = _read(path)
    note.parent.mkdir(parents=True, exist_ok=True)
    partial = note.with_suffix(f".{os.getpid()}")
    partial.write_text(" ".join(f"{first:x}-{last:x}" for first, last in ranges), "ascii")
    partial.replace(note)
    return ranges


def _parse(text: str) -> Ranges:
    pairs = (pair.split("-") for pair in text.split())
    return tuple((int(first, 16), int(last, 16)) for first, last in pairs)


def _read(path: Path) -> Ranges:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        codes = sorted(font.getBestCmap() or ())
    return runs(codes)


def runs(codes: Iterable[int]) -> Ranges:
    """Code points, in order, as runs."""
    ranges: list[tuple[int, int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return tuple(ranges)


def _within(code: int, ranges: Ranges) -> bool:
    index = bisect_right(ranges, (code, 0x110000)) - 1
    return index >= 0 and ranges[index][0] <= code <= ranges[index][1]


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE and not _within(ord(character), _SELECTORS)
