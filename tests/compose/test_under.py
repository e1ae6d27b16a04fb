"""Dots and lines under words, by where they are painted in the PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTCurve, LTPage

from banxin.compose.under import DOT, DOT_BELOW_LINE, INSET, LINE, RADIUS
from tests.compose.sheet import EM, PT, Sheet, lay
from tools.composition.glyphs import Cell

CSS = (
    ".dot { --emphasis: dot } .name { --line: name } .title { --line: title } .plain { --emphasis: none; --line: none }"
)
HAN = re.compile("[\u4e00-\u9fff]")
LONG = "天地玄黄，宇宙洪荒。日月盈昃、辰宿列张；寒来暑往，秋收冬藏。闰余成岁，律吕调阳。"


@dataclass(frozen=True, slots=True)
class Shape:
    """Something painted, em from the page's corner, along and (downwards) across."""

    start: float
    end: float
    y: float
    """Of its middle."""
    dot: bool
    curves: int

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def shapes(sheet: Sheet) -> list[Shape]:
    return list(_shapes(next(iter(extract_pages(io.BytesIO(sheet.pdf))))))


def _shapes(page: LTPage) -> Iterator[Shape]:
    em = EM * PT
    for item in page:
        if isinstance(item, LTCurve):
            y = (page.height - (item.y0 + item.y1) / 2) / em
            curves = sum(step[0] == "c" for step in item.original_path or ())
            yield Shape(item.x0 / em, item.x1 / em, y, item.fill, curves)


def dots(sheet: Sheet) -> list[Shape]:
    return [shape for shape in shapes(sheet) if shape.dot]


def lines(sheet: Sheet) -> list[Shape]:
    return [shape for shape in shapes(sheet) if not shape.dot]


def middle(cell: Cell) -> float:
    return (cell.start + cell.end) / 2 / (EM * PT)


def baseline(cell: Cell) -> float:
    """em from the page's head."""
    return (900 * PT - cell.y) / (EM * PT)


def at(sheet: Sheet, text: str) -> list[Cell]:
    """The characters of the first place where a text stands."""
    cells = sheet.cells[0]
    start = "".join(cell.text for cell in cells).index(text)
    return cells[start : start + len(text)]


def near(value: float) -> object:
    return pytest.approx(value, abs=0.005)


def set_in(width: str, html: str) -> Sheet:
    return lay(f"<div class=sheet style='width:{width}'><p>{html}</p></div>", CSS)


# ---- dots


@pytest.mark.parametrize("width", ["7em", "10.3em", "13.7em", "40em"])
def test_a_dot_under_the_middle_of_each_han_and_under_nothing_else(width: str) -> None:
    """Squeezed, stretched and natural lines."""
    sheet = set_in(width, f"<span class=dot>{LONG}Rust 2024（一）“二” {LONG}</span>三")
    han = [cell for cell in sheet.cells[0] if HAN.match(cell.text)][:-1]
    assert len(dots(sheet)) == len(han) > 60
    for dot, cell in zip(dots(sheet), han, strict=True):
        assert dot.middle == near(middle(cell))
        assert dot.y == near(baseline(cell) + DOT)
        assert dot.end - dot.start == near(2 * RADIUS)


def test_dots_end_where_the_style_ends() -> None:
    sheet = set_in("40em", "甲<b class=dot>乙<i>丙</i><span class=plain>丁</span>戊</b>己")
    assert [dot.middle for dot in dots(sheet)] == [near(middle(at(sheet, char)[0])) for char in "乙丙戊"]


def test_hidden_words_have_none() -> None:
    assert shapes(set_in("40em", "甲<b class='dot name' style='visibility:hidden'>乙丙</b>丁")) == []


# ---- lines


