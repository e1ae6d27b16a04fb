"""Two versions -> a review: chapters are paired, then their paragraphs, then the words of each pair."""

from __future__ import annotations

from collections.abc import Sequence

from banxin.review import align, words
from banxin.review.model import (
    FACTS,
    PILCROW,
    SIGN,
    Comparison,
    Kind,
    Passage,
    Piece,
    Review,
    Section,
    Turn,
    Unit,
    Version,
    Word,
)


def compare(old: Version, new: Version) -> Review:
    """What changed; passages that moved know each other, also from chapter to chapter."""
    there = align.sections(old.sections, new.sections)
    order = [there.get(j) for j in range(len(new.sections))]
    moved = align.shifted(order)
    rows = [
        Comparison(
            old=old.sections[i] if i is not None else None,
            new=section,
            passages=_passages(old.sections[i] if i is not None else None, section),
            shifted=j in moved,
        )
        for j, (i, section) in enumerate(zip(order, new.sections, strict=True))
    ]
    for i, section in enumerate(old.sections):
        if i not in there.values():
            rows.insert(_position(i, order, rows), Comparison(section, None, _passages(section, None)))
    return Review(new.title, new.language, _with_moves(rows))


def _position(gone: int, order: Sequence[int | None], rows: Sequence[Comparison]) -> int:
    """Where a chapter that is gone is shown: after the one that it followed."""
    if gone == 0:
        return 0
    before = max((j for j, i in enumerate(order) if i is not None and i < gone), default=-1)
    kept = [n for n, row in enumerate(rows) if row.new is not None]
    position = kept[before] + 1 if before >= 0 else 0
    while position < len(rows) and rows[position].new is None:
        position += 1
    return position


def _passages(old: Section | None, new: Section | None) -> tuple[Passage, ...]:
    before, after = old.units if old else (), new.units if new else ()
    pair = align.facts if FACTS in (old and old.id, new and new.id) else align.units
    return tuple(
        _passage(tuple(before[i] for i in left), tuple(after[j] for j in right)) for left, right in pair(before, after)
    )


def _passage(old: tuple[Unit, ...], new: tuple[Unit, ...], move: int = 0) -> Passage:
    if not old:
        return Passage(Kind.ADDED, (), new, (Piece(Turn.IN, _joined(new)),))
    if not new:
        return Passage(Kind.REMOVED, old, (), (Piece(Turn.OUT, _joined(old)),))
    pieces = words.compare(_joined(old), _joined(new))
    edited = any(piece.turn is not Turn.SAME for piece in pieces)
    passage = Passage(Kind.EDITED, old, new, pieces, move)
    if move:
        return Passage(Kind.MOVED_HERE, old, new, pieces, move)
    if edited:
        return passage
    styled = passage.restyled or passage.pictures or any(piece.restyled for piece in pieces)
    return Passage(Kind.STYLED if styled else Kind.SAME, old, new, pieces)


def _joined(units: Sequence[Unit]) -> tuple[Word, ...]:
    """The words of a passage, with a pilcrow between its units."""
    result: list[Word] = []
    for unit in units:
        if result:
            result.append(Word(PILCROW, (SIGN,)))
        result += unit.words
    return tuple(result)


def _with_moves(rows: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """What was taken out here and put in there has moved."""
    lists = [list(row.passages) for row in rows]
    places = [(n, k) for n, passages in enumerate(lists) for k in range(len(passages))]
    gone = [(n, k) for n, k in places if lists[n][k].kind is Kind.REMOVED and _may_move(rows[n])]
    come = [(n, k) for n, k in places if lists[n][k].kind is Kind.ADDED and _may_move(rows[n])]
    found = align.moves([lists[n][k].unit for n, k in gone], [lists[n][k].unit for n, k in come])
    pairs = {come[j]: gone[i] for j, i in found.items()}
    pairs = _with_neighbours(pairs, {at: lists[at[0]][at[1]].unit for at in (*gone, *come)}, set(gone), set(come))
    for number, (to, origin) in enumerate(sorted(pairs.items()), 1):
        (from_row, from_place), (to_row, to_place) = origin, to
        old, new = lists[from_row][from_place].old, lists[to_row][to_place].new
        lists[to_row][to_place] = _passage(old, new, number)
        lists[from_row][from_place] = Passage(Kind.MOVED_AWAY, old, new, (Piece(Turn.SAME, _joined(old)),), number)
    return tuple(
        Comparison(row.old, row.new, tuple(passages), row.shifted) for row, passages in zip(rows, lists, strict=True)
    )


Spot = tuple[int, int]
"""A passage: which chapter, which of its passages."""


def _with_neighbours(
    pairs: dict[Spot, Spot], units: dict[Spot, Unit], gone: set[Spot], come: set[Spot]
) -> dict[Spot, Spot]:
    """Beside what moved, what is too short to be known by itself has moved along, if it is the same."""
    found = dict(pairs)
    origins = set(pairs.values())
    waiting = list(pairs.items())
    while waiting:
        to, origin = waiting.pop()
        for step in (1, -1):
            a, b = (origin[0], origin[1] + step), (to[0], to[1] + step)
            free = a in gone and a not in origins and b in come and b not in found
            if free and units[a].text == units[b].text:
                found[b] = a
                origins.add(a)
                waiting.append((b, a))
    return found


def _may_move(row: Comparison) -> bool:
    return row.section.id != FACTS
