"""Two books -> what changed: chapters are paired, then their paragraphs, then the words of each pair.

Only words count: line ends, spaces beside Han and the order of files make no change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from banxin import tree
from banxin.book import Book, Chapter, Nodes
from banxin.typeset.chars import HAN, KANA

WORD = re.compile(rf"[{HAN}{KANA}]|[^\W_]+(?:['’.][^\W_]+)*|\s+|.")
ALIKE = 0.5
"""How much of two paragraphs must be the same for one to be the other, edited."""
LEAVES = frozenset({"Para", "Plain", "Header", "CodeBlock", "LineBlock"})


class Turn(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with one fate."""

    turn: Turn
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that was edited, added, taken out or moved."""

    pieces: tuple[Piece, ...]
    line: int
    """In the new version; of what was taken out, in the old one."""
    moved: bool = False

    def size(self, turn: Turn) -> int:
        """Characters without spaces."""
        return sum(len(re.sub(r"\s", "", piece.text)) for piece in self.pieces if piece.turn is turn)


@dataclass(frozen=True, slots=True)
class Changes:
    """A chapter of either version."""

    title: str
    path: str
    passages: tuple[Passage, ...]

    def size(self, turn: Turn) -> int:
        """Characters put in or taken out; what only moved is in neither."""
        return sum(passage.size(turn) for passage in self.passages if not passage.moved)


@dataclass(frozen=True, slots=True)
class _Unit:
    text: str
    line: int


def compare(old: Book, new: Book) -> tuple[Changes, ...]:
    """The chapters that changed, in the order of the new book; those that are gone come last."""
    pairs = list(_paired(old.chapters, new.chapters))
    changed = []
    for before, after in pairs:
        passages = tuple(_passages(_units(before), _units(after)))
        if passages:
            chapter = after or before
            assert chapter is not None
            changed.append(Changes(tree.plain(chapter.title).strip(), chapter.place.path, passages))
    return tuple(changed)


def _paired(old: Sequence[Chapter], new: Sequence[Chapter]) -> Iterator[tuple[Chapter | None, Chapter | None]]:
    """By id, then by title, then by text: a chapter that was renamed is still itself."""
    left = list(old)
    for chapter in new:
        partner = next((one for one in left if one.id == chapter.id), None) or _most_alike(chapter, left)
        if partner:
            left.remove(partner)
        yield partner, chapter
    for chapter in left:
        yield chapter, None


def _most_alike(chapter: Chapter, left: Sequence[Chapter]) -> Chapter | None:
    text = tree.plain(chapter.blocks)
    scored = [(_ratio(tree.plain(one.blocks), text), one) for one in left]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


def _ratio(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) > 5000)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _units(chapter: Chapter | None) -> list[_Unit]:
    if chapter is None:
        return []
    title = [_Unit(_words(chapter.title), chapter.place.line)] if chapter.title else []
    return [*title, *_blocks(chapter.blocks)]


def _blocks(blocks: Nodes) -> Iterator[_Unit]:
    """Paragraphs, headings, cells and notes, each once; a note is a unit of its own."""
    for node in tree.walk(blocks):
        if node["t"] in LEAVES and (text := _words(node)):
            yield _Unit(text, node.get("line", 0))


def _words(value: object) -> str:
    """Without reflow: a soft break or a space beside Han is no word."""
    text = re.sub(r"\s+", " ", tree.plain(value)).strip()
    return re.sub(rf"(?<=[{HAN}，。；：！？、”’」』）]) | (?=[{HAN}“‘「『（])", "", text)


def _passages(old: list[_Unit], new: list[_Unit]) -> Iterator[Passage]:
    a, b = [unit.text for unit in old], [unit.text for unit in new]
    gone, come = set(a) - set(b), set(b) - set(a)
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for before, after in _matched(old[i1:i2], new[j1:j2]):
            moved = bool(
                (before and not after and before.text not in gone) or (after and not before and after.text not in come)
            )
            yield Passage(tuple(_pieces(before.text if before else "", after.text if after else "")),
                          (after or before or _Unit("", 0)).line, moved)  # fmt: skip


def _matched(old: Sequence[_Unit], new: Sequence[_Unit]) -> Iterator[tuple[_Unit | None, _Unit | None]]:
    """Edited paragraphs beside each other; the rest added or taken out."""
    left = list(old)
    for unit in new:
        partner = next((one for one in left if _ratio(one.text, unit.text) >= ALIKE), None)
        if partner is not None:
            for skipped in left[: left.index(partner)]:
                yield skipped, None
            left = left[left.index(partner) + 1 :]
        yield partner, unit
    for unit in left:
        yield unit, None


def _pieces(old: str, new: str) -> Iterator[Piece]:
    """Changes of words; those with next to nothing between them are one, so that a reader sees words, not confetti."""
    a, b = WORD.findall(old), WORD.findall(new)
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    out: list[str] = []
    into: list[str] = []
    for i, (kind, i1, i2, j1, j2) in enumerate(codes):
        same = a[i1:i2]
        between = kind == "equal" and 0 < i < len(codes) - 1 and len("".join(same).strip()) <= 1
        if kind == "equal" and not between:
            yield from _flushed(out, into)
            out, into = [], []
            yield Piece(Turn.SAME, "".join(same))
            continue
        out += same
        into += b[j1:j2]
    yield from _flushed(out, into)


def _flushed(out: list[str], into: list[str]) -> Iterator[Piece]:
    if out:
        yield Piece(Turn.OUT, "".join(out))
    if into:
        yield Piece(Turn.IN, "".join(into))
