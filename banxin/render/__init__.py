"""The formats. Another one is a module with `render(press) -> list[Artifact]` and a line in RENDERERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from banxin.book import Artifact
from banxin.render import epub, html, pdf
from banxin.render.press import Press

RENDERERS: Mapping[str, Callable[[Press], list[Artifact]]] = {
    "pdf": pdf.render,
    "epub": epub.render,
    "html": html.render,
}
PROFILES = tuple(pdf.VARIANTS)
