"""Classes of characters that the text rules ask about (CLREQ 3.1.2; Unicode scripts)."""

from __future__ import annotations

import re

HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Han characters, for use inside a regular expression's brackets."""
KANA = "\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf"
OPENING = "「『“‘（《〈【〖〔［｛"
CLOSING = "」』”’）》〉】〗〕］｝"
STOPS = "，。、；：！？"
FULL_WIDTH = f"{OPENING}{CLOSING}{STOPS}…—·～／"
"""Marks that are one em wide in Chinese text; “ ” ‘ ’ — … · only there."""

IS_HAN = re.compile(f"[{HAN}{KANA}]")
IS_CHINESE = re.compile(f"[{HAN}{KANA}{re.escape(FULL_WIDTH)}\uff01-\uff60]")
IS_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]")


def has_han(text: str) -> bool:
    """Whether Chinese rules apply to a run at all."""
    return IS_HAN.search(text) is not None


def is_han(char: str) -> bool:
    """One Han character (or kana, or bopomofo)."""
    return bool(char) and IS_HAN.match(char) is not None


def is_chinese(char: str) -> bool:
    """A Han character or a mark of Chinese text."""
    return bool(char) and IS_CHINESE.match(char) is not None


def is_latin(char: str) -> bool:
    """A letter of an alphabet."""
    return bool(char) and IS_LATIN.match(char) is not None
