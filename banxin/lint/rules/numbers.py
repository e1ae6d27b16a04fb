"""Numbers and units (GB/T 15835-2011, GB/T 15834-2011 4.13, GB 3101-1993): what is surely not as they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from banxin.lint.rules.fault import Context, Fault
from banxin.lint.rules.marks import fault, near
from banxin.tree import Run
from banxin.typeset.chars import has_han

COUNTED = "年月日天时点分秒岁元角块人个名位次件条页章节卷册本种类度米里吨克斤亩届级层倍折集户家％%℃"
TILDE = re.compile(r"(?<=\d)(?P<unit>[%％℃年月日]?)(?P<mark>~|〜)(?=\d)")
HYPHEN = re.compile(
    rf"(?<![A-Za-z0-9.\-/])(?:\d{{4}}(-|--|–)\d{{4}}|\d{{1,3}}(-|–)\d{{1,3}})(?=[{COUNTED}])(?!年\d{{1,2}}-)"
)
ARABIC_TENS = re.compile(r"(?<![\d.,])\d+(?:\.\d+)?[百千](?![米克瓦卡伏伍分帕赫字焦牛升])")
HAN_DIGIT = "一二三四五六七八九〇零十百千万"
MIXED = re.compile(rf"\d+世纪[二三四五六七八九]十年代|[{HAN_DIGIT}]+世纪\d0年代")
ABOUT = re.compile(r"(?<![第、\d图表卷章节页])([1-9])、([1-9])(?=[个只条次天年月岁人位名斤里米倍家件张把块])")
CIRCLE = re.compile("(?<=[一二三四五六七八九〇○◯Ｏ0])[○◯](?=[一二三四五六七八九〇○◯年])|(?<=二)[○◯](?=[一二])")
YEAR = re.compile("(?<![一二三四五六七八九十百千万〇零])[一二][一二三四五六七八九零〇]{3}(?=年)")
NAMES = ("km", "kg", "cm", "mm", "kW", "kHz", "MHz", "GHz", "Hz", "kPa", "MPa", "kV", "kJ")
"""As GB 3100-1993 writes them; mL and ml are both right."""
UNITS = {name.lower(): name for name in NAMES}
UNIT = re.compile(rf"(?<=\d) ?(?P<unit>(?i:{'|'.join(UNITS)}))(?![A-Za-z0-9])")
SPACED = re.compile(r"(?<=\d) ?(?P<degrees>[°˚] ?C)(?![A-Za-z])|(?<=\d) +(?=[%％‰℃])")


def ranges(run: Run, _context: Context) -> Iterator[Fault]:
    """`10~20` -> `10～20`, `1990-2000年` -> `1990—2000年`: codes, dates and scores are left alone."""
    if not has_han(run.text):
        return
    for match in TILDE.finditer(run.text):
        yield fault("T015", run, "起止之间用—或～", [(match.start("mark"), match.end("mark"), "～")])
    for match in HYPHEN.finditer(run.text):
        mark = 1 if match[1] else 2
        first, last = (int(part) for part in re.findall(r"\d+", match[0]))
        if first >= last:  # a name, a score
            continue
        yield fault("T015", run, "起止之间用—或～", [(match.start(mark), match.end(mark), "—")])


def mixtures(run: Run, _context: Context) -> Iterator[Fault]:
    """`3千人`, `20世纪八十年代`, `3、4天`: how it should be depends on the text."""
    for match in ARABIC_TENS.finditer(run.text):
        hint = "写全数字，或全用汉字；万、亿可以跟在数字后面，百、千不可以。"
        yield Fault("T016", *match.span(), f"数字和汉字混用：{near(run, *match.span())}", hint)
    for match in MIXED.finditer(run.text):
        hint = "世纪和年代用同一种数字：20世纪80年代，或二十世纪八十年代。"
        yield Fault("T016", *match.span(), f"数字和汉字混用：{near(run, *match.span())}", hint)
    for match in ABOUT.finditer(run.text):
        if int(match[2]) == int(match[1]) + 1:
            hint = "概数用汉字，不用顿号：三四天。确是两个数，就写“3和4”。"
            yield Fault("T016", *match.span(), f"概数用了顿号：{near(run, *match.span())}", hint)


def circles(run: Run, _context: Context) -> Iterator[Fault]:
    """`二○二四年` and `二零二四年` -> `二〇二四年`"""
    for match in YEAR.finditer(run.text):
        zeros = [(at, at + 1, "〇") for at in range(*match.span()) if run.text[at] == "零"]
        if zeros:
            yield fault("T017", run, "年份里的零写作〇", zeros)
    for match in CIRCLE.finditer(run.text):
        yield fault("T017", run, "汉字数字的零写作〇", [(match.start(), match.end(), "〇")])


def units(run: Run, _context: Context) -> Iterator[Fault]:
    """`5Km` -> `5km`, `25 %` -> `25%`, `20 °C` -> `20℃`"""
    if not has_han(run.text):
        return
    for match in UNIT.finditer(run.text):
        right = UNITS[match["unit"].lower()]
        if match["unit"] != right:
            yield fault("T018", run, "单位的大小写", [(match.start("unit"), match.end("unit"), right)])
    for match in SPACED.finditer(run.text):
        yield fault("T018", run, "单位的写法", [(*match.span(), "℃" if match["degrees"] else "")])
