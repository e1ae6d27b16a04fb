"""The one door to OpenCC: a configuration and a text in, a text out; dictionaries are loaded once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc


def through(text: str, *configurations: str) -> str:
    """Plain text through OpenCC's configurations, in order."""
    for name in configurations:
        text = _converter(name).convert(text)
    return text


@cache
def _converter(name: str) -> opencc.OpenCC:
    import opencc  # a book that is not converted does not need it

    return opencc.OpenCC(name)
