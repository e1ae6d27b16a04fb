"""Sheets to fold: where each page of a real PDF comes to stand on paper, as poppler reads it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banxin import imposition
from banxin.errors import ManuscriptError
from banxin.imposition import Scheme, Spread, spreads

ROOT = Path(__file__).parent.parent.parent
MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A5 = (148 * MM, 210 * MM)


def book(path: Path, pages: int, size: tuple[float, float] = A5, turn: int = 0, bleed: float = 0) -> Path:
    """A PDF whose pages say their numbers at the lower left corner of their trim, as seen."""
    with pikepdf.new() as file:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        for number in range(1, pages + 1):
            across, up = size[::-1] if turn in (90, 270) else size
            place = {0: "1 0 0 1 10 10", 90: f"0 1 -1 0 {across - 10} 10", 180: f"-1 0 0 -1 {across - 10} {up - 10}",
                     270: f"0 -1 1 0 10 {up - 10}"}[turn]  # fmt: skip
            shift = f"1 0 0 1 {bleed} {bleed} cm"
            page = file.add_blank_page(page_size=(across + 2 * bleed, up + 2 * bleed))
            page.trimbox = [bleed, bleed, across + bleed, up + bleed]
            page.obj.Rotate = turn
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            words = f"q {shift} {place} cm BT /F 12 Tf (page{number}) Tj ET Q".encode()
            page.obj.Contents = file.make_stream(words)
        file.save(path)
    return path


class Found(NamedTuple):
    """A page of the book on a side of a sheet; pt from the left and from the foot."""

    side: int
    number: int
    x: float
    y: float


def found(path: Path) -> list[Found]:
    """Every page, where poppler reads its number."""
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True).stdout
    pages = []
    for side, sheet in enumerate(done.split("<page ")[1:]):
        size = re.match(r'width="([\d.]+)" height="([\d.]+)"', sheet)
        assert size
        for left, bottom, number in re.findall(r'xMin="([\d.]+)".*?yMax="([\d.]+)">page(\d+)<', sheet):
            pages.append(Found(side, int(number), float(left), float(size[2]) - float(bottom)))
    return pages


def made(path: Path, scheme: Scheme) -> Path:
    artifact = imposition.impose(path, scheme)
    sheets = path.with_name(artifact.path)
    sheets.write_bytes(artifact.data)
    return sheets


def folded(sides: Sequence[Spread], rtl: bool) -> list[int | None]:
    """The pages of sheets that are laid into each other, folded, and turned leaf by leaf."""
    pages: list[int | None] = []
    for number in dict.fromkeys(side.signature for side in sides):
        fronts = [side for side in sides if side.signature == number and side.front]
        backs = [side for side in sides if side.signature == number and not side.front]
        outer, inner = ("left", "right") if rtl else ("right", "left")
        for front, back in zip(fronts, backs, strict=True):  # from the first leaf to the fold
            pages += [getattr(front, outer), getattr(back, inner)]
        for front, back in zip(fronts[::-1], backs[::-1], strict=True):  # and out again
            pages += [getattr(back, outer), getattr(front, inner)]
    return pages


@given(st.integers(1, 300), st.integers(0, 12), st.booleans())
def test_a_folded_book_reads_from_the_first_page_to_the_last(pages: int, sheets: int, rtl: bool) -> None:
    read = folded(spreads(pages, sheets, rtl), rtl)
    assert read[:pages] == list(range(pages))
    assert read[pages:] == [None] * (len(read) - pages)
    assert len(read) - pages < 4, "no more blanks than the last sheet asks for"


def test_a_booklet_of_eight_pages() -> None:
    """Two sheets, stitched through the fold: 8 and 1 outside, 4 and 5 in the middle."""
    assert [(one.left, one.right) for one in spreads(8)] == [(7, 0), (1, 6), (5, 2), (3, 4)]
    assert [(one.left, one.right) for one in spreads(8, rtl=True)] == [(0, 7), (6, 1), (2, 5), (4, 3)]


def test_each_page_lands_where_it_is_folded_to(tmp_path: Path) -> None:
    sheets = made(book(tmp_path / "a.pdf", 10), Scheme(A4, creep=0))
    fold = A4[1] / 2
    pages = found(sheets)
    assert sorted(page.number for page in pages) == list(range(1, 11))
    for page in pages:
        (side,) = [s for s in [spreads(10)[page.side]] if page.number - 1 in (s.left, s.right)]
        left = fold - A5[0] if side.left == page.number - 1 else fold
        assert page.x == pytest.approx(left + 10, abs=1)
        assert page.y == pytest.approx(10, abs=6), "upright on both sides: the paper is turned over its short edge"
    with pikepdf.open(sheets) as file:
        assert len(file.pages) == 6
        for sheet in file.pages:
            assert [float(edge) for edge in sheet.mediabox] == pytest.approx([0, 0, A4[1], A4[0]])


def test_inner_sheets_stand_nearer_to_the_fold(tmp_path: Path) -> None:
    path = book(tmp_path / "a.pdf", 16)
    plain = {page.number: page for page in found(made(path, Scheme(A4, creep=0)))}
    crept = found(made(path, Scheme(A4, creep=0.3)))
    for page in crept:
        sheet = spreads(16)[page.side].sheet
        right = page.x > A4[1] / 2
        moved = page.x - plain[page.number].x
        assert moved == pytest.approx(-0.3 * sheet if right else 0.3 * sheet, abs=0.02)


def test_signatures_of_two_sheets(tmp_path: Path) -> None:
    pages = found(made(book(tmp_path / "a.pdf", 20), Scheme(A4, sheets=2)))
    by_side: dict[int, list[int]] = {}
    for page in sorted(pages, key=lambda page: (page.side, page.x)):
        by_side.setdefault(page.side, []).append(page.number)
    assert list(by_side.values()) == [
        [8, 1], [2, 7], [6, 3], [4, 5], [16, 9], [10, 15], [14, 11], [12, 13], [20, 17], [18, 19],
    ]  # fmt: skip


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_and_those_with_a_bleed_stand_as_they_are_seen(turn: int, tmp_path: Path) -> None:
    pages = found(made(book(tmp_path / "a.pdf", 4, turn=turn, bleed=3 * MM), Scheme(A4, creep=0)))
    fold = A4[1] / 2
    for page in pages:
        right = page.number in (1, 3)
        assert page.x == pytest.approx((fold if right else fold - A5[0]) + 10, abs=1)
        assert page.y == pytest.approx(10, abs=6)


def test_large_pages_are_made_smaller_and_small_ones_are_not(tmp_path: Path) -> None:
    large = found(made(book(tmp_path / "large.pdf", 4, A4), Scheme(A4, creep=0)))
    scale = A4[1] / 2 / A4[0]
    assert {round(page.x - (A4[1] / 2 if page.number in (1, 3) else 0), 1) for page in large} == {round(10 * scale, 1)}
    small = found(made(book(tmp_path / "small.pdf", 4, (200, 300)), Scheme(A4, creep=0)))
    assert {round(page.x) for page in small} == {round(A4[1] / 2 + 10), round(A4[1] / 2 - 190)}
    assert {round(page.y - (A4[0] - 300) / 2 - 10) // 7 for page in small} <= {-1, 0}, "in the middle of the paper"


def ink(path: Path, page: int) -> bytes:
    command = ["pdftoppm", "-gray", "-r", "72", "-f", str(page), "-l", str(page), str(path)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_marks_by_option_and_pure_black(tmp_path: Path) -> None:
    path = book(tmp_path / "a.pdf", 8, (300, 400))
    without = ink(made(path, Scheme(A4, sheets=1)), 1)
    sheets = made(path, Scheme(A4, sheets=1, marks=True))
    assert sum(b < 200 for b in ink(sheets, 1)) > sum(b < 200 for b in without) + 50
    with pikepdf.open(sheets) as file:
        contents = [page.Contents.read_bytes() for page in file.pages]
    assert all(b"0 0 0 1 K" in content for content in contents)
    backs = [re.search(rb"([\d.]+) [\d.]+ [\d.]+ re f", content) for content in contents]
    assert [bool(back) for back in backs] == [True, False, True, False], "on the back of each signature"
    heights = [re.search(rb"re f", content) and re.findall(rb"[\d.]+ ([\d.]+) 2 [\d.]+ re f", content)[0]
               for content in contents[::2]]  # fmt: skip
    assert heights[0] != heights[1], "a step down each"


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    path = book(tmp_path / "a.pdf", 6)
    assert imposition.impose(path, Scheme(A4)) == imposition.impose(path, Scheme(A4))


def test_what_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("书", "utf-8")
    with pytest.raises(ManuscriptError, match="这不是 PDF，或文件坏了"):
        imposition.impose(tmp_path / "a.pdf", Scheme(A4))
    with pytest.raises(ManuscriptError, match="打不开"):
        imposition.impose(tmp_path / "b.pdf", Scheme(A4))


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "impose", *words], capture_output=True, text=True, check=False
    )


def test_the_command(tmp_path: Path) -> None:
    path = book(tmp_path / "a.pdf", 8)
    done = command(str(path), "-o", str(tmp_path / "out"), "--sheets", "1", "--rtl", "--marks", "--creep", "0.2mm")
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "out" / "a-sheets.pdf")), done.stderr
    first = sorted((page.x, page.number) for page in found(tmp_path / "out" / "a-sheets.pdf") if page.side == 0)
    assert [number for _, number in first] == [1, 4]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--paper", "A9"], "不认识的开本：A9"),
        (["--creep", "2mm"], "爬移太大"),
        (["--creep", "薄"], "看不懂的长度"),
        (["--sheets", "-1"], "一帖不能有 -1 张"),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], told: str, tmp_path: Path) -> None:
    done = command(str(book(tmp_path / "a.pdf", 4)), "-o", str(tmp_path / "out"), *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "out").exists()
