"""The likeliest word for a misspelt one, for hints."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, words: Iterable[str]) -> str:
    """The likeliest of `words`, or empty."""
    found = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return found[0] if found else ""
