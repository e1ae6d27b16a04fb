"""Dots and lines under words: 着重号, 专名号, the wavy 书名号 (GB/T 15834 4.15-4.16 and 4.14; CLREQ 3.1.8).

A style sheet asks for them: `--emphasis: dot`, and `--line: name` or `--line: title` (`none` takes either back). They
are painted between the lines, so that no line is higher for them, and hold no characters, so that nobody reads them.
Dots stand under Han characters alone, each under the middle of its own. A line is that of the box that asks for it: two
names side by side have two, with a gap between; one with other boxes in it has one. Where both meet, all dots of the
words stand below the lines. What WeasyPrint sets itself has the lines, and no Han that a dot could stand under.

All that is here is measured along the line, and across it, from the baseline on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from banxin.compose import marks
from banxin.compose.draw import Fragment
from banxin.compose.engine import said
from banxin.compose.flatten import Flat, Kind, Node
from banxin.compose.shape import Style
from banxin.compose.swap import memory

DOT, DOT_BELOW_LINE, DOT_BESIDE = 0.26, 0.41, -1.02
"""em from the baseline to a dot's centre; the em box of Han reaches .12 beyond the baseline. Where lines run downward,
dots stand on the other side, at their right (CLREQ 3.1.8)."""
RADIUS = 0.075
"""em; of a dot."""
LINE, THICKNESS = 0.21, 0.045
"""em from the baseline to a line's middle, and how thick it is."""
PERIOD, AMPLITUDE = 0.3, 0.045
"""em; of a wave."""
INSET = 0.06
"""em that a line leaves free at both of its ends: two side by side never touch."""
LINES = "line"
"""The custom property."""
_ROUND = 0.5523
"""Control points of a quarter of a circle, in radii."""

_HAN = re.compile(f"[{marks.HAN}]")
_OUTER = "".join(marks.CORNERED) + " \u00a0\u3000"
"""At its ends, a name has none of these."""


@dataclass(slots=True)
class Run:
    """Characters `[start, end)` that have one line."""

    start: int
    end: int
    kind: str
    """`name` or `title`."""


@dataclass(slots=True)
class Stroke:
    """A line, px along from where its text box begins."""

    kind: str
    start: float
    end: float


@dataclass(slots=True)
class Under:
    """What stands under a text box."""

    em: float
    """px"""
    strokes: list[Stroke] = field(default_factory=list)
    dots: list[float] = field(default_factory=list)
    """Their centres, px along."""
    depth: float = DOT
    """em from the baseline to the dots' centres."""


class Marked:
    """What a paragraph wants under its words."""

    def __init__(self, flat: Flat) -> None:
        self.runs = [kept for run in _runs(flat) if (kept := _trim(run, flat.text))]
        self.dotted = list(_dotted(flat))
        self.any = bool(self.runs or self.dotted)

    def under(
        self, leaf: Node, text: str, start: int, reach: Callable[[int], tuple[float, float]], after: float
    ) -> Under | None:
        """What stands under `text`, the part of a leaf that begins with character `start` and stands in one line.

        `reach` says from where to where a character reaches, px along; `after` is the gap behind the last.
        """
        style = leaf.style
        if style is None or not style.size:
            return None
        made = Under(style.size)
        if style.emphasis == "dot":
            made.depth = DOT_BESIDE if style.vertical else DOT_BELOW_LINE if self._crowded(start) else DOT
            ends = (reach(start + match.start()) for match in _HAN.finditer(text))
            made.dots = [(begin + end) / 2 for begin, end in ends]
        made.strokes = list(self._strokes(start, start + len(text), style, reach, after))
        return made if made.dots or made.strokes else None

    def _crowded(self, i: int) -> bool:
        """Whether there is a line, too, under the emphasized words that character `i` is one of."""
        start, end = next((start, end) for start, end in self.dotted if start <= i < end)
        return any(run.start < end and start < run.end for run in self.runs)

    def _strokes(
        self, start: int, end: int, style: Style, reach: Callable[[int], tuple[float, float]], after: float
    ) -> Iterator[Stroke]:
        for run in self.runs:
            first, last = max(run.start, start), min(run.end, end) - 1
            if first > last:
                continue
            begin, stop = reach(first)[0], reach(last)[1]
            if first == run.start:
                begin += INSET * style.size
            stop += -INSET * style.size if last == run.end - 1 else after if last == end - 1 else 0.0
            yield Stroke(run.kind, begin, stop)


def _dotted(flat: Flat) -> Iterator[tuple[int, int]]:
    """Texts that follow each other with dots under them."""
    start = end = -1
    for leaf in flat.leaves:
        if leaf.style is None or leaf.style.emphasis != "dot":
            continue
        if leaf.start != end:
            if start < end:
                yield start, end
            start = leaf.start
        end = leaf.end
    if start < end:
        yield start, end


def _runs(flat: Flat) -> Iterator[Run]:
    """Texts that follow each other under the line of one box; a name inside a title divides the title's line."""
    last: Any = None
    run: Run | None = None
    for leaf, kind, owner in _owners(flat.root, said(flat.root.box.style, LINES), flat.root):
        if run and owner is last and run.end == leaf.start:
            run.end = leaf.end
            continue
        if run:
            yield run
        run, last = Run(leaf.start, leaf.end, kind), owner
    if run:
        yield run


