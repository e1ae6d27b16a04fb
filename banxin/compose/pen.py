"""The glyphs of a piece of a line to TJ arrays: numbers only where a gap is not plain."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, pairwise

from banxin.compose import marks
from banxin.compose.blank import fill
from banxin.compose.draw import Piece, actual_text
from banxin.compose.fit import Fit
from banxin.compose.items import BORDER, SPACE, Items
from banxin.compose.pango import Cell, Face

SEEN = 0.08
"""em; a wider gap is a space for readers: for pdfminer from a tenth of an em on, for poppler from 0.15."""
TIGHT = 0.16
"""em; a typed space that is narrower is none for poppler."""
RETURN = "() Tj EMC"
"""Ends what is said, behind a blank: poppler takes its size from the face of the string that was shown last."""
_SPACES = " \u00a0"
_WIDTHLESS = re.compile(f"[{marks.WIDTHLESS}]")


@dataclass(slots=True)
class Span:
    """Characters `[start, end)` of one face."""

    start: int
    end: int
    face: Face
    opens: bool
    """Whether most of its gaps open when the line is stretched: then `Tc` opens them all at once."""


def spans(cells: list[Cell], general: bytearray) -> list[Span]:
    """The runs of one face of a paragraph."""
    found: list[Span] = []
    face: Face | None = None
    start = 0
    for i, cell in enumerate(cells):
        if cell.face is not None and cell.face is not face:
            if face is not None:
                found.append(_span(start, i, face, general))
                start = i
            face = cell.face
    if face is not None:
        found.append(_span(start, len(cells), face, general))
    return found


def _span(start: int, end: int, face: Face, general: bytearray) -> Span:
    opens = not face.closed and 2 * general.count(1, start, end) >= end - start
    return Span(start, end, face, opens)


@dataclass(slots=True)
class Spoken:
    """What readers are told of the characters of one text box, so that they find the spaces that were typed."""

    opens: dict[int, str] = field(default_factory=dict)
    """Where marked content begins that says what it reads: its operator."""
    closes: set[int] = field(default_factory=set)
    """Where it ends."""
    fills: dict[int, float] = field(default_factory=dict)
    """Gaps that a blank glyph fills, px, by the character before."""
    first: int = 0
    last: int = 0
    """Where what was said last begins and ends."""

    def cuts(self, start: int, stop: int) -> list[int]:
        """Where the array of the characters `[start, stop)` is cut."""
        if not self.opens and not self.fills:
            return [start, stop]
        inside = {*self.opens, *self.closes, *(i + 1 for i in self.fills)}
        return sorted({i for i in inside if start < i < stop} | {start, stop})


class Pen:
    """Writes the pieces of one paragraph; knows where its faces change and which gaps are not plain."""

    def __init__(self, text: str, cells: list[Cell], items: Items) -> None:
        self.text, self.cells, self.gap, self.general = text, cells, items.gap, items.general
        self.size, self.vertical = items.size, items.flat.vertical
        self.hex = [cell.hex for cell in cells]
        self.spans = spans(cells, items.general)
        self.ends = [span.end for span in self.spans]
        self.special = self._odd(compress(range(len(text)), items.order))
        self.joints = [i for i in self.special if items.order[i] in (SPACE, BORDER) or items.gap[i] > 0]
        """Characters before gaps that readers may take for spaces though none was typed, or the other way round."""
        self.most = 2 * len(self.joints) + len(self.ends) + 1
        """How many arrays a line has at most."""

    def _odd(self, special: Iterable[int]) -> list[int]:
        """Where a number must stand in the array: gaps of their own, gaps unlike their span's, kerning."""
        found = {*special, *compress(range(len(self.gap)), self.gap)}
        found.update(i for i, cell in enumerate(self.cells) if not cell.plain)
        for span in self.spans:
            unlike = b"\0" if span.opens else b"\1"
            i = self.general.find(unlike, span.start, span.end)
            while i >= 0:
                found.add(i)
                i = self.general.find(unlike, i + 1, span.end)
        return sorted(found)

    def write(self, start: int, end: int, fitted: Fit, behind: float) -> list[Piece]:
        """The characters `[start, end)` of a line; `behind` px are left between them and the next box."""
        pieces: list[Piece] = []
        special: Sequence[int] = self.special
        joints: Sequence[int] = self.joints
        opened = round(fitted.general, 4)
        limit = SEEN * self.size
        if opened and opened * self.most > limit and opened * self._arrays(start, end) > limit:
            special, joints, opened = range(start, end), range(start, end), 0.0
        spoken = None if self.vertical else self._spoken(joints, start, end, fitted, behind)
        along, reached = (0.0 if self.vertical else None), start
        k = bisect_left(self.ends, start + 1)
        while k < len(self.spans) and start < end:
            span = self.spans[k]
            stop = min(end, span.end)
            run = _Run(self, span.face, opened if span.opens else 0.0, special, fitted)
            if along is not None:
                along, reached = along + (self._length(reached, start, fitted) if start > reached else 0.0), start
                pieces += self._parted(run, start, stop, stop == end, along)
            else:
                if spoken:
                    array = run.write(start, stop, stop == end, spoken)
                else:  # the gap behind the last character is not drawn
                    array, _ = run.array(start, stop, stop - 1 if stop == end else stop)
                pieces.append(Piece(span.face, run.spacing, array))
            start, k = stop, k + 1
        return pieces

    def _parted(self, run: _Run, start: int, stop: int, last: bool, along: float) -> Iterator[Piece]:
        """The characters `[start, stop)` of a line that runs downward, in two pieces, the first of one character.

        PDFium takes texts that begin at the same height one after the other for one line, from left to right: two lines
        of one text each would be read in the wrong order.
        """
        face = run.face
        spacing = -face.towards * run.spacing
        second = stop
        if not face.closed:
            second = next((i for i in range(start + 1, stop) if self.cells[i].cluster), stop)
        within = stop - 1 if last else stop
        array, _ = run.array(start, second, min(second, within))
        yield Piece(face, spacing, array, along)
        if second < stop:
            array, _ = run.array(second, stop, within)
            yield Piece(face, spacing, array)

    def _length(self, start: int, end: int, fitted: Fit) -> float:
        """How far the characters `[start, end)` of a line reach, with the gap behind the last, px."""
        length = sum(cell.advance for cell in self.cells[start:end]) + sum(self.gap[start:end])
        length += fitted.general * self.general.count(1, start, end)
        return length + sum(change for i, change in fitted.change.items() if start <= i < end)

    def _arrays(self, start: int, end: int) -> int:
        """How many there may be: pdfminer forgets `Tc` at the end of each, and finds a space where that adds up."""
        joints = bisect_left(self.joints, end) - bisect_left(self.joints, start)
        return 2 * joints + bisect_left(self.ends, end) - bisect_left(self.ends, start + 1) + 1

    def _spoken(self, joints: Sequence[int], start: int, end: int, fitted: Fit, behind: float) -> Spoken | None:
        """What would be read wrong.

        A gap that nobody typed is filled. The character before it says its own text (ActualText, ISO 32000-1, 14.9.4),
        which then reaches to the end of the gap, for readers that do not count what fills it. A typed space that is
        very narrow is said together with its neighbour.
        """
        seen, tight = SEEN * self.size, TIGHT * self.size
        low, high = bisect_left(joints, start), bisect_left(joints, end - 1)
        if low >= high and 0 <= behind <= seen:
            return None
        gap, change, general = self.gap, fitted.change, fitted.general
        spoken = Spoken(last=start)
        for i in (*joints[low:high], end - 1):
            room = gap[i] + change.get(i, 0.0) + (general if self.general[i] else 0.0) if i < end - 1 else behind
            if room > seen:
                spoken.fills[i] = room
                self._say(spoken, self._glyph(i), i + 1)
            elif room < 0 and self.text[i] in _SPACES and self.cells[i].advance + room < tight:
                self._say(spoken, *self._beside(i, start, end))
        return spoken if spoken.opens else None

    def _say(self, spoken: Spoken, begin: int, stop: int) -> None:
        """Characters say their own text; those of two neighbouring gaps say it together."""
        if begin < spoken.last:
            begin = spoken.first
            spoken.closes.discard(spoken.last)
        words = actual_text(_WIDTHLESS.sub("", self.text[begin:stop]))
        spoken.opens[begin] = f"/Span<</ActualText<{words}>>>BDC "
        spoken.closes.add(stop)
        spoken.first, spoken.last = begin, stop

    def _glyph(self, i: int) -> int:
        """Where the glyph is that `i` belongs to: a ligature is one for several letters, what has no width has none."""
        while i and not self.hex[i]:
            i -= 1
        return i

    def _beside(self, i: int, start: int, end: int) -> tuple[int, int]:
        """A space with the cluster before it, or with the one behind it if nothing stands before."""
        if i > start:
            return self._glyph(i - 1), i + 1
        stop = min(i + 2, end)
        while stop < end and not self.cells[stop].cluster:
            stop += 1
        return i, stop

    @staticmethod
    def add(cell: Cell) -> list[Piece]:
        """One more cell, that of a hyphen."""
        return [Piece(cell.face, 0.0, f"[<{cell.hex}>] TJ")] if cell.face else []


