"""Content streams -> characters, where each stands: exact to what the file says, nothing is guessed from pictures.

pdfminer.six reads the operators, fonts, widths and /ToUnicode. The pen is moved here, because pdfminer forgets the
character spacing (Tc) after the last glyph of a string: ISO 32000-2, 9.4.4 adds it after every glyph.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.psparser import PSLiteral
from pdfminer.utils import mult_matrix

Key = tuple[int, int]
"""Page number from 0, and marked-content identifier on that page (-1: none)."""


@dataclass(slots=True)
class Cell:
    """One character on the page, all lengths in pt. A ligature of n characters is n cells of equal width."""

    text: str
    start: float
    """The origin of the glyph, from the left edge of the page."""
    end: float
    """Origin and advance, without any spacing after it."""
    y: float
    """The baseline, from the bottom of the page, moved by rise."""
    size: float
    font: str
    page: int
    reading: bool = False
    """Whether it is drawn as a reading, over or beside the words (marked content `RT`)."""

    @property
    def width(self) -> float:
        """The advance in em."""
        return (self.end - self.start) / self.size

    @property
    def is_space(self) -> bool:
        """A space of any width."""
        return self.text.isspace()


@dataclass(slots=True)
class _Span:
    """A marked-content sequence that is open."""

    mcid: int
    actual: str | None
    """/ActualText that no glyph has used yet."""
    reading: bool = False


@dataclass
class _Reader(PDFTextDevice):
    """Hears each string of a page and notes its glyphs."""

    cells: dict[Key, list[Cell]] = field(default_factory=dict)
    page: int = -1
    spans: list[_Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(PDFResourceManager())

    def begin_page(self, page: Any, ctm: Any) -> None:
        self.page += 1
        self.spans = []

    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        settings = props if isinstance(props, dict) else {}
        mcid = settings.get("MCID", self.spans[-1].mcid if self.spans else -1)
        if tag.name == "Artifact":
            mcid = -1
        actual = settings.get("ActualText")
        if actual is None and self.spans:
            actual = self.spans[-1].actual
        elif actual is not None:
            actual = _decode(actual)
        reading = tag.name == "RT" or (bool(self.spans) and self.spans[-1].reading)
        self.spans.append(_Span(mcid, actual, reading))

    def end_tag(self) -> None:
        if self.spans:
            self.spans.pop()

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        font, size, scaling = textstate.font, textstate.fontsize, textstate.scaling * 0.01
        assert self.ctm is not None  # the interpreter sets it before it shows anything
        matrix = mult_matrix(textstate.matrix, self.ctm)
        x, y = textstate.linematrix
        spaced = 0 if font.is_multibyte() else textstate.wordspace
        for item in seq:
            if isinstance(item, (int, float)):
                x -= item * 0.001 * size * scaling
                continue
            for cid in font.decode(item):
                advance = font.char_width(cid) * size * scaling
                self._note(font, cid, matrix, (x, y + textstate.rise, advance, size))
                x += advance + (textstate.charspace + (spaced if cid == 32 else 0)) * scaling
        textstate.linematrix = (x, y)

    def _note(self, font: Any, cid: int, matrix: Any, place: tuple[float, float, float, float]) -> None:
        x, y, advance, size = place
        a, b, c, d, e, f = matrix
        if b or c:  # turned text (a spine, a water mark) is not set in lines
            return
        span = self.spans[-1] if self.spans else _Span(-1, None)
        text = _text(font, cid)
        if not text:  # it says that it says nothing: room
            return
        if span.actual is not None:  # its own part where the glyphs read the same, else the first glyph bears it all
            own = bool(text) and span.actual.startswith(text)
            text, span.actual = (text, span.actual[len(text) :]) if own else (span.actual, "")
        cells = self.cells.setdefault((self.page, span.mcid), [])
        start, end = a * x + e, a * (x + advance) + e
        if not text:
            if cells and abs(cells[-1].end - start) < 0.01:  # a glyph that only completes the one before
                cells[-1].end = end
            return
        step = (end - start) / len(text)
        for n, character in enumerate(text):
            at = start + n * step
            where = at, at + step, d * y + f, abs(d) * size
            cells.append(Cell(character, *where, font.fontname, self.page, span.reading))


def _decode(text: bytes | str) -> str:
    if isinstance(text, str):
        return text
    return text[2:].decode("utf-16-be") if text.startswith(b"\xfe\xff") else text.decode("latin-1")


def _text(font: Any, cid: int) -> str:
    try:
        return str(font.to_unichr(cid)).replace("\0", "")
    except PDFUnicodeNotDefined:
        return "\N{REPLACEMENT CHARACTER}"


def read(path: Path) -> dict[Key, list[Cell]]:
    """All characters of a file by page and marked content, in the order in which they are drawn."""
    with path.open("rb") as file:
        return read_stream(file)


def read_stream(file: BinaryIO) -> dict[Key, list[Cell]]:
    """The same of an open file."""
    reader = _Reader()
    interpreter = PDFPageInterpreter(reader.rsrcmgr, reader)
    for page in PDFPage.get_pages(file):
        interpreter.process_page(page)
    return reader.cells
