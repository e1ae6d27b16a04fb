"""What follows an edition beside its words: languages, labels, dates, faces, sort keys, in every format."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as parser

from banxin import build

DC = "{http://purl.org/dc/elements/1.1/}"
EDITIONS = {
    "zh-Hans": ("目录", "第一章 后来", "2026年11月", "简体中文", "SC"),
    "zh-Hant-TW": ("目錄", "第一章 後來", "2026年11月", "繁體中文（臺灣）", "TC"),
    "zh-Hant-HK": ("目錄", "第一章 後來", "2026年11月", "繁體中文（香港）", "HK"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of one chapter in all editions, as EPUB and site."""
    root = tmp_path_factory.mktemp("editions")
    book = root / "book"
    book.mkdir()
    (book / "book.yaml").write_text(
        "title: 后来\nauthors: [钟发]\ndate: 2026-11\nslug: b\nlayout: novel\nchapters: [a.md]\n"
        "editions: {zh-Hant-TW: {}, zh-Hant-HK: {}}\n",
        "utf-8",
    )
    (book / "a.md").write_text("# 后来\n\n他说：“头发”干了。\n", "utf-8")
    build.build(build.Order(book, ("epub", "html"), tuple(EDITIONS), root / "out"))
    return root / "out"


@pytest.mark.slow
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_package_is_in_its_language(made: Path, edition: str) -> None:
    contents, chapter, date, language, region = EDITIONS[edition]
    with zipfile.ZipFile(made / f"b-{edition}.epub") as archive:
        package = etree.fromstring(archive.read("EPUB/package.opf"))
        nav = archive.read("EPUB/nav.xhtml").decode()
        facts = archive.read("EPUB/copyright.xhtml").decode()
        style = archive.read("EPUB/css/book.css").decode()
    assert package.findtext(f".//{DC}language") == edition
    assert package.findtext(f".//{DC}creator") == ("钟发" if edition == "zh-Hans" else "鍾發")
    keys = [meta.text for meta in package.iter("{*}meta") if meta.get("property") == "file-as"]
    assert keys == ["Hou Lai", "Zhong Fa"]
    assert contents in nav
    assert f'lang="{edition}"' in nav
    assert date in facts
    assert language in facts
    assert f"Noto Serif CJK {region}" in style
    assert chapter.split()[0] in "".join(etree.fromstring(nav.encode()).itertext())


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_is_in_its_language(made: Path, edition: str) -> None:
    page = parser.parse(made / f"b-{edition}" / "a.html").getroot()
    assert page.get("lang") == edition
    assert EDITIONS[edition][1] in " ".join(page.findtext(".//title").split())
    quoted = "“头发”" if edition == "zh-Hans" else "「頭髮」"
    assert quoted in page.text_content()


@pytest.mark.parametrize(
    ("asked", "title", "language"), [("", "头发的历史", "zh-Hans"), ("convert-references: true", "頭髮的歷史", None)]
)
def test_references_stay_as_printed_unless_asked(tmp_path: Path, asked: str, title: str, language: str | None) -> None:
    """What stays says in which language it is, for its glyphs."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "book.yaml").write_text(
        "title: 书\nauthors: [某人]\nslug: b\nchapters: [a.md]\nbibliography: refs.bib\n"
        f"editions: {{zh-Hant-TW: {{{asked}}}}}\n",
        "utf-8",
    )
    (book / "refs.bib").write_text(
        "@book{gu, author={顾长河}, title={头发的历史}, publisher={人民出版社},\n"
        "location={北京}, date={2011}, langid={chinese}}",
        "utf-8",
    )
    (book / "a.md").write_text("# 甲\n\n后来。[@gu]\n", "utf-8")
    build.build(build.Order(book, ("html",), ("zh-Hant-TW",), tmp_path / "out"))
    for name in ("a", "references"):
        page = parser.parse(tmp_path / "out" / "b-zh-Hant-TW" / f"{name}.html").getroot()
        (words,) = page.xpath("//span[contains(@class, 'printed')]")
        assert title in words.text_content()
        assert words.get("lang") == language
