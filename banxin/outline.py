"""The outline of a chapter: the blocks that a question about the whole book looks at, without the others.

To number a book, to resolve its references and to count its notes, `assemble` and `notes` look at headings, notes,
links, references and ids; a paragraph that has none of these comes out as it went in, and changes nothing elsewhere.
So a book can be arranged by its outline, which is short, and its chapters' words be left where they are. In an outline
one node stands for each stretch of blocks that are passed over; it has no content, so every walk goes past it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby

from banxin import tree
from banxin.book import Node, Nodes
from banxin.slug import slug

STRETCH = "Stretch"
"""The type of a node that stands for blocks: the `key` of their tree, the first (`at`) and their `count`."""
PASSED_OVER = tree.WRAPPERS | tree.SIGNS.keys() | {
    "Para", "Plain", "LineBlock", "BlockQuote", "BulletList", "OrderedList", "DefinitionList", "HorizontalRule",
    "CodeBlock", "Code", "Math",
}  # fmt: skip
"""Nodes that arrangement passes over, if what is in them is."""
WITH_ID = frozenset({"Span", "Div", "Figure", "Table"})
"""These it looks at where they have an id, or an attribute that may mean something to an edition."""
SIGNS = ("@", "{#")
"""What a reference, and the id of an equation, cannot do without."""
TARGETS = WITH_ID | {"Header"}
UNCONVERTED = "noconv"
"""A class that says of a block which fonts a book needs (`convert.languages`)."""


ASKS, SLUG = "asks", "slug"
"""Remarks on a block of an outline, as `line` is one: what is in it that is looked at; a heading's words as an id."""


class Sign(StrEnum):
    """What may be in a block that a pass over the outlines looks at."""

    TARGET = "target"
    """A heading, a figure, a table, an equation or a thing with an id."""
    LINK = "link"
    REFERENCE = "reference"
    NOTE = "note"
    """A note, or a citation."""


SIGN_OF = {
    **dict.fromkeys(TARGETS, Sign.TARGET),
    "Link": Sign.LINK,
    "Note": Sign.NOTE,
    "Cite": Sign.NOTE,
}
"""What a node says by its type."""
IN_WORDS = {"@": Sign.REFERENCE, "{#": Sign.TARGET}
"""What words say by what they hold."""


def outline(blocks: Sequence[Node], key: str) -> Nodes:
    """The outline of a chapter's blocks, which are kept under `key`; with remarks.

    Pictures are in it, because the book must have them all.
    """
    found: Nodes = []
    for idle, group in groupby(enumerate(blocks), lambda item: _is_idle(item[1])):
        members = list(group)
        if idle:
            found.append({"t": STRETCH, "key": key, "at": members[0][0], "count": len(members)})
        else:
            found += [_remarked(block) for _, block in members]
    return found


def asks(block: Node, *signs: Sign) -> bool:
    """Whether a pass that looks at these signs must look into a block; always where it bears no remark."""
    found = block.get(ASKS)
    return found is None or any(sign in found for sign in signs)


def unremarked(block: Node) -> Node:
    """A block that is to be changed: nothing is known of it."""
    return {key: value for key, value in block.items() if key not in (ASKS, SLUG)}


def _remarked(block: Node) -> Node:
    signs: set[Sign] = set()
    for node in tree.walk(block):
        if node["t"] == "Str":
            signs.update([sign for text, sign in IN_WORDS.items() if text in node["c"]])
        elif node["t"] in SIGN_OF:
            signs.add(SIGN_OF[node["t"]])
    words = {SLUG: slug(tree.plain(block["c"][2]).strip(), "")} if block["t"] == "Header" else {}
    return {**block, ASKS: sorted(map(str, signs)), **words}  # plain words, as they are when they were kept


def _is_idle(block: Node) -> bool:
    """Whether arrangement passes over a block and all that is in it, and nothing need be fetched for it."""
    return all(_passed_over(node) for node in tree.walk(block))


def _passed_over(node: Node) -> bool:
    kind = node["t"]
    if kind == "Str":
        return not any(sign in node["c"] for sign in SIGNS)
    if kind in WITH_ID:
        id, classes, pairs = tree.attr(node)
        return not id and not pairs and UNCONVERTED not in classes
    return kind in PASSED_OVER
