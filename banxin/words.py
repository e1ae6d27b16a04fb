"""Every word of a book, for the stages that change words: chapters, notes, parts and the facts on the title page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from banxin import tree
from banxin.book import Book, Imprint, Meta, Note

WORDS_OF_META = ("title", "subtitle", "publisher", "place", "statement", "rights", "description", "series")
LINES_OF_META = ("dedication", "epigraph")
"""Words whose lines are the author's, as those of a poem."""
NAMES_OF_META = ("authors", "translators", "editors", "keywords")
WORDS_OF_IMPRINT = ("address", "distributor", "printer", "impression", "copies", "price")
NAMES_OF_IMPRINT = ("responsible_editors", "proofreaders", "designers")
"""Cataloguing data is not among them: it stands as the authority gave it."""

Change = Callable[[Any], Any]
"""A tree (blocks or inlines) -> the same tree with other words."""


def map_words(book: Book, change: Change) -> Book:
    """Apply a change of words everywhere where words are."""

    def text(words: str) -> str:
        return tree.plain(change([tree.string(words)])) if words else words

    def names(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text(value) for value in values)

    return replace(
        book,
        meta=_meta(book.meta, text),
        chapters=tuple(
            replace(
                chapter,
                title=change(chapter.title),
                subtitle=change(chapter.subtitle),
                label=text(chapter.label),
                blocks=change(chapter.blocks),
                authors=names(chapter.authors),
            )
            for chapter in book.chapters
        ),
        parts=tuple(replace(part, title=change(part.title), label=text(part.label)) for part in book.parts),
        notes=_notes(book.notes, change, text),
    )


def _notes(notes: tuple[Note, ...], change: Change, text: Callable[[str], str]) -> tuple[Note, ...]:
    """All notes as one tree, and each heading once: a book may have thousands, of a line each."""
    changed = change([note.blocks for note in notes])
    headings = {heading: text(heading) for heading in {note.heading for note in notes}}
    return tuple(
        note
        if blocks is note.blocks and headings[note.heading] == note.heading
        else replace(note, blocks=blocks, heading=headings[note.heading])
        for note, blocks in zip(notes, changed, strict=True)
    )


def _meta(meta: Meta, text: Callable[[str], str]) -> Meta:
    changed: dict[str, Any] = {name: text(getattr(meta, name)) for name in WORDS_OF_META}
    for name in LINES_OF_META:
        changed[name] = "\n".join(map(text, getattr(meta, name).split("\n")))
    for name in NAMES_OF_META:
        changed[name] = tuple(text(value) for value in getattr(meta, name))
    return replace(meta, **changed, copyright=_imprint(meta.copyright, text))


def _imprint(imprint: Imprint, text: Callable[[str], str]) -> Imprint:
    changed: dict[str, Any] = {name: text(getattr(imprint, name)) for name in WORDS_OF_IMPRINT}
    for name in NAMES_OF_IMPRINT:
        changed[name] = tuple(text(value) for value in getattr(imprint, name))
    return replace(imprint, **changed, staff=tuple((text(role), text(names)) for role, names in imprint.staff))
