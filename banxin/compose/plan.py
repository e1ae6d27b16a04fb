"""Where the lines of a paragraph end: all of them chosen together, as TeX does, by what each line costs.

Pure: numbers in, breaks out; nothing here knows of text or of boxes. A line's cost follows CLREQ 3.5.3 and 3.5.4: what
may be squeezed or opened without being seen costs almost nothing, a gap between Han that can be seen costs steeply.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf

SEEN, UGLY = 0.045, 0.06
"""A gap between Han of this much of an em is noticed; of this much it hurts."""
BOUNDS = (4.0, 60.0, 2000.0, inf)
"""What all lines of a paragraph may cost together, in ever wider searches until one finds a plan.

The first plan found is the best of all: a cheaper one would be within the same bound. A tight bound keeps the search
small, since a line that alone costs more is not looked at.
"""
HYPHEN, TORN, ALONE, SHORT = 1.2, 40.0, 1e4, 0.6
"""Costs of a divided word, of a word torn without a hyphen, of a last line of one character, of one of two."""
_DEAR, _LOSS = 0.05, 1.5
"""Of touching Han-Latin gaps and full stops at all, and of taking all that they have: as much as a gap of 0.048 em,
since squeezing comes before opening (CLREQ 3.5)."""
_RAGGED = 40.0
"""Of a line that is not justified, by the square of its empty part."""
_HOLLOW, _EMPTY = 10.0, 1e4
"""Of a line that is one long name or address and must stay ragged: less than tearing it, if little is missing."""
_WORST = 1000.0
"""What gaps cost at most: in a narrow column a full line beats a hollow one."""
_MISSES = 3
"""Hyphens make lengths a little uneven: so many lines beyond the bound are looked at before the search gives up."""
_BACK = 12
"""So many breaks before the last that fits are looked at where lines are filled one by one."""
_OVERFULL = 1e5
_EPSILON = 1e-4


@dataclass(slots=True)
class Breaks:
    """A paragraph as a planner sees it; all lists by break, in order: the first is its start, the last its end.

    Lengths in px along the natural paragraph, sums from its start. A line from break `i` to break `k` is
    `leave[k] - enter[i]` long.
    """

    enter: list[float]
    """Where the line that begins here begins, after what its first mark gives up."""
    leave: list[float]
    """Where the line that ends here ends, before spaces that vanish, with a hyphen if one is drawn."""
    trim: list[float]
    """What the mark at its end may still give up, for nothing."""
    start: Sequence[int]
    """Up to where the sums count when a line begins here."""
    inner: Sequence[int]
    """The same when it ends here: the gap behind its last character is not in it."""
    cheap: list[float]
    """Sums of what can be squeezed unseen, by character."""
    dear: list[float]
    stretch: list[float]
    general: list[int]
    """Count of gaps that may open."""
    penalty: list[float]
    """What it costs to end a line here."""
    forced: list[int]
    """The breaks that end a line whatever comes, in order; the paragraph's end is the last of them."""
    short: list[float]
    """What it costs when the last line of the paragraph begins here."""
    more: Callable[[int, int], float] | None = None
    """How much longer than `leave[k] - enter[i]` a line is, px: where both its breaks are inside one note in two small
    lines, its length is no such difference."""

    def length(self, i: int, k: int) -> float:
        """How long a line is, px."""
        length = self.leave[k] - self.enter[i]
        return length + self.more(i, k) if self.more else length


@dataclass(slots=True)
class Measure:
    """How wide lines are, px."""

    width: float
    indent: float
    """Of the first line."""
    em: float
    justified: bool = True
    flush: bool = False
    """Whether lines that end a paragraph, or end at a forced break, fill the measure too (`text-align-last`)."""
    beside: tuple[float, ...] = ()
    """How wide the first lines are, one by one, where floats stand beside them; those below are `width` wide."""

    def room(self, first: bool, n: int = 0) -> float:
        """The width of the `n`th line from where the plan begins; `first` says whether that is indented."""
        width = self.beside[n] if n < len(self.beside) else self.width
        return width - (self.indent if first and n == 0 else 0.0)


Step = tuple[float, int, "Step | None"]
"""A line beside floats: what it costs with those before it, the break where it ends, and the one before it."""


