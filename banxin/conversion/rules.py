"""What a one-to-many character becomes by what stands around it: `rules.tsv` and `words.tsv`, read once.

`rules.tsv`: character, what it becomes (in the form of OpenCC's `s2t`, 裏 麪 爲 for 裡 麵 為), which words it may be in
(`any`; `alone`: a word of its own; `start`: the first of a word; `name`: a word that is a name; `surname`: a word
before a given name), a pattern for what stands before it, one for what follows. The first rule of a character that fits
decides. What it becomes with a `?` behind is a guess, listed even where OpenCC agrees; `?` alone leaves the reading to
OpenCC and lists it. `words.tsv`: a word and its form, as OpenCC's phrases have them, for words that it lacks; they
count only where they begin and end with words. `simplified.tsv`: the same, the other way.

The readings follow 教育部《國語辭典簡編本》 and 《通用规范汉字表》 annex 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from banxin.conversion import phrases
from banxin.conversion.segmentation import Words

FOLDER = Path(__file__).parent
REACH = 12
"""Characters before that a rule may look at."""
TITLES = (
    "先生|小姐|太太|女士|夫人|老师|师傅|师父|教授|医生|大夫|博士|护士|律师|法官|警官|记者|编辑|导演|将军|同学|同志|老板|经理|"
    "总(?=[，。！？、：；”」』说在和与的请来去问笑]|$)|局长|校长|主任|主席|书记|科长|处长|部长|市长|县长|镇长|村长|队长|班长|院长|团长|连长|司令|大人|老爷|公子|姑娘|"
    "叔|伯|姨|哥|姐|妈|爸|爷爷|奶奶|大爷|大妈|大娘|老太|老汉|老头|某|氏|姓"
)
NUMBERS = "〇零一二三四五六七八九十百千万亿两几数半0-9"
MACROS = {"<称呼>": f"(?:{TITLES})", "<数>": f"[{NUMBERS}]"}


NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt"})
"""jieba's tags of people, places and bodies."""

PEOPLE = frozenset({"nr", "nrt", "nrfg"})


class Rule(NamedTuple):
    """One line of rules.tsv."""

    becomes: str
    sure: bool
    where: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None

    def fits(self, text: str, offset: int, words: Words) -> bool:
        """Whether the character at an offset stands as the rule says."""
        if self.after and not self.after.match(text, offset + 1):
            return False
        if self.before and not self.before.search(text, max(0, offset - REACH), offset):
            return False
        return self.where == "any" or self._placed(offset, words)

    def _placed(self, offset: int, words: Words) -> bool:
        word = words.at(offset)
        if self.where == "name":
            return word.tag in NAMES and len(word.text) > 1 and not _phrase_begins(word.text)
        if self.where == "surname":
            after = words.after(word)
            return len(word.text) == 1 and after is not None and after.tag in PEOPLE and not _phrase_begins(after.text)
        return word.start == offset and (self.where == "start" or len(word.text) == 1)


def _phrase_begins(word: str) -> bool:
    """Whether a word is, or begins with, a phrase of OpenCC's: 钟点工 is no Mr Zhong, whatever jieba says."""
    return any(word[:end] in phrases.simplified() for end in range(2, len(word) + 1))


class Known(NamedTuple):
    """Words and their forms, and a pattern of any of them, longest first."""

    words: Mapping[str, str]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Tables:
    """All that we know beyond OpenCC."""

    rules: Mapping[str, tuple[Rule, ...]]
    """By character."""
    characters: re.Pattern[str]
    """Any character that has a rule."""
    words: Known
    """Simplified words in Traditional."""
    simplified: Known
    """The other way."""


@cache
def tables() -> Tables:
    """The tables; a fault in them is ours, so it is not told to the author."""
    rules: dict[str, list[Rule]] = {}
    for characters, becomes, where, before, after in _rows("rules.tsv", 5):
        for i, character in enumerate(characters):
            reading = becomes.rstrip("?")
            rule = Rule(
                reading[i] if reading else "",
                not becomes.endswith("?"),
                where,
                re.compile(f"(?:{_open(before)})$") if before else None,
                re.compile(_open(after)) if after else None,
            )
            rules.setdefault(character, []).append(rule)
    return Tables(
        {character: tuple(found) for character, found in rules.items()},
        re.compile(f"[{''.join(rules)}]"),
        _known("words.tsv"),
        _known("simplified.tsv"),
    )


def _known(name: str) -> Known:
    words = {row[0]: row[1] for row in _rows(name, 2)}
    return Known(words, re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True))))


def _open(pattern: str) -> str:
    for name, meaning in MACROS.items():
        pattern = pattern.replace(name, meaning)
    return pattern


def _rows(name: str, columns: int) -> list[list[str]]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [[*row, *[""] * (columns - len(row))] for row in rows]
