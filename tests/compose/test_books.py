"""The lines of whole books and of a corpus of mixed prose, measured in the PDF, at the bounds that they are held to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from banxin import build, fonts, layout
from banxin.compose.composer import Report
from banxin.compose.paragraph import Line, Paragraph
from banxin.compose.patch import composing
from banxin.compose.speed import PATCHES, fast
from banxin.config import PageSpec
from banxin.render import pdf
from banxin.render.press import Press
from tests.compose.sheet import family
from tests.conftest import ROOT, SAMPLES
from tools import prose
from tools.composition import Figures, Rules, measure
from tools.composition.paragraphs import OBJECT

pytestmark = pytest.mark.slow

NONE = ("ragged", "kinsoku", "torn", "unsqueezed", "no_gap", "borrowed", "uneven", "holes", "lone")
"""Rows of the measure that are nought in every book."""
BOOKS = [(name, edition) for name, sample in SAMPLES.items() for edition in sample.editions]
NOT_RAGGED = {"handbook": 1}
"""Lines that the measure takes for ragged: it cannot know that a boxed item's edge is not that of the list beside."""


@cache
def press(name: str, edition: str) -> tuple[str, Press]:
    """The HTML of a book."""
    sample = SAMPLES[name]
    if not sample.path.exists():
        pytest.skip(f"{sample.path} is not here (only in the workplace of its author)")
    fonts.ensure([edition], lambda _: None)
    fonts.activate()
    (made, *_) = build.presses(build.Order(sample.path, editions=(edition,)), build.SILENT)
    return pdf.document(made, layout.geometry(made.page_spec or PageSpec(), made.layout)), made


@contextmanager
def watched() -> Iterator[list[tuple[Line, bool]]]:
    """Every line that is composed, and whether it should be full."""
    seen: list[tuple[Line, bool]] = []
    made = Paragraph.made

    def line(self: Paragraph, *values: Any) -> Line:
        found = made(self, *values)
        seen.append((found, values[3].justified and not found.last))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Paragraph, "made", line)
        yield seen


def faults(figures: Figures, row: str) -> list[str]:
    """The faults of a row, but for lines of a contents: a measure knows neither leaders nor the room behind a label."""
    lines = [
        each for each in figures.faults[row] if OBJECT not in each.line.text and "\u2002\u2002" not in each.line.text
    ]
    return [f"{each.what} {each.line.text}" for each in lines]


@pytest.mark.parametrize(("name", "edition"), BOOKS)
def test_a_book(name: str, edition: str, tmp_path: Path) -> None:
    html, made = press(name, edition)
    with watched() as seen, composing(made.lines) as report, fast():
        (tmp_path / "book.pdf").write_bytes(pdf.write(html, made))
    assert report.unforeseen == []
    assert report.stock == {}
    full = [line for line, justified in seen if justified]
    assert len(full) > 30
    assert [line.fit.missing for line in full if abs(line.fit.missing) > 0.01] == []
    assert [line for line, _ in seen if line.width > line.room + 0.01] == []
    figures = measure(tmp_path / "book.pdf", Rules(language=edition))
    found = {row: faults(figures, row) for row in NONE}
    assert {row: each for row, each in found.items() if len(each) > (NOT_RAGGED.get(name, 0) * (row == "ragged"))} == {}
    assert figures.share("wide") <= 1.5


@pytest.mark.parametrize("name", SAMPLES)
def test_only_code_is_set_line_by_line(name: str) -> None:
    """Nothing falls back on the books; what is greedy is code."""
    html, made = press(name, SAMPLES[name].editions[0])
    with composing(made.lines) as report, fast():
        pdf.write(html, made)
    assert report.stock.total() == 0
    assert report.greedy <= (0 if name != "handbook" else 0.05 * report.planned)


# Mixed prose ----------------------------------------------------------------------------------------------------------


def corpus(characters: int, seed: int, path: Path) -> tuple[Figures, Report]:
    """28 characters a line, measured against the words that were typeset."""
    fonts.ensure(["zh-Hans"], lambda _: None)
    fonts.activate()
    import weasyprint

    sheet = prose.Sheet()
    paragraphs = prose.write(characters, seed)
    html = prose.to_html(paragraphs, sheet, family())
    with composing() as report, fast():
        weasyprint.HTML(string=html).write_pdf(path, pdf_tags=True)
    texts = [prose.plain(each) for each in paragraphs]
    return measure(path, Rules(measure=sheet.measure, pitch=sheet.pitch, texts=texts)), report


@pytest.mark.parametrize(
    ("characters", "seed", "opened", "wide"),
    [(20_000, 1, 1.5, 0.75), (20_000, 2, 1.5, 0.75), (200_000, prose.SEED, 0.5, 0.15)],
)
def test_a_corpus(characters: int, seed: int, opened: float, wide: float, tmp_path: Path) -> None:
    figures, report = corpus(characters, seed, tmp_path / "corpus.pdf")
    assert report.unforeseen == []
    assert report.stock == {}
    assert report.greedy == 0
    assert {row: figures.worst(row, 5) for row in (*NONE, "off_grid") if figures.count(row)} == {}
    assert figures.share("opened") <= opened
    assert figures.share("wide") <= wide
    for reader, difference in figures.texts.items():
        assert difference.characters == 0, (reader, difference)


# With the patches for speed -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone() -> Any:
    """A book composed without the patches for speed."""

    @cache
    def get(name: str) -> bytes:
        html, made = press(name, SAMPLES[name].editions[0])
        with composing(made.lines):
            return pdf.write(html, made)

    return get


@pytest.mark.parametrize("name", ["chronicle", "story"])
@pytest.mark.parametrize("patch", [*PATCHES, "all"])
def test_speed_changes_no_byte(patch: str, name: str, alone: Any) -> None:
    """Pages are the same with each patch, and with all of them, whichever is put in first."""
    html, made = press(name, SAMPLES[name].editions[0])
    names = None if patch == "all" else [patch]
    plain = alone(name)
    with composing(made.lines), fast(names):
        assert pdf.write(html, made) == plain
    with fast(names), composing(made.lines):
        assert pdf.write(html, made) == plain


def test_everything_composed_with_and_without_speed() -> None:
    """The page of everything that CSS can do."""
    import weasyprint

    from banxin.sheets.fetcher import fetcher

    fonts.activate()
    source = (ROOT / "tests" / "compose" / "everything.html").read_text("utf-8")

    def write() -> bytes:
        html = weasyprint.HTML(string=source, base_url="book:", url_fetcher=fetcher({}))
        return bytes(html.write_pdf(pdf_identifier=b"everything"))

    with composing() as report:
        plain = write()
    assert report.unforeseen == []
    with composing(), fast():
        assert write() == plain
