"""Numbers of pages elsewhere in named strings: heads over the notes of a book, 注释：第12—15页.

Named strings (CSS GCPM 3, 1.1) are shown in the frames of pages, which are drawn when all pages have their numbers. So
in the sheets a string says which number it wants (`token`); nothing waits for it, nothing is laid out again, and the
notes of a whole book are laid out beside its chapters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from banxin.compose.swap import Swap
from banxin.sheets.data import Place

OPEN, BETWEEN, CLOSE = "\ue0fc", "\ue0fd", "\ue0fe"
"""Private characters, as in banxin/sheets/counted.py."""
TOKEN = re.compile(f"{OPEN}([^{BETWEEN}]*){BETWEEN}([^{CLOSE}]*){CLOSE}")
STRING = "string-set"
"""What WeasyPrint calls the content of a named string, with its name behind it."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The number of a page that is not known yet."""

    id: str
    """On that page."""


def rendered(original: Any) -> Any:
    """`CounterStyle.render_value`: a number that is not known yet is a token."""

    def render_value(styles: Any, value: Any, counter_name: Any = None, *arguments: Any, **options: Any) -> Any:
        if isinstance(value, Elsewhere):
            return f"{OPEN}{value.id}{BETWEEN}{counter_name}{CLOSE}"
        return original(styles, value, counter_name, *arguments, **options)

    return render_value


SWAPS = (Swap("weasyprint.css.counters:CounterStyle.render_value", "3c9d4c3730fb", rendered),)


def numbered(place: Place, numbers: Mapping[str, int]) -> Place:
    """A page whose strings have the numbers that they want; those of ids that are nowhere are 0."""
    strings, before = _numbered(place.strings, numbers), _numbered(place.before, numbers)
    same = strings is place.strings and before is place.before
    return place if same else place._replace(strings=strings, before=before)


def _numbered(strings: dict[str, list[str]], numbers: Mapping[str, int]) -> dict[str, list[str]]:
    if not any(OPEN in words for values in strings.values() for words in values):
        return strings

    def number(match: re.Match[str]) -> str:
        return f"{OPEN}{numbers.get(match[1], 0)}{BETWEEN}{match[2]}{CLOSE}"

    return {name: [TOKEN.sub(number, words) for words in values] for name, values in strings.items()}


def shown(words: str, render: Callable[[int, str], str]) -> str:
    """A string as it is shown, once its tokens have their numbers (`numbered`).

    Args:
        words: the string.
        render: gives a number in a style of counters.
    """
    return TOKEN.sub(lambda match: render(int(match[1]), match[2]), words) if OPEN in words else words
