"""A PDF -> what a preflight finds in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pikepdf

from banxin.collector import resting
from banxin.errors import Level
from banxin.lengths import POINTS_PER_MM
from banxin.preflight.drawing import Drawing
from banxin.preflight.files import Files
from banxin.preflight.finding import Finding, Rect
from banxin.preflight.job import DAMAGE, Brief, Found, Job
from banxin.preflight.marks import Sheet
from banxin.preflight.matrices import rectangle
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
    found = Found()
    sheets = [_sheet(number, page, found) for number, page in enumerate(pdf.pages, 1)]
    job = Job(pdf, data, brief, claim_of(pdf, brief.standard), origin, sheets, found, Files(origin))
    for said in pdf.check_pdf_syntax():
        found.add("P101", _first_line(said))
    for check in CHECKS:
        with found.reading("有一处读不懂"):
            check(job)
    rules = [rule(job) for rule in LISTENERS]
    drawing = Drawing(rules)
    for page, sheet in zip(pdf.pages, sheets, strict=True):
        with found.reading("页面读不懂", sheet.number):
            drawing.page(page, sheet)
    for rule in rules:
        rule.finish()
    validators(job)
    return Report(name, _facts(job), tuple(found.findings()))


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _sheet(number: int, page: Any, found: Found) -> Sheet:
    """The boxes of a page; one that is missing or damaged is the next larger one, but for the BleedBox."""
    boxes = {"/MediaBox": A4}
    for name, larger in (("/MediaBox", "/MediaBox"), ("/CropBox", "/MediaBox"), ("/TrimBox", "/CropBox")):
        boxes[name] = _box(page, name, boxes[larger], found, number)
    bleed = _box(page, "/BleedBox", boxes["/TrimBox"], found, number)
    return Sheet(number, boxes["/MediaBox"], bleed, boxes["/TrimBox"])


A4: Rect = (0.0, 0.0, 595.0, 842.0)


def _box(page: Any, name: str, otherwise: Rect, found: Found, number: int) -> Rect:
    inherited = {"/MediaBox": "mediabox", "/CropBox": "cropbox"}
    box = otherwise
    with found.reading(f"{name.removeprefix('/')} 读不懂", number):
        if name in inherited:
            box = rectangle(getattr(page, inherited[name]))
        elif name in page.obj:
            box = rectangle(page.obj[name])
    return box


def _facts(job: Job) -> Facts:
    sheets = job.sheets
    trim = sheets[0].trim if sheets else (0.0, 0.0, 0.0, 0.0)
    least = min((min(s.trim[0] - s.bleed[0], s.trim[1] - s.bleed[1]) for s in sheets), default=0.0)
    condition = ""
    with suppress(*DAMAGE):  # which a rule has told
        condition = str(job.pdf.Root.OutputIntents[0].get("/OutputConditionIdentifier", ""))
    return Facts(
        pages=len(sheets),
        trim=(_mm(trim[2] - trim[0]), _mm(trim[3] - trim[1])),
        bleed=_mm(least),
        version=job.pdf.pdf_version,
        claims=job.claim.names,
        condition=condition,
        labels=tuple(page.label for page in job.pdf.pages) if "/PageLabels" in job.pdf.Root else (),
        files=_files(job),
        trims=tuple(sheet.trim for sheet in sheets),
    )


def _files(job: Job) -> tuple[str, ...]:
    """The file of each page: that of the chapter which began last."""
    begins: dict[tuple[int, int], str] = {}
    with suppress(*DAMAGE):
        begins = dict(_beginnings(job))
    file = ""
    files = [file := begins.get(page.obj.objgen, file) for page in job.pdf.pages]
    return tuple(files) if begins else ()


def _beginnings(job: Job) -> Iterator[tuple[tuple[int, int], str]]:
    """The pages on which chapters begin, by the destinations that are named as they are (ISO 32000-1, 12.3.2.3)."""
    names = job.pdf.Root.get("/Names", {})
    if job.origin.chapters and "/Dests" in names:
        for name, place in pikepdf.NameTree(names.Dests).items():
            if name in job.origin.chapters and isinstance(place, pikepdf.Array):
                yield place[0].objgen, job.origin.chapters[name]


def _mm(points: float) -> float:
    return round(points / POINTS_PER_MM, 1)
