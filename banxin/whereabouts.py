"""Where the words of a page stand in the manuscript: found by their letters, so that no page need carry lines.

Words that a conversion or the text rules changed are found, too: marks do not count, both sides are read in one script,
and where the beginning of a paragraph is not found, what follows is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from banxin import load
from banxin.conversion.characters import through
from banxin.errors import BanxinError, Place
from banxin.markdown import Finder

LENGTHS = (32, 16, 8)
"""How many letters are looked for at once: first many, which stand in one place only."""
MARK = re.compile(r"\[\^[^\]\n]+\]")
"""A note's mark in Markdown, which no page shows as it is typed."""


def locate(book: Path, words: str) -> tuple[Path, Place] | None:
    """The book's folder and the place of a paragraph in it; None where no chapter has it.

    A book that cannot be read at the moment has no places.
    """
    try:
        root, names = load.files(book)
        texts = [(name, load.decode(root, name)) for name in names]
    except BanxinError:
        return None
    finders = [(name, Finder(_one_script(MARK.sub("", text)))) for name, text in texts if isinstance(text, str)]
    for needle in _needles(_one_script(words)):
        for name, finder in finders:
            found = finder.letters.find(needle)
            if found >= 0:
                return root, Place(name, finder.lines[found])
    return None


def _needles(words: str) -> Iterator[str]:
    letters = "".join(char for char in words if char.isalnum())
    for length in LENGTHS:
        for start in range(max(1, len(letters) - length + 1)):
            if needle := letters[start : start + length]:
                yield needle


def _one_script(text: str) -> str:
    simplified = through(text, "t2s")
    return simplified if len(simplified) == len(text) else text
