"""Notes in the finished PDF, EPUB and site: the same numbers, links there and back, each where it is asked for."""

from __future__ import annotations

import itertools
import re
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
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


def test_marks_are_the_same_in_epub_and_site(book: Built) -> None:
    found = marks(site(book))
    assert len(found) > 70
    assert found == marks(epub(book))


def test_each_note_shows_the_number_of_its_marks_and_leads_back_to_all(book: Built) -> None:
    for trees in (site(book), epub(book)):
        shown, found = marks(trees), notes(trees)
        back = {id: leads_back(note) for id, note in found.items()}
        assert sorted(itertools.chain(*back.values())) == sorted(shown)
        for id, note in found.items():
            assert {shown[call] for call in back[id]} == {number_of(note)}
        assert sorted(map(len, back.values()))[-5:] == [2, 2, 2, 2, 2], "notes with two marks"


def test_marks_in_the_pdf_are_those_of_the_site(book: Built) -> None:
    """Those that each page counts anew are the site's in all but their number."""
    file, shown = pdf(book.pdf(EDITION)), marks(site(book))
    trees = notes(site(book))
    expected = {f"fn-{id.removeprefix('fnref-')}": text for id, text in shown.items()}
    seen = set()
    for i, name, box in file.links:
        if name not in trees or name in seen:
            continue
        seen.add(name)
        words = file.words(i, box)
        if "译者注" in "".join(trees[name].itertext()):
            assert re.search("[①-⑳]", words), (name, words)
        else:
            assert expected[name] in words, (name, i)

    assert len(seen) == len(trees)


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
    for i, words in pages.items():
        assert words == [mark("①", n + 1) for n in range(len(words))]
        numbers = [file.words(at, box) for at, name, box in file.links if at == i and name.startswith("fnref-")]
        assert [number for number in numbers if re.fullmatch("[①-⑳]", number)] == words, "at the foot, too"


def test_every_note_of_the_pdf_leads_back_to_all_its_marks(book: Built) -> None:
    """By its number to the first; with several, by an arrow to each. Where each page counts anew, each has its own."""
    file = pdf(book.pdf(EDITION))
    leads = defaultdict(set)
    for i, name, _ in file.links:
        leads[name].add(i)
    several = 0
    for id, note in notes(site(book)).items():
        calls = leads_back(note)
        several += len(calls) > 1
        here = {file.pages[id], file.pages[id] + 1}  # a note may go on overleaf
        for call in calls:
            assert call in leads, (id, "a link back")
            if "译者注" not in "".join(note.itertext()):
                assert leads[call] & here, (id, "is with its note")
    assert several == 5


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
    (river,) = [tree for tree in site(book) if tree.get("lang") and tree.find(".//article[@id='1-river']") is not None]
    for path in ("h1", "h2", "th", "td", "caption", "blockquote", "div[@class='epigraph']"):
        assert river.find(f".//{path}//a[@class='noteref']") is not None, path


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


def test_a_note_holds_all_kinds_of_blocks(book: Built) -> None:
    for trees in (site(book), epub(book)):
        (note, _) = [note for note in notes(trees).values() if "提到两次的注。" in "".join(note.itertext())
                     and "译者" not in "".join(note.itertext())]  # fmt: skip
        tags = {etree.QName(e).localname for e in note.iter() if isinstance(e.tag, str)}
        assert {"p", "ul", "li", "blockquote", "pre"} <= tags


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
    assert bare("又见顾长河，林岸，何渡，等. 伞骨考[M]. 南京：江左书局，2011：3。") in paper


def test_the_list_of_references_is_the_same_in_all_formats(book: Built) -> None:
    for trees in (site(book), epub(book)):
        works = [e for tree in trees for e in tree.iter("div", f"{XHTML}div") if e.get("class") == "reference"]
        assert [" ".join("".join(work.itertext()).split()) for work in works] == LISTED
    paper = bare(pdf(book.pdf(EDITION)).run("-raw"))
    assert "参考文献" + bare("".join(LISTED)) in paper
    with zipfile.ZipFile(book.epub(EDITION)) as archive:
        text = archive.read("EPUB/text/references.xhtml").decode()
    assert 'role="doc-bibliography"' in text
