"""Readings of words, `<ruby>` in HTML: Latin letters over their base, bopomofo behind it (CLREQ 3.3).

A reading is no part of the line: it stands where the leading is, so that the line is as high as it was, and its base is
composed as any other text. It belongs to what stands before it in the same `<ruby>`: one character (mono ruby: lines
may end between two of them) or a word (group ruby: it stays whole). A style sheet says its size and face.

- Over its base, in its middle. It may reach over a Han neighbour by a quarter of an em and over anything else by an
  eighth; two readings are a quarter of an em apart. What is wider opens the gaps around the base, and inside a longer
  one. At the ends of a line it moves inwards as far as the next reading lets it, rather than out into the margin.
- Where lines run downward, over its base is at its right; so bopomofo stands there, too, and takes no room in the line.
- Bopomofo of up to three symbols stands behind its one character, from the head of the em box down, the tone beside the
  last symbol and the neutral tone's dot before the first: a column half an em wide, symbols of 9/30 em and tones of
  5/30 (國語注音符號手冊). It never comes apart from its character, so it never begins a line.

All that is here is measured along the line, and across it, from the baseline on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import inf
from typing import Any

from banxin.compose import marks
from banxin.compose.draw import Piece
from banxin.compose.pango import AXIS, Cell, Face
from banxin.compose.standing import Combined

BETWEEN = 0.25
"""em of the base between two readings."""
CLOSEST = 0.125
"""em; so near may one come to another when a line's end pushes it."""
OVER_HAN, OVER_OTHERS = 0.25, 0.125
"""em of a neighbour that a reading may stand over."""
HEAD = 0.88
"""em from the baseline to the far side of the em box of Han."""
RAISE = 0.09
"""em from there to a reading's baseline: its descenders touch the em box."""
COLUMN, SYMBOL, TONE, DOT = 1 / 2, 9 / 30, 5 / 30, 2 / 30
"""em; how wide the column of bopomofo is, and how large what stands in it."""
_MARGIN = 1 / 30
_TONES = "ˊˇˋ˙\u02ea\u02eb"
_BOPOMOFO = re.compile(rf"˙?[\u3105-\u312f\u31a0-\u31bf]{{1,3}}[{_TONES}]?")
_HAN = re.compile(f"[{marks.HAN}]")


@dataclass(slots=True)
class Reading:
    """The reading of characters `[start, end)`."""

    start: int
    end: int
    text: str
    cells: list[Cell]
    size: float
    """Of its style, px."""
    em: float
    """Of its base, px."""
    vertical: bool = False
    """Whether its line runs downward."""
    width: float = field(init=False)
    """px; of what stands over the base."""
    behind: bool = field(init=False)
    """Whether it is bopomofo behind its base, not over it."""

    def __post_init__(self) -> None:
        self.width = sum(cell.advance for cell in self.cells)
        self.behind = self.end - self.start == 1 and bool(_BOPOMOFO.fullmatch(self.text))


def inside(readings: Sequence[Reading]) -> Iterator[int]:
    """Where no line begins: inside a base."""
    for reading in readings:
        yield from range(reading.start + 1, reading.end)


def make_room(
    text: str, readings: Sequence[Reading], advance: list[float], gap: list[float], opens: bytearray
) -> set[int]:
    """Open the gaps of a paragraph where readings need it; lists by character, px; `opens`: which may be stretched.

    Gives the characters inside bases behind which a gap opened.
    """
    before = list(gap)
    over = [reading for reading in readings if not reading.behind]
    bases = [_base(reading, text, advance, gap, opens) for reading in over]
    for (one, width), (other, other_width) in pairwise(zip(over, bases, strict=True)):
        if one.end == other.start:
            need = (one.width - width + other.width - other_width) / 2 + BETWEEN * one.em
            gap[one.end - 1] += max(0.0, need)
    begun = {reading.start for reading in over}
    ended = {reading.end for reading in over}
    for reading, width in zip(over, bases, strict=True):
        beyond = (reading.width - width) / 2
        if reading.start not in ended and reading.start:
            gap[reading.start - 1] += max(0.0, beyond - _free(text, reading.start - 1) * reading.em)
        if reading.end not in begun:
            gap[reading.end - 1] += max(0.0, beyond - _free(text, reading.end) * reading.em)
    return {i - 1 for i in inside(over) if gap[i - 1] > before[i - 1]}


