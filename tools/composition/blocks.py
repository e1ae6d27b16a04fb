"""The structure tree of a tagged PDF -> blocks of text, each with its marked content in logical order.

A block is what holds lines: a paragraph, a heading, a list item's body, a cell, a note. Inline elements (Span, Link,
Em, and WeasyPrint's NonStruct) belong to the block around them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

from tools.composition.glyphs import Key

HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"})
LINES = HEADINGS | {
    "P", "LBody", "LI", "TD", "TH", "Caption", "Note", "FENote", "BibEntry", "TOCI", "BlockQuote", "Div",
}  # fmt: skip
"""Elements that hold lines themselves."""
FOLDERS = frozenset(
    {"Document", "DocumentFragment", "Part", "Art", "Sect", "L", "Table", "TR", "THead", "TBody", "TFoot"}
)
"""Elements that hold blocks: what stands directly in one is a block, whatever its name."""
UNJUSTIFIED = HEADINGS | {"TD", "TH", "Caption", "Figure", "TOCI", "TOC", "Lbl", "Formula"}
"""In or under these, lines are centred or set flush left."""


class NotTaggedError(Exception):
    """The file does not say what its paragraphs are."""


@dataclass(slots=True)
class Block:
    """A block, or the part of it on one page."""

    role: str
    keys: list[Key] = field(default_factory=list)
    justified: bool = True
    """By what it is; whether its lines are flush is for the measure to find."""


def read(path: Path) -> list[Block]:
    """The blocks of a file, in reading order.

    Raises:
        NotTaggedError: there is no structure tree.
    """
    with pikepdf.open(path) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            raise NotTaggedError(f"{path}：没有标签（StructTreeRoot），不知道哪里是一段；用 pdf_tags=True 排")
        pages: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages)}
        walk = _Walk(pages)
        walk.down(pdf.Root.StructTreeRoot.get("/K"), _Place(None, None, True))
        return [block for block in walk.blocks if block.keys]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the tree."""

    block: Block | None
    page: int | None
    justified: bool
    role: str = ""


class _Walk:
    def __init__(self, pages: dict[Any, int]) -> None:
        self.pages = pages
        self.blocks: list[Block] = []

    def down(self, node: Any, place: _Place) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                self.down(child, place)
        elif isinstance(node, pikepdf.Dictionary):
            self._element(node, place)
        elif node is not None and place.page is not None:
            self._content(place, place.page, int(node))

    def _element(self, node: Any, place: _Place) -> None:
        page = self.pages.get(node.Pg.objgen) if "/Pg" in node else place.page
        if "/MCID" in node:
            if page is not None:
                self._content(place, page, int(node.MCID))
        elif "/S" in node:
            role = str(node.S)[1:]
            inside = _Place(place.block, page, place.justified and role not in UNJUSTIFIED, role)
            if self._starts(role, place):
                self.blocks.append(Block(role, [], inside.justified))
                inside = _Place(self.blocks[-1], page, inside.justified, role)
            elif role in FOLDERS:
                inside = _Place(None, page, inside.justified, role)
            self.down(node.get("/K"), inside)

    @staticmethod
    def _starts(role: str, place: _Place) -> bool:
        """Whether this element is a block: one by name, a list's label, or the outermost below a folder."""
        if role == "Lbl":
            return place.role == "LI"
        return role in LINES or (place.block is None and role not in FOLDERS)

    @staticmethod
    def _content(place: _Place, page: int, mcid: int) -> None:
        if place.block is not None:
            place.block.keys.append((page, mcid))
