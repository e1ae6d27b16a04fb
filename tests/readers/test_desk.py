"""The desk of `watch` in a real browser: the pages of the PDF beside the web edition, while the book is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.readers.test_site import CONTRAST, PHONE, Visit, sideways
from tests.watched import Session, watched

pytestmark = pytest.mark.slow

DESKTOP = (1440, 900)
PATIENCE = 120_000
"""ms: a busy machine."""
CHAPTER = "听水"
SAID = "祖父泡茶"
"""Words on the first page of the first chapter, at line 3 of its file."""
RECORD = """
() => {
  window.record = { bare: 0, fresh: [] };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (!target.classList.contains("was-there") || ![...addedNodes].some((node) => node.tagName === "IMG")) continue;
      record.fresh.push(target.getAttribute("aria-label"));
    }
    record.bare += [...document.querySelectorAll("#leaves > li.was-there:not(:has(img))")].length;
  }).observe(document.getElementById("leaves"), { childList: true, subtree: true });
  for (const item of document.querySelectorAll("#leaves > li:has(img)")) item.classList.add("was-there");
}
"""
"""Notes which pages get another picture from now on, and whether one that had a picture is ever without."""
TOP = "(item) => item.getBoundingClientRect().top - document.getElementById('pages').getBoundingClientRect().top"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with watched(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A book that nobody changes."""
    with watched(tmp_path_factory.mktemp("still")) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    with Visit(chromium, DESKTOP) as visiting:
        yield visiting


def enter(visit: Visit, session: Session) -> Page:
    page = visit.page
    expect.set_options(timeout=PATIENCE)
    page.goto(session.address)
    expect(page.locator("#leaves img").first).to_be_visible()
    return page


def leaf(page: Page, label: str) -> Locator:
    return page.locator(f"#leaves > li[aria-label='第 {label} 页']")


def go(page: Page, label: str) -> Locator:
    """Go to a page; gives it when its picture is there."""
    page.locator("#page").fill(label)
    page.locator("#page").press("Enter")
    expect(leaf(page, label).locator("img")).to_be_visible()
    return leaf(page, label)


def point(page: Page, item: Locator, x: float, y: float, clicks: int = 1) -> None:
    box = item.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y, click_count=clicks)


def line_with(page: Page, session: Session, item: Locator, edition: str = "zh-Hans") -> tuple[float, float]:
    """A point of a page's first line of text, in parts of it: found by asking, from a little above it down."""
    key = str(item.evaluate("(item) => item.leaf.key"))
    for y in range(10, 90):
        query = {"pdf": f"book-{edition}.pdf", "page": key, "x": "0.5", "y": str(y / 100)}
        reply = page.request.get(f"{session.address}.banxin/where", params=query)
        if reply.ok and reply.json()["place"] == "01-water.md:3":
            return 0.5, y / 100 + 0.01
    raise AssertionError("the line is not on the page")


def address_of(item: Locator) -> str:
    return str(item.locator("img").get_attribute("src"))


# Writing --------------------------------------------------------------------------------------------------------------


def test_a_saved_word_is_on_the_page_and_the_place_stays(visit: Visit, session: Session) -> None:
    page = enter(visit, session)
    page.keyboard.press("1")
    item = go(page, "1")
    page.evaluate("document.getElementById('pages').scrollBy(0, 90)")
    before, top = address_of(item), item.evaluate(TOP)
    others = {label: address_of(leaf(page, label)) for label in ("3", "iii")}
    count = page.locator("#leaves > li").count()
    page.evaluate(RECORD)
    session.change(SAID, "外公泡茶")
    expect(item.locator("img")).not_to_have_attribute("src", before)
    session.wait(lambda: session.builds == 2)
    assert item.evaluate(TOP) == top
    assert page.locator("#leaves > li").count() == count, "also of those that are alike"
    assert {label: address_of(leaf(page, label)) for label in others} == others, "what did not change is not loaded"
    record = page.evaluate("record")
    assert record["bare"] == 0, "a page is never without its picture"
    assert set(record["fresh"]) <= {"第 1 页", "第 2 页"}
    page.keyboard.press("2")
    page.frame_locator("#web").locator("a", has_text=CHAPTER).first.click()
    expect(page.frame_locator("#web").locator("main")).to_contain_text("外公泡茶")
    assert visit.complaints == []


