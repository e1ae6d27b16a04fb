"""竖排古籍: where columns, lines between them and commentary stand, by PDFium; the text, the file, a picture."""

from __future__ import annotations

import difflib
import re
import subprocess
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from banxin import build, layout, validate
from banxin.book import Artifact
from tests.conftest import ROOT
from tests.programs import need
from tests.upright import Glyph, pages

pytestmark = pytest.mark.slow

BOOK = ROOT / "tests" / "books" / "classic"
PAGE = layout.geometry(layout.load("classic").page, layout.load("classic"))
CORE, PAD = 0.7 * PAGE.pitch, 0.2 * PAGE.size
"""pt; how wide the fold is, and how far the frame stands from the first character of a column."""
FOOT = PAGE.head + PAGE.measure
GOLDEN = ROOT / "tests" / "golden" / "classic.png"
LEAVES = {4: (1, "學而第一"), 5: (2, "學而第一"), 6: (3, "學而第一"), 8: (5, "德行第一"), 9: (6, "德行第一")}
"""The pages of text, by their place in the file: the number of each, and its chapter."""


class Leaf(NamedTuple):
    """A page of text."""

    number: int
    columns: list[Glyph]
    fold: str


def order(out: Path, *formats: str, profile: str = "screen") -> build.Order:
    return build.Order(BOOK, formats or ("pdf",), (), out, profile=profile)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book for the screen."""
    (path,) = build.build(order(tmp_path_factory.mktemp("classic"))).written
    return path


@pytest.fixture(scope="module")
def leaves(book: Path) -> list[Leaf]:
    """Its pages of text."""
    found = pages(book)
    made = []
    for at, (number, _) in LEAVES.items():
        edge = right(number) + 1
        columns = [glyph for glyph in found[at] if edge - PAGE.depth < glyph.middle < edge]
        fold = "".join(glyph.char for glyph in found[at] if glyph not in columns)
        made.append(Leaf(number, columns, fold))
    return made


def right(number: int) -> float:
    """Where the columns of a page begin, pt from the page's left: an odd page is the left one of two."""
    return PAGE.width - (PAGE.gutter if number % 2 else PAGE.fore_edge)


def source(name: str) -> str:
    """The words of a chapter."""
    _, _, text = (BOOK / name).read_text("utf-8").split("---\n", 2)
    return re.sub(r"\]\{\.warichu\}|\[|\s", "", text)


def axis(glyph: Glyph) -> float:
    """The middle of an upright glyph's square, pt from the page's left; PDFium tells sizes in px."""
    return glyph.x + glyph.size * 0.75 / 2


def large(glyph: Glyph) -> bool:
    """Whether a glyph is of the text, not of commentary."""
    return glyph.size > 20


def dark(book: Path, at: int, box: tuple[float, float, float, float], across: bool = True) -> list[tuple[float, float]]:
    """From where to where there is ink in a strip of a page, pt."""
    scale = 6
    with pypdfium2.PdfDocument(book) as document:
        picture = document[at].render(scale=scale).to_pil().convert("L")
    strip = picture.crop(tuple(round(edge * scale) for edge in box))
    profile = strip.resize((strip.width, 1) if across else (1, strip.height), Image.Resampling.BOX).tobytes()
    begin, ends = (box[0] if across else box[1]), []
    for is_dark, run in groupby(range(len(profile)), key=lambda i: profile[i] < 140):
        places = list(run)
        if is_dark:
            ends.append((begin + places[0] / scale, begin + (places[-1] + 1) / scale))
    return ends


def test_characters_stand_in_the_middle_of_their_columns(leaves: list[Leaf], book: Path) -> None:
    """Those of commentary in the middle of a half; the lines between the columns are the columns' edges."""
    for leaf, at in zip(leaves, LEAVES, strict=True):
        strip = 0.0, PAGE.head - PAD + 1, PAGE.width, PAGE.head - 1
        lines = [(a + b) / 2 for a, b in dark(book, at, strip) if b - a < 1.2]
        first = right(leaf.number) + 0.0255 * PAGE.size
        edges = [first - n * PAGE.pitch for n in range(PAGE.lines + 1)]
        for edge in edges:
            assert min(abs(line - edge) for line in lines) < 0.35, (leaf.number, edge)
        assert len(lines) == len(edges) + 1  # and the fold's far side
        for glyph in (each for each in leaf.columns if each.upright):
            place = (first - axis(glyph)) / PAGE.pitch % 1
            wanted = 0.5 if large(glyph) else 0.25 if place < 0.5 else 0.75
            assert place == pytest.approx(wanted, abs=0.01), glyph


