"""What the text of a Chinese book needs before it is set: one file a rule, in the order of RULES.

A rule is `rule(run, style) -> edits`: it sees the joined words of a paragraph and changes marks, never words. How wide
a mark is and what gaps open is not here: that is the line composer's (PDF) and CSS's (EPUB, web).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from banxin import tree, words
from banxin.book import Book, Edition, Nodes
from banxin.config import QuoteStyle, TypesetSpec
from banxin.convert import is_kept
from banxin.errors import Level, Place, Problem
from banxin.tree import Edit, Run
from banxin.typeset import dashes, ellipses, marks, numbers, quotes, softbreaks, spaces, squares, titles
from banxin.typeset.style import Style

Rule = Callable[[Run, Style], Iterable[Edit]]


@dataclass(frozen=True, slots=True)
class _Step:
    rule: Rule
    wanted: Callable[[TypesetSpec], bool]


RULES: tuple[_Step, ...] = (
    _Step(softbreaks.edits, lambda spec: True),
    _Step(ellipses.edits, lambda spec: spec.ellipses),
    _Step(dashes.edits, lambda spec: spec.dashes),
    _Step(marks.edits, lambda spec: spec.marks),
    _Step(quotes.edits, lambda spec: spec.quotes is not QuoteStyle.KEEP),
    _Step(titles.edits, lambda spec: spec.marks),
    _Step(spaces.edits, lambda spec: spec.marks),
    _Step(squares.edits, lambda spec: True),
)
"""Soft breaks first, because the other rules look at neighbours; quotes after the stops that they look at; spaces
after them, because only then is it known which marks are full-width."""


ALL_RULES = TypesetSpec()


def typeset(book: Book, edition: Edition, spec: TypesetSpec = ALL_RULES) -> Book:
    """Apply the rules to every word of a book."""
    style = Style(edition.language, spec.quotes, edition.vertical, edition.numbers)
    breaks, *others = [partial(_ruled, step.rule, style) for step in RULES if step.wanted(spec)]

    def change(value: object) -> object:
        # words that are kept are whole in every way but one: the line ends of the source are no part of them
        return tree.rewrite_all(tree.rewrite(value, breaks), others, is_kept)

    return words.map_words(numbers.numbered(book, style), change)


def _ruled(rule: Rule, style: Style, run: Run) -> Iterable[Edit]:
    return rule(run, style)


def undecided(book: Book, spec: TypesetSpec = ALL_RULES) -> list[Problem]:
    """What the rules cannot decide for the author, with its line: quotation marks that stand alone.

    To be asked of the book before conversion, so that its words are the author's and each is told once.
    """
    if spec.quotes is QuoteStyle.KEEP:
        return []
    notes: dict[str, list[Nodes]] = defaultdict(list)
    for note in book.notes:
        notes[note.chapter].append(note.blocks)
    return [
        Problem(Place(chapter.place.path, one.line), one.message, one.hint, Level.WARNING, code="T002")
        for chapter in book.chapters
        for run in tree.runs([chapter.title, chapter.blocks, notes[chapter.id]], is_kept)
        for one in quotes.complaints(run)
    ]
