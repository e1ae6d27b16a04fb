"""A piece of a line to operators of a PDF content stream, from glyphs that were shaped long before.

The operators are made when the line is made and keep nothing of the paragraph: what is drawn can be forgotten.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import compress
from typing import Any

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


@dataclass(slots=True)
class Piece:
    """Glyphs of one face: a TJ array."""

    face: Face
    spacing: float
    """`Tc`, px."""
    array: str


class Fragment:
    """What stands in place of a text box's Pango layout: WeasyPrint asks it for metrics, we for its pieces."""

    first_line_direction = 0
    max_width = None

    def __init__(self, text: str, pieces: list[Piece], metrics: Metrics) -> None:
        self.text, self.pieces, self._metrics = text, pieces, metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_metrics").layout, name)

    def reactivate(self, style: Any) -> None:
        """Nothing sleeps here."""

    def deactivate(self) -> None:
        """Nothing sleeps here."""

    def draw(self, stream: Any, matrix: tuple[float, ...]) -> None:
        """Show the glyphs, the first one's origin where the text matrix says."""
        operators = stream.stream
        stream.set_text_matrix(*matrix)
        spacing = 0.0
        for piece in self.pieces:
            stream.set_font_size(piece.face.resource(stream), piece.face.size)
            if piece.spacing != spacing:
                spacing = piece.spacing
                operators.append(b"%.4f Tc" % spacing if spacing else b"0 Tc")
            operators.append(piece.array.encode())
        if spacing:
            operators.append(b"0 Tc")


class Metrics:
    """Where lines under and through the words of a style stand, by a real layout made when first asked for."""

    __slots__ = ("_layout", "_make")

    def __init__(self, make: Any) -> None:
        self._make, self._layout = make, None

    @property
    def layout(self) -> Any:
        """A layout of WeasyPrint in the style."""
        if self._layout is None:
            self._layout = self._make()
        return self._layout


class Pen:
    """Writes the pieces of one paragraph; knows where its faces change and which gaps are not plain."""

    def __init__(self, cells: list[Cell], gap: list[float], general: bytearray, special: list[int]) -> None:
        self.cells, self.gap, self.general = cells, gap, general
        self.hex = [cell.hex for cell in cells]
        self.spans = spans(cells, general)
        self.ends = [span.end for span in self.spans]
        self.special = self._odd(special)

    def _odd(self, special: list[int]) -> list[int]:
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

    def write(self, start: int, end: int, general: float, change: dict[int, float]) -> list[Piece]:
        """The characters `[start, end)` of a line whose gaps open by `general` and `change`, px."""
        pieces = []
        k = bisect_left(self.ends, start + 1)
        while k < len(self.spans) and start < end:
            span = self.spans[k]
            stop = min(end, span.end)
            spacing = round(general, 4) if span.opens else 0.0
            within = stop if stop < end else end - 1  # the gap behind the last character is not drawn
            array = self._array(range(start, stop), within, span.face, general, spacing, change)
            if array:
                pieces.append(Piece(span.face, spacing, array))
            start, k = stop, k + 1
        return pieces

    @staticmethod
    def add(cell: Cell) -> list[Piece]:
        """One more cell, that of a hyphen."""
        return [Piece(cell.face, 0.0, f"[<{cell.hex}>] TJ")] if cell.face else []

    def _array(
        self, chars: range, within: int, face: Face, general: float, spacing: float, change: dict[int, float]
    ) -> str:
        """The characters `chars`, with the gaps behind those before `within`."""
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
