"""Pages: their boxes, their number, those with nothing on them, what is laid over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from banxin.lengths import POINTS_PER_MM
from banxin.preflight.colours import Paint
from banxin.preflight.finding import Rect
from banxin.preflight.job import Job
from banxin.preflight.marks import Fill, Picture, Shade, Sheet, Stroke, Text
from banxin.preflight.matrices import NOWHERE, common, empty, grown, rectangle, within
from banxin.preflight.rules.base import Rule

SLACK = 0.1
"""pt: what rounding makes."""
NOT_PRINTED = frozenset({"/TrapNet", "/PrinterMark"})
"""Annotations that PDF/X allows inside the bleed."""


def boxes(job: Job) -> None:
    """Every page has a TrimBox in a BleedBox in a MediaBox, and stands as it is printed."""
    for page, sheet in zip(job.pdf.pages, job.sheets, strict=True):
        if "/TrimBox" not in page.obj:
            job.found.add("P201", page=sheet.number)
        elif not (within(sheet.trim, sheet.bleed, SLACK) and within(sheet.bleed, sheet.media, SLACK)):
            job.found.add("P202", page=sheet.number, box=sheet.trim)
        elif _least_bleed(sheet) < job.brief.bleed - SLACK:
            had, asked = _least_bleed(sheet) / POINTS_PER_MM, job.brief.bleed / POINTS_PER_MM
            job.found.add("P204", f"只有 {had:.3g} mm，要 {asked:.3g} mm", sheet.number)
        if int(_inherited(page.obj, "/Rotate", 0)) % 360 or float(page.obj.get("/UserUnit", 1)) != 1:
            job.found.add("P205", page=sheet.number)


def _least_bleed(sheet: Sheet) -> float:
    bleed, trim = sheet.bleed, sheet.trim
    return min(trim[0] - bleed[0], trim[1] - bleed[1], bleed[2] - trim[2], bleed[3] - trim[3])


def _inherited(node: Any, key: str, otherwise: Any) -> Any:
    """An attribute of a page, or of what it hangs from (ISO 32000-1, 7.7.3.4)."""
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node.Parent
    return otherwise


def sizes(job: Job) -> None:
    """All pages are cut to one size."""
    sizes = [_mm(sheet.trim) for sheet in job.sheets]
    usual = Counter(sizes).most_common(1)[0][0] if sizes else ""
    for sheet, size in zip(job.sheets, sizes, strict=True):
        if size != usual:
            job.found.add("P203", f"{size} mm，别的页 {usual} mm", sheet.number)


def _mm(box: Rect) -> str:
    """To half a millimetre, which no knife can tell."""
    width, height = (round((box[i + 2] - box[i]) / POINTS_PER_MM * 2) / 2 for i in (0, 1))
    return f"{width:g} × {height:g}"


def count(job: Job) -> None:
    """The pages fill whole printed sheets, where the printer says how many a sheet holds."""
    unit, pages = job.brief.signature, len(job.sheets)
    if unit and pages % unit:
        job.found.add("P206", f"{pages} 页，每帖 {unit} 页，缺 {-pages % unit} 页")


def overlays(job: Job) -> None:
    """Nothing is laid over the printed page."""
    for page, sheet in zip(job.pdf.pages, job.sheets, strict=True):
        for annotation in page.obj.get("/Annots", []):
            kind = str(annotation.get("/Subtype", ""))
            box = rectangle(annotation.get("/Rect", NOWHERE))
            if kind not in NOT_PRINTED and not empty(common(box, grown(sheet.bleed, -SLACK))):
                job.found.add("P801", kind.removeprefix("/"), sheet.number, box)


class Blank(Rule):
    """Pages on which nothing is seen.

    A left page before a right one is left blank by custom, and so are pages at the end, to fill the last sheet.
    """

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.used: set[int] = set()

    def text(self, mark: Text) -> None:
        self.mark(mark.sheet, mark.box)

    def fill(self, mark: Fill) -> None:
        self.painted(mark.sheet, mark.box, mark.paint)

    def stroke(self, mark: Stroke) -> None:
        self.painted(mark.sheet, mark.box, mark.paint)

    def picture(self, mark: Picture) -> None:
        self.mark(mark.sheet, mark.box)

    def shade(self, mark: Shade) -> None:
        self.mark(mark.sheet, mark.box)

    def painted(self, sheet: Sheet, box: Rect, paint: Paint) -> None:
        if not paint.white:
            self.mark(sheet, box)

    def mark(self, sheet: Sheet, box: Rect) -> None:
        if sheet.number not in self.used and not empty(common(box, grown(sheet.trim, -SLACK))):
            self.used.add(sheet.number)

    def finish(self) -> None:
        for number in self.strange():
            self.job.found.add("P207", page=number)

    def strange(self) -> Iterator[int]:
        """Blank pages that no custom explains."""
        last = max(self.used, default=0)
        for number in range(1, last):
            alone = number % 2 == 0 and number - 1 in self.used and number + 1 in self.used
            if number not in self.used and not alone:
                yield number
