"""The web edition of a vertical book in Chromium: how far one is, where one was, keys, links, the other edition."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from banxin import build
from tests.conftest import PATIENCE
from tests.readers.test_search import ask
from tests.readers.test_site import CONTRAST, DESKTOP, PHONE, TABLET, Visit
from tests.readers.test_site_access import violations

pytestmark = pytest.mark.slow

SIZES = [PHONE, TABLET, DESKTOP]
PARAGRAPHS = 40
SENTENCE = "刻工把字反刻在梨木上，一刀一刀，一天刻不到一百個字，刻成的版用了一輩子，又傳給下一個人。"
CHAPTER = "document.querySelector('main .chapter')"
DRAWN = "new DOMMatrix(getComputedStyle(document.body, '::before').transform).a"
"""The share of the window that the bar is wide."""
FIRST = """() => {
  const edge = document.querySelector("main .chapter").getBoundingClientRect().right;
  return [...document.querySelectorAll("main .text p")].find((p) => p.getBoundingClientRect().left < edge - 4)
    .textContent.slice(0, 3);
}"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two editions, of which one runs downward."""
    folder = tmp_path_factory.mktemp("book")
    settings = (
        "title: 書\nslug: book\nlanguage: zh-Hant-TW\nauthors: [林河]\nchapters: [a.md, b.md, c.md]\n"
        "editions:\n  zh-Hant-TW: {writing: vertical}\n  zh-Hans: {}\n"
    )
    (folder / "book.yaml").write_text(settings, "utf-8")
    text = "\n\n".join(f"第{number}段，{SENTENCE}" for number in range(10, 10 + PARAGRAPHS))
    (folder / "a.md").write_text("---\nid: a\n---\n# 前\n\n短的一章。\n", "utf-8")
    (folder / "b.md").write_text(f"---\nid: b\n---\n# 中\n\n{text}^[一個註。]\n", "utf-8")
    (folder / "c.md").write_text("---\nid: c\n---\n# 後\n\n短的一章。\n", "utf-8")
    build.build(build.Order(folder, ("html",), out=folder / "out"))
    return folder / "out"


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Any:
    with Visit(chromium, getattr(request, "param", DESKTOP)) as visit:
        yield visit
        assert visit.complaints == []


def chapter(out: Path) -> Path:
    return out / "book-zh-Hant-TW" / "b.html"


def scrolled(page: Page) -> float:
    """The share of the chapter that is read."""
    share = page.evaluate(f"(c => -c.scrollLeft / (c.scrollWidth - c.clientWidth))({CHAPTER})")
    return round(float(share), 2)


