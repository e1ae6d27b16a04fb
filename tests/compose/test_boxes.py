"""What stands in a paragraph and is no plain text: first letters and lines, boxes with edges, and characters in no
font. Read from the glyphs of the PDF."""

from __future__ import annotations

import logging
import subprocess
from ctypes import c_double

import pypdfium2
import pytest

from tests.compose.sheet import EM, PICTURE, PT, Path, Row, Sheet, lay, text_boxes
from tools.composition import marks

HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米"
LEFT = 30.0
CLOSE = 0.1 / PT
"""px"""


def composed(sheet: Sheet) -> Sheet:
    """All of it by the planner."""
    assert sheet.report is not None
    assert sheet.report.unforeseen == []
    assert not sheet.report.stock
    assert sheet.report.greedy == 0
    return sheet


def full(rows: list[Row], width: float) -> None:
    """All but the last line reach the measure."""
    assert len(rows) > 2
    for row in rows[:-1]:
        assert row.start == pytest.approx(LEFT, abs=CLOSE)
        assert row.end == pytest.approx(LEFT + width * EM, abs=CLOSE)


def sizes(row: Row) -> list[int]:
    """Of the glyphs, px."""
    return [round(cell.size / PT) for cell in row.cells]


# The first letter, the first line -------------------------------------------------------------------------------------


def test_a_first_letter() -> None:
    """With the mark before it; the lines of its paragraph are full."""
    sheet = composed(lay(f"<p class=g>“{HAN}，{HAN}</p>", ".g { width: 13.3em } .g::first-letter { font-size: 2em }"))
    rows = sheet.rows()
    assert "".join(row.text for row in rows) == f"“{HAN}，{HAN}"
    assert sizes(rows[0])[:3] == [24, 24, 12]
    full(rows, 13.3)


def test_a_first_letter_in_a_box() -> None:
    style = ".g { width: 13.3em } .g::first-letter { font-size: 2em }"
    (first, *_) = composed(lay(f"<p class=g><b>{HAN}</b>{HAN}</p>", style)).rows()
    assert sizes(first)[:2] == [24, 12]


def test_a_drop() -> None:
    """The lines beside a dropped letter are full up to it; those below as well."""
    style = ".d { width: 13.5em } .d::first-letter { float: left; font-size: 36px; line-height: 48px }"
    sheet = composed(lay(f"<p class=d>{HAN * 3}</p>", style))
    cells = sheet.cells[0]
    drop = [cell for cell in cells if round(cell.size / PT) == 36]
    assert [cell.text for cell in drop] == [HAN[0]]
    lines = [Row([cell for cell in cells if cell.y == y and cell not in drop]) for y in _baselines(cells, drop)]
    assert "".join(row.text for row in lines) == (HAN * 3)[1:]
    assert [row.start for row in lines] == pytest.approx([66.0, 66.0, *[30.0] * (len(lines) - 2)], abs=CLOSE)
    assert [row.end for row in lines[:-1]] == pytest.approx([LEFT + 13.5 * EM] * (len(lines) - 1), abs=CLOSE)


def _baselines(cells: list, drop: list) -> list[float]:  # type: ignore[type-arg]
    return sorted({cell.y for cell in cells if cell not in drop}, reverse=True)


def test_a_first_letter_on_pages_that_are_laid_out_again() -> None:
    """The letter is put into a box once, however often its line is made."""
    style = ".g::first-letter { font-size: 2em; padding-left: 1em } @page { size: 260px 150px }"
    style += " .n::after { content: target-counter('#end', page) }"
    sheet = composed(lay(f"<p class=g>{HAN * 3}<a class=n></a></p><p>{HAN * 4}</p><p id=end>{HAN}</p>", style))
    assert sheet.rows(0)[0].start == pytest.approx(LEFT + 24)
    assert sizes(sheet.rows(0)[0])[:2] == [24, 12]


@pytest.mark.parametrize("end", ["", "，" + HAN])
def test_a_first_line(end: str) -> None:
    """It is as full as any, in its own size, and the next goes on where it ends."""
    style = ".e { width: 13.3em } .e::first-line { font-size: 1.5em; text-transform: uppercase }"
    words = f"{HAN[:3]} latin {HAN} straße {HAN}{end}"
    sheet = composed(lay(f"<p class=e>{words[:5]}<b>{words[5:20]}</b>{words[20:]}</p>", style))
    rows = sheet.rows()
    assert "".join(row.text for row in rows).replace(" ", "") == words.replace("latin", "LATIN").replace(" ", "")
    assert set(sizes(rows[0])) == {18}
    assert {size for row in rows[1:] for size in sizes(row)} == {12}
    full(rows, 13.3)


