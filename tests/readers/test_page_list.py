"""The page numbers of the printed book in its EPUB, beside the printed book itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

from banxin import build
from tests.conftest import ROOT
from tests.readers.extract import letters
from tests.readers.test_epub import barriers, findings

pytestmark = pytest.mark.slow

OPS = "{http://www.idpf.org/2007/ops}"
LENGTH = 10
"""Letters after a mark that are looked for on its page."""


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The handbook's EPUB, with pages, and the PDF that a printer gets."""
    root = tmp_path_factory.mktemp("handbook")
    book = root / "book"
    shutil.copytree(ROOT / "manuscript", book)
    with (book / "book.yaml").open("a", encoding="utf-8") as file:
        file.write("\nepub: {pages: true}\n")
    order = build.Order(book, formats=("epub",), editions=("zh-Hans",), out=root / "out")
    (epub,) = build.build(order).written
    (pdf,) = build.build(replace(order, formats=("pdf",), profile="print")).written
    return epub, pdf


def labels(pdf: Path) -> dict[str, int]:
    """The label of each page of a PDF, and its number from 1."""
    with pikepdf.open(pdf) as document:
        return {page.label: number for number, page in enumerate(document.pages, 1)}


def printed(pdf: Path, number: int) -> str:
    done = subprocess.run(
        ["pdftotext", "-raw", "-f", str(number), "-l", str(number), str(pdf), "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return letters(done.stdout)


def following(mark: etree._Element) -> str:
    """What is read after a mark, to the end of its document; readings left out."""
    passed: list[str] = [mark.tail or ""]
    for element in mark.itersiblings():
        passed += [*_words(element), element.tail or ""]
    for above in mark.iterancestors():
        passed.append(above.tail or "")
        for element in above.itersiblings():
            passed += [*_words(element), element.tail or ""]
    return letters("".join(passed))


def _words(element: etree._Element) -> list[str]:
    if etree.QName(element).localname in ("rt", "math", "svg", "annotation"):
        return []
    return [element.text or "", *(text for child in element for text in [*_words(child), child.tail or ""])]


def test_each_mark_stands_where_its_page_begins(handbook: tuple[Path, Path]) -> None:
    """Its next letters are at the top of that page, after the running head and the repeated head of a table."""
    epub, pdf = handbook
    numbers = labels(pdf)
    wrong, marks = [], 0
    with zipfile.ZipFile(epub) as archive:
        for name in archive.namelist():
            root = etree.fromstring(archive.read(name)) if name.endswith(".xhtml") else None
            for mark in root.iterfind(f".//*[@{OPS}type='pagebreak']") if root is not None else ():
                label = str(mark.get("aria-label"))
                words, page = following(mark)[:LENGTH], printed(pdf, numbers[label])
                marks += 1
                if words not in page[: page.find(words) + 1 + LENGTH] or page.find(words) > 60:
                    wrong.append((name, label, words, page[:80]))
    assert marks > 60
    assert wrong == []


NOTES = re.compile("[0-9]*注释")
"""How a page of the book's notes begins: a left one with its folio."""


def test_the_list_has_every_page_of_the_chapters_in_order(handbook: tuple[Path, Path]) -> None:
    epub, pdf = handbook
    with zipfile.ZipFile(epub) as archive:
        nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
        (pages,) = nav.iterfind(f".//{{*}}nav[@{OPS}type='page-list']")
        links = list(pages.iterfind(".//{*}a"))
        for link in links:
            file, _, name = link.get("href").partition("#")
            assert f'id="{name}"'.encode() in archive.read(f"EPUB/{file}")
    numbers = [labels(pdf)[link.text] for link in links]
    assert numbers == sorted(set(numbers))
    arabic = [int(link.text) for link in links if link.text.isdigit()]
    silent = set(range(1, arabic[-1])) - set(arabic)
    texts = [printed(pdf, labels(pdf)[str(number)]) for number in silent]
    told = [text for text in texts if len(text) > 2 and not NOTES.match(text)]
    assert told == [], "only blank pages have none, and those of the book's notes, which an EPUB has in their chapters"


def test_it_is_faultless(handbook: tuple[Path, Path]) -> None:
    assert findings(handbook[0]) == []


def test_it_keeps_no_reader_out(handbook: tuple[Path, Path], tmp_path: Path) -> None:
    """Ace looks for a list where there are marks, and for the book that the pages are of."""
    assert barriers(handbook[0], tmp_path) == []