def _base(reading: Reading, text: str, advance: list[float], gap: list[float], opens: bytearray) -> float:
    """How wide a base is, px, after its own gaps have opened for a long reading."""
    inner = [i for i in range(reading.start, reading.end - 1) if opens[i]]
    width = sum(advance[reading.start : reading.end]) + sum(gap[reading.start : reading.end - 1])
    free = [min(OVER_HAN, _free(text, i)) for i in (reading.start - 1, reading.end)]
    need = reading.width - width - sum(free) * reading.em
    if need <= 0 or not inner:
        return width
    for i in inner:
        gap[i] += need / (len(inner) + 1)
    return width + need * len(inner) / (len(inner) + 1)


def _free(text: str, i: int) -> float:
    """em of a neighbour that may be stood over; beyond the ends of a line there is nothing in the way."""
    if not 0 <= i < len(text) or text[i] == "\n":
        return inf
    return OVER_HAN if _HAN.match(text[i]) else 0.0 if text[i] == "\ufffc" else OVER_OTHERS


# --- in a line


@dataclass(slots=True)
class Placed:
    """Glyphs of a reading, px from where its text box and the baseline begin."""

    along: float
    across: float
    scale: float
    pieces: list[Piece]
    axis: float = 0.0
    """px from its baseline to the axis of its glyphs, where lines run downward."""


@dataclass(slots=True)
class Gloss:
    """A reading in a line."""

    spoken: str
    """An operator that begins the marked content that says what its glyphs, one below the other, read; or nothing."""
    glyphs: list[Placed]
    start: float = 0.0
    """px along the page; of one over its base."""
    end: float = 0.0
    em: float = 0.0

    def move(self, distance: float) -> None:
        """Along the line."""
        self.start += distance
        self.end += distance
        for placed in self.glyphs:
            placed.along += distance

    def draw(self, stream: Any, x: float, y: float) -> None:
        """Show it; the text box's baseline begins at `x`, `y`."""
        operators = stream.stream
        operators.append(f"/RT BMC {self.spoken}".encode())
        for placed in self.glyphs:
            stream.set_text_matrix(placed.scale, 0, 0, -placed.scale, x + placed.along, y + placed.across)
            for piece in placed.pieces:
                if piece.along is not None:
                    begin, base = x + placed.along + piece.along * placed.scale, y + placed.across
                    stream.set_text_matrix(*piece.face.matrix(begin, base, placed.axis, placed.scale))
                stream.set_font_size(piece.face.resource(stream), piece.face.size)
                operators.append(piece.face.encode(piece.array))
        operators.append(b"EMC EMC" if self.spoken else b"EMC")


