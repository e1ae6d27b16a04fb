"""From one language to another: which steps, in which order, and the edits that come of them.

Simplified to Traditional is judged (judge.py) in the form of OpenCC's `s2t`, then given the region's forms by `t2tw` or
`t2hk`. These keep every character in its place; vocabulary does not, so it and the book's own words are edits of their
own. Text that is in the target's script already stays as it is, so a second conversion changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import pairwise

from banxin import tree
from banxin.conversion import script
from banxin.conversion.characters import through
from banxin.conversion.choice import Choice, Reason
from banxin.conversion.judge import judge
from banxin.conversion.lexicon import Lexicon, Table
from banxin.conversion.rules import tables
from banxin.conversion.segmentation import Segmenter, Words
from banxin.conversion.vocabulary import TABLES, hits

TextEdit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What becomes of a text."""

    edits: tuple[TextEdit, ...] = ()
    """In order; they do not overlap."""
    choices: tuple[Choice, ...] = ()

    def applied(self, text: str) -> str:
        """The text as it becomes."""
        pieces, position = [], 0
        for start, end, new in self.edits:
            pieces += [text[position:start], new]
            position = end
        return "".join([*pieces, text[position:]])


NOTHING = Reading()


class Converter:
    """One edition's conversion, with the book's own words."""

    def __init__(self, name: str, language: str, conversion: tuple[str, ...], lexicon: Lexicon) -> None:
        plain, vocabulary = TABLES.get(conversion[0], (conversion[0], ""))
        self.vocabulary = vocabulary
        self.steps = (plain, *conversion[1:])
        scripts = {"s2tw": "zh-Hant", "s2hk": "zh-Hant", "tw2s": "zh-Hans", "hk2s": "zh-Hans"}
        self.target = scripts.get(plain, "")
        """The script that the text is to be in; empty where both ends are Traditional."""
        self.region = "zh-Hant-HK" if self.steps[-1] == "t2hk" else "zh-Hant-TW"
        self.own: Table = lexicon.table(name, language, conversion)
        self.segmenter = _segmenter(tuple(sorted(self.own.words)))

    def read(self, text: str) -> Reading:
        """What becomes of a text."""
        if not text or (script.is_done(text, self.target) if self.target else script.is_of_region(text, self.region)):
            return NOTHING
        simplified = text if self.steps[0].startswith("s2") else through(text, "tw2s")
        if len(simplified) != len(text):
            return Reading(tuple(differences(text, through(text, *self.steps))))
        words = self.segmenter.words(simplified)
        own = list(self.own.hits(text, words))
        if own:
            text, simplified = _masked(text, own), _masked(simplified, own)
            words = self.segmenter.words(simplified)
        edits, choices = self._steps(text, simplified, words)
        return Reading(tuple(sorted([*own, *edits])), choices)

    def _steps(self, text: str, simplified: str, words: Words) -> tuple[list[TextEdit], tuple[Choice, ...]]:
        """The edits of all but the book's own words."""
        if self.steps[0].startswith("s2"):
            form, chosen = _judged(self.segmenter, text)
            region = "t2tw" if self.steps[0] == "s2tw" else "t2hk"
            new = through(form, region)
            choices = [_in_region(choice, region) for choice in chosen]
        else:
            form, choices = text, []
            new = from_traditional(text, simplified, words, self.steps)
        if len(new) != len(text):
            return list(differences(text, new)), tuple(choices)
        replaced = list(hits(form, self.vocabulary, words)) if self.vocabulary else []
        targets = [(hit.start, hit.end, self._finished(hit.target)) for hit in replaced]
        choices += [
            Choice(start, end, text[start:end], target, new[start:end], Reason.VOCABULARY)
            for start, end, target in targets
        ]
        narrowed = [narrow(new, *target) for target in targets]
        covered = {offset for start, end, _ in narrowed for offset in range(start, end)}
        edits = [edit for edit in differences(text, new) if edit[0] not in covered]
        return [*edits, *narrowed], tuple(sorted(choices, key=lambda choice: choice.start))

    def _finished(self, target: str) -> str:
        """A word of the vocabulary in its last form: those for Simplified text are written as `s2t` has them."""
        return through(target, "t2s") if self.steps[0].endswith("2s") else target


