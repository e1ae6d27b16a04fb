"""Readings (`<ruby>`) over and beside words, by the positions of the PDF's glyphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest

from banxin.compose.readings import BETWEEN, CLOSEST, COLUMN, OVER_HAN, OVER_OTHERS
from tests.compose.sheet import EM, PT, Sheet, lay
from tools.composition.glyphs import Cell

Part = tuple[Cell, ...]
BOPOMOFO = re.compile("[\u3105-\u312f\u31a0-\u31bfˊˇˋ˙]")
WORDS = (
    ("毕", "bì"), ("昇", "shēng"), ("双", "shuāng"), ("窗", "chuāng"), ("装", "zhuāng"), ("帧", "zhēn"), ("一", "yī"),
)  # fmt: skip
EDGE = 30 / EM


def mono(*pairs: tuple[str, str]) -> str:
    return "<ruby>" + "".join(f"{base}<rt>{reading}</rt>" for base, reading in pairs) + "</ruby>"


def set_in(width: float, html: str, more: str = "") -> Sheet:
    return lay(f"<div class=sheet style='width:{width}em'><p style='{more}'>{html}</p></div>")


def parts(sheet: Sheet, page: int = 0) -> list[Part]:
    """Runs of readings, and of other words, in the order in which they are drawn."""
    found: list[list[Cell]] = []
    for cell in sheet.cells[page]:
        joined = found and found[-1][-1].reading == cell.reading and found[-1][-1].y == cell.y
        if not joined:
            found.append([])
        found[-1].append(cell)
    return [tuple(part) for part in found]


def text(part: Sequence[Cell]) -> str:
    return "".join(cell.text for cell in part)


def reach(part: Sequence[Cell]) -> tuple[float, float]:
    """em from the page's edge."""
    return part[0].start / (EM * PT), part[-1].end / (EM * PT)


def readings(sheet: Sheet) -> list[tuple[Part, Part]]:
    """Each reading, with what is drawn before it."""
    return [(before, part) for before, part in pairwise(parts(sheet)) if part[0].reading]


def near(value: float) -> object:
    return pytest.approx(value, abs=0.005)


# ---- over the base


def test_half_as_large_in_the_middle_above_its_base() -> None:
    sheet = set_in(40, "甲乙" + mono(("一", "yī")) + "丙丁")
    ((before, reading),) = readings(sheet)
    base = before[-1]
    assert (text(reading), base.text) == ("yī", "一")
    assert sum(reach(reading)) == near(sum(reach([base])))
    assert all(cell.size == near(base.size / 2) for cell in reading)
    assert reading[0].y - base.y > 0.88 * base.size


def test_it_is_drawn_after_its_base() -> None:
    sheet = set_in(40, f"读{mono(*WORDS[:2])}，<ruby>字面<rt>face</rt></ruby>。")
    assert text(sheet.cells[0]) == "读毕bì昇shēng，字面face。"


def test_brackets_for_other_programs_and_rb_are_understood() -> None:
    sheet = lay("<p>读<ruby><rb>毕</rb><rp>(</rp><rt>bì</rt><rp>)</rp></ruby>。</p>", "rp { display: none }")
    assert text(sheet.cells[0]) == "读毕bì。"
    ((before, reading),) = readings(sheet)
    assert sum(reach(reading)) == near(sum(reach(before[-1:])))


def test_one_without_a_base_is_a_word() -> None:
    sheet = set_in(40, "读<ruby><rt>bì</rt></ruby>。")
    assert text(sheet.cells[0]) == "读bì。"


def test_words_that_are_not_chinese_have_readings_too() -> None:
    sheet = lay("<p lang=en>In <ruby>Beijing<rt>běijīng</rt></ruby> today</p>")
    (_, reading), *_ = readings(sheet)
    assert reading[0].y - sheet.cells[0][0].y > 0.88 * EM * PT


