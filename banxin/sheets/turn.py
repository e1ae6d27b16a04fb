"""Vertical pages: laid out in a frame whose lines run across, then turned by a quarter, so that they run downward.

The frame is as wide as the page is high. What it calls left is the page's head, what it calls its top is the page's
right edge. All that leaves WeasyPrint is turned here: what is drawn, the boxes of pages, links, the places that links
and the outline lead to. Nothing behind this file knows of the frame; glyphs that stand upright are turned back one by
one (banxin/compose/standing.py)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pydyf

PT_PER_PX = 0.75


def turn(stream: Any, width: float, height: float) -> None:
    """Turn what is drawn from here on; the frame is `width` px wide and `height` px high.

    It stands inside the operator that makes px of what is drawn from the frame's top left corner, so that patterns,
    which begin at the page's own corner (ISO 32000-1, 8.7.3.1), know of it.
    """
    stream.transform(a=0, b=1, c=-1, d=0, e=height, f=height - width)


def point(x: float, y: float, height: float) -> tuple[float, float]:
    """Where a point of a frame `height` px high stands on the page, px from its top left corner."""
    return height - y, x


def area(box: tuple[float, float, float, float], height: float) -> tuple[float, float, float, float]:
    """The same of an area: where it begins, its width and height."""
    x, y, width, depth = box
    return height - y - depth, x, depth, width


_BOXES = ("MediaBox", "TrimBox", "BleedBox", "CropBox", "ArtBox")


def finish(document: Any, pdf: Any) -> None:
    """Turn the boxes of all pages, the links on them, and the areas of figures that the tags tell."""
    pages: list[Any] = [item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page"]
    widths: dict[Any, float] = {}
    for page, laid in zip(pages, document.pages, strict=True):
        width = widths[page.reference] = laid.width * PT_PER_PX
        for name in _BOXES:
            if name in page:
                page[name] = pydyf.Array(_rectangle(page[name], width))
        for reference in page.get("Annots", ()):
            annotation = pdf.objects[int(reference.split()[0])]
            annotation["Rect"] = pydyf.Array(_rectangle(annotation["Rect"], width))
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Pg") in widths and "BBox" in item.get("A", ()):
            item["A"]["BBox"] = pydyf.Array(_rectangle(item["A"]["BBox"], widths[item["Pg"]]))


def _rectangle(corners: Iterable[float], width: float) -> list[float]:
    """Two corners in pt from the frame's lower left corner, as they are on the page."""
    x1, y1, x2, y2 = corners
    return [min(y1, y2), width - max(x1, x2), max(y1, y2), width - min(x1, x2)]
