"""Characters that no font of a book has: found before the pages are made, and marked in a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from banxin import fonts, tree
from banxin.book import Book, Meta, Node, Nodes
from banxin.errors import Place, Problem
from banxin.tree import Edit, Run

GETA = "〓"
"""What compositors set where a sort is missing: the foot of any sort, turned over (GB 2312, 01-94)."""
PRINTED = tuple(
    field.name for field in fields(Meta) if field.name not in ("language", "date", "identifier", "cover", "accounts")
)
"""The facts of a book that are printed as words."""
HINT = "换一个字，或把有这个字的字体文件放进书的 fonts/ 文件夹。"


def missing(
    book: Book, language: str, own: fonts.Own, place_of: Callable[[str], Place]
) -> tuple[list[Problem], frozenset[str]]:
    """A problem for each place, and the characters.

    Args:
        place_of: where a fact of the book stands, by its key.
    """
    problems: list[Problem] = []
    characters: set[str] = set()
    for place, text in _texts(book, place_of):
        for character in sorted(fonts.missing(set(text), language, own.files)):
            what = f"没有字体有“{character}”（U+{ord(character):04X}）这个字"
            problems.append(Problem(_place_in(book, place, character), what, HINT, excusable=True, code="T070"))
            characters.add(character)
    return problems, frozenset(characters)


def _texts(book: Book, place_of: Callable[[str], Place]) -> Iterator[tuple[Place, str]]:
    """All that is printed, each with its place."""
    for name in PRINTED:
        yield place_of(name), "".join(_strings(getattr(book.meta, name)))
    yield place_of("chapters"), tree.plain([part.title for part in book.parts])
    for chapter in book.chapters:
        notes = [note.blocks for note in book.notes if note.chapter == chapter.id]
        yield chapter.place, tree.plain([chapter.title, chapter.subtitle, chapter.blocks, *notes])


def _strings(value: Any) -> Iterator[str]:
    """All words of a fact: it is one, or many, or a record of such."""
    if isinstance(value, str):
        yield value
    else:
        for item in _values(value):
            yield from _strings(item)


def _values(value: Any) -> Iterable[Any]:
    return [getattr(value, field.name) for field in fields(value)] if is_dataclass(value) else value


def _place_in(book: Book, place: Place, character: str) -> Place:
    """The first line of a chapter's file that has the character; it may have come by conversion."""
    source = book.sources.get(place.path)
    found = source.text.find(character) if source else -1
    return Place(place.path, source.text.count("\n", 0, found) + 1) if source and found >= 0 else place


def marked(book: Book, characters: frozenset[str]) -> Book:
    """The book with a mark in place of each of these characters."""
    if not characters:
        return book
    plainly = {ord(character): GETA for character in characters}

    def mark(run: Run) -> Iterator[Edit]:
        for at, character in enumerate(run.text):
            if character in characters:
                named = tree.span([tree.string(GETA)], "draft-mark", title=f"U+{ord(character):04X}")
                yield at, at + 1, [named]

    def verbatim(node: Node) -> Node:
        if node["t"] in ("Code", "CodeBlock", "Math"):
            return {**node, "c": [node["c"][0], node["c"][1].translate(plainly)]}
        return node

    def words(nodes: Nodes) -> Nodes:
        new: Nodes = tree.rewrite(tree.map_nodes(nodes, verbatim), mark)
        return new

    return replace(
        book,
        meta=replace(book.meta, **{name: _translated(getattr(book.meta, name), plainly) for name in PRINTED}),
        parts=tuple(replace(part, title=words(part.title)) for part in book.parts),
        chapters=tuple(
            replace(c, title=words(c.title), subtitle=words(c.subtitle), blocks=words(c.blocks)) for c in book.chapters
        ),
        notes=tuple(replace(note, blocks=words(note.blocks)) for note in book.notes),
    )


def _translated(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    new = [_translated(item, table) for item in _values(value)]
    kind: Any = type(value) if is_dataclass(value) else None
    return kind(*new) if kind else tuple(new)
