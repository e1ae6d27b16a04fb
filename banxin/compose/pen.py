"""The glyphs of a piece of a line to TJ arrays: numbers only where a gap is not plain."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress, pairwise

from banxin.compose.draw import Piece
from banxin.compose.fit import Fit
from banxin.compose.items import BORDER, Items
from banxin.compose.pango import Cell, Face


@dataclass(slots=True)
class Span:
    """Characters `[start, end)` of one face."""

    start: int
    end: int
    face: Face
    opens: bool
    """Whether most of its gaps open when the line is stretched: then `Tc` opens them all at once."""


def spans(cells: list[Cell], general: bytearray) -> list[Span]:
    """The runs of one face of a paragraph."""
    found: list[Span] = []
    face: Face | None = None
    start = 0
    for i, cell in enumerate(cells):
        if cell.face is not None and cell.face is not face:
            if face is not None:
                found.append(_span(start, i, face, general))
                start = i
            face = cell.face
    if face is not None:
        found.append(_span(start, len(cells), face, general))
    return found


def _span(start: int, end: int, face: Face, general: bytearray) -> Span:
    return Span(start, end, face, 2 * sum(general[start:end]) >= end - start)


class Pen:
    """Writes the pieces of one paragraph; knows where its faces change and which gaps are not plain."""

    def __init__(self, text: str, cells: list[Cell], items: Items) -> None:
        self.text, self.cells, self.gap, self.general = text, cells, items.gap, items.general
        self.hex = [cell.hex for cell in cells]
        self.spans = spans(cells, items.general)
        self.ends = [span.end for span in self.spans]
        self.special = self._odd(compress(range(len(text)), items.order))
        self.joints = [
            i for i in self.special if i in items.spread or (items.order[i] == BORDER and text[i] not in " \u00a0")
        ]
        """Characters before gaps that nobody typed: readers must not take them for spaces."""

    def _odd(self, special: Iterable[int]) -> list[int]:
        """Where a number must stand in the array: gaps of their own, gaps unlike their span's, kerning."""
        found = {*special, *compress(range(len(self.gap)), self.gap)}
        found.update(i for i, cell in enumerate(self.cells) if not cell.plain)
        for span in self.spans:
            unlike = b"\0" if span.opens else b"\1"
            i = self.general.find(unlike, span.start, span.end)
            while i >= 0:
                found.add(i)
                i = self.general.find(unlike, i + 1, span.end)
        return sorted(found)

    def write(self, start: int, end: int, fitted: Fit) -> list[Piece]:
        """The characters `[start, end)` of a line."""
        pieces = []
        opens, closes = self._spoken(start, end)
        k = bisect_left(self.ends, start + 1)
        while k < len(self.spans) and start < end:
            span = self.spans[k]
            stop = min(end, span.end)
            spacing = round(fitted.general, 4) if span.opens else 0.0
            cuts = [start, stop]
            if opens:
                cuts = sorted({i for i in (*opens, *closes) if start < i < stop} | {start, stop})
            arrays = []
            for a, b in pairwise(cuts):
                within = b if b < end else end - 1  # the gap behind the last character is not drawn
                array = self._array(range(a, b), within, span.face, spacing, fitted)
                arrays.append(opens.get(a, "") + array + (" EMC" if b in closes else ""))
            pieces.append(Piece(span.face, spacing, " ".join(arrays)))
            start, k = stop, k + 1
        return pieces

    def _spoken(self, start: int, end: int) -> tuple[dict[int, str], set[int]]:
        """Where marked content that says what it reads begins (its operator) and ends.

        A reader that finds words by the room between glyphs would find a space in each gap between Han and Latin: the
        two characters around it say their own text (ActualText, ISO 32000-1, 14.9.4).
        """
        opens: dict[int, str] = {}
        closes: set[int] = set()
        first = last = -1
        for j in self.joints[bisect_left(self.joints, start) : bisect_left(self.joints, end - 1)]:
            begin, stop = self._clusters(j, start, end)
            if begin < last:  # Han, one letter or ligature, Han: one content for all
                closes.discard(last)
            else:
                first = begin
            last = stop
            words = self.text[first:last].encode("utf-16-be").hex()
            opens[first] = f"/Span<</ActualText<feff{words}>>>BDC "
            closes.add(last)
        return opens, closes

    def _clusters(self, j: int, start: int, end: int) -> tuple[int, int]:
        """The whole clusters on both sides of the gap behind `j`: a ligature is one glyph for several letters."""
        begin, stop = j, j + 2
        while begin > start and not self.cells[begin].cluster:
            begin -= 1
        while stop < end and not self.cells[stop].cluster:
            stop += 1
        return begin, stop

    @staticmethod
    def add(cell: Cell) -> list[Piece]:
        """One more cell, that of a hyphen."""
        return [Piece(cell.face, 0.0, f"[<{cell.hex}>] TJ")] if cell.face else []

    def _array(self, chars: range, within: int, face: Face, spacing: float, fitted: Fit) -> str:
        """The characters `chars`, with the gaps behind those before `within`."""
        general, change = fitted.general, fitted.change
        hexes, special, thousandth = self.hex, self.special, face.size / 1000
        parts: list[str] = []
        error, position, end = 0.0, chars.start, chars.stop
        for s in range(bisect_left(special, position), len(special)):
            i = special[s]
            if i >= within:
                break
            cell = self.cells[i]
            wanted = self.gap[i] + change.get(i, 0.0) + (general if self.general[i] else 0.0)
            error += wanted - spacing * cell.glyphs + cell.advance - cell.drawn
            number = round(error / thousandth)
            if number:
                parts += "".join(hexes[position : i + 1]), f">{-number}<"
                position = i + 1
                error -= number * thousandth
        parts.append("".join(hexes[position:end]))
        inside = "".join(parts)
        return f"[<{inside}>] TJ".replace("<>", " ") if inside else ""
