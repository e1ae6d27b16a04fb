"""Simplified <-> Traditional: Book -> Book, by OpenCC.

OpenCC chooses a character by the phrase it stands in, so it gets whole runs (头**发** as 头发), never nodes; code,
math, addresses, ids, attributes and citation keys are no part of a run and stay as they are. Spans of class `keep`
and spans in another language stand in a run as one mark that OpenCC leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache, lru_cache

import opencc

from banxin import tree, words
from banxin.book import Book, Edition, Node
from banxin.tree import Edit, Run

HARD_BOUNDARIES = str.maketrans({tree.SOFT: "", tree.NOTE: ""})


def convert(book: Book, edition: Edition) -> Book:
    """The book in the words of an edition; the same book where the edition needs no conversion."""
    language = edition.language
    if not edition.conversion:
        return replace(book, meta=replace(book.meta, language=language))

    def rule(run: Run) -> Iterator[Edit]:
        return edits(run.text, edition.conversion)

    converted = words.map_words(book, lambda value: tree.rewrite(value, rule, is_kept))
    return replace(converted, meta=replace(converted.meta, language=language))


def is_kept(node: Node) -> bool:
    """Words that stay: `.keep`, another language than Chinese, raw addresses."""
    if node["t"] == "Link":
        _, classes, _ = tree.attr(node)
        return "uri" in classes or "email" in classes
    if node["t"] != "Span":
        return False
    _, classes, pairs = tree.attr(node)
    return "keep" in classes or not pairs.get("lang", "zh").startswith("zh")


def edits(text: str, conversion: tuple[str, ...]) -> Iterator[Edit]:
    """What changes in a run. Soft breaks and note marks are taken out first: 理⏎发店 is one word."""
    bare = text.translate(HARD_BOUNDARIES)
    new = convert_text(bare, conversion)
    if new == bare:
        return
    offsets = [i for i, char in enumerate(text) if char not in (tree.SOFT, tree.NOTE)]
    for start, end, replacement in differences(bare, new):
        yield from _spread(offsets, start, end, replacement)


def _spread(offsets: list[int], start: int, end: int, new: str) -> Iterator[Edit]:
    """An edit of the bare text, on the run's own offsets: character by character where it can be."""
    if end - start == len(new):
        for i, char in enumerate(new):
            yield offsets[start + i], offsets[start + i] + 1, char
        return
    first = offsets[start] if start < len(offsets) else offsets[-1] + 1
    yield first, offsets[end - 1] + 1 if end > start else first, new


def differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of `old` that `new` has otherwise. Nearly all configurations change character by character."""
    if len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            if a != b:
                yield i, i + 1, b
        return
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield i1, i2, new[j1:j2]


@lru_cache(maxsize=4096)
def convert_text(text: str, conversion: tuple[str, ...]) -> str:
    """Plain text through OpenCC's configurations, in order."""
    for name in conversion:
        text = _converter(name).convert(text)
    return text


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)
