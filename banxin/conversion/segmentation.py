"""The words of a text, by jieba's dictionary and method in Rust (`rjieba`).

Without its guesses at words that are in no dictionary: they join 他游 and 学会了修, and cost sentences of the test set.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

RARE = 50
"""How often a book's own word is met, in the counts of jieba's dictionary: likelier than its own parts, less likely
than common words that share a character with it (华丽: hundreds), so that 余华丽 stays 余 and 华丽."""


class Word(NamedTuple):
    """A word, where it begins, and its part of speech in jieba's letters (`nr` a name, `m` a number, `v` a verb)."""

    start: int
    text: str
    tag: str


class Words:
    """The words of one text; found when they are first asked for."""

    def __init__(self, tag: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self.tag = tag

    @cached_property
    def words(self) -> list[Word]:
        """In order."""
        found: list[Word] = []
        position = 0
        for text, tag in self.tag():
            found.append(Word(position, text, tag))
            position += len(text)
        return found

    @cached_property
    def starts(self) -> list[int]:
        """Where each begins."""
        return [word.start for word in self.words]

    @cached_property
    def borders(self) -> set[int]:
        """Where one begins or ends."""
        last = self.words[-1] if self.words else Word(0, "", "")
        return {*self.starts, last.start + len(last.text)}

    def at(self, offset: int) -> Word:
        """The word that a character belongs to."""
        return self.words[bisect_right(self.starts, offset) - 1]

    def after(self, word: Word) -> Word | None:
        """The word that follows."""
        index = bisect_right(self.starts, word.start)
        return self.words[index] if index < len(self.words) else None

    def before(self, word: Word) -> Word | None:
        """The word that goes before."""
        index = bisect_right(self.starts, word.start) - 2
        return self.words[index] if index >= 0 else None

    def bounded(self, start: int, end: int) -> bool:
        """Whether a stretch begins and ends where words do."""
        return start in self.borders and end in self.borders


class Segmenter:
    """jieba with a book's own words."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        import rjieba  # its dictionary takes long to load

        self.jieba = rjieba.Jieba()
        for word in own:
            if len(word) > 1:
                self.jieba.add_word(word, RARE, "nz")

    def words(self, text: str) -> Words:
        """The words of a text."""
        return Words(lambda: self.jieba.tag(text, hmm=False))
