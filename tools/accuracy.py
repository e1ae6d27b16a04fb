"""How many sentences of `tests/conversion/` come out right: OpenCC alone, and banxin.

    python -m tools.accuracy            the table of the handbook's chapter on editions
    python -m tools.accuracy --wrong    and every sentence that banxin has wrong

A row of a test set is a sentence and its right forms, between tabs; `{甲|乙}` stands where both are printed.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from banxin.conversion.characters import through
from banxin.conversion.lexicon import Lexicon
from banxin.conversion.profiles import Converter
from banxin.languages import CONVERSIONS

FOLDER = Path(__file__).parent.parent / "tests" / "conversion"
TUNED = ("names", "characters", "borders", "idioms", "prose", "mixed", "later", "to-zh-Hans", "from-hong-kong")
"""Sets that rules were written with; the others were written afterwards, and no rule followed from them. Once a rule
does, its sentences go to `later`, and new ones are written."""
SETS = {
    "names": "人名地名",
    "characters": "一字多形",
    "borders": "跨词的陷阱",
    "idioms": "成语",
    "prose": "寻常文字",
    "mixed": "杂题",
    "later": "后来的题",
    "unseen-prose": "没见过的寻常文字",
    "unseen-hard": "没见过的难句",
    "to-zh-Hans": "台湾到大陆",
    "from-hong-kong": "香港到大陆",
}
CHOICE = re.compile(r"\{([^}]*)\}")


class Sentence(NamedTuple):
    """A sentence, the conversion, and what may come of it."""

    set: str
    source: str
    conversion: str
    right: frozenset[str]


class Score(NamedTuple):
    """What came out."""

    sentence: Sentence
    opencc: str
    banxin: str

    def opencc_is_right(self) -> bool:
        """Whether OpenCC alone has it right."""
        return self.opencc in self.sentence.right

    def banxin_is_right(self) -> bool:
        """Whether banxin has it right."""
        return self.banxin in self.sentence.right


def sentences(name: str) -> Iterator[Sentence]:
    """A test set; its first line names the languages of the columns."""
    header, *rows = (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()
    source, *targets = header.split("\t")
    for row in rows:
        given, *answers = row.split("\t")
        for target, answer in zip(targets, answers, strict=True):
            (conversion,) = CONVERSIONS[source, target]
            yield Sentence(name, given, conversion, forms(answer))


def forms(answer: str) -> frozenset[str]:
    """All readings of an answer: `{甲|乙}` is either."""
    pieces = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(CHOICE.split(answer))]
    return frozenset(map("".join, itertools.product(*pieces)))


def scores(name: str) -> list[Score]:
    """What OpenCC and banxin make of a set."""
    return [
        Score(one, through(one.source, one.conversion), _converted(one.source, one.conversion))
        for one in sentences(name)
    ]


def _converted(text: str, conversion: str) -> str:
    return _converter(conversion).read(text).applied(text)


@cache
def _converter(conversion: str) -> Converter:
    return Converter("", "", (conversion,), Lexicon())


def main() -> None:
    """Print the table in Markdown."""
    print("| 题 | 句数 | 方案 | OpenCC | 版心 |\n|:-----|---:|:-----|---:|---:|")
    for name, title in SETS.items():
        all_scores = scores(name)
        for conversion in dict.fromkeys(score.sentence.conversion for score in all_scores):
            mine = [score for score in all_scores if score.sentence.conversion == conversion]
            counts = [sum(score.opencc_is_right() for score in mine), sum(score.banxin_is_right() for score in mine)]
            shares = " | ".join(f"{count / len(mine):.1%}" for count in counts)
            print(f"| {title} | {len(mine)} | {conversion} | {shares} |")
        if "--wrong" in sys.argv:
            for score in all_scores:
                if not score.banxin_is_right():
                    print(f"    {score.sentence.source} -> {score.banxin}, not {'、'.join(score.sentence.right)}")


if __name__ == "__main__":
    main()