class Readings:
    """The readings of a paragraph, by where their bases end."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.all = readings
        self._ends = [reading.end for reading in readings]

    def of(self, start: int, end: int) -> Iterator[Reading]:
        """Those whose bases are, at least in part, among the characters `[start, end)`."""
        for k in range(bisect_right(self._ends, start), len(self.all)):
            if self.all[k].start >= end:
                return
            yield self.all[k]


def gloss(reading: Reading, begin: float, end: float, origin: float) -> Gloss:
    """A reading whose base reaches from `begin` to `end` px along the page; `origin` is where its text box begins."""
    if reading.behind:
        words = reading.text.encode("utf-16-be").hex()
        place = _beside(reading, begin - origin) if reading.vertical else _column(reading, end - origin)
        return Gloss(f"/Span<</ActualText<feff{words}>>>BDC", list(place))
    start = (begin + end - reading.width) / 2
    across = -HEAD * reading.em - RAISE * reading.em
    axis = AXIS * reading.size
    placed = Placed(start - origin, across, 1.0, _pieces(reading.cells, reading.vertical), axis)
    return Gloss("", [placed], start, start + reading.width, reading.em)


def settle(glosses: Sequence[Gloss], begin: float, end: float) -> None:
    """Move the first and the last reading of a line, which reaches from `begin` to `end` px, into it."""
    over = [each for each in glosses if each.em]
    if not over:
        return
    first, last = over[0], over[-1]
    room = over[1].start - first.end - CLOSEST * first.em if len(over) > 1 else inf
    if first.start < begin:
        first.move(max(0.0, min(begin - first.start, room)))
    room = last.start - over[-2].end - CLOSEST * last.em if len(over) > 1 else inf
    if last.end > end:
        last.move(-max(0.0, min(last.end - end, room)))


def _pieces(cells: Sequence[Cell], vertical: bool = False) -> list[Piece]:
    """The glyphs of a text with its kerning."""
    pieces = []
    along = 0.0
    for _, group in groupby((cell for cell in cells if cell.face), key=lambda cell: id(cell.face)):
        run = list(group)
        face = run[0].face
        assert face is not None  # that is what the cells were chosen by
        numbers = [round((cell.drawn - cell.advance) * 1000 / face.size) for cell in run]
        moves = (f">{-n * face.towards}<" if n else "" for n in numbers)
        inside = "".join(cell.hex + move for cell, move in zip(run, moves, strict=True))
        pieces.append(Piece(face, 0.0, f"[<{inside}>] TJ".replace("<>", " "), along if vertical else None))
        along += sum(cell.advance for cell in run)
    return pieces


def _column(reading: Reading, base: float) -> Iterator[Placed]:
    """Bopomofo behind a base that ends `base` px along."""
    em, symbol = reading.em, SYMBOL * reading.em
    symbols = sum(char not in _TONES for char in reading.text)
    head = -HEAD * em + (em - symbols * symbol) / 2
    along, scale = base + _MARGIN * em, symbol / reading.size
    n = 0
    for char, cell in zip(reading.text, reading.cells, strict=True):
        if cell.face is None:
            continue
        if char == "˙":
            yield _tone(cell, cell.face, along + symbol / 2, head - DOT * em, DOT * em)
        elif char in _TONES:
            beside = along + symbol + TONE * em / 2
            yield _tone(cell, cell.face, beside, head + (symbols - 1) * symbol + TONE * em / 3, TONE * em)
        else:
            middle = along + (symbol - cell.advance * scale) / 2
            yield Placed(middle, head + n * symbol + HEAD * symbol, scale, _pieces([cell]))
            n += 1


def _beside(reading: Reading, begin: float) -> Iterator[Placed]:
    """Bopomofo at the right of its base, which begins `begin` px along: the symbols follow the line, the tone stands at
    the right of the last, the neutral tone's dot before the first."""
    em, symbol = reading.em, SYMBOL * reading.em
    symbols = sum(char not in _TONES for char in reading.text)
    scale, at = symbol / reading.size, begin + (em - symbols * symbol) / 2
    across = -(HEAD + _MARGIN) * em - symbol / 2
    n = 0
    for char, cell in zip(reading.text, reading.cells, strict=True):
        face: Any = cell.face
        if face is None:
            continue
        if char in _TONES:
            dot = char == "˙"
            middle = at - DOT * em if dot else at + symbols * symbol - symbol / 2
            beside = across if dot else across - symbol / 2 - TONE * em / 2
            yield _tone_beside(cell, middle, beside, (DOT if dot else TONE) * em)
        else:
            yield Placed(at + n * symbol, across, scale, _pieces([cell], vertical=True))
            n += 1


def _tone_beside(cell: Cell, along: float, across: float, size: float) -> Placed:
    """A tone mark upright, its ink `size` px large and in the middle of a place."""
    face: Any = cell.face
    ink = getattr(face, "face", face)
    x, y, width, height = ink.ink(cell.glyph)
    scale = size / max(width, height, 1e-6)
    piece = Piece(Combined(ink, 0.0, 0.0, 0.0, condensed=False), 0.0, f"[<{cell.glyph:04x}>] TJ", 0.0)
    return Placed(along + (-y - height / 2) * scale, across + (x + width / 2) * scale, scale, [piece])


def _tone(cell: Cell, face: Face, along: float, across: float, size: float) -> Placed:
    """A tone mark, its ink `size` px large and in the middle of a place: faces draw them in any place and size."""
    x, y, width, height = face.ink(cell.glyph)
    scale = size / max(width, height, 1e-6)
    return Placed(along - (x + width / 2) * scale, across - (y + height / 2) * scale, scale, _pieces([cell]))
