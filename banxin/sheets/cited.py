"""The pages on which a work is cited, behind it in a list of references: each once, a link to the first place on it.

A signature that says so is laid out once those before it have pages: see `make.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from banxin.numerals import han, roman

OPEN, CLOSE = "\ue0f5", "\ue0f6"
"""Private characters, as in banxin/sheets/counted.py."""
CLASS = "cited-on"
GROUP = re.compile(rf'(<span class="{CLASS}">[^<]*)(<a\b.*?)(</span>)', re.DOTALL)
"""The pages of one work."""
LINK = re.compile(f"(<a\\b[^>]*>){OPEN}([^/]*)/([^{CLOSE}]*){CLOSE}(</a>)([^<]*)")
NUMERALS: Mapping[str, Callable[[int], str]] = {"": str, "roman": roman, "han": han}


def token(id: str, numerals: str = "") -> str:
    """What stands in the HTML for the number of the page on which an id is.

    Args:
        numerals: how that page counts, where it is one before the body: `roman`, `han`.
    """
    return f"{OPEN}{id}/{numerals}{CLOSE}"


def found(html: str) -> tuple[str, ...]:
    """The ids whose pages a part of the book shows so."""
    return tuple(match[2] for match in LINK.finditer(html)) if OPEN in html else ()


def resolved(html: str, numbers: Mapping[str, int]) -> str:
    """The HTML with its numbers."""
    return GROUP.sub(partial(_group, numbers), html) if OPEN in html else html


def _group(numbers: Mapping[str, int], match: re.Match[str]) -> str:
    return f"{match[1]}{''.join(_links(numbers, match[2]))}{match[3]}"


def _links(numbers: Mapping[str, int], links: str) -> Iterator[str]:
    """A link a page, and what stands between them."""
    shown: set[str] = set()
    between = ""
    for opening, id, numerals, closing, after in LINK.findall(links):
        number = NUMERALS[numerals](numbers.get(id, 1))
        if number not in shown or id not in numbers:
            yield f"{between}{opening}{number}{closing}"
            between = after
        shown.add(number)
