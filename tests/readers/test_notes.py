"""Notes in the finished PDF, EPUB and site: the same numbers, links there and back, each where it is asked for."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree, html
from playwright.sync_api import Browser

from banxin.notes.marks import mark
from tests.conftest import Built
from tools.composition import glyphs
from tools.composition.glyphs import Cell

pytestmark = pytest.mark.slow

XHTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"
EDITION = "zh-Hans"
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the bottom left."""


@pytest.fixture
def book(built: Callable[[str], Built]) -> Built:
    return built("notes")


class Pdf:
    """A finished PDF: where its destinations are, and the words on each link to a note."""

    def __init__(self, path: Path, to: str = "fn") -> None:
        self.path = path
        self.to = to
        """How the names of the places begin whose links are looked at."""
        with pikepdf.open(path) as file:
            at = {page.objgen: i for i, page in enumerate(file.pages)}
            names = file.Root.Names.Dests.Names
            pairs = [(str(names[i]), names[i + 1]) for i in range(0, len(names), 2)]
            self.pages = {name: at[place[0].objgen] for name, place in pairs}
            self.links = [link for i, page in enumerate(file.pages) for link in self.of(i, page)]
        self.cells: dict[int, list[Cell]] = defaultdict(list)
        for cells in glyphs.read(path).values():
            for cell in cells:
                self.cells[cell.page].append(cell)
        self.texts = self.run("-layout").split("\f")

    def of(self, i: int, page: Any) -> Iterator[tuple[int, str, Box]]:
        for note in page.get("/Annots", []):
            if str(name := note.get("/Dest", "")).startswith(self.to):
                left, one, right, other = (float(value) for value in note.Rect)
                assert abs(one - other) > 3, "a finger finds it"
                yield i, str(name), (left, min(one, other), right, max(one, other))

    def words(self, i: int, box: Box, room: float = 0.0) -> str:
        """What is drawn in a box, and so far (pt) beside it, by the baseline and the middle of each glyph."""
        left, bottom, right, top = box
        here = (cell for cell in self.cells[i] if bottom <= cell.y <= top)
        return "".join(cell.text for cell in here if left - room < (cell.start + cell.end) / 2 < right + room)

    def run(self, *options: str) -> str:
        command = ["pdftotext", *options, str(self.path), "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@cache
def pdf(path: Path) -> Pdf:
    return Pdf(path)


def site(book: Built) -> list[Any]:
    return [html.parse(str(path)).getroot() for path in sorted(book.site(EDITION).glob("*.html"))]


def epub(book: Built) -> list[Any]:
    with zipfile.ZipFile(book.epub(EDITION)) as archive:
        return [etree.fromstring(archive.read(name)) for name in archive.namelist() if "/text/" in name]


def marks(trees: list[Any]) -> dict[str, str]:
    """The id of each mark -> what it shows."""
    anchors = (a for tree in trees for a in tree.iter("a", f"{XHTML}a"))
    return {a.get("id"): "".join(a.itertext()) for a in anchors if "noteref" in a.get("class", "")}


def notes(trees: list[Any]) -> dict[str, Any]:
    found = (item for tree in trees for item in tree.iter("li", f"{XHTML}aside"))
    return {item.get("id"): item for item in found if (item.get("id") or "").startswith("fn-")}


def number_of(note: Any) -> str:
    return next("".join(e.itertext()) for e in note.iter() if e.get("class") == "note-number")


def leads_back(note: Any) -> list[str]:
    """The marks that a note leads back to."""
    links = (a for a in note.iter("a", f"{XHTML}a") if "backlink" in a.get("class", ""))
    return [a.get("href").partition("#")[2] for a in links]


@dataclass(frozen=True)
class Seen:
    """A note as a reader finds it."""

    marks: tuple[str, ...]
    """What its marks in the text show."""
    number: str
    """Before its words."""
    back: frozenset[str]
    """The marks that it leads back to."""


def in_web(trees: list[Any]) -> dict[str, Seen]:
    """The notes of a site or an EPUB, in the order of their first marks."""
    shown, found = marks(trees), notes(trees)
    calls: dict[str, list[str]] = defaultdict(list)
    for a in (a for tree in trees for a in tree.iter("a", f"{XHTML}a") if "noteref" in a.get("class", "")):
        calls[a.get("href").partition("#")[2]].append(shown[a.get("id")])
    return {id: Seen(tuple(said), number_of(found[id]), frozenset(leads_back(found[id]))) for id, said in calls.items()}


NUMBER = re.compile(r"\[\d+\]|\(\d+\)|〔[^〕]+〕|[①-⑳]")
"""Of the notes of this book."""


def in_pdf(file: Pdf) -> dict[str, Seen]:
    """The notes of a PDF, from its links and from what is drawn where they are.

    Those that pages count anew stand behind each of their marks, as `fn-…-fnref-…` behind a later one.
    """
    calls: dict[str, list[str]] = defaultdict(list)
    back: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, str] = {}
    owners = {name for name in file.pages if name.startswith("fn-")}
    for i, name, box in file.links:
        number = NUMBER.match(file.words(i, box))  # a glyph squeezed against it may follow
        if name.startswith("fn-"):
            assert number, (name, i)
            calls[name.partition("-fnref-")[0]].append(number[0])
            continue
        bare = name.removeprefix("fnref-")
        id = f"fn-{bare}" if f"fn-{bare}" in owners else f"fn-{bare.rpartition('-')[0]}"
        assert {file.pages[id], file.pages.get(f"{id}-{name}")} & {i, i - 1, i - 2}, "the link is with its note"
        back[id].add(name)
        if number:  # else an arrow
            numbers.setdefault(id, number[0])
    return {id: Seen(tuple(said), numbers[id], frozenset(back[id])) for id, said in calls.items()}