@pytest.mark.parametrize("leading", ["1.4", "1.7", "2"])
def test_lines_stand_where_they_stood(leading: str) -> None:
    words = "甲乙丙丁戊己庚辛" * 3
    style = f"line-height:{leading}"
    annotated = set_in(12, words + mono(("一", "yī")) + words + mono(("一", "ㄧ")) + words, style)
    plain = set_in(12, words + "一" + words + "一一" + words, style)
    assert len(annotated.rows()) == len(plain.rows()) > 5
    assert [row.cells[0].y for row in annotated.rows()] == [row.cells[0].y for row in plain.rows()]


def test_two_are_a_quarter_of_an_em_apart() -> None:
    found = [reach(reading) for _, reading in readings(set_in(60, mono(*WORDS) + "。"))]
    gaps = [after[0] - before[1] for before, after in pairwise(found)]
    assert min(gaps) == near(BETWEEN)
    assert len(gaps) == len(WORDS) - 1


@pytest.mark.parametrize(
    ("before", "after", "over"), [("甲", "乙", OVER_HAN), ("，", "（", OVER_OTHERS), ("a", "z", OVER_OTHERS)]
)
def test_how_far_it_may_reach_over_its_neighbours(before: str, after: str, over: float) -> None:
    sheet = set_in(60, f"甲{before}<ruby>装<rt>zhuangzhuang</rt></ruby>{after}乙", "text-align:left")
    ((drawn, reading), *_) = readings(sheet)
    following = parts(sheet)[2][0]
    start, end = reach(reading)
    gap = 0.25 if before.isalpha() and before.isascii() else 0.0
    assert reach(drawn[-2:-1])[1] - start == near(over - gap)
    assert end - reach([following])[0] == near(over - gap)


def test_a_long_one_opens_the_gaps_inside_its_base() -> None:
    sheet = set_in(60, "甲<ruby>字面<rt>typeface-typeface</rt></ruby>乙", "text-align:left")
    ((drawn, reading), *_) = readings(sheet)
    _, face, side = drawn
    inner = reach([side])[0] - reach([face])[1]
    assert inner > 0.5
    assert (reach([face])[0] - reach(reading)[0]) - OVER_HAN == pytest.approx(inner / 2, abs=0.26)
    assert reach([face])[0] + reach([side])[1] == near(sum(reach(reading)))


# ---- in lines


@pytest.mark.parametrize("width", [4.0, 5.3, 6.0, 7.7, 9.0, 12.4])
def test_lines_end_between_characters_and_never_inside_words(width: float) -> None:
    body = f"甲乙{mono(*WORDS)}丙丁，<ruby>字面<rt>face</rt></ruby>戊己<ruby>字身体<rt>body</rt></ruby>。庚辛壬癸子丑"
    sheet = set_in(width, body)
    rows = [row.text.strip() for row in sheet.rows()]
    assert "".join(rows) == "甲乙毕昇双窗装帧一丙丁，字面戊己字身体。庚辛壬癸子丑"
    assert sum("字面" in row for row in rows) == sum("字身体" in row for row in rows) == 1
    for before, reading in readings(sheet):
        assert 0.88 * EM * PT < reading[0].y - before[-1].y < 1.1 * EM * PT


def test_one_character_a_line_keeps_its_reading() -> None:
    sheet = set_in(2, mono(*WORDS))
    assert len(sheet.rows()) > 3
    assert [text(before[-1:]) + text(reading) for before, reading in readings(sheet)] == ["".join(p) for p in WORDS]


@pytest.mark.parametrize("width", [8.0, 10.6, 14.0])
def test_full_lines_are_flush(width: float) -> None:
    sheet = set_in(width, (mono(*WORDS) + "甲乙，丙丁") * 6)
    rows = sheet.rows()
    assert len(rows) > 5
    for row in rows[:-1]:
        blank = EM / 2 if row.text.strip()[-1] == "，" else 0
        assert row.end - blank - 30 == pytest.approx(width * EM, abs=0.1)
        assert row.start == pytest.approx(30, abs=0.1)