def test_what_one_looks_at_stays_when_pages_come_before_it(visit: Visit, session: Session) -> None:
    page = enter(visit, session)
    page.keyboard.press("1")
    page.keyboard.press("d")  # one page beside the other is two pages now and one then
    item = go(page, "3")
    words = item.evaluate("(item) => item.leaf.text")
    top = item.evaluate(TOP)
    session.change("第三条最难。", "第三条最难。\n\n" + "他说过的话我都记着，一句也没有忘。" * 90)
    page.wait_for_function(
        "(words) => [...leaves.children].find((item) => item.leaf.text === words)?.leaf.label > 3", arg=words
    )
    moved = page.evaluate_handle(
        "(words) => [...leaves.children].find((item) => item.leaf.text === words)", words
    ).as_element()
    assert moved
    assert abs(float(moved.evaluate(TOP)) - float(top)) <= 1
    assert moved.query_selector("img")


def test_a_change_out_of_sight_is_offered(visit: Visit, session: Session) -> None:
    page = enter(visit, session)
    page.keyboard.press("1")
    go(page, "3")
    session.change("看完就删", "看过就删", "preface.md")
    button = page.locator("#changed")
    expect(button).to_be_visible()
    expect(button).to_have_text("改动在第 iv 页")
    button.click()
    expect(leaf(page, "iv")).to_be_in_viewport()
    expect(button).to_be_hidden()


def test_an_error_is_told_and_the_last_good_book_stays(visit: Visit, session: Session) -> None:
    page = enter(visit, session)
    item = go(page, "1")
    shown = address_of(item)
    session.change(SAID, "祖父[^nope]泡茶")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("脚注没有定义：nope")
    expect(alert).to_contain_text("01-water.md:3")
    expect(alert.get_by_role("link")).to_have_attribute("href", f"vscode://file{session.book / '01-water.md'}:3")
    expect(page.locator("#status")).to_have_text("1 处错误")
    assert address_of(item) == shown
    assert item.locator("img").evaluate("(image) => image.complete && image.naturalWidth > 0")
    session.change("祖父[^nope]泡茶", "外婆泡茶")
    expect(alert).to_have_count(0)
    expect(item.locator("img")).not_to_have_attribute("src", shown)


def test_warnings_are_counted_and_opened_by_who_wants_to(visit: Visit, session: Session) -> None:
    page = enter(visit, session)
    button = page.locator("#warnings")
    expect(button).to_be_hidden()
    session.change("祖父走后，壶归了我。", "祖父走后，壶归了“我。")
    expect(button).to_have_text("1 条警告")
    panel = page.get_by_role("region", name="警告")
    expect(panel).to_have_count(0)
    button.click()
    expect(panel).to_contain_text("01-water.md:35")
    session.change(SAID, "外公泡茶")
    session.wait(lambda: session.builds == 3)
    expect(panel).to_contain_text("01-water.md:35")
    assert session.told.read_text("utf-8").count("警告") == 1, "the terminal tells it once, as long as it stays"
    session.change("壶归了“我。", "壶归了我。")
    expect(button).to_be_hidden()
    expect(panel).to_have_count(0)
    assert visit.complaints == []


def test_a_book_that_is_wrong_from_the_beginning_says_so(visit: Visit, tmp_path: Path) -> None:
    def spoil(book: Path) -> None:
        (book / "01-water.md").write_text("# 听水 {#ch-water}\n\n祖父[^nope]泡茶。\n", "utf-8")

    with watched(tmp_path, before=spoil) as session:
        page = visit.page
        page.goto(session.address)
        expect(page.get_by_role("alert")).to_contain_text("脚注没有定义：nope", timeout=PATIENCE)
        expect(page.locator("#empty")).to_have_text("还没有排好过一次")
        session.change("祖父[^nope]泡茶", "祖父泡茶")
        expect(page.locator("#leaves img").first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("alert")).to_have_count(0)
        assert visit.complaints == []