def test_a_first_line_over_pages() -> None:
    style = ".e::first-line { font-size: 1.5em } p { orphans: 1; widows: 1 } @page { size: 260px 90px }"
    sheet = composed(lay(f"<p class=e>{HAN}<b>{HAN}</b></p>", style))
    assert len(sheet.document.pages) > 2
    assert "".join(sheet.lines()) == HAN * 2


def test_no_first_line_ends_so_that_one_character_is_left() -> None:
    style = ".e { width: 10em } .e::first-line { font-size: 1.1em }"
    for count in range(19, 24):
        words = (HAN * 2)[:count]
        rows = composed(lay(f"<p class=e>{words}</p>", style)).rows()
        assert len(rows[-1].cells) > 1


# Boxes with edges -----------------------------------------------------------------------------------------------------


def test_cloned_edges() -> None:
    """Each line of such a box has all of its edges, and its words stand between them."""
    inside = "<b style='padding:0 1em 0 .5em;border:1px solid;box-decoration-break:clone'>"
    sheet = composed(lay(f"<p style='width:14em'>{HAN}{inside}{HAN * 2}</b>{HAN}</p>"))
    rows = sheet.rows()
    assert "".join(row.text for row in rows) == HAN * 4
    start, end = LEFT + 0.5 * EM + 1, LEFT + 13 * EM - 1
    assert rows[1].end == pytest.approx(end, abs=CLOSE)
    for row in rows[2:4]:
        assert (row.start, row.end) == pytest.approx((start, end), abs=CLOSE)
    boxes = _inline(sheet)
    assert len(boxes) >= 3
    for box in boxes:
        assert box.padding_left == 6.0
        assert box.padding_right == 12.0
        assert box.position_x + box.margin_width() <= LEFT + 14 * EM + 1e-6


def _boxes(sheet: Sheet) -> list:  # type: ignore[type-arg]
    return [box for page in sheet.document.pages for box in page._page_box.descendants()]


def _inline(sheet: Sheet) -> list:  # type: ignore[type-arg]
    return [box for box in _boxes(sheet) if type(box).__name__ == "InlineBox" and box.element_tag == "b"]


def test_absolute_in_relative() -> None:
    """The box stands where its containing block, an inline box, says; the words around are as if it were not there."""
    inside = "<b style='position:relative;padding:0 3px'>相<i style='position:absolute;left:-4px;top:20px'>绝</i>对</b>"
    sheet = composed(lay(f"<p style='width:13.4em'>{HAN}{inside}{HAN}</p>"))
    plain = lay(f"<p style='width:13.4em'>{HAN}<b style='position:relative;padding:0 3px'>相对</b>{HAN}</p>")
    cells = sheet.cells[0]
    absolute = next(cell for cell in cells if cell.text == "绝")
    (box,) = _inline(sheet)
    assert absolute.start / PT == pytest.approx(box.padding_box_x() - 4, abs=CLOSE)
    (made,) = (text for text in text_boxes(sheet.document.pages[0]._page_box) if text.text == "绝")
    assert made.position_y - made.margin_top >= box.padding_box_y() + 20 - EM
    others = [cell for cell in cells if cell is not absolute]
    assert [cell.text for cell in others] == [cell.text for cell in plain.cells[0]]
    assert [cell.start for cell in others] == pytest.approx([cell.start for cell in plain.cells[0]], abs=0.01)
    assert [cell.y for cell in others] == [cell.y for cell in plain.cells[0]]


# Characters in no font ------------------------------------------------------------------------------------------------

FONTLESS = "\U0010fffd"


