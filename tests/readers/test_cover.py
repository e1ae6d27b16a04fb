"""The cover of the printed book, as its printer, a scanner and a reader find it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, replace
from math import degrees
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from banxin import build as building
from banxin import layout
from banxin.cover import draw, paper, settings
from banxin.cover.settings import CoverSpec
from banxin.preflight.examine import examine
from banxin.render.press import Press
from tests.figures.test_prepare import everything

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
MM = 72 / 25.4
BOOK = """\
title: Python与河上的灯
subtitle: 一个印刷工人的手记
authors: [陆文秋, Ada Lovelace]
date: 2026-11-23
publisher: 长河文艺出版社
isbn: 978-7-5000-1234-4
description: 一本写印刷所、河埠头和一盏灯的小书，头发都写白了。
layout: novel
page: {trim: 大32开}
slug: river
copyright: {price: 48.00元}
chapters: [a.md]
editions: {zh-Hant-TW: {}}
"""
COVER = """\
paper: 轻型纸 100g
thickness: 1.5mm
flaps: 60mm
barcode: {addon: price}
words: [“头发长了，书还没有读完。”]
front-flap: 陆文秋，印刷工人。
back-flap: 手艺人丛书
"""


@dataclass(frozen=True)
class Made:
    """A book and its covers."""

    folder: Path
    told: str

    def cover(self, edition: str) -> Path:
        return self.folder / "out" / f"river-{edition}-cover.pdf"

    def pages(self) -> int:
        with pikepdf.open(self.folder / "out" / "river-zh-Hans.pdf") as file:
            return len(file.pages)


def build(folder: Path, command: str, *words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, str(ROOT / "build.py"), command, str(folder), "-o", str(folder / "out"), *words]
    return subprocess.run(program, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("river")
    (folder / "book.yaml").write_text(BOOK, "utf-8")
    (folder / "cover.yaml").write_text(COVER, "utf-8")
    (folder / "a.md").write_text("# 木头\n\n" + "刻工把字反刻在梨木上，一天刻一百来个字。\n\n" * 300, "utf-8")
    printed = build(folder, "build", "-f", "pdf", "--profile", "print", "-e", "zh-Hans", "--quiet")
    assert printed.returncode == 0, printed.stderr
    done = build(folder, "cover")
    assert done.returncode == 0, done.stderr
    return Made(folder, done.stderr)


def test_one_sheet_as_wide_as_the_finished_book_asks_for(made: Made) -> None:
    leaves = -(-made.pages() // 2)
    spine = leaves * 1.5 + paper.GLUE / MM
    width = 2 * 140 + 2 * 60 + spine
    assert f"{made.pages()} 页，书脊 {spine:.1f} 毫米，展开 {width:.1f} × 203.0 毫米" in made.told
    with pikepdf.open(made.cover("zh-Hans")) as file:
        (page,) = file.pages
        trim, bleed, media = ([float(edge) for edge in box] for box in (page.trimbox, page.obj.BleedBox, page.mediabox))
    assert (trim[2] - trim[0]) / MM == pytest.approx(width, abs=0.02)
    assert (trim[3] - trim[1]) / MM == pytest.approx(203, abs=0.02)
    for side in range(4):
        assert abs(bleed[side] - trim[side]) / MM == pytest.approx(3, abs=0.01)
        assert abs(media[side] - trim[side]) / MM == pytest.approx(10, abs=0.01)


def test_a_preflight_finds_nothing(made: Made) -> None:
    assert made.told.count("印前检查：没有发现问题，见") == 2
    for edition in ("zh-Hans", "zh-Hant-TW"):
        report = examine("cover", made.cover(edition).read_bytes())
        assert report.findings == ()
        assert report.facts.claims == ("PDF/X-4",)


@pytest.fixture(scope="module")
def press(made: Made) -> Press:
    """The book for an older press, which takes no transparency."""
    (made.folder / "old").mkdir()
    (made.folder / "old" / "a.md").write_bytes((made.folder / "a.md").read_bytes())
    (made.folder / "old" / "book.yaml").write_text(BOOK + "print: {standard: x1a}\n", "utf-8")
    return next(building.presses(building.Order(made.folder / "old", ("pdf",), ("zh-Hans",), profile="print")))


@pytest.mark.parametrize("style", settings.STYLES)
def test_nor_in_any_other_design_nor_for_an_older_press(style: str, press: Press) -> None:
    look = layout.load({"spread": "technical", "leaf": "essay"}.get(style, "novel"))
    texts = {"back": ["一本小书。"], "words": ["好。"], "front-flap": ["某人。"], "back-flap": ["丛书。"]}
    made = draw.render(replace(press, layout=look), CoverSpec(style=style, flaps=200.0), 300, texts)
    report = examine("cover", made.data)
    assert report.findings == ()
    assert report.facts.claims == ("PDF/X-1a:2003",)


def photographed(path: Path, dots: int) -> Image.Image:
    with pypdfium2.PdfDocument(path) as file:
        return file[0].render(scale=dots / 72).to_pil().convert("L")


def test_a_scanner_reads_the_number_and_the_price(made: Made) -> None:
    read = zxingcpp.read_barcodes(
        photographed(made.cover("zh-Hans"), 300), ean_add_on_symbol=zxingcpp.EanAddOnSymbol.Read
    )
    assert max((found.text for found in read), key=len) == "978750001234400048"


def test_the_barcode_has_the_size_of_the_standard(made: Made) -> None:
    """95 modules of 0.33 mm: 31.35 mm from the first guard bar to the last."""
    dots = 600
    picture = photographed(made.cover("zh-Hans"), dots)
    found = next(one for one in zxingcpp.read_barcodes(picture) if one.text == "9787500012344")
    width = found.position.top_right.x - found.position.top_left.x
    assert width / dots * 25.4 == pytest.approx(31.35, abs=0.3)


def plates(path: Path, folder: Path) -> dict[str, Image.Image]:
    """What each plate prints."""
    command = [
        "gs",
        "-q",
        "-dNOPAUSE",
        "-dBATCH",
        "-sDEVICE=tiffsep",
        "-r72",
        f"-sOutputFile={folder}/p%d.tif",
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return {
        name: Image.open(folder / f"p1({name}).tif").convert("L") for name in ("Cyan", "Magenta", "Yellow", "Black")
    }


def test_the_barcode_is_on_the_black_plate_alone(made: Made, tmp_path: Path) -> None:
    found = plates(made.cover("zh-Hans"), tmp_path)
    code = zxingcpp.read_barcodes(photographed(made.cover("zh-Hans"), 300))[0].position
    scale = 72 / 300
    area = tuple(
        round(edge * scale) for edge in (code.top_left.x, code.top_left.y, code.bottom_right.x, code.bottom_right.y)
    )
    left, top, right, bottom = area[0] + 2, min(area[1], area[3]) - 2, area[2] - 2, max(area[1], area[3]) + 2
    for name in ("Cyan", "Magenta", "Yellow"):
        assert found[name].crop((left, top, right, bottom)).getextrema()[0] >= 250, name
    assert found["Black"].crop((left, top, right, bottom)).getextrema()[0] < 128


def words_in(path: Path, left: float, right: float) -> str:
    """What stands between two distances from the left edge of the trim, mm."""
    with pikepdf.open(path) as file:
        page = file.pages[0]
        x = [float(page.trimbox[0]) + edge * MM for edge in (left, right)]
        height = float(page.mediabox[3])
    area = ["-x", str(round(x[0])), "-y", "0", "-W", str(round(x[1] - x[0])), "-H", str(round(height))]
    done = subprocess.run(["pdftotext", *area, str(path), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s", "", done.stdout)


def test_what_stands_on_each_panel(made: Made) -> None:
    spine = -(-made.pages() // 2) * 1.5 + paper.GLUE / MM
    path = made.cover("zh-Hans")
    assert words_in(path, 0, 60) == "手艺人丛书"
    back = words_in(path, 60, 200)
    assert "一本写印刷所、河埠头和一盏灯的小书，头发都写白了。" in back
    assert "“头发长了，书还没有读完。”" in back
    assert "定价：48.00元" in back
    assert "ISBN978-7-5000-1234-4" in back
    back_end = 200
    spine_words = words_in(path, back_end, back_end + spine)
    assert spine_words.startswith("Python与河上的灯")
    assert "陆文秋" in spine_words
    assert spine_words.endswith("长河文艺出版社")
    front = words_in(path, back_end + spine, back_end + spine + 140)
    assert "一个印刷工人的手记" in front
    assert "陆文秋，印刷工人。" in words_in(path, back_end + spine + 140, back_end + spine + 200)


def test_han_stands_upright_on_the_spine_and_latin_is_turned(made: Made) -> None:
    """As PDFium reads the angle of each character."""
    with pypdfium2.PdfDocument(made.cover("zh-Hans")) as file:
        text = file[0].get_textpage()
        whole = text.get_text_range()
        left = (10 + 200) * MM
        right = left + (-(-made.pages() // 2) * 1.5) * MM
        on_spine: dict[str, set[int]] = {"Python": set(), "与": set()}
        for word, angles in on_spine.items():
            for at in (match.start() for match in re.finditer(word, whole)):
                if left < text.get_charbox(at)[0] < right:
                    angles.add(round(degrees(pypdfium2.raw.FPDFText_GetCharAngle(text, at))) % 360)
    assert on_spine == {"Python": {90}, "与": {0}}, "clockwise, as lines of a spine run down"


def test_an_edition_has_its_own_words(made: Made) -> None:
    path = made.cover("zh-Hant-TW")
    text = re.sub(
        r"\s", "", subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    )
    assert "頭髮都寫白了" in text
    assert "「頭髮長了，書還沒有讀完。」" in text
    assert "手藝人叢書" in text


def test_the_same_bytes_twice(made: Made) -> None:
    before = made.cover("zh-Hans").read_bytes()
    assert build(made.folder, "cover", "-e", "zh-Hans").returncode == 0
    assert made.cover("zh-Hans").read_bytes() == before


def test_a_wrong_isbn_is_told_and_gives_no_barcode(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.md").write_bytes((made.folder / "a.md").read_bytes())
    (folder / "book.yaml").write_text(BOOK.replace("1234-4", "1234-8"), "utf-8")
    done = build(folder, "cover", "-e", "zh-Hans", "--quiet")
    assert done.returncode == 0
    assert "book.yaml:6: 警告：这个 ISBN 做不成条码：978-7-5000-1234-8\n  办法：末位应当是 4；" in done.stderr
    path = folder / "out" / "river-zh-Hans-cover.pdf"
    assert not zxingcpp.read_barcodes(photographed(path, 300))
    path.unlink()
    strict = build(folder, "cover", "-e", "zh-Hans", "--quiet", "--strict")
    assert strict.returncode == 1
    assert not path.exists(), "with --strict, a warning stops"


def test_pictures_of_the_author_fill_their_panels(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.md").write_bytes((made.folder / "a.md").read_bytes())
    (folder / "book.yaml").write_text(BOOK, "utf-8")
    Image.new("RGB", (1000, 1400), (200, 30, 30)).save(folder / "front.png")
    Image.new("RGB", (1000, 1400), (30, 30, 200)).save(folder / "back.png")
    text = "front: front.png\nback: back.png\nspine-width: 12mm\nbinding: right\nmarks: false\n"
    (folder / "cover.yaml").write_text(text, "utf-8")
    done = build(folder, "cover", "-e", "zh-Hans", "--quiet")
    assert done.returncode == 0, done.stderr
    with pypdfium2.PdfDocument(folder / "out" / "river-zh-Hans-cover.pdf") as file:
        picture = file[0].render(scale=1).to_pil().convert("RGB")
    red, _, blue = picture.getpixel((4, picture.height // 2))
    assert red > blue + 60, "bound on the right, the front stands left, and runs into the bleed"
    red, _, blue = picture.getpixel((picture.width - 4, picture.height // 4))
    assert blue > red + 40


def test_a_page_of_a_pdf_stays_a_drawing_on_a_cover(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.md").write_bytes((made.folder / "a.md").read_bytes())
    (folder / "book.yaml").write_text(BOOK, "utf-8")
    (folder / "front.pdf").write_bytes(everything().bytes())
    (folder / "cover.yaml").write_text("front: front.pdf\n", "utf-8")
    done = build(folder, "cover", "-e", "zh-Hans", "--quiet")
    assert done.returncode == 0, done.stderr
    with pikepdf.open(folder / "out" / "river-zh-Hans-cover.pdf") as file:
        streams = [item for item in file.objects if isinstance(item, pikepdf.Stream)]
        drawings = [item for item in streams if item.get("/Subtype") == "/Form" and "/Matrix" in item]
        assert len(drawings) == 1
        used = {str(each.operator) for each in pikepdf.parse_content_stream(drawings[0])}
        assert "k" in used
        assert not used & {"rg", "g"}


def test_a_fault_of_cover_yaml_stops_with_its_line(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "a.md").write_bytes((made.folder / "a.md").read_bytes())
    (folder / "book.yaml").write_text(BOOK, "utf-8")
    (folder / "cover.yaml").write_text("paper: 宣纸 80g\nfront: none.png\n", "utf-8")
    done = build(folder, "cover", "--quiet")
    assert done.returncode == 2
    assert "cover.yaml:1: 错误：表里没有这种纸：宣纸 80g" in done.stderr
    (folder / "cover.yaml").write_text("\nfront: none.png\n", "utf-8")
    done = build(folder, "cover", "--quiet")
    assert done.returncode == 1
    assert "cover.yaml:2: 错误：" in done.stderr
    assert "none.png" in done.stderr