def test_a_line_from_the_first_character_of_a_name_to_its_last() -> None:
    sheet = set_in("40em", "大师<span class=name>列奥纳多·达·芬奇</span>的画")
    (line,) = lines(sheet)
    cells = at(sheet, "列奥纳多·达·芬奇")
    em = EM * PT
    assert (line.start, line.end) == (near(cells[0].start / em + INSET), near(cells[-1].end / em - INSET))
    assert line.y == near(baseline(cells[0]) + LINE)


def test_two_names_side_by_side_have_a_line_each() -> None:
    one, other = lines(set_in("40em", "读<span class=name>孔子</span><span class=name>孟子</span>"))
    assert other.start - one.end == near(2 * INSET)


def test_a_name_with_markup_inside_has_one_line() -> None:
    sheet = set_in("40em", "读<span class=name>孔<b>仲</b><span class=name>尼</span></span>")
    parts = lines(sheet)
    assert len(parts) == 3
    assert [after.start - before.end for before, after in zip(parts, parts[1:], strict=False)] == [near(0), near(0)]


def test_no_line_under_the_marks_around_a_name() -> None:
    sheet = set_in("40em", "读<span class=name>“孔子”，</span>")
    (line,) = lines(sheet)
    cells = at(sheet, "孔子")
    assert (line.start, line.end) == (
        near(cells[0].start / (EM * PT) + INSET),
        near(cells[1].end / (EM * PT) - INSET),
    )


def test_a_name_over_two_lines_is_not_cut_off_at_their_ends() -> None:
    sheet = set_in("6em", "甲乙丙<span class=name>丁戊己庚辛</span>壬癸")
    first, second = lines(sheet)
    em = EM * PT
    (d, *_, f), (g, h) = at(sheet, "丁戊己"), at(sheet, "庚辛")
    assert (first.start, first.end) == (near(d.start / em + INSET), near(f.end / em))
    assert (second.start, second.end) == (near(g.start / em), near(h.end / em - INSET))


def test_a_title_has_a_wave_of_its_own() -> None:
    sheet = set_in("40em", "读<span class=title>论语</span><span class=title>左氏春秋</span>")
    short, long = lines(sheet)
    assert short.curves % 2 == long.curves % 2 == 0
    assert long.curves > short.curves >= 8
    assert long.start - short.end == near(2 * INSET)


def test_a_name_in_a_title_has_its_own_line() -> None:
    sheet = set_in("40em", "读<span class=title>再见<span class=name>曹雪芹</span>先生</span>")
    assert [bool(line.curves) for line in lines(sheet)] == [True, False, True]


def test_dots_stand_below_lines() -> None:
    sheet = set_in("40em", "<b class=dot>甲乙</b>，<b class=dot>丙<span class=title>史记</span>丁</b>")
    deep = [dot.y - baseline(sheet.cells[0][0]) for dot in dots(sheet)]
    assert deep == [near(DOT)] * 2 + [near(DOT_BELOW_LINE)] * 4


def test_words_that_are_not_chinese_have_lines_too() -> None:
    sheet = lay("<p lang=en>Said <span class=name>Confucius</span> to him.</p>", CSS)
    assert sheet.report is not None
    assert sheet.report.not_chinese == 1
    (line,) = lines(sheet)
    cells = at(sheet, "Confucius")
    assert line.start == near(cells[0].start / (EM * PT) + INSET)
    assert line.end == pytest.approx(cells[-1].end / (EM * PT) - INSET, abs=0.05)


# ---- and nothing else


def test_neither_words_nor_lines_change() -> None:
    """Every glyph stands where it stands without them, and no one reads the dots."""
    marked = set_in("10.3em", f"<b class='dot name'>{LONG}</b><b class=title>{LONG}</b>")
    plain = set_in("10.3em", f"<b>{LONG}</b><b>{LONG}</b>")
    assert [(cell.text, cell.start, cell.y) for cell in marked.cells[0]] == [
        (cell.text, cell.start, cell.y) for cell in plain.cells[0]
    ]
    assert len(shapes(marked)) > len(shapes(plain)) == 0
