"""The sum of all inks at one place.

Each thing is looked at for itself: what colour it has, or for a picture what its pixels have. What things that
overprint come to with those below them is added up in `overlaps.py`.
"""

from __future__ import annotations

from banxin.preflight.colours import Family
from banxin.preflight.finding import Rect
from banxin.preflight.job import Job
from banxin.preflight.marks import Fill, Picture, Shade, Sheet, Stroke, Text
from banxin.preflight.pixels import most_ink
from banxin.preflight.rules.base import Rule

SLACK = 0.005
"""Above the limit: what rounding makes."""


class Ink(Rule):
    """Looks at every colour, and once at every picture in CMYK."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.pictures: dict[tuple[int, int], float] = {}

    def text(self, mark: Text) -> None:
        self.amount(mark.sheet, mark.box, mark.paint.ink)

    def fill(self, mark: Fill) -> None:
        self.amount(mark.sheet, mark.box, mark.paint.ink)

    def stroke(self, mark: Stroke) -> None:
        self.amount(mark.sheet, mark.box, mark.paint.ink)

    def shade(self, mark: Shade) -> None:
        self.amount(mark.sheet, mark.box, max(mark.inks, default=0.0))

    def picture(self, mark: Picture) -> None:
        if mark.space.family is not Family.CMYK or mark.bits == 1:
            return
        number = mark.image.objgen
        if not number[0] or number not in self.pictures:
            self.pictures[number] = most_ink(mark.image)
        self.amount(mark.sheet, mark.box, self.pictures[number], self.job.files.of(mark))

    def amount(self, sheet: Sheet, box: Rect, ink: float, file: str = "") -> None:
        if ink > self.brief.ink + SLACK:
            detail = f"{ink * 100:.0f}%，上限 {self.brief.ink * 100:.0f}%"
            self.tell("P408", sheet, box, detail, file)
