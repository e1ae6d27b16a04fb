"""What is no running text stands off from Han as Latin does: code, whatever it begins with, and formulas in a line.

CLREQ 3.2.2 speaks of Latin letters and digits; code and formulas are quoted matter of the same kind, and a reader sees
where they begin and end by the same gap. Inside code nothing changes: `“”` quoted as marks keep their own blank, but
that at the code's ends is part of the gap there, so that there is as much room around every code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from banxin.compose import marks
from banxin.compose.flatten import Flat
from banxin.compose.marks import Mark

_LETTER, _NEITHER = "x", "."
_SQUARE = "字"
_NARROW = re.compile(f"[{marks.LATIN}{marks.SIGNS}]")
_SEEN = re.compile(r"\S")


class Edge(NamedTuple):
    """A mark at which code begins or ends, with the blank that it has there."""

    inner: int
    """The mark, a character of the code."""
    outer: int
    """The character beside it."""
    mark: Mark
    em: float
    """px."""

    @property
    def blank(self) -> float:
        """What the mark leaves blank towards `outer`, px."""
        return (self.mark.start if self.outer < self.inner else self.mark.end) * self.em


def as_letters(flat: Flat) -> str:
    """The text as the rule of the gap reads it: code and formulas are letters; what is raised is neither."""
    text = flat.text
    parts: list[str] = []
    at = 0
    for leaf in flat.leaves:
        if leaf.raised or (leaf.code and not leaf.leader):
            kind = _NEITHER if leaf.raised else _LETTER
            parts += text[at : leaf.start], _SEEN.sub(kind, text[leaf.start : leaf.end])
            at = leaf.end
    if parts:
        text = "".join((*parts, text[at:]))
    for i in flat.formulas:
        text = text[:i] + _LETTER + text[i + 1 :]
    return _as_square(flat, text) if flat.vertical and _NARROW.search(text) else text


def _as_square(flat: Flat, text: str) -> str:
    """Letters and figures that stand upright are as Han: nothing stands off from them, but by a space of the
    author's."""
    chars = list(text)
    stands = False
    for i, cell in enumerate(flat.cells):
        if cell.cluster or cell.face is not None:
            stands = cell.face is not None and cell.face.stands
        if stands and _NARROW.match(chars[i]):
            chars[i] = _SQUARE
    return "".join(chars)


def edges(flat: Flat) -> Iterator[Edge]:
    """The marks at which code begins or ends, blank towards something that is no code."""
    if not any(leaf.code for leaf in flat.leaves):
        return
    inside = {i for leaf in flat.leaves if leaf.code for i in (leaf.start, leaf.end - 1)}
    for leaf in flat.leaves:
        if not leaf.code or leaf.leader or leaf.start >= leaf.end or leaf.style is None:
            continue
        for inner, outer in ((leaf.start, leaf.start - 1), (leaf.end - 1, leaf.end)):
            mark = leaf.style.marks.get(flat.text[inner])
            edge = Edge(inner, outer, mark, leaf.style.size) if mark else None
            if edge and edge.blank and outer not in inside and 0 <= outer < len(flat.text):
                yield edge
