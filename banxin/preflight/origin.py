"""The book that a PDF was made of, as far as a preflight asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from banxin.book import Book, Image, Meta


@dataclass(frozen=True, slots=True)
class Origin:
    """The book that a PDF was made of; of a file from elsewhere, nothing is known."""

    meta: Meta | None = None
    images: Mapping[str, Image] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """The texts of the manuscript by path: which line shows a picture."""
    chapters: Mapping[str, str] = field(default_factory=dict)
    """The file of each chapter by its id, which is the name of a destination in the PDF."""
    settings: str = ""
    """The name of book.yaml."""


def origin_of(book: Book, meta: Meta, settings: str) -> Origin:
    """What a preflight wants to know of a book, and of the edition whose facts these are."""
    sources = {path: source.text for path, source in book.sources.items()}
    chapters = {chapter.id: chapter.place.path for chapter in book.chapters}
    return Origin(meta, book.images, sources, chapters, settings)
