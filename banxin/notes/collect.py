"""The notes leave the text: each gets its number, its id and its marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from banxin import tree
from banxin.assemble import link
from banxin.book import Book, Chapter, Node, Nodes, Note
from banxin.config import MarkSide, NotePlace, NoteScope
from banxin.errors import Level, Place, Problem
from banxin.notes import marks, sides
from banxin.notes.labels import LABEL, LINE
from banxin.notes.references import led_back
from banxin.notes.series import CITATIONS, OWN, Series
from banxin.outline import Sign, asks
from banxin.slug import fingerprint

SERIES, ID = "series", "note-id"
"""Remarks on a note that came from a citation."""
CITES = "cites"
"""A remark on a note: the ids of the citations in it."""
USUAL = {OWN: Series(OWN, "", NotePlace.CHAPTER, marks.PLAIN, NoteScope.CHAPTER)}


def number(book: Book, series: Mapping[str, Series] = USUAL, side: MarkSide = MarkSide.TYPED) -> Book:
    """Take the notes out of the text, number them by series, leave a mark in their place.

    A note's id comes from its chapter and its name, so it stays when its words change and when notes before it come
    and go; where it has no name, or only a figure, from its words. Pandoc gives a note that is called twice as two
    notes: it is one note with two marks.
    """
    notes: list[Note] = []
    chapters: list[Chapter] = []
    problems: list[Problem] = []
    counts: Counter[str] = Counter()
    cites: dict[str, str] = {}
    for chapter in book.chapters:
        counts = Counter({key: n for key, n in counts.items() if series[key].numbering is NoteScope.BOOK})
        collector = _Collector(chapter, series, side, counts)
        chapters.append(collector.run())
        notes += collector.notes.values()
        problems += collector.problems
        cites |= collector.cites
    if cites:
        chapters = [led_back(chapter, cites) for chapter in chapters]
    return replace(book, chapters=tuple(chapters), notes=tuple(notes), problems=(*book.problems, *problems))


class _Collector:
    """Collects the notes of one chapter, in reading order."""

    def __init__(self, chapter: Chapter, series: Mapping[str, Series], side: MarkSide, counts: Counter[str]) -> None:
        self.chapter = chapter
        self.series = series
        self.others = [key for key in series if key not in (OWN, CITATIONS)]
        """The series that have a name."""
        self.side = side
        self.counts = counts
        self.line = chapter.place.line
        self.notes: dict[str, Note] = {}
        self.words: dict[str, Place] = {}
        """The words of each note that has a name, and where they stand."""
        self.named: dict[str, str] = {}
        """The name of each note whose id comes from its words."""
        self.calls: set[str] = set()
        self.cites: dict[str, str] = {}
        """The mark of the note that each citation is in."""
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
        closed = sides.close(inlines)
        sided = sides.moved(closed, self.side) if self.side is not MarkSide.TYPED else closed
        return _apart(self.marked(sided))

    def marked(self, inlines: Nodes) -> Nodes:
        """Inlines with marks for notes. What is written elsewhere, as nearly all notes are, is not walked through."""
        done: Nodes = []
        for node in inlines:
            if node["t"] == "Str":
                done.append(node)
            elif node["t"] == "Note" and LINE in node:
                done.append(self.noted(node))
            else:
                done += tree.map_nodes([node], self.mark)
        return done

    def mark(self, node: Node) -> Node:
        if node["t"] != "Note":
            self.line += node["t"] == "SoftBreak"
            return node
        if LINE in node:  # its words are written elsewhere
            self.line -= sum(part["t"] == "SoftBreak" for part in tree.walk(node["c"]))
        return self.noted(node)

    def noted(self, node: Node) -> Node:
        """The mark of a note, which is written down."""
        key, blocks = self.of_series(node)
        words = tree.plain(blocks).strip()
        id = self.id_of(node, blocks, words)
        note = self.notes.get(id)
        call = self.call(id, len(note.calls) if note else 0)
        if note:
            note = replace(note, calls=(*note.calls, call))
        else:
            self.tell(node, blocks, words)
            note = self.new(id, key, blocks, call)
        self.notes[id] = note
        for cited in node.get(CITES, ()):
            self.cites.setdefault(cited, call)
        return link(note.mark, f"#{note.id}", "noteref", id=call, role="doc-noteref")

    def call(self, id: str, before: int) -> str:
        """The id of a mark. A note of the same words as another may be called as its second mark would be."""
        call = f"fnref-{id}" + (f"-{before + 1}" if before else "")
        while call in self.calls:
            before += 1
            call = f"fnref-{id}-{before + 1}"
        self.calls.add(call)
        return call

    def tell(self, node: Node, blocks: Nodes, words: str) -> None:
        """What is wrong with a note."""
        self.problems += self.faults(node, blocks, words, Place(self.chapter.place.path, node.get(LINE) or self.line))

    def new(self, id: str, key: str, blocks: Nodes, call: str) -> Note:
        """A note that is met for the first time."""
        series = self.series[key]
        self.counts[key] += 1
        number = self.counts[key]
        return Note(
            id=f"fn-{id}",
            number=number,
            chapter=self.chapter.id,
            blocks=_ended(blocks, series.ending),
            calls=(call,),
            mark=marks.mark(series.style, number),
            series=key,
            heading=series.heading,
            place=str(series.place),
            by_page=series.style if series.numbering is NoteScope.PAGE else "",
        )

    def of_series(self, node: Node) -> tuple[str, Nodes]:
        """The series that a note's name names (`译:摊位`), or, of one without a name, its first words (`译：…`)."""
        name = node.get(LABEL)
        if (own := node.get(SERIES)) is not None:
            return own, node["c"]
        if name is not None:
            key = _before_colon(name)
            return (key if key in self.series else OWN), node["c"]
        blocks: Nodes = node["c"]
        first: Node = blocks[0] if blocks else {"t": ""}
        if first["t"] not in ("Para", "Plain") or not first["c"] or first["c"][0]["t"] != "Str":
            return OWN, blocks
        text: str = first["c"][0]["c"]
        key = _before_colon(text)
        if not key or key not in self.series:
            return OWN, blocks
        rest = [*([tree.string(cut)] if (cut := text[len(key) + 1 :]) else []), *first["c"][1:]]
        rest = rest[1:] if rest and rest[0]["t"] in ("Space", "SoftBreak") else rest
        return key, [{**first, "c": rest}, *blocks[1:]]

    def id_of(self, node: Node, blocks: Nodes, words: str) -> str:
        name = node.get(LABEL)
        if own := node.get(ID):
            return self.free(own, None)
        if name is not None and not name.isdecimal():
            return fingerprint(self.chapter.id, "name", name)
        if name is not None:
            return self.free(fingerprint(self.chapter.id, words), name)
        if len(blocks) > 1:  # a definition that could not be labelled: it may be called twice
            return fingerprint(self.chapter.id, words)
        return self.free(fingerprint(self.chapter.id, words), None)

    def free(self, id: str, name: str | None) -> str:
        """An id that no other note has: two notes may have the same words (`同上。`)."""
        taken, count = id, 1
        while taken in self.notes and (name is None or self.named.get(taken) != name):
            count += 1
            taken = f"{id}-{count}"
        if name is not None:
            self.named[taken] = name
        return taken

    def faults(self, node: Node, blocks: Nodes, words: str, place: Place) -> Iterator[Problem]:
        if not words and not any(part["t"] in ("Image", "Math") for part in tree.walk(blocks)):
            yield Problem(place, "脚注是空的", "写上内容，或删去它。", Level.WARNING, code="T053")
        yield from self.strange(node.get(LABEL) or "", place)
        if node.get(LABEL) is None or not words:
            return
        if words in self.words:
            hint = f"{self.words[words]} 已经有它；两处用同一个名字，就是一条注、两个注号。"
            yield Problem(place, f"脚注和前面一条一样：{node[LABEL]}", hint, Level.WARNING, code="T054")
        self.words.setdefault(words, place)

    def strange(self, name: str, place: Place) -> Iterator[Problem]:
        """A name that begins as one of a series does, in a book that has some: `[^驛:n1]`; `fn:1` is a name."""
        key = _before_colon(name) if self.others else ""
        if not key or key in self.series:
            return
        from banxin.typeset.chars import has_han  # loads all text rules, which a book that did not change needs not

        if has_han(key):
            hint = f"这本书有 {'、'.join(self.others)}；不是这一种，名字里就不要冒号。"
            yield Problem(place, f"没有这一种注：{key}", hint, Level.WARNING, code="T059")


def _apart(inlines: Nodes) -> Nodes:
    """The same, where marks are told apart that would be read as one: 1 and 2 side by side are no 12."""
    for one, other in pairwise(inlines):
        if one["t"] == other["t"] == "Link" and tree.is_note_mark(one) and tree.is_note_mark(other):
            beside = tree.plain(one["c"][1])[-1:] + tree.plain(other["c"][1])[:1]
            if beside.isascii() and beside.isalnum():
                other["c"][0][2].append([BESIDE, "1"])
    return inlines


BESIDE = "data-beside"
"""Of a mark: that it stands close behind another."""


def _before_colon(text: str) -> str:
    found = COLON.search(text)
    return text[: found.start()] if found else ""


COLON = re.compile("[:：]")


def _ended(blocks: Nodes, ending: str) -> Nodes:
    """A note with the words of its series at its end."""
    if not ending:
        return blocks
    words = tree.string(ending)
    if blocks and blocks[-1]["t"] in ("Para", "Plain"):
        return [*blocks[:-1], {**blocks[-1], "c": [*blocks[-1]["c"], words]}]
    return [*blocks, {"t": "Para", "c": [words]}]