def _owners(node: Node, kind: str, owner: Node) -> Iterator[tuple[Node, str, Node]]:
    """The texts in a box that have a line, its kind, and the box that asked for it."""
    for child in node.children:
        if child.kind is Kind.TEXT:
            if kind in ("name", "title"):
                yield child, kind, owner
        elif child.kind is Kind.INLINE:
            wanted = said(child.box.style, LINES)
            yield from _owners(child, wanted, owner if wanted == kind else child)


def _trim(run: Run, text: str) -> Run | None:
    """A run without the marks and spaces at its ends; None if nothing is left."""
    words = text[run.start : run.end]
    start = run.start + len(words) - len(words.lstrip(_OUTER))
    end = run.end - len(words) + len(words.rstrip(_OUTER))
    return Run(start, end, run.kind) if start < end else None


# --- drawing


def draw_after(original: Any) -> Any:
    """`draw_text`, and after it what stands under the text. It is part of the words' own marked content: PDF/UA lets no
    artifact stand inside that, and it is no decoration of the page. Composed words without decoration, as nearly all
    are, are drawn without asking what they could have besides."""

    def draw_text(stream: Any, textbox: Any, offset: float, overflow: str, ellipsis: Any = "none") -> None:
        style, layout = textbox.style, textbox.pango_layout
        composed = isinstance(layout, Fragment)
        if composed and overflow != "ellipsis" and ellipsis == "none" and _undecorated(style):
            _set_color(stream, style["color"])
            stream.begin_text()
            layout.draw(stream, textbox.position_x, textbox.position_y + textbox.baseline)
            stream.end_text()
        else:
            original(stream, textbox, offset, overflow, ellipsis)
        under = layout.under if composed else _under_stock(textbox)
        if under and style["visibility"] == "visible":
            draw(stream, under, textbox.position_x, textbox.position_y + textbox.baseline, style["color"])

    return draw_text


def _set_color(stream: Any, color: Any) -> None:
    """`Stream.set_color`; not again where words before had this colour, and nothing has changed the stream's since."""
    last = vars(stream).get("words_in", _NO_COLOR)
    if last[0] is not color or last[1] is not stream._current_color or last[2] is not stream._current_alpha:
        stream.set_color(color)
        stream.words_in = color, stream._current_color, stream._current_alpha


_NO_COLOR = None, None, None


def _undecorated(style: Any) -> bool:
    """Whether words in a style are shown, without lines under, over and through them; remembered with the style."""
    kept = memory(style)
    known: bool | None = kept.get("_undecorated")
    if known is None:
        known = kept["_undecorated"] = style["visibility"] == "visible" and style["text_decoration_line"] == "none"
    return known


def _under_stock(textbox: Any) -> Under | None:
    """The line under a text that WeasyPrint set."""
    kind = said(textbox.style, LINES)
    if kind not in ("name", "title") or not textbox.text.strip():
        return None
    em = textbox.style["font_size"]
    return Under(em, [Stroke(kind, INSET * em, textbox.width - INSET * em)])


def draw(stream: Any, under: Under, x: float, y: float, color: Any) -> None:
    """Paint what stands under a text box whose baseline begins at `x`, `y`, px; its colour is set for filling."""
    em = under.em
    if under.dots:
        for centre in under.dots:
            _dot(stream, x + centre, y + under.depth * em, RADIUS * em)
        stream.fill()
    if under.strokes:
        with stream.stacked():
            stream.set_color(color, stroke=True)
            stream.set_line_width(THICKNESS * em)
            for stroke in under.strokes:
                path = _wave if stroke.kind == "title" else _straight
                path(stream, x + stroke.start, x + stroke.end, y + LINE * em, em)
            stream.stroke()


def _dot(stream: Any, x: float, y: float, r: float) -> None:
    k = r * _ROUND
    stream.move_to(x + r, y)
    stream.curve_to(x + r, y + k, x + k, y + r, x, y + r)
    stream.curve_to(x - k, y + r, x - r, y + k, x - r, y)
    stream.curve_to(x - r, y - k, x - k, y - r, x, y - r)
    stream.curve_to(x + k, y - r, x + r, y - k, x + r, y)
    stream.close()


def _straight(stream: Any, start: float, end: float, y: float, _em: float) -> None:
    stream.move_to(start, y)
    stream.line_to(end, y)


def _wave(stream: Any, start: float, end: float, y: float, em: float) -> None:
    """Whole periods, so that each wave begins and ends alike; each half is one curve, as high as its control points
    are three quarters of."""
    halves = 2 * max(1, round((end - start) / (PERIOD * em)))
    step, height = (end - start) / halves, AMPLITUDE * em * 4 / 3
    stream.move_to(start, y)
    for n in range(halves):
        x, side = start + n * step, -1 if n % 2 == 0 else 1
        bend = y + side * height
        stream.curve_to(x + 0.364 * step, bend, x + 0.636 * step, bend, x + step, y)
