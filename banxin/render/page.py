"""Book -> semantic HTML pages, the one source of PDF, EPUB and web (the class contract is in layouts/README.md)."""

from __future__ import annotations

from dataclasses import dataclass

from banxin.book import Account, Matter


@dataclass(frozen=True, slots=True)
class Section:
    """A heading inside a chapter, as the tables of contents need it."""

    id: str
    level: int
    """2 for the first level inside a chapter."""
    label: str
    """`1.2`, or empty."""
    title: str
    """HTML (inline)."""
    text: str
    """The same, as plain text."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as every format shows it."""

    id: str
    """`fn-…`; the marks in the body link to `#id`."""
    number: int
    html: str
    """Blocks."""
    calls: tuple[str, ...]
    """Ids of the marks: the back links."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part's title page."""

    id: str
    label: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One chapter as HTML. In `body`, links inside the book are `#id`, images are `src="image:KEY"`, math is MathML."""

    id: str
    """ASCII; the file name in EPUB and web, the id of the chapter's section."""
    matter: Matter
    label: str
    """`第一章`, or empty."""
    title: str
    """HTML (inline)."""
    text: str
    """The title as plain text."""
    subtitle: str
    body: str
    language: str
    """Empty: the book's."""
    authors: tuple[str, ...]
    date: str
    accounts: tuple[Account, ...]
    notes: tuple[NoteView, ...]
    sections: tuple[Section, ...]
    part: PartView | None
    """Set on the first chapter of each part only."""
    ids: frozenset[str]
    """Every id in `body`, notes included: where links may point."""