def test_a_character_in_no_font(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is drawn as .notdef and reads as itself, and changes nothing for the other lines."""
    words = f"{HAN}{FONTLESS}{HAN}，{HAN}{FONTLESS}\U0010fffc"
    sheet = composed(lay(f"<p style='width:13.3em'>{words}</p>"))
    with caplog.at_level(logging.WARNING, "weasyprint"):
        (tmp_path / "a.pdf").write_bytes(sheet.pdf)
    assert "U+10FFFD" in caplog.text
    shown = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "".join(shown.split()) == words
    ends = _ends(tmp_path / "a.pdf")
    assert len(ends) > 4
    assert ends[:3] == pytest.approx([LEFT + 13.3 * EM] * 3, abs=CLOSE)


def _ends(path: Path) -> list[float]:
    """Where the last Han of each line ends, px: by pdfium, which knows the encoding of such fonts."""
    page = pypdfium2.PdfDocument(path)[0].get_textpage()
    x, y = c_double(), c_double()
    ends: dict[float, float] = {}
    for n in range(page.count_chars()):
        pypdfium2.raw.FPDFText_GetCharOrigin(page, n, x, y)
        if marks.is_han(chr(pypdfium2.raw.FPDFText_GetUnicode(page, n))):
            ends[round(y.value)] = x.value / PT + EM
    return list(ends.values())


def test_words_in_no_font_in_one_size_and_another(tmp_path: Path) -> None:
    words = f"字{FONTLESS}字<b style='font-size:2em'>{FONTLESS}\U0010fffc</b>字<ruby>字<rt>{FONTLESS}</rt></ruby>"
    (tmp_path / "a.pdf").write_bytes(composed(lay(f"<p>{words}</p>")).pdf)
    shown = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert sorted("".join(shown.split())) == sorted(f"字字字字{FONTLESS * 3}\U0010fffc")


def test_readings_in_no_font() -> None:
    """A tone mark too."""
    sheet = composed(lay("<p><ruby>漢<rt>ㄏㄢˋ</rt>字<rt>ㄗ\u02eb</rt>字<rt>\u3130</rt></ruby>山"))
    assert sheet.pdf


# Floats ---------------------------------------------------------------------------------------------------------------

SIDE = "<i style='float:left;width:5em;height:{height}em'></i>"


def beside(height: float, paragraph: str, width: float = 14) -> list[Row]:
    """The lines of a paragraph beside a float."""
    return composed(lay(f"<div style='width:{width}em'>{SIDE.format(height=height)}<p>{paragraph}</p></div>")).rows()


def test_lines_beside_a_float_are_planned_with_those_below() -> None:
    """A line beside a float is opened less when it is known what comes."""
    rows = beside(5.8, f"{HAN}，{HAN}。{HAN}叫做，{HAN}字。")
    starts = [row.start for row in rows]
    assert starts == pytest.approx([LEFT + 5 * EM] * 3 + [LEFT] * (len(rows) - 3), abs=CLOSE)
    for row in rows[:-1]:
        blank = 0.5 * EM if row.text[-1] in "，。" else 0.0
        beyond = row.end - LEFT - 14 * EM
        assert min(abs(beyond), abs(beyond - blank)) < CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("height", [1.5, 3.5, 5.5, 30])
def test_no_single_character_is_left_below_a_float(height: float) -> None:
    for count in range(15, 60):
        rows = beside(height, (HAN * 3)[:count])
        assert sum(len(row.cells) for row in rows) == count
        assert len(rows[-1].cells) > 1, count


@pytest.mark.parametrize("height", [3.5, 5.5, 30])
def test_no_name_is_torn_beside_a_float(height: float) -> None:
    name = "long_identifier_of_something"
    for before in range(1, 9):
        rows = beside(height, f"{HAN[:before]} {name} {HAN}，2024年3月5日{HAN}", 26)
        joined = [row.text.strip() for row in rows]
        assert any(name in line for line in joined), joined
        for unit in ("2024年", "3月", "5日"):
            assert any(unit in line for line in joined), joined
        assert not any(line.startswith("，") for line in joined)


def test_a_high_line_stands_where_no_float_is_in_its_way() -> None:
    """A line with an image is as narrow as the float below its text makes it."""
    picture = f'<img style="width:2em;height:6em" src="{PICTURE}">'
    float_ = "<i style='float:right;clear:right;width:5em;height:6em'></i>"
    low = "<i style='float:right;width:1em;height:2em'></i>"
    sheet = composed(lay(f"<div style='width:14em'>{low}{float_}<p>{HAN[:3]}{picture}{HAN * 2}</p></div>"))
    boxes = list(_boxes(sheet))
    shapes = [box for box in boxes if box.element_tag == "i"]
    lines = [box for box in boxes if type(box).__name__ == "LineBox" and box.element_tag == "p"]
    assert len(lines) > 3
    assert lines[0].height > 6 * EM
    for line in lines:
        for shape in shapes:
            apart = line.position_x + line.width <= shape.position_x + CLOSE
            above = line.position_y + line.height <= shape.position_y + CLOSE
            assert apart or above or line.position_y >= shape.position_y + shape.margin_height() - CLOSE
    assert "".join(sheet.lines()) == HAN[:3] + HAN * 2


def test_code_is_filled_and_not_torn_where_that_costs_little() -> None:
    sheet = lay("<pre style='width:10em'>一二三四五六七八九十甲乙 some_long_name = another_long_name(1)</pre>")
    assert sheet.report is not None
    assert sheet.report.greedy == 1
    lines = [line.strip() for line in sheet.lines()]
    assert lines[0] == "一二三四五六七八九十"
    assert "".join(lines).replace(" ", "") == "一二三四五六七八九十甲乙some_long_name=another_long_name(1)"


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["pre", "p"])
def test_no_single_character_is_left_where_white_space_stays(tag: str) -> None:
    for count in range(11, 32):
        words = (HAN * 2)[:count]
        rows = lay(f"<{tag} style='width:10em;white-space:pre-wrap;text-align:left'>{words}</{tag}>").rows()
        assert len(rows[-1].cells) > 1, count
