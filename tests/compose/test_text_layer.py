"""What readers get out of the PDF: the words that were typeset, with the spaces that were typed and no others."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import lxml.html
import pikepdf
import pytest
from pdfminer.high_level import extract_text

from banxin.compose import blank
from banxin.compose.settings import Em, Gap, Settings
from tests.compose.sheet import Sheet, lay, text_boxes
from tools.composition import texts

WIDTHS = (4, 6, 9, 14, 28)
MIXED = {
    "borders": "版本3.2的HarfBuzz把“字”与abc连成1个字族，用8GB内存。",
    "typed spaces": "版本 3.2 的 HarfBuzz 把“字”与 abc 连成 1 个字族，用 8 GB 内存。",
    "both in turn": "用 A与B 和C 与 D，再用 E与F 和G 与 H。",
    "a single letter between Han": "甲A乙B丙C丁",
    "ligatures": "用ffmpeg转file成office，再off一次fi。",
    "emphasis": "用<b>HarfBuzz</b>排<i>中文</i>和<em>abc</em>三种<b>字</b>x。",
    "padded code": "用<code style='padding:0 .3em'>cat</code>读<code style='padding:0 .3em'>a.txt</code>，再写x。",
    "links": "见<a href='#x'>第3章</a>与<a href='#y'>Appendix B</a>里。",
    "sizes": "大<span style='font-size:.8em'>small小</span>字<span style='font-size:1.3em'>BIG大</span>x。",
    "letters set apart": "<span style='letter-spacing:.3em'>字里行间abc</span>和x。",
    "English": "He said that nothing which happened afterwards could be undone, 他说。And nobody answered him.",
    "a spread word": "<span style='letter-spacing:.02em'>山川A日月B星云C雨雪D</span><b>风雷E火</b>土F木",
}


def paragraphs(words: str) -> str:
    """Each on a page of its own: in what order readers take blocks is theirs to say."""
    return "".join(f"<div class=sheet style='width:{width}em'><p>{words}</p></div>" for width in WIDTHS)


def poppler(path: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, str(path), "-"], check=True, capture_output=True, text=True)
    assert not done.stderr
    return done.stdout


def check(sheet: Sheet, path: Path, typeset: Sequence[str]) -> None:
    """Equal but for the ends of lines."""
    assert sheet.report
    assert not sheet.report.stock
    path.write_bytes(sheet.pdf)
    readers = {"pdfminer": extract_text(path), "pdftotext": poppler(path), "-raw": poppler(path, "-raw")}
    for name, text in readers.items():
        found = texts.compare(text, typeset)
        assert (found.characters, found.added, found.missing) == (0, 0, 0), (name, found, text)


@pytest.mark.parametrize("name", MIXED)
def test_readers_find_the_spaces_that_were_typed(name: str, tmp_path: Path) -> None:
    """In narrow columns, where gaps are wide, too."""
    words = lxml.html.fromstring(f"<p>{MIXED[name]}</p>").text_content()
    check(lay(paragraphs(MIXED[name])), tmp_path / "sheet.pdf", [words] * len(WIDTHS))


def test_a_very_narrow_typed_space_is_a_space(tmp_path: Path) -> None:
    settings = Settings(gap=Gap(natural=Em(0.1), least=Em(0.05), most=Em(0.3)))
    sheet = lay("<p>用 A 与 B，<b>甲</b> C <b>乙</b>用 <b>D</b> 丙</p>", settings=settings)
    check(sheet, tmp_path / "sheet.pdf", ["用 A 与 B，甲 C 乙用 D 丙"])


def test_a_space_between_two_boxes_is_there(tmp_path: Path) -> None:
    sheet = lay("<p><b>甲己</b> <i>A</i> <b>乙丁</b> <i>丙戊</i></p>")
    assert sheet.rows()[0].text == "甲己 A 乙丁 丙戊"
    check(sheet, tmp_path / "sheet.pdf", ["甲己 A 乙丁 丙戊"])


@pytest.mark.parametrize("variant", ["pdf/ua-1", "pdf/a-3u", "pdf/a-1b", None])
def test_the_blank_is_a_sound_font(variant: str | None, tmp_path: Path) -> None:
    """Embedded, mapped, a glyph that is there: what PDF/A asks of a font; poppler and qpdf find nothing."""
    sheet = lay(paragraphs(MIXED["borders"]), pdf_variant=variant)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(sheet.pdf)
    with pikepdf.open(path) as pdf:
        font = pdf.pages[0].Resources.Font["/B"]
        assert f"<{blank.CODE:04x}> <>".encode() in font.ToUnicode.read_bytes()
        [below] = font.DescendantFonts
        assert [int(below.W[0]), *map(int, below.W[1])] == [blank.CODE, 1000]
        assert below.FontDescriptor.FontFile2.read_bytes()
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
    assert all(" yes yes yes " in row for row in fonts.stdout.splitlines()[2:]), fonts.stdout
    assert not fonts.stderr


@pytest.mark.slow
def test_fonts_in_full(tmp_path: Path) -> None:
    """The readers of such a file meet a word joiner, which shows nothing."""
    sheet = lay("<p>版本3的HarfBuzz</p>", full_fonts=True)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(sheet.pdf)
    assert poppler(path).strip() == "版本3的HarfBuzz"


def test_without_a_gap_there_is_no_blank() -> None:
    with pikepdf.open(io.BytesIO(lay("<p>山川日月。星云</p>").pdf)) as pdf:
        assert "/B" not in pdf.pages[0].Resources.Font


def test_a_mark_may_be_exchanged_for_another_also_beside_a_gap_that_is_filled(tmp_path: Path) -> None:
    """Where each page counts anew, ⑧ may turn out to be ①: drawn and spoken; words of another width stay."""
    words = "山川日月星云<sup class=noteref>{0}</sup>雨雪风雷水火A<sup class=noteref>{0}</sup>B土木金石，草虫鱼鸟。"
    sheet = lay(paragraphs(words.format("⑧")))
    marks = [box for page in sheet.document.pages for box in text_boxes(page._page_box) if box.text == "⑧"]
    assert any("ActualText" in piece.array for box in marks for piece in box.pango_layout.pieces)
    for box in marks:
        assert not box.pango_layout.says("⑧⑧")
        assert box.pango_layout.says("①")
    path = tmp_path / "a.pdf"
    path.write_bytes(sheet.pdf)
    for text in (poppler(path, "-raw"), extract_text(path)):
        assert "".join(text.split()) == re.sub("<.*?>", "", words.format("①")) * len(WIDTHS)
