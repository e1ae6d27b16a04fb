"""A place where a conversion had to choose (banxin/conversion/judge.py), as its editor is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a place is told to the editor."""

    BORDER = "border"
    """OpenCC's phrase cuts through a word."""
    RULE = "rule"
    """A rule of ours against OpenCC."""
    WORD = "word"
    """A word of ours against OpenCC."""
    GUESS = "guess"
    """Nothing founds either reading."""
    VOCABULARY = "vocabulary"
    """A word of the region in place of the author's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A place where a reading was chosen."""

    start: int
    end: int
    source: str
    """The word that it stands in."""
    chosen: str
    alternative: str
    """What it would be otherwise: one form or several, between OR; OpenCC's first."""
    reason: Reason
