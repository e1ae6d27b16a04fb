"""Every paragraph of a manuscript has an anchor: its file, the piece of source that it stands in, which one of it.

The piece is named by what it says, so that what changed elsewhere since the export moves no anchor, and what changed in
the piece itself is noticed.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from banxin import tree
from banxin.book import Book, Chapter, Node, Nodes
from banxin.critic import differ
from banxin.markdown import NO_LETTERS
from banxin.notes import labels

PREFIX = "bx_"
"""How the names of bookmarks begin; Word allows letters, figures and `_`, 40 of them."""
WITH_WORDS = frozenset({"Para", "Plain", "Header"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file between blank lines."""

    path: str
    start: int
    """The offset of its first character in the file."""
    text: str
    line: int
    name: str
    """What the anchors in it begin with."""

    @property
    def end(self) -> int:
        """The offset after its words: blank lines follow."""
        return self.start + len(self.text.rstrip("\n"))


@dataclass(slots=True)
class File:
    """A chapter's file in pieces."""

    path: str
    text: str
    pieces: list[Piece] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """The line on which each piece begins."""

    def at(self, line: int) -> Piece | None:
        """The piece that a line belongs to."""
        n = bisect_right(self.starts, line) - 1
        return self.pieces[n] if 0 <= n < len(self.pieces) else None


def file(path: str, text: str) -> File:
    """Cut a file."""
    made = File(path, text)
    seen: Counter[str] = Counter()
    offset, line = 0, 1
    for piece in differ.blocks(text):
        name = f"{PREFIX}{_hash(path)}_{_hash(piece)}"
        seen[name] += 1
        made.pieces.append(Piece(path, offset, piece, line, f"{name}_{seen[name]}"))
        made.starts.append(line)
        offset, line = offset + len(piece), line + piece.count("\n")
    return made


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A paragraph of the manuscript."""

    anchor: str
    piece: Piece
    words: str
    """As the source has them, without markup; see `said`."""
    alone: bool
    """It is all of its piece."""


@dataclass(slots=True)
class Anchored:
    """The chapters of a book with a name before each paragraph."""

    files: dict[str, File]
    chapters: list[Nodes] = field(default_factory=list)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    """By anchor, in the order of the book."""
    code: str = ""
    """What is in blocks of code, without spaces: it has no anchors, and Word makes one of two blocks in a row."""


def anchored(book: Book) -> Anchored:
    """Name every paragraph that is found in its file."""
    made = Anchored({path: file(path, source.text) for path, source in book.sources.items()})
    for chapter in book.chapters:
        made.chapters.append(_Namer(made, chapter).run())
        code = (node["c"][1] for node in tree.walk(chapter.blocks) if node["t"] == "CodeBlock")
        made.code += "".join("".join(code).split())
    per_piece = Counter(leaf.piece.name for leaf in made.leaves.values())
    made.leaves = {
        name: Leaf(name, leaf.piece, leaf.words, per_piece[leaf.piece.name] == 1) for name, leaf in made.leaves.items()
    }
    return made


class _Namer:
    """Names the paragraphs of one chapter."""

    def __init__(self, made: Anchored, chapter: Chapter) -> None:
        self.made = made
        self.chapter = chapter
        self.counts: Counter[str] = Counter()
        self.file = made.files.get(chapter.place.path)

    def run(self) -> Nodes:
        title: Nodes = []
        if self.chapter.title:
            line = self.chapter.place.line
            title = [{"t": "Header", "c": [1, ["", [], []], self.chapter.title], "line": line}]
        blocks: Nodes = self.value([*title, *self.chapter.blocks], 0)
        return blocks

    def value(self, value: Any, line: int) -> Any:
        """A tree whose paragraphs begin with their anchors."""
        if isinstance(value, list):
            return [self.value(item, line) if isinstance(item, list | dict) else item for item in value]
        if not isinstance(value, dict) or "c" not in value or value["t"] in tree.VERBATIM:
            return value
        here = value.get(labels.LINE) or value.get("line") or line
        node = {key: item for key, item in value.items() if key in ("t", "c")}
        if node["t"] not in WITH_WORDS:
            return {**node, "c": self.value(node["c"], here)}
        inlines = node["c"][2] if node["t"] == "Header" else node["c"]
        name = self.name(inlines, here)
        new = self.value(inlines, here)
        if name:
            new = [tree.span([], id=name), *new]
        return {**node, "c": [*node["c"][:2], new] if node["t"] == "Header" else new}

    def name(self, inlines: Nodes, line: int) -> str:
        """The anchor of a paragraph; empty where its words are not in the piece that they should be in."""
        words = said(inlines)
        piece = self.file.at(line) if self.file else None
        if piece is None or not words.strip() or any(_is_display(node) for node in inlines):
            return ""
        if NO_LETTERS.sub("", words) not in NO_LETTERS.sub("", piece.text) and not _scattered(words, piece.text):
            return ""
        self.counts[piece.name] += 1
        name = f"{piece.name}_{self.counts[piece.name]}"
        self.made.leaves[name] = Leaf(name, piece, words, False)
        return name


def _is_display(node: Node) -> bool:
    """A formula on a line of its own, which Word makes a paragraph of."""
    return bool(node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath")


def _scattered(words: str, text: str) -> bool:
    """Whether the letters of words stand in a text in their order: targets of links and notes may be between them."""
    rest = iter(NO_LETTERS.sub("", text))
    return all(letter in rest for letter in NO_LETTERS.sub("", words))


def said(inlines: Nodes) -> str:
    """The words of a paragraph as Word shows them, boxes of lists excepted, which it draws itself."""
    return "".join(_said(inlines))


def _said(inlines: Nodes) -> Iterator[str]:
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            yield node["c"]
        elif kind in ("Space", "SoftBreak"):
            yield " "
        elif kind == "LineBreak":
            yield "\n"
        elif kind == "Code":
            yield node["c"][1]
        elif (content := tree.inner(node)) is not None:
            yield from _said(content)
