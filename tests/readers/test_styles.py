"""Citations in several styles and settings, word by word, in the finished PDF, EPUB and site: all three say one thing.

What they say is in `tests/golden/citations/`: the text with its marks, the notes, the lists with their headings.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from banxin import build

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent.parent / "golden" / "citations"
BIB = """@book{wang, author={王维}, title={流沙坠简}, publisher={中土书局}, address={北京}, year={1993}}
@book{ding, author={丁山 and 甲成 and 乙明 and 丙文}, title={四人谈}, publisher={朔方出版社},
  address={北京}, year={2001}}
@book{ai, author={Eco, U.}, translator={艾舟}, title={雨的历史}, publisher={江左书局}, address={南京}, year={1999},
  langid={chinese}}
@thesis{yi, author={易安}, title={渡口考}, type={phdthesis}, institution={江左大学}, location={南京}, year={2004}}
"""
JSON = """[{"id": "ford", "type": "book", "title": "Four on rain", "publisher": "Avon", "publisher-place": "Bath",
"author": [{"family": "Ford", "given": "E. W."}, {"family": "Alder", "given": "A."}, {"family": "Turn", "given": "D."},
{"family": "Pell", "given": "P."}], "issued": {"date-parts": [[2016]]}, "language": "en"}]
"""
YAML = """references:
- {id: web, type: webpage, title: 中文排版需求, URL: "https://a.example/clreq/", issued: 2020-01-02,
   accessed: 2026-07-02, language: zh}
- {id: pell, type: article-journal, title: On rain, container-title: Journal of Rain, volume: 3, issue: 2, page: 12-34,
   author: [{family: Pell, given: Peter}], issued: 2019, language: en}
"""
ONE = """# 河

如@ding所说，河水每年涨两次[@wang, 12]。船家把缆绳系在柳树上[@ford; @ai]，又在柳树上[@ford, 第7页]。

县志里没有[@wang; @yi]。又没有[@wang]。又没有[@wang, 15]。题名见[-@pell]。
"""
TWO = """# 山

雨从山那边过来[@pell, 13]，又过来[@pell]^[别处也说过，见[@ding, 3]和@ai。]。见[@web]。
"""
SETTINGS = {
    "author-date": "style: gb-t-7714-2025-author-date, list: {place: chapter, group: language, sort: stroke}",
    "chicago": "style: chicago-notes-bibliography, place: foot, list: {group: type}",
    "same": "style: gb-t-7714-2025-note, place: book, numbering: book, mark: 〔一〕, later: same, first: book",
    "narrow": "style: gb-t-7714-2025-numeric, marks: language, list: {group: language}",
    "2015": "style: gb-t-7714-2015-numeric, list: {place: chapter}",
}
"""What book.yaml says of citations."""
TRADITIONAL = "same"
"""The setting that has a Traditional edition, too: its list is in the order of strokes."""


@dataclass(frozen=True)
class Built:
    """A book of one setting."""

    name: str
    out: Path
    edition: str


@pytest.fixture(scope="module", params=[*SETTINGS, f"{TRADITIONAL}+zh-Hant-TW"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    name, _, edition = request.param.partition("+")
    folder = tmp_path_factory.mktemp("styles")
    for file, text in (("a.bib", BIB), ("b.json", JSON), ("c.yaml", YAML), ("1.md", ONE), ("2.md", TWO)):
        (folder / file).write_text(text, "utf-8")
    editions = "editions: {zh-Hant-TW: {}}\n" if edition else ""
    yml = "title: 书\nauthors: [某人]\nslug: b\nlayout: technical\nchapters: [1.md, 2.md]\nnotes: {side: after}\n"
    cited = f"bibliography: [a.bib, b.json, c.yaml]\ncitations: {{{SETTINGS[name]}}}\n"
    (folder / "book.yaml").write_text(yml + cited + editions, "utf-8")
    edition = edition or "zh-Hans"
    order = build.Order(folder, formats=("pdf", "epub", "html"), editions=(edition,), out=folder / "out")
    build.build(order)
    return Built(request.param, folder / "out", edition)


def words(element: Any) -> str:
    """What stands in an element, without its links back."""
    return re.sub("[\\s↩↑\ufe0e]+", " ", "".join(element.itertext())).strip()


def said(trees: Iterator[Any]) -> list[str]:
    """Each paragraph, heading, note and reference of a web edition or an EPUB."""
    found = []
    for tree in trees:
        for element in tree.iterfind(".//{*}section"):
            if (element.get("class") or "").split()[:1] == ["chapter"]:
                found += lines(element)
        found += [line for chapter in tree.iterfind(".//{*}article") for line in lines(chapter)]
    return found


def lines(chapter: Any) -> list[str]:
    """Not what stands over a list of notes: an EPUB has none, as readers hide its notes until they are asked for."""
    kinds = ("h1", "h2", "p")
    found = (part for part in chapter.iter() if isinstance(part.tag, str) and etree.QName(part).localname in kinds)
    return [words(part) for part in found if part.getparent().get("class") != "notes"]


def in_site(book: Built) -> list[str]:
    files = sorted((book.out / f"b-{book.edition}").glob("*.html"))
    return said(html.parse(str(file)).getroot() for file in files if file.name != "index.html")


def in_epub(book: Built) -> list[str]:
    with zipfile.ZipFile(book.out / f"b-{book.edition}.epub") as archive:
        names = sorted(name for name in archive.namelist() if "/text/" in name)
        return said(etree.fromstring(archive.read(name)) for name in names)


def bare(text: str) -> str:
    """Without what lines and pages add: spaces, hyphens of divided words, pages behind references."""
    return re.sub(r"[\s\u00ad↑]|(?<=‐)\n", "", text)


def test_all_formats_say_what_the_style_asks_for(book: Built, update_golden: bool) -> None:
    site = in_site(book)
    golden = GOLDEN / f"{book.name}.txt"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text("\n".join(site) + "\n", "utf-8")
    assert site == golden.read_text("utf-8").splitlines()
    assert in_epub(book) == site


def test_paper_says_so_too(book: Built) -> None:
    path = book.out / f"b-{book.edition}.pdf"
    text = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout
    paper = bare(text)
    for line in in_site(book):
        assert bare(line) in paper, line
