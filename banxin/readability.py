"""How a text reads: three figures that an author can do something about.

No formula for Chinese has the standing that Flesch's has for English; each of the proposed ones weighs these figures in
its own way. So they are given as they are: how long sentences are, how many are long, how many characters are rare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from banxin.typeset.chars import CLOSING, HAN, has_han
from banxin.wordcount import count_text

LONG = 50
"""字数 of a long sentence."""
END = re.compile(rf"(?:[。！？…]+|(?<=[A-Za-z0-9])[.!?](?=\s))[{re.escape(CLOSING)}\"']*|\n+")
IS_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text reads."""

    sentences: int = 0
    length: int = 0
    """字数 of its sentences, without marks."""
    long: int = 0
    """Sentences of more than LONG."""
    han: int = 0
    rare: int = 0
    """Han characters that are not among the common ones."""

    def __add__(self, other: Reading) -> Reading:
        return Reading(
            self.sentences + other.sentences,
            self.length + other.length,
            self.long + other.long,
            self.han + other.han,
            self.rare + other.rare,
        )

    @property
    def per_sentence(self) -> float:
        """Mean 字数 of a sentence."""
        return self.length / self.sentences if self.sentences else 0.0

    @property
    def long_share(self) -> float:
        """How many of the sentences are long, 0-1."""
        return self.long / self.sentences if self.sentences else 0.0

    @property
    def rare_share(self) -> float:
        """How many of the Han characters are rare, 0-1."""
        return self.rare / self.han if self.han else 0.0


def read(text: str) -> Reading:
    """The figures of a text, a paragraph a line; headings, cells and lines of code are no sentences."""
    lengths = []
    for paragraph in text.split("\n"):
        if has_han(paragraph) and END.search(paragraph):
            lengths += [count_text(part).length_without_marks for part in END.split(paragraph)]
    lengths = [length for length in lengths if length]
    characters = IS_HAN.findall(text)
    return Reading(
        sentences=len(lengths),
        length=sum(lengths),
        long=sum(length > LONG for length in lengths),
        han=len(characters),
        rare=sum(not is_common(char) for char in characters),
    )


def is_common(char: str) -> bool:
    """Whether a Han character is of the first level of GB 2312 (3755) or of Big5 (5401): the common ones."""
    return _level("gb2312", char, 0xB0A1, 0xD7F9) or _level("big5", char, 0xA440, 0xC67E)


def _level(encoding: str, char: str, first: int, last: int) -> bool:
    try:
        code = int.from_bytes(char.encode(encoding), "big")
    except UnicodeEncodeError:
        return False
    return first <= code <= last
