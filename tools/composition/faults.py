"""A check a figure: what each counts is said in its docstring. Lengths are in em of the line's size unless said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tools.composition import marks
from tools.composition.glyphs import Cell
from tools.composition.paragraphs import Line, Paragraph, Rules, body_size

MISS = 0.3
"""pt by which a full line may miss its edge."""
GAP = 0.125
"""The narrowest gap between Han and Latin (CLREQ 3.2.3)."""
UNEVEN = 0.02
OPEN, WIDE = 0.05, 0.10
"""Stretch between two Han characters that an eye sees, and that hurts."""
WORD_SPACE, HOLE = 0.75, 0.35
ROUNDING = 0.004
"""em: what the two or three decimals of a content stream make of a length."""
OFF_GRID = 0.1
"""pt."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that is not as it should be."""

    line: Line
    amount: float
    what: str = ""


Check = Callable[[Paragraph, Rules], Iterator[Fault]]


def _full(paragraph: Paragraph) -> Iterator[Line]:
    """Lines that should reach an edge."""
    return (line for line in paragraph.lines if line.edge is not None)


def _han_gaps(line: Line) -> list[tuple[float, Cell, Cell]]:
    """The spaces between two Han characters that touch in the text, but where a reading may hold them apart."""
    return [
        ((b.start - a.end) / line.size, a, b)
        for a, b, spaced in line.pairs()
        if not spaced and marks.is_han(a.text) and marks.is_han(b.text) and abs(a.size - b.size) < 0.01
        if not line.has_reading(a, b)
    ]


# Edges ----------------------------------------------------------------------------------------------------------------


