"""Where each page of the book stands: sides, numbers, blank pages before a recto."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from banxin.sheets.data import Place, Sheets

SIDES = {"right": True, "recto": True, "left": False, "verso": False}
"""Forced breaks that ask for a side -> whether it is the recto (of a book that is read from left to right)."""


class Paged(NamedTuple):
    """The pages of one signature."""

    base: int
    """The number of the page before its first."""
    recto: bool
    """Whether its first page is a recto."""
    blanks: tuple[Place, ...]
    """Pages left blank before it."""
    places: tuple[Place, ...]


def paginate(signatures: Sequence[Sheets]) -> list[Paged]:
    """Number the pages of a book, one signature after the other.

    What a break asks for is combined as between two boxes of one document (CSS Break 3, 4.1).
    """
    book = _Book()
    after: tuple[str, ...] = ()
    paged = []
    for sheets in signatures:
        blanks = tuple(book.blank(break_of((*after, *sheets.before))))
        base, recto = book.number, book.recto
        paged.append(Paged(base, recto, blanks, tuple(book.pages(sheets))))
        after = sheets.after
    return paged


def closing(places: Sequence[Place], fold: int) -> list[Place]:
    """The blank pages after these that make their number a multiple of `fold`."""
    lacking = -len(places) % fold
    if not lacking:
        return []
    last = places[-1]
    return [
        Place(last.at + i, last.number + i, last.recto == (i % 2 == 0), True, "", (), {}, {}, {})
        for i in range(1, lacking + 1)
    ]


def break_of(values: Iterable[str]) -> str:
    """What all that is said of one break comes to."""
    result = "auto"
    for value in values:
        if value in SIDES or (value == "page" and result not in SIDES):
            result = value
    return result


class _Book:
    """How far the numbering is."""

    def __init__(self) -> None:
        self.index = 0
        self.number = 0
        self.recto = True
        self.strings: dict[str, list[str]] = {}

    def blank(self, wanted: str) -> Iterator[Place]:
        if self.index and SIDES.get(wanted, self.recto) != self.recto:
            yield self.next(self.number + 1, True, "", (), {}, {})

    def pages(self, sheets: Sheets) -> Iterator[Place]:
        base = self.number
        for leaf in sheets.leaves:
            number = leaf.number + base if leaf.relative else leaf.number
            yield self.next(number, leaf.blank, leaf.name, leaf.groups, leaf.counters, leaf.strings)

    def next(
        self,
        number: int,
        blank: bool,
        name: str,
        groups: tuple[tuple[str, int], ...],
        counters: dict[str, list[int]],
        strings: dict[str, list[str]],
    ) -> Place:
        place = Place(self.index, number, self.recto, blank, name, groups, counters, strings, self.strings)
        self.strings = {**self.strings, **{key: values[-1:] for key, values in strings.items()}}
        self.index, self.number, self.recto = self.index + 1, number, not self.recto
        return place
