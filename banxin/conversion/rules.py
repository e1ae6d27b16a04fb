"""What a one-to-many character becomes by what stands around it: `rules.tsv` and the other tables, read once.

`rules.tsv`: characters, what they become (in the form of OpenCC's `s2t`, 裏 麪 爲 for 裡 麵 為), which words they may
be in (PLACES, or `any`), a pattern for what stands before, one for what follows. The first rule of a character that
fits decides. What it becomes with a `?` behind is a guess, listed even where OpenCC agrees; `?` alone leaves the
reading to OpenCC and lists it; `~` lists it unless a phrase founds it; `=` lists nothing.
`words.tsv`: a word and its form, as OpenCC's phrases have them, for words that it lacks; they count only where they
begin and end with words. `simplified.tsv`: the same, the other way.
`forms.tsv`: a character that OpenCC writes in a form that books no longer print, its forms there, and ours.

The readings follow 教育部《國語辭典簡編本》, 香港《常用字字形表》 and 《通用规范汉字表》 annex 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from banxin.conversion import phrases
from banxin.conversion.segmentation import Word, Words

FOLDER = Path(__file__).parent
REACH = 12
"""Characters before that a rule may look at."""
TITLES = (
    "先生|小姐|太太|女士|夫人|老师|师傅|师父|教授|医生|医师|大夫|博士|护士|律师|法官|警官|警长|探长|督察|记者|编辑|导演|教练|"
    "将军|司令|参谋|同学|同志|老板|掌柜|经理|总(?=[，。！？、：；”」』说在和与的请来去问笑]|$)|总裁|董事长|局长|校长|主任|主席|书记|"
    "科长|处长|部长|市长|县长|区长|镇长|乡长|村长|所长|站长|馆长|社长|队长|班长|排长|连长|营长|团长|师长|院长|船长|机长|司机|"
    "工程师|会计|秘书|助理|大人|老爷|公子|姑娘|员外|秀才|举人|尚书|侍郎|总督|巡抚|知县|太守|都督|丞相|道长|法师|管家|"
    "叔|伯|姨|哥|姐|妈|爸|爷爷|奶奶|婆婆|大爷|大妈|大娘|大嫂|大哥|大姐|大叔|大婶|嫂|婶|师兄|师姐|师弟|师妹|兄(?!弟|长)|"
    "老太|老汉|老头|老弟|媳妇|寡妇|某|氏|姓"
)
NUMBERS = "〇零一二三四五六七八九十百千万亿两几数半0-9"
BEFORE_NAMES = (
    "[，。！？、；：“「『（《—·和与跟同给对向从找请叫是让被把的了说像这那位名个]|"
    "记者|编辑|导演|演员|歌手|作家|诗人|画家|学者|作者|教授|老师|先生|女士|博士|院士|主任|主编|医生|同学|将军|总兵|丈夫|妻子|儿子|女儿"
)
"""What a name stands after, where its surname is a common particle: 于 in 病死于澎湖 is none."""
MACROS = {"<称呼>": f"(?:{TITLES})", "<数>": f"[{NUMBERS}]", "<名前>": f"(?:{BEFORE_NAMES})"}


NAMES = frozenset({"nr", "nrt", "nrfg", "ns", "nt"})
"""jieba's tags of people, places and bodies."""

PEOPLE = frozenset({"nr", "nrt", "nrfg"})
FOREIGN = "nrt"
"""jieba's tag of names written by their sound."""


class Listed(StrEnum):
    """When a place is told to the editor."""

    CHANGED = ""
    """Where OpenCC has it otherwise."""
    ALWAYS = "?"
    UNFOUNDED = "~"
    """Where no phrase of OpenCC's founds the reading."""


class Rule(NamedTuple):
    """One line of rules.tsv."""

    becomes: str
    """Empty: what OpenCC makes of it."""
    listed: Listed
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
        return PLACES[self.where](words.at(offset), offset, words)


def _is_noun(word: Word) -> bool:
    """A noun of two characters or more, and no name: 笔记本, not 霍诺 of 霍诺里乌斯."""
    return len(word.text) > 1 and word.tag.startswith(("n", "s")) and not word.tag.startswith(("nr", "ns", "nt", "nz"))


def _phrase_begins(word: str) -> bool:
    """Whether a word is, or begins with, a phrase of OpenCC's."""
    return any(word[:end] in phrases.simplified() for end in range(2, len(word) + 1))


def _named(word: Word, tags: frozenset[str]) -> bool:
    """Whether a word is a name; 钟点工 is no Mr Zhong, whatever jieba says: it begins with a phrase of OpenCC's."""
    return len(word.text) > 1 and word.tag in tags and not _phrase_begins(word.text)


def _after_noun(word: Word, _: int, words: Words) -> bool:
    before = words.before(word)
    return len(word.text) == 1 and before is not None and _is_noun(before)


def _before_given_name(word: Word, _: int, words: Words) -> bool:
    after = words.after(word)
    return len(word.text) == 1 and after is not None and after.tag in PEOPLE and not _phrase_begins(after.text)


PLACES: Mapping[str, Callable[[Word, int, Words], bool]] = {
    "alone": lambda word, *_: len(word.text) == 1,
    "noun": _after_noun,
    "start": lambda word, offset, _: word.start == offset,
    "name": lambda word, *_: _named(word, NAMES),
    "foreign": lambda word, *_: word.tag == FOREIGN and len(word.text) > 1,
    "person": lambda word, offset, _: word.start == offset and _named(word, PEOPLE),
    "surname": _before_given_name,
}
"""Which words a character may be in, by what rules.tsv says; `any` asks nothing."""


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
    forms: Mapping[tuple[str, str], str]
    """A Simplified character and OpenCC's form of it -> ours."""
    unsettled: re.Pattern[str]
    """Any of OpenCC's forms that may not stay."""

    def settled(self, text: str, form: str) -> str:
        """OpenCC's form of a text with our forms of characters; the same length, so a place is a place."""
        return self.unsettled.sub(lambda found: self.forms.get((text[found.start()], found[0]), found[0]), form)


@cache
def tables() -> Tables:
    """The tables; a fault in them is ours, so it is not told to the author."""
    rules: dict[str, list[Rule]] = {}
    for characters, becomes, where, before, after in _rows("rules.tsv", 5):
        for i, character in enumerate(characters):
            reading = becomes.rstrip("?~=")
            rule = Rule(
                reading[i] if reading else "",
                Listed(becomes[len(reading) :].rstrip("=")),
                where,
                re.compile(f"(?:{_open(before)})$") if before else None,
                re.compile(_open(after)) if after else None,
            )
            rules.setdefault(character, []).append(rule)
    forms = {(row[0], form): row[2] for row in _rows("forms.tsv", 3) for form in row[1]}
    return Tables(
        {character: tuple(found) for character, found in rules.items()},
        re.compile(f"[{''.join(rules)}]"),
        _known("words.tsv"),
        _known("simplified.tsv"),
        forms,
        re.compile(f"[{''.join(form for _, form in forms)}]"),
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
