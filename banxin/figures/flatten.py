"""Drawings in which something shines through, as pixels, for a PDF where nothing may (PDF/X-1a, PDF/X-3)."""

from __future__ import annotations

import io
from typing import Any

from banxin import cache
from banxin.book import Image

KIND = "flat"
"""Of entries in the cache."""
PAGE = (
    "<style>@page {{ size: {0}px {1}px; margin: 0 }} html, body {{ margin: 0 }}"
    " img {{ display: block; width: {0}px; height: {1}px }}</style><img src='image:drawing'>"
)


def flattened(image: Image) -> bytes:
    """A drawing (SVG) on white paper, as fine as print needs; nothing where nothing in it shines through."""
    key = cache.key(KIND, image.data, image.width, image.height)
    entry = cache.read(KIND, key)
    if entry is None:
        entry = _made(image)
        cache.write(KIND, key, entry)
    return entry


def _made(image: Image) -> bytes:
    import weasyprint

    from banxin.pdffigure import drawn
    from banxin.sheets.fetcher import fetcher

    html = PAGE.format(max(1, image.width), max(1, image.height))
    document = weasyprint.HTML(string=html, base_url="book:", url_fetcher=fetcher({"drawing": image}))
    page: bytes = document.write_pdf()
    return drawn(image.key, page, 1).data if _shines(page) else b""


def _shines(page: bytes) -> bool:
    import pikepdf

    with pikepdf.open(io.BytesIO(page)) as pdf:
        return any(map(_of, pdf.objects))


def _of(thing: Any) -> bool:
    """Whether something shines through what is drawn with these resources, or through this picture."""
    import pikepdf

    if isinstance(thing, pikepdf.Stream):
        return "/SMask" in thing or ("/Resources" in thing and _of(thing.Resources))
    states: Any = thing.get("/ExtGState", {}) if isinstance(thing, pikepdf.Dictionary) else {}
    return any(_lets(state) for state in dict(states).values())


def _lets(state: Any) -> bool:
    alphas = (float(state.get(key, 1)) for key in ("/ca", "/CA"))
    return "/SMask" in state or "/BM" in state or any(0 < alpha < 1 for alpha in alphas)
