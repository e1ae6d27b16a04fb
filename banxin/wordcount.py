"""字数 as publishers count them: what the author wrote and the book prints.

Titles, text, captions, tables, code and notes, after the text rules have run. Not counted: formulas, numbers and labels
that the program adds, and what a layout makes by itself (contents, running heads, colophon).
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, fields
from typing import Any

from banxin import tree
from banxin.book import Book, Chapter, Node, Nodes

PACE = 400
"""Characters (or Latin words) a minute: an easy silent reading of Chinese prose."""
LATIN = r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
WORD = re.compile(rf"{LATIN}+(?:[’'.,:/@&=?%+#~-]+{LATIN}+)*")
"""A Latin word, a number (`1,000`, `3.14`), a date or an address: each is one word, as in word processors."""
ADDED = frozenset({"label", "number", "equation-number"})
"""Classes of what `assemble` writes into the text."""


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is of each."""

    han: int = 0
    """Han characters, and kana and the like."""
    words: int = 0
    """Latin words and numbers."""
    marks: int = 0
    """Punctuation and symbols outside of words."""
    letters: int = 0
    """Characters of the words."""
    spaces: int = 0
    notes: int = 0
    figures: int = 0
    tables: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(Count)))

    @property
    def length(self) -> int:
        """字数 with marks: each Han character, mark, Latin word and number is one."""
        return self.han + self.words + self.marks

    @property
    def length_without_marks(self) -> int:
        """字数 without marks."""
        return self.han + self.words

    @property
    def characters(self) -> int:
        """Every character, but no spaces."""
        return self.han + self.letters + self.marks

    @property
    def characters_with_spaces(self) -> int:
        """Every character."""
        return self.characters + self.spaces

    @property
    def minutes(self) -> int:
        """Reading time, rounded up."""
        return math.ceil(self.length_without_marks / PACE)


def count_chapter(book: Book, chapter: Chapter) -> Count:
    """Count a chapter of a book whose text rules have run."""
    words = printed(book, chapter)
    kinds = [node["t"] for node in tree.walk(words)]
    notes = sum(note.chapter == chapter.id for note in book.notes)
    things = Count(notes=notes, figures=kinds.count("Figure"), tables=kinds.count("Table"))
    return count_text(plain_words(words)) + things


def printed(book: Book, chapter: Chapter) -> list[Nodes]:
    """All words of a chapter, its notes after its text."""
    notes = [note.blocks for note in book.notes if note.chapter == chapter.id]
    return [chapter.title, chapter.subtitle, chapter.blocks, *notes]


def plain_words(content: Any) -> str:
    """What is printed, a paragraph a line; spaces at its ends are not (one stands where a label was)."""
    lines = tree.plain(tree.map_nodes(content, _written)).split("\n")
    return "\n".join(line.strip(" ") for line in lines)


def _written(node: Node) -> Node | Nodes:
    """Nothing in place of what the author did not write as words."""
    if node["t"] == "Math" or tree.is_note_mark(node):
        return []
    if node["t"] == "Span" and ADDED.intersection(tree.attr(node)[1]):
        return []
    return node


def count_text(text: str) -> Count:
    """Count plain text; line ends do not count, they are not printed."""
    words = WORD.findall(text)
    kinds = [_kind(character) for character in WORD.sub("\n", text)]
    return Count(
        han=kinds.count("han"),
        words=len(words),
        marks=kinds.count("mark"),
        letters=sum(map(len, words)),
        spaces=kinds.count("space"),
    )


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return "han"
    if category[0] in "PS":
        return "mark"
    return "space" if category == "Zs" or character == "\t" else ""
