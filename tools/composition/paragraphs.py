"""Characters -> lines and paragraphs, and the edge that each line should reach.

A paragraph that goes on overleaf has an element on each page; the parts are joined here. Where the typeset text is
given, it says what a paragraph is; otherwise a part that ends a page is joined to the part that begins the next one
without an indent.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from tools.composition import marks
from tools.composition.blocks import Block
from tools.composition.glyphs import Cell, Key

SMALL = 0.56
"""Size of a reading (ruby, emphasis dots) to that of its line, at most; note marks are larger."""
RAISED = 0.8
"""Size of a note mark to that of its line, at most."""
NEAR = 0.6
"""pt: edges nearer than this are one edge."""
OBJECT = "\ufffc"
"""Stands for a picture or a formula in a line; how wide it is, is not known."""
HYPHENS = "-‐\u00ad"
LEADER = re.compile(r"(?:·\s*){5}")
CODE = ("Mono", "Code", "Courier")
"""Fonts of code, which is not composed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the file is measured by."""

    language: str = "zh-Hans"
    level: str = "gb"
    """Of kinsoku: none, basic, gb, strict (CLREQ 3.1.4)."""
    style: str = "quanjiao"
    """Of the marks' widths: quanjiao, kaiming, banjiao, none."""
    measure: float | None = None
    """Length of a line of the body, pt; found in the file when not given."""
    pitch: float | None = None
    """Line pitch of the body's grid, pt; when not given, the grid is not measured."""
    hanging: bool = False
    """Whether 、，。 may stand outside the edge."""
    texts: Sequence[str] | None = None
    """The paragraphs as they were typeset, in order, with `\\n` where a line was broken by force."""


@dataclass(slots=True)
class Line:
    """The cells on one baseline, without spaces at its ends."""

    cells: list[Cell]
    page: int
    y: float
    size: float
    edge: float | None = None
    """Where it should end, pt; None when it is the last, is not justified, or nobody can tell."""
    first: bool = False
    last: bool = False
    readings: list[Cell] = field(default_factory=list)
    """What stands over and beside the words."""

    def has_reading(self, a: Cell, b: Cell) -> bool:
        """Whether a reading reaches over two neighbours: then it may be what holds them apart."""
        start, end = (a.start + a.end) / 2, (b.start + b.end) / 2
        return any(start < cell.end and cell.start < end for cell in self.readings)

    @property
    def text(self) -> str:
        """What one reads."""
        return "".join(cell.text for cell in self.cells)

    def is_code(self, cell: Cell) -> bool:
        """Whether a cell is in a font of code."""
        return any(part in cell.font for part in CODE)

    def is_raised(self, cell: Cell) -> bool:
        """Whether a cell is a note mark or an exponent."""
        return cell.size <= RAISED * self.size

    def pairs(self) -> Iterator[tuple[Cell, Cell, bool]]:
        """Neighbours that can be seen, and whether there is a space between them."""
        before: Cell | None = None
        spaced = False
        for cell in self.cells:
            if cell.is_space:
                spaced = True
                continue
            if before is not None:
                yield before, cell, spaced
            before, spaced = cell, False


@dataclass(slots=True)
class Paragraph:
    """Lines that were broken together."""

    role: str
    lines: list[Line]
    justified: bool
    text: str = ""
    """As typeset when that is known, else the lines joined without anything between them."""
    breaks: list[tuple[int, int]] = field(default_factory=list)
    """Of each line but the last: where in `text` it ends, where the next begins."""
    known: bool = False
    """Whether `text` is the typeset text."""
    forced: frozenset[int] = frozenset()
    """Lines that were broken by force."""


# Lines ----------------------------------------------------------------------------------------------------------------


def lines(cells: Iterable[Cell]) -> list[Line]:
    """Cut the cells of a block, in logical order, where the pen goes back or to another baseline.

    Readings, which are known by their tag or by their size, are in no line.
    """
    rows: list[list[Cell]] = []
    readings: list[list[Cell]] = [[]]
    for cell in cells:
        if cell.reading:
            readings[-1].append(cell)
        elif rows and not _is_new(rows[-1], cell):
            rows[-1].append(cell)
        else:
            rows.append([cell])
            readings.append([])
    found = [(_line(row), some) for row, some in zip(rows, readings[1:], strict=True)]
    return [
        replace(line, readings=[*some, *_small(row, line.size)])
        for (line, some), row in zip(found, rows, strict=True)
        if line is not None
    ]


def _small(row: list[Cell], size: float) -> list[Cell]:
    """What is too small for a line's own words: readings without a tag, notes in two small lines."""
    return [cell for cell in row if cell.size <= SMALL * size and not cell.is_space]


def _is_new(row: list[Cell], cell: Cell) -> bool:
    last, size = row[-1], max(row[0].size, row[-1].size, cell.size)
    if cell.page != last.page:
        return True
    drop = abs(cell.y - row[0].y)
    return drop > 0.9 * size or (drop > 0.2 * size and cell.start < last.end - size)


