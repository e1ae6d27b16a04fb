"""How long the finished book is, where a page of it says so: its pages, its printed sheets (印张).

A page that says so is laid out again once that is known, as those are that show numbers of other pages: see `make.py`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

OPEN, CLOSE = "\ue0f3", "\ue0f4"
"""Private characters, as in banxin/sheets/counted.py."""
TOKEN = re.compile(f"{OPEN}(\\d+)/(\\d+)(~?){CLOSE}")


def token(share: int | Fraction, whole: bool = False) -> str:
    """What stands in the HTML for the number of pages divided by `share`.

    A printed sheet has as many pages as the full sheet of paper has leaves, because it is one side of it (GB/T
    788-1999; 印张 = 面数 / 开数).

    Args:
        share: how many pages, or what part of one, are counted as one.
        whole: whether the number has no decimals.
    """
    from fractions import Fraction  # few books say so

    ratio = Fraction(share)
    return f"{OPEN}{ratio.numerator}/{ratio.denominator}{'~' if whole else ''}{CLOSE}"


def found(html: str) -> bool:
    """Whether a part of the book says how long the whole is."""
    return OPEN in html


def resolved(html: str, pages: int) -> str:
    """The HTML with its numbers, to three decimals as printers write them: 10.375."""
    if OPEN not in html:
        return html
    return TOKEN.sub(partial(_number, pages), html)


def _number(pages: int, match: re.Match[str]) -> str:
    value = pages * int(match[2]) / int(match[1])
    return str(round(value)) if match[3] else f"{value:.3f}".rstrip("0").rstrip(".")
