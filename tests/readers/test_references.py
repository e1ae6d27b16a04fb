"""Citations and their list in the finished PDF, EPUB and site of one book: the same numbers, and back to each place."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree, html

from banxin import build
from banxin.render import pdf
from tests.readers.test_notes import Pdf

pytestmark = pytest.mark.slow

REFS = """@book{wang, author={王维}, title={流沙坠简}, publisher={中土书局}, address={北京}, year={1993}}
@book{smith, author={Smith, John}, title={The rain: A book of {London}}, publisher={Tern}, address={Bath}, year={2020},
  langid={english}}
@book{ding, author={丁山}, title={一}, publisher={中土书局}, address={北京}, year={2001}}
"""
LINE = "渡口在城西三里，旧有义渡，官给船二，渡夫四人，岁支工食若干。" * 4
CITED = ("[@wang]", "[@smith, 12]", "", "[@wang; @ding; @smith]")
SAID = ("[1]", "[2]12", "", "[1-3]")


@dataclass
class Found:
    """What a reader finds of one book."""

    marks: list[str] = field(default_factory=list)
    """What citations in the text say, in order."""
    works: dict[str, str] = field(default_factory=dict)
    """Of each work in the list, by the end of its id: number and words."""
    back: dict[str, list[str]] = field(default_factory=dict)
    """Of each work, the ids of the citations that it leads back to."""


def made(folder: Path, citations: str, formats: tuple[str, ...] = ("pdf", "epub", "html")) -> Path:
    """A book that cites, built."""
    (folder / "refs.bib").write_text(REFS, "utf-8")
    (folder / "0.md").write_text(f"# 序\n\n{LINE}[@wang]\n", "utf-8")
    for name, title in (("1.md", "河"), ("2.md", "山")):
        text = "\n\n".join(f"{LINE}{CITED[i % 4]}" for i in range(20))
        (folder / name).write_text(f"# {title}\n\n{text}\n", "utf-8")
    yml = "title: 书\nauthors: [某人]\nslug: b\nlayout: technical\nfront: [0.md]\nchapters: [1.md, 2.md]\n"
    (folder / "book.yaml").write_text(f"{yml}bibliography: refs.bib\ncitations: {{{citations}}}\n", "utf-8")
    build.build(build.Order(folder, formats=formats, out=folder / "out"))
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("numbered"), "style: gb-t-7714-2025-numeric")


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("noted")
    return made(folder, "style: gb-t-7714-2025-note, place: foot, list: {back: pages}")


def in_web(trees: Iterator[Any]) -> Found:
    found = Found()
    for tree in trees:
        for span in tree.iterfind(".//{*}span[@class='citation']"):
            found.marks.append("".join(span.itertext()).strip())
        for work in tree.iterfind(".//{*}div[@class='reference']"):
            id = work.get("id").removeprefix("ref-")
            links = [a for a in work.iter("{*}a") if "backlink" in a.get("class", "")]
            found.back[id] = [a.get("href").partition("#")[2] for a in links]
            found.works[id] = " ".join("".join(work.itertext()).split()).rstrip("↩\ufe0e ")
    return found


def in_epub(path: Path) -> Found:
    with zipfile.ZipFile(path) as archive:
        return in_web(etree.fromstring(archive.read(name)) for name in archive.namelist() if "/text/" in name)


def in_site(folder: Path) -> Found:
    files = [folder / f"{name}.html" for name in ("0", "1", "2", "references")]
    return in_web(html.parse(str(file)).getroot() for file in files)


def in_pdf(path: Path, ids: Mapping[str, list[str]]) -> tuple[Found, dict[str, list[str]]]:
    """Besides, the pages that are said behind each work.

    Args:
        ids: of the citations of each work, in the order of the list. A link leads back to those on its page.
    """
    file, found = Pdf(path), Found()
    found.marks = re.findall(r"\[\d[\d,-]*\](?:12)?(?=\s*\n|$)", "".join(file.texts[:-3]).replace("\f", "\n"))
    listing = next(text for text in file.texts if re.search(r"^\s*参考文献\s*$", text, re.MULTILINE) and "[M]" in text)
    said: dict[str, list[str]] = {}
    for id, (entry, pages) in zip(ids, re.findall(r"(\[\d\] .*?)\s+↑(\S*)", listing, re.DOTALL), strict=True):
        found.works[id] = " ".join(entry.split())
        said[id] = pages.split("、")
    links = [name for _, name, _ in Pdf(path, "cite-").links]
    for id, calls in ids.items():
        places = {file.pages[name] for name in links if name in calls}
        found.back[id] = [call for call in calls if file.pages[call] in places]
    return found, said


def test_numbers_works_and_ways_back_are_the_same_in_pdf_epub_and_site(book: Path) -> None:
    site = in_site(book / "out" / "b-zh-Hans")
    assert site.marks == ["[1]", *(SAID[i % 4] for _ in range(2) for i in range(20) if SAID[i % 4])]
    assert list(site.works.values()) == [
        "[1] 王维. 流沙坠简[M]. 北京：中土书局，1993.",
        "[2] Smith J. The rain：a book of London[M]. Bath：Tern，2020.",
        "[3] 丁山. 一[M]. 北京：中土书局，2001.",
    ]
    assert {id: len(calls) for id, calls in site.back.items()} == {"wang": 21, "smith": 20, "ding": 10}
    assert in_epub(book / "out" / "b-zh-Hans.epub") == site
    paper, _ = in_pdf(book / "out" / "b-zh-Hans.pdf", site.back)
    assert paper == site


def test_each_page_is_said_once_with_the_number_that_stands_on_it(book: Path) -> None:
    site = in_site(book / "out" / "b-zh-Hans")
    path = book / "out" / "b-zh-Hans.pdf"
    _, said = in_pdf(path, site.back)
    file = Pdf(path)
    with pikepdf.open(path) as opened:
        labels = [page.label for page in opened.pages]
    for id, calls in site.back.items():
        assert said[id] == list(dict.fromkeys(labels[file.pages[call]] for call in calls)), id
    assert said["wang"][0] in ("iii", "iv", "v"), "of the preface"
    assert len(said["wang"]) > 3


def test_a_link_behind_a_work_is_tagged_and_a_finger_finds_it(book: Path) -> None:
    with pikepdf.open(book / "out" / "b-zh-Hans.pdf") as file:
        numbers = file.Root.StructTreeRoot.ParentTree.Nums
        tree = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
        links = [link for page in file.pages for link in page.get("/Annots", ())
                 if str(link.get("/Dest", "")).startswith("cite-")]  # fmt: skip
        assert len(links) > 10
        for link in links:
            tag = tree[int(link.StructParent)]
            assert tag.S == "/Link"
            left, one, right, other = (float(x) for x in link.Rect)
            assert right - left > 3
            assert abs(one - other) > 6


def test_the_book_in_one_piece_says_the_same_pages(book: Path) -> None:
    press = next(build.presses(build.Order(book, formats=("pdf",))))
    with pdf.improved(press.lines):
        whole = pdf.write(pdf.document(press, pdf.layout.geometry(pdf.PageSpec(), press.layout)), press)
    (book / "whole.pdf").write_bytes(whole)
    site = in_site(book / "out" / "b-zh-Hans")
    assert in_pdf(book / "whole.pdf", site.back) == in_pdf(book / "out" / "b-zh-Hans.pdf", site.back)


def test_a_publisher_may_want_no_pages_there(book: Path) -> None:
    """The number of a work still leads to the first place."""
    (bare := book / "bare").mkdir()
    made(bare, "style: gb-t-7714-2025-numeric, list: {back: none}", ("pdf",))
    path = bare / "out" / "b-zh-Hans.pdf"
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "[M]" in text
    assert "↑" not in text
    links = [name for _, name, _ in Pdf(path, "cite-").links]
    assert len(links) == 3


def cited_in(trees: Iterator[Any]) -> dict[str, list[str]]:
    """Of each work, the marks of the notes that name it, by the links in them."""
    found: dict[str, list[str]] = {}
    for tree in trees:
        for note in tree.iterfind(".//{*}*[@id]"):
            if not note.get("id").startswith("fn-"):
                continue
            links = [a.get("href") or "" for a in note.iter("{*}a")]
            mark = next(link.partition("#")[2] for link in links if "#fnref-" in link)
            for link in links:
                if "#ref-" in link:
                    found.setdefault(link.partition("#ref-")[2], []).append(mark)
    return found


def test_where_citations_are_notes_each_work_leads_back_to_their_marks(noted: Path) -> None:
    """In EPUB and site to each; on paper to the first on each page, as its number says."""
    site, epub = in_site(noted / "out" / "b-zh-Hans"), in_epub(noted / "out" / "b-zh-Hans.epub")
    assert {id: len(calls) for id, calls in site.back.items()} == {"wang": 21, "smith": 20, "ding": 10}
    assert epub == site
    trees = (html.parse(str(path)).getroot() for path in (noted / "out" / "b-zh-Hans").glob("*.html"))
    assert {id: sorted(marks) for id, marks in cited_in(trees).items()} == {
        id: sorted(marks) for id, marks in site.back.items()
    }
    path = noted / "out" / "b-zh-Hans.pdf"
    file = Pdf(path, "fnref-")
    last = max(at for at, text in enumerate(file.texts) if "↑" in text)
    with pikepdf.open(path) as opened:
        labels = [page.label for page in opened.pages]
    said = dict(zip(site.back, re.findall(r"↑(\S+)", file.texts[last]), strict=True))
    wanted: list[str] = []
    for id, calls in site.back.items():
        firsts: dict[str, str] = {}
        for call in calls:
            firsts.setdefault(labels[file.pages[call]], call)
        assert said[id].split("、") == list(firsts), id
        wanted += firsts.values()
    assert [name for at, name, _ in file.links if at == last] == wanted


def test_on_paper_a_list_beside_notes_names_no_pages_unless_asked(tmp_path: Path) -> None:
    made(tmp_path, "style: gb-t-7714-2025-note, place: foot", ("pdf",))
    text = "".join(Pdf(tmp_path / "out" / "b-zh-Hans.pdf").texts)
    assert "[M]" in text
    assert "↑" not in text
