"""Notes in two small lines (双行夹注) where browsers break lines: short ones in two, longer ones small in one."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from banxin import build, validate
from banxin.book import Artifact

pytestmark = pytest.mark.slow

SHORT = "慍，含怒意。"
LONG = "說、悅同。學之為言效也。人性皆善，而覺有先後，後覺者必效先覺之所為，乃可以明善而復其初也。"
TEXT = f"# 學而\n\n人不知而不慍，[{SHORT}]{{.warichu}}不亦君子乎？學而時習之，[{LONG}]{{.warichu}}不亦說乎？\n"


@pytest.fixture(scope="module", params=["horizontal", "vertical"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A book whose lines run one way or the other, as EPUB and as a folder."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "1.md").write_text(TEXT, "utf-8")
    writing = "writing: vertical\n" if request.param == "vertical" else ""
    facts = "title: 書\nauthors: [某]\nlanguage: zh-Hant-TW\nchapters: [1.md]\n"
    (folder / "book.yaml").write_text(facts + writing, "utf-8")
    build.build(build.Order(folder, ("epub", "html"), (), folder / "out"))
    return request.param, folder / "out"


def rows(boxes: list[dict[str, float]], start: str) -> int:
    """How many lines the boxes of some characters make, by where those begin across the line."""
    return len({round(box[start] / 3) for box in boxes})


def test_short_ones_stand_in_two_lines(out: tuple[str, Path], chromium: Browser) -> None:
    writing, folder = out
    (chapter,) = folder.glob("*/1.html")
    page = chromium.new_page(viewport={"width": 1000, "height": 800})
    page.goto(chapter.as_uri())
    facts: list[dict[str, Any]] = page.evaluate(
        """() => [...document.querySelectorAll(".warichu")].map((note) => {
          const text = note.firstChild, boxes = [];
          for (let i = 0; i < text.length; i++) {
            const range = document.createRange();
            range.setStart(text, i); range.setEnd(text, i + 1);
            boxes.push(range.getBoundingClientRect().toJSON());
          }
          return {text: note.textContent, boxes, size: Number.parseFloat(getComputedStyle(note).fontSize),
                  around: Number.parseFloat(getComputedStyle(note.parentElement).fontSize)};
        })"""
    )
    page.close()
    short, long = facts
    assert (short["text"], long["text"]) == (SHORT, LONG)
    across = "x" if writing == "vertical" else "y"
    assert rows(short["boxes"], across) == 2
    first, second = short["boxes"][0], short["boxes"][-1]
    assert (first["x"] > second["x"]) if writing == "vertical" else (first["y"] < second["y"])
    assert 0.5 <= short["size"] / short["around"] < long["size"] / long["around"] < 1
    assert short["size"] >= 9.5


def test_readers_of_epub_accept_them(out: tuple[str, Path]) -> None:
    _, folder = out
    (path,) = folder.glob("*.epub")
    with zipfile.ZipFile(path) as archive:
        chapter = archive.read("EPUB/text/1.xhtml").decode()
    assert f'<span class="warichu half-3">{SHORT}</span>' in chapter
    assert f'<span class="warichu">{LONG}</span>' in chapter
    assert not list(validate.epubs([Artifact(path.name, path.read_bytes())]))
