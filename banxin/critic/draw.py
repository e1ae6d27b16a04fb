"""CriticMarkup in a draft: what was put in, taken out, marked and said is shown on the page.

Pandoc knows none of it. Before it reads a chapter, signs of a private use area stand for the marks; afterwards whatever
lies between two of them, across the borders of markup and of blocks, is put into spans and divs of classes of their
own, and the signs are gone. No line is added before a paragraph that has no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from banxin import tree
from banxin.book import Node, Nodes
from banxin.critic import marks
from banxin.critic.marks import Kind, Mark
from banxin.errors import Place, Problem

ADD, REMOVE, HIGHLIGHT, COMMENT = "critic-add", "critic-remove", "critic-highlight", "critic-comment"
"""The classes of what is shown."""
SIGNS = {
    "\U0010ff00": (ADD, "{++"),
    "\U0010ff01": (REMOVE, "{--"),
    "\U0010ff02": (HIGHLIGHT, "{=="),
    "\U0010ff03": (COMMENT, "{>>"),
}
"""What begins: its class, and how it was typed."""
ENDS = {"\U0010ff10": "++}", "\U0010ff11": "--}", "\U0010ff12": "==}", "\U0010ff13": "<<}"}
PAIRS = dict(zip((Kind.ADD, Kind.REMOVE, Kind.HIGHLIGHT, Kind.COMMENT), zip(SIGNS, ENDS, strict=True), strict=True))
ANY = re.compile(f"([{''.join((*SIGNS, *ENDS))}])")
BLANK = re.compile(r"\n[ \t]*\n")
BREAK = "\u00b6"
"""Shown for the end of a paragraph that was put in or taken out."""
WHOLE = frozenset({"CodeBlock", "RawBlock", "HorizontalRule"})
"""Blocks without words of the running text: they are shown as a whole."""
LISTED = 20
"""Lines that a message names."""


def problems(text: str, path: str) -> Iterator[Problem]:
    """What a finished book may not hold; and what cannot be shown in a draft either."""
    found, faults = marks.read(text, path)
    yield from faults
    if found:
        lines = list(dict.fromkeys(mark.line for mark in found))
        named = "、".join(map(str, lines[:LISTED])) + ("等" if len(lines) > LISTED else "")
        hint = "用 build.py apply 接受或拒绝；先看样子，用 --draft。"
        what = f"稿子里还有 {len(found)} 处修改标记（第 {named} 行）"
        yield Problem(Place(path, lines[0]), what, hint, excusable=True, code="T066")


def written(text: str) -> str:
    """The text of a chapter with signs for its marks."""
    found, faults = marks.read(text, "")
    if not found or faults:
        return text
    return marks.resolved(text, found, lambda _, mark: _signed(text, mark))


def _signed(text: str, mark: Mark) -> str:
    if mark.kind is Kind.COMMENT:
        return _between(Kind.COMMENT, " ".join(mark.words.split()))
    if mark.kind is Kind.HIGHLIGHT:
        return _between(Kind.HIGHLIGHT, mark.old)
    stood = _of_text(Kind.REMOVE, mark.old, text, mark) if mark.old else ""
    return stood + (_of_text(Kind.ADD, mark.new, text, mark) if mark.new else "")


def _of_text(kind: Kind, words: str, text: str, mark: Mark) -> str:
    before = text[text.rfind("\n", 0, mark.start) + 1 : mark.start]
    if not words.strip():
        broken = BLANK.search(words) is not None
        shown = _between(kind, BREAK) if broken else ""
        return shown + (words if kind is Kind.ADD or not broken else "")
    closed = words.endswith("\n") and (mark.end == len(text) or text[mark.end] in "\n{")
    if not before.strip() and (BLANK.search(words) or closed):
        begin, end = PAIRS[kind]
        return f"\n\n{begin}\n\n{words}\n\n{end}\n\n"
    return _between(kind, words)


def _between(kind: Kind, words: str) -> str:
    begin, end = PAIRS[kind]
    return f"{begin}{words}{end}"


# The tree -------------------------------------------------------------------------------------------------------------


def read(blocks: Nodes) -> Nodes:
    """The blocks of a chapter with what its signs say."""
    return _Reader().blocks(blocks)


def taken(blocks: Nodes) -> Nodes:
    """Blocks or inlines of a draft as they are once every change is taken."""
    done: Nodes = tree.map_nodes(blocks, _taken)
    return done


def _taken(node: Node) -> Node | Nodes:
    if node["t"] not in ("Span", "Div"):
        return node
    (_, classes, _), inner = node["c"]
    if REMOVE in classes or COMMENT in classes:
        return []
    return inner if ADD in classes or HIGHLIGHT in classes else node


def in_state(name: str, blocks: Nodes) -> Nodes:
    """Blocks all of which is of one class."""
    return _Reader([name]).blocks(blocks)


def shown(name: str, inlines: Nodes, **attributes: str) -> Node:
    """Inlines of a class of ours."""
    words = [tree.string("〔批注："), *inlines, tree.string("〕")] if name == COMMENT else inlines
    return tree.span(words, name, **attributes)


def block(name: str, blocks: Nodes) -> Node:
    """Blocks of a class of ours."""
    return {"t": "Div", "c": [["", [name], []], blocks]}


@dataclass(slots=True)
class _Reader:
    """Walks the tree in reading order; knows what is open."""

    open: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """What the words here are: that which was opened last."""
        return self.open[-1] if self.open else ""

    def blocks(self, blocks: Nodes) -> Nodes:
        result: Nodes = []
        for one in blocks:
            state = self.state
            new = self.block(one)
            if new is None:
                continue
            result.append(block(state, [new]) if state and new["t"] in WHOLE else new)
        return result

    def block(self, node: Node) -> Node | None:
        """A block; None where there was nothing in it but signs."""
        if node["t"] in tree.VERBATIM:
            return _restored(node)
        if "c" not in node:
            return node
        content = self.inside(node["c"])
        if node["t"] in ("Para", "Plain") and not content and node["c"]:
            return None
        return {**node, "c": content}

    def inside(self, value: Any) -> Any:
        """What a block holds: inlines, blocks, or lists of them."""
        if isinstance(value, dict):
            return {**value, "c": self.inside(value["c"])} if "c" in value else value
        if not isinstance(value, list) or not value or isinstance(value[0], str):
            return value
        if tree.is_inlines(value):
            return self.inlines(value)
        if all(isinstance(item, dict) and "t" in item for item in value):
            return self.blocks(value)
        return [self.inside(item) for item in value]

    def inlines(self, inlines: Nodes) -> Nodes:
        """Inlines, in spans of what is open where they stand."""
        pairs = [pair for node in inlines for pair in self.pieces(node)]
        result: Nodes = []
        for state, group in groupby(pairs, key=lambda pair: pair[0]):
            nodes = [node for _, node in group]
            result += [shown(state, nodes)] if state else nodes
        return result

    def pieces(self, node: Node) -> Iterator[tuple[str, Node]]:
        kind = node["t"]
        if kind == "Str":
            yield from self.words(node["c"])
        elif kind == "Note":
            was = list(self.open)
            yield self.state, {**node, "c": self.blocks(node["c"])}
            self.open = was
        elif (content := tree.inner(node)) is not None:
            state, sizes = self.state, len(self.open)
            new = self.inlines(content) if ANY.search(tree.run_of(content).text) else content
            yield (state if len(self.open) == sizes and state == self.state else ""), tree.with_inner(node, new)
        else:
            yield self.state, _restored(node)

    def words(self, text: str) -> Iterator[tuple[str, Node]]:
        for piece in ANY.split(text):
            if piece in SIGNS:
                self.open.append(SIGNS[piece][0])
            elif piece in ENDS:
                self.open = self.open[:-1]
            elif piece:
                yield self.state, tree.string(piece)


def _restored(node: Node) -> Node:
    """What is no running text keeps what was typed."""
    return _as_typed(node) if ANY.search(repr_of(node)) else node


def repr_of(node: Node) -> str:
    """All strings of a node."""
    return "\0".join(_strings(node))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))


def _as_typed(value: Any) -> Any:
    if isinstance(value, str):
        return ANY.sub(lambda found: SIGNS[found[0]][1] if found[0] in SIGNS else ENDS[found[0]], value)
    if isinstance(value, list):
        return [_as_typed(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_typed(item) for key, item in value.items()}
    return value
