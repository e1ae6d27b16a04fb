"""The search of the web edition, in a real browser: any words as they stand, in either script, to their paragraph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from banxin.render import html
from tests.readers import sample
from tests.readers.test_site import DESKTOP, PHONE, TABLET, Visit

pytestmark = pytest.mark.slow

TRADITIONAL = "<p>頭髮長了，理髮店在後街；他說：“慢一點。”</p><p>乾淨的後院。</p><p>Ａｌｂｉｏｎ手扳架。</p>"
FORMS = ("folder", "file")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A Simplified and a Traditional book; the pages where one begins to read them."""
    root = tmp_path_factory.mktemp("books")
    pages = tuple(replace(page, body=TRADITIONAL + page.body) for page in sample.PAGES)
    found = {}
    for language, press in {"zh-Hans": sample.press(), "zh-Hant-TW": sample.press("zh-Hant-TW", pages)}.items():
        for artifact in html.render(press):
            path = root / language / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.data)
        stem = root / language / f"{press.slug}-{language}"
        found |= {f"{language} folder": stem / "index.html", f"{language} file": stem.with_name(f"{stem.name}.html")}
    return found


def ask(page: Page, words: str) -> list[str]:
    """What a search lists."""
    page.keyboard.press("/")
    page.locator("#search input").fill(words)
    expect(page.locator("#search .count")).not_to_be_empty()
    return page.locator("#search .found a").all_inner_texts()


def marked(page: Page) -> list[str]:
    """What is marked on the page, once something is."""
    for _ in range(600):  # `wait_for_function` is what the page's own policy forbids
        found: list[str] = page.evaluate("[...(CSS.highlights.get('found') ?? [])].map((range) => range.toString())")
        if found:
            return found
        page.wait_for_timeout(100)
    return []


@pytest.mark.parametrize("form", FORMS)
def test_a_word_within_a_sentence_leads_to_its_paragraph(chromium: Browser, books: dict[str, Path], form: str) -> None:
    with Visit(chromium) as visit:
        page = visit.open(books[f"zh-Hans {form}"])
        found = ask(page, "口渐渐圆")
        assert len(found) == 2
        assert all("字口渐渐圆了" in text for text in found)
        page.locator("#search .found a").first.click()
        target = page.locator("p:target")
        expect(target).to_be_in_viewport()
        expect(target).to_contain_text("字口渐渐圆了")
        assert marked(page) == ["口渐渐圆"]
        expect(page.locator("#search")).to_be_hidden()
        assert visit.complaints == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("book", "asked", "there"),
    [
        ("zh-Hant-TW", "头发", "頭髮"),
        ("zh-Hant-TW", "理发店在后街", "理髮店在後街"),
        ("zh-Hant-TW", "干净", "乾淨"),
        ("zh-Hant-TW", "albion手", "Ａｌｂｉｏｎ手"),
        ("zh-Hans", "漸漸圓了", "渐渐圆了"),
        ("zh-Hans", "ALBION", "Albion"),
    ],
)
def test_scripts_and_widths_are_one(
    chromium: Browser, books: dict[str, Path], form: str, book: str, asked: str, there: str
) -> None:
    with Visit(chromium) as visit:
        page = visit.open(books[f"{book} {form}"])
        ask(page, asked)
        assert page.locator("#search .found mark").first.inner_text() == there
        page.locator("#search .found a").first.click()
        assert there in marked(page)


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_find_alike(chromium: Browser, books: dict[str, Path], form: str) -> None:
    """Words on both sides of a note mark, readings left out, notes, tables, headings, captions, code."""
    expected = {
        "自己站稳。”这句话": 1,
        "读作版心，见": 1,
        "bǎn": 0,
        "另说“字自稳": 1,
        "long primer": 1,
        "木头里的字": 1,
        "放排的河": 1,
        "measure(chars": 1,
        "铸字 梨木": 1,
        "字": 30,
        "梨木上，一天不过三百": 0,
    }
    with Visit(chromium) as visit:
        page = visit.open(books[f"zh-Hans {form}"])
        counts = {}
        for words in expected:
            counts[words] = len(ask(page, words))
            page.keyboard.press("Escape")
        assert counts["字"] > 10
        assert counts | {"字": 30} == expected


def test_both_forms_list_the_same(chromium: Browser, books: dict[str, Path]) -> None:
    lists = []
    for form in FORMS:
        with Visit(chromium) as visit:
            lists.append(ask(visit.open(books[f"zh-Hans {form}"]), "字"))
    assert lists[0] == lists[1]


def test_by_keyboard_alone(chromium: Browser, books: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(books["zh-Hans folder"])
        ask(page, "手扳架")
        page.keyboard.press("Enter")
        expect(page.locator("#search .found a").first).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#search .found a").nth(1)).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#search")).to_be_hidden()
        assert ask(page, "没有这样的话") == []
        expect(page.locator("#search .count")).to_have_text("没有找到")


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_list_fits_the_window(
    chromium: Browser, books: dict[str, Path], size: tuple[int, int], theme: str, tmp_path: Path
) -> None:
    with Visit(chromium, size, color_scheme=theme) as visit:
        page = visit.open(books["zh-Hans folder"])
        page.click(".search-button")
        page.locator("#search input").fill("字")
        expect(page.locator("#search .found a").first).to_be_visible()
        box = page.locator("#search").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["height"] <= size[1]
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        page.screenshot(path=tmp_path / "search.png")


def test_nothing_is_loaded_before_a_search(chromium: Browser, books: dict[str, Path]) -> None:
    with Visit(chromium) as visit:
        page = visit.open(books["zh-Hans folder"])
        assert not any(url.endswith("search.js") for url in visit.asked)
        ask(page, "字")
        assert sum(url.endswith("search.js") for url in visit.asked) == 1


def test_without_javascript_no_button_promises_a_search(chromium: Browser, books: dict[str, Path]) -> None:
    with Visit(chromium, java_script_enabled=False) as visit:
        page = visit.open(books["zh-Hans folder"])
        expect(page.locator(".search-button")).to_be_hidden()
        expect(page.locator("#search")).to_be_hidden()
