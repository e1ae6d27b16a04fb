"""How wide a cell, a float or an inline block would like its lines to be (CSS 2.1, 10.3.5): of composed text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from banxin.compose import engine
from banxin.compose.paragraph import Paragraph
from banxin.compose.plan import widest

LEAST, MOST = -1.0, -2.0
"""Stand for the width of a containing block that nobody knows yet: what is relative to it has its least, or most."""


class NoBlock:
    """A containing block whose width is not known yet: percentages are of nothing."""

    width = 0.0
    height = "auto"

    def __iter__(self) -> Iterator[Any]:
        yield self.width
        yield self.height


def asked(
    _context: Any, box: Any, _outer: Any, _starts: Any, minimum: Any, skip_stack: Any = None, first_line: Any = False
) -> bool | None:
    """Whether a call of `inline_line_widths` asks for the least width (else the most); None if for part of a line."""
    if not isinstance(box, engine.boxes.LineBox) or skip_stack is not None or first_line:
        return None
    return bool(minimum)


def atom_width(context: Any, minimum: bool) -> Callable[[Any], float]:
    """Measures atomic boxes."""
    find = engine.min_content_width if minimum else engine.max_content_width
    return lambda box: float(find(context, box))


def widths(context: Any, box: Any, paragraph: Paragraph, minimum: bool) -> list[float]:
    """What `inline_line_widths` gives for the lines of a paragraph, px: those between forced breaks, or the widest
    piece that no line can be shorter than."""
    piece, lines = widest(paragraph.stops(inf).breaks, _indent(box))
    if minimum:
        return [piece]
    lines[-1] += engine.trailing_whitespace_size(context, box)  # the caller takes it off, and ours is not in it
    return lines


def _indent(box: Any) -> float:
    token = box.style["text_indent"]
    return float(token.value) if getattr(token, "unit", "%") != "%" else 0.0
