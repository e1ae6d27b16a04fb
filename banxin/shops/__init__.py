"""Shops that sell EPUBs: what each would refuse of a finished one, by published rules and no others.

verdict.py asks the rules of rules.py, whose questions are in looks.py, of an EPUB that parcel.py has opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Shop(StrEnum):
    """As book.yaml and the command line name them."""

    APPLE = "apple"
    KINDLE = "kindle"
    GOOGLE = "google"
    KOBO = "kobo"
    READMOO = "readmoo"
    DUOKAN = "duokan"
    WEREAD = "weread"


ALL = "all"
"""On the command line: every shop."""


def wanted(names: Iterable[str], otherwise: Iterable[Shop] = ()) -> tuple[Shop, ...]:
    """The shops that are meant, each once; `otherwise` where none is named."""
    named = tuple(names)
    if ALL in named:
        return tuple(Shop)
    return tuple(dict.fromkeys(map(Shop, named) if named else otherwise))
