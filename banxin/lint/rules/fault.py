"""What a rule says, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from banxin.config import LintSpec, QuoteStyle, Spaces
from banxin.lint.terms import NO_TERMS, Terms

Change = tuple[int, int, str]
"""Characters [start, end) of a run give way to a string."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place of a run that is not as it should be."""

    code: str
    start: int
    end: int
    message: str
    hint: str = ""
    changes: Sequence[Change] = ()
    """What would mend it; empty: only the author can."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What a book mostly does, for rules that only ask that it be done everywhere."""

    letters: Spaces = Spaces.ANY
    """Between Han and letters."""
    figures: Spaces = Spaces.ANY
    """Between Han and figures."""
    quotes: QuoteStyle = QuoteStyle.REGION
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Latin names that most places write with other capitals (Github), and how they do (GitHub)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules need to know about a book."""

    language: str = "zh-Hans"
    spec: LintSpec = LintSpec()
    habits: Habits = Habits()
    terms: Terms = NO_TERMS
    titles: frozenset[str] = field(default_factory=frozenset)
    """What stands between 《 and 》 somewhere in the book."""
