"""Language tags, and the OpenCC configurations that lead from one to another."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = {"zh-Hans": "zh-Hans", "zh-CN": "zh-Hans", "zh-Hant-TW": "zh-Hant-TW", "zh-TW": "zh-Hant-TW",
             "zh-Hant": "zh-Hant-TW", "zh-Hant-HK": "zh-Hant-HK", "zh-HK": "zh-Hant-HK", "zh": "zh-Hans"}  # fmt: skip
"""Language tags that authors write, and the one that we use for each."""

CONVERSIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("zh-Hans", "zh-Hant-TW"): ("s2tw",),
    ("zh-Hans", "zh-Hant-HK"): ("s2hk",),
    ("zh-Hant-TW", "zh-Hans"): ("tw2s",),
    ("zh-Hant-HK", "zh-Hans"): ("hk2s",),
    ("zh-Hant-TW", "zh-Hant-HK"): ("tw2t", "t2hk"),
    ("zh-Hant-HK", "zh-Hant-TW"): ("hk2t", "t2tw"),
}
"""OpenCC configurations from one language to another; vocabulary (`s2twp`) only where a book asks for it."""


def canonical(language: str) -> str:
    """The tag that we use for a language: `zh-TW` -> `zh-Hant-TW`."""
    return LANGUAGES.get(language, language)
