"""What is counted anew on each page: notes whose numbers begin again with ①.

Which page a mark comes to stand on is known when the pages are laid out, so a signature says where such numbers go
(`token`), is laid out with what they would be if it were one page, and again with what they are. Marks of a style are
about as wide as each other: the second time nothing moves, as a rule, and where it does there is a third.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from banxin.notes.marks import mark

OPEN, BETWEEN, CLOSE = "\ue0f0", "\ue0f1", "\ue0f2"
"""Private characters, which no manuscript has (a control of a font's own could have, but not in this order)."""
TOKEN = re.compile(f"{OPEN}([^{BETWEEN}]*){BETWEEN}([^{BETWEEN}]*){BETWEEN}([^{CLOSE}]*){CLOSE}")


def token(key: str, style: str, id: str) -> str:
    """What stands in the HTML for a number.

    Args:
        key: of the count: marks of one series go on with each other.
        style: of the mark (banxin/notes/marks.py).
        id: of the mark.
    """
    return f"{OPEN}{key}{BETWEEN}{style}{BETWEEN}{id}{CLOSE}"


def found(html: str) -> tuple[tuple[str, str], ...]:
    """The key and the id of each mark, in order, once."""
    if OPEN not in html:
        return ()
    return tuple(dict.fromkeys((match[1], match[3]) for match in TOKEN.finditer(html)))


def resolved(html: str, counts: Mapping[str, int]) -> str:
    """The HTML with its numbers; those that are not known are as if all stood on one page."""
    if OPEN not in html:
        return html
    first = through(found(html))
    return TOKEN.sub(lambda match: mark(match[2], counts.get(match[3], first[match[3]])), html)


def through(marks: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The numbers of marks, as if all stood on one page."""
    seen: Counter[str] = Counter()
    return {id: _next(seen, key) for key, id in marks}


class Page(Protocol):
    """What a count asks of a page."""

    @property
    def anchors(self) -> Mapping[str, Any]:
        """The ids on it."""


def by_page(marks: Sequence[tuple[str, str]], leaves: Sequence[Page]) -> dict[str, int]:
    """The numbers of marks on their pages."""
    numbers: dict[str, int] = {}
    for leaf in leaves:
        numbers |= through([each for each in marks if each[1] in leaf.anchors and each[1] not in numbers])
    return numbers


def _next(seen: Counter[str], key: str) -> int:
    seen[key] += 1
    return seen[key]