def test_a_page_of_the_web_edition_follows_alone_too(visit: Visit, session: Session) -> None:
    page = visit.page
    page.goto(f"{session.address}book-zh-Hans/ch-water.html")
    page.locator("main p").last.scroll_into_view_if_needed()
    at = page.evaluate("scrollY")
    assert at > 0
    session.change(SAID, "外公泡茶")
    expect(page.locator("main")).to_contain_text("外公泡茶", timeout=PATIENCE)
    page.wait_for_function("(at) => Math.abs(scrollY - at) <= 2", arg=at)
    assert visit.complaints == []


# Pointing -------------------------------------------------------------------------------------------------------------


def test_a_click_on_a_page_tells_where_its_words_stand(visit: Visit, still: Session) -> None:
    page = enter(visit, still)
    item = go(page, "1")
    x, y = line_with(page, still, item)
    bar = page.locator("#banxin-place")
    point(page, item, x, y)
    expect(bar.locator("code")).to_have_text("01-water.md:3")
    expect(bar.get_by_role("link")).to_have_attribute("href", f"vscode://file{still.book / '01-water.md'}:3")
    mark = item.locator(".mark").evaluate("(mark) => [parseFloat(mark.style.top), parseFloat(mark.style.height)]")
    assert mark[0] < y * 100 < mark[0] + mark[1]
    point(page, item, 0.5, 0.995)
    expect(bar).to_have_count(0)
    point(page, item, x, y)
    expect(bar).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(item.locator(".mark")).to_have_count(0)


def test_a_click_on_the_web_edition_is_told_on_the_desk(visit: Visit, still: Session) -> None:
    page = enter(visit, still)
    web = page.frame_locator("#web")
    web.locator("a", has_text=CHAPTER).first.click()
    web.locator("main p", has_text=SAID).click()
    expect(page.locator("#banxin-place code")).to_have_text("01-water.md:3")
    expect(web.locator("#banxin-place")).to_have_count(0)


def test_the_other_side_follows_what_is_pointed_at(visit: Visit, still: Session) -> None:
    page = enter(visit, still)
    item = go(page, "1")
    point(page, item, *line_with(page, still, item))
    web = page.frame_locator("#web")
    expect(web.locator("main p", has_text=SAID)).to_be_in_viewport()
    last = web.locator("main p").last
    last.scroll_into_view_if_needed()
    go(page, "iv")
    last.click()
    mark = page.locator("#leaves .mark")
    expect(mark).to_be_in_viewport()
    expect(leaf(page, "1").locator(".mark")).to_have_count(1)


# Everywhere -----------------------------------------------------------------------------------------------------------


def test_pages_stand_as_in_the_book(visit: Visit, still: Session) -> None:
    """Odd pages are on the right, and the two of a spread touch."""
    page = enter(visit, still)
    page.keyboard.press("1")
    go(page, "2")
    left, right = leaf(page, "2").bounding_box(), leaf(page, "3").bounding_box()
    assert left
    assert right
    assert (left["y"], round(left["x"] + left["width"])) == (right["y"], round(right["x"]))
    first = page.locator("#leaves > li").first.evaluate("(item) => item.offsetLeft")
    assert first == leaf(page, "3").evaluate("(item) => item.offsetLeft")