@dataclass(slots=True)
class _Run:
    """Writes characters of one face of a line."""

    pen: Pen
    face: Face
    spacing: float
    special: Sequence[int]
    fitted: Fit

    def write(self, start: int, stop: int, closes: bool, spoken: Spoken) -> str:
        """The characters `[start, stop)`; `closes` says that with them ends what stands in one box."""
        parts: list[str] = []
        for a, b in pairwise(spoken.cuts(start, stop)):
            room = spoken.fills.get(b - 1)
            within = b - 1 if room is not None or (closes and b == stop) else b
            array, late = self.array(a, b, within)
            parts.append(spoken.opens.get(a, "") + array)
            if room is not None:
                cell = self.pen.cells[b - 1]
                parts.append(fill(room + late + cell.advance - cell.drawn - self.spacing * (cell.glyphs + 1)))
            if b in spoken.closes:
                parts.append("EMC" if room is None else RETURN)
        return " ".join(parts)

    def array(self, start: int, end: int, within: int) -> tuple[str, float]:
        """The characters `[start, end)`, with the gaps behind those before `within`; what is missing then, px."""
        general, change, spacing = self.fitted.general, self.fitted.change, self.spacing
        pen, special, thousandth = self.pen, self.special, self.face.size / 1000
        hexes, cells = pen.hex, pen.cells
        parts: list[str] = []
        error, position = 0.0, start
        for s in range(bisect_left(special, start), bisect_left(special, within)):
            i = special[s]
            cell = cells[i]
            wanted = pen.gap[i] + change.get(i, 0.0) + (general if pen.general[i] else 0.0)
            error += wanted - spacing * cell.glyphs + cell.advance - cell.drawn
            number = round(error / thousandth)
            if number:
                parts += "".join(hexes[position : i + 1]), f">{number * self.face.towards}<"
                position = i + 1
                error -= number * thousandth
        parts.append("".join(hexes[position:end]))
        inside = "".join(parts)
        return f"[<{inside}>] TJ".replace("<>", " ") if inside else "", error