def from_traditional(text: str, simplified: str, words: Words, steps: tuple[str, ...]) -> str:
    """Traditional text in Simplified, or in the other region's form, with what OpenCC misses."""
    new = simplified if steps == ("tw2s",) else through(text, *steps)
    if len(new) != len(text):
        return new
    chosen = list(new)
    known = tables().simplified
    if steps[-1].endswith("2s"):
        for match in known.pattern.finditer(text):
            chosen[match.start() : match.end()] = known.words[match[0]]
    if steps[-1] == "t2tw":
        return tables().settled(text, "".join(chosen))
    for offset, form in _particles(text, words):
        chosen[offset] = form
    return "".join(chosen)


NOT_PARTICLE = re.compile(
    "[名原論編顯卓昭土專鉅巨遺譯拙撰合所自共主參佳學史新近較最尤]著(?!眼|嘴|雙|手)"
    "|(?<![拿捧看讀抱握提翻夾帶背扛擁藏借買賣寫念])著(?:書|文)|著(?:名|作|述|者|稱|錄|有|譯|於|《|「)"
)
"""Where 著 is, or may be, to write or to be known, and stays as OpenCC has it; elsewhere Taiwan's 著 is a particle."""


def _particles(text: str, words: Words) -> Iterator[tuple[int, str]]:
    """Where 著 is the particle 着: 看著, 別著; not where it is to write: 名著, 他著有 after a noun."""
    other = {offset for found in NOT_PARTICLE.finditer(text) for offset in range(*found.span())}
    yield from ((i, "着") for i, char in enumerate(text) if char == "著" and i not in other)
    yield from ((found.start(), "著") for found in re.finditer("著(?=《)", text))
    for before, word in pairwise(words.words):
        if word.text not in ("著", "着") or text[word.start] != "著":
            continue
        if before.tag.startswith("v"):
            yield word.start, "着"
        elif before.tag.startswith(("n", "r")) and text[word.start + 1 : word.start + 2] in ("有", "《"):
            yield word.start, "著"


def _in_region(choice: Choice, region: str) -> Choice:
    return Choice(
        choice.start,
        choice.end,
        choice.source,
        through(choice.chosen, region),
        through(choice.alternative, region),
        choice.reason,
    )


@lru_cache(maxsize=32768)
def _judged(segmenter: Segmenter, text: str) -> tuple[str, tuple[Choice, ...]]:
    """`judge`, once for all regions."""
    form, choices = judge(text, segmenter.words(text))
    return form, tuple(choices)


@cache
def _segmenter(own: tuple[str, ...]) -> Segmenter:
    return Segmenter([*tables().words.words, *own])


def _masked(text: str, spans: Iterable[TextEdit]) -> str:
    """A text with marks in place of words that nothing may look at or change."""
    for start, end, _ in spans:
        text = text[:start] + tree.OBJECT * (end - start) + text[end:]
    return text


def narrow(text: str, start: int, end: int, new: str) -> TextEdit:
    """The same edit without what it leaves at both ends: of 得克薩斯州 -> 德薩斯州, only 得克 -> 德.

    So what is marked in the rest of the word stays marked.
    """
    while start < end and new and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    while start < end and new and text[start] == new[0]:
        start, new = start + 1, new[1:]
    return start, end, new


def differences(old: str, new: str) -> Iterator[TextEdit]:
    """Stretches of `old` that `new` has otherwise: character by character where the lengths agree."""
    if len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            if a != b:
                yield i, i + 1, b
        return
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield i1, i2, new[j1:j2]
