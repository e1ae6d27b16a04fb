"""Where the glyphs of a page stand and which way they are turned, as PDFium finds them."""

from __future__ import annotations

import ctypes
import difflib
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from tests.programs import need


class Glyph(NamedTuple):
    """A glyph; pt from the left and the top of its page."""

    char: str
    x: float
    """Of its origin: of an upright one, the middle of its head, as PDFium tells it."""
    y: float
    upright: bool
    turned: bool
    """Whether its head points to the right."""
    left: float
    """Of its ink."""
    top: float
    right: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        """Of its ink, across the line."""
        return (self.left + self.right) / 2


def pages(path: Path) -> list[list[Glyph]]:
    """The glyphs of each page, in the order of the file's text."""
    with pypdfium2.PdfDocument(path) as document:
        return [list(_glyphs(page)) for page in document]


def page(path: Path, words: str) -> list[Glyph]:
    """The page with these words."""
    return next(glyphs for glyphs in pages(path) if words in "".join(glyph.char for glyph in glyphs))


def run(glyphs: Sequence[Glyph], words: str) -> list[Glyph]:
    """The glyphs of some words, which stand together."""
    at = "".join(glyph.char for glyph in glyphs).index(words)
    return list(glyphs[at : at + len(words)])


def said(*command: str | Path) -> str:
    """What a program prints, without its spaces."""
    run = subprocess.run([need(str(command[0])), *command[1:]], check=True, capture_output=True, text=True)
    return re.sub(r"\s", "", run.stdout)


def tagged(path: Path) -> str:
    """The text of a PDF by its tags, without spaces."""
    printed = subprocess.run([need("pdfinfo"), "-struct-text", path], check=True, capture_output=True, text=True).stdout
    words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', printed))
    return re.sub(r'\s|\\(?=")', "", words)


def read(path: Path) -> dict[str, str]:
    """The text of a PDF as programs read it that know nothing of tags, without spaces."""
    return {
        "poppler": said("pdftotext", "-raw", path, "-"),
        "PDFium": "".join(glyph.char for each in pages(path) for glyph in each),
        "MuPDF": said("mutool", "draw", "-F", "txt", "-o", "-", path),
    }


def in_order(words: str, found: str) -> float:
    """The part of the characters of `words` that stand in `found` in their order."""
    matching = difflib.SequenceMatcher(None, words, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in matching) / len(words)


def _glyphs(page: pypdfium2.PdfPage) -> Iterator[Glyph]:
    height = page.get_height()
    text = page.get_textpage()
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    for i in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if pdfium.FPDFText_IsGenerated(text, i) == 1 or code <= 32:
            continue
        pdfium.FPDFText_GetMatrix(text, i, matrix)
        pdfium.FPDFText_GetCharOrigin(text, i, x, y)
        left, bottom, right, top = text.get_charbox(i)
        yield Glyph(
            chr(code),
            x.value,
            height - y.value,
            matrix.a > 0 and abs(matrix.b) < 1e-3,
            matrix.b < 0 and abs(matrix.a) < 1e-3,
            left,
            height - top,
            right,
            height - bottom,
            pdfium.FPDFText_GetFontSize(text, i),
        )
