"""A vertical book in EPUB and on the web: what packages say, what Chromium shows."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from banxin import build, validate
from banxin.book import Artifact
from tests.programs import need

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
