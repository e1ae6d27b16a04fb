"""The figures of a book, for the PDF that is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from banxin.book import SVG, Book, Image
from banxin.errors import Level, Place, Problem
from banxin.figures.terms import Terms, Unfit
from banxin.images import shown_at

PIXELS = "每英寸 600 点的像素"


def fitted(book: Book, terms: Terms | None) -> Book:
    """A book whose figures are ready to be drawn; which ones cannot be, its problems say.

    Args:
        terms: of the PDF; None: no PDF is made.
    """
    flat = terms is not None and not terms.transparency
    if not any(image.page or (flat and image.media_type == SVG) for image in book.images.values()):
        return book
    problems: list[Problem] = []
    images = {key: _fitted(image, terms, book, problems) for key, image in book.images.items()}
    return replace(book, images=images, problems=(*book.problems, *problems))


def _fitted(image: Image, terms: Terms | None, book: Book, problems: list[Problem]) -> Image:
    if image.media_type == SVG and terms is not None and not terms.transparency:
        return _flattened(image, terms, book, problems)
    if not image.page:
        return image
    if terms is None:
        return replace(image, page=b"")
    from banxin.figures.prepare import prepared  # a library that books without such figures do not need

    try:
        return replace(image, page=prepared(image.page, terms))
    except Unfit as fault:
        problems += _told(image, fault, book)
        return replace(image, page=b"")


def _flattened(image: Image, terms: Terms, book: Book, problems: list[Problem]) -> Image:
    """A drawing, as pixels where something shines through."""
    from banxin.figures.flatten import flattened
    from banxin.figures.paint import shining

    if pixels := flattened(image):
        problems += _told(image, shining(terms), book)
    return replace(image, page=pixels)


def _told(image: Image, fault: Unfit, book: Book) -> Iterator[Problem]:
    places = shown_at(image.key, ((path, source.text) for path, source in book.sources.items()))
    place = next(places, Place(image.key))
    yield Problem(place, f"图 {image.key} {fault.reason}，排成了{PIXELS}", fault.hint, Level.WARNING, code="T044")