def test_numbers_and_ways_back_are_the_same_in_pdf_epub_and_site(book: Built) -> None:
    """Those that each page counts anew are so in all but their numbers, which only paper has."""
    web = in_web(site(book))
    assert len(web) > 70
    assert sum(len(seen.marks) for seen in web.values()) == len(web) + 5, "five notes have two marks each"
    assert all(set(seen.marks) == {seen.number} and len(seen.back) == len(seen.marks) for seen in web.values())
    assert in_web(epub(book)) == web
    paper, found = in_pdf(pdf(book.pdf(EDITION))), notes(site(book))
    assert set(paper) == set(web)
    counted = {id for id, note in found.items() if "译者注" in "".join(note.itertext())}
    assert len(counted) > 10
    for id, seen in web.items():
        assert paper[id].back == seen.back, id
        if id in counted:
            assert len(paper[id].marks) == len(seen.marks)
            assert all(re.fullmatch("[①-⑳]", words) for words in (*paper[id].marks, paper[id].number))
        else:
            assert paper[id] == seen, id


def test_a_count_may_run_through_the_book_in_every_format(book: Built) -> None:
    """The notes of one series from 〔一〕 on, those of another from [1] in each chapter."""
    found = notes(site(book))
    through = [number_of(note) for note in found.values() if re.match("〔", number_of(note))]
    assert through == [mark("〔一〕", n + 1) for n in range(len(through))]
    assert sum(number_of(note) == "[1]" for note in found.values()) == 3


