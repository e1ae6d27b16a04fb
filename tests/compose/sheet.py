"""Sets pieces of HTML with the composer and says where everything stands: in the laid-out boxes, and in the PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pikepdf

from banxin import fonts
from banxin.compose.composer import Report
from banxin.compose.patch import composing
from banxin.compose.settings import Settings
from tests.conftest import ROOT
from tools.composition import glyphs
from tools.composition.glyphs import Cell

EM = 12.0
"""px; the size of the body."""
PT = 0.75
"""pt in a px."""
PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='24' height='12'/%3E"


def family(language: str = "zh-Hans", role: str = "serif") -> str:
    """The value of font-family for a stack of our fonts."""
    return ", ".join(f'"{name}"' for name in fonts.stack(role, language))


def css(language: str = "zh-Hans") -> str:
    """A sheet on which nothing but the text takes place; its measure is that of the block."""
    return f"""
    @page {{ size: 900px 900px; margin: 30px }}
    html {{ font: {EM}px/2 {family(language)} }}
    body, p, div {{ margin: 0 }}
    p {{ text-align: justify }}
    code, pre {{ font-family: {family(language, "mono")}; font-size: 1em; white-space: pre-wrap }}
    pre {{ margin: 0 }}
    sup {{ font-size: .6em; line-height: 0; vertical-align: .5em }}
    rt {{ font: 400 .5em {family(language, "sans")} }}
    .sheet {{ break-before: page; display: flow-root }}
    """


@dataclass(slots=True)
class Row:
    """A line of the PDF: what was drawn on one baseline of one block, from the start to the end."""

    cells: list[Cell]

    @property
    def text(self) -> str:
        """What is drawn, with the spaces."""
        return "".join(cell.text for cell in self.cells)

    @property
    def end(self) -> float:
        """Where the last visible glyph ends, px from the page's edge."""
        return next(cell.end for cell in reversed(self.cells) if not cell.is_space) / PT

    @property
    def start(self) -> float:
        """Where the first visible glyph begins, px."""
        return next(cell.start for cell in self.cells if not cell.is_space) / PT

    def gaps(self) -> list[tuple[Cell, Cell, float]]:
        """Neighbours that can be seen, and how far apart they are beyond their advances, em of the first."""
        seen = [cell for cell in self.cells if not cell.is_space]
        return [(a, b, (b.start - a.end) / a.size) for a, b in zip(seen, seen[1:], strict=False)]


@dataclass
class Sheet:
    """A document that was laid out."""

    document: Any
    report: Report | None
    font_config: Any = None
    options: dict[str, Any] = field(default_factory=dict)
    composed: bool = True
    settings: Settings | None = None

    @cached_property
    def pdf(self) -> bytes:
        with ExitStack() as stack:
            if self.composed:
                stack.enter_context(composing(self.settings))
            return bytes(self.document.write_pdf(pdf_identifier=b"sheet", **self.options))

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """The glyphs of each page, in the order in which they are drawn."""
        pages: list[list[Cell]] = [[] for _ in self.document.pages]
        for (page, _), cells in glyphs.read_stream(io.BytesIO(self.pdf)).items():
            pages[page] += cells
        return pages

    def rows(self, page: int = 0) -> list[Row]:
        """The lines of a page by their baselines; what is raised belongs to the line it is in, readings to none."""
        rows: list[Row] = []
        for cell in self.cells[page]:
            if cell.reading:
                continue
            if not rows or _below(rows[-1].cells[0], cell):
                rows.append(Row([]))
            rows[-1].cells.append(cell)
        return rows

    def lines(self, page: int | None = None) -> list[str]:
        """The words of each line box, as the boxes have them."""
        pages = self.document.pages if page is None else [self.document.pages[page]]
        return [words(line) for each in pages for line in line_boxes(each._page_box)]

    def content(self) -> list[bytes]:
        """The content streams of the pages."""
        with pikepdf.open(io.BytesIO(self.pdf)) as pdf:
            return [page.Contents.read_bytes() for page in pdf.pages]


def _below(first: Cell, cell: Cell) -> bool:
    return abs(cell.y - first.y) > 0.7 * max(first.size, cell.size)


def line_boxes(box: Any) -> Iterator[Any]:
    """The line boxes in a box, outermost first, in order."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.LineBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from line_boxes(child)


def words(box: Any) -> str:
    """The text of a line, without that of lines inside it (inline blocks, floats, notes)."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        return str(box.text)
    return "".join(
        words(child) for child in getattr(box, "children", ()) if isinstance(child, boxes.TextBox | boxes.InlineBox)
    )


def text_boxes(box: Any) -> Iterator[Any]:
    """The text boxes in a box, in order."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from text_boxes(child)


def lay(
    body: str,
    extra: str = "",
    language: str = "zh-Hans",
    settings: Settings | None = None,
    composed: bool = True,
    **options: Any,
) -> Sheet:
    """Lay out a body on a sheet; `extra` is more CSS. Not composed, it is WeasyPrint as it comes."""
    fonts.ensure([language], lambda _: None)
    fonts.activate()
    import weasyprint

    source = (
        f"<html lang={language}><meta charset=utf-8><title>文</title><style>{css(language)}{extra}</style><body>{body}"
    )
    html = weasyprint.HTML(string=source, base_url="book:")
    if not composed:
        return Sheet(html.render(**options), None, options=options, composed=False)
    with composing(settings) as report:
        document = html.render(**options)
    return Sheet(document, report, options=options, settings=settings)


__all__ = ["EM", "PICTURE", "PT", "ROOT", "Path", "Row", "Sheet", "css", "family", "lay", "line_boxes", "words"]
