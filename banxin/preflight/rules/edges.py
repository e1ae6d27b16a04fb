"""Near the edge of the page: text keeps away from it, what reaches it runs over into the bleed."""

from __future__ import annotations

from collections.abc import Iterator

from banxin.preflight.finding import Rect
from banxin.preflight.marks import Fill, Picture, Shade, Sheet, Stroke, Text
from banxin.preflight.matrices import common, empty, grown, size, within
from banxin.preflight.rules.base import Rule

SLACK = 0.3
"""pt: about .1 mm."""
AT_THE_TRIM = 1.5
"""pt: what comes so near to the trim is meant to reach it; about .5 mm."""


class Safe(Rule):
    """Text within some millimetres of the trim; what stands outside the trim is for the printer."""

    def text(self, mark: Text) -> None:
        trim = mark.sheet.trim
        if min(size(common(mark.box, trim))) > SLACK and not within(mark.box, grown(trim, -self.brief.safe), SLACK):
            self.tell("P701", mark.sheet, mark.box)


class Bleed(Rule):
    """What touches the trim and does not reach the bleed."""

    def fill(self, mark: Fill) -> None:
        if not mark.paint.white:
            self.area(mark.sheet, mark.box)

    def stroke(self, mark: Stroke) -> None:
        if not mark.paint.white:
            self.area(mark.sheet, mark.box)

    def shade(self, mark: Shade) -> None:
        self.area(mark.sheet, mark.box)

    def picture(self, mark: Picture) -> None:
        self.area(mark.sheet, mark.box, mark)

    def area(self, sheet: Sheet, box: Rect, picture: Picture | None = None) -> None:
        inside = common(box, grown(sheet.trim, -AT_THE_TRIM))
        if empty(inside) or not any(_short(sheet, box)):
            return
        self.tell("P702", sheet, box, file=self.job.files.of(picture) if picture else "")


def _short(sheet: Sheet, box: Rect) -> Iterator[bool]:
    """Of each edge: whether the box comes to the trim there, and ends before the bleed."""
    for side in range(4):
        outward = 1 if side > 1 else -1
        trim, bleed, edge = (each[side] * outward for each in (sheet.trim, sheet.bleed, box))
        yield bleed - trim > SLACK and trim - AT_THE_TRIM < edge < bleed - SLACK
