"""A page of a PDF as a figure: cut out, and drawn once as a picture that every format can show.

A PDF draws the page itself, where its fonts and colours can stand there (banxin/figures/). Else it shows the picture,
which is fine enough for the press; a drawing in black becomes line art there.
"""

from __future__ import annotations

import io
from math import sqrt

import pypdfium2

from banxin.book import Image
from banxin.errors import Unusable
from banxin.svg import LONGEST_SIDE

DPI = 600
"""What a drawing needs in print."""
MOST = 40_000_000
"""Pixels: a larger page is drawn less fine."""
PX_PER_PT = 96 / 72


def is_pdf(data: bytes) -> bool:
    """Whether a file is one (ISO 32000-1, 7.5.2: a reader may find its mark among the first 1024 bytes)."""
    return b"%PDF-" in data[:1024]


def drawn(key: str, data: bytes, number: int) -> Image:
    """A page as a picture; its `width` and `height` are those of the page, in CSS px.

    Raises:
        Unusable: it cannot be read, or has no such page.
    """
    try:
        with pypdfium2.PdfDocument(data) as file:
            if not 1 <= number <= len(file):
                raise Unusable(f"这个 PDF 没有第 {number} 页", f"它有 {len(file)} 页；写 #page=1 的样子。")
            page = file[number - 1]
            width, height = page.get_size()
            if not 0 < max(width, height) * PX_PER_PT <= LONGEST_SIDE:
                raise Unusable("PDF 的页面太大", f"每边最多 {LONGEST_SIDE} 像素。")
            scale = min(DPI / 72, sqrt(MOST / (width * height)))
            picture = page.render(scale=scale).to_pil()
    except pypdfium2.PdfiumError as error:
        raise Unusable("PDF 读不出来", "它坏了，或上了密码：另存一份没有密码的。") from error
    red, green, blue = picture.convert("RGB").split()
    plain = red if red.tobytes() == green.tobytes() == blue.tobytes() else picture.convert("RGB")
    plain.save(out := io.BytesIO(), "PNG", dpi=(DPI, DPI))
    size = max(1, round(width * PX_PER_PT)), max(1, round(height * PX_PER_PT))
    return Image(key, "image/png", out.getvalue(), *size, _cut_out(data, number))


def _cut_out(data: bytes, number: int) -> bytes:
    """A page as a PDF of its own; nothing where only PDFium could read it."""
    import pikepdf  # loads long, and few books have such figures

    try:
        with pikepdf.open(io.BytesIO(data)) as file, pikepdf.new() as one:
            one.pages.append(file.pages[number - 1])
            one.remove_unreferenced_resources()  # pages often share all that the file draws with
            one.save(out := io.BytesIO(), deterministic_id=True)
            return out.getvalue()
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return b""
