"""双行夹注, 割注: a note in two small lines within the line, as classical books have their commentary (CLREQ 3.4; JLREQ
3.4.2).

The note is read as a paragraph of its own. What of it stands in one line of the text is a piece: its first half is the
first small line (at the right, where lines run downward), its second half the other. So a note that is longer than the
line's rest is read as a reader of old books expects: both small lines to the line's end, then on in the next line. How
long a piece is follows from where it is cut; the planner asks for it. The halves are as alike as the rules of line
breaks let them be, the first one the longer.

`--warichu: on` in a style sheet says that an inline box is such a note; its font size and line height are those of the
small lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from operator import add
from typing import Any

from banxin.compose.fit import Fit
from banxin.compose.flatten import Small
from banxin.compose.openings import Openings
from banxin.compose.plan import Measure
from banxin.compose.stops import stops

_OPENED = 0.25
"""em of the small size; a first line that would have to open its gaps further stays as it is."""
_NEAR = 1e-6
"""px."""


class Halves:
    """How pieces of a note divide into two lines. Pure: a piece reaches from one break of the note to a later one."""

    def __init__(self, enter: Sequence[float], leave: Sequence[float]) -> None:
        """The line from break `i` to break `k` is at least `leave[k] - enter[i]` px long."""
        self.enter, self.leave = enter, leave
        self._sums = list(map(add, enter, leave))
        """A first line that ends at a break is as long as the second where this is that of the piece's two ends."""
        self._known: dict[tuple[int, int], tuple[int, float]] = {}

    def split(self, first: int, last: int) -> int:
        """The break that ends the first line of a piece; it is `last` where nothing is left for the second."""
        return self._divided(first, last)[0]

    def length(self, first: int, last: int) -> float:
        """How long a piece is in two lines, px."""
        return self._divided(first, last)[1]

    def _divided(self, first: int, last: int) -> tuple[int, float]:
        known = self._known.get((first, last))
        if known is None:
            known = self._known[first, last] = self._divide(first, last)
        return known

    def _divide(self, first: int, last: int) -> tuple[int, float]:
        """The first line grows with its end, the second shrinks: the best end is where they meet, or just before."""
        if last <= first:  # nothing but spaces
            return last, 0.0
        meet = bisect_left(self._sums, self.leave[last] + self.enter[first] - _NEAR, first + 1, last)
        longer, before = self._longer(first, meet, last), meet - 1
        if before > first and (shorter := self._longer(first, before, last)) < longer - _NEAR:
            return before, shorter
        return meet, longer

    def _longer(self, first: int, k: int, last: int) -> float:
        """Of the two lines that are divided at `k`, px."""
        second = self.leave[last] - self.enter[k] if k < last else 0.0
        return max(self.leave[k] - self.enter[first], second, 0.0)


class Warichu:
    """One note of a paragraph."""

    def __init__(self, small: Small, inner: Any) -> None:
        self.small, self.inner = small, inner
        """What was read, and the `Paragraph` that its words are."""
        self._torn: list[int] = []
        """Characters that begin a line though no rule lets them."""
        self._read()

    def _read(self) -> None:
        free = Openings(self.inner.openings.breaks, {}, {}, {})
        made = self._stops = stops(self.inner.items, free, inf, True, self._torn)
        b = made.breaks
        self._halves = Halves(b.enter, [leave - trim for leave, trim in zip(b.leave, b.trim, strict=True)])
        self._index = {char: i for i, char in enumerate(made.start)}

    def _piece(self, start: int, end: int) -> tuple[int, int]:
        """The breaks between which the characters `[start, end)` stand.

        In a very narrow measure, or where another broke, a line may begin with any.
        """
        index = self._index
        if start in index and end in index:
            return index[start], index[end]
        torn = {start, end} - index.keys() - set(self._torn)
        if torn:
            self._torn += torn
            self._read()
        return bisect_left(self._stops.start, start), bisect_left(self._stops.start, end)  # spaces are none

    def length(self, start: int, end: int) -> float:
        """How long the characters `[start, end)` of the note are, in two lines, px."""
        return self._halves.length(*self._piece(start, end))

    def lines(self, start: int, end: int, width: float) -> list[Any]:
        """The two `Line`s of a piece that is `width` px long, or one."""
        first, last = self._piece(start, end)
        middle = self._halves.split(first, last)
        measure = Measure(width, 0.0, self.inner.items.size)
        made = [self._made(i, k, measure) for i, k in ((first, middle), (middle, last)) if i < k]
        if len(made) == 2 and made[1].last and self._fits(made[1], made[0].fit.general, width):
            made[1].fit = Fit(general=made[0].fit.general)  # the characters of both stand side by side
        return made

    def _made(self, i: int, k: int, measure: Measure) -> Any:
        line = self.inner.made(self._stops, i, k, measure, False)
        if line.fit.general > _OPENED * measure.em:
            line = self.inner.made(self._stops, i, k, replace(measure, justified=False), False)
        line.begins = i == 0
        return line

    def _fits(self, line: Any, general: float, width: float) -> bool:
        return general > 0 and line.fit == Fit() and line.width + general * (line.stop - line.start) <= width + _NEAR
