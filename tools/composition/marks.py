"""Characters by what they may do at the end of a line and how much of them is blank.

Sources: CLREQ 3.1.2-3.1.6 (2024 numbering), GB/T 15834-2011 5.1. Deliberately a table of its own: the measure must not
share a mistake with the composer that it measures.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

OPENING = frozenset("「『“‘（〔【〖［｛《〈﹁﹃")
CLOSING = frozenset("」』”’）〕】〗］｝》〉﹂﹄")
STOPS = frozenset("、，。；：！？．‼⁇⁈⁉")
CENTRED = frozenset("、，。：；")
"""In Taiwan and Hong Kong these stand in the middle of their em (CLREQ 3.1.2)."""
MARKS = OPENING | CLOSING | STOPS
OTHER_MARKS = frozenset("—–…⋯‥·‧・～〜／⸺")
SHARED = frozenset("“”‘’—…·")
"""Marks that a Latin face has in a narrow form."""
NUMBERED = frozenset(map(chr, range(0x2460, 0x2500)))
"""① ⑴ ⒈ and their kin, which are note marks."""

NOT_FIRST = CLOSING | STOPS | NUMBERED | frozenset("·‧・～〜／–—‐")
NOT_FIRST_ASCII = frozenset(",;!?)]}%")
NOT_LAST = OPENING | frozenset("＄￥￦￡$¥£€")
NOT_LAST_ASCII = frozenset("([{")
DASHES = frozenset("—⸺")
DOTS = frozenset("…⋯‥")
LEVELS = ("none", "basic", "gb", "strict")


@cache
def is_han(character: str) -> bool:
    """An ideograph or a kana: what fills an em and is no mark."""
    name = unicodedata.name(character, "")
    return character in "〇々〻" or name.startswith(("CJK UNIFIED", "CJK COMPAT", "HIRAGANA", "KATAKANA LETTER"))


@cache
def is_latin(character: str) -> bool:
    """A letter or digit that wants a gap beside a Han character (UTR #59: East_Asian_Spacing=W, alphabets)."""
    if is_han(character) or unicodedata.east_asian_width(character) in "WF":
        return False
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Nd", "Mn")


def blank(mark: str, language: str) -> tuple[float, float]:
    """The blank of a full-width mark before and after its ink, em (CLREQ 3.1.6.1)."""
    if mark in OPENING:
        return 0.5, 0.0
    if mark in CLOSING:
        return 0.0, 0.5
    if mark in STOPS:
        if not language.startswith("zh-Hant"):
            return 0.0, 0.5
        return (0.25, 0.25) if mark in CENTRED else (0.0, 0.0)
    return (0.25, 0.25) if mark in "·‧・" else (0.0, 0.0)


def excess(first: str, second: str, language: str) -> float:
    """What two adjacent full-width marks must give up, em: the blanks between them, at most half an em.

    Nothing for an opening mark before a closing one (their blanks are outside), and for ！？ of Taiwan and Hong Kong.
    """
    if first not in MARKS or second not in MARKS:
        return 0.0
    return min(0.5, blank(first, language)[1] + blank(second, language)[0])


UNITS = re.compile(
    r"""
      第\s?\d+\s?[章节節回卷册冊页頁条條款部篇编編期版届屆次]
    | \d+(?:[.,:]\d+)*\s?[年月日时時分秒元]
    | [￥¥＄$£€]\s?\d+(?:[.,]\d+)*
    | \d+(?:[.,:]\d+)*\s?(?:%|‰|°C?|℃|％|(?:k|c|m|d|n|μ|K|M|G|T)?(?:g|m|B|Hz|W|V|A|s|L|pt|px)(?![A-Za-z]))
    | \d+(?:[.,:]\d+)*
    | —{2,} | ⸺+ | […⋯]{2,} | [？！?!]{2,3}
    """,
    re.VERBOSE,
)
"""What stays on one line: CLREQ 3.1.5, GB/T 15834 5.1.2-5; dates and counted things as GB/T 15835 writes them."""
WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
"""A Latin word: it breaks where a hyphen shows, and nowhere else (CLREQ 3.2.4)."""
