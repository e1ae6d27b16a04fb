"""The data of a review. Frozen; a report is made from nothing else.

A chapter is read as **units** (a paragraph, a heading, a row of a table, a note), a unit as **words**. Units of both
versions are paired to **passages**: one unit in both, or one that was split, joined, added, taken out or moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from banxin.book import Image
from banxin.errors import Place

PILCROW = "\u00b6"
"""Stands between two units of one passage: the end of a paragraph that was put in or taken out."""
SIGN = "sign"
"""The mark of a word that only stands for something (a note, a picture, a line end): no characters are counted."""
CITED = "cite"
"""The mark of words that cite a work, or refer to a place of the book."""
CHAPTER_TITLE = "章名"
"""The style of the unit that holds a chapter's title."""
FACTS = "facts"
"""The id of the section that holds the facts of the book."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is compared as one."""

    text: str
    marks: tuple[str, ...] = ()
    """Its markup, outermost first: `strong`, `em-dot`, `link:https://…`. A change of marks is no change of words."""
    gap: bool = field(default=False, compare=False)
    """A space follows. Spaces are shown and never compared: beside Han they are the typesetter's, not the author's."""

    @property
    def size(self) -> int:
        """Characters without spaces, as publishers count them."""
        return 0 if SIGN in self.marks or self.text.isspace() else len(self.text)


@dataclass(frozen=True, slots=True)
class Unit:
    """A block of a chapter that holds words."""

    style: str
    """What it is, in the words of the trade: `段`, `二级标题`, `引文`, `注`."""
    words: tuple[Word, ...]
    place: Place
    code: bool = False
    """Every space and line end counts, and is shown."""
    picture: Image | None = None

    @property
    def text(self) -> str:
        """Its words, without the spaces between them."""
        return "".join(word.text for word in self.words)

    @property
    def size(self) -> int:
        """Characters without spaces."""
        return sum(word.size for word in self.words)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of one version; the facts of the book are a section too."""

    path: str
    """Of its file; empty where the book is one file."""
    id: str
    title: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A book as a review reads it."""

    title: str
    language: str
    sections: tuple[Section, ...]


class Kind(StrEnum):
    """What happened to a passage."""

    SAME = "same"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"
    MOVED_HERE = "moved-here"
    MOVED_AWAY = "moved-away"
    STYLED = "styled"
    """Same words, other markup: a heading of another level, a link elsewhere, another picture."""


class Subject(StrEnum):
    """What a change is about: what an editor may want to see alone."""

    TEXT = "text"
    HEADING = "heading"
    NOTE = "note"
    CITATION = "citation"
    PICTURE = "picture"
    TABLE = "table"
    CODE = "code"
    FACT = "fact"


OF_STYLE = {
    "注": Subject.NOTE, "表格": Subject.TABLE, "表题": Subject.TABLE, "图": Subject.PICTURE, "图题": Subject.PICTURE,
    "封面": Subject.PICTURE, CHAPTER_TITLE: Subject.HEADING, "副题": Subject.FACT, "作者": Subject.FACT,
    "日期": Subject.FACT, "语言": Subject.FACT,
}  # fmt: skip


