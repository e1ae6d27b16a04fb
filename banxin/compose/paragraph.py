"""One paragraph while it is laid out: read once, planned once a measure, its lines built as they are asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from itertools import accumulate, compress, pairwise
from operator import add
from typing import Any

from banxin.compose.fit import Fit, fit
from banxin.compose.flatten import OBJECT, Flat, Kind, Node
from banxin.compose.items import items
from banxin.compose.openings import Openings, openings
from banxin.compose.pango import NOTHING
from banxin.compose.pen import Pen
from banxin.compose.plan import Measure, Planner
from banxin.compose.readings import Readings
from banxin.compose.settings import Settings
from banxin.compose.stops import Stops, stops
from banxin.compose.under import Marked
from banxin.compose.warichu import Warichu

KEPT = 128
"""How many paragraphs a document remembers: those of the pages that WeasyPrint may still lay out again."""

Resume = dict[int, Any]
_Key = tuple[float, tuple[float, ...], bool, int]


class Line:
    """A planned line: the characters `[start, stop)` are seen, the next line begins at `next`."""

    __slots__ = ("begins", "ends", "enter", "fit", "hyphen", "last", "next", "room", "start", "stop", "width")

    def __init__(self, start: int, stop: int, after: int) -> None:
        self.start, self.stop, self.next = start, stop, after
        self.enter = 0.0
        """What the first mark gives up, px: the line begins that much earlier than its first glyph."""
        self.room = 0.0
        """How wide it may be, px."""
        self.width = 0.0
        """As far as its last visible mark, px."""
        self.hyphen = False
        self.begins = self.ends = False
        """Whether it is the paragraph's first, or its last."""
        self.last = False
        """Whether nothing, or a forced break, follows."""
        self.fit = Fit()


