"""What the text of a Chinese book needs before it is set: one file a rule, in the order of RULES.

A rule is `rule(run, style) -> edits`: it sees the joined words of a paragraph and changes marks, never words. How wide
a mark is and what gaps open is not here: that is the line composer's (PDF) and CSS's (EPUB, web).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from banxin import tree, words
from banxin.book import Book, Edition
from banxin.config import QuoteStyle, TypesetSpec
from banxin.convert import is_kept
from banxin.errors import Level, Place, Problem
from banxin.tree import Edit, Run
from banxin.typeset import dashes, ellipses, marks, quotes, softbreaks, spaces
from banxin.typeset.style import Complaint, Style

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
    _Step(spaces.edits, lambda spec: spec.marks),
)
"""Soft breaks first, because the other rules look at neighbours; quotes after the stops that they look at; spaces
last, because only then is it known which marks are full-width."""


ALL_RULES = TypesetSpec()


def typeset(book: Book, edition: Edition, spec: TypesetSpec = ALL_RULES) -> Book:
    """Apply the rules to every word of a book; what they could not decide is a warning at its line."""
    problems: list[Problem] = []
    for chapter in book.chapters:
        problems += complaints(chapter.title, chapter.place.path, edition, spec)
        problems += complaints(chapter.blocks, chapter.place.path, edition, spec)
    paths = {chapter.id: chapter.place.path for chapter in book.chapters}
    for note in book.notes:
        problems += complaints(note.blocks, paths[note.chapter], edition, spec)

    style = Style(edition.language, spec.quotes)
    new = book
    for step in RULES:
        if step.wanted(spec):
            new = words.map_words(new, _change(step.rule, style))
    return replace(new, problems=(*book.problems, *problems))


def _change(rule: Rule, style: Style) -> Callable[[object], object]:
    def change(value: object) -> object:
        return tree.rewrite(value, lambda run: rule(run, style), is_kept)

    return change


def complaints(value: object, path: str, edition: Edition, spec: TypesetSpec) -> list[Problem]:
    """Quotation marks that stand alone, with their lines."""
    found: list[Problem] = []
    if spec.quotes is QuoteStyle.KEEP:
        return found
    style = Style(edition.language, spec.quotes)

    def look(run: Run) -> Iterable[Edit]:
        for complaint in quotes.complaints(run, style):
            found.append(_problem(complaint, path))
        return ()

    tree.rewrite(value, look, is_kept)
    return found


def _problem(complaint: Complaint, path: str) -> Problem:
    return Problem(Place(path, complaint.line), complaint.message, complaint.hint, Level.WARNING)
