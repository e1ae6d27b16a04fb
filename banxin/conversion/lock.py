"""`conversions.lock` beside the manuscript: the choices of conversion that an editor has accepted.

One a line, sorted, between tabs: edition, source, chosen, what stands before and after; so a diff says what was
accepted, and a sentence that changes is asked about again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from banxin.convert import Chosen
from banxin.errors import Place, Problem

FILE = "conversions.lock"
HEADING = "# 看过的换字，版心写的：版本、原词、换成、前文、后文。改了的句子会再问一次。"
AROUND = 6
"""Characters before and after: enough to know a place again, few enough to survive an edit nearby."""


class Accepted(NamedTuple):
    """A choice that was accepted."""

    edition: str
    source: str
    chosen: str
    before: str
    after: str


def accepted(edition: str, chosen: Chosen) -> Accepted:
    """How a choice is noted."""
    choice = chosen.choice
    around = (chosen.before[-AROUND:], chosen.after[:AROUND])
    return Accepted(edition, choice.source, choice.chosen, *(text.replace("\t", " ") for text in around))


def read(text: str) -> tuple[frozenset[Accepted], list[Problem]]:
    """What was accepted, and lines that are none."""
    found: set[Accepted] = set()
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) == len(Accepted._fields):
            found.add(Accepted(*cells))
        else:
            message = f"有 {len(cells)} 栏，应当是 {len(Accepted._fields)} 栏"
            problems.append(
                Problem(Place(FILE, number), message, "这个文件由 check --accept 来写；删去这一行，再看一遍。")
            )
    return frozenset(found), problems


def text_of(all_accepted: Iterable[Accepted]) -> str:
    """The file."""
    return "\n".join([HEADING, *("\t".join(one) for one in sorted(all_accepted))]) + "\n"
