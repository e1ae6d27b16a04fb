"""Small pictures of pages, drawn by PDFium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2

from banxin.preflight.finding import Rect
from banxin.preview.proof import pdfium, png

WIDTH = 420
"""px: sharp enough to know the page on a screen of double density, at half the width."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One page."""

    png: bytes
    box: Rect
    """What of the page it shows, pt."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height, pt."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    def placed(self, place: Rect) -> Rect:
        """Left, top, width and height of a place, from the top left of the picture; pt."""
        left, bottom, right, top = place
        return left - self.box[0], self.box[3] - top, right - left, top - bottom


def thumbnails(data: bytes, pages: Sequence[int]) -> dict[int, Thumbnail]:
    """Pictures of some pages (counted from 1); of a file that PDFium does not open, none."""
    made: dict[int, Thumbnail] = {}
    if not pages:
        return made
    with pdfium:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError:
            return made
        for number in pages:
            page = pdf[number - 1]
            page.set_rotation(0)  # places are told in the coordinates of the page
            bitmap = page.render(scale=WIDTH / page.get_width())
            made[number] = Thumbnail(png(bitmap.to_pil().copy()), page.get_cropbox())
            bitmap.close()
            page.close()
        pdf.close()
    return made
