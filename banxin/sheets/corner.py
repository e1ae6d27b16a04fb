"""Printed sheets begin at (0, 0): what CSS calls bleed lies outside the page for WeasyPrint, at negative numbers, which
some programs that impose pages read as no page at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

from banxin.sheets.data import Leaf

BOXES = ("MediaBox", "BleedBox", "TrimBox")
PT_PER_PX = 0.75


def move(pdf: Any) -> tuple[float, float]:
    """Move all that is on the pages of a file, and all that leads to it; all pages have one size. Gives how far, pt."""
    pages = [item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page"]
    if not pages:
        return 0.0, 0.0
    across, up = (-float(each) for each in pages[0]["MediaBox"][:2])
    if not (across or up):
        return 0.0, 0.0
    for page in pages:
        for name in BOXES:
            left, bottom, right, top = page[name]
            page[name] = pydyf.Array([left + across, bottom + up, right + across, top + up])
        stream = pdf.objects[_number(page["Contents"])].stream
        stream.insert(0, b"q 1 0 0 1 %f %f cm" % (across, up))
        stream.append(b"Q")
    for pattern in _patterns(pdf, pages[0]):
        pattern[4], pattern[5] = pattern[4] + across, pattern[5] + up
    for place in _places(pdf):
        place[2], place[3] = place[2] + across, place[3] + up
    return across, up


def moved(leaf: Leaf, by: tuple[float, float]) -> Leaf:
    """A page on which all that is led to is so far, pt, from where it was."""
    across, up = (each / PT_PER_PX for each in by)
    return leaf._replace(
        bookmarks=tuple((level, label, (x + across, y - up), state) for level, label, (x, y), state in leaf.bookmarks),
        anchors={name: (x + across, y - up) for name, (x, y) in leaf.anchors.items()},
    )


def _patterns(pdf: Any, page: Any) -> Iterator[Any]:
    """The matrices of patterns that lie on pages: these have one dictionary of resources together."""
    resources = pdf.objects[_number(page["Resources"])]
    for reference in (resources.get("Pattern") or {}).values():
        yield pdf.objects[_number(reference)].extra["Matrix"]


def _places(pdf: Any) -> Iterator[Any]:
    """Where the outline and the names lead to."""
    for item in pdf.objects:
        if isinstance(item, dict) and isinstance(item.get("Dest"), list):
            yield item["Dest"]
    yield from pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])[1::2]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