def ragged(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A full line that misses its edge by more than 0.3 pt. A closing mark may be trimmed of its blank, or hang."""
    for line in _full(paragraph):
        miss = miss_of(line, rules)
        if abs(miss) > MISS:
            yield Fault(line, miss, "pt")


def miss_of(line: Line, rules: Rules) -> float:
    """How far beyond its edge a line ends (negative: short of it), pt, in the best of the ways that are allowed."""
    cell = line.cells[-1]
    after = marks.blank(cell.text, rules.language)[1]
    outside = {0.0, after}
    if rules.hanging and cell.text in marks.STOPS:
        outside.add(1.0)
    beyond = cell.end - (line.edge or 0.0)
    return min((beyond - part * cell.size for part in outside), key=abs)


# Kinsoku --------------------------------------------------------------------------------------------------------------


def kinsoku(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A line that begins or ends with what may not stand there at this level."""
    if rules.level == "none":
        return
    for n, (end, begin) in enumerate(paragraph.breaks):
        if n in paragraph.forced:
            continue
        touching = begin == end
        line, following = paragraph.lines[n], paragraph.lines[n + 1]
        if _may_not_end(line, touching, rules.level):
            yield Fault(line, 0.0, f"行末 {line.cells[-1].text}")
        if _may_not_begin(following, line, touching, rules.level):
            yield Fault(following, 0.0, f"行首 {following.text[:2]}")


def _may_not_end(line: Line, touching: bool, level: str) -> bool:
    cell = line.cells[-1]
    if cell.text in marks.NOT_LAST or (level in ("gb", "strict") and cell.text == "／"):
        return True
    return touching and cell.text in marks.NOT_LAST_ASCII and not line.is_code(cell)


def _may_not_begin(line: Line, before: Line, touching: bool, level: str) -> bool:
    cell, text = line.cells[0], line.text
    if cell.text in marks.DASHES:  # a single one joins; two are a dash, which only the strict level keeps from here
        return before.text[-1] in marks.DASHES or text[1:2] not in marks.DASHES or level == "strict"
    if cell.text in marks.DOTS:
        return level == "strict" or before.text[-1] in marks.DOTS
    if cell.text in marks.NOT_FIRST or _is_note_mark(line):
        return True
    return touching and cell.text in marks.NOT_FIRST_ASCII and not line.is_code(cell)


def _is_note_mark(line: Line) -> bool:
    cell = line.cells[0]
    return line.is_raised(cell) and cell.y > line.y + 0.1 * line.size


def torn(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A number, a number with its unit, a dash, an ellipsis, ？！, or a Latin word without a hyphen, over two lines."""
    spans = [match.span() for match in marks.UNITS.finditer(paragraph.text)]
    if paragraph.known:  # otherwise a space at the line's end is not to be told from none
        spans += [match.span() for match in marks.WORD.finditer(paragraph.text)]
    for n, (end, begin) in enumerate(paragraph.breaks):
        line = paragraph.lines[n]
        if n in paragraph.forced or line.is_code(line.cells[-1]) or line.cells[-1].text in "-‐\u00ad":
            continue
        for first, past in spans:
            if first < end and begin < past:
                yield Fault(line, 0.0, f"{paragraph.text[first:end]}|{paragraph.text[begin:past]}")
                break


# Spaces ---------------------------------------------------------------------------------------------------------------


def unsqueezed(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """Two adjacent marks that take more than 1.5 em (TW, HK: than their blanks allow) beyond the line's stretch."""
    for line in paragraph.lines:
        stretch = None
        for a, b, amount in _mark_pairs(line, rules):
            if amount <= UNEVEN:
                continue
            if stretch is None:
                stretch = max(0.0, median([gap for gap, _, _ in _han_gaps(line)] or [0.0]))
            if amount - stretch > UNEVEN:
                yield Fault(line, amount - stretch, a.text + b.text)


def _mark_pairs(line: Line, rules: Rules) -> Iterator[tuple[Cell, Cell, float]]:
    """Adjacent marks that are to give up some blank, and how much more than allowed they take."""
    for a, b, spaced in line.pairs():
        give = marks.excess(a.text, b.text, rules.language)
        if give and not spaced and abs(a.size - b.size) < 0.01:
            yield a, b, (b.end - a.start) / a.size - (2 - give)


def no_gap(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A Han character beside a Latin letter or digit with less than ⅛ em between; not in code, not by note marks."""
    for line in paragraph.lines:
        for a, b, gap in _borders(line):
            if gap < GAP - ROUNDING:
                yield Fault(line, gap, a.text + b.text)


def _borders(line: Line) -> Iterator[tuple[Cell, Cell, float]]:
    for a, b, _ in line.pairs():
        if (marks.is_han(a.text) and marks.is_latin(b.text)) or (marks.is_latin(a.text) and marks.is_han(b.text)):
            latin = b if marks.is_han(a.text) else a
            if not line.is_code(latin) and not line.is_raised(latin):
                yield a, b, (b.start - a.end) / line.size


def borrowed(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A mark that Latin has too (“ ” ‘ ’ — … ·), beside Chinese, in the narrow form of the Latin face."""
    for line in paragraph.lines:
        narrow = set()
        for a, b, spaced in line.pairs():
            if not spaced:
                narrow |= {id(mark) for mark, other in ((a, b), (b, a)) if _is_borrowed(mark, other, line)}
        yield from (Fault(line, cell.width, cell.text) for cell in line.cells if id(cell) in narrow)


def _is_borrowed(mark: Cell, other: Cell, line: Line) -> bool:
    if mark.text not in marks.SHARED or mark.width > 0.9 or mark.font == other.font:
        return False
    is_chinese = marks.is_han(other.text) or (other.text in marks.MARKS and other.width > 0.9)
    return is_chinese and not line.is_code(mark) and not line.is_raised(mark)


def uneven(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A line whose gaps between Han characters differ by more than 0.02 em."""
    for line in paragraph.lines:
        if gaps := _han_gaps(line):
            low, high = min(gaps, key=lambda gap: gap[0]), max(gaps, key=lambda gap: gap[0])
            if high[0] - low[0] > UNEVEN:
                yield Fault(line, high[0] - low[0], f"{low[1].text}{low[2].text} {high[1].text}{high[2].text}")


def _open(limit: float) -> Check:
    def check(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
        for line in _full(paragraph):
            worst = max(_han_gaps(line), default=None, key=lambda gap: gap[0])
            if worst and worst[0] > limit:
                yield Fault(line, worst[0], worst[1].text + worst[2].text)

    check.__doc__ = f"A full line whose widest gap between Han characters is over {limit} em."
    return check


opened, wide = _open(OPEN), _open(WIDE)


def holes(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A full line with a word space over 0.75 em or a Han gap over 0.35 em; spaces in code do not count."""
    for line in _full(paragraph):
        worst = max((gap for gap, _, _ in _han_gaps(line)), default=0.0)
        space = max(_word_spaces(line), default=0.0)
        if worst > HOLE or space > WORD_SPACE:
            yield Fault(line, max(worst, space))


def _word_spaces(line: Line) -> Iterator[float]:
    for a, b, spaced in line.pairs():
        if spaced and not line.is_code(a) and not line.is_code(b):
            yield (b.start - a.end) / line.size


# Paragraphs and pages -------------------------------------------------------------------------------------------------


def lone(paragraph: Paragraph, rules: Rules) -> Iterator[Fault]:
    """A paragraph of several lines whose last holds one character, marks and note marks aside."""
    line = paragraph.lines[-1]
    if len(paragraph.lines) < 2 or len(paragraph.lines) - 2 in paragraph.forced or not paragraph.justified:
        return
    left = [c for c in line.cells if not c.is_space and not line.is_raised(c)]
    if sum(c.text not in marks.MARKS | marks.OTHER_MARKS for c in left) < 2:
        yield Fault(line, 0.0)


def off_grid(found: Sequence[Paragraph], rules: Rules) -> Iterator[Fault]:
    """A body line whose baseline is over 0.1 pt off the grid; the grid stands where most lines of the file stand.

    A line that is not full and ends no sentence is no body text: a title, a date, the number of an equation.
    """
    if rules.pitch is None:
        return
    size = body_size([each for each in found if each.role == "P"])
    prose = (line for each in found if each.role == "P" for line in each.lines)
    body = [line for line in prose if abs(line.size - size) < 0.1 and (line.edge or _ends_sentence(line))]
    if not body:
        return
    zero = Counter(round(line.y % rules.pitch, 1) for line in body).most_common(1)[0][0]
    near = [_off(line.y, zero, rules.pitch) for line in body]
    zero += median(off for off in near if abs(off) <= OFF_GRID)  # exact, where the rounding stood
    for line in body:
        off = _off(line.y, zero, rules.pitch)
        if abs(off) > OFF_GRID:
            yield Fault(line, off, "pt")


def _ends_sentence(line: Line) -> bool:
    """Whether a line ends as a paragraph does, note marks aside."""
    return line.text.rstrip("”’」』）0123456789 ")[-1:] in set("。！？…：；，.!?")


def _off(y: float, zero: float, pitch: float) -> float:
    return (y - zero + pitch / 2) % pitch - pitch / 2


# Totals ---------------------------------------------------------------------------------------------------------------


def count_marks(found: Sequence[Paragraph], rules: Rules) -> int:
    """Adjacent marks on one line that are to give up some blank."""
    return sum(1 for each in found for line in each.lines for _ in _mark_pairs(line, rules))


def count_borders(found: Sequence[Paragraph]) -> int:
    """Borders of Han and Latin inside lines."""
    return sum(1 for each in found for line in each.lines for _ in _borders(line))
