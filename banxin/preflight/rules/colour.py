"""Colours: text in pure black, no RGB, the spot colours that are wanted, no transparency where it is not allowed."""

from __future__ import annotations

import re

import pikepdf

from banxin.preflight.colours import Family, Paint, Space
from banxin.preflight.finding import Rect
from banxin.preflight.job import Job
from banxin.preflight.marks import Effects, Fill, Picture, Shade, Sheet, Stroke, Text
from banxin.preflight.matrices import common, empty
from banxin.preflight.rules.base import Rule

REGISTRATION, NOTHING = "All", "None"
PROCESS = frozenset({"Cyan", "Magenta", "Yellow", "Black", REGISTRATION, NOTHING})
"""Names of colorants that are no spot colours (ISO 32000-1, 8.6.6.4)."""


class Colours(Rule):
    """What is drawn with which colour."""

    def text(self, mark: Text) -> None:
        family = mark.paint.space.family
        if family is Family.RGB:
            self.tell("P401", mark.sheet, mark.box)
        elif mark.paint.rich_black:
            shares = " ".join(f"{value * 100:.0f}" for value in mark.paint.values)
            self.tell("P404", mark.sheet, mark.box, f"C M Y K = {shares}")
        self.drawn(mark.sheet, mark.box, mark.paint, overprint=mark.effects.overprint)

    def fill(self, mark: Fill) -> None:
        self.line_or_area(mark.sheet, mark.box, mark.paint, mark.effects.overprint)

    def stroke(self, mark: Stroke) -> None:
        self.line_or_area(mark.sheet, mark.box, mark.paint, mark.effects.overprint_stroke)

    def line_or_area(self, sheet: Sheet, box: Rect, paint: Paint, overprint: bool) -> None:
        if paint.space.family is Family.RGB:
            self.tell("P402", sheet, box)
        self.drawn(sheet, box, paint, overprint)

    def drawn(self, sheet: Sheet, box: Rect, paint: Paint, overprint: bool) -> None:
        if overprint and paint.white:
            self.tell("P407", sheet, box)
        self.calibrated(sheet, box, paint.space)

    def shade(self, mark: Shade) -> None:
        if mark.space.family is Family.RGB:
            self.tell("P402", mark.sheet, mark.box)
        self.calibrated(mark.sheet, mark.box, mark.space)

    def picture(self, mark: Picture) -> None:
        if mark.space.family is Family.RGB:
            self.tell("P403", mark.sheet, mark.box, file=self.job.files.of(mark))
        self.calibrated(mark.sheet, mark.box, mark.space)

    def calibrated(self, sheet: Sheet, box: Rect, space: Space) -> None:
        """RGB has its own finding."""
        if space.calibrated and space.family is not Family.RGB and (name := self.claim.forbidding("calibrated")):
            self.tell("P410", sheet, box, name)


class Spots(Rule):
    """Spot colours."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.spelled: dict[str, dict[str, None]] = {}

    def text(self, mark: Text) -> None:
        self.space(mark.sheet, mark.box, mark.paint.space)

    def fill(self, mark: Fill) -> None:
        self.space(mark.sheet, mark.box, mark.paint.space)

    def stroke(self, mark: Stroke) -> None:
        self.space(mark.sheet, mark.box, mark.paint.space)

    def picture(self, mark: Picture) -> None:
        self.space(mark.sheet, mark.box, mark.space)

    def shade(self, mark: Shade) -> None:
        self.space(mark.sheet, mark.box, mark.space)

    def space(self, sheet: Sheet, box: Rect, space: Space) -> None:
        for name in space.names:
            if name == REGISTRATION and not empty(common(box, sheet.trim)):
                self.tell("P411", sheet, box)
            if name not in PROCESS:
                self.spelled.setdefault(re.sub(r"[\W_]+", "", name).casefold(), {})[name] = None
                if name not in self.brief.spots:
                    self.tell("P405", sheet, box, name)

    def finish(self) -> None:
        for names in self.spelled.values():
            if len(names) > 1:
                self.job.found.add("P406", "、".join(sorted(names)))


class Transparency(Rule):
    """Where a standard forbids it."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.name = job.claim.forbidding("transparency")

    def text(self, mark: Text) -> None:
        self.effects(mark.sheet, mark.box, mark.effects)

    def fill(self, mark: Fill) -> None:
        self.effects(mark.sheet, mark.box, mark.effects)

    def stroke(self, mark: Stroke) -> None:
        self.effects(mark.sheet, mark.box, mark.effects)

    def shade(self, mark: Shade) -> None:
        self.effects(mark.sheet, mark.box, mark.effects)

    def picture(self, mark: Picture) -> None:
        if self.name and isinstance(mark.image.get("/SMask"), pikepdf.Stream):
            self.tell("P409", mark.sheet, mark.box, self.name, self.job.files.of(mark))
        self.effects(mark.sheet, mark.box, mark.effects)

    def begin(self, sheet: Sheet) -> None:
        group = self.job.pdf.pages[sheet.number - 1].obj.get("/Group") if self.name else None
        if group is not None and group.get("/S") == "/Transparency":
            self.job.found.add("P409", f"{self.name}，整页是一个透明组", sheet.number)

    def effects(self, sheet: Sheet, box: Rect, effects: Effects) -> None:
        if self.name and effects.transparent:
            self.tell("P409", sheet, box, self.name)
