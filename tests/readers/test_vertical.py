"""A vertical book in EPUB and on the web: what packages say, what Chromium shows."""

from __future__ import annotations

import itertools
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from banxin import build, validate
from banxin.book import Artifact
from tests.programs import need
from tests.upright import pages

pytestmark = pytest.mark.slow

BOOK = Path(__file__).parents[1] / "books" / "vertical"
CHAPTER = "1-classes"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as EPUB, as a folder and as one file."""
    folder = tmp_path_factory.mktemp("vertical")
    build.build(build.Order(BOOK, ("epub", "html"), ("zh-Hant-TW",), folder))
    return folder


def test_the_package_turns_pages_to_the_right(out: Path) -> None:
    path = out / "vertical-zh-Hant-TW.epub"
    with zipfile.ZipFile(path) as archive:
        package = archive.read("EPUB/package.opf").decode()
        sheet = archive.read("EPUB/css/book.css").decode()
        chapter = archive.read(f"EPUB/text/{CHAPTER}.xhtml").decode()
    assert 'page-progression-direction="rtl"' in package
    assert '<meta name="primary-writing-mode" content="vertical-rl"/>' in package
    assert "writing-mode: vertical-rl" in sheet
    assert re.findall(r'<span class="tcy(?: by-rule)?">([^<]*)</span>', chapter) == ["12", "3", "120", "AI", "2025"]
    assert not list(validate.epubs([Artifact(path.name, path.read_bytes())]))


@pytest.fixture
def page(chromium: Browser, out: Path) -> Page:
    """A chapter of the web edition."""
    page = chromium.new_page(viewport={"width": 1000, "height": 700})
    page.goto(f"{(out / 'vertical-zh-Hant-TW' / f'{CHAPTER}.html').as_uri()}")
    return page


def test_a_chapter_goes_on_to_the_left(page: Page) -> None:
    """Its lines run downward, the next at the left of the last; the wheel moves on, and the page is no wider for it."""
    facts = page.evaluate(
        """() => {
        const chapter = document.querySelector("main .chapter");
        const [one, other] = [...document.querySelectorAll(".text p")].map((p) => p.getBoundingClientRect());
        const square = document.querySelector(".tcy").getBoundingClientRect();
        return {
          mode: getComputedStyle(chapter).writingMode, over: other.right <= one.left + 1,
          wide: document.documentElement.scrollWidth > innerWidth, high: square.height, em: Number.parseFloat(
            getComputedStyle(document.querySelector(".text p")).fontSize),
        };
      }"""
    )
    assert facts["mode"] == "vertical-rl"
    assert facts["over"]
    assert not facts["wide"]
    assert facts["high"] == pytest.approx(facts["em"], abs=2)
    page.set_viewport_size({"width": 320, "height": 420})
    room = page.evaluate("(c => c.scrollWidth - c.clientWidth)(document.querySelector('main .chapter'))")
    assert room > 0
    page.locator("main .chapter").dispatch_event("wheel", {"deltaY": 50, "cancelable": True})
    assert page.evaluate("document.querySelector('main .chapter').scrollLeft") < 0


def test_tables_stand_upright(out: Path, chromium: Browser) -> None:
    """As in the PDF: their rows are read from the top down, in the web edition and in the EPUB."""
    with zipfile.ZipFile(out / "vertical-zh-Hant-TW.epub") as archive:
        archive.extractall(out / "opened")
    for place in ("vertical-zh-Hant-TW/3-islands.html", "opened/EPUB/text/3-islands.xhtml"):
        page = chromium.new_page(viewport={"width": 1000, "height": 700})
        page.goto((out / place).as_uri())
        one, other, below = page.evaluate(
            """() => [...document.querySelectorAll("th, td")].slice(0, 3).map((cell) => {
              const box = cell.getBoundingClientRect(); return [box.left, box.top]; })"""
        )
        assert one[0] < other[0], place
        assert one[1] == pytest.approx(other[1], abs=1), place
        assert one[1] < below[1], place
        page.close()


# --- squares

SQUARES = (
    ("共12個月，第 3 天", ["12", "3"]),
    ("溫度120度；用 AI 寫，看TV和DVD", ["120", "AI", "TV"]),
    ("1990年，3.14，50%，GPT-4，A4，2024-03-05，12:30，in 12 days，12 km，$12，#12", []),
    ("（7）「12」《3》——8……9", ["7", "12", "3", "8", "9"]),
    ("第**12**章，共12^[注。]個，*12*日", ["12", "12", "12"]),
    ("GPT**12**，**1990**12，[12](1.html).5，**3**%", []),
    ("[2025]{.tcy}年，[a1]{.tcy}，[12345]{.tcy}", ["2025", "a1"]),
    ("[USA]{.upright}，[12]{.upright}", []),
    ("`12`，[12]{lang=en}", []),
)
"""Paragraphs, and what shares a square in them."""


@pytest.fixture(scope="module")
def squares(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of all of them, in every format."""
    folder = tmp_path_factory.mktemp("squares")
    settings = "title: 書\nslug: book\nlanguage: zh-Hant-TW\nwriting: vertical\nchapters: [1.md]\n"
    (folder / "book.yaml").write_text(settings + "options: {cover: false, colophon: false}\n", "utf-8")
    text = "\n\n".join(f"甲{words}。" for words, _ in SQUARES)
    (folder / "1.md").write_text(f"---\nid: one\n---\n# 章\n\n{text}\n", "utf-8")
    build.build(build.Order(folder, ("pdf", "epub", "html"), (), folder / "out"))
    return folder / "out"


