"""The preflight of what a build makes, and of a file from anywhere: the reports beside the PDF, what is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banxin import cache, records
from banxin.book import Artifact
from banxin.config import PrintSpec
from banxin.errors import ConfigError, Level, Place, Problem
from banxin.plates.settings import NAMES
from banxin.preflight import outside
from banxin.preflight import report as reporting
from banxin.preflight.examine import Report, examine
from banxin.preflight.finding import entries
from banxin.preflight.job import Brief
from banxin.preflight.origin import Origin

KIND = "preflight"
"""Of entries in the cache."""
TOLD = frozenset({"P904"})
"""A copyright page that lacks something is told where the page is made (banxin/render/imprint.py)."""


@dataclass(frozen=True, slots=True)
class Preflight:
    """One PDF, looked at."""

    report: Report
    pages: tuple[Artifact, ...]
    """The report, to be written beside the PDF."""

    def problems(self) -> Iterator[Problem]:
        """What is told at the end of a build. Notes are only in the report; what the build itself tells, too."""
        for entry in entries(self.report.findings):
            if entry.rule.level is not Level.NOTE and entry.code not in TOLD:
                where = "，".join(filter(None, (entry.detail, reporting.pages_told(entry.pages), entry.file)))
                told = f"印前检查 {entry.code} {entry.rule.title}" + (f"：{where}" if where else "")
                yield Problem(Place(self.report.name), told, entry.rule.hint, Level.WARNING)


def preflight(name: str, data: bytes, brief: Brief, origin: Origin) -> Preflight:
    """Look at a PDF and write the report."""
    report = examine(name, data, brief, origin)
    return Preflight(report, tuple(reporting.artifacts(report, data)))


def file(path: Path) -> Preflight:
    """Look at a PDF from anywhere.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(Place(str(path)), f"读不了这个文件：{error.strerror}", "看看名字和文件夹对不对。")
        raise ConfigError([problem]) from error
    return preflight(path.name, data, Brief(), Origin())


def preflights(artifacts: Iterable[Artifact], brief: Brief, origins: Mapping[str, Origin]) -> list[Preflight]:
    """Look at the PDFs among what a build made; each was made of another edition of the book."""
    return [_kept(one.path, one.data, brief, origins[one.path]) for one in artifacts if one.path in origins]


def _kept(name: str, data: bytes, brief: Brief, origin: Origin) -> Preflight:
    """As `preflight`; of a file that is as it was, what was found then."""

    def make() -> list[Any]:
        made = preflight(name, data, brief, origin)
        return [records.plain(made.report), [[page.path, page.data.decode()] for page in made.pages]]

    images = {key: image.data for key, image in origin.images.items()}
    facts = origin.meta, images, dict(origin.sources), dict(origin.chapters), origin.settings
    key = cache.key(KIND, name, data, brief, *facts, outside.present())
    report, pages = cache.remembered(KIND, key, make)
    return Preflight(records.made(Report, report), tuple(Artifact(path, text.encode()) for path, text in pages))


def brief_of(spec: PrintSpec) -> Brief:
    """The printer's conditions as book.yaml has them."""
    return Brief(
        standard=NAMES[spec.standard],
        bleed=spec.bleed,
        ink=spec.ink_limit / 100,
        signature=spec.signature,
        spots=tuple(spec.spots),
    )
