"""An essay in Simplified Chinese as a vertical book for Taiwan: what readers of its file find, and its lines, page by
page. It is not part of the project: where it is not, nothing can be built."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

import pytest

from banxin import build, layout
from banxin.config import PageSpec
from banxin.typeset.chars import CLOSING, OPENING
from tests.conftest import ESSAY
from tests.upright import Glyph, in_order, pages, read, tagged

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ESSAY.exists(), reason=f"{ESSAY} is not here (only in the workplace of its author)"),
]

EDITION = "zh-Hant-TW"
LOOK = layout.geometry(PageSpec(), layout.load("novel-vertical"))
NEVER_FIRST = frozenset("、。，．；：！？…—～·" + CLOSING)
NEVER_LAST = frozenset(OPENING)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the PDF and the EPUB, made by the same build."""
    folder = tmp_path_factory.mktemp("essay")
    (folder / "essay.md").write_bytes(ESSAY.read_bytes())
    settings = "title: 随笔\nslug: essay\nlanguage: zh-Hans\nchapters: [essay.md]\n"
    (folder / "book.yaml").write_text(f"{settings}editions: {{{EDITION}: {{writing: vertical}}}}\n", "utf-8")
    made = build.build(build.Order(folder, ("pdf", "epub"), (EDITION,), folder / "out"))
    assert {problem.code for problem in made.problems} <= {"T002"}  # the author's own quotation marks that stand alone
    return folder / "out"


@pytest.fixture(scope="module")
def paper(book: Path) -> Path:
    return book / f"essay-{EDITION}.pdf"


@pytest.fixture(scope="module")
def body(paper: Path) -> list[list[list[Glyph]]]:
    """The columns of each page of the text, from the right; heads and folios left out."""
    return [columns(glyphs, i % 2 == 0) for i, glyphs in enumerate(pages(paper)) if i > COPYRIGHT][:-1]


COPYRIGHT = 3
"""The page before the text; that after it is the colophon."""


def columns(glyphs: list[Glyph], recto: bool) -> list[list[Glyph]]:
    """Glyphs in the type area that share an axis, from the right, each from above."""
    right = LOOK.width - (LOOK.gutter if recto else LOOK.fore_edge)
    text = [glyph for glyph in glyphs if right - LOOK.depth < axis(glyph) < right]
    found: list[list[Glyph]] = []
    for glyph in sorted(text, key=lambda glyph: -axis(glyph)):
        if not found or axis(found[-1][0]) - axis(glyph) > LOOK.pitch / 2:
            found.append([])
        found[-1].append(glyph)
    return [sorted(line, key=lambda glyph: glyph.top) for line in found]


def is_han(glyph: Glyph) -> bool:
    return "\u4e00" <= glyph.char <= "\u9fff"


def axis(glyph: Glyph) -> float:
    """The middle of its column: of what is turned it is over the baseline, of figures in a square about their own."""
    if glyph.upright:
        return glyph.middle if glyph.char.isascii() else glyph.x + LOOK.size / 2
    return glyph.x + 0.38 * LOOK.size


def test_every_reader_has_the_text_in_order(book: Path, paper: Path) -> None:
    """The tags say what the EPUB says, paragraph by paragraph; others find at least 98 of 100 characters in order."""
    words = tagged(paper)
    with zipfile.ZipFile(book / f"essay-{EDITION}.epub") as archive:
        chapters = [name for name in archive.namelist() if re.search(r"text/(essay|\d|wo)", name)]
        html = "".join(archive.read(name).decode() for name in chapters)
    told = [re.sub(r"<[^>]*>|\s", "", unescape(each)) for each in re.findall(r"<p>.*?</p>", html, re.DOTALL)]
    assert len(told) > 60  # those with " in them are left out, as pdfinfo puts it around texts and does not escape it
    for paragraph in told:
        assert paragraph.replace("\ufe0f", "") in words or '"' in paragraph, paragraph
    for reader, found in read(paper).items():
        assert in_order(words, found) >= 0.98, reader


def test_lines_begin_and_end_as_the_kinsoku_has_it(body: list[list[list[Glyph]]]) -> None:
    lines = [line for page in body for line in page]
    assert len(lines) > 150
    assert not [line for line in lines if line[0].char in NEVER_FIRST and line[0].char != "—"]
    assert not [line for line in lines if line[-1].char in NEVER_LAST]
    ends = [line for line in lines if len(line) == 1 and line[0].char != "※"]
    assert not ends, "one character alone in the last line of a paragraph"


def test_full_lines_end_at_one_height(body: list[list[list[Glyph]]]) -> None:
    """Those whose last glyph is Han, in an upright square: to a tenth of a point, on every page."""
    top = LOOK.head
    for page in body:
        squares = [line[-1] for line in page if is_han(line[-1])]
        feet = [glyph.y + 0.12 * LOOK.size for glyph in squares]
        full = [foot for foot in feet if foot > top + LOOK.measure - 0.75 * LOOK.size]
        assert all(foot == pytest.approx(top + LOOK.measure, abs=0.15) for foot in full)


def test_columns_stand_on_the_grid(body: list[list[list[Glyph]]]) -> None:
    """A whole number of pitches from the right edge of the type area, at rectos and versos."""
    for page in body:
        axes = [axis(next(filter(is_han, line))) for line in page if len(list(filter(is_han, line))) > 10]
        for one, other in zip(axes, axes[1:], strict=False):
            steps = (one - other) / LOOK.pitch
            assert steps == pytest.approx(round(steps), abs=0.03)


def test_everything_stands_within_the_trim(paper: Path) -> None:
    for glyphs in pages(paper)[1:]:
        assert all(glyph.left > 10 and glyph.right < LOOK.width - 10 for glyph in glyphs)
        assert all(glyph.top > 10 and glyph.bottom < LOOK.height - 10 for glyph in glyphs)
