"""A page of a PDF as a figure stays a drawing, in every PDF; what cannot, becomes pixels, and is told."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from banxin import build, cache, layout
from banxin.config import PageSpec
from banxin.render import pdf
from tests.figures.drawing import HEIGHT, WIDTH, Drawing
from tests.figures.test_prepare import alpha, everything
from tests.programs import need
from tests.sheets.compare import SHADE

pytestmark = pytest.mark.slow

WORDS = "words"
ALT = "一块红，一块蓝"
BOOK = "title: 图\nslug: drawn\nlayout: novel\nisbn: 978-7-302-51135-9\nchapters: [a.md, b.md]\n"
TEXT = f"# 甲\n\n前文。\n\n![{ALT}](figure.pdf){{#fig-a}}\n\n后文。\n\n![透明](shining.pdf)\n"
AGAIN = "# 乙\n\n再看一次。\n\n![又一次](figure.pdf#page=2)\n\n小一点：![小](figure.pdf){height=2em}。\n"
PROFILES = ("screen", "archive", "x4", "x1a")
SHINING = "a.md:9: 警告：图 shining.pdf 有透明，PDF/X-1a:2003 不许有，排成了每英寸 600 点的像素"


@dataclass(frozen=True)
class Built:
    """A book in one profile."""

    name: str
    path: Path
    order: build.Order
    problems: tuple[str, ...]


def write(folder: Path, more: str = "") -> None:
    pages = everything(), everything(rotate=90)
    with pikepdf.open(io.BytesIO(pages[0].bytes())) as file, pikepdf.open(io.BytesIO(pages[1].bytes())) as turned:
        file.pages.append(turned.pages[0])
        file.save(folder / "figure.pdf")
    shining = Drawing()
    alpha(shining)
    (folder / "shining.pdf").write_bytes(shining.bytes())
    (folder / "a.md").write_text(TEXT, "utf-8")
    (folder / "b.md").write_text(AGAIN, "utf-8")
    (folder / "book.yaml").write_text(BOOK + more, "utf-8")


@pytest.fixture(scope="module", params=PROFILES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp(f"drawn-{request.param}")
    printed = request.param in ("x4", "x1a")
    write(folder, f"print: {{standard: {request.param}}}\n" if printed else "")
    profile = "print" if printed else request.param
    order = build.Order(folder, formats=("pdf",), out=folder / "out", profile=profile)
    result = build.build(order)
    return Built(request.param, result.written[0], order, tuple(str(each) for each in result.problems))


def forms(path: Path) -> list[Any]:
    """The forms of figures: their matrix makes them as large as a picture is, one by one."""
    found = []
    with pikepdf.open(path) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form" and "/Matrix" in item:
                found.append(item.read_bytes())
    return found


def test_only_what_does_not_fit_is_told(built: Built) -> None:
    told = [each.partition("\n")[0] for each in built.problems if "像素" in each]
    assert told == ([f"{SHINING} [T044]"] if built.name == "x1a" else [])


def test_figures_are_drawn(built: Built) -> None:
    """The same page of a PDF, shown in two chapters, is drawn by forms; only one picture has pixels in X-1a."""
    assert len(forms(built.path)) >= (2 if built.name == "x1a" else 3)
    done = subprocess.run([need("pdfimages"), "-list", str(built.path)], capture_output=True, text=True, check=True)
    wide = [line.split()[3] for line in done.stdout.splitlines()[2:] if int(line.split()[3]) > 2]
    assert len(wide) == (built.name == "x1a")


def test_the_letters_of_a_figure_are_text(built: Built) -> None:
    with pypdfium2.PdfDocument(built.path) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    assert sum(text.count(WORDS) for text in pages) >= 2


def test_a_preflight_finds_nothing_in_a_figure(built: Built) -> None:
    if built.name in ("x4", "x1a"):
        (looked,) = build.build(built.order).preflights
        assert {each.code for each in looked.report.findings} <= {"P501", "P904"}  # of the 2 × 2 pixels in the figure


def test_it_is_as_large_as_its_page(built: Built) -> None:
    """The box of its matrix on the page is that of the page of the PDF, in pt."""
    with pikepdf.open(built.path) as file:
        sizes = [size for page in file.pages for size in drawn(page)]
    assert (pytest.approx(WIDTH, abs=0.5), pytest.approx(HEIGHT, abs=0.5)) in sizes
    assert (pytest.approx(HEIGHT, abs=0.5), pytest.approx(WIDTH, abs=0.5)) in sizes


def drawn(page: pikepdf.Page) -> Iterator[tuple[float, float]]:
    """How large each picture on a page is, pt."""
    matrices = [pikepdf.Matrix()]
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                matrices.append(matrices[-1])
            case "Q":
                matrices.pop()
            case "cm":
                matrices[-1] = pikepdf.Matrix(*map(float, operands)) @ matrices[-1]
            case "Do":
                yield abs(matrices[-1].a), abs(matrices[-1].d)


def test_it_is_a_figure_of_the_tags(built: Built) -> None:
    if built.name in ("x4", "x1a"):
        return  # which have none
    with pikepdf.open(built.path) as file:
        alts = [str(item.Alt) for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert {ALT, "透明", "又一次", "小"} <= set(alts)


def test_it_is_seen(built: Built) -> None:
    """The red and the blue end of its gradient, on the page of the first chapter."""
    with pypdfium2.PdfDocument(built.path) as document:
        pages = [page.render(scale=1).to_pil().convert("HSV").getchannel("S") for page in document]
    assert max(ImageStat.Stat(page).extrema[0][1] for page in pages) > 150


@pytest.mark.parametrize("built", ["screen", "x1a"], indirect=True)
def test_the_same_bytes_from_nothing(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANXIN_CACHE", str(tmp_path / "cache"))
    cache.forget_digests()
    (again, *_) = build.build(replace(built.order, out=tmp_path / "out", jobs=1)).written
    assert again.read_bytes() == built.path.read_bytes()


@pytest.mark.parametrize("built", ["screen", "x4"], indirect=True)
def test_bound_of_signatures_or_made_at_once(built: Built, tmp_path: Path) -> None:
    press = next(build.presses(built.order))
    html = pdf.document(press, layout.geometry(press.page_spec or PageSpec(), press.layout))
    with pdf.improved(press.lines):
        (tmp_path / "whole.pdf").write_bytes(pdf.write(html, press))
    one, other = (list(pages(path, tmp_path)) for path in (tmp_path / "whole.pdf", built.path))
    assert len(one) == len(other)
    assert all(ImageChops.difference(*pair).getextrema()[1] < SHADE for pair in zip(one, other, strict=True))


def pages(path: Path, folder: Path) -> Iterator[Image.Image]:
    """Poppler's pictures: PDFium rounds the cells of a pattern to pixels, by where the page is moved."""
    stem = folder / path.stem
    subprocess.run([need("pdftoppm"), "-gray", "-r", "72", str(path), str(stem)], check=True)
    for file in sorted(folder.glob(f"{path.stem}-*.pgm")):
        yield Image.open(file)


def test_others_show_the_picture(tmp_path: Path) -> None:
    write(tmp_path)
    made = build.build(build.Order(tmp_path, formats=("epub", "html"), out=tmp_path / "out", jobs=1))
    assert [str(each) for each in made.problems if "像素" in str(each)] == []
    with zipfile.ZipFile(tmp_path / "out" / "drawn-zh-Hans.epub") as book:
        names = [name for name in book.namelist() if "/images/" in name and "cover" not in name]
        assert sorted(Path(name).suffix for name in names) == [".png"] * 3
        for name in names:
            Image.open(io.BytesIO(book.read(name))).verify()


def test_in_vertical_lines(tmp_path: Path) -> None:
    write(tmp_path, "writing: vertical\n")
    result = build.build(build.Order(tmp_path, formats=("pdf",), out=tmp_path / "out", jobs=1))
    (path,) = result.written
    assert len(forms(path)) >= 3
    with pikepdf.open(path) as file:
        assert (pytest.approx(WIDTH, abs=0.5), pytest.approx(HEIGHT, abs=0.5)) in [
            size for page in file.pages for size in drawn(page)
        ]
