"""Words on a spine: from top to bottom, Han upright, Latin turned (CLREQ 2.1.3; GB/T 11668-1989).

Sizes are worked out so that title, authors and publisher have room, the title twice as much as the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from banxin.book import Meta
from banxin.filters import ems
from banxin.lengths import POINTS_PER_MM

NARROWEST = 5 * POINTS_PER_MM
"""A narrower spine stays empty: words would run over its folds (GB/T 11668-1989, 3)."""
EDGE = 12 * POINTS_PER_MM
"""Between the words and the head or foot of the spine."""
LARGEST = 22.0
"""Of a title, pt."""
SHARE = 0.62
"""Of the width of the spine that a character takes: folds are off by up to a millimetre."""
TURNED = frozenset("（）《》〈〉「」『』【】〔〕—…：；，。、！？～")
"""Marks that have another form in vertical lines (the font's own, by its feature `vert`)."""
QUOTES = str.maketrans("“”‘’", "『』「」")
"""Marks that vertical lines do not have -> those that they do (CLREQ 3.1.6)."""
PIECE = re.compile(
    r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ.,'’&+/#:%–-]*(?: +[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ.,'’&+/#:%–-]*)*|\s+|.", re.DOTALL
)


class Piece(NamedTuple):
    """What stands on the spine; `y` and `length` run down it, in em."""

    words: str
    y: float
    length: float
    kind: str
    """`upright`, `mark` (in its vertical form) or `turned` by a right angle."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words on the spine; pt from its head."""

    name: str
    """`title`, `authors`, `publisher`."""
    top: float
    size: float
    pieces: tuple[Piece, ...]


def pieces(words: str) -> tuple[Piece, ...]:
    """Words cut into what stands upright and what is turned."""
    return tuple(_pieces(words.strip()))


def _pieces(words: str) -> Iterator[Piece]:
    y = 0.0
    for piece in PIECE.findall(words):
        if piece.isspace():
            y += 1.0 if "　" in piece else 0.3
            continue
        shown = piece.translate(QUOTES) if len(piece) == 1 else piece  # an apostrophe stays in its word
        kind, length = _told(shown)
        room = 0.12 if kind == "turned" else 0.0
        yield Piece(shown, y + room, length, kind)
        y += length + 2 * room


def _told(piece: str) -> tuple[str, float]:
    """How a piece stands, and how long it is: up to two figures, and a single letter, stand upright."""
    if piece.isascii() and (len(piece) == 1 or (piece.isdigit() and len(piece) == 2)):
        return "upright", 1.0
    if len(piece) > 1 or (piece.lower() > "a" and ord(piece) < 0x250):
        return "turned", ems(piece)
    return ("mark" if piece in TURNED else "upright"), 1.0


def long(words: tuple[Piece, ...]) -> float:
    """How long they are together, em."""
    return words[-1].y + words[-1].length if words else 0.0


def lines(meta: Meta, width: float, height: float) -> tuple[Line, ...]:
    """What stands on a spine, pt; nothing on one that is too narrow."""
    if width < NARROWEST:
        return ()
    people = meta.authors or meta.editors or meta.translators
    title, names = pieces(meta.title), pieces("　".join(people[:3]))
    publisher = pieces(meta.publisher)
    room = height - 2 * EDGE
    size = min(LARGEST, width * SHARE)
    small, smallest = 0.66, 0.58
    wanted = (
        long(title) * 1.12 + 2 * small + long(names) * small * 1.06 + 2 * smallest + long(publisher) * smallest * 1.06
    )
    size = min(size, room / wanted)
    top = EDGE
    found = [Line("title", top, size, _spaced(title, 1.12))]
    if names:
        where = max(top + size * (long(title) * 1.12 + 1.6), height * 0.52)
        limit = height - EDGE - size * (long(publisher) * smallest * 1.06 + 1.2 + long(names) * small * 1.06)
        found.append(Line("authors", min(where, limit), size * small, _spaced(names, 1.06)))
    if publisher:
        length = size * smallest * long(publisher) * 1.06
        found.append(Line("publisher", height - EDGE - length, size * smallest, _spaced(publisher, 1.06)))
    return tuple(found)


def _spaced(words: tuple[Piece, ...], pitch: float) -> tuple[Piece, ...]:
    return tuple(piece._replace(y=piece.y * pitch) for piece in words)