class Paragraph:
    """The numbers of one line box."""

    def __init__(self, flat: Flat, settings: Settings) -> None:
        self.smalls = {small.start: Warichu(small, Paragraph(small.flat, settings)) for small in flat.smalls}
        """The notes in two small lines, by where they begin."""
        for start, note in self.smalls.items():
            share = note.length(0, note.small.end - start) / (note.small.end - start)
            flat.cells[start : note.small.end] = [NOTHING._replace(advance=share, cluster=True)] * (
                note.small.end - start
            )
        self.flat, self.items, self.settings = flat, items(flat, settings), settings
        self.leaves: tuple[tuple[Any, str], ...] = tuple((leaf.box, leaf.box.text) for leaf in flat.leaves)
        self.leaves += tuple(leaf for note in self.smalls.values() for leaf in note.inner.leaves)
        """What it was read from: WeasyPrint replaces a text inside a line box when a page number is known."""
        self._openings: Openings | None = None
        self._stops: dict[tuple[float, int], Stops] = {}
        """By measure, and by the character that begins a line only because another measure broke there, else -1."""
        self._plans: dict[_Key, dict[int, int]] = {}
        self._special = list(compress(range(len(flat.text)), self.items.order))
        advances = map(add, (cell.advance for cell in flat.cells), self.items.gap)
        self._natural = [0.0, *accumulate(advances)]
        self._general = [0, *accumulate(self.items.general)]
        self.uniform = all(node.kind is Kind.TEXT for node in flat.root.children)
        """Whether it is nothing but text of one style."""
        self.restyled = False
        """Whether its text has another style than the line box."""
        self.opening: Paragraph | None = None
        """The same words in the style of its first line, where that has one."""
        self._pen: Pen | None = None
        self.marked = Marked(flat)
        self.readings = Readings(flat.readings)

    def current(self, linebox: Any) -> bool:
        """Whether the line box still holds what was read."""
        return all(box.text is text or box.text == text for box, text in self.leaves) and _same(linebox, self.flat.root)

    @property
    def pen(self) -> Pen:
        """Writes its glyphs."""
        if self._pen is None:
            self._pen = Pen(self.flat.text, self.flat.cells, self.items)
        return self._pen

    @property
    def openings(self) -> Openings:
        """Where lines may begin; a paragraph of one line never needs to know."""
        if self._openings is None:
            self._openings = openings(self.flat, self.settings)
        return self._openings

    def stops(self, width: float, resumed: int = -1) -> Stops:
        """Where lines may end in this measure, and before `resumed`."""
        key = width, resumed
        if key not in self._stops:
            extra = (resumed,) if resumed >= 0 else ()
            self._stops[key] = stops(self.items, self.openings, width, self.settings.trim_indent, extra)
            self._clone(self._stops[key])
            if self.smalls:
                self._shorten(self._stops[key])
        return self._stops[key]

    def _clone(self, made: Stops) -> None:
        """Where a line ends inside a box with `box-decoration-break: clone`, that ends and begins again with it."""
        for box in self.flat.clones:
            for k in range(bisect_right(made.start, box.start), bisect_left(made.start, box.end)):
                made.breaks.enter[k] -= box.before
                made.breaks.leave[k] += box.after

    def _shorten(self, made: Stops) -> None:
        """How long lines are that begin or end inside a note in two small lines, or both."""
        b = made.breaks
        natural = [0.0, *accumulate(map(add, self.items.advance, self.items.gap))]
        inside: dict[int, Warichu] = {}
        for start, note in self.smalls.items():
            end = note.small.end
            begins = natural[start] + self.flat.before.get(start, 0.0)
            ends = natural[end] - self.flat.after.get(end - 1, 0.0)
            for k in range(bisect_right(made.start, start), bisect_left(made.start, end)):
                inside[k] = note
                b.leave[k] = begins + note.length(0, made.start[k] - start)
                b.enter[k] = ends - note.length(made.start[k] - start, end - start)

        def more(i: int, k: int) -> float:
            note = inside.get(i)
            if note is None or inside.get(k) is not note:
                return 0.0
            first = note.small.start
            return note.length(made.start[i] - first, made.start[k] - first) - (b.leave[k] - b.enter[i])

        b.more = more

    def whole(self, measure: Measure) -> Line | None:
        """The paragraph as one line, if it is no longer than that; most are in a book of talk or of tables."""
        flat = self.flat
        text, stop = flat.text, len(flat.text.rstrip(" "))
        start = len(text) - len(text.lstrip(" "))
        if "\n" in text or start >= stop or measure.flush or {start, stop - 1} & self.items.halved:
            return None
        if self.settings.trim_indent and start in self.items.opens:
            return None
        width = self._natural[stop] - self._natural[start] - self.items.gap[stop - 1]
        width += sum(flat.before.values()) + sum(flat.after.values())
        room = measure.room(True)
        if width > room + 1e-6:
            return None
        line = Line(start, stop, len(text))
        line.begins = line.ends = line.last = True
        line.width, line.room = width, room
        return line

    def line(self, start: int, measure: Measure, first: bool) -> Line:
        """The line that begins with character `start`, of the plan that already has such a line, else of a new one."""
        whole = self.whole(measure) if first else None
        if whole is not None:
            return whole
        made, i, resumed = self._break(start, measure.width, first)
        key = measure.width, measure.beside, measure.justified, resumed
        plan = self._plans.setdefault(key, {})
        if i not in plan:
            path = Planner(made.breaks, measure).plan(i, first)
            plan.update(zip(path, path[1:], strict=False))
            for n in range(1, len(path) - 1 if measure.beside else 0):  # what follows is the plan of the rest
                rest = self._plans.setdefault((measure.width, measure.beside[n:], *key[2:]), {})
                rest.update(zip(path[n:], path[n + 1 :], strict=False))
        return self.made(made, i, plan[i], measure, first)

    def filled(self, start: int, measure: Measure, first: bool) -> Line:
        """The line that begins with `start`, as long as it can well be, whatever the next ones are."""
        made, i, _ = self._break(start, measure.width, first)
        return self.made(made, i, Planner(made.breaks, measure).greedy(i, first), measure, first)

    def cost(self, start: int, measure: Measure) -> float:
        """What the lines from `start` to the end cost."""
        if start >= len(self.flat.text):
            return 0.0
        made, i, _ = self._break(start, measure.width, False)
        planner = Planner(made.breaks, measure)
        path = planner.plan(i, False)
        return sum(planner.cost(begin, end, False, n) for n, (begin, end) in enumerate(pairwise(path)))

    def least(self, start: int, width: float, first: bool) -> float:
        """How wide a line that begins with `start` is at least, px, where lines are `width` px wide."""
        made, i, _ = self._break(start, width, first)
        return made.breaks.leave[i + 1] - made.breaks.enter[i]

    def _break(self, start: int, width: float, first: bool) -> tuple[Stops, int, int]:
        """The break at which a line begins; the line before, in another measure, may have ended where this has none.

        Such a character is given too, else -1.
        """
        made = self.stops(width)
        if first:
            return made, 0, -1
        resumed = -1
        i = bisect_left(made.start, start)
        if made.start[i : i + 1] != [start]:
            resumed = start
            made = self.stops(width, resumed)
            i = bisect_left(made.start, start)
        return made, min(i, len(made.start) - 2), resumed

    def made(self, made: Stops, i: int, k: int, measure: Measure, first: bool) -> Line:
        """The line from break `i` to break `k`."""
        b = made.breaks
        line = Line(made.start[i], max(made.stop[k], made.start[i]), made.start[k])
        line.begins, line.ends = first, k == len(made.start) - 1
        line.last = k in b.forced
        line.hyphen = not line.last and line.next in self.openings.hyphens and not self.openings.breaks[line.next]
        if not first or self.settings.trim_indent or line.start in self.items.halved:
            line.enter = self.items.opens.get(line.start, 0.0)
        natural = b.length(i, k)
        line.room = measure.room(first)
        slack = line.room - natural
        if slack < 0:
            slack += (trimmed := min(b.trim[k], -slack))
            natural -= trimmed
        if slack < -1e-6 or (slack > 0 and (measure.flush if line.last else measure.justified)):
            self._fit(line, slack)
            natural += slack - line.fit.missing
        line.width = natural
        return line

    def _fit(self, line: Line, slack: float) -> None:
        items, special = self.items, self._special
        inner = special[bisect_left(special, line.start) : bisect_left(special, line.stop - 1)]
        gaps = self._general[max(line.start, line.stop - 1)] - self._general[line.start]
        line.fit = fit(items, inner, gaps, slack)

    def gap(self, i: int, line: Line) -> float:
        """The gap behind a character of a line, px; nothing behind its last."""
        if i >= line.stop - 1:
            return 0.0
        general = line.fit.general if self.items.general[i] else 0.0
        return self.items.gap[i] + general + line.fit.change.get(i, 0.0)

    def stretched(self, start: int, end: int, line: Line) -> float:
        """What the characters `[start, end)` of a line get of its slack, px, without the gap behind the last."""
        return line.fit.general * (self._general[end - 1] - self._general[start])

    def room_behind(self, i: int, line: Line, gap: float) -> float:
        """What a line leaves between the last character of a text box and the next words, px, margins aside.

        `gap` is what it leaves between the two characters.
        """
        if i >= line.stop - 1 or i in self.flat.parted or self.flat.text[i + 1] == OBJECT:
            return 0.0
        return gap + self.flat.after.get(i, 0.0) + self.flat.before.get(i + 1, 0.0)

    def width(self, start: int, end: int, line: Line) -> float:
        """How far the characters `[start, end)` of a line reach, without the gap behind the last, px."""
        fitted = line.fit
        width: float = self._natural[end] - self._natural[start] - self.items.gap[end - 1]
        width += fitted.general * (self._general[end - 1] - self._general[start])
        if end - start > 1 and fitted.change:
            width += sum([change for i, change in fitted.change.items() if start <= i < end - 1])
        return width

    def reach(self, i: int, start: int, line: Line) -> tuple[float, float]:
        """From where to where the glyphs of a character reach, px from character `start` of its line."""
        begin = self.width(start, i, line) + self.gap(i - 1, line) if i > start else 0.0
        return begin, begin + self.flat.cells[i].drawn

    # --- where WeasyPrint resumes

    def resume_at(self, char: int) -> Resume | None:
        """WeasyPrint's way of saying that the next line begins with `char`; None at the end."""
        if char >= len(self.flat.text):
            return None
        leaf, path = _leaf_at(self.flat, char)
        if leaf.kind is Kind.TEXT and char > leaf.start:
            path.append(len(leaf.box.text[: char - leaf.start].encode()))
        else:
            while len(path) > 1 and path[-1] == 0:
                path.pop()
        resume: Any = None
        if leaf.kind is Kind.SMALL:
            resume = self.smalls[leaf.start].inner.resume_at(char - leaf.start) if char > leaf.start else None
        for index in reversed(path):
            resume = {index: resume}
        return resume  # type: ignore[no-any-return]

    def char_at(self, resume: Resume | None) -> int:
        """The character that a line resumed there begins with."""
        node, rest = self.flat.root, resume
        while rest is not None:
            ((index, rest),) = rest.items()
            if node.kind is Kind.TEXT:
                return node.start + len(node.box.text.encode()[:index].decode())
            if node.kind is Kind.SMALL:
                inner: Paragraph = self.smalls[node.start].inner
                return node.start + inner.char_at({index: rest})
            if index >= len(node.children):
                return node.end
            node = node.children[index]
        return node.start


