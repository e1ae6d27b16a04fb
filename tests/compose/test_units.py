"""What is read as one stays on one line: a wide table of numbers with their units, signs, names; narrow columns."""

from __future__ import annotations

import re

import pytest

from banxin.compose import units
from tests.compose.sheet import EM, Sheet, lay, line_boxes, words

HAN = "山川日月星云雨雪风雷火土木金水石田禾竹米花草鸟虫鱼"
MEASURE = 28
WHOLE = {
    "dates": "2024年|3月|5日|12月|31号|2024-03-05|2024/3/5|20世纪|80年代|3年级|10周年|8点半|9點鐘",
    "times": "10:30|10：30|5分钟|30秒|3个月|3个小时|3個鐘頭|5 min|24 h|9 pm|5 a.m.|100 BC",
    "money": "5元|10万元|10亿美元|1,000元|12,345.67元|5角|3块钱|￥5|￥ 5|￥1,000",
    "money abroad": "US$5|NT$300|HK$20|RMB 100|100 USD|€20|£3.50",
    "places": "第3章|第 3 章|第12页|第 12 頁|第十二章|第三届|第3～5章|图3-1|图 3-1|表2|[12]",
    "places in English": "p. 12|pp. 3|Fig. 3|No. 5|§5|№5|#5",
    "signs": "100%|50 %|3.5%|3‰|36.5℃|36.5 °C|90°|±5%|−3℃|≈3.14|<5|+86|2:1|1/2|6×4|1,000,000|3.14",
    "SI": (
        "10 kg|10kg|10㎏|20平方米|2千克|5公里|5公釐|9.8 m/s²|60 km/h|5 km²|100 m³|10 μm|5 kΩ|20 dB|3 kWh|500 mL|20 kPa|"
        "2 mol|7 lx|120 mmHg|25 Hz|1013 hPa|3 nm|10 t|4 ha|5 N·m"
    ),
    "computing": "8 GB|8GB|16 GiB|10 Mbps|100 Mbit/s|44.1 kHz|300 dpi|12 pt|1.5 em|3000 mAh|60 fps|1,024字节",
    "counted": "100多人|10余人|10多万元|3500万人|5个百分点|12岁|300字|50页|7折|3倍|8层|2台|100万|3万|6人次",
    "marks": "——|……|？！|！！|⋯⋯",
}
COUNTED = "三百元|五十公里|二十世纪|十二月|三十一日|三元|五月|五小時|二十多个|一百万|兩百萬"


def paragraphs(sheet: Sheet) -> list[list[str]]:
    """The lines of each paragraph, by where its first word says that one begins."""
    found: list[list[str]] = []
    for page in sheet.document.pages:
        for line in line_boxes(page._page_box):
            text = words(line)
            if text.startswith("头"):
                found.append([])
            found[-1].append(text)
    return found


def at_line_ends(wanted: list[str]) -> list[tuple[str, list[str]]]:
    """Each unit at all places near a line's end, with the lines that come of it."""
    placed = [(unit, before) for unit in wanted for before in range(MEASURE - 9, MEASURE)]
    body = "".join(f"<p>头{(HAN * 2)[: before - 1]}{unit}{HAN}{HAN[:3]}</p>" for unit, before in placed)
    found = paragraphs(lay(f"<div style='width:{MEASURE}em'>{body.replace('<5', '&lt;5')}</div>"))
    return [(unit, lines) for (unit, _), lines in zip(placed, found, strict=True)]


@pytest.mark.parametrize("kind", WHOLE)
def test_units_are_never_torn(kind: str) -> None:
    torn = [(unit, lines) for unit, lines in at_line_ends(WHOLE[kind].split("|")) if not any(unit in x for x in lines)]
    assert torn == []


def test_nor_are_numbers_in_han() -> None:
    torn = [(unit, lines) for unit, lines in at_line_ends(COUNTED.split("|")) if not any(unit in x for x in lines)]
    assert torn == []


@pytest.mark.parametrize("words", ["一个人在山里", "第一次见到他", "万一下雨", "3号楼与5号楼", "他十分高兴"])
def test_no_more_than_the_number_is_held_together(words: str) -> None:
    """What follows a number and its unit may begin a line, and so may what counts a single thing."""
    spans = [match.span() for pattern in (units.WHOLE, units.COUNTED) for match in pattern.finditer(words)]
    assert all(end - start <= 3 for start, end in spans), spans


@pytest.mark.parametrize("width", range(2, 9))
def test_narrow_columns_stay_sane(width: int) -> None:
    """Where keeping a unit whole would leave a line full of holes, it is parted; no digit leaves its number."""
    text = (
        "山川在2024年花了10万元买下三百五十亩田，再用100个百分点、20平方公里与第一百二十三回换来12,345.67元和8 GB内存。"
    )
    sheet = lay(f"<div style='width:{width}em'><p>头{text}</p></div>")
    assert sheet.report
    assert not sheet.report.stock
    [lines] = paragraphs(sheet)
    assert "".join(lines).replace(" ", "") == "头" + text.replace(" ", "")
    for line in line_boxes(sheet.document.pages[0]._page_box):
        assert line.width <= width * EM + 0.01
    if width >= 5:
        cut = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if re.search(r"\d$", a) and re.match(r"\d", b)]
        assert cut == []