def until(page: Page, what: str) -> None:
    """Wait; `wait_for_function` would ask the page to evaluate words, which its policy forbids."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(what):
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(50)


def go(page: Page, share: float) -> None:
    page.evaluate(
        f"(share) => {{ const c = {CHAPTER}; c.scrollLeft = -share * (c.scrollWidth - c.clientWidth); }}", share
    )


@pytest.mark.parametrize("visit", SIZES, indirect=True)
def test_the_bar_grows_from_the_right_as_the_chapter_is_read(visit: Visit, out: Path) -> None:
    page = visit.open(chapter(out))
    for share in (0, 0.5, 1):
        go(page, share)
        until(page, f"Math.abs({DRAWN} - {share}) < .02")
    origin = page.evaluate("getComputedStyle(document.body, '::before').transformOrigin.split(' ')[0]")
    assert origin == f"{page.evaluate('innerWidth')}px"


def test_of_a_chapter_that_is_seen_whole_there_is_no_bar(visit: Visit, out: Path) -> None:
    page = visit.open(out / "book-zh-Hant-TW" / "a.html")
    assert page.evaluate(DRAWN) == 0


def test_the_place_is_kept_over_a_reload_and_a_way_back(visit: Visit, out: Path) -> None:
    page = visit.open(chapter(out))
    go(page, 0.6)
    until(page, "history.state?.read[0] < -.59")
    page.reload()
    assert scrolled(page) == 0.6
    go(page, 0.3)
    page.click(".turn [rel=next]")
    page.wait_for_url("**/c.html")
    page.go_back()
    page.wait_for_url("**/b.html")
    until(page, f"{CHAPTER}.scrollLeft < 0")
    assert scrolled(page) == 0.3
    page.click(".turn [rel=next]")
    page.click(".turn [rel=prev]")
    page.wait_for_url("**/b.html")
    assert scrolled(page) == 0, "who comes anew begins at the beginning"


def test_keys_go_on_to_the_end_and_then_to_the_next_chapter(visit: Visit, out: Path) -> None:
    page = visit.open(chapter(out))
    read = [0.0]
    for key in ("ArrowLeft", "PageDown", "Space"):
        page.keyboard.press(key)
        read.append(scrolled(page))
    assert read == sorted(set(read))
    for key in ("Shift+Space", "PageUp", "ArrowRight"):
        page.keyboard.press(key)
        read.append(scrolled(page))
    assert read[3:] == read[3::-1]
    page.keyboard.press("End")
    assert scrolled(page) == 1
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/c.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/b.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/a.html")


@pytest.mark.parametrize("visit", SIZES, indirect=True)
def test_the_switch_stays_on_the_paragraph(visit: Visit, out: Path) -> None:
    page = visit.open(chapter(out))
    page.evaluate("document.querySelectorAll('main .text p')[17].scrollIntoView({ behavior: 'instant' })")
    assert page.evaluate(FIRST) == "第27"
    page.evaluate("document.querySelector('.editions a').click()")
    page.wait_for_url("**/book-zh-Hans/b.html#at-17")
    assert page.evaluate("getComputedStyle(document.querySelector('main .chapter')).writingMode") == "horizontal-tb"
    page.evaluate("document.querySelector('.editions a').click()")
    page.wait_for_url("**/book-zh-Hant-TW/b.html#at-17")
    assert page.evaluate(FIRST) == "第27"


def test_an_address_leads_to_its_paragraph_and_stands_above_it(visit: Visit, out: Path) -> None:
    page = visit.open(chapter(out))
    place = page.locator(".text > p").nth(1)
    place.hover()
    link = page.locator(".permalink")
    assert link.get_attribute("href") == f"#{place.get_attribute('id')}"
    above, here = link.bounding_box(), place.bounding_box()
    assert above
    assert here
    assert abs(above["x"] + above["width"] - here["x"] - here["width"]) < 2
    assert above["y"] + above["height"] <= here["y"] + 12
    far = page.locator(".text > p").nth(8).get_attribute("id")
    page.goto(f"{chapter(out).as_uri()}#{far}")
    assert page.evaluate(FIRST) == "第18"


def test_a_search_in_the_other_script_leads_to_the_paragraph(visit: Visit, out: Path) -> None:
    page = visit.open(out / "book-zh-Hant-TW" / "a.html")
    assert len(ask(page, "刻不到一百个字")) > 1
    ask(page, "第19段，刻工把字")
    page.locator("#search .found a").first.click()
    target = page.locator("p:target")
    expect(target).to_be_in_viewport()
    expect(target).to_contain_text("第19段，刻工把字")


@pytest.mark.parametrize("visit", SIZES, indirect=True)
def test_a_note_opens_beside_its_mark(visit: Visit, out: Path) -> None:
    page = visit.open(chapter(out))
    page.keyboard.press("End")
    page.click("a.noteref")
    note = page.locator("#note")
    assert "一個註" in note.inner_text()
    box = note.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.evaluate("innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nobody_is_kept_out(chromium: Browser, out: Path, size: tuple[int, int], scheme: str) -> None:
    for path in (chapter(out), out / "book-zh-Hant-TW" / "index.html", out / "book-zh-Hant-TW.html"):
        with Visit(chromium, size, color_scheme=scheme, bypass_csp=True) as visit:
            page = visit.open(path)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            assert [words for ratio, _, words in page.evaluate(CONTRAST) if ratio < 4.5] == []


@pytest.mark.parametrize("size", SIZES)
def test_without_javascript_the_book_is_still_a_book(chromium: Browser, out: Path, size: tuple[int, int]) -> None:
    with Visit(chromium, size, java_script_enabled=False) as visit:
        page = visit.open(out / "book-zh-Hant-TW" / "index.html")
        page.click("a.start")
        page.click(".turn [rel=next]")
        assert page.url.endswith("b.html")
        assert page.evaluate(f"{CHAPTER}.scrollWidth > {CHAPTER}.clientWidth")
        page.evaluate(f"{CHAPTER}.scrollLeft = -1e6")
        page.click("a.noteref")
        assert "#fn-" in page.url