def test_each_series_stands_in_its_place(book: Built) -> None:
    """On paper at the foot, at the end of the chapter, at the end of the book by chapters; else under its heading."""
    file, found = pdf(book.pdf(EDITION)), notes(site(book))
    chapters = {name: file.pages[name] for name in ("0-preface", "1-river", "2-mountain", "book-notes", "references")}
    pages = [file.pages[id] for id in found if number_of(found[id]).startswith("[")]
    assert min(pages) >= chapters["book-notes"]
    assert pages == sorted(pages), "by chapters"
    assert chapters["references"] > max(pages), "notes stand before the list of references"
    ends = {"1-river": chapters["2-mountain"], "2-mountain": chapters["book-notes"]}
    for chapter, end in ends.items():
        here = [
            id for id in found if number_of(found[id]).startswith("〔") and chapters[chapter] <= file.pages[id] < end
        ]
        assert len(here) > 5
        calls = [file.pages[call] for id in here for call in leads_back(found[id])]
        assert min(file.pages[id] for id in here) >= max(calls), "behind the text"
    head = next(text for i, text in enumerate(file.texts) if i == chapters["book-notes"])
    assert re.search(r"^注\s*释$.*?^序$.*?第一章\s+河", head, re.DOTALL | re.MULTILINE)
    contents = next(text for text in file.texts if re.search(r"^\s*目\s*录", text, re.MULTILINE))
    assert re.search(r"注释[ ·]+\d+\s+参考文献[ ·]+\d+", contents)
    lists = [part for tree in site(book) for part in tree.iter("section") if part.get("class") == "notes"]
    heads = ["".join(part.find("h2").itertext()).strip() for part in lists]
    assert heads[0] == "注释"
    assert sorted(heads[1:]) == sorted([*(["注释", "译注", "校记"] * 2), "引文出处"])
    alike = [[note.get("id") for note in part.iter("li") if note.get("class") == "note"] for part in lists]
    parts = [part for tree in epub(book) for part in tree.iter(f"{XHTML}section") if part.get("class") == "notes"]
    assert [[note.get("id") for note in part.iter(f"{XHTML}aside")] for part in parts] == alike


def test_footnotes_stand_on_the_page_of_their_mark_and_count_from_one_on_each(book: Built) -> None:
    file = pdf(book.pdf(EDITION))
    pages: dict[int, list[str]] = {}
    for i, name, box in file.links:
        if not name.startswith("fnref-"):
            words = file.words(i, box)
            if re.fullmatch("[①-⑳]", words):
                assert file.pages[name] == i, name
                pages.setdefault(i, []).append(words)
    assert len(pages) >= 4
    twice = 0
    for i, words in pages.items():
        twice += len(words) - len(set(words))
        once = list(dict.fromkeys(words))
        assert once == [mark("①", n + 1) for n in range(len(once))]
        numbers = [file.words(at, box) for at, name, box in file.links if at == i and name.startswith("fnref-")]
        assert [number for number in numbers if re.fullmatch("[①-⑳]", number)] == once, "at the foot, too"
    assert twice == 2, "a note that is called twice on a page is one"


def test_heads_over_the_notes_of_the_book_name_the_pages_that_they_belong_to(book: Built) -> None:
    """Worked out here from where the marks really are; a note that goes on from the page before counts, too."""
    file = pdf(book.pdf(EDITION))
    begins = file.pages["1-river"]
    (long,) = [id for id, note in notes(site(book)).items() if "长注到此为止" in "".join(note.itertext())]
    (ends,) = [i for i, text in enumerate(file.texts) if "长注到此为止" in text]
    assert ends > file.pages[long]
    heads = {i: match.groups() for i, text in enumerate(file.texts)
             if (match := re.search(r"注释：第(\d+)(?:—(\d+))?页", text))}  # fmt: skip
    assert ends in heads
    for i, (first, last) in heads.items():
        calls = [name for at, name, _ in file.links if at == i and name.startswith("fnref-")]
        if file.pages[long] < i <= ends:
            calls.insert(0, f"fnref-{long.removeprefix('fn-')}")
        found = [file.pages[name] - begins + 1 for name in calls]
        assert (min(found), max(found)) == (int(first), int(last or first)), f"page {i + 1}"


