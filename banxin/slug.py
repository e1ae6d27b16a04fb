"""Names for files and ids: ASCII, stable, readable."""

from __future__ import annotations

import hashlib
import re

from banxin import cache

PINYIN = "pinyin"
"""Of entries in the cache."""
LONGEST = 48
"""Characters of a slug."""
LANGUAGE_TAIL = re.compile(r"[-_.](zh(-Hans|-Hant)?(-(CN|TW|HK|SG|MO))?|en)$", re.IGNORECASE)


def slug(text: str, otherwise: str = "x") -> str:
    """`第一章 起点` -> `di-yi-zhang-qi-dian`: Han by pinyin, the rest as it is, lower case."""
    if not text.isascii():
        text = "-".join(syllables(text))
    words = re.findall(r"[a-z0-9]+", text.lower())
    short = ""
    for word in words:
        if len(short) + len(word) > LONGEST:
            break
        short = f"{short}-{word}" if short else word
    return short or otherwise


def syllables(text: str) -> list[str]:
    """The pinyin of a text, and what is not Han between it; kept."""
    found: list[str] = cache.remembered(PINYIN, cache.key(PINYIN, text), lambda: _syllables(text))
    return found


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # its dictionary takes longer to load than all the rest of a short command

    return lazy_pinyin(text)


def file_slug(stem: str) -> str:
    """The id of a chapter by its file's name: ASCII names stay, others become pinyin."""
    return stem if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", stem) else slug(stem, "chapter")


def without_language(stem: str) -> str:
    """`essay-zh-Hans` -> `essay`: the edition's name follows the slug in every output."""
    return LANGUAGE_TAIL.sub("", stem) or stem


def fingerprint(*words: str) -> str:
    """Eight hexadecimal digits that change only with the words."""
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:8]
