"""Characters as a line sees them: what may begin or end it, which side of a mark is blank, what is never torn apart.

Pure tables. Sets and numbers are those of CLREQ 3.1 (2024) and GB/T 15834-2011 5.1; all widths in em.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from banxin.compose.settings import Kinsoku

OPENING = "「『“‘（〔【〖［｛《〈〘〚"
CLOSING = "」』”’）〕】〗］｝》〉〙〛"
COMMAS = "，、；："
STOPS = "。？！．"
CHAINS = "‼⁇⁈⁉"
INTERPUNCTS = "·・‧•"
SOLIDI = "／/"
DASHES = "—⸺―"
ELLIPSES = "…⋯‥"
CURRENCY = "￥＄￡￠"
CIRCLED = "".join(map(chr, [*range(0x2460, 0x2500), *range(0x2776, 0x2794), *range(0x3251, 0x3260)]))

HAN = "\u3005\u3007\u3021-\u3029\u3040-\u30fa\u30fc-\u30ff\u3105-\u312f\u3190-\u319f\u31a0-\u31ff"
HAN += "\u3400-\u4dbf\u4e00-\u9fff"
HAN += "\uf900-\ufaff\U00020000-\U0003ffff\u2e80-\u2fdf\u3220-\u3247\u3280-\u32ff\u3300-\u33ff"
"""Ideographs, kana, bopomofo, radicals, squared words: a class for regular expressions."""
LATIN = r"0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1fff"
"""Letters and digits that stand off from Han: Latin, Greek, Cyrillic (UTR 59, East_Asian_Spacing)."""
SIGNS = r"%$€£¥&@#+°℃‰"
"""Narrow signs that belong to a number or a word beside them."""
COMBINING = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
COMBINING += r"\u200d\U000e0100-\U000e01ef"
WIDTHLESS = r"\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
"""What takes no room and belongs to no word: joiners, places for breaks, signs of direction."""
RIGHT_TO_LEFT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"

chinese = re.compile(f"[{HAN}，。、；：？！「」『』《》〈〉【】（）]").search
"""Whether there is anything in a text that Chinese rules are about."""


wide = re.compile("[—…·“”‘’→※]").search
"""Whether there is a mark that Chinese shares with other scripts."""


class Kind(Enum):
    """What a mark is in the orders of squeezing (CLREQ 3.5.3)."""

    INTERPUNCT = auto()
    BRACKET = auto()
    COMMA = auto()
    STOP = auto()


class Mark(NamedTuple):
    """An adjustable mark: the blank at its start and at its end, em."""

    kind: Kind
    start: float
    end: float

    @property
    def opening(self) -> bool:
        """Whether it belongs to what follows it."""
        return self.kind is Kind.BRACKET and self.start > self.end


def _marks(commas: tuple[float, float], stops: tuple[float, float], interpunct: tuple[float, float]) -> dict[str, Mark]:
    table = dict.fromkeys(OPENING, Mark(Kind.BRACKET, 0.5, 0.0))
    table |= dict.fromkeys(CLOSING, Mark(Kind.BRACKET, 0.0, 0.5))
    table |= dict.fromkeys(COMMAS, Mark(Kind.COMMA, *commas))
    table |= dict.fromkeys("。．", Mark(Kind.STOP, *commas))
    table |= dict.fromkeys("？！", Mark(Kind.STOP, *stops))
    table |= dict.fromkeys(INTERPUNCTS, Mark(Kind.INTERPUNCT, *interpunct))
    return table


CORNERED = _marks((0.0, 0.5), (0.0, 0.5), (0.25, 0.25))
"""The mainland: marks stand in the corner, the blank is behind them (CLREQ 3.1.6.1)."""
CENTRED = _marks((0.25, 0.25), (0.0, 0.0), (0.0, 0.0))
"""Taiwan and Hong Kong: marks stand in the middle; ？ and ！ give up nothing, nor does the interpunct."""


@lru_cache(maxsize=64)
def table(language: str) -> dict[str, Mark]:
    """The marks of a language (BCP 47), by character."""
    parts = set(re.split(r"[-_]", language.lower()))
    return CENTRED if parts & {"hant", "tw", "hk", "mo"} else CORNERED


_NO_START = COMMAS + STOPS + CHAINS + CLOSING + INTERPUNCTS + SOLIDI + "–～〜-" + "％℃‰°′″" + CIRCLED + "々ー"
_NO_END = OPENING + CURRENCY + "$€£¥№"


def no_start(level: Kinsoku) -> frozenset[str]:
    """Characters that never begin a line; a single `—` is a matter of `banned`."""
    if level is Kinsoku.NONE:
        return frozenset()
    return frozenset(_NO_START + (DASHES + ELLIPSES if level is Kinsoku.STRICT else ELLIPSES))


def no_end(level: Kinsoku) -> frozenset[str]:
    """Characters that never end a line."""
    if level is Kinsoku.NONE:
        return frozenset()
    return frozenset(_NO_END + (SOLIDI if level in (Kinsoku.GB, Kinsoku.STRICT) else ""))


BRACKETED = re.compile(r"(?<=[^\s])\[\d+(?:[,，\-–—]\d+)*\]")
"""A note mark after a word: it never begins a line."""
SINGLE_DASH = re.compile(r"(?<![—⸺―])—(?![—⸺―])")
"""A dash of one em connects (2020—2024) and never begins a line; two of them may, below `strict`."""
UNSTRETCHED = re.compile(rf"[{INTERPUNCTS}–～〜／/]|(?<![—⸺―])—(?![—⸺―])")
"""Connectors and solidi: no gap opens beside them (CLREQ 3.5.4)."""
