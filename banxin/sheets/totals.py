"""How long the finished book is, where a page of it says so: its pages, its printed sheets (印张).

A page that says so is laid out again once that is known, as those are that show numbers of other pages: see `make.py`.
"""

from __future__ import annotations

import re

OPEN, CLOSE = "\ue0f3", "\ue0f4"
"""Private characters, as in banxin/sheets/counted.py."""
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")


def token(leaves: int) -> str:
    """What stands in the HTML for the number of pages divided by `leaves`: a printed sheet has as many pages as the
    full sheet of paper has leaves, because it is one side of it (GB/T 788-1999; 印张 = 面数 / 开数)."""
    return f"{OPEN}{leaves}{CLOSE}"


def found(html: str) -> bool:
    """Whether a part of the book says how long the whole is."""
    return OPEN in html


def resolved(html: str, pages: int) -> str:
    """The HTML with its numbers, to three decimals as printers write them: 10.375."""
    if OPEN not in html:
        return html
    return TOKEN.sub(lambda match: f"{pages / int(match[1]):.3f}".rstrip("0").rstrip("."), html)