def _line(row: list[Cell]) -> Line | None:
    size = max((cell.size for cell in row if not cell.is_space), default=0.0)
    seen = [cell for cell in row if cell.size > SMALL * size]
    while seen and seen[-1].is_space:
        seen.pop()
    while seen and seen[0].is_space:
        del seen[0]
    if not seen:
        return None
    heights = Counter(round(cell.y, 2) for cell in seen if cell.size > RAISED * size)
    return Line(seen, seen[0].page, heights.most_common(1)[0][0], size)


# Paragraphs -----------------------------------------------------------------------------------------------------------


def paragraphs(blocks: Sequence[Block], cells: dict[Key, list[Cell]], rules: Rules) -> list[Paragraph]:
    """The paragraphs of a file; those all of code are left out."""
    parts = []
    body = main_font(cells)
    for block in blocks:
        found = lines(_cells_of(block, cells))
        if _is_prose(found, block.role, body):
            parts.append(Paragraph(block.role, found, block.justified))
    joined = _join_known(parts, rules.texts) if rules.texts is not None else _join(parts)
    for paragraph in joined:
        _number(paragraph)
    _set_edges(joined, rules)
    if rules.texts is None:
        for paragraph in joined:
            _guess_forced(paragraph)
    return joined


def _cells_of(block: Block, cells: dict[Key, list[Cell]]) -> Iterator[Cell]:
    """The characters of a block, with an object character for each picture or formula among them."""
    last: Cell | None = None
    for key in block.keys:
        found = cells.get(key, [])
        yield from found
        if found:
            last = found[-1]
        elif last is not None and last.page == key[0]:
            yield replace(last, text=OBJECT, start=last.end)


def main_font(cells: dict[Key, list[Cell]]) -> str:
    """The font of most Han characters."""
    fonts = Counter(cell.font for some in cells.values() for cell in some if marks.is_han(cell.text))
    return fonts.most_common(1)[0][0] if fonts else ""


def _is_prose(found: Sequence[Line], role: str, body: str) -> bool:
    """Whether there is anything to measure: no code, no line of a contents with its leader.

    A block without a name (WeasyPrint gives `pre` none) is code when none of it is in the font of the body.
    """
    seen = [(line, cell) for line in found for cell in line.cells if not cell.is_space]
    if any(LEADER.search(line.text) for line in found):
        return False
    if role in ("NonStruct", "Div", "Code") and not any(cell.font == body for _, cell in seen):
        return False
    return any(not line.is_code(cell) for line, cell in seen)


def _guess_forced(paragraph: Paragraph) -> None:
    """A line was broken by force when what follows would have fitted on it, with an em to spare."""
    edges = [line.edge for line in paragraph.lines if line.edge is not None]
    edge = max([*edges, *(line.cells[-1].end for line in paragraph.lines)])
    forced = []
    for n, (line, following) in enumerate(zip(paragraph.lines, paragraph.lines[1:], strict=False)):
        if edge - line.cells[-1].end > _first_piece(following) + line.size:
            line.edge = None
            forced.append(n)
    paragraph.forced = frozenset(forced)


def _first_piece(line: Line) -> float:
    """The width of what cannot be parted at the line's start: a character or a word, and the marks after it, pt."""
    start, end = line.cells[0].start, line.cells[0].end
    for before, cell in zip(line.cells, line.cells[1:], strict=False):
        glued = not cell.is_space and not (marks.is_han(cell.text) and before.text not in marks.OPENING)
        if not glued:
            break
        end = cell.end
    return end - start


def _number(paragraph: Paragraph) -> None:
    """Where each line begins and ends in the text; which is first and last."""
    paragraph.lines[0].first = paragraph.lines[-1].last = True
    if not paragraph.known:
        at = 0
        for line in paragraph.lines[:-1]:
            at += len(line.text)
            paragraph.breaks.append((at, at))
        paragraph.text = "".join(line.text for line in paragraph.lines)


def _join(parts: Sequence[Paragraph]) -> list[Paragraph]:
    joined: list[Paragraph] = []
    for n, part in enumerate(parts):
        if joined and _goes_on(joined[-1], part, parts[n + 1 :]):
            joined[-1].lines += part.lines
        else:
            joined.append(part)
    return joined


def _goes_on(before: Paragraph, after: Paragraph, rest: Sequence[Paragraph]) -> bool:
    """Whether a part overleaf continues the paragraph: its first line begins where the lines below it do."""
    tail, head = before.lines[-1], after.lines[0]
    is_alike = before.role == after.role and before.justified and abs(head.size - tail.size) < 0.1
    if not is_alike or head.page != tail.page + 1:
        return False
    if tail.text[-1] not in "。！？…”’」』）：":
        return True
    below = after.lines[1:] or [line for part in rest[:3] for line in part.lines[1:]]
    return bool(below) and abs(head.cells[0].start - _left(below)) < NEAR and _is_full(tail, before.lines)


def _is_full(line: Line, among: Sequence[Line]) -> bool:
    return line.cells[-1].end > max(other.cells[-1].end for other in among) - 1.2 * line.size


