"""What a note's number looks like: ①, [1], 1, *, 〔一〕.

A style is a specimen: what it says for 1. The sign that counts in it (`①`, `1`, `一`, `*`, `a`, `i`) is exchanged, the
rest stays: `〔一〕` gives 〔十二〕.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from banxin.numerals import han

PLAIN = "1"
SYMBOLS = "*†‡§‖¶"
"""In the order of The Chicago Manual of Style (17th ed., 14.25); then doubled."""
CIRCLED = ((20, 0x2460), (35, 0x3251 - 20), (50, 0x32B1 - 35))
"""The last number of each run of circled numbers in Unicode, and the character of its first less what comes before."""


def circled(number: int) -> str:
    """① to ㊿; (51) above, where Unicode has none."""
    for last, first in CIRCLED:
        if number <= last:
            return chr(first + number - 1)
    return f"({number})"


def symbol(number: int) -> str:
    """*, †, …, then **, ††, …"""
    times, which = divmod(number - 1, len(SYMBOLS))
    return SYMBOLS[which] * (times + 1)


def letters(number: int) -> str:
    """a to z, then aa, ab, …"""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def roman(number: int) -> str:
    """i, ii, iii, iv, …"""
    text = ""
    for value, sign in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
                        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):  # fmt: skip
        count, number = divmod(number, value)
        text += sign * count
    return text


COUNTING: Mapping[str, Callable[[int], str]] = {
    "①": circled,
    "1": str,
    "一": han,
    "*": symbol,
    "a": letters,
    "i": roman,
}
"""The sign that stands for 1 -> how it counts."""


def sign_of(style: str) -> str:
    """The sign of a specimen that counts; empty where it has none, or two."""
    found = [char for char in style if char in COUNTING]
    return found[0] if len(found) == 1 else ""


def mark(style: str, number: int) -> str:
    """The mark of a note."""
    sign = sign_of(style)
    return style.replace(sign, COUNTING[sign](number)) if sign else str(number)
