"""The style sheet that was laid out last, for a worker that starts: likely it is the next one's, too.

To parse it takes WeasyPrint a third of the time of a chapter, and a worker waits while the book is read. Where another
is asked for after all, nothing is lost but that waiting.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from banxin import cache
from banxin.sheets.data import Look
from banxin.workers import FONTS

KIND = "foresight"
"""Of the one entry in the cache; what it says is no more than a guess, so any program may have written it."""
NAME = "0" * 64


class Foreseen(NamedTuple):
    """What a style sheet is parsed with."""

    css: str
    vertical: bool
    fonts: str
    """The file that shows fontconfig the book's fonts."""


def note(look: Look) -> None:
    """This is laid out now."""
    now = [look.css, look.vertical, os.environ.get(FONTS, "")]
    if cache.recall(KIND, NAME) != now:
        cache.keep(KIND, NAME, now)


def foreseen() -> Foreseen | None:
    """What was laid out last; None where that is not known, or its fonts are gone."""
    match cache.recall(KIND, NAME):
        case [str(css), bool(vertical), str(fonts)] if Path(fonts).is_file():
            return Foreseen(css, vertical, fonts)
    return None
