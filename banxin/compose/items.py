"""A flat paragraph to numbers: natural gaps, what they may give and take, and where a line may end.

Every character `i` has a gap behind it, between it and its neighbour. Lists are by character; lengths in px.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from banxin.compose import marks
from banxin.compose.flatten import OBJECT, Flat, Node
from banxin.compose.marks import Mark
from banxin.compose.pango import line_breaks
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
_SPACES = re.compile("[ \u00a0]")
_MARKS = re.compile(f"[{re.escape(''.join(marks.CORNERED))}]")
_SLASH = re.compile(f"／|(?<={_HAN})/(?={_HAN})")
_AFTER_QUOTE = re.compile(f"[”’](?=[{marks.HAN}{marks.LATIN}{re.escape(marks.OPENING)}—])")
_BEFORE_QUOTE = re.compile(
    f"(?<=[{marks.HAN}{marks.LATIN}{re.escape(marks.CLOSING + marks.COMMAS + marks.STOPS)}—…])[“‘]"
)


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
    breaks: bytearray
    """1 where a line may begin."""
    tears: dict[int, float]
    """Where a line may begin at a cost: inside a name or an address too long for a line, with a dash or an ellipsis."""
    hyphens: dict[int, float]
    """Where a word may be divided: the character that begins the next line -> the hyphen's width."""
    always_trimmed: bool
    """Whether a mark at a line's end gives up its blank even where the line has room (GB/T 15834 5.1.10)."""


def items(flat: Flat, settings: Settings) -> Items:
    """The numbers of a paragraph."""
    count = len(flat.text)
    advance = [cell.advance for cell in flat.cells]
    for spacing in (flat.before, flat.after):
        for i, width in spacing.items():
            advance[i] += width
    size = max((leaf.style.size for leaf in flat.leaves if leaf.style and not leaf.raised), default=16.0)
    level = settings.kinsoku
    made = Items(
        flat=flat,
        size=size,
        advance=advance,
        gap=[0.0] * count,
        order=bytearray(count),
        shrink=[0.0] * count,
        stretch=[0.0] * count,
        general=bytearray(b"\1") * count,
        opens={},
        closes={},
        breaks=_breaks(flat, level),
        tears=_tears(flat) | _dashes(flat, level),
        hyphens=_hyphens(flat) if settings.hyphenate else {},
        always_trimmed=level in (Kinsoku.GB, Kinsoku.STRICT),
    )
    _Gaps(made, settings).work()
    return made


class _Gaps:
    """Fills in what each gap is, may give and may take."""

    def __init__(self, made: Items, settings: Settings) -> None:
        self.items, self.settings, self.flat = made, settings, made.flat
        self.starts = [leaf.start for leaf in made.flat.leaves]
        self.plain = not any(leaf.raised or leaf.code for leaf in made.flat.leaves)

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

    def spaces(self) -> None:
        it = self.items
        for match in _SPACES.finditer(self.flat.text):
            i = match.start()
            em = self.leaf(i).style.size  # type: ignore[union-attr]
            width = self.flat.cells[i].advance
            it.order[i] = SPACE
            it.shrink[i] = max(0.0, width - _WORD_SPACE_LEAST * em)
            it.stretch[i] = max(0.0, _WORD_SPACE_MOST * em - width)
            if i:
                it.general[i - 1] = 0

    def borders(self) -> None:
        """Between Han and Latin a quarter of an em, typed space or not (CLREQ 3.2.2)."""
        it, gap, text = self.items, self.settings.gap, self.flat.text
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
        """Whether a gap belongs between two characters: not beside raised marks, not inside code."""
        if self.plain:
            return True
        one, other = self.leaf(i), self.leaf(j)
        return not (one.raised or other.raised or (one.code and one is other))

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
        previous = -2
        for i, (mark, em) in known.items():
            self.blank(i, mark, em, known.get(i - 1), i - 1 == previous)
            previous = i

    def halved(self, i: int, mark: Mark, em: float) -> bool:
        """开明 and 半角: the blank of a mark is gone for good; 开明 leaves 。？！ an em wide."""
        if mark.kind is marks.Kind.STOP and self.settings.punctuation is Punctuation.KAIMING:
            return False
        it = self.items
        it.gap[i] -= mark.end * em
        if i:
            it.gap[i - 1] -= mark.start * em
        elif mark.start:
            it.opens[i] = mark.start * em
        if mark.end:
            it.closes[i] = 0.0
        return True

    def interpunct(self, i: int, mark: Mark, em: float) -> None:
        """`·` is half an em wide in the mainland, an em in Taiwan and Hong Kong, whatever the face has."""
        it = self.items
        wanted = (0.5 if mark.start else 1.0) * em
        change = (wanted - self.flat.cells[i].advance) / 2
        it.gap[i] += change
        if i:
            it.gap[i - 1] += change

    def blank(self, i: int, mark: Mark, em: float, before: tuple[Mark, float] | None, meets: bool) -> None:
        """One mark: its blank towards a neighbour that is a mark is shared, the rest may be squeezed."""
        it = self.items
        start, end = mark.start * em, mark.end * em
        order = _ORDER[mark.kind]
        if start:
            it.opens[i] = start
        if end:
            it.closes[i] = end
        if meets and before is not None:
            self.pair(i, start, *before)
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


