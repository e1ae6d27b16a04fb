"""The barcode of a book: EAN-13 of its ISBN, and the add-on of two or five digits (GS1 General Specifications, 5.2)."""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

from barcode.charsets import ean as charset
from barcode.ean import EuropeanArticleNumber13

from banxin.preflight import isbn as numbers

MODULE = 0.33
"""The width of the narrowest bar at 100 %, mm."""
HEIGHT = 22.85
"""Of the bars at 100 %, mm."""
GUARDS = 5
"""Modules by which guard bars are longer."""
QUIET_LEFT, QUIET_RIGHT, QUIET_AFTER = 11, 7, 5
"""Modules left free before the code, after it, and after an add-on."""
GAP = 9
"""Modules between the code and its add-on: 7 to 12."""
DIGITS = 9
"""The height of the line of digits, modules."""
PARITY_FIVE = ("BBAAA", "BABAA", "BAABA", "BAAAB", "ABBAA", "AABBA", "AAABB", "ABABA", "ABAAB", "AABAB")
PARITY_TWO = ("AA", "AB", "BA", "BB")


class Bar(NamedTuple):
    """A bar, in modules from the left edge of the quiet zone."""

    x: int
    width: int
    guard: bool
    addon: bool


class Digit(NamedTuple):
    """A digit under (of an add-on: over) its bars; `x` is the middle, in modules."""

    x: float
    digit: str
    addon: bool


class Barcode(NamedTuple):
    """All that is printed, in modules."""

    bars: tuple[Bar, ...]
    digits: tuple[Digit, ...]
    width: int
    """With the quiet zones."""


def thirteen(isbn: str) -> str:
    """The digits of an ISBN-13, without hyphens; empty where it is none, or its check digit is wrong."""
    digits = numbers.digits(isbn)
    return digits if len(digits) == 13 and digits.isascii() and numbers.valid(digits) else ""


def of(number: str, addon: str = "") -> Barcode:
    """The barcode of thirteen digits; the add-on has two or five, or none."""
    main = EuropeanArticleNumber13(number, guardbar=True).build()[0]
    bars = list(_bars(main, QUIET_LEFT, addon=False))
    starts = [QUIET_LEFT + 3 + 7 * i + (5 if i >= 6 else 0) for i in range(12)]
    digits = [Digit(QUIET_LEFT - 7.0, number[0], False)]
    digits += [Digit(start + 3.5, digit, False) for start, digit in zip(starts, number[1:], strict=True)]
    end = QUIET_LEFT + len(main)
    if not addon:
        return Barcode(tuple(bars), tuple(digits), end + QUIET_RIGHT)
    pattern = _addon(addon)
    bars += _bars(pattern, end + GAP, addon=True)
    digits += [Digit(end + GAP + 4 + 9 * i + 3.5, digit, True) for i, digit in enumerate(addon)]
    return Barcode(tuple(bars), tuple(digits), end + GAP + len(pattern) + QUIET_AFTER)


def _bars(pattern: str, start: int, addon: bool) -> list[Bar]:
    """Runs of `1` (`G`: a guard) of a pattern."""
    found = []
    x = start
    for kind, run in groupby(pattern):
        width = len(list(run))
        if kind != "0":
            found.append(Bar(x, width, kind == "G", addon))
        x += width
    return found


def _addon(digits: str) -> str:
    """The pattern of an add-on: a start, its digits in the sets that its checksum asks for, `01` between them."""
    numbers = [int(digit) for digit in digits]
    if len(digits) == 5:
        sets = PARITY_FIVE[(3 * sum(numbers[::2]) + 9 * sum(numbers[1::2])) % 10]
    else:
        sets = PARITY_TWO[int(digits) % 4]
    return "1011" + "01".join(charset.CODES[name][number] for name, number in zip(sets, numbers, strict=True))


def price_digits(price: str) -> str:
    """A price as the five digits of an add-on: `新臺幣320元` -> 00320; empty where there is none."""
    found = re.search(r"\d[\d,]*", price)
    whole = found[0].replace(",", "") if found else ""
    return whole.zfill(5) if whole and len(whole) <= 5 else ""