@dataclass(slots=True)
class Planner:
    """Plans one paragraph in one measure."""

    breaks: Breaks
    measure: Measure

    def plan(self, start: int = 0, first: bool = True) -> list[int]:
        """Breaks of the cheapest lines from break `start` to the end; `first` says whether the first is indented."""
        last = len(self.breaks.leave) - 1
        if self._fits(start, last, first):
            return [start, last]
        for bound in BOUNDS:
            found = self._shortest(self._beside(start, first, bound), first and not self.measure.beside, bound)
            if found:
                return found
        raise AssertionError("the last pass takes every line")

    def _fits(self, start: int, last: int, first: bool) -> bool:
        """Whether the rest of the paragraph is one line that costs nothing."""
        if self._next_forced(start) != last:
            return False
        return self.cost(start, last, first) <= self.breaks.penalty[last] + self.breaks.short[start]

    def _next_forced(self, i: int) -> int:
        forced = self.breaks.forced
        return forced[bisect_right(forced, i)]

    def cost(self, i: int, k: int, first: bool, n: int = 0) -> float:
        """What the line from break `i` to break `k` costs as the `n`th of a plan; `inf` if it cannot be made to fit."""
        return self._cost(i, k, self.measure.room(first, n))

    def _cost(self, i: int, k: int, room: float) -> float:
        b = self.breaks
        slack = room - (b.length(i, k) if b.more else b.leave[k] - b.enter[i])
        base = b.penalty[k]
        if k == b.forced[-1]:
            base += b.short[i]
        if slack >= -_EPSILON and k == self._next_forced(i):
            return base
        return base + self._loose(i, k, slack)

    def _squeeze(self, i: int, k: int, need: float) -> float:
        if need <= _EPSILON:
            return 0.0
        b = self.breaks
        start, inner = b.start[i], b.inner[k]
        cheap = b.cheap[inner] - b.cheap[start]
        if need <= cheap:
            return 0.3 * (need / cheap) ** 2
        dear = b.dear[inner] - b.dear[start]
        if need <= cheap + dear + _EPSILON:
            return _DEAR + _LOSS * ((need - cheap) / dear) ** 2 if dear else _DEAR
        return inf

    def _open(self, i: int, k: int, slack: float) -> float:
        b = self.breaks
        start, inner = b.start[i], b.inner[k]
        stretch = b.stretch[inner] - b.stretch[start]
        if slack <= stretch:
            return 0.3 * (slack / stretch) ** 2 if stretch else 0.0
        gaps = b.general[inner] - b.general[start]
        if gaps <= 0:
            return _HOLLOW + _EMPTY * (slack / self.measure.width) ** 2
        x = (slack - stretch) / self.measure.em / gaps
        return (_DEAR if stretch else 0.0) + min((x / SEEN) ** 2 + (x / UGLY) ** 4, _WORST * (1 + x))

    def _beside(self, start: int, first: bool, bound: float) -> dict[int, Step]:
        """The cheapest ways to every break where the lines beside floats may end, or the paragraph before them."""
        last = len(self.breaks.leave) - 1
        steps: dict[int, Step] = {start: (0.0, start, None)}
        ended: Step | None = None
        for n in range(len(self.measure.beside)):
            room, following = self.measure.room(first, n), dict[int, Step]()
            for i, step in steps.items():
                for k, cost in self._lines(i, room, bound):
                    total = step[0] + cost
                    if total <= bound and (k not in following or total < following[k][0]):
                        following[k] = (total, k, step)
            whole = following.pop(last, None)
            if whole and (ended is None or whole[0] < ended[0]):
                ended = whole
            steps = following
        return steps | {last: ended} if ended else steps

    def _shortest(self, steps: dict[int, Step], first: bool, bound: float) -> list[int]:
        """Dijkstra's way on from `steps` through the lines that cost at most `bound`; empty if there is none."""
        last = len(self.breaks.leave) - 1
        heap: list[tuple[float, int, int]] = [(step[0], i, -1) for i, step in steps.items()]
        heapify(heap)
        before: dict[int, int] = {}
        room = self.measure.width
        indented = self.measure.room(True) if first else room
        while heap:
            total, i, came = heappop(heap)
            if i in before:
                continue
            before[i] = came
            if i == last:
                return _path(before, steps, last) if total <= bound or bound == inf else []
            for k, cost in self._lines(i, indented if came < 0 else room, bound):
                if k not in before and total + cost <= bound:
                    heappush(heap, (total + cost, k, i))
        return []

    def _lines(self, i: int, room: float, bound: float) -> list[tuple[int, float]]:
        """The lines that may begin at break `i`, `room` px wide, with their costs."""
        limit = self.breaks.enter[i] + room
        stop = self._next_forced(i)
        middle = min(max(bisect_left(self.breaks.leave, limit, i + 1, stop + 1), i + 1), stop)
        found = [*self._longer(i, range(middle, stop + 1), room, bound), *self._shorter(i, middle, room, bound)]
        if not found and bound == inf:
            found.append((i + 1, _OVERFULL))
        return found

    def ends(self, i: int, first: bool) -> list[tuple[int, float]]:
        """The breaks that may well end the line from break `i`, with what each costs."""
        room = self.measure.room(first)
        return next(found for bound in BOUNDS[1:] if (found := self._lines(i, room, bound)))

    def _longer(self, i: int, ends: range, room: float, bound: float) -> Iterator[tuple[int, float]]:
        """Ever longer lines, until squeezing does not help."""
        limit = self.breaks.enter[i] + room
        for k in ends:
            cost = self._cost(i, k, room)
            if cost == inf and self.breaks.leave[k] - limit > self._most(i, k):
                return
            if cost <= bound:
                yield k, cost

    def _shorter(self, i: int, middle: int, room: float, bound: float) -> Iterator[tuple[int, float]]:
        """Ever shorter lines, until the holes cost too much."""
        leave, penalty, more = self.breaks.leave, self.breaks.penalty, self.breaks.more
        limit = self.breaks.enter[i] + room
        most = min(bound, BOUNDS[-2])
        misses = 0
        for k in range(middle - 1, i, -1):
            cost = self._loose(i, k, limit - leave[k] - (more(i, k) if more else 0.0))
            if cost > most:
                misses += 1
                if misses > _MISSES:
                    return
            if cost + penalty[k] <= bound:
                yield k, cost + penalty[k]

    def _loose(self, i: int, k: int, slack: float) -> float:
        """What the emptiness of a line costs."""
        if slack <= 0:
            return self._squeeze(i, k, -slack - self.breaks.trim[k])
        return self._open(i, k, slack) if self.measure.justified else _RAGGED * (slack / self.measure.width) ** 2

    def _most(self, i: int, k: int) -> float:
        b = self.breaks
        start, inner = b.start[i], b.inner[k]
        return b.trim[k] + b.cheap[inner] - b.cheap[start] + b.dear[inner] - b.dear[start]

    def greedy(self, i: int, first: bool) -> int:
        """The break that ends the line from `i` in code, whose lines are filled: the last that fits.

        One a little before it is better if it tears nothing, or leaves no single character for the last line.
        """
        b = self.breaks
        room = self.measure.room(first)
        limit = b.enter[i] + room + _EPSILON
        stop = self._next_forced(i)
        k = max(bisect_right(b.leave, limit, i + 1, stop + 1) - 1, i + 1)
        while self.measure.justified and k < stop and b.leave[k + 1] - limit <= self._most(i, k + 1):
            k += 1
        if k == stop:
            return k
        return min(range(k, max(i, k - _BACK), -1), key=lambda end: self._local(i, end, room))

    def _local(self, i: int, k: int, room: float) -> float:
        """What a line costs, with that of the last line of the paragraph if that is the next."""
        b = self.breaks
        short = b.short[k] if b.leave[-1] - b.enter[k] <= self.measure.width + _EPSILON else 0.0
        return self._cost(i, k, room) + short


def _path(before: dict[int, int], steps: dict[int, Step], last: int) -> list[int]:
    path = [last]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    step = steps[path[-1]][2]
    while step:
        path.append(step[1])
        step = step[2]
    return path[::-1]


def widest(breaks: Breaks, indent: float = 0.0) -> tuple[float, list[float]]:
    """The width of the widest piece that cannot be broken, and of each line that ends at a forced break, px.

    The first of both is indented.
    """
    pieces = [breaks.leave[k] - breaks.enter[k - 1] for k in range(1, len(breaks.leave))]
    starts = [0, *breaks.forced]
    lines = [breaks.leave[k] - breaks.enter[i] for i, k in zip(starts, starts[1:], strict=False)]
    for found in (pieces, lines):
        if found:
            found[0] += indent
    return max(pieces, default=0.0), lines
