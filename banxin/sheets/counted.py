"""What is counted anew on each page: notes whose numbers begin again with ①.

Which page a mark comes to stand on is known when the pages are laid out, so a signature says where such numbers go
(`token`) and is laid out with a guess. Marks of a style are about as wide as each other: where they are exactly, the
right ones are put into the pages as they are (`exchange`); else the signature is laid out again with what they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from banxin.sheets import copies

OPEN, BETWEEN, CLOSE = "\ue0f0", "\ue0f1", "\ue0f2"
"""Private characters, which no manuscript has (a control of a font's own could have, but not in this order)."""
TOKEN = re.compile(
    f"{OPEN}([^{BETWEEN}]*){BETWEEN}([^{BETWEEN}]*){BETWEEN}([^{BETWEEN}]*){BETWEEN}([^{CLOSE}]*){CLOSE}"
)
Mark = tuple[str, str, str]
"""The key of its count, its id, and the note that it shares with others; empty where it has one of its own."""


def token(key: str, style: str, id: str, note: str = "") -> str:
    """What stands in the HTML for a number.

    Args:
        key: of the count: marks of one series go on with each other.
        style: of the mark (banxin/notes/marks.py).
        id: of the mark.
        note: the id of a note that has several marks.
    """
    return f"{OPEN}{key}{BETWEEN}{style}{BETWEEN}{id}{BETWEEN}{note}{CLOSE}"


def found(html: str) -> tuple[Mark, ...]:
    """Each mark, in order, once."""
    if OPEN not in html:
        return ()
    return tuple(dict.fromkeys((match[1], match[3], match[4]) for match in TOKEN.finditer(html)))


def resolved(html: str, counts: Mapping[str, int]) -> str:
    """The HTML with its numbers; those that are not known are guessed."""
    if OPEN not in html:
        return html
    from banxin.notes.marks import mark  # few books count so

    marks = found(html)
    first = guessed(marks)
    numbered = TOKEN.sub(lambda match: mark(match[2], abs(counts.get(match[3], first[match[3]]))), html)
    return copies.resolved(numbered, copies.shared(marks, counts))


def through(marks: Sequence[Mark]) -> dict[str, int]:
    """The numbers of marks, as if all stood on one page."""
    seen: Counter[str] = Counter()
    return {id: _next(seen, key) for key, id, _ in marks}


FEW = 9
"""Notes that a page has: the numbers up to it are as wide as each other, in most faces."""


def guessed(marks: Sequence[Mark]) -> dict[str, int]:
    """Numbers of marks before their pages are known."""
    return {id: (number - 1) % FEW + 1 for id, number in through(marks).items()}


NONE: Mapping[str, int] = {}


class Page(Protocol):
    """What a count asks of a page."""

    @property
    def anchors(self) -> Mapping[str, Any]:
        """The ids on it."""


def by_page(marks: Sequence[Mark], leaves: Sequence[Page], known: Mapping[str, int] = NONE) -> dict[str, int]:
    """The numbers of marks on their pages; below 0 of a mark whose note is that of one before it on its page.

    Args:
        known: the numbers that the pages were made with.
    """
    numbers: dict[str, int] = {}
    for leaf in leaves:
        here = [each for each in marks if each[1] in leaf.anchors and each[1] not in numbers]
        numbers |= copies.on_page(here, known) if any(note for _, _, note in here) else through(here)
    return numbers


def settled(marks: Sequence[Mark], lay: Callable[[Mapping[str, int]], Sequence[Page]]) -> Mapping[str, int]:
    """The numbers of marks that are laid out all at once; again where notes are left out, which moves the others."""
    counts: dict[str, int] = {}
    for _ in range(ROUNDS):
        here = by_page(marks, lay(counts), counts)
        if here == {id: number for id, number in counts.items() if not id.startswith(copies.APART)}:
            break
        counts = {**here, **copies.apart(counts, here)}
        if min(counts.values()) > 0:
            break
    return counts


ROUNDS = 5


def exchange(html: str, pages: Sequence[Any], shown: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    """Put the numbers that are wanted into laid out pages; False where one of them would take another room.

    Args:
        html: with tokens.
        pages: WeasyPrint's boxes of what was made of it.
        shown: the numbers in the pages.
    """
    from banxin.notes.marks import mark

    styles = {match[3]: match[2] for match in TOKEN.finditer(html)}
    changed = {id: mark(styles[id], abs(number)) for id, number in wanted.items() if shown.get(id) != number}
    if not changed:
        return True
    if any((wanted[id] < 0) != (shown.get(id, 0) < 0) for id in changed):
        return False
    texts = [(box, changed[id]) for page in pages for box, id in _marks(page) if id in changed]
    if not all(hasattr(box.pango_layout, "says") and box.pango_layout.says(words) for box, words in texts):
        return False
    for box, words in texts:
        box.text = words
    return True


def _marks(page: Any) -> Iterator[tuple[Any, str]]:
    """The texts of marks, and of the numbers of their notes, each with the id of the mark."""
    for box in page.descendants():
        if box.element is None or not box.children:
            continue
        kind = box.element.get("class")
        if kind in ("noteref", "note-number"):
            id = box.element.get("id", "") if kind == "noteref" else box.element.get("href", "")[1:]
            yield from ((child, id) for child in box.children if hasattr(child, "text"))


def _next(seen: Counter[str], key: str) -> int:
    seen[key] += 1
    return seen[key]