def test_at_the_ends_of_a_line_it_moves_inwards() -> None:
    sheet = set_in(8, "<ruby>昇<rt>shēng</rt></ruby>甲乙丙丁戊己<ruby>伸<rt>shēng</rt></ruby>庚辛")
    (_, first), (_, last) = readings(sheet)
    assert reach(first)[0] == near(EDGE)
    assert reach(last)[1] == near(EDGE + 8)


def test_there_it_keeps_off_the_next() -> None:
    pairs = [("装", "zhuāng"), ("双", "shuāng")]
    found = [reach(reading) for _, reading in readings(set_in(8, mono(*pairs) + "甲乙丙丁"))]
    assert found[1][0] - found[0][1] >= CLOSEST - 0.005


@pytest.mark.parametrize("height", [30, 50, 75])
def test_none_is_lost_between_pages(height: int) -> None:
    body = (mono(*WORDS) + "甲乙，丙丁") * 5
    sheet = lay(f"<div style='width:9em'><p>{body}</p></div>", f"@page {{ size: 200px {height + 60}px }}")
    assert len(sheet.cells) > 2
    wanted = ("".join(base + reading for base, reading in WORDS) + "甲乙，丙丁") * 5
    assert "".join(text(page) for page in sheet.cells) == wanted


# ---- bopomofo


def zhuyin(*pairs: tuple[str, str], width: float = 40) -> Sheet:
    return lay(f"<div class=sheet style='width:{width}em'><p>{mono(*pairs)}完</p></div>", language="zh-Hant-TW")


def test_bopomofo_stands_behind_its_character_in_half_an_em() -> None:
    sheet = zhuyin(("想", "ㄒㄧㄤˇ"), ("音", "ㄧㄣ"))
    cells = sheet.cells[0]
    assert text(cells) == "想ㄒㄧㄤˇ音ㄧㄣ完"
    think, symbols, tone, sound = cells[0], cells[1:4], cells[4], cells[5]
    assert reach([sound])[0] - reach([think])[1] == near(COLUMN)
    assert all(before.y > after.y for before, after in pairwise(symbols))
    assert symbols[0].y < think.y + 0.88 * think.size
    assert symbols[-1].y > think.y - 0.12 * think.size
    assert reach([think])[1] < reach(symbols[:1])[0] < reach([tone])[0] < reach([sound])[0]


def test_the_neutral_tone_stands_above() -> None:
    cells = zhuyin(("嗎", "˙ㄇㄚ")).cells[0]
    assert text(cells) == "嗎˙ㄇㄚ完"
    _, dot, m, a, _ = cells
    assert dot.y > a.y
    assert m.y > a.y


def test_bopomofo_begins_no_line() -> None:
    sheet = zhuyin(*[("想", "ㄒㄧㄤˇ"), ("音", "ㄧㄣ")] * 5, width=5)
    rows = [row.text for row in sheet.rows()]
    assert len(rows) > 3
    assert "".join(rows) == "想音" * 5 + "完"
    for before, after in pairwise(sheet.cells[0]):
        if BOPOMOFO.match(after.text) and not BOPOMOFO.match(before.text):
            assert 0 < after.start - before.start < 2 * EM * PT
            assert abs(after.y - before.y) < EM * PT


def test_what_is_no_syllable_stands_above() -> None:
    """A word, and more symbols than three."""
    sheet = lay("<p>甲<ruby>注音<rt>ㄓㄨㄧㄣ</rt></ruby>乙<ruby>丙<rt>ㄓㄨㄧㄣ</rt></ruby></p>", language="zh-Hant-TW")
    for before, reading in readings(sheet):
        assert reading[0].y - before[-1].y > 0.88 * EM * PT


def test_readers_find_a_syllable_in_one_piece() -> None:
    content = b"".join(zhuyin(("想", "ㄒㄧㄤˇ")).content())
    assert b"/ActualText<feff" + "ㄒㄧㄤˇ".encode("utf-16-be").hex().encode() + b">" in content
