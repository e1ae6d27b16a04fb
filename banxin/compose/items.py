"""A flat paragraph to numbers: natural gaps, what they may give and take, and where a line may end.

Every character `i` has a gap behind it, between it and its neighbour. Lists are by character; lengths in px.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate, compress
from typing import Any

from banxin.compose import marks
from banxin.compose.flatten import Flat, Node
from banxin.compose.foreign import Edge, as_letters, edges
from banxin.compose.marks import Mark
from banxin.compose.readings import make_room
from banxin.compose.settings import Kinsoku, Punctuation, Settings
from banxin.compose.shape import WORDS

SPACE, INTERPUNCT, BRACKET, COMMA, BORDER, STOP = range(1, 7)
"""Classes of shrinking in their order (CLREQ 3.5.3 b-g); the mark at the line's end (a) comes before all."""
DEAR = BORDER
"""From this class on a shrink is a loss: Han-Latin gaps and full stops."""
_ORDER = {
    marks.Kind.INTERPUNCT: INTERPUNCT,
    marks.Kind.BRACKET: BRACKET,
    marks.Kind.COMMA: COMMA,
    marks.Kind.STOP: STOP,
}
_FULL = 0.9
"""A mark narrower than this part of an em is Latin, whatever its code point (“ ” ‘ ’ · … in a Latin face)."""
_WORD_SPACE_LEAST, _WORD_SPACE_MOST = 0.2, 0.5
"""em; CLREQ 3.5.3 b and 3.5.4 a."""

_LATIN = f"[{marks.LATIN}{marks.SIGNS}]"
_HAN = f"[{marks.HAN}]"
_BORDERS = re.compile(f"(?<={_HAN})(?={_LATIN})|(?<={_LATIN})(?={_HAN})")
_TYPED = re.compile(f"(?<={_HAN}) (?={_LATIN})|(?<={_LATIN}) (?={_HAN})")
_TURNED_WORDS = re.compile("[0-9A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f.,:'’&@/+-]+")
"""Latin words and figures, as they stand in lines that run downward."""
_SPACES = re.compile("[ \u00a0]")
_UNSEEN = re.compile(f"[{marks.COMBINING}{marks.WIDTHLESS}]")
_MARKS = re.compile(f"[{re.escape(''.join(marks.CORNERED))}]")


@dataclass(slots=True)
class Items:
    """A paragraph in numbers."""

    flat: Flat
    size: float
    """Its em, px."""
    advance: list[float]
    """Of each character, with the spacing of boxes around it."""
    gap: list[float]
    """Natural change of the gap behind it: two marks that meet share 1.5 em, Han and Latin stand off."""
    order: bytearray
    """The class of shrinking of the gap behind it, 0 for none."""
    shrink: list[float]
    stretch: list[float]
    general: bytearray
    """1 where the gap may open with all others when nothing else helps (CLREQ 3.5.4 c)."""
    opens: dict[int, float]
    """Blank of an opening mark that it gives up at a line's start."""
    closes: dict[int, float]
    """Blank of a mark that it gives up at a line's end."""
    always_trimmed: bool
    """Whether a mark at a line's end gives up its blank even where the line has room (GB/T 15834 5.1.10)."""
    halved: set[int] = field(default_factory=set)
    """Marks that give it up at every line's start and end, a paragraph's too: their style has them half as wide."""
    spread: set[int] = field(default_factory=set)
    """Characters of one word behind which a long reading opened the gap."""


def items(flat: Flat, settings: Settings) -> Items:
    """The numbers of a paragraph."""
    count = len(flat.text)
    advance = [cell.advance for cell in flat.cells]
    for spacing in (flat.before, flat.after):
        for i, width in spacing.items():
            advance[i] += width
    size = float(flat.root.box.style["font_size"]) or 16.0
    level = settings.kinsoku
    always_trimmed = level in (Kinsoku.GB, Kinsoku.STRICT)
    made = Items(flat=flat, size=size, advance=advance, always_trimmed=always_trimmed, **_blank(count))
    unseen = [match.start() for match in _UNSEEN.finditer(flat.text)]
    if unseen:
        _past(unseen, made, settings)
    else:
        _Gaps(made, settings).work()
    for small in flat.smalls:
        _still(made, small.start, small.end)
    if flat.readings:
        made.spread = make_room(flat.text, flat.readings, advance, made.gap, made.general)
    return made


