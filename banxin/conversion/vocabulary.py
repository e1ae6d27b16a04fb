"""Words of the region for words of the author's (软件 -> 軟體): OpenCC's tables, only where a book asks for them.

A third of the words change in length, so each is replaced where it stands, and only where it begins and ends with words
(少数组织 has no 数组 in it). Every one is a `Choice`: the table was made for computing, and 恋爱的对象 is no 物件.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from banxin.conversion.phrases import entries
from banxin.conversion.segmentation import Words

TABLES: Mapping[str, tuple[str, str]] = {
    "s2twp": ("s2tw", "TWPhrases"),
    "s2hkp": ("s2hk", "HKPhrases"),
    "tw2sp": ("tw2s", "TWPhrasesRev"),
    "hk2sp": ("hk2s", "HKPhrasesRev"),
}
"""A configuration with vocabulary -> the one without, and the table."""


class Hit(NamedTuple):
    """A word of the table in a text."""

    start: int
    end: int
    target: str


class _Table(NamedTuple):
    words: Mapping[str, str]
    pattern: re.Pattern[str]


@cache
def _table(name: str) -> _Table:
    words = {source: target for source, target in entries(name).items() if source != target}
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return _Table(words, re.compile("|".join(longest_first)))


def hits(text: str, table: str, words: Words) -> Iterator[Hit]:
    """The words of a table in a text (in the form that the table's keys have)."""
    found = _table(table)
    position = 0
    while match := found.pattern.search(text, position):
        if words.bounded(match.start(), match.end()):
            yield Hit(match.start(), match.end(), found.words[match[0]])
            position = match.end()
        else:
            position = match.start() + 1
