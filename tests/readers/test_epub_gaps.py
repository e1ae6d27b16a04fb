"""The room between Han and Latin in an EPUB, in Chromium: once where it leaves that itself, as wide where not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from banxin import build

pytestmark = pytest.mark.slow

TEXT = "# 章\n\n用PDF排。在2026年3月，*EPUB*和**Kobo**上；GPT-4 Turbo写的“书”，banxin。\n"
WIDTHS = """() => {
  const text = document.querySelector("p:not([class])");
  const range = document.createRange();
  range.selectNodeContents(text);
  return [range.getBoundingClientRect().width, Number.parseFloat(getComputedStyle(text).fontSize)];
}"""
MODE = "getComputedStyle(document.body).writingMode"
BORDERS = {"horizontal-tb": 10, "vertical-rl": 8}
"""A figure that shares a square in a vertical line touches nothing."""


@pytest.fixture(scope="module", params=["horizontal", "vertical"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of an EPUB, and beside it what a reader without the property makes of it."""
    folder = tmp_path_factory.mktemp("book")
    writing = f"title: 书\nlanguage: zh-Hans\nchapters: [a.md]\nwriting: {request.param}\n"
    (folder / "a.md").write_text(f"---\nid: a\n---\n{TEXT}", "utf-8")
    (folder / "book.yaml").write_text(writing, "utf-8")
    result = build.build(build.Order(folder, ("epub",), out=folder / "out"))
    with zipfile.ZipFile(io.BytesIO(result.written[0].read_bytes())) as archive:
        archive.extractall(folder / "new")
        archive.extractall(folder / "old")
    for sheet in (folder / "old" / "EPUB" / "css").iterdir():
        old = sheet.read_text("utf-8").replace("text-autospace", "text-nothing")
        sheet.write_text(f"{old}\nbody {{ text-autospace: no-autospace; }}", "utf-8")
    bare = folder / "new" / "EPUB" / "text" / "a.xhtml"
    words = bare.read_text("utf-8").replace('class="gap', 'class="none')
    bare.with_name("bare.xhtml").write_text(words, "utf-8")
    (folder / "old" / "EPUB" / "text" / "bare.xhtml").write_text(words, "utf-8")
    return folder


def test_the_room_is_left_once_and_is_the_same(chromium: Browser, opened: Path) -> None:
    page = chromium.new_page(viewport={"width": 2400, "height": 1600})
    along = {}
    for name in ("new/a", "new/bare", "old/a", "old/bare"):
        reader, _, file = name.partition("/")
        page.goto((opened / reader / "EPUB" / "text" / f"{file}.xhtml").as_uri())
        mode = page.evaluate(MODE)
        length, em = page.evaluate(WIDTHS.replace("width,", "height,") if mode == "vertical-rl" else WIDTHS)
        along[name] = length / em
    page.close()
    assert along["new/a"] == pytest.approx(along["new/bare"], abs=0.01), "nothing is added to what it leaves itself"
    assert along["old/a"] - along["old/bare"] == pytest.approx(BORDERS[mode] / 8, abs=0.02)
    assert along["old/a"] == pytest.approx(along["new/a"], abs=0.05)
