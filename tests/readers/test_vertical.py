"""A vertical book in EPUB and on the web: what packages say, what Chromium shows."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from banxin import build, validate
from banxin.book import Artifact

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