class Turn(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with one fate."""

    turn: Turn
    words: tuple[Word, ...]
    restyled: str = ""
    """How the markup of unchanged words differs: `无 → 粗体`; empty: it does not."""

    @property
    def size(self) -> int:
        """Characters without spaces."""
        return sum(word.size for word in self.words)


@dataclass(frozen=True, slots=True)
class Count:
    """Characters put in, taken out and moved, and in how many places."""

    added: int = 0
    removed: int = 0
    moved: int = 0
    places: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.added + other.added,
            self.removed + other.removed,
            self.moved + other.moved,
            self.places + other.places,
        )


def total(counts: Iterable[Count]) -> Count:
    """All of them together."""
    return sum(counts, Count())


@dataclass(frozen=True, slots=True)
class Passage:
    """Units of both versions that belong together."""

    kind: Kind
    old: tuple[Unit, ...] = ()
    new: tuple[Unit, ...] = ()
    pieces: tuple[Piece, ...] = ()
    """Empty where nothing changed."""
    move: int = 0
    """The number that both places of a moved passage share; 0: not moved."""

    @property
    def count(self) -> Count:
        """A passage that moved counts where it went, and its words as moved."""
        if self.kind in (Kind.SAME, Kind.MOVED_AWAY):
            return Count()
        moves = self.kind is Kind.MOVED_HERE
        sizes = dict.fromkeys(Turn, 0)
        for piece in self.pieces:
            if moves or piece.turn is not Turn.SAME:
                sizes[piece.turn] += piece.size
        moved = sizes[Turn.SAME]
        return Count(sizes[Turn.IN], sizes[Turn.OUT], moved, 1)

    @property
    def unit(self) -> Unit:
        """The unit that it is shown as."""
        return (self.new or self.old)[0]

    @property
    def subject(self) -> Subject:
        """What it is about, but for the facts of the book, which stand in a section of their own."""
        if self.unit.code:
            return Subject.CODE
        if self.pictures:
            return Subject.PICTURE
        parts = self.unit.style.split(" · ")
        known = next((OF_STYLE[part] for part in reversed(parts) if part in OF_STYLE), None)
        if known:
            return known
        if parts[-1].endswith("级标题"):
            return Subject.HEADING
        return self._of_words()

    def _of_words(self) -> Subject:
        """By the words that changed, where all of them are of one kind."""
        changed = [word for piece in self.pieces if piece.turn is not Turn.SAME for word in piece.words]
        for subject, sign in ((Subject.CITATION, CITED), (Subject.NOTE, "note"), (Subject.PICTURE, "image")):
            if changed and all(any(mark.split(":")[0] == sign for mark in word.marks) for word in changed):
                return subject
        return Subject.TEXT

    @property
    def restyled(self) -> str:
        """How its style differs: `段 → 引文`; empty: it does not."""
        before, after = _styles(self.old), _styles(self.new)
        return f"{before} → {after}" if before and after and before != after else ""

    @property
    def pictures(self) -> tuple[Image, Image] | None:
        """The old and the new picture, where the passage holds one and it is another one now."""
        before = next((unit.picture for unit in self.old if unit.picture), None)
        after = next((unit.picture for unit in self.new if unit.picture), None)
        return (before, after) if before and after and before.data != after.data else None


def _styles(units: Iterable[Unit]) -> str:
    return "、".join(dict.fromkeys(unit.style for unit in units))


class Fate(StrEnum):
    """What happened to a chapter."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chapter in both versions."""

    old: Section | None
    new: Section | None
    passages: tuple[Passage, ...]
    shifted: bool = False
    """It stands elsewhere in the order of chapters."""

    @property
    def fate(self) -> Fate:
        """Whether both versions have it."""
        if self.old and self.new:
            return Fate.KEPT
        return Fate.ADDED if self.new else Fate.REMOVED

    @property
    def renamed(self) -> str:
        """`1-a.md → 2-a.md`; empty where its file has the name that it had."""
        if self.old and self.new and self.old.path != self.new.path:
            return f"{self.old.path} → {self.new.path}"
        return ""

    @property
    def count(self) -> Count:
        """Of all its passages."""
        return total(passage.count for passage in self.passages)

    @property
    def changed(self) -> bool:
        """Whether an editor has to look at it."""
        if self.fate is not Fate.KEPT or self.shifted or self.renamed:
            return True
        return any(passage.kind is not Kind.SAME for passage in self.passages)

    @property
    def section(self) -> Section:
        """As it is now, or was last."""
        section = self.new or self.old
        assert section is not None
        return section


@dataclass(frozen=True, slots=True)
class Review:
    """Two versions of a book, compared."""

    title: str
    language: str
    comparisons: tuple[Comparison, ...]
    """In the order of the new version; chapters that are gone stand where they stood."""

    @property
    def count(self) -> Count:
        """Of the whole book."""
        return total(comparison.count for comparison in self.comparisons)

    @property
    def changed(self) -> tuple[Comparison, ...]:
        """The chapters to look at."""
        return tuple(comparison for comparison in self.comparisons if comparison.changed)
