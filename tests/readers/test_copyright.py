"""The copyright page and the pages around the text, as readers find them in PDF, EPUB and web edition."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html

from banxin import build, layout, statistics
from banxin.config import PageSpec
from banxin.errors import Problem

pytestmark = pytest.mark.slow

SENTENCE = "刻工把字反刻在梨木上，一天刻一百来个字，刻坏一个字，整块板就要挖补。"
BOOK = """\
title: 河上的灯
subtitle: 一个印刷工人的手记
authors: [陆文秋, 何以宁]
translators: 沈知白
date: 2026-11-23
publisher: 长河文艺出版社
place: 南京
isbn: 978-7-5000-1234-4
statement: 2026年11月第1版
description: 一本写印刷所的小书。
series: {name: 手艺人丛书, number: "3"}
dedication: 献给外祖父。
epigraph: |
  活字在手里，
  灯在河上。
layout: essay
page: {trim: 大32开}
slug: river
copyright:
  form: mainland
  cip: {number: （2026）第012345号, subjects: 散文集—中国—当代, classes: I267}
  responsible-editors: 顾青
  proofreaders: 许一鸣
  designers: 白杨
  staff: {策划编辑: 江临}
  address: 南京市玄武区印厂路1号
  postcode: 210000
  phone: 025-12345678
  distributor: 全国新华书店
  printer: 长河印务有限公司
  impression: 2026年11月第1次印刷
  copies: 1—5000
  price: 48.00元
options: {figure-list: true, table-list: true}
print: {signature: 16}
front: [preface.md]
chapters: [wood.md, lamp.md]
back: [after.md]
editions:
  zh-Hant-TW:
    isbn: 978-957-13-0000-9
    copyright:
      form: taiwan
      address: 臺北市某街2號
      price: 新臺幣320元
      cip:
        text: |
          國家圖書館出版品預行編目資料
          河上的燈 / 陸文秋, 何以寧著. -- 初版. -- 臺北市 : 長河, 2026.11
          面；公分
          855　115000001
  zh-Hant-HK: {copyright: {form: self, licence: CC BY-NC-SA 4.0}}
"""
EDITIONS = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
TABLE = """| 灯 | 价 |
|---|---|
| 油灯 | 3 |

