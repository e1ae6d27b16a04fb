"""What readers and printers find in the finished PDF: structure, fonts, links, tags; never bytes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.conftest import BUILT, Built

pytestmark = pytest.mark.slow

CASES = [(name, edition) for name, sample in BUILT.items() for edition in sample.editions]
LANGUAGE = {"zh-Hans": "zh-Hans", "zh-Hant-TW": "zh-Hant-TW", "zh-Hant-HK": "zh-Hant-HK"}


@pytest.fixture(params=CASES, ids="-".join)
def pdf(request: pytest.FixtureRequest, built: Callable[[str], Built]) -> tuple[str, str, Path]:
    name, edition = request.param
    return name, edition, built(name).pdf(edition)


def page_texts(path: Path) -> list[list[str]]:
    """The lines of every page, in place."""
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")[:-1]]


def test_qpdf_finds_nothing(pdf: tuple[str, str, Path]) -> None:
    done = subprocess.run(["qpdf", "--check", str(pdf[2])], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_font_is_embedded_as_a_subset_with_unicode(pdf: tuple[str, str, Path]) -> None:
    done = subprocess.run(["pdffonts", str(pdf[2])], capture_output=True, text=True, check=True)
    rows = done.stdout.splitlines()[2:]
    assert rows
    for row in rows:
        assert re.search(r"\byes yes yes\b", row), row
        assert "Type 3" not in row


def test_faces_follow_the_edition(pdf: tuple[str, str, Path]) -> None:
    region = {"zh-Hans": "SC", "zh-Hant-TW": "TC", "zh-Hant-HK": "HK"}[pdf[1]]
    fonts = subprocess.run(["pdffonts", str(pdf[2])], capture_output=True, text=True, check=True).stdout
    assert f"Noto-Serif-{region}" in fonts


def test_metadata_language_and_tags(pdf: tuple[str, str, Path]) -> None:
    _, edition, path = pdf
    with pikepdf.open(path) as file:
        assert str(file.Root.Lang) == LANGUAGE[edition]
        assert file.Root.MarkInfo.Marked
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in file.Root
        assert str(file.docinfo["/Title"])
        assert str(file.docinfo["/Author"])


def test_bookmarks_lead_to_pages_and_stand_once(pdf: tuple[str, str, Path]) -> None:
    with pikepdf.open(pdf[2]) as file:
        pages = {page.objgen for page in file.pages}
        with file.open_outline() as outline:
            seen = []

            def visit(items: list[pikepdf.OutlineItem]) -> None:
                for item in items:
                    seen.append(item.title)
                    assert item.destination[0].objgen in pages
                    visit(list(item.children))

            visit(list(outline.root))
    assert seen
    top = [title for title in seen if title.startswith(("第", "目"))]
    assert len(top) == len(set(top))


def test_every_inner_link_has_its_target(pdf: tuple[str, str, Path]) -> None:
    with pikepdf.open(pdf[2]) as file:
        names: set[str] = set()
        if "/Names" in file.Root and "/Dests" in file.Root.Names:
            names = {str(key) for key in pikepdf.NameTree(file.Root.Names.Dests)}
        for page in file.pages:
            for note in page.get("/Annots", []):
                if "/Dest" in note and isinstance(note.Dest, pikepdf.String):
                    assert str(note.Dest) in names


def test_page_labels_are_the_printed_folios(pdf: tuple[str, str, Path]) -> None:
    """Where a page shows a folio, the reader shows the same one; the body begins at 1. No page of a screen is blank."""
    with pikepdf.open(pdf[2]) as file:
        labels = [page.label for page in file.pages]
    texts = page_texts(pdf[2])
    shown = 0
    for label, lines in zip(labels, texts, strict=True):
        edge = [lines[0], lines[-1]] if lines else []
        folios = [word for line in edge for word in (line.split()[0], line.split()[-1]) if word == label]
        shown += bool(folios)
    assert shown >= 3
    assert labels.count("1") == 1
    assert all(texts)


def test_openings_and_blank_pages_carry_no_furniture(pdf: tuple[str, str, Path]) -> None:
    """A page that opens a chapter or is blank shows neither head nor folio (CLREQ 2.3; practice)."""
    with pikepdf.open(pdf[2]) as file:
        labels = [page.label for page in file.pages]
    texts = page_texts(pdf[2])
    for label, lines in zip(labels, texts, strict=True):
        if lines and re.fullmatch(r"第[一二三四五六七八九十]+[章编編]", lines[0]):
            assert lines[-1].split()[-1] != label


def test_no_heading_is_last_on_its_page(built: Callable[[str], Built]) -> None:
    texts = page_texts(built("handbook").pdf("zh-Hans"))
    for lines in texts:
        body = [line for line in lines if not re.fullmatch(r"[\dxvi]+", line)]
        assert not (len(body) > 3 and re.fullmatch(r"\d+\.\d+ .{2,20}", body[-1])), body[-1]


def test_contents_give_the_right_pages(built: Callable[[str], Built]) -> None:
    path = built("handbook").pdf("zh-Hans")
    with pikepdf.open(path) as file:
        labels = [page.label for page in file.pages]
    texts = page_texts(path)
    found = 0
    for lines in texts[:16]:
        for line in lines:
            entry = re.match(r"(\d+\.\d+)\s+(.+?)[ ·]{4,}\s*(\d+)$", line)
            if entry:
                page = texts[labels.index(entry[3])]
                heading = re.sub(r"\s", "", entry[1] + entry[2])
                assert any(re.sub(r"\s", "", row).startswith(heading) for row in page), line
                found += 1
    assert found > 10
