"""Where the pages of the printed book begin, as marks in the text of an EPUB (EPUB Accessibility 1.1, 2.4).

A page is found again by the words of its first lines, in order: the EPUB has the same words, in other boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from banxin.render.links import EPUB, Body, is_mark, local_name
from banxin.render.press import PrintedPage

ENOUGH = 24
"""Characters by which a page is looked for."""
LEAST = 6
"""Fewer may stand anywhere."""
UNSEEN = re.compile(r"[\s\u00ad\u200b\u2060\ufeff\u2010]+")
"""What lines have and texts have not, or the reverse: spaces, places for breaks, the hyphen of a divided word."""
LEFT_OUT = frozenset({"rt", "rp", "math", "svg"})
"""Elements whose words are no part of a line, as in `sheets.engine.line_texts`."""


def identifier(label: str) -> str:
    """The id of a mark; a book has each label once."""
    return f"page-{label}"


def insert(body: Body, pages: Sequence[PrintedPage]) -> None:
    """Put a mark where each page begins; one whose words are not found stands before the next, or at the end."""
    if not pages:
        return
    text = _Text(body)
    at, places = 0, []
    for page in pages:
        found = text.find(page.lines, at)
        at = found + 1 if found >= 0 else at
        places.append((page, found))
    following = len(text.words)
    for page, found in reversed(places):
        following = found if found >= 0 else following
        text.mark(following, page.label)


@dataclass
class _Text:
    """The words of a body in one piece, and where each character is."""

    body: Body
    pieces: list[tuple[Body, str]] = field(default_factory=list)
    """An element, and which of its texts it is: `text` or `tail`."""
    words: str = ""
    where: list[tuple[int, int]] = field(default_factory=list)
    """Of each character, its piece and its place in it."""

    def __post_init__(self) -> None:
        self.pieces = list(_pieces(self.body))
        seen = []
        for number, (element, part) in enumerate(self.pieces):
            for i, character in enumerate(getattr(element, part)):
                if not UNSEEN.match(character):
                    seen.append(character)
                    self.where.append((number, i))
        self.words = "".join(seen)

    def find(self, lines: Sequence[str], start: int) -> int:
        """Where a page with these lines begins; -1 where it does not.

        What does not go on in the text as it does on the page is the repeated head of a table, or words of the layout.
        """
        for first in range(len(lines)):
            words = UNSEEN.sub("", "".join(lines[first:]))[:ENOUGH]
            found = self.words.find(words, start) if words else -1
            if found >= 0 and (first == 0 or len(words) >= LEAST):
                return found
        return -1

    def mark(self, at: int, label: str) -> None:
        """Put a mark before a character; those behind it have theirs already."""
        mark = etree.Element("span", {"id": identifier(label), "role": "doc-pagebreak", "aria-label": label})
        mark.set(f"{{{EPUB}}}type", "pagebreak")
        if at >= len(self.where):
            self.body.append(mark)
            return
        number, i = self.where[at]
        element, part = self.pieces[number]
        words = getattr(element, part)
        setattr(element, part, words[:i])
        mark.tail = words[i:]
        if part == "text":
            element.insert(0, mark)
        else:
            element.addnext(mark)
            mark.tail = words[i:]


def _pieces(element: Body) -> Iterator[tuple[Body, str]]:
    """Every text below an element, in order."""
    if element.text:
        yield element, "text"
    for child in element:
        if local_name(child) not in LEFT_OUT and not is_mark(child):
            yield from _pieces(child)
        if child.tail:
            yield child, "tail"
