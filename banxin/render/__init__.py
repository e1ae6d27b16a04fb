"""The formats. Another one is a module with `render(press, report) -> list[Artifact]` and a line in RENDERERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from banxin.collector import resting

if TYPE_CHECKING:
    from banxin.book import Artifact
    from banxin.render.press import Press

RENDERERS: Mapping[str, str] = {
    "pdf": "banxin.render.pdf",
    "epub": "banxin.render.epub",
    "html": "banxin.render.html",
}
"""The module of each format; loaded when the format is wanted, because the PDF's is heavy."""
PROFILES = ("screen", "print", "archive")
"""What a PDF is for."""


def render(name: str, press: Press, report: Callable[[str], None] = lambda _: None) -> list[Artifact]:
    """One edition in one format; `report` hears the pages of a PDF."""
    module = import_module(RENDERERS[name])
    if name == "pdf":
        return list(module.render(press, report))
    with resting():
        return list(module.render(press))