def test_notes_stand_in_titles_tables_captions_and_epigraphs(book: Built) -> None:
    """In the PDF, too: each of their marks is a link there, as one test above finds."""
    for trees in (site(book), epub(book)):
        (river,) = [tree for tree in trees if "河水清且涟猗" in "".join(tree.itertext())]
        found = set()
        for a in (a for a in river.iter("a", f"{XHTML}a") if "noteref" in a.get("class", "")):
            around = [e for e in a.iterancestors() if isinstance(e.tag, str)]
            found |= {etree.QName(e).localname for e in around} | {e.get("class") for e in around}
        assert {"h1", "h2", "th", "td", "caption", "blockquote", "epigraph"} <= found


def test_without_javascript_a_note_comes_up_where_one_reads(chromium: Browser, book: Built) -> None:
    """By the keyboard: Enter on a mark shows its note in the window, Enter on its arrow leads back."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 900, "height": 600})
    page = context.new_page()
    page.goto((book.site(EDITION) / "1-river.html").as_uri())
    mark = page.locator("main .text a.noteref").nth(20)
    mark.scroll_into_view_if_needed()
    mark.focus()
    page.keyboard.press("Enter")
    note = page.locator("li.note:target")
    box, at = note.bounding_box(), mark.bounding_box()
    assert box is not None
    assert at is not None
    assert box["y"] + box["height"] == pytest.approx(600, abs=2), "at the foot of the window"
    assert 0 <= at["y"] < 600, "where the mark is still seen"
    note.locator("a.backlink").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("li.note:target").count() == 0
    context.close()


def test_a_note_pops_up_by_the_keyboard(chromium: Browser, book: Built) -> None:
    """With all that is in it; Escape closes it, and one is at the mark again."""
    page = chromium.new_page(viewport={"width": 900, "height": 700})
    page.goto((book.site(EDITION) / "2-mountain.html").as_uri())
    mark = page.locator("main .text a.noteref").first
    mark.focus()
    page.keyboard.press("Enter")
    popover = page.locator("#note")
    popover.wait_for(state="visible")
    assert popover.locator("ol li, blockquote, pre, img, math").count() == 6
    assert "尾注的第一段" in popover.inner_text()
    kinds = "lists => lists.map(list => getComputedStyle(list).listStyleType)"
    assert page.eval_on_selector_all("#note ol, .notes li ol", kinds) == ["decimal"] * 3
    page.keyboard.press("Escape")
    popover.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == mark.get_attribute("id")
    page.close()


def test_epub_says_what_pops_up(book: Built) -> None:
    for tree in epub(book):
        for a in tree.iter(f"{XHTML}a"):
            if "noteref" in a.get("class", ""):
                assert (a.get(TYPE), a.get("role")) == ("noteref", "doc-noteref")
        for note in tree.iter(f"{XHTML}aside"):
            assert (note.get(TYPE), note.get("role")) == ("footnote", "doc-footnote")


def test_the_words_over_a_series_follow_the_edition(built: Callable[[str], Built]) -> None:
    book = built("notes")
    text = "".join(path.read_text("utf-8") for path in book.site("zh-Hant-TW").glob("*.html"))
    assert ">譯註<" in text
    assert "——譯者" in text
    assert "译注" not in text


@pytest.mark.parametrize("where", ["尾注", "脚注"])
def test_a_note_holds_all_kinds_of_blocks(book: Built, where: str) -> None:
    """Paragraphs, a list with its numbers, a quotation, code, a picture, a formula, a citation, a cross-reference."""
    for trees in (site(book), epub(book)):
        (note,) = [note for note in notes(trees).values() if f"{where}的第一段" in "".join(note.itertext())]
        tags = {etree.QName(e).localname for e in note.iter() if isinstance(e.tag, str)}
        assert {"p", "ol", "li", "blockquote", "pre", "img", "math", "em", "code"} <= tags
        words = bare("".join(note.itertext()))
        assert ("伞骨考[M]" if where == "尾注" else "渡口与竞争[J]") in words
        assert [a.get("href").partition("#")[2] for a in note.iter("a", f"{XHTML}a")].count("tbl-ships") == 1
    file = pdf(book.pdf(EDITION))
    (at,) = [i for i, text in enumerate(file.texts) if f"{where}的第一段" in text]
    text = file.texts[at][file.texts[at].index(f"{where}的第一段") :]
    one, other = ("甲", "乙") if where == "尾注" else ("丙", "丁")
    items = rf"1\.\s+列表{one}\s+2\.\s+列表{other}"
    wanted = rf"见表1-1和.*第二段：\s+{items}\s+{where}里的引文。\s+if {where}:\s+return.*{where}里的图"
    assert re.search(wanted, text, re.DOTALL), text
    assert "tbl-ships" in links_of(file.path, at)
    assert pictures_of(file.path) == [(45.0, 22.5)] * 2
    if where == "脚注":
        assert "——译者注" in text


def links_of(path: Path, page: int) -> list[str]:
    """Where the links of a page lead to."""
    with pikepdf.open(path) as file:
        return [str(link.Dest) for link in file.pages[page].get("/Annots", []) if "/Dest" in link]


def pictures_of(path: Path) -> list[tuple[float, float]]:
    """The sizes of pictures in the text, by the tags of assistive programs, pt."""
    told = subprocess.run(["pdfinfo", "-struct", str(path)], capture_output=True, text=True, check=True).stdout
    boxes = [[float(x) for x in found.split()] for found in re.findall(r"Figure:\s+/BBox \[([^\]]*)\]", told)]
    sizes = [(round(right - left, 1), round(top - bottom, 1)) for left, bottom, right, top in boxes]
    return [size for size in sizes if size[0] == 45.0]


# Citations ----------------------------------------------------------------------------------------------------------

CITED = [
    "顾长河，林岸，何渡，等. 伞骨考[M]. 南京：江左书局，2011：12.",
    "同上：15.",
    "Ford E W，Alder A，Turn D A，et al. Four on rain[M]. He Du，trans. Bath：Avon，2016；"
    "丁山. 渡口与竞争[J]. 江声，2000（3）：5-9.",
    "渡口与竞争.",
]
LISTED = [
    "丁山. 渡口与竞争[J]. 江声，2000（3）：5-9.",
    "顾长河，林岸，何渡，等. 伞骨考[M]. 南京：江左书局，2011.",
    "Ford E W，Alder A，Turn D A，et al. Four on rain[M]. He Du，trans. Bath：Avon，2016.",
]


def bare(text: str) -> str:
    return re.sub(r"[\s\u00ad↩\ufe0e]", "", text)


def test_citations_say_the_same_in_all_formats(book: Built) -> None:
    paper = bare(pdf(book.pdf(EDITION)).run("-raw"))
    for trees in (site(book), epub(book)):
        said = [bare("".join(note.itertext())) for note in notes(trees).values()]
        for words in CITED:
            (one,) = [text for text in said if re.fullmatch(rf"\(\d\){re.escape(bare(words))}", text)]
            assert one in paper
    assert bare("又见顾长河，林岸，何渡，等. 伞骨考：3。") in paper, "in full in a note before"


def test_the_list_of_references_is_the_same_in_all_formats(book: Built) -> None:
    for trees in (site(book), epub(book)):
        works = [e for tree in trees for e in tree.iter("div", f"{XHTML}div") if e.get("class") == "reference"]
        assert [" ".join("".join(work.itertext()).split()).rstrip("↩\ufe0e ") for work in works] == LISTED
    paper = bare(pdf(book.pdf(EDITION)).run("-raw"))
    assert "参考文献" + bare("".join(LISTED)) in paper
    with zipfile.ZipFile(book.epub(EDITION)) as archive:
        text = archive.read("EPUB/text/references.xhtml").decode()
    assert 'role="doc-bibliography"' in text