def test_entries_of_the_contents_stand_in_columns(book: Path) -> None:
    found = pages(book)[3]
    lines = [
        (a + b) / 2 for a, b in dark(book, 3, (0.0, PAGE.head - PAD + 1, PAGE.width, PAGE.head - 1)) if b - a < 1.2
    ]
    middles = [(a + b) / 2 for a, b in pairwise(lines) if b - a == pytest.approx(PAGE.pitch, abs=0.5)]
    assert len(middles) == PAGE.lines
    entries = [glyph for glyph in found if lines[0] < glyph.middle < lines[-2]]
    assert "".join(glyph.char for glyph in entries) == "目錄學而第一一世說新語四德行第一五"
    for glyph in entries:
        assert min(abs(axis(glyph) - middle) for middle in middles) < 0.35, glyph


def test_nothing_stands_outside_the_frame(leaves: list[Leaf], book: Path) -> None:
    for leaf, at in zip(leaves, LEAVES, strict=True):
        sides = dark(book, at, (0, PAGE.head - PAD + 1, PAGE.width, PAGE.head - 1))
        middle = right(leaf.number) - PAGE.pitch / 2
        ends = dark(book, at, (middle - 1, 0, middle + 1, PAGE.height), across=False)
        assert sides[-1][1] - sides[-1][0] == pytest.approx(2.2, abs=0.4)  # thick without, thin within
        assert sides[-2][1] - sides[-2][0] == pytest.approx(0.5, abs=0.4)
        assert sides[-1][1] - sides[0][0] == pytest.approx(PAGE.depth + CORE + 2 * 4.46, abs=0.6)
        assert (ends[0][0], ends[-1][1]) == pytest.approx((PAGE.head - PAD - 4.46, FOOT + PAD + 4.46), abs=0.4)
        for glyph in pages(book)[at]:
            assert sides[0][1] < glyph.left < glyph.right < sides[-1][0]
            assert PAGE.head - 0.5 < glyph.top < glyph.bottom < FOOT + 0.5


def test_columns_are_full_and_begin_at_one_height(leaves: list[Leaf]) -> None:
    for leaf in leaves[:2]:  # the others have room left
        commentary = [glyph for glyph in leaf.columns if not large(glyph) and glyph.upright]
        halves = sorted(commentary, key=lambda glyph: -glyph.x)
        runs = [list(run) for _, run in groupby(halves, key=lambda glyph: round(glyph.x))]
        whole = [run for run in runs if len(run) > 34]
        assert len(whole) >= 3
        for run in whole:
            assert min(glyph.top for glyph in run) < PAGE.head + 3
            assert max(glyph.bottom for glyph in run) > FOOT - 9  # a mark there has ink at its head alone


def test_the_fold(leaves: list[Leaf], book: Path) -> None:
    """The book's title, the fishtail, the chapter's title and the folio in Han numerals: artifacts, all of them."""
    for leaf, (at, (_, chapter)) in zip(leaves, LEAVES.items(), strict=True):
        assert leaf.fold == f"四書與新語{chapter}{'一二三四五六'[leaf.number - 1]}"
        edge = right(leaf.number) - PAGE.depth - CORE / 2 if leaf.number % 2 else right(leaf.number) + CORE / 2
        down = dark(book, at, (edge + 6, PAGE.head + 2, edge + 9, FOOT - 60), across=False)
        assert any(b - a > CORE * 0.3 for a, b in down)
    assert words(book).count("四書與新語") == 6  # cover, title page, copyright page, two chapters, colophon