def _still(made: Items, start: int, end: int) -> None:
    """A note in two small lines gives up nothing; it opens with the text around it: four of its characters are as long
    as two, half as large, one over the other."""
    last = end - 1
    for values in (made.gap, made.shrink, made.stretch):
        values[start:last] = [0.0] * (last - start)
    made.order[start:last] = bytes(last - start)
    made.general[start:last] = bytes(i % 4 == 3 for i in range(last - start))
    made.gap[last] = made.shrink[last] = made.stretch[last] = 0.0
    made.order[last] = 0


def _blank(count: int) -> dict[str, Any]:
    """The numbers of so many characters before anything is known of them."""
    return {
        "gap": [0.0] * count,
        "order": bytearray(count),
        "shrink": [0.0] * count,
        "stretch": [0.0] * count,
        "general": bytearray(b"\1") * count,
        "opens": {},
        "closes": {},
    }


def _past(unseen: list[int], made: Items, settings: Settings) -> None:
    """The gaps that there are without the characters `unseen`; each stands behind those that follow its character."""
    flat, count = made.flat, len(made.gap)
    shown = bytearray(b"\1") * count
    for i in unseen:
        shown[i] = 0
    kept, before = list(compress(range(count), shown)), [0, *accumulate(shown)]
    seen = Items(
        flat=replace(
            flat,
            text="".join(compress(flat.text, shown)),
            cells=list(compress(flat.cells, shown)),
            leaves=[replace(leaf, start=before[leaf.start], end=before[leaf.end]) for leaf in flat.leaves],
            parted={before[i + 1] - 1 for i in flat.parted},
            formulas={before[i] for i in flat.formulas},
        ),
        size=made.size,
        advance=[],
        always_trimmed=made.always_trimmed,
        **_blank(len(kept)),
    )
    _Gaps(seen, settings).work()
    made.general[:] = bytes(count)
    lasts = [i - 1 for i in (*kept[1:], count)] if kept else []
    for j, last in enumerate(lasts):
        made.gap[last], made.order[last], made.general[last] = seen.gap[j], seen.order[j], seen.general[j]
        made.shrink[last], made.stretch[last] = seen.shrink[j], seen.stretch[j]
    made.opens |= {kept[j]: room for j, room in seen.opens.items()}
    made.closes |= {i: room for j, room in seen.closes.items() for i in range(kept[j], lasts[j] + 1)}
    made.halved |= {i for j in seen.halved for i in range(kept[j], lasts[j] + 1)}


