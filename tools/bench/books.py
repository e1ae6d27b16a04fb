"""The books that are measured, and the small change that an author makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from banxin import layout
from banxin.config import PageSpec
from banxin.layout import Geometry
from tools import long_book

SIZES: Mapping[str, int] = {"50k": 50_000, "200k": 200_000, "1m": 1_000_000}
"""Name of a book -> 字数."""


@dataclass(frozen=True, slots=True)
class Book:
    """A generated book."""

    name: str
    folder: Path
    """With book.yaml; nothing else needs it."""

    @property
    def chapters(self) -> list[Path]:
        """Their files, in order."""
        return sorted(self.folder.glob("*.md"))

    @property
    def characters(self) -> int:
        """字数, as `stats` counts them but for the signs of Markdown."""
        return sum(long_book.length_of(path.read_text("utf-8")) for path in self.chapters)

    @property
    def middle(self) -> Path:
        """The chapter in the middle."""
        return self.chapters[len(self.chapters) // 2]


def write(name: str, folder: Path) -> Book:
    """Generate a book of `SIZES` under a folder."""
    return Book(name, long_book.write(folder / name, SIZES[name]))


def page() -> Geometry:
    """The page of the books, for those that know nothing of our layouts."""
    return layout.geometry(PageSpec(), layout.load("novel"))


WORD = re.compile(r"[\u4e00-\u9fff]{2}(?=[。，])")
"""The end of a clause."""
STEMS = "甲乙丙丁戊己庚辛壬癸"


def change(chapter: Path, number: int) -> None:
    """Change one word in the middle of a chapter, to another for every number."""
    text = chapter.read_text("utf-8")
    found = WORD.search(text, len(text) // 2)
    assert found, f"{chapter} has no words"
    word = "".join(STEMS[int(digit)] for digit in f"{number:02}")
    chapter.write_text(f"{text[: found.start()]}{word}{text[found.end() :]}", "utf-8")
