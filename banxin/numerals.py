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