: 灯的价钱 {#tbl-lamp}

"""


@dataclass(frozen=True)
class Made:
    """A book in all its forms."""

    folder: Path
    out: Path
    problems: tuple[Problem, ...]

    def pages(self, edition: str, profile: str = "print") -> list[str]:
        """The text of each page."""
        path = self.out / profile / f"river-{edition}.pdf"
        done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
        return done.stdout.split("\f")[:-1]

    def page(self, edition: str, profile: str = "print") -> str:
        """The copyright page, without spaces."""
        (found,) = (
            page for page in self.pages(edition, profile) if "沈知白" in page and "2026年11月第1版" in squeezed(page)
        )
        return squeezed(found)

    def epub(self, edition: str, name: str) -> str:
        with zipfile.ZipFile(self.out / "screen" / f"river-{edition}.epub") as file:
            return file.read(f"EPUB/{name}").decode()

    def site(self, edition: str) -> str:
        return (self.out / "screen" / f"river-{edition}" / "index.html").read_text("utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def words(markup: str) -> str:
    """What a reader sees of a page, without spaces."""
    body = lxml_html.document_fromstring(markup.encode()).find("body")
    assert body is not None
    return squeezed(body.text_content())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("river")
    (folder / "book.yaml").write_text(BOOK, "utf-8")
    figure = "![一块梨木](wood.svg){#fig-wood}\n\n"
    (folder / "wood.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>', "utf-8")
    for name, title in (("preface", "序"), ("wood", "木头"), ("lamp", "灯"), ("after", "后记")):
        text = "\n\n".join([SENTENCE * 3] * (30 if name == "lamp" else 4))
        more = {"wood": figure, "lamp": TABLE}.get(name, "")
        (folder / f"{name}.md").write_text(f"# {title}\n\n{more}{text}\n", "utf-8")
    out = folder / "out"
    done = build.build(build.Order(folder, out=out / "screen", editions=EDITIONS))
    build.build(build.Order(folder, ("pdf",), out=out / "print", editions=EDITIONS, profile="print"))
    return Made(folder, out, done.problems)


def test_a_mainland_page_has_every_fact_in_its_order(made: Made) -> None:
    page = made.page("zh-Hans")
    facts = [
        "图书在版编目（CIP）数据", "河上的灯:一个印刷工人的手记/陆文秋，何以宁著;沈知白译.—南京:长河文艺出版社,2026.11",
        "ISBN978-7-5000-1234-4", "Ⅰ.①河…Ⅱ.①陆…②何…③沈…Ⅲ.①散文集—中国—当代Ⅳ.①I267",
        "中国国家版本馆CIP数据核字（2026）第012345号", "书名河上的灯：一个印刷工人的手记", "责任编辑顾青",
        "策划编辑江临", "出版发行长河文艺出版社南京", "印刷长河印务有限公司",
        "开本850毫米×1168毫米1/32", "印张", "字数",
        "版次2026年11月第1版", "印次2026年11月第1次印刷", "书号ISBN978-7-5000-1234-4", "定价48.00元", "侵权必究",
    ]  # fmt: skip
    places = [page.find(fact) for fact in facts]
    assert -1 not in places, [fact for fact, place in zip(facts, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_printed_sheets_and_length_are_those_of_the_finished_book(made: Made) -> None:
    with pikepdf.open(made.out / "print" / "river-zh-Hans.pdf") as file:
        pages = len(file.pages)
    page = made.page("zh-Hans")
    sheets = re.search(r"印张([\d.]+)", page)
    assert sheets
    assert float(sheets[1]) == pytest.approx(pages / 32, abs=0.0006)
    assert pages % 16 == 0, "with the blanks that fill the last printed sheet"
    (tally,) = statistics.count(build.Order(made.folder, editions=("zh-Hans",)))
    length = re.search(r"字数(\d+)千字", page)
    assert length
    assert int(length[1]) == round(tally.total.length / 1000) > 2


def test_the_area_of_its_pages_is_worked_out_from_the_finished_book(made: Made) -> None:
    spec = made.folder / "book.yaml"
    spec.write_text(BOOK.replace("  price: 48.00元\n", "  price: 48.00元\n  length: area\n"), "utf-8")
    out = made.out / "area"
    build.build(build.Order(made.folder, ("pdf",), out=out / "print", editions=("zh-Hans",), profile="print"))
    spec.write_text(BOOK, "utf-8")
    with pikepdf.open(out / "print" / "river-zh-Hans.pdf") as file:
        pages = len(file.pages)
    page = layout.geometry(PageSpec(trim="大32开"), layout.load("essay"))
    length = re.search(r"字数(\d+)千字", Made(made.folder, out, ()).page("zh-Hans"))
    assert length
    assert int(length[1]) == round(page.chars * page.lines * pages / 1000)


def everywhere(made: Made, edition: str, page: str) -> list[str]:
    """The copyright page of paper, and those of EPUB and site."""
    return [page, words(made.epub(edition, "copyright.xhtml")), words(made.site(edition))]


def test_only_paper_has_a_format_and_sheets(made: Made) -> None:
    for text in (
        made.page("zh-Hans", "screen"),
        words(made.epub("zh-Hans", "copyright.xhtml")),
        words(made.site("zh-Hans")),
    ):
        assert "印次2026年11月第1次印刷" in text
        assert re.search(r"字数\d+千字", text)
        assert "印张" not in text
        assert "开本" not in text


def test_cataloguing_data_of_taiwan_stands_word_for_word(made: Made) -> None:
    page = made.page("zh-Hant-TW")
    for text in everywhere(made, "zh-Hant-TW", page):
        assert (
            "國家圖書館出版品預行編目資料河上的燈/陸文秋,何以寧著.--初版.--臺北市:長河,2026.11面；公分855115000001"
            in text
        )
        assert "定價新臺幣320元" in text
        assert "978-957-13-0000-9" in text
        assert "48.00" not in text, "that is the price of the other publisher's book"
        assert "責任編輯顧青" in text
        assert "CIP數據核字" not in text
    assert "翻印必究" in page


def test_a_licence_by_its_name_in_the_script_of_the_edition(made: Made) -> None:
    name = "共享創意姓名標示-非商業性-相同方式分享4.0國際授權條款（CCBY-NC-SA4.0）"
    address = "https://creativecommons.org/licenses/by-nc-sa/4.0/deed.zh-hant"
    for text in (
        made.page("zh-Hant-HK"),
        words(made.epub("zh-Hant-HK", "copyright.xhtml")),
        words(made.site("zh-Hant-HK")),
    ):
        assert f"本書採用{name}授權。{address}" in text
        assert "必究" not in text, "who gives leave reserves nothing"
        assert "978-7-5000" not in text, "the number is that of another edition"
    assert f'<a rel="license" href="{address}">' in made.epub("zh-Hant-HK", "copyright.xhtml")


def boxes(path: Path, page: int) -> list[tuple[float, float, str]]:
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(path), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<', done)
    return [(float(top), float(bottom), word) for top, bottom, word in found]


def test_cataloguing_data_and_facts_do_not_meet(made: Made) -> None:
    path = made.out / "print" / "river-zh-Hans.pdf"
    page = next(i for i, text in enumerate(made.pages("zh-Hans"), 1) if "核字" in text)
    lines = boxes(path, page)
    cip = max(bottom for _, bottom, word in lines if "核字" in word or "012345" in word)
    title = min(top for top, _, word in lines if word in ("书", "书名"))
    last = max(bottom for _, bottom, word in lines if "必究" in word or "侵权" in word)
    with pikepdf.open(path) as file:
        trim = [float(edge) for edge in file.pages[page - 1].trimbox]
        media = [float(edge) for edge in file.pages[page - 1].mediabox]
    assert cip < title
    assert last < media[3] - trim[1] - 10, "above the foot of the trim"


ORDER = ["献给外祖父", "活字在手里", "序", "目录", "插图目录", "表目录", "木头", "灯", "后记"]


def begins(word: str, page: str) -> bool:
    return re.match(rf"(?:第.章)?{word}", page) is not None


def test_the_pages_of_a_pdf_stand_in_the_order_of_the_standard(made: Made) -> None:
    """Half-title, title, copyright, dedication, epigraph, preface, contents, figures, tables, text, afterword, colophon
    (GB/T 12450); in print, each of those that ask for it on a recto."""
    pages = [squeezed(page) for page in made.pages("zh-Hans")]
    openings: list[Callable[[str], bool]] = [
        lambda page: page == "河上的灯",
        lambda page: "一个印刷工人的手记" in page and "著" in page and "CIP" not in page,
        lambda page: "CIP" in page,
        *(partial(begins, word) for word in ORDER),
        lambda page: "用版心（banxin）排版" in page,
    ]
    found = []
    for opens in openings:
        start = found[-1] + 1 if found else 0
        found.append(next(i for i, page in enumerate(pages) if i >= start and opens(page)))
    assert found[0] == 0
    assert found[2] == found[1] + 1, "the copyright page is the verso of the title page"
    for at in (0, 1, 3, 4):
        assert found[at] % 2 == 0, "on a recto"


def test_an_epub_has_the_same_order(made: Made) -> None:
    package = made.epub("zh-Hans", "package.opf")
    spine = re.findall(r'<itemref idref="([^"]+)"', package)
    assert spine == [
        "cover", "titlepage", "copyright", "dedication", "epigraph", "text-preface", "nav", "text-wood", "text-lamp",
        "text-after", "colophon",
    ]  # fmt: skip


def test_a_site_has_the_same_order(made: Made) -> None:
    page = words(made.site("zh-Hans"))
    facts = [
        "河上的灯",
        "献给外祖父。",
        "活字在手里",
        "目录",
        "序",
        "木头",
        "插图目录",
        "图1-1",
        "表目录",
        "表2-1",
        "图书在版编目",
        "责任编辑顾青",
        "用版心",
    ]
    places = []
    for fact in facts:
        places.append(page.find(fact, places[-1] if places else 0))
    assert -1 not in places


def test_the_lines_of_an_epigraph_are_the_author_s(made: Made) -> None:
    page = next(page for page in made.pages("zh-Hans") if "活字在手里" in page)
    assert [line.strip() for line in page.splitlines() if line.strip()] == ["活字在手里，", "灯在河上。"]
    assert "<p>活字在手里，</p>\n<p>灯在河上。</p>" in made.epub("zh-Hans", "epigraph.xhtml")
    assert "<p>活字在手里，</p>\n<p>灯在河上。</p>" in made.site("zh-Hans")


def test_the_list_of_figures_leads_to_them(made: Made) -> None:
    page = next(page for page in made.pages("zh-Hans") if squeezed(page).startswith("插图目录"))
    line = re.search(r"图1-1一块梨木[.·]*(\d+)", squeezed(page))
    assert line
    with pikepdf.open(made.out / "print" / "river-zh-Hans.pdf") as file:
        leaves = zip(file.pages, map(squeezed, made.pages("zh-Hans")), strict=True)
        label = next(leaf.label for leaf, text in leaves if "图1-1" in text and not text.startswith("插图"))
    assert line[1] == label
    nav = made.epub("zh-Hans", "nav.xhtml")
    assert (
        '<a href="text/wood.xhtml#fig-wood"><span class="label">图1-1</span> 一块梨木</a>'
        in nav[nav.index('epub:type="loi"') :]
    )
    assert 'href="wood.html#fig-wood"' in made.site("zh-Hans")


def test_the_list_of_tables_leads_to_them(made: Made) -> None:
    page = next(page for page in made.pages("zh-Hans") if squeezed(page).startswith("表目录"))
    line = re.search(r"表2-1灯的价钱[.·]*(\d+)", squeezed(page))
    assert line
    with pikepdf.open(made.out / "print" / "river-zh-Hans.pdf") as file:
        leaves = zip(file.pages, map(squeezed, made.pages("zh-Hans")), strict=True)
        label = next(leaf.label for leaf, text in leaves if "表2-1" in text and not text.startswith("表目录"))
    assert line[1] == label
    nav = made.epub("zh-Hans", "nav.xhtml")
    entry = '<a href="text/lamp.xhtml#tbl-lamp"><span class="label">表2-1</span> 灯的价钱</a>'
    assert entry in nav[nav.index('epub:type="lot"') :]
    assert 'href="lamp.html#tbl-lamp"' in made.site("zh-Hans")
    assert "表目錄" in made.epub("zh-Hant-TW", "nav.xhtml")


def test_a_full_page_is_not_reported(made: Made) -> None:
    assert [problem.message for problem in made.problems if "版权页缺" in problem.message] == []
