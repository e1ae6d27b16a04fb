"""Words that run from right to left, and paragraphs that do: the Unicode bidirectional algorithm (UAX 9).

Pango finds the level of every character. A line is made in the order of reading and its pieces, each of one level, are
then put in the order of sight (rule L2), so that text is drawn, and extracted, in the order of reading. A box whose
`direction` is not that of its parent is an isolate, as in browsers, and `bdo` overrides (HTML, 15.3.6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from banxin.compose import marks
from banxin.compose.draw import Fragment
from banxin.compose.engine import boxes, end_spacing, start_spacing
from banxin.compose.pango import embedding_levels

needed = re.compile(f"[{marks.RIGHT_TO_LEFT}\u200f\u202a-\u202e\u2066-\u2069]").search
"""Whether anything in a text may run from right to left."""
_PAIRS = "()[]{}<>«»‹›（）「」『』《》〈〉【】〔〕〖〗［］｛｝"
MIRRORED = dict(zip(_PAIRS, (_PAIRS[i ^ 1] for i in range(len(_PAIRS))), strict=True))
"""What is drawn for a mark that runs from right to left (rule L4)."""
_ISOLATE, _OVERRIDE = {"ltr": "\u2066", "rtl": "\u2067"}, {"ltr": "\u202d", "rtl": "\u202e"}


@dataclass(slots=True)
class Turn:
    """Characters `[start, end)` of a box with a direction of its own."""

    start: int
    end: int
    before: str
    """The characters that say so, before them and after."""
    after: str


def turn(box: Any, parent: Any, start: int) -> Turn | None:
    """The turn that an inline box makes, if it does."""
    direction = box.style["direction"]
    if box.element_tag == "bdo":
        return Turn(start, start, _ISOLATE[direction] + _OVERRIDE[direction], "\u202c\u2069")
    return Turn(start, start, _ISOLATE[direction], "\u2069") if direction != parent.style["direction"] else None


def levels(text: str, turns: Sequence[Turn], style: Any) -> list[int] | None:
    """The level of each character of a paragraph; None if all run from left to right."""
    if style["direction"] == "ltr" and not turns and not needed(text):
        return None
    before, after = dict[int, str](), dict[int, str]()
    for each in turns:  # the outer ones come first
        if each.start < each.end:
            before[each.start] = before.get(each.start, "") + each.before
            after[each.end - 1] = each.after + after.get(each.end - 1, "")
    parts = [(before.get(i, ""), char, after.get(i, "")) for i, char in enumerate(text)]
    found = embedding_levels("".join(map("".join, parts)), style)
    made, at = [], 0
    for opening, _, closing in parts:
        made.append(found[at + len(opening)])
        at += len(opening) + 1 + len(closing)
    return made if any(made) else None


# --- in a line


@dataclass(slots=True)
class Piece:
    """What stands in a line and is of one level."""

    box: Any
    start: float
    """Where its part of the line begins, with the edges of the boxes that begin with it, px."""
    level: int
    own: float
    """How wide it is itself, px."""
    gap: float
    """Behind it, px: on its left, if it runs from right to left."""
    width: float = 0.0
    """Of its part of the line."""


@dataclass(slots=True)
class Around:
    """An inline box around the pieces `[first, last)` of a line, from `start` to `end` px."""

    box: Any
    first: int
    last: int
    start: float
    end: float


def visual(found: Sequence[int]) -> list[int]:
    """The places of some levels in the order of sight (rule L2)."""
    order = list(range(len(found)))
    for level in range(max(found, default=0), 0, -1):
        n = 0
        while n < len(order):
            end = n
            while end < len(order) and found[order[end]] >= level:
                end += 1
            order[n:end] = order[n:end][::-1]
            n = end + 1
    return order


def reorder(pieces: Sequence[Piece], around: Sequence[Around], end: float, backwards: bool) -> None:
    """Put the pieces of a line, which ends at `end` px, where they are seen, and the inline boxes around them.

    `backwards` says whether the paragraph runs from right to left: so do gaps and edges then, whatever the words do.
    """
    if not pieces:
        return
    old = [*(piece.start for piece in pieces), end]
    for piece, (begin, stop) in zip(pieces, pairwise(old), strict=True):
        piece.width = stop - begin
    x = old[0]
    for n in visual([piece.level for piece in pieces]):
        piece = pieces[n]
        shift = piece.gap if piece.level & 1 else 0.0
        if backwards:
            shift = piece.width - 2 * (piece.box.position_x - piece.start) - piece.own
        _move(piece.box, x - piece.start + shift)
        piece.start = x
        x += piece.width
    for inline in around:
        if inline.first < inline.last:
            _surround(inline, pieces, old, backwards)


def _surround(inline: Around, pieces: Sequence[Piece], old: Sequence[float], backwards: bool) -> None:
    """Let an inline box reach as far as what is in it."""
    last = inline.last - 1
    ends = []
    for n in range(inline.first, inline.last):
        piece = pieces[n]
        before = inline.start - old[n] if n == inline.first else 0.0
        after = old[n + 1] - inline.end if n == last else 0.0
        if backwards:
            before, after = after, before
        ends += [piece.start + before, piece.start + piece.width - after]
    inline.box.position_x = min(ends)
    edges = start_spacing(inline.box) + end_spacing(inline.box)
    inline.box.width = max(0.0, max(ends) - min(ends) - edges)


def _move(box: Any, distance: float) -> None:
    if not isinstance(box, boxes.TextBox | boxes.InlineBox):
        box.translate(distance, 0)
        return
    box.position_x += distance  # it has no height in the line yet
    layout = getattr(box, "pango_layout", None)
    if isinstance(layout, Fragment):
        for gloss in layout.glosses:  # its glyphs stand where its text box does
            gloss.start += distance
            gloss.end += distance
