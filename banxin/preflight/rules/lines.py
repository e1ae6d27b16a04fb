"""Lines that are too thin to print: strokes, and filled rectangles that stand for them."""

from __future__ import annotations

from banxin.preflight.finding import Rect
from banxin.preflight.marks import Fill, Sheet, Stroke
from banxin.preflight.matrices import common, empty, size
from banxin.preflight.rules.base import Rule

SLACK = 0.003
"""pt: what rounding makes."""
NOTHING = 0.01
"""pt: what is left of an area by a clip beside it."""
LONG = 1.0
"""pt: shorter ones are dots."""


class Lines(Rule):
    """Only within the bleed: crop marks are for the knife."""

    def stroke(self, mark: Stroke) -> None:
        if not mark.paint.white:
            self.line(mark.sheet, mark.box, mark.width)

    def fill(self, mark: Fill) -> None:
        if not mark.paint.white and mark.thinnest > NOTHING and min(size(mark.box)) > NOTHING:
            self.line(mark.sheet, mark.box, mark.thinnest)

    def line(self, sheet: Sheet, box: Rect, width: float) -> None:
        if width >= self.brief.thin - SLACK or max(size(box)) < LONG or empty(common(box, sheet.bleed)):
            return
        self.tell("P601", sheet, box, f"{width:.3f}".rstrip("0") + " pt")