class _Gaps:
    """Fills in what each gap is, may give and may take."""

    def __init__(self, made: Items, settings: Settings) -> None:
        self.items, self.settings, self.flat = made, settings, made.flat
        self.starts = [leaf.start for leaf in made.flat.leaves]
        self.plain = not any(
            leaf.raised or leaf.code or (leaf.style and leaf.style.size != made.size) for leaf in made.flat.leaves
        )

    def leaf(self, i: int) -> Node:
        """The text node that character `i` belongs to."""
        return self.flat.leaves[max(0, bisect_right(self.starts, i) - 1)]

    def work(self) -> None:
        general = self.items.general
        for match in WORDS.finditer(self.flat.text):
            start, end = match.span()
            general[start : end - 1] = bytes(end - 1 - start)
        for match in marks.UNSTRETCHED.finditer(self.flat.text):
            start, end = match.span()
            general[end - 1] = 0
            if start:
                general[start - 1] = 0
        self.spaces()
        self.borders()
        if self.settings.punctuation is not Punctuation.NONE:
            self.punctuation()
        self.code()
        self.raised()
        self.letters()

    def raised(self) -> None:
        """A note mark, or an index, stays close behind what it belongs to, and together, however a line is filled."""
        for leaf in self.flat.leaves:
            if leaf.raised and leaf.end > leaf.start:
                first = max(0, leaf.start - 1)
                self.items.general[first : leaf.end - 1] = bytes(leaf.end - 1 - first)

    def letters(self) -> None:
        """`letter-spacing`: part of the gaps, so that none is left over at a line's end.

        In lines that run downward it is what sets Han apart: words that are turned with the line are no wider for it.
        """
        for leaf in self.flat.leaves:
            if leaf.style and leaf.style.spacing:
                within = set(self.inside_words(leaf)) if leaf.style.vertical else ()
                for i in range(leaf.start, leaf.end):
                    self.items.gap[i] += leaf.style.spacing * self.flat.cells[i].cluster * (i not in within)

    def inside_words(self, leaf: Node) -> Iterator[int]:
        """The characters of a text behind which a word goes on; what shares a square is one."""
        text, cells = self.flat.text, self.flat.cells
        for match in _TURNED_WORDS.finditer(text, leaf.start, leaf.end):
            for i in range(match.start(), match.end() - 1):
                if cells[i + 1].cluster and not getattr(cells[i + 1].face, "stands", False):
                    yield i

    def spaces(self) -> None:
        it = self.items
        for match in _SPACES.finditer(self.flat.text):
            i = match.start()
            leaf = self.leaf(i)
            if leaf.code or not self.flat.cells[i].advance:
                continue
            em = leaf.style.size  # type: ignore[union-attr]
            width = self.flat.cells[i].advance
            it.order[i] = SPACE
            it.shrink[i] = max(0.0, width - _WORD_SPACE_LEAST * em)
            it.stretch[i] = max(0.0, _WORD_SPACE_MOST * em - width)
            if i:
                it.general[i - 1] = 0

    def borders(self) -> None:
        """Between Han and Latin a quarter of an em, typed space or not (CLREQ 3.2.2)."""
        it, gap, text = self.items, self.settings.gap, self.flat.text
        if not self.plain or self.flat.formulas or self.flat.vertical:
            text = as_letters(self.flat)
        for match in _TYPED.finditer(text):
            i = match.start()
            if not self.apart(i - 1, i + 1):
                continue
            em = it.size if self.plain else self.leaf(i - 1 if _is_han(text[i - 1]) else i + 1).style.size  # type: ignore[union-attr]
            it.gap[i] = gap.natural * em - self.flat.cells[i].advance
            self.border(i, em)
        for match in _BORDERS.finditer(text):
            i = match.start() - 1
            if self.apart(i, i + 1):
                em = it.size if self.plain else self.leaf(i if _is_han(text[i]) else i + 1).style.size  # type: ignore[union-attr]
                it.gap[i] += gap.natural * em
                self.border(i, em)

    def border(self, i: int, em: float) -> None:
        gap = self.settings.gap
        self.items.order[i] = BORDER
        self.items.shrink[i] = (gap.natural - gap.least) * em
        self.items.stretch[i] = (gap.most - gap.natural) * em

    def apart(self, i: int, j: int) -> bool:
        """Whether a gap belongs between two characters: not beside raised marks, inside code, or where a margin is."""
        if i in self.flat.parted or j - 1 in self.flat.parted:
            return False
        if self.plain:
            return True
        one, other = self.leaf(i), self.leaf(j)
        return not (one.raised or other.raised or (one.code and other.code))

    def punctuation(self) -> None:
        known = {}
        for match in _MARKS.finditer(self.flat.text):
            i = match.start()
            leaf = self.leaf(i)
            style = leaf.style
            mark = style.marks.get(match.group()) if style else None
            if mark is None or style is None or leaf.code:
                continue
            if mark.kind is marks.Kind.INTERPUNCT:
                self.interpunct(i, mark, style.size)
            elif self.flat.cells[i].advance >= _FULL * style.size:
                known[i] = (mark, style.size)
        if self.settings.punctuation is not Punctuation.QUANJIAO:
            known = {i: pair for i, pair in known.items() if not self.halved(i, *pair)}
        for i, (mark, em) in known.items():
            self.blank(i, mark, em, known.get(i - 1))
        for edge in () if self.plain else edges(self.flat):
            self.edge(edge, known.get(edge.outer))

    def edge(self, edge: Edge, beside: tuple[Mark, float] | None) -> None:
        """A mark at an end of code: its blank shares with a mark's `beside` it, or is part of the gap there."""
        inner, outer, it = edge.inner, edge.outer, self.items
        i = min(inner, outer)
        if not self.apart(i, i + 1) or self.flat.cells[inner].advance < _FULL * edge.em:
            return
        if beside and outer < inner:
            self.pair(inner, edge.blank, *beside)
        elif beside:
            self.pair(outer, beside[0].start * beside[1], edge.mark, edge.em)
        elif it.order[i] == BORDER or outer in it.halved:
            it.gap[i] -= edge.blank
        elif it.order[outer] == BORDER and self.flat.text[outer] == " ":
            it.gap[outer] -= edge.blank

    def halved(self, i: int, mark: Mark, em: float) -> bool:
        """开明 and 半角: the blank of a mark is gone for good (CLREQ 3.1.6.4); 开明 leaves 。？！ an em wide."""
        if mark.kind is marks.Kind.STOP and self.settings.punctuation is Punctuation.KAIMING:
            return False
        it = self.items
        it.gap[i] -= mark.end * em
        if i:
            it.gap[i - 1] -= mark.start * em
        if mark.start:
            it.opens[i] = mark.start * em
        if mark.end:
            it.closes[i] = mark.end * em
        it.halved.add(i)
        return True

    def interpunct(self, i: int, mark: Mark, em: float) -> None:
        """`·` is half an em wide in the mainland, an em in Taiwan and Hong Kong, whatever the face has."""
        it = self.items
        wanted = (0.5 if mark.start else 1.0) * em
        change = (wanted - self.flat.cells[i].advance) / 2
        it.gap[i] += change
        if i:
            it.gap[i - 1] += change

    def blank(self, i: int, mark: Mark, em: float, before: tuple[Mark, float] | None) -> None:
        """One mark: its blank towards a mark before it is shared, the rest may be squeezed."""
        it = self.items
        start, end = mark.start * em, mark.end * em
        order = _ORDER[mark.kind]
        if start:
            it.opens[i] = start
        if end:
            it.closes[i] = end
        if before is not None:
            self.pair(i, start, *before)
        elif start and i and it.order[i - 1] == SPACE:
            it.shrink[i - 1] += start  # one gap has one class: that of the space, which opens, too
        elif start and i:
            it.order[i - 1], it.shrink[i - 1] = order, start
        if end:
            it.order[i], it.shrink[i] = order, end

    def pair(self, i: int, start: float, before: Mark, em: float) -> None:
        """Two marks that meet: 2 em become 1.5 (CLREQ 3.1.6.2).

        A centred mark has but a quarter on each side: before a bracket that gives nothing, it gives up both.
        """
        it = self.items
        between = before.end * em + start
        wanted = min(0.5 * em, between)
        it.gap[i - 1] -= wanted
        it.order[i - 1], it.shrink[i - 1], it.general[i - 1] = 0, 0.0, 0
        rest = 0.5 * em - wanted
        if rest > 0 and before.start and not before.opening and i >= 2:
            give = min(rest, before.start * em)
            it.gap[i - 2] -= give
            it.shrink[i - 2] = max(0.0, it.shrink[i - 2] - give)

    def code(self) -> None:
        if self.plain:
            return
        for leaf in self.flat.leaves:
            if leaf.code and leaf.end - leaf.start > 1:
                self.items.general[leaf.start : leaf.end - 1] = bytes(leaf.end - 1 - leaf.start)


@lru_cache(maxsize=4096)
def _is_han(char: str) -> bool:
    return re.match(_HAN, char) is not None
