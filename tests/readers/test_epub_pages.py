"""The pages of an EPUB in a real browser, as reading apps show them: their size, their night, their lines are kept."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from banxin import fonts
from banxin.render import epub
from tests.readers import sample
from tests.readers.test_site import CONTRAST, DESKTOP, PHONE, TABLET, Visit, sideways

pytestmark = pytest.mark.slow

WORDS = (
    '<p>只想放一个网址，用尖括号括住：<a class="uri" href="https://www.example.org/">https://www.example.org/a/b</a>。</p>'
    "<p>句子当中也可以有图，比如这条一直往东流过去的河"
    '<img src="image:images/%E6%B2%B3.svg" alt="河" style="width: 2em" />'
    "，跟着字走。</p>"
)
SIZES = """() => [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && e.textContent.trim()
  && !e.closest("math")).map((e) => [e.localName, Number.parseFloat(getComputedStyle(e).fontSize)])"""
NIGHT = "html, body { background: #121212 !important; color: #cfcfcf !important }"
LARGE = "body { font-size: 150%; line-height: 2.4 }"


@pytest.fixture(scope="module", params=["novel", "technical"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The pages of the sample, unpacked."""
    fonts.activate()
    root = tmp_path_factory.mktemp("pages")
    chapters = tuple(replace(page, body=WORDS + page.body) for page in sample.PAGES)
    (book,) = epub.render(sample.press(pages=chapters, theme=request.param))
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        archive.extractall(root)
    return sorted(path for path in root.rglob("*.xhtml") if path.name != "cover.xhtml")


def chapter(pages: list[Path], name: str = "wood") -> Path:
    return next(path for path in pages if path.stem == name)


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_no_page_is_wider_than_the_window(chromium: Browser, pages: list[Path], size: tuple[int, int]) -> None:
    with Visit(chromium, size) as visit:
        for path in pages:
            assert sideways(visit.open(path)) == 0, path.name
        assert visit.complaints == []


def test_by_night_all_words_stand_out(chromium: Browser, pages: list[Path]) -> None:
    """A reading app changes paper and ink, and nothing of ours stands against it."""
    with Visit(chromium, PHONE) as visit:
        for path in pages:
            page = visit.open(path)
            page.add_style_tag(content=NIGHT)
            found = page.evaluate(CONTRAST)
            assert found, path.name
            assert [(round(ratio, 2), words) for ratio, _, words in found if ratio < 4.5] == [], path.name


def test_by_day_all_words_stand_out(chromium: Browser, pages: list[Path]) -> None:
    with Visit(chromium, PHONE) as visit:
        for path in pages:
            found = visit.open(path).evaluate(CONTRAST)
            assert [(round(ratio, 2), words) for ratio, _, words in found if ratio < 4.5] == [], path.name


def test_all_words_grow_with_the_reader_s_size(chromium: Browser, pages: list[Path]) -> None:
    with Visit(chromium, PHONE) as visit:
        for path in pages:
            page = visit.open(path)
            before = page.evaluate(SIZES)
            page.add_style_tag(content=LARGE)
            after = page.evaluate(SIZES)
            assert [(name, round(1.5 * size, 1)) for name, size in before] == [(n, round(s, 1)) for n, s in after]
            assert sideways(page) == 0, path.name


def test_the_text_has_the_reader_s_lines(chromium: Browser, pages: list[Path]) -> None:
    pitch = """() => { const p = getComputedStyle(document.querySelector("section > p"));
      return Number.parseFloat(p.lineHeight) / Number.parseFloat(p.fontSize) }"""
    with Visit(chromium, PHONE) as visit:
        page = visit.open(chapter(pages, "preface"))
        page.add_style_tag(content=LARGE)
        assert page.evaluate(pitch) == pytest.approx(2.4)


def test_an_address_does_not_pull_the_line_before_it_apart(chromium: Browser, pages: list[Path]) -> None:
    """It is divided where the line ends, and begins on the line that it is named on."""
    with Visit(chromium, PHONE) as visit:
        page = visit.open(chapter(pages))
        lines = page.evaluate("document.querySelector('a.uri').getClientRects().length")
        assert lines == 2


def rows(page: Page, selector: str) -> tuple[float, float]:
    """Where a picture and the mark after it stand (px from the top of the page, their middles)."""
    found: list[float] = page.evaluate(
        """(selector) => {
          const picture = document.querySelector(selector), range = document.createRange();
          range.selectNode(picture.nextSibling);
          const boxes = [picture, range].map((each) => each.getBoundingClientRect());
          return boxes.map((box) => (box.top + box.bottom) / 2);
        }""",
        selector,
    )
    return found[0], found[1]


def test_no_line_begins_with_the_mark_after_a_picture(chromium: Browser, pages: list[Path]) -> None:
    """At whatever width of the window."""
    with Visit(chromium, PHONE) as visit:
        page = visit.open(chapter(pages))
        size = page.evaluate("Number.parseFloat(getComputedStyle(document.body).fontSize)")
        for width in range(260, 420, 8):
            page.set_viewport_size({"width": width, "height": 740})
            picture, mark = rows(page, "p img")
            assert abs(picture - mark) < size, width
