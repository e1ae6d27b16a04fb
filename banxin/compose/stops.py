"""Numbers of a paragraph to what the planner sees: every place where a line may end, with its sums."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, compress, repeat

from banxin.compose.items import DEAR, Items
from banxin.compose.openings import Openings, unbroken
from banxin.compose.plan import ALONE, HYPHEN, SHORT, TORN, Breaks

NARROW = 10
"""em; in a narrower measure numbers may be parted from their units, where a line would be full of holes otherwise."""
_LAST = 3
"""A last line of so many characters is long enough."""


@dataclass(slots=True)
class Stops:
    """The breaks of a paragraph and the characters at them."""

    breaks: Breaks
    start: list[int]
    """The character that begins the line after each break."""
    stop: list[int]
    """The character after the last visible one of the line that ends there."""


def stops(items: Items, openings: Openings, width: float, trim_first: bool, resumed: Iterable[int] = ()) -> Stops:
    """Where lines may end in a measure of `width` px; what is wider than a line may be torn anywhere.

    `resumed` are characters with which lines do begin, whatever the rules.
    """
    free = openings.breaks
    costs = {i: TORN for i in resumed if i < len(free) and not free[i]}
    costs |= openings.tears | {i: HYPHEN for i in openings.hyphens if not free[i]}
    if width < NARROW * items.size:
        costs = openings.joints | costs
    made = _stops(items, openings, costs, trim_first)
    torn = _emergencies(items, made, width)
    if torn:
        costs = {i: TORN for i in torn if not free[i]} | costs
        made = _stops(items, openings, costs, trim_first)
    return made


def _emergencies(items: Items, made: Stops, width: float) -> list[int]:
    """Places inside pieces that are wider than a line."""
    b, cells = made.breaks, items.flat.cells
    torn: list[int] = []
    if max(map(float.__sub__, b.leave[1:], b.enter), default=0.0) <= width:
        return torn
    for k in range(1, len(b.leave)):
        if b.leave[k] - b.enter[k - 1] > width:
            start, stop = made.start[k - 1] + 1, made.stop[k]
            torn += [i for i in range(start, stop) if cells[i].cluster]
    return sorted(set(torn) - set(unbroken(items.flat.root))) if torn else []


def _stops(items: Items, openings: Openings, costs: dict[int, float], trim_first: bool) -> Stops:
    text, count = items.flat.text, len(items.flat.text)
    first = len(text) - len(text.lstrip(" ")) if items.flat.leaves and _collapses(items, 0) else 0
    inside = list(compress(range(count), openings.breaks))
    if costs:
        inside = sorted({*inside, *costs})
    start = [first, *inside[bisect_right(inside, first) :], count]
    while len(start) > 2 and not text[start[-2] :].strip(" "):
        del start[-2]  # spaces behind the last forced break are no line
    stop = [first, *(_visible_end(text, i, first) if text[i - 1] in " \n" else i for i in start[1:])]
    forced = [k for k in range(1, len(start) - 1) if text[start[k] - 1] == "\n"] + [len(start) - 1]
    for k in forced:
        stop[k] = max(stop[k], start[k - 1])
    natural = _sums(list(map(float.__add__, items.advance, items.gap)))
    trim, enter, leave = _edges(items, openings, start, stop, natural)
    if not trim_first and start[0] not in items.halved:
        enter[0] = natural[start[0]]
    for k in forced:
        trim[k] = items.closes.get(stop[k] - 1, 0.0)
        leave[k] = natural[stop[k]] - (items.gap[stop[k] - 1] if stop[k] else 0.0)
    _halve(items, stop, trim, leave)
    inner = list(map(max, [0, *start], map((-1).__add__, stop)))
    cheap, dear = [0.0] * count, [0.0] * count
    for i in compress(range(count), items.order):
        (cheap if items.order[i] < DEAR else dear)[i] = items.shrink[i]
    penalty = [0.0, *map(costs.get, start[1:-1], repeat(0.0)), 0.0] if costs else [0.0] * len(start)
    breaks = Breaks(
        enter=enter,
        leave=leave,
        trim=trim,
        start=start,
        inner=inner,
        cheap=_sums(cheap),
        dear=_sums(dear),
        stretch=_sums(items.stretch),
        general=[0, *accumulate(items.general)],
        penalty=penalty,
        forced=forced,
        short=_short(items, start),
    )
    return Stops(breaks, start, stop)


def _edges(
    items: Items, openings: Openings, start: list[int], stop: list[int], natural: list[float]
) -> tuple[list[float], list[float], list[float]]:
    hyphens = openings.hyphens
    enter = list(map(natural.__getitem__, start))
    for k, room in [(k, room) for i, room in items.opens.items() for k in _at(start, i)]:
        enter[k] += room
    ends = [0.0, *map(float.__sub__, natural[1:], items.gap)]
    trim, leave = [0.0] * len(stop), list(map(ends.__getitem__, stop))
    if hyphens:
        for k, i in enumerate(start):
            if i in hyphens and openings.breaks[i : i + 1] != b"\1":
                leave[k] += hyphens[i]
    given = [(k, room) for i, room in items.closes.items() for k in _at(stop, i + 1)]
    for k, room in given if items.always_trimmed else ():
        leave[k] -= room
    for k, room in () if items.always_trimmed else given:
        trim[k] = room
    return trim, enter, leave


def _at(places: list[int], place: int) -> range:
    """The indices of a place among those, which are in order."""
    low = bisect_left(places, place)
    return range(low, bisect_right(places, place, low))


def _halve(items: Items, stop: list[int], trim: list[float], leave: list[float]) -> None:
    """Marks that have lost their blank for good lose it at every line's end."""
    for k, s in enumerate(stop) if items.halved else ():
        if s - 1 in items.halved:
            leave[k] -= trim[k]
            trim[k] = 0.0


def _sums(values: list[float]) -> list[float]:
    return [0.0, *accumulate(values)]


def _visible_end(text: str, i: int, first: int) -> int:
    """Spaces and the line feed before a break are not seen."""
    while i > first and text[i - 1] in " \n":
        i -= 1
    return i


def _collapses(items: Items, leaf: int) -> bool:
    style = items.flat.leaves[leaf].style
    return style is not None and style.collapses


def _short(items: Items, start: list[int]) -> list[float]:
    """孤字: a paragraph's last line is at least two characters (CLREQ 3.4.4)."""
    costs = [0.0] * len(start)
    text = items.flat.text
    notes = {i for leaf in items.flat.leaves if leaf.raised for i in range(leaf.start, leaf.end)}
    small = {i for each in items.flat.smalls for i in range(each.start, each.end)}
    size, end = 0.0, len(text)
    for k in range(len(start) - 2, 0, -1):
        size += sum(0.5 if i in small else _weight(text[i]) for i in range(start[k], end) if i not in notes)
        end = start[k]
        if size >= _LAST:
            break
        costs[k] = ALONE if size < 2 else SHORT if size < 3 else 0.0
    return costs


def _weight(char: str) -> float:
    return 1.0 if char > "\u2e7f" and char.isalnum() else 0.5 if char.isalnum() else 0.0
