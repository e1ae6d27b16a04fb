"""Type 3 fonts, whose glyphs are drawings: written as such, where a PDF may not hold the font (ISO 32000-1, 9.6.5).

matplotlib writes them unless it is told otherwise. What is drawn stays lines; it is no text any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary

from banxin.figures.terms import Unfit
from banxin.preflight.matrices import IDENTITY, Matrix, rectangle, times

EVERYWHERE = (-1e5, -1e5, 1e5, 1e5)
"""The box of a glyph whose font does not tell one."""


class TextState(NamedTuple):
    """What `q` keeps of the state of text (9.3)."""

    font: Drawn | None = None
    """None: one whose glyphs are no drawings."""
    size: float = 0.0
    char: float = 0.0
    word: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


PARAMETERS = {"Tc": "char", "Tw": "word", "TL": "leading", "Ts": "rise"}


@dataclass(frozen=True, eq=False)
class Drawn:
    """A Type 3 font."""

    font: Any
    matrix: Matrix
    names: Mapping[int, str]
    first: int
    widths: tuple[float, ...]

    def glyph(self, code: int) -> Any:
        """The drawing of a code; None where there is none."""
        return self.font.CharProcs.get(self.names.get(code, ""))

    def width(self, code: int) -> float:
        """In units of text space."""
        at = code - self.first
        return self.widths[at] * self.matrix[0] if 0 <= at < len(self.widths) else 0.0

    @property
    def box(self) -> Array:
        """In which its glyphs are."""
        told = rectangle(self.font.get("/FontBBox", [0, 0, 0, 0]))
        return Array(told if told[2] > told[0] and told[3] > told[1] else EVERYWHERE)


def drawn(font: Any) -> Drawn | None:
    """A font, if it is of Type 3."""
    if str(font.get("/Subtype", "")) != "/Type3":
        return None
    a, b, c, d, e, f = map(float, font.FontMatrix)
    names, code = {}, 0
    encoding = font.get("/Encoding")
    for item in encoding.get("/Differences", []) if isinstance(encoding, Dictionary) else []:
        if isinstance(item, pikepdf.Name):
            names[code] = str(item)
            code += 1
        else:
            code = int(item)
    widths = tuple(float(each) for each in font.get("/Widths", []))
    return Drawn(font, (a, b, c, d, e, f), names, int(font.get("/FirstChar", 0)), widths)


class Pen:
    """Where the next glyph stands (9.4)."""

    def __init__(self) -> None:
        self.text: Matrix = IDENTITY
        self.line: Matrix = IDENTITY
        self.lost = False
        """Whether words of another font have moved it, nobody knows how far."""

    def put(self, matrix: Matrix) -> None:
        """Begin a line."""
        self.text = self.line = matrix
        self.lost = False

    def move(self, x: float, y: float) -> None:
        """Begin another, so far from where this one began."""
        self.put(times((1, 0, 0, 1, x, y), self.line))

    def glyphs(self, state: TextState, items: Any) -> Iterator[tuple[Any, Matrix]]:
        """The drawings of some words, and the matrix of each; the pen moves on.

        Raises:
            Unfit: it is lost.
        """
        font = state.font
        assert font
        if self.lost:
            raise Unfit(
                "有 Type 3 字体，同别的字体写在一行里", "换成 TrueType 字体再导出（matplotlib：pdf.fonttype: 42）。"
            )
        scale: Matrix = (state.size * state.stretch, 0, 0, state.size, 0, state.rise)
        for item in items:
            if not isinstance(item, pikepdf.String):
                self.text = times((1, 0, 0, 1, -float(item) / 1000 * state.size * state.stretch, 0), self.text)
                continue
            for code in bytes(item):
                glyph = font.glyph(code)
                if glyph is not None:
                    yield glyph, times(font.matrix, times(scale, self.text))
                space = state.char + (state.word if code == ord(" ") else 0.0)
                along = (font.width(code) * state.size + space) * state.stretch
                self.text = times((1, 0, 0, 1, along, 0), self.text)
