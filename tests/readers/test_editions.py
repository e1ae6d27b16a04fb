"""Two editions side by side in a browser: the same page, and the same paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as parser
from playwright.sync_api import Browser, Page

from banxin import build

pytestmark = pytest.mark.slow

EDITIONS = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
TEXT = "# 第{}个\n\n" + "\n\n".join(f"第{n}段，头发干了，里面的人在看书。" + "雨后。" * 40 for n in range(30))
FIRST = """
() => [...document.querySelectorAll("main .text p")]
  .find((p) => p.getBoundingClientRect().bottom > 8 + Number.parseFloat(
    getComputedStyle(document.documentElement).scrollPaddingTop))
  .textContent.split("段")[0]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two chapters in all three editions."""
    root = tmp_path_factory.mktemp("editions")
    book = root / "book"
    book.mkdir()
    for name in ("a", "b"):
        (book / f"{name}.md").write_text(TEXT.format(name), "utf-8")
    build.build(build.Order(book, ("html",), EDITIONS, root / "out"))
    return root / "out"


def test_every_page_names_its_counterparts(site: Path) -> None:
    pages = [*site.glob("*/*.html"), *site.glob("*.html")]
    assert len(pages) == 3 * 4
    for path in pages:
        links = parser.parse(path).findall(".//link[@rel='alternate']")
        assert sorted(str(link.get("hreflang")) for link in links) == sorted(EDITIONS)
        for link in links:
            assert (path.parent / str(link.get("href"))).is_file()


def test_a_book_of_one_edition_offers_no_other(site: Path, tmp_path: Path) -> None:
    build.build(build.Order(site.parent / "book", ("html",), ("zh-Hans",), tmp_path))
    (page,) = tmp_path.glob("*/b.html")
    assert "alternate" not in page.read_text("utf-8")
    assert 'class="editions"' not in page.read_text("utf-8")


def press(page: Page, name: str) -> None:
    """Press a link where it stands, as a finger does; `click` would scroll a bar that sticks into view first."""
    box = page.get_by_role("link", name=name).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("size", [(360, 740), (768, 1024), (1280, 900)])
def test_the_switch_stays_on_the_paragraph(chromium: Browser, site: Path, size: tuple[int, int]) -> None:
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto((site / "book-zh-Hans" / "b.html").as_uri())
    page.evaluate("document.querySelectorAll('main .text p')[17].scrollIntoView({ behavior: 'instant' })")
    assert page.evaluate(FIRST) == "第17"
    assert page.locator(".editions a").all_inner_texts() == ["臺灣繁體", "香港繁體"]
    press(page, "臺灣繁體")
    page.wait_for_url("**/book-zh-Hant-TW/b.html#at-17")
    assert page.evaluate(FIRST) == "第17"
    assert page.evaluate("document.documentElement.lang") == "zh-Hant-TW"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    press(page, "简体")
    page.wait_for_url("**/book-zh-Hans/b.html#at-17")
    assert page.evaluate(FIRST) == "第17"
    context.close()


def test_without_javascript_the_switch_leads_to_the_chapter(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "book-zh-Hans" / "b.html").as_uri())
    page.get_by_role("link", name="香港繁體").click()
    page.wait_for_url("**/book-zh-Hant-HK/b.html")
    assert page.locator("h1").inner_text() == "第b個"
    context.close()