def words(path: Path) -> str:
    """The text by the tags."""
    tagged = subprocess.run([need("pdfinfo"), "-struct-text", path], check=True, capture_output=True, text=True).stdout
    return re.sub(r"\s", "", "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', tagged)))


def test_the_order_of_the_text(book: Path, leaves: list[Leaf]) -> None:
    """The tags give the exact text, commentary where it belongs; poppler and PDFium at least 99 of 100 characters."""
    tagged = words(book)
    raw = subprocess.run([need("pdftotext"), "-raw", book, "-"], check=True, capture_output=True, text=True).stdout
    text = "".join(glyph.char for glyphs in pages(book) for glyph in glyphs)
    for name in ("1-lunyu.md", "2-shishuo.md"):
        chapter = source(name)
        assert chapter in tagged
        for found in (re.sub(r"\s", "", raw), text):
            blocks = difflib.SequenceMatcher(None, chapter, found, autojunk=False).get_matching_blocks()
            assert sum(block.size for block in blocks) >= 0.99 * len(chapter)


def test_a_printer_finds_nothing_and_gets_black_alone(tmp_path: Path) -> None:
    made = build.build(order(tmp_path, profile="print"))
    assert [looked.report.findings for looked in made.preflights] == [()]
    with pikepdf.open(made.written[0]) as pdf:
        for page in pdf.pages:
            assert [float(x) for x in page.TrimBox] == pytest.approx(
                [float(page.TrimBox[0]), float(page.TrimBox[1]), float(page.TrimBox[0]) + PAGE.width]
                + [float(page.TrimBox[1]) + PAGE.height],
                abs=0.01,
            )
            for operands, operator in pikepdf.parse_content_stream(page):
                assert str(operator) not in ("rg", "RG", "g", "G")
                if str(operator) in ("k", "K"):
                    assert [float(ink) for ink in operands[:3]] == [0, 0, 0]


def test_the_archive(tmp_path: Path) -> None:
    (path,) = build.build(order(tmp_path, profile="archive")).written
    subprocess.run([need("qpdf"), "--check", path], check=True, capture_output=True)
    with pikepdf.open(path) as pdf, pdf.open_metadata() as says:
        assert says["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"


def test_epub_and_web_edition_are_vertical(tmp_path: Path) -> None:
    built = build.build(order(tmp_path, "epub", "html"))
    (path,) = tmp_path.glob("*.epub")
    assert not list(validate.epubs([Artifact(path.name, path.read_bytes())]))
    assert built.written
    (site,) = (each for each in tmp_path.iterdir() if each.is_dir())
    assert "writing-mode: vertical-rl" in "".join(each.read_text("utf-8") for each in site.rglob("*.css"))
    assert '<span class="warichu">' in (site / "1-lunyu.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("key", "value"), [("border", "sides"), ("border", "single"), ("column-rules", "false"), ("fishtail", "false")]
)
def test_options_of_the_frame(key: str, value: str, tmp_path: Path) -> None:
    """左右双边 is double at the sides alone, 四周单边 nowhere; columns without lines, a fold without its fishtail."""
    (tmp_path / "1.md").write_text("# 學而\n\n子曰。\n", "utf-8")
    (tmp_path / "book.yaml").write_text(
        "title: 論語\nauthors: [某]\nlanguage: zh-Hant-TW\nlayout: classic\nchapters: [1.md]\n"
        f"options: {{cover: false, colophon: false, contents: false, {key}: {value}}}\n",
        "utf-8",
    )
    (path,) = build.build(build.Order(tmp_path, ("pdf",), (), tmp_path / "out")).written
    with pypdfium2.PdfDocument(path) as document:
        last = len(document) - 1
    sides = dark(path, last, (0, PAGE.head - PAD + 1, PAGE.width, PAGE.head - 1))
    middle = right(1) - PAGE.pitch * 8.5
    ends = dark(path, last, (middle - 1, 0, middle + 1, PAGE.height), across=False)
    thick = [b - a > 1.5 for a, b in sides]
    if key == "border":
        assert (len(ends), len(sides)) == ((2, 14) if value == "sides" else (2, 12))
        assert (thick[0], any(thick[1:-1]), thick[-1]) == (True, False, True)
    elif key == "column-rules":
        assert len(sides) == 5
    edge = right(1) - PAGE.depth - CORE / 2
    tail = any(b - a > CORE * 0.3 for a, b in dark(path, last, (edge + 6, PAGE.head + 2, edge + 9, FOOT - 60), False))
    assert tail == (key != "fishtail")


def test_two_pages_look_as_they_did(book: Path, update_golden: bool) -> None:
    """A spread, as a picture that was looked at; what is finer than its dots may change."""
    with pypdfium2.PdfDocument(book) as document:
        right_, left = (document[at].render(scale=0.75).to_pil().convert("L") for at in (5, 6))
    spread = Image.new("L", (left.width + right_.width, left.height))
    spread.paste(left, (0, 0))
    spread.paste(right_, (left.width, 0))
    if update_golden:
        spread.save(GOLDEN, optimize=True)
    with Image.open(GOLDEN) as golden:
        assert golden.size == spread.size
        assert ImageStat.Stat(ImageChops.difference(golden, spread)).mean[0] < 2