def _join_known(parts: Sequence[Paragraph], texts: Sequence[str]) -> list[Paragraph]:
    """Join by the typeset text: a part belongs to the paragraph whose words it goes on with."""
    waiting = iter(texts)
    joined: list[Paragraph] = []
    text, at = "", 0
    for part in parts:
        if at < len(text) and (more := _follow(part, text, at)) is not None:
            joined[-1].lines += part.lines
        else:
            text, more = next(waiting, ""), None
            part.text, part.known = text, True
            joined.append(part)
            more = _follow(part, text, 0)
        if more is None:  # the words differ: the comparison of texts tells; what is measured is the line as it stands
            joined[-1].known, joined[-1].breaks, text = False, [], ""
            continue
        if joined[-1].known and joined[-1] is not part:
            joined[-1].breaks.append((at, more[0][0]))
        joined[-1].breaks += [(end, begin) for (_, end), (begin, _) in zip(more, more[1:], strict=False)]
        at = _skip(text, more[-1][1])
    for paragraph in joined:
        if paragraph.known:
            _note_forced(paragraph)
    return joined


def _note_forced(paragraph: Paragraph) -> None:
    breaks = enumerate(paragraph.breaks)
    paragraph.forced = frozenset(n for n, (end, begin) in breaks if "\n" in paragraph.text[end:begin])


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _follow(part: Paragraph, text: str, at: int) -> list[tuple[int, int]] | None:
    """Where in the text each line stands, or None when the words differ. A hyphen at a line's end may be new."""
    found = []
    for line in part.lines:
        at = _skip(text, at)
        begin = at
        for n, cell in enumerate(line.cells):
            if cell.is_space or cell.text == OBJECT:
                continue
            following = _skip(text, at)
            if text[following : following + 1] == cell.text:
                at = following + 1
            elif not (n == len(line.cells) - 1 and cell.text in HYPHENS):
                return None
        found.append((begin, at))
    return found


# Edges ----------------------------------------------------------------------------------------------------------------


def _left(some: Sequence[Line]) -> float:
    """Where lines begin, not counting an opening mark, which may be trimmed."""
    plain = [line.cells[0].start for line in some if line.cells[0].text not in marks.OPENING]
    return median(plain or [line.cells[0].start for line in some])


def _set_edges(found: Sequence[Paragraph], rules: Rules) -> None:
    """Give each full line of a justified paragraph the edge it should reach.

    Paragraphs that begin at the same place on the same side (recto, verso) share an edge: the one farthest out that at
    least two lines reach, or the nearest edge of the page's side farther out than the line.
    """
    columns: dict[tuple[int, int], list[Paragraph]] = defaultdict(list)
    for paragraph in found:
        if paragraph.justified and len(paragraph.lines) > 1 and _is_flush(paragraph.lines[1:]):
            page = Counter(line.page % 2 for line in paragraph.lines).most_common(1)[0][0]
            columns[page, round(_left(paragraph.lines[1:]) / NEAR)].append(paragraph)
    main = {side: max((k for k in columns if k[0] == side), key=lambda k: len(columns[k])) for side, _ in columns}
    for key, column in columns.items():
        near = [each for other, each in columns.items() if other[0] == key[0]]
        given = rules.measure if key == main[key[0]] else None
        _set_column(column, given, _edge(column, near))


def _set_column(column: Sequence[Paragraph], measure: float | None, edge: float | None) -> None:
    for paragraph in column:
        begin = _left(paragraph.lines[1:])
        for n, line in enumerate(paragraph.lines[:-1]):
            if n not in paragraph.forced and line.cells[-1].text != OBJECT:
                line.edge = edge if measure is None else begin + measure


def body_size(some: Sequence[Paragraph]) -> float:
    """The size of most lines, pt."""
    sizes = Counter(round(line.size, 1) for paragraph in some for line in paragraph.lines)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_flush(below: Sequence[Line]) -> bool:
    starts = [line.cells[0].start for line in below if line.cells[0].text not in marks.OPENING]
    return not starts or max(starts) - min(starts) < NEAR


def _ends(some: Iterable[Paragraph]) -> list[float]:
    """Of full lines that end in no mark: a mark may be trimmed or hang."""
    return [
        line.cells[-1].end
        for paragraph in some
        for line in paragraph.lines[:-1]
        if line.cells[-1].text not in marks.MARKS
    ]


def _edge(column: Sequence[Paragraph], near: Iterable[Sequence[Paragraph]]) -> float | None:
    own = _reached(_ends(column))
    if own is not None:
        return own
    ends = _ends(column)
    others = sorted(edge for each in near if (edge := _reached(_ends(each))) is not None)
    return next((edge for edge in others if not ends or edge > max(ends) - 0.3), max(ends, default=None))


def _reached(ends: Sequence[float]) -> float | None:
    """The farthest place where at least two lines, and one in fifty, end."""
    bins = Counter(round(end, 1) for end in ends)
    enough = max(2, len(ends) / 50)
    several = (end for end in bins if sum(bins.get(round(end + step, 1), 0) for step in (-0.1, 0.0, 0.1)) >= enough)
    return max(several, default=None)
