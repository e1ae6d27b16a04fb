"""Numbers in Han numerals, as chapters and parts are counted (GB/T 15835-2011)."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
UNITS = ((1000, "千"), (100, "百"), (10, "十"))


def han(number: int) -> str:
    """1 -> 一, 12 -> 十二, 20 -> 二十, 105 -> 一百零五; 0 to 9999."""
    if number < 10:
        return DIGITS[number]
    text, rest, gap = "", number, False
    for unit, name in UNITS:
        count, rest = divmod(rest, unit)
        if count:
            text += ("零" if gap else "") + DIGITS[count] + name
            gap = False
        elif text and rest:
            gap = True
    text += ("零" if gap else "") + DIGITS[rest] if rest else ""
    return text[1:] if text.startswith("一十") else text


MYRIADS = {False: ("", "万", "亿", "万亿"), True: ("", "萬", "億", "萬億")}
"""Simplified, Traditional: what four figures more are counted in."""


def large(number: int, traditional: bool = False) -> str:
    """As `han`, below 10000万亿: 12000 -> 一万二千, 10005 -> 一万零五, 120000000 -> 一亿二千万."""
    groups: list[int] = []
    rest = number
    while rest or not groups:
        rest, four = divmod(rest, 10000)
        groups.append(four)
    text = ""
    for place in reversed(range(len(groups))):
        four = groups[place]
        if not four:
            continue
        gap = "零" if text and (four < 1000 or not groups[place + 1]) else ""
        words = han(four)
        if text and words.startswith("十"):
            words = f"一{words}"
        text += gap + words + MYRIADS[traditional][place]
    return text or DIGITS[0]


def spelt(figures: str) -> str:
    """Figure by figure, as years are said (GB/T 15835-2011): 2025 -> 二〇二五."""
    return figures.translate(_SPELT)


_SPELT = str.maketrans("0123456789", "〇" + DIGITS[1:])
ROMAN = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}


def roman(number: int) -> str:
    """A number from 1 in small Roman figures: 14 -> xiv."""
    words = ""
    for value, figure in ROMAN.items():
        words += figure * (number // value)
        number %= value
    return words
