"""Spaces between Han and Latin, and letters and figures that are as wide as Han characters.

A build opens the gap between Han and Latin itself, with or without a space in the manuscript; but a manuscript that
has both is hard to search and to compare. So only one rule is asked for: the book's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from banxin.config import Spaces
from banxin.lint.rules.fault import Context, Fault
from banxin.lint.rules.marks import fault
from banxin.tree import Run
from banxin.typeset.chars import HAN

LETTERS, FIGURES = r"A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff", "0-9"
BORDER = re.compile(
    rf"(?<=[{HAN}])(?P<before> ?)(?=[{LETTERS}{FIGURES}])|(?<=[{LETTERS}{FIGURES}])(?P<after> ?)(?=[{HAN}])"
)
VERBATIM = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1|`[^`\n]*`|\]\([^)\n]*\)|\{[^}\n]*\}|<[^>\n]*>", re.DOTALL | re.MULTILINE
)
"""What is no prose, for counting."""
WIDE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+(?:[\uff0e\uff0c\uff05][\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+)*"
)
FEWEST = 2
"""Places that make a habit."""


def between(run: Run, context: Context) -> Iterator[Fault]:
    """Where Han and Latin meet in another way than the rule has it."""
    for match in BORDER.finditer(run.text):
        wanted = _wanted(context, _latin(run.text, match))
        start, end = match.span()
        if wanted is Spaces.ONE and start == end:
            yield fault("T010", run, "汉字与西文之间空一格", [(start, end, " ")])
        elif wanted is Spaces.NONE and start < end:
            yield fault("T010", run, "汉字与西文之间不空格", [(start, end, "")])


def _latin(text: str, match: re.Match[str]) -> str:
    """The Latin character at a border."""
    return text[match.end()] if match["before"] is not None else text[match.start() - 1]


def _wanted(context: Context, latin: str) -> Spaces:
    if context.spec.spaces is not Spaces.AUTO:
        return context.spec.spaces
    return context.habits.figures if latin.isdigit() else context.habits.letters


def habits(sources: Iterable[str]) -> tuple[Spaces, Spaces]:
    """What most places of a book have, beside letters and beside figures."""
    counts = {True: [0, 0], False: [0, 0]}
    for source in sources:
        prose = VERBATIM.sub("\n", source)
        for match in BORDER.finditer(prose):
            counts[_latin(prose, match).isdigit()][match.end() - match.start()] += 1
    return _most(*counts[False]), _most(*counts[True])


def _most(without: int, spaced: int) -> Spaces:
    if max(without, spaced) < FEWEST or without == spaced:
        return Spaces.ANY
    return Spaces.NONE if without > spaced else Spaces.ONE


def full_width(run: Run, _context: Context) -> Iterator[Fault]:
    """`２０２４` -> `2024`"""
    for match in WIDE.finditer(run.text):
        plain = unicodedata.normalize("NFKC", match[0])
        yield fault("T011", run, "数字和字母用半角", [(match.start(), match.end(), plain)])
