"""Figures of every kind, in the PDF for the screen, in the printer's, in the EPUB and on the web."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from banxin import build
from tests.programs import need

pytestmark = pytest.mark.slow

KINDS = ("png", "jpg", "webp", "avif", "tif")
LARGE = 2400
"""Pixels across."""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><circle cx="30" cy="30" r="20"/></svg>'
SEEN = 1.05
"""Of the resolution that is asked for: pixels come in whole numbers."""


@dataclass(frozen=True)
class Figures:
    """Where the outputs are."""

    screen: Path
    press: Path
    out: Path


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder = tmp_path_factory.mktemp("figures")
    ramp = Image.linear_gradient("L").resize((LARGE, LARGE // 2))
    picture = Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), ImageChops.invert(ramp)))
    for kind in KINDS:
        made = picture.convert("CMYK") if kind == "tif" else picture
        made.save(folder / f"a.{kind}")
    (folder / "a.svg").write_text(SVG, "utf-8")
    pages = [Image.new("L", (144, 72), "white"), Image.new("L", (144, 72), "white")]
    pages[1].paste(0, (20, 20, 60, 60))
    pages[0].save(folder / "a.pdf", "PDF", resolution=72, save_all=True, append_images=pages[1:])
    targets = [*(f"a.{kind}" for kind in KINDS), "a.svg", "a.pdf#page=2"]
    (folder / "a.md").write_text("# 图\n\n" + "\n\n".join(f"![{each}]({each})" for each in targets) + "\n", "utf-8")
    (folder / "book.yaml").write_text("title: 图\nslug: figures\nlayout: novel\nchapters: [a.md]\n", "utf-8")
    order = build.Order(folder, out=folder / "out", jobs=1)
    result = build.build(order)
    assert [str(problem) for problem in result.problems] == []
    (press, *_) = build.build(replace(order, formats=("pdf",), profile="print", out=folder / "press")).written
    return Figures(folder / "out" / "figures-zh-Hans.pdf", press, folder / "out")


def listed(path: Path) -> list[dict[str, str]]:
    """What poppler says of each picture."""
    done = subprocess.run([need("pdfimages"), "-list", str(path)], capture_output=True, text=True, check=True)
    head, _, *lines = done.stdout.splitlines()
    return [dict(zip(head.replace("object ID", "object id").split(), line.split(), strict=False)) for line in lines]


def test_a_screen_gets_no_more_pixels_than_it_shows(figures: Figures) -> None:
    found = [each for each in listed(figures.screen) if int(each["width"]) > 300]
    assert len(found) == len(KINDS)
    for each in found:
        assert each["color"] in ("rgb", "gray"), each
        assert int(each["x-ppi"]) <= 240 * SEEN


def test_the_press_gets_all_of_them_in_ink(figures: Figures) -> None:
    found = listed(figures.press)
    assert sum(int(each["width"]) == LARGE for each in found) == len(KINDS)
    assert {each["color"] for each in found} == {"cmyk", "gray"}


def test_a_page_of_a_pdf_is_as_large_as_it_is(figures: Figures) -> None:
    """Two inches, in which its one picture keeps its 144 dots."""
    (figure,) = [each for each in listed(figures.press) if each["color"] == "gray"]
    assert int(figure["width"]) == 144
    assert int(figure["x-ppi"]) == pytest.approx(72, abs=1)
    assert int(figure["y-ppi"]) == pytest.approx(72, abs=1)


def test_an_epub_has_what_every_reader_shows(figures: Figures) -> None:
    with zipfile.ZipFile(figures.out / "figures-zh-Hans.epub") as book:
        names = [name for name in book.namelist() if "/images/" in name and "cover" not in name]
        assert len(names) == len(KINDS) + 2
        for name in names:
            assert name.endswith((".png", ".jpg", ".svg"))
            if not name.endswith(".svg"):
                picture = Image.open(io.BytesIO(book.read(name)))
                assert max(picture.size) <= 2048
                assert picture.mode in ("RGB", "L"), name


def test_the_web_shows_a_page_of_a_pdf_as_large_as_it_is(figures: Figures) -> None:
    (page,) = [path.read_text("utf-8") for path in (figures.out / "figures-zh-Hans").glob("a.html")]
    assert 'style="width:2in" alt="a.pdf#page=2"' in page
