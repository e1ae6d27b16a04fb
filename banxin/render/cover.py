"""The cover as a picture for those that know no SVG.

Shops and the shelves of reading apps show no SVG, and an SVG inside a book sees none of the book's fonts: its title
would be drawn with whatever the device has. So the drawing is set as type, as on the first page of the PDF, and
photographed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from banxin import cache, fonts, machine
from banxin.book import SVG, Image
from banxin.render.filling import Filler
from banxin.render.press import Press

KIND = "cover"
"""Of entries in the cache."""
WIDTH, HEIGHT = 1800, 2700
"""px: two to three, as the drawing is; more than the 1600 x 2560 that KDP would like, fewer than the 5.6 million that
Apple takes (https://kdp.amazon.com/en_US/help/topic/G6GTK3T3NUHKLEFX, banxin/shops/rules.py)."""
SCALE = 4
"""px a pt."""
QUALITY = 90
"""Of JPEG, the one format that every shop takes; with its colours as fine as its greys, for the edges of letters."""
ROLES = ("serif", "sans", "kai")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The size of the cover as a page (pt): that of the author's drawing, in its own proportions, or the layout's."""

    width: float = WIDTH / SCALE
    height: float = HEIGHT / SCALE


def picture(press: Press) -> Image:
    """The author's cover, or the layout's; an SVG becomes a JPEG. What was drawn of the same is taken from the cache.

    Raises:
        ToolError: WeasyPrint's libraries are missing.
    """
    if press.cover is not None and press.cover.media_type != SVG:
        return press.cover
    from banxin.sheets.ground import ground

    machine.preload()
    fonts.activate(press.own)
    language = press.edition.language
    faces = {role: fonts.css(role, language, press.own) for role in ROLES}
    sheet = Sheet(height=WIDTH / SCALE * press.cover.height / press.cover.width) if press.cover else Sheet()
    html = Filler(press, faces=faces, cover=press.cover, geometry=sheet).fill("pages/cover-alone.html.j2")
    key = cache.key(KIND, ground(), press.lines, html, press.cover)
    data = cache.read(KIND, key)
    if data is None:
        data = _photographed(html, press)
        cache.write(KIND, key, data)
    return Image("cover.jpg", "image/jpeg", data, WIDTH, round(sheet.height * SCALE))


def _photographed(html: str, press: Press) -> bytes:
    import pypdfium2
    import weasyprint

    from banxin.render.pdf import improved
    from banxin.sheets.fetcher import fetcher

    own = {press.cover.key: press.cover} if press.cover else {}
    with improved(press.lines):
        page = weasyprint.HTML(string=html, base_url="book:", url_fetcher=fetcher(own)).write_pdf()
    with pypdfium2.PdfDocument(page) as document:
        picture = document[0].render(scale=SCALE).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return out.getvalue()
