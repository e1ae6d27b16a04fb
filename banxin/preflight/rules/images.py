"""Pictures: enough pixels for the size at which they are printed."""

from __future__ import annotations

from banxin.preflight.job import Job
from banxin.preflight.marks import Picture
from banxin.preflight.pixels import is_line_art
from banxin.preflight.rules.base import Rule

INCH = 72.0
"""pt."""
SLACK = 0.99
"""Of the resolution asked for: a picture that a layout made a hair wider than its pixels allow."""
SPECK = 4.0
"""pt: what is printed no larger shows no pixels."""


class Resolution(Rule):
    """Looks at every place where a picture is printed."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.drawn: dict[tuple[int, int], bool] = {}
        """Whether a picture is line art."""

    def picture(self, mark: Picture) -> None:
        width, height = mark.printed
        if min(width, height) <= SPECK:
            return
        dots = min(mark.pixels[0] / width, mark.pixels[1] / height) * INCH
        if dots < self.brief.line_art * SLACK and self.line_art(mark):
            self.low("P502", mark, dots)
        elif mark.bits > 1 and dots < self.brief.resolution * SLACK:
            self.low("P501", mark, dots)
        if self.claim.archive and bool(mark.image.get("/Interpolate", False)):
            self.tell("P503", mark.sheet, mark.box, file=self.job.files.of(mark))

    def low(self, code: str, mark: Picture, dots: float) -> None:
        self.tell(code, mark.sheet, mark.box, f"每英寸 {dots:.0f} 点", self.job.files.of(mark))

    def line_art(self, mark: Picture) -> bool:
        if mark.bits == 1:
            return True
        number = mark.image.objgen
        if not number[0] or number not in self.drawn:
            self.drawn[number] = is_line_art(mark.image)
        return self.drawn[number]
