"""Where the words of a page stand in the manuscript: found by their letters, so that no page need carry lines.

Words that a conversion or the text rules changed are found, too: marks do not count, both sides are read in one script,
and where the beginning of a paragraph is not found, what follows is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from banxin import load
from banxin.conversion.characters import through
from banxin.decoding import decode
from banxin.errors import BanxinError, Place
from banxin.markdown import Finder

LENGTHS = (32, 16, 8)
"""How many letters are looked for at once: first many, which stand in one place only."""
MARK = re.compile(r"\[\^[^\]\n]+\]")
"""A note's mark in Markdown, which no page shows as it is typed."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is pointed at on a page."""

    words: str
    """From the point on."""
    before: str = ""
    """Before it; tells one of several places with the same words from the others."""
    chapter: str = ""
    """The file of its chapter, if that is known; the words of others are looked for after it."""


def locate(book: Path, pointed: Words) -> tuple[Path, Place] | None:
    """The book's folder and the place of words in it; None where no chapter has them.

    A book that cannot be read at the moment has no places.
    """
    try:
        root, names = load.files(book)
        names = sorted(names, key=lambda name: name != pointed.chapter)
        texts = [(name, decode(root, name)) for name in names]
    except BanxinError:
        return None
    finders = [(name, _finder(text)) for name, text in texts if isinstance(text, str)]
    before = _letters(pointed.before)
    letters, point = before + _letters(pointed.words), len(before)
    for start, needle in _needles(letters, point):
        for name, finder in finders:
            if (found := _best(finder.letters, needle, letters[:start])) >= 0:
                return root, Place(name, finder.line_at(found + max(0, point - start)))
    return None


@lru_cache(256)
def _finder(text: str) -> Finder:
    return Finder(_one_script(MARK.sub("", text)))


def _needles(letters: str, point: int) -> Iterator[tuple[int, str]]:
    """What is looked for, and where it begins: first what holds the point, then what follows; long before short."""
    for length in LENGTHS:
        around = range(point, max(-1, point - length), -length // 4)
        for start in (*around, *range(point + 1, len(letters))):
            if start + length <= len(letters):
                yield start, letters[start : start + length]
    if point < len(letters):
        yield point, letters[point : point + LENGTHS[-1]]


def _best(text: str, needle: str, before: str) -> int:
    """Where a needle is found after the most of the letters that stand before it; -1: nowhere."""
    best, most = -1, -1
    found = text.find(needle)
    while found >= 0:
        agreed = _agreed(text[:found][-len(before) :] if before else "", before)
        if agreed > most:
            best, most = found, agreed
        found = text.find(needle, found + 1)
    return best


def _agreed(one: str, other: str) -> int:
    """How many letters at their ends are the same."""
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _letters(text: str) -> str:
    return "".join(char for char in _one_script(text) if char.isalnum())


def _one_script(text: str) -> str:
    simplified = through(text, "t2s")
    return simplified if len(simplified) == len(text) else text
