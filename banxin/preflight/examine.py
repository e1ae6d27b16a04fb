"""A PDF -> what a preflight finds in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from banxin.collector import resting
from banxin.errors import Level
from banxin.lengths import POINTS_PER_MM
from banxin.preflight.drawing import Drawing
from banxin.preflight.files import Files
from banxin.preflight.finding import Finding, Rect
from banxin.preflight.job import Brief, Found, Job
from banxin.preflight.marks import Sheet
from banxin.preflight.origin import Origin
from banxin.preflight.outside import validators
from banxin.preflight.rules import CHECKS, LISTENERS
from banxin.preflight.standards import claim_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report says first."""

    pages: int = 0
    trim: tuple[float, float] = (0.0, 0.0)
    """mm."""
    bleed: float = 0.0
    """mm: the least of all pages."""
    version: str = ""
    claims: tuple[str, ...] = ()
    condition: str = ""
    """The printing condition of the output intent."""
    labels: tuple[str, ...] = ()
    """What is printed on each page for its number."""
    files: tuple[str, ...] = ()
    """The file of the manuscript that each page begins with, where it is known."""
    trims: tuple[Rect, ...] = ()
    """Where each page is cut."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one file."""

    name: str
    facts: Facts
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> bool:
        """Whether a printer would send it back."""
        return any(one.level is Level.ERROR for one in self.findings)

    def count(self, level: Level) -> int:
        """How many different things of this gravity."""
        return len({(one.code, one.detail, one.file) for one in self.findings if one.level is level})


def examine(name: str, data: bytes, brief: Brief | None = None, origin: Origin | None = None) -> Report:
    """Look at a PDF.

    Args:
        name: of the file, for the report.
        data: the file.
        brief: the printer's conditions; else what is usual.
        origin: the book that it was made of, where that is known.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf, resting():
            return _examined(name, data, pdf, brief or Brief(), origin or Origin())
    except pikepdf.PasswordError:
        return Report(name, Facts(), (Finding("P102", "没有密码打不开"),))
    except pikepdf.PdfError as error:
        return Report(name, Facts(), (Finding("P101", _first_line(str(error))),))


def _examined(name: str, data: bytes, pdf: Any, brief: Brief, origin: Origin) -> Report:
    sheets = [_sheet(number, page) for number, page in enumerate(pdf.pages, 1)]
    job = Job(pdf, data, brief, claim_of(pdf, brief.standard), origin, sheets, Found(), Files(origin))
    for said in pdf.check_pdf_syntax():
        job.found.add("P101", _first_line(said))
    for check in CHECKS:
        check(job)
    rules = [rule(job) for rule in LISTENERS]
    drawing = Drawing(rules)
    for page, sheet in zip(pdf.pages, sheets, strict=True):
        drawing.page(page, sheet)
    for rule in rules:
        rule.finish()
    validators(job)
    return Report(name, _facts(job), tuple(job.found.findings()))


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _sheet(number: int, page: Any) -> Sheet:
    media = _box(page.mediabox)
    crop = _box(page.cropbox)
    trim = _box(page.obj["/TrimBox"]) if "/TrimBox" in page.obj else crop
    bleed = _box(page.obj["/BleedBox"]) if "/BleedBox" in page.obj else trim
    return Sheet(number, media, bleed, trim)


def _box(thing: Any) -> Rect:
    x1, y1, x2, y2 = map(float, thing)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _facts(job: Job) -> Facts:
    sheets = job.sheets
    trim = sheets[0].trim if sheets else (0.0, 0.0, 0.0, 0.0)
    least = min((min(s.trim[0] - s.bleed[0], s.trim[1] - s.bleed[1]) for s in sheets), default=0.0)
    intents = job.pdf.Root.get("/OutputIntents", [])
    condition = str(intents[0].get("/OutputConditionIdentifier", "")) if len(intents) else ""
    return Facts(
        pages=len(sheets),
        trim=(_mm(trim[2] - trim[0]), _mm(trim[3] - trim[1])),
        bleed=_mm(least),
        version=job.pdf.pdf_version,
        claims=job.claim.names,
        condition=condition,
        labels=tuple(page.label for page in job.pdf.pages) if "/PageLabels" in job.pdf.Root else (),
        files=tuple(_files(job)),
        trims=tuple(sheet.trim for sheet in sheets),
    )


def _files(job: Job) -> Iterator[str]:
    """The file of each page: that of the chapter which began last."""
    begins = dict(_beginnings(job))
    file = ""
    for page in job.pdf.pages if begins else ():
        file = begins.get(page.obj.objgen, file)
        yield file


def _beginnings(job: Job) -> Iterator[tuple[tuple[int, int], str]]:
    """The pages on which chapters begin, by the destinations that are named as they are (ISO 32000-1, 12.3.2.3)."""
    names = job.pdf.Root.get("/Names", {})
    if job.origin.chapters and "/Dests" in names:
        for name, place in pikepdf.NameTree(names.Dests).items():
            if name in job.origin.chapters and isinstance(place, pikepdf.Array):
                yield place[0].objgen, job.origin.chapters[name]


def _mm(points: float) -> float:
    return round(points / POINTS_PER_MM, 1)
