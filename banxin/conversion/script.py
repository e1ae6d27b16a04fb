"""Which script a text is in, by the characters that only one of them has.

头 is Simplified only, 頭 Traditional only; 后 and 著 are in both and tell nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from banxin import cache as kept
from banxin.conversion.phrases import all_entries, entries

KIND = "characters"
"""Of the entry in the cache."""
ENOUGH = 20
"""So many telling characters say which script a chapter is in."""
SHARE = 0.9
"""And so great a part of them must be of the other script to contradict its `language`."""


IN_BOTH = "台濕温卧枴叁囱"
"""Hong Kong's forms that Taiwan prints, too, and that tell nothing."""


TRADITIONAL_TOO = "霉"
"""Characters of Traditional text (倒霉, 發霉) that OpenCC knows only as Simplified forms of others (黴)."""


class Script(StrEnum):
    """The two scripts of Chinese."""

    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"


class Tells(NamedTuple):
    """The characters of a text that only one script has."""

    simplified: list[str]
    traditional: list[str]


@cache
def _only() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that only Simplified and only Traditional text has; kept, because OpenCC's files are long."""
    simplified, traditional = kept.remembered(
        KIND, kept.key(KIND), lambda: ["".join(sorted(one)) for one in _sorted_out()]
    )
    return frozenset(simplified), frozenset(traditional)


def _sorted_out() -> tuple[set[str], set[str]]:
    to_traditional = all_entries("STCharacters")
    to_simplified = all_entries("TSCharacters")
    targets = {form for forms in to_traditional.values() for form in forms}
    for region in ("TWVariants", "HKVariants"):  # 户 is Simplified, and Hong Kong's
        targets |= {form for forms in all_entries(region).values() for form in forms}
    targets |= set(TRADITIONAL_TOO)
    simplified = {char for char in to_traditional if char not in targets and char not in to_simplified}
    in_simplified_words = {char for phrase in entries("TSPhrases").values() for char in phrase}
    traditional = {
        char
        for char, forms in to_simplified.items()
        if char not in forms and char not in to_traditional and char not in in_simplified_words
    }
    return simplified, traditional


def tells(text: str) -> Tells:
    """The telling characters of a text, in order."""
    simplified, traditional = _only()
    return Tells([c for c in text if c in simplified], [c for c in text if c in traditional])


def contradicts(text: str, language: str) -> Script | None:
    """The script that a text is in, where it is plainly not that of its language."""
    found = tells(text)
    total = len(found.simplified) + len(found.traditional)
    if total < ENOUGH:
        return None
    if language.startswith("zh-Hans") and len(found.traditional) >= SHARE * total:
        return Script.TRADITIONAL
    if language.startswith("zh-Hant") and len(found.simplified) >= SHARE * total:
        return Script.SIMPLIFIED
    return None


def foreign(text: str, language: str) -> list[str]:
    """The characters of a text that the script of a language does not have."""
    found = tells(text)
    if language.startswith("zh-Hant"):
        return found.simplified
    return found.traditional if language.startswith("zh-Hans") else []


@cache
def _regional() -> Mapping[str, frozenset[str]]:
    """The characters that Traditional text of one region has and that of the other has not, by the region."""
    taiwan, hong_kong = entries("TWVariants"), entries("HKVariants")
    common = {char for char in hong_kong.values() if char not in hong_kong}
    only_hong_kong = common - set(taiwan.values()) - set(entries("STCharacters").values()) - set(IN_BOTH)
    return {
        "zh-Hant-HK": frozenset(only_hong_kong),
        "zh-Hant-TW": frozenset({*(char for char, form in hong_kong.items() if form in only_hong_kong), "裡", "臺"}),
    }


def is_of_region(text: str, language: str) -> bool:
    """Whether Traditional text has the forms of a region and none of the other's: 説 and no 說."""
    own = _regional().get(language, frozenset())
    other = next((chars for region, chars in _regional().items() if region != language), frozenset())
    return not own.isdisjoint(text) and other.isdisjoint(text)


def is_done(text: str, language: str) -> bool:
    """Whether a text is in the script of a language already, so that no second conversion spoils it."""
    found = tells(text)
    if language.startswith("zh-Hant"):
        return bool(found.traditional) and not found.simplified
    return bool(found.simplified) and not found.traditional
