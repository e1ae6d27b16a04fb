"""A book's own words: `lexicon.tsv` and `names.txt` beside its book.yaml.

`lexicon.tsv`: source, target, region, note, between tabs; the region is an edition's name or language, or empty for
all of them.
`names.txt`: a name a line, perhaps with a tab and its other form; without one its surname is kept as surnames are
(余 stays 余, 钟 becomes 鍾) and the rest follows character by character.

They go before everything else and nothing rewrites them; the longest match counts, and only one that begins and ends
with words: 余华 is not in 被余华丽的词藻吸引.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from banxin.conversion import phrases, script
from banxin.errors import Place, Problem

if TYPE_CHECKING:
    from banxin.conversion.segmentation import Words

FILE = "lexicon.tsv"
NAMES_FILE = "names.txt"
FILES = (FILE, NAMES_FILE)
HEADER = "source"
SURNAMES = dict(
    zip(
        "余范于郁岳钟涂游姜种党沈谷曲占后里干征升云台丰朴采准",
        "余范于郁岳鍾涂游姜种党沈谷曲占后里干征升雲台豐朴采准",
        strict=True,
    )
)
"""Characters as names have them, where one becomes several; in the form of OpenCC's `s2t`."""


FAMILIES = "余范于郁岳钟涂游姜种党沈谷曲丰朴余鍾塗薑種黨瀋穀麴豐樸"
"""Those of them that are families', in either script."""


class Entry(NamedTuple):
    """A line of either file."""

    source: str
    target: str
    """Empty: a name whose form follows from its characters."""
    region: str
    """Empty: every edition that is converted."""
    place: Place


@dataclass(frozen=True)
class Lexicon:
    """All of a book's own words."""

    entries: tuple[Entry, ...] = ()

    def with_people(self, people: Iterable[str], place: Place) -> Lexicon:
        """With the people who made the book: names of two or three characters whose family has several forms.

        Those that are words, too (余生, 谷雨), are left to the text around them.
        """
        known = {entry.source for entry in self.entries}
        names = [
            name
            for name in dict.fromkeys(people)
            if name not in known and looks_like_a_name(name) and name not in phrases.simplified()
        ]
        return Lexicon((*self.entries, *(Entry(name, "", "", place) for name in names)))

    def table(self, name: str, language: str, conversion: tuple[str, ...]) -> Table:
        """The words that count in an edition; those for this edition go before those for all."""
        mine = [e for region in ("", language, name) for e in self.entries if e.region == region]
        return Table({e.source: e.target or name_form(e.source, conversion) for e in mine})


@dataclass(frozen=True)
class Table:
    """Source -> target, of one edition."""

    words: Mapping[str, str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the words, longest first."""
        return re.compile("|".join(sorted(map(re.escape, self.words), key=len, reverse=True)))

    def hits(self, text: str, words: Words) -> Iterator[tuple[int, int, str]]:
        """Where the words stand: start, end, target."""
        position = 0
        while self.words and (match := self.longest(text, position, words)):
            yield match
            position = match[1]

    def longest(self, text: str, position: int, words: Words) -> tuple[int, int, str] | None:
        """The next place where a word stands between borders, and the longest that does there."""
        while match := self.pattern.search(text, position):
            start = match.start()
            for end in range(match.end(), start, -1):
                if text[start:end] in self.words and words.bounded(start, end):
                    return start, end, self.words[text[start:end]]
            position = start + 1
        return None


def looks_like_a_name(words: str) -> bool:
    """Two or three characters, of which the first is a family with several forms."""
    return 2 <= len(words) <= 3 and words[0] in FAMILIES


def name_form(name: str, conversion: tuple[str, ...]) -> str:
    """A name, character by character: no word is looked for in it."""
    from banxin.conversion.characters import through
    from banxin.conversion.rules import tables  # most books are not converted

    if not conversion[0].startswith("s2"):
        return "".join(through(char, *conversion) for char in name)
    region = "t2tw" if "tw" in conversion[0] else "t2hk"
    form = "".join(SURNAMES.get(char) or through(char, "s2t") for char in name)
    return through(tables().settled(name, form), region)


def read(text: str, names: str, regions: Mapping[str, str], language: str) -> tuple[Lexicon, list[Problem]]:
    """Both files, and what is wrong with them.

    Args:
        regions: what may stand in the column `region`, and the language of each.
        language: the manuscript's.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for entry, columns in [*_lines(text, FILE), *_lines(names, NAMES_FILE)]:
        found = list(_faults(entry, columns, regions, language))
        problems += found
        if not found:
            entries.append(entry)
    problems += _twice(entries)
    return Lexicon(tuple(entries)), problems


def _lines(text: str, file: str) -> Iterator[tuple[Entry, int]]:
    """The entries of a file, and how many columns each has."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or (number == 1 and line.startswith(f"{HEADER}\t")):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        source, target, region = [*cells, "", "", ""][:3]
        yield Entry(source, target, region, Place(file, number)), len(cells)


def _faults(entry: Entry, columns: int, regions: Mapping[str, str], language: str) -> Iterator[Problem]:
    is_name = entry.place.path == NAMES_FILE
    least, most = (1, 2) if is_name else (2, 4)
    if not least <= columns <= most:
        hint = (
            "一行一个名字，要写明另一种写法就用制表符隔开。"
            if is_name
            else "四栏：原词、换成、版本、说明，用制表符隔开；后两栏可以没有。"
        )
        yield Problem(entry.place, f"有 {columns} 栏，应当是 {least} 到 {most} 栏", hint)
        return
    if not entry.source:
        yield Problem(entry.place, "第一栏是空的", "写上稿子里的词，或删去这一行。")
        return
    if not is_name and not entry.target:
        yield Problem(
            entry.place, f"{entry.source} 没有写换成什么", f"不要换的词写进 {NAMES_FILE}，或在稿子里加 .keep。"
        )
        return
    if not is_name and entry.target == entry.source:
        yield Problem(entry.place, f"{entry.source} 换成的还是它自己", f"不要换的词写进 {NAMES_FILE}，或删去这一行。")
        return
    if entry.region and entry.region not in regions:
        yield Problem(entry.place, f"没有名为 {entry.region} 的版本", f"可以是：{'、'.join(regions)}；空着就是全部。")
        return
    if regions.get(entry.region) == language:
        hint = "这一栏写要换成的版本；只在这个版本里换一个词，在稿子里用 [词]{版本=词}。"
        yield Problem(entry.place, f"{entry.region} 就是稿子的语言，不换字，这一行用不上", hint)
        return
    yield from _wrong_script(entry, regions, language)


def _wrong_script(entry: Entry, regions: Mapping[str, str], language: str) -> Iterator[Problem]:
    other = "zh-Hans" if language.startswith("zh-Hant") else "zh-Hant"
    target = regions.get(entry.region, other)
    if wrong := script.foreign(entry.target, target):
        named = "繁体" if target.startswith("zh-Hant") else "简体"
        yield Problem(entry.place, f"{entry.target} 里的 {'、'.join(wrong)} 不是{named}字", f"这一栏要写{named}。")


def _twice(entries: list[Entry]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        first = seen.setdefault((entry.source, entry.region), entry)
        if first is not entry:
            yield Problem(entry.place, f"{entry.source} 写了两次", f"{first.place} 已经有它，删去一处。")
