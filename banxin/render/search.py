"""What the search of the web edition looks through, and which characters count as one.

Words are found as they stand, at any place of a sentence: no list of words decides what can be found, as in an index by
words, where a name that the list does not know is lost and half of a word is a hit. A browser looks through a million
characters in a few milliseconds. The folder's text is one script, loaded when the first search begins, because a page
that was opened from a disk may load nothing else; the single file holds its text already.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from banxin import cache as store
from banxin.conversion import phrases
from banxin.render.links import Body, local_name

BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "pre", "figcaption", "caption", *(f"h{n}" for n in range(1, 7))})
"""What is searched as one text; layouts/base/site/search.js.j2 looks at the same."""
UNSEARCHED = frozenset({"rt", "rp", "annotation", "svg"})
"""Readings stand between the letters of a word; the TeX of a formula is not what one sees."""
MARKS = frozenset({"noteref", "backlink"})
KIND = "folding"
"""Of entries in the cache."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that is searched, and the id where it stands, or the nearest before it."""

    id: str
    text: str


def passages(body: Body, id: str) -> list[Passage]:
    """The texts of a body, in order; `id` is where it begins."""
    texts: dict[Any, list[str]] = {}
    ids: dict[Any, str] = {}
    last = id

    def walk(element: Body, block: Any) -> None:
        nonlocal last
        last = element.get("id") or last
        block = element if block is None or local_name(element) in BLOCKS else block
        if local_name(element) not in UNSEARCHED and not MARKS & set(element.get("class", "").split()):
            take(block, element.text)
            for child in element:
                walk(child, block if local_name(block) in BLOCKS else None)
                take(block, child.tail)

    def take(block: Any, text: str | None) -> None:
        if text:
            texts.setdefault(block, []).append(text)
            ids.setdefault(block, last)

    walk(body, None)
    joined = ((ids[block], " ".join("".join(pieces).split())) for block, pieces in texts.items())
    return [Passage(place, text) for place, text in joined if text]


def folding(text: str) -> tuple[str, str]:
    """Characters to be read as others, one for one, so that a search in either script finds a text in the other.

    Each of the first string stands for the one at its place in the second, in what is searched and in what is asked:
    the Simplified forms of all characters that a reader may write for those of the text (OpenCC's TSCharacters).
    """
    simple = _simple()
    there = {simple.get(char, char) for char in set(text)}
    pairs = [(char, form) for char, form in simple.items() if form in there]
    return "".join(char for char, _ in pairs), "".join(form for _, form in pairs)


@cache
def _simple() -> dict[str, str]:
    """Of characters in the basic plane, which are one unit in a browser's strings; kept, as OpenCC's list is long."""

    def read() -> dict[str, str]:
        found = phrases.entries("TSCharacters").items()
        return {char: form for char, form in sorted(found) if char != form and max(char, form) <= "\uffff"}

    simple: dict[str, str] = store.remembered(KIND, store.key(KIND), read)
    return simple


def script(pages: Iterable[tuple[str, str, Iterable[Passage]]]) -> bytes:
    """The text of a folder as a script: address, title and passages of each page, and its folding."""
    listed = [(href, title, [(each.id, each.text) for each in found]) for href, title, found in pages]
    words = "".join(text for _, title, found in listed for text in (title, *(text for _, text in found)))
    return f"banxinSearch({_json({'fold': folding(words), 'pages': listed})});\n".encode()


def fold(pages: Iterable[Iterable[Passage]]) -> str:
    """The folding of a book as a value of a script."""
    return _json(folding("".join(each.text for found in pages for each in found)))


def _json(value: Any) -> str:
    """A value that may stand in a script, and in one that stands in a page."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
