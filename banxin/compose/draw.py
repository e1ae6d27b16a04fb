"""A piece of a line to operators of a PDF content stream, from glyphs that were shaped long before.

The operators are made when the line is made and keep nothing of the paragraph: what is drawn can be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import pydyf


class Style(Protocol):
    """What a piece asks of the style that it is set in."""

    metrics: Metrics

    def cells(self, text: str) -> list[Any]:
        """What each character adds to a line (`pango.Cell`)."""


@dataclass(slots=True)
class Piece:
    """Glyphs of one face: TJ arrays, with blanks between them and marked content around them."""

    face: Any
    """`pango.Face`, `standing.Upright`, `standing.Combined`."""
    spacing: float
    """`Tc`, px."""
    array: str
    along: float | None = None
    """px from where the text begins, in a line that runs downward: each piece has an orientation there."""


class Fragment:
    """What stands in place of a text box's Pango layout: WeasyPrint asks it for metrics, we for its pieces."""

    first_line_direction = 0

    def __init__(self, text: str, pieces: list[Piece], style: Style, max_width: float) -> None:
        self.text, self.pieces, self._style, self._metrics = text, pieces, style, style.metrics
        self.max_width = max_width
        """Room from its start to the line's end, px: what does not fit may be cut off with an ellipsis."""
        self.glosses: list[Any] = []
        """Readings of its words (`readings.Gloss`), drawn after them."""
        self.axis = 0.0
        """px from the baseline to the axis of a line that runs downward."""
        self.under: Any = None
        """What is painted under its words (`under.Under`)."""

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_metrics").layout, name)

    def says(self, text: str) -> bool:
        """Say another text in place of its own, which takes as much room; False where it does not, and nothing changed.

        Numbers that pages count anew are known when the pages are: ② for ⑦ moves nothing.
        """
        old, new = self._style.cells(self.text), self._style.cells(text)
        if text == self.text:
            return True
        if len(self.pieces) != 1 or not _alike(old, new) or self.glosses or self.under:
            return False
        piece = self.pieces[0]
        array = _exchanged(piece.array, _words(old, self.text), _words(new, text))
        if array is None:
            return False
        self.text, self.pieces = text, [replace(piece, array=array)]
        return True

    def reactivate(self, style: Any) -> None:
        """Nothing sleeps here."""

    def deactivate(self) -> None:
        """Nothing sleeps here."""

    def draw(self, stream: Any, x: float, y: float) -> None:
        """Show the glyphs, the first one's origin at `x`, `y`, px."""
        operators, to_bytes = stream.stream, pydyf._to_bytes
        operators.append(b"1 0 0 -1 %b %b Tm" % (to_bytes(x), to_bytes(y)))
        spacing = 0.0
        for piece in self.pieces:
            if piece.along is not None:
                stream.set_text_matrix(*piece.face.matrix(x + piece.along, y, self.axis))
            stream.set_font_size(piece.face.resource(stream), piece.face.size)
            if piece.spacing != spacing:
                spacing = piece.spacing
                operators.append(b"%.4f Tc" % spacing if spacing else b"0 Tc")
            operators.append(piece.face.encode(piece.array))
        if spacing:
            operators.append(b"0 Tc")
        for gloss in self.glosses:
            gloss.draw(stream, x, y)


class _Words(NamedTuple):
    """Words as they stand in an array, in hexadecimal digits."""

    drawn: str
    """Their glyphs."""
    spoken: str
    """What a reader is told in place of the glyphs, where a gap behind them is filled (ActualText)."""


def _words(cells: Sequence[Any], text: str) -> _Words:
    return _Words("".join(cell.hex for cell in cells), f"<{actual_text(text)}>")


def _exchanged(array: str, old: _Words, new: _Words) -> str | None:
    """The array with other words; None where the old ones do not stand in it exactly once, as a whole."""
    rest = array.replace(old.spoken, SPOKEN)
    if rest.count(old.drawn) != 1 or rest.count("ActualText") != rest.count(SPOKEN):
        return None
    return rest.replace(old.drawn, new.drawn).replace(SPOKEN, new.spoken)


SPOKEN = "%"
"""Stands for spoken words meanwhile: arrays have no comments."""


def actual_text(text: str) -> str:
    """Hexadecimal digits of what a reader is told (ISO 32000-1, 14.9.4 and 7.9.2.2)."""
    return f"feff{text.encode('utf-16-be').hex()}"


def _alike(some: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether characters take the same room, drawn with the same face."""
    return len(some) == len(others) and all(
        one.plain and other.plain and one.face is other.face and abs(one.advance - other.advance) < 1e-9
        for one, other in zip(some, others, strict=True)
    )


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
