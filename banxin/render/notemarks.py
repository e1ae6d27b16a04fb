"""Notes for the Chinese reading apps that know them by a picture: 多看 and 微信读书.

多看 opens the list item that a link of class `duokan-footnote` around a picture leads to; 微信读书 shows what a picture
of class `qqreader-footnote` says in words. For every other reader the link is a note mark and the item a footnote, as
without these classes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from lxml import etree

from banxin.render import links
from banxin.render.page import NoteView

PATH = "images/note-mark.png"
"""Of the picture, as the package document names it."""
SIDE, FINE = 48, 4
"""px: of the picture; it is drawn so many times larger, for smooth edges."""
LONGEST = 500
"""Characters of a note that a picture says: what these apps show in a bubble."""


@cache
def picture() -> bytes:
    """A ring with three lines of writing in it, as PNG."""
    from PIL import Image, ImageDraw  # only books that have such marks need it

    side = SIDE * FINE
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    stroke = 3 * FINE
    draw.ellipse((stroke, stroke, side - stroke, side - stroke), outline=90, width=stroke)
    for row, right in ((17, 34), (24, 34), (31, 27)):
        draw.line((14 * FINE, row * FINE, right * FINE, row * FINE), fill=90, width=stroke)
    out = io.BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def words(notes: Sequence[NoteView]) -> dict[str, str]:
    """What each note says, by its id, on one line."""
    tree = links.parse_all(note.html for note in notes)
    return {note.id: _short("".join(map(str, body.itertext()))) for note, body in zip(notes, tree, strict=True)}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def to_pictures(body: Any, says: Mapping[str, str], src: str) -> None:
    """Show a picture in place of the number of each note mark; EPUB's own words for marks are said already."""
    for mark in body.iter("a"):
        if not links.is_mark(mark):
            continue
        note = mark.get("href", "").rpartition("#")[2]
        number = "".join(map(str, mark.itertext()))
        mark.set("class", "noteref duokan-footnote")
        for child in list(mark):
            mark.remove(child)
        mark.text = None
        picture = {"class": "duokan-footnote qqreader-footnote", "alt": says.get(note, number), "src": src}
        etree.SubElement(etree.SubElement(mark, "sup"), "img", picture)
