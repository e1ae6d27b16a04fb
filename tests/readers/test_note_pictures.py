"""`notes: {epub: pictures}`: what 多看 and 微信读书 look for, in an EPUB that every other reader reads as before."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from banxin import build
from tests.readers.test_epub import barriers, findings

XHTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"
TEXT = """# 渡口[^t]

顾师傅[^a]在南京[^a]，[^b]。

[^t]: 章题的注。

[^a]: 第一段。

    第二段。

[^b]: 见*别处*。
"""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "a.md").write_text(TEXT, "utf-8")
    yml = "title: 书\nauthors: [某人]\nslug: book\nchapters: [a.md]\nnotes: {epub: pictures}\n"
    (folder / "book.yaml").write_text(yml, "utf-8")
    build.build(build.Order(folder, formats=("epub",), out=folder / "out"))
    return folder / "out" / "book-zh-Hans.epub"


@pytest.fixture(scope="module")
def chapter(book: Path) -> Any:
    with zipfile.ZipFile(book) as archive:
        return etree.fromstring(archive.read("EPUB/text/a.xhtml"))


def test_each_mark_is_a_picture_in_a_link(chapter: Any) -> None:
    marks = [a for a in chapter.iter(f"{XHTML}a") if "noteref" in a.get("class", "")]
    assert len(marks) == 4
    for mark in marks:
        assert "duokan-footnote" in mark.get("class").split()
        assert (mark.get(TYPE), mark.get("role")) == ("noteref", "doc-noteref")
        (picture,) = mark.iter(f"{XHTML}img")
        assert "qqreader-footnote" in picture.get("class").split()
        assert picture.get("src") == "../images/note-mark.png"


def test_a_picture_says_its_note(chapter: Any) -> None:
    said = [img.get("alt") for img in chapter.iter(f"{XHTML}img")]
    assert said == ["章题的注。", "第一段。 第二段。", "第一段。 第二段。", "见别处。"]


def test_a_mark_leads_to_an_item_in_a_footnote(chapter: Any) -> None:
    items = {item.get("id"): item for item in chapter.iter(f"{XHTML}li") if item.get("class") == "duokan-footnote-item"}
    assert len(items) == 3
    for mark in chapter.iter(f"{XHTML}a"):
        if "noteref" in mark.get("class", ""):
            note = items[mark.get("href").removeprefix("#")].getparent().getparent()
            assert (note.get(TYPE), note.get("role")) == ("footnote", "doc-footnote")


def test_the_picture_is_a_picture(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        assert archive.read("EPUB/images/note-mark.png").startswith(b"\x89PNG")


def test_validators_find_nothing(book: Path, tmp_path: Path) -> None:
    assert findings(book) == []
    assert barriers(book, tmp_path) == []
