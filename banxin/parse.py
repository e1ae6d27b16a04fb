"""The text of a chapter -> its tree, native and clean; kept, so that a chapter is read again only when it changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from banxin import cache, errors, markdown, pandoc, sanitize, tree
from banxin.book import Node, Nodes, Source
from banxin.errors import Place, Problem
from banxin.outline import IDLE, is_idle

KIND = "parsed"
UNDEFINED_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
TORN_TABLE = re.compile(r"\|\s*:?-{3,}:?\s*\||-{3,}\s*\|")


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be parsed."""

    source: Source
    body: str
    """Without front matter; its lines count as in the source."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a chapter was parsed to."""

    blocks: Nodes
    """Those that arrangement passes over are marked (banxin/outline.py)."""
    pictured: frozenset[int] = frozenset()
    """Which of the blocks hold pictures."""
    problems: Sequence[Problem] = ()
    doubts: Sequence[Problem] = ()
    """What looks as if the author meant something else."""


def parse(texts: Sequence[Text], jobs: int) -> Iterator[Tree]:
    """The trees of many chapters, in order; those that are not kept are read by pandoc together.

    Raises:
        ToolError: pandoc fails.
    """
    keys = [cache.key(KIND, pandoc.identity(), text.source, text.body) for text in texts]
    kept = [cache.recall(KIND, key) for key in keys]
    new = [text for text, entry in zip(texts, kept, strict=True) if entry is None]
    outputs = markdown.outputs([(text.source.path, text.body) for text in new], jobs)
    for text, key, entry in zip(texts, keys, kept, strict=True):
        yield _tree(entry) if entry is not None else _new(text, key, next(outputs))


def _new(text: Text, key: str, output: pandoc.Output) -> Tree:
    try:
        made = _made(text, output)
    except RecursionError:
        place = Place(text.source.path)
        return Tree([], problems=[Problem(place, "列表、引文或块一层套一层，套得太深", "减少层数。")])
    cache.keep(KIND, key, _entry(made))
    return made


def _made(text: Text, output: pandoc.Output) -> Tree:
    source = text.source
    blocks, warnings = markdown.finish(output, text.body, source.path)
    blocks, removed = sanitize.clean(blocks, locator(source), markdown.parse_html)
    blocks = tree.map_nodes(blocks, _literal_citation)
    pictured = frozenset(i for i, block in enumerate(blocks) if any(node["t"] == "Image" for node in tree.walk(block)))
    blocks = [{**block, IDLE: True} if is_idle(block) else block for block in blocks]
    doubts = [*_undefined_notes(source, blocks), *_torn_tables(source, blocks)]
    return Tree(blocks, pictured, [*warnings, *removed], doubts)


def _entry(made: Tree) -> Any:
    return [made.blocks, sorted(made.pictured), errors.plain(made.problems), errors.plain(made.doubts)]


def _tree(entry: Any) -> Tree:
    blocks, pictured, problems, doubts = entry
    return Tree(blocks, frozenset(pictured), errors.told(problems), errors.told(doubts))


def locator(source: Source) -> Callable[[str], Place]:
    """Finds the place of a snippet in a source."""

    def locate(snippet: str) -> Place:
        found = source.text.find(snippet)
        return Place(source.path, source.text.count("\n", 0, found) + 1 if found >= 0 else 0)

    return locate


def _literal_citation(node: Node) -> Node | Nodes:
    """`@someone` in running text is words, unless the book has a bibliography (see notes)."""
    if node["t"] != "Cite":
        return node
    literal: Nodes = node["c"][1]
    return literal


def _undefined_notes(source: Source, blocks: Nodes) -> Iterator[Problem]:
    for node in tree.walk(blocks):
        if node["t"] == "Str":
            for match in UNDEFINED_NOTE.finditer(node["c"]):
                hint = f"在本章里写一行 [^{match[1]}]: 注的内容。"
                yield Problem(locator(source)(match[0]), f"脚注没有定义：{match[1]}", hint, excusable=True)


def _torn_tables(source: Source, blocks: Nodes) -> Iterator[Problem]:
    """A paragraph that looks like a pipe table is one that pandoc could not read."""
    for node in tree.walk(blocks):
        if node["t"] == "Para" and TORN_TABLE.search(text := tree.run_of(node["c"]).text) and text.count("|") >= 3:
            hint = "表格前后要空一行；每一行的竖线一样多，第二行是 |---|---|。"
            yield Problem(Place(source.path, node.get("line", 0)), "表格看不懂", hint)
