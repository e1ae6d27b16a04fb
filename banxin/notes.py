"""Footnotes and endnotes: numbered once, before any format is written, so that every format shows the same number."""

from __future__ import annotations

from dataclasses import replace

from banxin import tree
from banxin.assemble import link
from banxin.book import Book, Chapter, Node, Nodes, Note
from banxin.config import Scope
from banxin.errors import Level, Place, Problem
from banxin.outline import Sign, asks
from banxin.slug import fingerprint


def number(book: Book, scope: Scope = Scope.CHAPTER) -> Book:
    """Take the notes out of the text, number them by chapter or through the book, leave a mark in their place.

    A note's id comes from its words and its chapter, so it stays when notes before it come and go. Pandoc gives a
    note that is called twice as two notes with the same words: it is one note with two marks.
    """
    notes: list[Note] = []
    chapters: list[Chapter] = []
    problems: list[Problem] = []
    first = 1
    for chapter in book.chapters:
        collector = _Collector(chapter, first if scope is Scope.BOOK else 1)
        chapters.append(collector.run())
        notes += collector.notes.values()
        problems += collector.problems
        first += len(collector.notes)
    return replace(book, chapters=tuple(chapters), notes=tuple(notes), problems=(*book.problems, *problems))


class _Collector:
    """Collects the notes of one chapter, in reading order."""

    def __init__(self, chapter: Chapter, first: int) -> None:
        self.chapter = chapter
        self.first = first
        self.line = chapter.place.line
        self.notes: dict[str, Note] = {}
        self.problems: list[Problem] = []

    def run(self) -> Chapter:
        return replace(
            self.chapter,
            title=tree.map_inlines(self.chapter.title, self.inlines),
            subtitle=tree.map_inlines(self.chapter.subtitle, self.inlines),
            blocks=[
                tree.map_inlines(block, self.inlines) if asks(block, Sign.NOTE) else block
                for block in self.chapter.blocks
            ],
        )

    def inlines(self, inlines: Nodes, line: int) -> Nodes:
        self.line = line or self.line
        marked: Nodes = tree.map_nodes(inlines, self.mark)
        return marked

    def mark(self, node: Node) -> Node | Nodes:
        if node["t"] != "Note":
            return node
        blocks = node["c"]
        words = tree.plain(blocks)
        if not words.strip() and not any(part["t"] in ("Image", "Math") for part in tree.walk(blocks)):
            place = Place(self.chapter.place.path, self.line)
            self.problems.append(Problem(place, "脚注是空的", "写上内容，或删去它。", Level.WARNING))
        id = fingerprint(self.chapter.id, words)
        note = self.notes.get(id) or Note(f"fn-{id}", self.first + len(self.notes), self.chapter.id, blocks)
        call = f"fnref-{id}" + (f"-{len(note.calls) + 1}" if note.calls else "")
        self.notes[id] = replace(note, calls=(*note.calls, call))
        return link(str(note.number), f"#{note.id}", "noteref", id=call, role="doc-noteref")
