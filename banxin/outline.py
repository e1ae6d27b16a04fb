"""The outline of a chapter: the blocks that arrangement looks at, without those that it passes over.

To number a book, to resolve its references and to count its notes, `assemble` and `notes` look at headings, notes,
links, references and ids; a paragraph that has none of these comes out as it went in, and changes nothing elsewhere.
So a book can be arranged by its outline, which is short, and its chapters' words be left where they are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from banxin import tree
from banxin.book import Book, Node

IDLE = "idle"
"""Key of a block that arrangement passes over: beside `line`, another remark on the node that pandoc does not read."""
PASSED_OVER = tree.WRAPPERS | tree.SIGNS.keys() | {
    "Para", "Plain", "LineBlock", "BlockQuote", "BulletList", "OrderedList", "DefinitionList", "HorizontalRule",
    "CodeBlock", "Code", "Math", "Image",
}  # fmt: skip
"""Nodes that arrangement passes over, if what is in them is."""
WITH_ID = frozenset({"Span", "Div", "Figure", "Table"})
"""These it looks at where they have an id, or an attribute that may mean something to an edition."""
SIGNS = ("@", "{#")
"""What a reference, and the id of an equation, cannot do without."""


def is_idle(block: Node) -> bool:
    """Whether arrangement passes over a block and all that is in it."""
    return all(_passed_over(node) for node in tree.walk(block))


def _passed_over(node: Node) -> bool:
    kind = node["t"]
    if kind == "Str":
        return not any(sign in node["c"] for sign in SIGNS)
    if kind in WITH_ID:
        id, _, pairs = tree.attr(node)
        return not id and not pairs
    return kind in PASSED_OVER


def outline(book: Book, whole: Collection[str] = ()) -> Book:
    """A parsed book whose chapters are outlines, except those (by id) that are to be `whole`."""
    return replace(
        book,
        chapters=tuple(
            chapter
            if chapter.id in whole
            else replace(chapter, blocks=[block for block in chapter.blocks if IDLE not in block])
            for chapter in book.chapters
        ),
    )