def test_the_same_shares_a_square_in_every_format(squares: Path, chromium: Browser) -> None:
    """In EPUB and web edition by Chromium's measure, in the PDF by PDFium's."""
    wanted = [square for _, found in SQUARES for square in found]
    with zipfile.ZipFile(squares / "book-zh-Hant-TW.epub") as archive:
        archive.extractall(squares / "epub")
    for place in ("epub/EPUB/text/one.xhtml", "book-zh-Hant-TW/one.html"):
        page = chromium.new_page(viewport={"width": 1000, "height": 700})
        page.goto((squares / place).as_uri())
        found = page.evaluate(
            """() => [...document.querySelectorAll("p .tcy")].map((e) => [e.textContent, Number(
              getComputedStyle(e).textCombineUpright === "all" && e.getBoundingClientRect().height /
              Number.parseFloat(getComputedStyle(e).fontSize))])"""
        )
        combined = [(text, high) for text, high in found if high]
        assert [text for text, _ in combined if len(text) < 5] == wanted, place
        assert all(high == pytest.approx(1, abs=0.15) for text, high in combined if len(text) < 5), place
        page.close()
    found = []
    for glyphs in pages(squares / "book-zh-Hant-TW.pdf"):
        small = [glyph for glyph in glyphs if glyph.size > 14]  # without folios and the marks of notes
        for line, group in itertools.groupby(small, key=lambda glyph: (glyph.upright, round(glyph.y, 1))):
            text = "".join(glyph.char for glyph in group)
            if line[0] and text.isascii():
                found.append(text)
    single = list("USA12")  # upright one by one
    at = found.index("U")
    assert found[at : at + 5] == single
    body = [each for each in found[:at] if each]
    assert body[-len(wanted) :] == wanted


# --- numbers


def test_numbers_are_one_in_every_format(tmp_path: Path) -> None:
    """二〇二五 where an edition asks for it, in its words, its title page and its contents; not in code, addresses and
    citations, nor in the other edition."""
    settings = (
        "title: 书\nslug: book\nauthors: [某]\ndate: 2025-11-02\nlanguage: zh-Hans\n"
        "chapters: [1.md]\nbibliography: b.yaml\n"
        "options: {cover: false}\neditions:\n  zh-Hans: {}\n  zh-Hant-TW: {writing: vertical, numbers: years}\n"
    )
    (tmp_path / "book.yaml").write_text(settings, "utf-8")
    (tmp_path / "b.yaml").write_text(
        "references: [{id: a, type: book, title: 1984年的书, author: [{family: 林, given: 某}], issued: 1984}]\n",
        "utf-8",
    )
    text = "# 1999年\n\n他在2025年11月2日写信，`2025年`，<https://e.org/2025年>，[@a]。^[2024年注。]\n"
    (tmp_path / "1.md").write_text(text, "utf-8")
    out = tmp_path / "out"
    build.build(build.Order(tmp_path, ("pdf", "epub", "html"), (), out))
    vertical, across = (_words(out, edition) for edition in ("zh-Hant-TW", "zh-Hans"))
    for name, words in vertical.items():
        for said in ("一九九九年", "他在二〇二五年十一月二日寫信", "二〇二四年"):
            assert said in words, (name, said)
        for kept in ("2025年", "e.org/2025", "1984"):
            assert kept in words, (name, kept)
        assert "2025年11月2日寫" not in words, name
    for name, words in across.items():
        assert "他在2025年11月2日写信" in words, name
        assert "二〇" not in words, name


def _words(out: Path, edition: str) -> dict[str, str]:
    """The words of a book in each format, without spaces."""
    pdf = subprocess.run(
        [need("pdftotext"), "-raw", out / f"book-{edition}.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    with zipfile.ZipFile(out / f"book-{edition}.epub") as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        epub = "".join(re.sub("<[^>]*>", "", archive.read(name).decode()) for name in names)
    pages = (out / f"book-{edition}").glob("*.html")
    web = "".join(re.sub("<[^>]*>", "", page.read_text("utf-8")) for page in pages)
    return {name: re.sub(r"\s", "", words) for name, words in (("pdf", pdf), ("epub", epub), ("web", web))}
