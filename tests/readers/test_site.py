"""The web edition in a real browser: phone and desktop, light and dark, by keyboard, without JavaScript."""

from __future__ import annotations

import gzip
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from banxin.render import html
from tests.conftest import PATIENCE, SAMPLES, Built
from tests.readers import sample

pytestmark = pytest.mark.slow

CASES = [(name, edition) for name, book in SAMPLES.items() for edition in book.editions]
THEMES = ("light", "sepia", "dark")
PHONE, TABLET, DESKTOP = (360, 740), (768, 1024), (1280, 900)

CONTRAST = """
() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(e).backgroundColor);
      if (a === 1 && r !== undefined) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("math, svg, script, style, .themes")) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([ratio, element.matches(".text > p"), walker.currentNode.data.trim().slice(0, 20)]);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample in each layout, written down; the folder of its site."""
    root = tmp_path_factory.mktemp("sites")
    folders = {}
    for theme in ("novel", "essay", "technical"):
        press = sample.press(theme=theme)
        for artifact in html.render(press):
            path = root / theme / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.data)
        folders[theme] = root / theme / f"{press.slug}-{press.edition.name}"
    return folders


class Visit:
    """A person at a browser, and what the browser asked for and complained of."""

    def __init__(self, browser: Browser, size: tuple[int, int] = DESKTOP, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.context.set_default_timeout(120_000)  # ms: a busy machine
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", self.failed)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a picture that was on its way when the page was left
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def open(self, path: Path, fragment: str = "") -> Page:
        self.page.goto(path.as_uri() + fragment)
        return self.page

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def pages_of(folder: Path) -> list[Path]:
    """Every page of the folder, and the single file beside it."""
    return [*sorted(folder.glob("*.html")), folder.with_name(f"{folder.name}.html")]


def sideways(page: Page) -> int:
    """How far the page scrolls sideways (px)."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


# Reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [PHONE, TABLET])
@pytest.mark.parametrize("theme", ["novel", "essay", "technical"])
def test_no_page_scrolls_sideways(chromium: Browser, sites: dict[str, Path], theme: str, size: tuple[int, int]) -> None:
    with Visit(chromium, size) as visit:
        for path in pages_of(sites[theme]):
            page = visit.open(path)
            assert sideways(page) == 0, path.name


def test_wide_things_scroll_by_themselves(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium, PHONE) as visit:
        page = visit.open(sites["novel"] / "lead.html")
        inside = page.eval_on_selector("pre", "pre => pre.scrollWidth - pre.clientWidth")
        assert inside > 50
        page.focus("pre")
        assert page.evaluate("document.activeElement.tagName") == "PRE"


@pytest.mark.parametrize("size", [PHONE, (768, 1024), DESKTOP, (1920, 1080)])
def test_the_measure_is_a_whole_number_of_characters(
    chromium: Browser, sites: dict[str, Path], size: tuple[int, int]
) -> None:
    with Visit(chromium, size) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        width, em = page.evaluate(
            "(() => { const p = document.querySelector('.text > p'); "
            "return [p.getBoundingClientRect().width, parseFloat(getComputedStyle(p).fontSize)] })()"
        )
    chars = width / em
    assert abs(chars - round(chars)) < 0.01
    assert (34 <= chars <= 38) if size[0] >= 768 else (17 <= chars <= 22)


def test_nothing_is_asked_of_any_host_and_nothing_is_refused(chromium: Browser, sites: dict[str, Path]) -> None:
    for path in pages_of(sites["technical"]):
        with Visit(chromium) as visit:
            visit.open(path)
            visit.page.wait_for_load_state("networkidle")
            assert visit.asked
            assert all(url.startswith(("file:", "data:")) for url in visit.asked)
            assert visit.complaints == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("look", ["novel", "essay", "technical"])
def test_words_stand_out_from_their_paper(chromium: Browser, sites: dict[str, Path], look: str, theme: str) -> None:
    with Visit(chromium) as visit:
        for name in ("index.html", "wood.html", "lead.html"):
            page = visit.open(sites[look] / name)
            page.evaluate(f"localStorage.setItem('banxin.theme', '{theme}')")
            page.reload()
            found = page.evaluate(CONTRAST)
            assert len(found) > 20
            assert [(round(ratio, 2), words) for ratio, _, words in found if ratio < 4.5] == []
        assert min(ratio for ratio, is_text, _ in found if is_text) > 7


def test_dark_follows_the_system_and_sepia_the_hand(chromium: Browser, sites: dict[str, Path]) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    with Visit(chromium, color_scheme="dark") as visit:
        page = visit.open(sites["novel"] / "wood.html")
        dark = page.evaluate(paper)
        page.click(".settings-button")
        page.check("input[value=sepia]")
        sepia = page.evaluate(paper)
        assert sepia != dark
        page.reload()
        assert page.evaluate(paper) == sepia
        page.click(".settings-button")
        assert page.is_checked("input[value=sepia]")
        page.check("input[value=auto]")
        assert page.evaluate(paper) == dark
    with Visit(chromium, color_scheme="light") as visit:
        light = visit.open(sites["novel"] / "wood.html").evaluate(paper)
        assert light not in (dark, sepia)


def test_the_reader_s_text_size_is_kept(chromium: Browser, sites: dict[str, Path]) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('.text p')).fontSize)"
    with Visit(chromium, PHONE) as visit:
        page = visit.open(sites["essay"] / "wood.html")
        before = page.evaluate(size)
        page.click(".settings-button")
        for _ in range(5):
            page.click("button[data-size='1']")
        assert page.text_content(".sizes output") == "150%"
        page.reload()
        assert page.evaluate(size) == pytest.approx(before * 1.5)
        assert sideways(page) == 0


def test_nothing_han_is_slanted(chromium: Browser, sites: dict[str, Path]) -> None:
    slanted = "all => all.filter(e => getComputedStyle(e).fontStyle !== 'normal').map(e => e.textContent)"
    with Visit(chromium) as visit:
        assert visit.open(sites["novel"] / "wood.html").eval_on_selector_all("main *", slanted) == []
        assert visit.open(sites["novel"] / "lead.html").eval_on_selector_all("main *", slanted) == ["sorts"]


# Notes --------------------------------------------------------------------------------------------------------------


def test_a_note_opens_and_closes_by_keyboard(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        page.focus("#fnref-a")
        page.keyboard.press("Enter")
        note = page.locator("#note")
        assert note.is_visible()
        assert "梨枣记" in note.inner_text()
        assert "↩" not in note.inner_text()
        assert note.get_attribute("aria-label") == "注释 2"
        assert page.evaluate("document.activeElement.id") == "note"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#fig-river"
        page.keyboard.press("Escape")
        assert not note.is_visible()
        assert page.evaluate("document.activeElement.id") == "fnref-a"
        assert page.url.endswith("wood.html")


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_a_note_stays_inside_the_window(chromium: Browser, sites: dict[str, Path], size: tuple[int, int]) -> None:
    with Visit(chromium, size) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        for mark in ("fnref-t", "fnref-a", "fnref-b"):
            page.click(f"#{mark}")
            box = page.locator("#note").bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size[1] + 1
            page.keyboard.press("Escape")


def test_a_second_click_on_the_mark_closes_its_note(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        page.click("#fnref-a")
        assert page.locator("#note").is_visible()
        page.click("#fnref-a")
        assert not page.locator("#note").is_visible()


def test_notes_work_in_the_single_file(chromium: Browser, sites: dict[str, Path]) -> None:
    folder = sites["novel"]
    with Visit(chromium, PHONE) as visit:
        page = visit.open(folder.with_name(f"{folder.name}.html"))
        page.click("#fnref-z")
        assert "完于丙午年" in page.locator("#note").inner_text()


# Finding one's way --------------------------------------------------------------------------------------------------


def test_the_contents_are_at_the_side_and_mark_where_one_is(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        assert page.is_visible("#contents")
        assert page.inner_text("#contents [aria-current=page] .text") == "木头里的字"
        page.click("#contents >> text=铅与火")
        assert page.url.endswith("lead.html")


@pytest.mark.parametrize("size", [PHONE, TABLET])
def test_where_there_is_no_room_the_contents_are_a_drawer(
    chromium: Browser, sites: dict[str, Path], size: tuple[int, int]
) -> None:
    with Visit(chromium, size) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        assert not page.is_visible("#contents")
        page.focus(".bar .menu")
        page.keyboard.press("Enter")
        expect(page.locator("#contents")).to_be_visible()
        page.wait_for_function("document.activeElement.closest('#contents') !== null")
        page.keyboard.press("Escape")
        expect(page.locator("#contents")).not_to_be_visible()
        page.wait_for_function("document.activeElement.className === 'menu'")


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_a_picture_opens_as_large_as_the_window(
    chromium: Browser, sites: dict[str, Path], size: tuple[int, int]
) -> None:
    with Visit(chromium, size) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        small = page.locator("figure img")
        small.focus()
        page.keyboard.press("Enter")
        large = page.locator("#zoom img")
        expect(large).to_be_visible()
        box = large.bounding_box()
        assert box is not None
        assert box["width"] > size[0] * 0.9
        assert box["x"] >= 0
        page.keyboard.press("Escape")
        expect(page.locator("#zoom")).to_be_hidden()
        expect(small).to_be_focused()
        assert visit.complaints == []


def test_the_address_of_a_paragraph_is_in_the_margin(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        place = page.locator(".text > p").nth(2)
        place.hover()
        link = page.locator(".permalink")
        assert link.get_attribute("href") == "#" + str(place.get_attribute("id"))
        here, there = link.bounding_box(), place.bounding_box()
        assert here is not None
        assert there is not None
        assert abs(here["y"] - there["y"]) < 12
        assert here["x"] < there["x"]


def test_arrows_turn_the_chapter(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(sites["novel"] / "preface.html")
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/wood.html")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url("**/preface.html")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_bar_tells_how_far_one_has_read(chromium: Browser, sites: dict[str, Path], scripts: bool) -> None:
    drawn = "new DOMMatrix(getComputedStyle(document.body, '::before').transform).a"
    with Visit(chromium, PHONE, java_script_enabled=scripts) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        for share in (0, 0.5, 1):
            room = "document.documentElement.scrollHeight - innerHeight"
            page.evaluate(f"(share) => scrollTo({{ top: share * ({room}), behavior: 'instant' }})", share)
            deadline = time.monotonic() + PATIENCE
            while abs(page.evaluate(drawn) - share) > 0.02:
                assert time.monotonic() < deadline, share
                page.wait_for_timeout(50)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_without_javascript_the_book_is_still_a_book(
    chromium: Browser, sites: dict[str, Path], size: tuple[int, int], scheme: str
) -> None:
    with Visit(chromium, size, java_script_enabled=False, color_scheme=scheme) as visit:
        page = visit.open(sites["novel"] / "index.html")
        page.click("a.start")
        assert page.url.endswith("preface.html")
        page.click(".turn [rel=next]")
        assert page.url.endswith("wood.html")
        assert not page.is_visible(".settings-button")
        page.click("#fnref-a")
        assert page.url.endswith("#fn-a")
        assert page.locator("#fn-a").is_visible()
        page.click("#fn-a .backlink")
        assert page.url.endswith("#fnref-a")
        if size != DESKTOP:
            page.click(".bar .menu")
        page.click("#contents >> text=铅与火")
        assert page.url.endswith("lead.html")
        page.wait_for_load_state()  # with its style sheet
        found = page.evaluate(CONTRAST)
        assert [(round(ratio, 2), words) for ratio, _, words in found if ratio < 4.5] == []
        assert sideways(page) == 0


FOCUSED = """() => {
  const element = document.activeElement, { tagName, className, id } = element;
  return { tag: tagName, class: className, id, outline: getComputedStyle(element).outlineStyle };
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus; each that has it on the way shows it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUSED)
        assert seen["outline"] not in ("none", "") or seen["tag"] == "BODY", seen  # where the page begins again
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way to {selector}")


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_the_book_is_read_by_keyboard_alone(chromium: Browser, sites: dict[str, Path], size: tuple[int, int]) -> None:
    """From the first page past the bar to a chapter and the next, through the contents, to another paper and a note."""
    with Visit(chromium, size) as visit:
        page = visit.open(sites["novel"] / "index.html")
        tab_to(page, "a.start")
        page.keyboard.press("Enter")
        page.wait_for_url("**/preface.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.wait_for_url("**/preface.html#text")
        tab_to(page, ".turn [rel=next]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/wood.html")
        if size != DESKTOP:
            tab_to(page, ".bar .menu")
            page.keyboard.press("Enter")
            page.wait_for_function("document.activeElement.matches('#contents [aria-current=page]')")
        else:
            tab_to(page, "#contents [aria-current=page]")
        page.keyboard.press("Escape")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.reload()
        tab_to(page, ".settings-button")
        page.keyboard.press("Enter")
        tab_to(page, ".settings input")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != paper
        page.keyboard.press("Escape")
        expect(page.locator(".settings")).to_be_hidden()
        tab_to(page, ".noteref")
        page.keyboard.press("Enter")
        expect(page.locator("#note")).to_be_visible()
        assert visit.complaints == []


def test_the_single_file_is_read_wherever_it_lies(chromium: Browser, sites: dict[str, Path], tmp_path: Path) -> None:
    """Alone in a folder, from a disk: its pictures, its look and its programs are in it."""
    folder = sites["technical"]
    alone = shutil.copy(folder.with_name(f"{folder.name}.html"), tmp_path / "book.html")
    with Visit(chromium) as visit:
        page = visit.open(Path(alone))
        page.wait_for_load_state("networkidle")
        assert [url for url in visit.asked if not url.startswith("data:")] == [Path(alone).as_uri()]
        assert visit.complaints == []
        shown = "[...document.images].filter((i) => i.loading !== 'lazy').every((i) => i.complete && i.naturalWidth)"
        assert page.evaluate(shown)


FIRST_VIEW = 100_000
"""Bytes, compressed, of all that the first view of a page loads, fonts apart."""


def test_the_first_view_is_small(chromium: Browser, built: Callable[[str], Built]) -> None:
    """Of every page of the handbook, which has the longest chapters and most pictures of our books."""
    folder = built("handbook").site("zh-Hans")
    heavy = {}
    for path in sorted(folder.glob("*.html")):
        with Visit(chromium) as visit:
            visit.open(path)
            visit.page.wait_for_load_state("networkidle")
            files = {Path(unquote(url.removeprefix("file://"))) for url in visit.asked if url.startswith("file:")}
            assert path in files
            weight = sum(len(gzip.compress(file.read_bytes())) for file in files if file.suffix != ".woff2")
        if weight > FIRST_VIEW:
            heavy[path.name] = weight
    assert heavy == {}


def test_printing_leaves_the_browser_s_own_things_out(chromium: Browser, sites: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(sites["novel"] / "wood.html")
        page.emulate_media(media="print")
        assert not page.is_visible(".bar")
        assert not page.is_visible("#contents")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


# Every book of ours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "edition"), CASES)
def test_every_page_of_our_books_fits_a_phone(
    chromium: Browser, built: Callable[[str], Built], name: str, edition: str
) -> None:
    found = built(name)
    with Visit(chromium, PHONE) as visit:
        for path in [*sorted(found.site(edition).glob("*.html")), found.single(edition)]:
            page = visit.open(path)
            assert sideways(page) == 0, path.name
        assert visit.complaints == []
        assert all(url.startswith(("file:", "data:")) for url in visit.asked)