def _leaf_at(flat: Flat, char: int) -> tuple[Node, list[int]]:
    """The text, atom, or inline box without words that holds a character; the indexes of children down to it."""
    node, path = flat.root, list[int]()
    while (i := bisect_right(node.children, char, key=lambda child: child.end)) < len(node.children):
        node = node.children[i]
        path.append(i)
    return node, path


def _same(box: Any, node: Node) -> bool:
    """Whether a tree of boxes is the one that was read."""
    if len(box.children) != len(node.children):
        return False
    return all(
        child is known.box and (known.kind is not Kind.INLINE or _same(child, known))
        for child, known in zip(box.children, node.children, strict=True)
    )


class Memory:
    """The paragraphs of a document that may be asked for again; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Any, float, Paragraph]] = OrderedDict()

    def get(self, linebox: Any, width: float) -> Paragraph | None:
        """What was read from this very line box, if it is still the same, in a block as wide, px."""
        box, made_for, paragraph = self._known.get(id(linebox), (None, 0.0, None))
        if paragraph is None or box is not linebox or not paragraph.current(linebox):
            return None
        return None if paragraph.flat.relative and made_for != width else paragraph

    def keep(self, linebox: Any, width: float, paragraph: Paragraph) -> None:
        """Remember a paragraph as it is in a block of that width."""
        self._known[id(linebox)] = (linebox, width, paragraph)
        self._known.move_to_end(id(linebox))
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