def test_by_keyboard(visit: Visit, still: Session) -> None:
    page = enter(visit, still)
    keys = page.keyboard
    for key, view in (("1", "pages"), ("3", "web"), ("2", "both"), ("1", "pages")):
        keys.press(key)
        expect(page.locator("body")).to_have_attribute("data-view", view)
    keys.press("d")
    expect(page.locator("#leaves")).not_to_have_class("spread")
    keys.press("g")
    keys.type("1")
    keys.press("Enter")
    expect(page.locator("#page")).to_have_value("1")
    for key, label in (("ArrowRight", "2"), ("ArrowRight", "3"), ("ArrowLeft", "2"), ("ArrowLeft", "1")):
        keys.press(key)
        expect(page.locator("#page")).to_have_value(label)
    widths = [leaf(page, "1").evaluate("(item) => item.offsetWidth")]
    for key in ("=", "-", "0", "0"):
        keys.press(key)
        widths.append(leaf(page, "1").evaluate("(item) => item.offsetWidth"))
    assert widths[1] > widths[0] == widths[3] > widths[4]
    assert widths[2] == pytest.approx(widths[0], abs=8)
    assert leaf(page, "1").evaluate("(item) => item.offsetHeight < document.getElementById('pages').clientHeight")
    expect(page.locator("#page")).to_have_value("1")  # the place stays while sizes change
    order = []
    page.locator("body").click(position={"x": 5, "y": 5})
    for _ in range(6):
        keys.press("Tab")
        order.append(page.evaluate("document.activeElement.textContent || document.activeElement.id"))
    assert order[:3] == ["书页", "并排", "网页"]


def test_one_of_several_editions_is_chosen(visit: Visit, tmp_path: Path) -> None:
    with watched(tmp_path, "-e", "zh-Hans", "-e", "zh-Hant-TW") as session:
        page = enter(visit, session)
        choice = page.get_by_role("combobox", name="版本")
        expect(choice.locator("option")).to_have_text(["zh-Hans", "zh-Hant-TW"])
        tops = page.evaluate("[...document.querySelectorAll('header > *')].map((each) => each.offsetTop < 30)")
        assert all(tops), "all stands in one row"
        choice.select_option("zh-Hant-TW")
        expect(page.locator("#leaves img").first).to_have_attribute("src", re.compile("zh-Hant-TW"))
        expect(page.frame_locator("#web").locator("html")).to_have_attribute("lang", "zh-Hant-TW")
        item = go(page, "1")
        point(page, item, *line_with(page, session, item, "zh-Hant-TW"))
        expect(page.locator("#banxin-place code")).to_have_text("01-water.md:3")


def test_on_a_phone_one_or_the_other(chromium: Browser, still: Session) -> None:
    with Visit(chromium, PHONE, has_touch=True) as visit:
        page = enter(visit, still)
        expect(page.locator("#leaves")).not_to_have_class("spread")
        assert sideways(page) <= 0
        width = page.locator("#leaves > li").first.evaluate("(item) => item.offsetWidth")
        assert PHONE[0] * 0.85 < width <= PHONE[0]
        expect(page.get_by_role("button", name="并排")).to_be_hidden()
        expect(page.locator("#web")).to_be_hidden()
        page.get_by_role("button", name="网页").tap()
        expect(page.locator("#web")).to_be_visible()
        expect(page.locator("#pages")).to_be_hidden()
        assert sideways(page) <= 0
        assert visit.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(chromium: Browser, still: Session, scheme: Any) -> None:
    with Visit(chromium, DESKTOP, color_scheme=scheme) as visit:
        page = enter(visit, still)
        x, y = line_with(page, still, go(page, "1"))
        point(page, leaf(page, "1"), x, y)
        expect(page.locator("#banxin-place")).to_be_visible()
        for ratio, _, words in page.evaluate(CONTRAST):
            assert ratio >= 4.5, words
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        assert (max(ground) < 80) is (scheme == "dark")


def test_nothing_is_asked_of_any_other_host(visit: Visit, still: Session) -> None:
    page = enter(visit, still)
    go(page, "3")
    assert all(each.startswith((still.address, "data:")) for each in visit.asked)
    assert visit.complaints == []


def test_pictures_are_as_sharp_as_the_screen(chromium: Browser, still: Session) -> None:
    with Visit(chromium, DESKTOP, device_scale_factor=2) as visit:
        page = enter(visit, still)
        image = go(page, "1").locator("img")
        natural, shown = image.evaluate("(image) => [image.naturalWidth, image.clientWidth]")
        assert natural >= 2 * shown