@lru_cache(maxsize=8)
def _forbidden(level: Kinsoku) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Patterns of what begins no line, and of what ends none."""
    if level is Kinsoku.NONE:
        return [], []
    before = [_one_of(marks.no_start(level)), marks.SINGLE_DASH, marks.BRACKETED]
    after = [_one_of(marks.no_end(level))]
    return before, [*after, *([_SLASH] if level in (Kinsoku.GB, Kinsoku.STRICT) else [])]


def _one_of(chars: frozenset[str]) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(sorted(chars)))}]")


def _breaks(flat: Flat, level: Kinsoku) -> bytearray:
    """Where a line may begin: UAX 14 on the whole text, then the rules of Chinese, then what boxes say."""
    text = flat.text
    language = flat.leaves[0].style.language if flat.leaves and flat.leaves[0].style else ""
    may = bytearray(line_breaks(text.replace(OBJECT, "一"), language))[: len(text)]
    for i in _allowed(text, level):
        may[i] = 1
    for i in _banned(text, level):
        if i < len(may):
            may[i] = 0
    for match in marks.UNITS.finditer(text):
        start, end = match.span()
        may[start + 1 : end] = bytes(end - start - 1)
    _from_boxes(flat, may)
    if may:
        may[0] = 0
    return may


def _allowed(text: str, level: Kinsoku) -> Iterator[int]:
    """UAX 14 lets nothing break beside “ ” ‘ ’: in Chinese they are brackets (CLREQ 3.1.4)."""
    for match in _BEFORE_QUOTE.finditer(text):
        yield match.start()
    for match in _AFTER_QUOTE.finditer(text):
        yield match.end()
    if level is Kinsoku.NONE:
        for match in _MARKS.finditer(text):
            yield match.start()


def _banned(text: str, level: Kinsoku) -> Iterator[int]:
    before, after = _forbidden(level)
    for pattern in before:
        yield from (match.start() for match in pattern.finditer(text))
    for pattern in after:
        yield from (match.end() for match in pattern.finditer(text))


def _from_boxes(flat: Flat, may: bytearray) -> None:
    for leaf in flat.leaves:
        if leaf.raised and leaf.start < leaf.end:
            may[leaf.start : leaf.end] = bytes(leaf.end - leaf.start)
        elif leaf.style and not leaf.style.wraps:
            may[leaf.start + 1 : leaf.end] = bytes(max(0, leaf.end - leaf.start - 1))
    text = flat.text
    position = text.find("\n")
    while position >= 0:
        if position + 1 < len(may):
            may[position + 1] = 1
        may[position] = 0
        position = text.find("\n", position + 1)
    for i, cell in enumerate(flat.cells):
        if not cell.cluster and may[i] and text[i - 1] != "\n":
            may[i] = 0


def _hyphens(flat: Flat) -> dict[int, float]:
    found: dict[int, float] = {}
    for leaf in flat.leaves:
        style = leaf.style
        if style is None or leaf.code or leaf.raised or not style.wraps:
            continue
        text = leaf.box.text
        if "\u00ad" in text:
            width = style.hyphen_cell().advance
            for match in re.finditer("\u00ad(?=.)", text):
                found[leaf.start + match.end()] = width
        for offset in style.divisions(text):
            found[leaf.start + offset] = style.hyphen_cell().advance
    return found


_LEADING = re.compile(f"(?<=[{marks.HAN}{re.escape(marks.CLOSING)}])(?:[…⋯]{{2}}|[—⸺―]{{2}})")
LEADING = 0.8


def _dashes(flat: Flat, level: Kinsoku) -> dict[int, float]:
    """A dash or an ellipsis begins a line only below `strict`, and not where another line is as good (CLREQ 3.1.4)."""
    if level is Kinsoku.STRICT:
        return {}
    return {match.start(): LEADING for match in _LEADING.finditer(flat.text)}


_TOKEN = re.compile(r"[\w./:@?&=#%+~,;()\[\]{}<>$|\\-]{12,}", re.ASCII)
_JOINT = re.compile(r"(?<=[\w)\]}>])[._/:@?&=#%+~,;|\\-]+(?=\w)|(?<=[a-z])(?=[A-Z])", re.ASCII)
TEAR, TEAR_ANYWHERE, _TEARABLE = 8.0, 60.0, 20


def _tears(flat: Flat) -> dict[int, float]:
    """Long identifiers and addresses: after a joint, and in the longest anywhere, before a line is full of holes."""
    found: dict[int, float] = {}
    for leaf in flat.leaves:
        if leaf.raised or leaf.style is None or not leaf.style.wraps:
            continue
        for match in _TOKEN.finditer(leaf.box.text):
            token, start = match.group(), leaf.start + match.start()
            if len(token) >= _TEARABLE:
                found |= dict.fromkeys(range(start + 4, start + len(token) - 3), TEAR_ANYWHERE)
            joints = (joint.end() for joint in _JOINT.finditer(token))
            found |= {start + joint: TEAR for joint in joints if 2 < joint < len(token) - 2}
    return found


@lru_cache(maxsize=4096)
def _is_han(char: str) -> bool:
    return re.match(_HAN, char) is not None
