"""Walking pandoc's JSON tree, and the one door to the words in it.

The unit of every text rule is a **run**: all the words of one paragraph, heading, cell or caption, joined across
inline markup (`头**发**` is one run, `头发`). A rule gets a run and answers with edits by offset; `rewrite` puts them
back into the nodes they came from, so no rule ever sees markup and no markup is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any, TypeAlias

from banxin.book import Node, Nodes

OBJECT = "\ufffc"
"""Stands in a run for what is not words: code, math, images, raw text, opaque spans."""
NOTE = "\ufffb"
"""Stands in a run for a note mark, or for a note in two small lines: rules look through it."""
WARICHU = "warichu"
"""The class of notes in two small lines (双行夹注)."""
SOFT = "\n"
"""A line end of the source inside a paragraph."""
HARD = "\u2028"
"""A line end that the author asked for."""

WRAPPERS = frozenset({"Emph", "Underline", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps"})
"""Inlines whose content is a list of inlines."""
WRAPPERS_AT_1 = frozenset({"Quoted", "Link", "Span"})
"""Inlines whose second member is a list of inlines."""
SIGNS = {"Space": " ", "SoftBreak": SOFT, "LineBreak": HARD}
INLINE = WRAPPERS | WRAPPERS_AT_1 | SIGNS.keys() | {"Str", "Code", "Math", "RawInline", "Image", "Note", "Cite"}
UNSPOKEN = frozenset({"Note", "Image", "RawInline", "RawBlock"})
"""Nodes that are no words of the running text."""
VERBATIM = frozenset({"CodeBlock", "RawBlock"})

Edit: TypeAlias = tuple[int, int, "str | Nodes"]
"""Replace the characters [start, end) of a run by a string, or by nodes. Edits do not overlap."""


@dataclass(frozen=True, slots=True)
class Run:
    """The words of one inline list."""

    text: str
    line: int = 0
    """The line of its first character in the source, 0 if unknown."""
    language: str = ""
    """Where a span says so; empty: the chapter's."""

    def line_at(self, offset: int) -> int:
        """The source line of a character: soft breaks before it are line ends of the source."""
        return self.line + self.text.count(SOFT, 0, offset) if self.line else 0


Rule: TypeAlias = Callable[[Run], Iterable[Edit]]
Opaque: TypeAlias = Callable[[Node], bool]


def string(text: str) -> Node:
    """A word."""
    return {"t": "Str", "c": text}


def span(content: Nodes, *classes: str, id: str = "", **attributes: str) -> Node:
    """An inline with an id, classes and attributes."""
    return {"t": "Span", "c": [[id, list(classes), [[k, v] for k, v in attributes.items()]], content]}


def attr(node: Node) -> tuple[str, list[str], dict[str, str]]:
    """The id, classes and attributes of a Span, Div, Link, Image, Code, CodeBlock, Header, Table or Figure."""
    position = 1 if node["t"] == "Header" else 0
    id, classes, pairs = node["c"][position]
    return id, classes, dict(pairs)


# A list that begins with a string (attributes, the target of a link) has no nodes in it: nobody need look.


def is_inlines(value: Any) -> bool:
    """Whether a value of the tree is a list of inlines (an empty list is not: there is nothing in it)."""
    return bool(value) and isinstance(value, list) and isinstance(value[0], dict) and value[0].get("t") in INLINE


def is_undescribed(image: Node) -> bool:
    """A picture with neither words nor an `alt`; an empty `alt` says that it is an ornament."""
    return "alt" not in attr(image)[2] and not plain(image["c"][1]).strip()


def is_note_mark(node: Node) -> bool:
    """A note where it stands in the text, before or after `notes.number`."""
    return node["t"] == "Note" or (node["t"] == "Link" and "noteref" in node["c"][0][1])


def is_warichu(node: Node) -> bool:
    """Whether a node is a note in two small lines: no part of the text that it stands in, and a run of its own."""
    return node["t"] == "Span" and WARICHU in node["c"][0][1]


def inner(node: Node) -> Nodes | None:
    """The inlines inside a wrapper, or None; a note mark is not a wrapper."""
    kind = node["t"]
    if kind in WRAPPERS:
        return node["c"]  # type: ignore[no-any-return]
    if kind in WRAPPERS_AT_1 and not is_note_mark(node):
        return node["c"][1]  # type: ignore[no-any-return]
    return None


def with_inner(node: Node, content: Nodes) -> Node:
    """A copy of a wrapper around other inlines."""
    if node["t"] in WRAPPERS:
        return {**node, "c": content}
    return {**node, "c": [node["c"][0], content, *node["c"][2:]]}


def never(node: Node) -> bool:
    """No node is opaque."""
    return False


def map_inlines(value: Any, change: Callable[[Nodes, int], Nodes], line: int = 0, opaque: Opaque = never) -> Any:
    """The same tree with `change(inlines, line)` in place of every outermost list of inlines outside opaque blocks.

    What nothing changed in is given as it is: it is known again by its identity.
    """
    if isinstance(value, list):
        if not value or isinstance(value[0], str):
            return value
        if is_inlines(value):
            return change(value, line)
        new = [map_inlines(item, change, line, opaque) if isinstance(item, list | dict) else item for item in value]
        return value if all(map(is_, new, value)) else new
    if isinstance(value, dict) and "c" in value and value["t"] not in VERBATIM and not opaque(value):
        inside = value["c"]
        new = map_inlines(inside, change, value.get("line", line), opaque)
        return value if new is inside else {**value, "c": new}
    return value


def map_nodes(value: Any, change: Callable[[Node], Node | Nodes]) -> Any:
    """The same tree with every node, innermost first, replaced by what `change` gives (a list takes its place)."""
    if isinstance(value, list):
        if not value or isinstance(value[0], str):
            return value
        result: list[Any] = []
        for item in value:
            kind = type(item)
            if kind is dict:
                new = _changed(item, change)
                if type(new) is list:
                    result += new
                else:
                    result.append(new)
            else:
                result.append(map_nodes(item, change) if kind is list else item)
        return result
    return _changed(value, change) if isinstance(value, dict) else value


def _changed(node: Node, change: Callable[[Node], Node | Nodes]) -> Any:
    inside = node.get("c")
    if type(inside) is list or type(inside) is dict:
        node = {**node, "c": map_nodes(inside, change)}
    return change(node) if "t" in node and "citationId" not in node else node


def walk(value: Any) -> Iterator[Node]:
    """Every node, outermost first."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "t" in value:
                yield value
            value = value.get("c")
            if isinstance(value, dict):
                waiting.append(value)
        if isinstance(value, list) and value and not isinstance(value[0], str):
            waiting += reversed(value)


def plain(nodes: Any) -> str:
    """The words of blocks or inlines; code and math count, notes and images do not; blocks end with a line end."""
    pieces: list[str] = []
    _plain(nodes, pieces)
    return "".join(pieces)


def _plain(value: Any, pieces: list[str]) -> None:
    if isinstance(value, dict):
        value = (value,)
    for item in value if isinstance(value, list | tuple) else ():
        kind = type(item)
        if kind is list:
            _plain(item, pieces)
        elif kind is dict and "t" in item:
            if item["t"] == "Str":
                pieces.append(item["c"])
            else:
                _plain_node(item, pieces)


def _plain_node(node: Node, pieces: list[str]) -> None:
    kind = node["t"]
    if kind in SIGNS:
        pieces.append("\n" if kind == "LineBreak" else " ")
    elif kind in ("Code", "CodeBlock", "Math"):
        pieces.append(node["c"][1])
    elif kind not in UNSPOKEN and not is_note_mark(node) and "c" in node:
        _plain(node["c"], pieces)
    if kind in ("Para", "Plain", "Header", "CodeBlock"):
        pieces.append("\n")


def run_of(inlines: Nodes, line: int = 0, opaque: Opaque = never) -> Run:
    """The words of a list of inlines."""
    return _run(inlines, line, opaque)[0]


def _run(inlines: Nodes, line: int, opaque: Opaque) -> tuple[Run, Nodes]:
    """The words of inlines, and what hangs on them aside: notes, their marks, notes in two small lines, pictures."""
    pieces: list[str] = []
    aside: Nodes = []
    _read(inlines, opaque, pieces, aside)
    return Run("".join(pieces), line), aside


def _read(inlines: Nodes, opaque: Opaque, pieces: list[str], aside: Nodes) -> None:
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            pieces.append(node["c"])
        elif kind in SIGNS:
            pieces.append(SIGNS[kind])
        elif is_note_mark(node) or is_warichu(node):
            pieces.append(OBJECT if opaque(node) else NOTE)
            aside.append(node)
        elif (content := inner(node)) is not None and not opaque(node):
            _read(content, opaque, pieces, aside)
        else:
            pieces.append(OBJECT)
            if kind == "Image":
                aside.append(node)


def _has_runs(hanging: Node, opaque: Opaque) -> bool:
    """Whether what hangs on a run is made of runs of its own: a mark whose note has left the text is not."""
    return hanging["t"] in ("Note", "Image") or (is_warichu(hanging) and not opaque(hanging))


def runs(value: Any, opaque: Opaque = never, line: int = 0) -> Iterator[Run]:
    """Every run of a tree outside what is opaque, in the order in which `rewrite` shows them to a rule."""
    if isinstance(value, dict):
        if "c" in value and value["t"] not in VERBATIM and not opaque(value):
            yield from runs(value["c"], opaque, value.get("line", line))
    elif is_inlines(value):
        run, aside = _run(value, line, opaque)
        yield run
        for node in aside:
            if _has_runs(node, opaque):
                yield from runs(node["c"], opaque, line)
    elif isinstance(value, list) and value and not isinstance(value[0], str):
        for item in value:
            yield from runs(item, opaque, line)


def rewrite(tree: Any, rule: Rule, opaque: Opaque = never) -> Any:
    """Apply a rule to every run of a tree (blocks, or one list of inlines).

    What hangs on a run without being part of it (notes, alternative texts, opaque spans) is made of runs of its own.
    An opaque inline is one OBJECT to the rule around it; it and opaque blocks are left alone.
    """
    return rewrite_all(tree, (rule,), opaque)


def rewrite_all(tree: Any, rules: Sequence[Rule], opaque: Opaque = never) -> Any:
    """Apply rules as `rewrite` does, one after the other, in one walk: no rule sees another run than its own."""

    def change(inlines: Nodes, line: int) -> Nodes:
        run, aside = _run(inlines, line, opaque)
        for rule in rules:
            if edits := sorted(rule(run), key=lambda edit: (edit[0], edit[1])):
                inlines = _Editor(edits, opaque).edit(inlines)
                run, aside = _run(inlines, line, opaque)
        hangs = any(_has_runs(node, opaque) for node in aside)
        return _Editor([], opaque, hanging(line)).edit(inlines) if hangs else inlines

    def hanging(line: int) -> Callable[[Node], Node]:
        def hang(node: Node) -> Node:
            return {**node, "c": map_inlines(node["c"], change, line, opaque)} if _has_runs(node, opaque) else node

        return hang

    return map_inlines(tree, change, opaque=opaque)


def _same(node: Node) -> Node:
    return node


class _Editor:
    """Puts edits by offset back into the leaves of an inline list; one walk, in order."""

    def __init__(self, edits: list[Edit], opaque: Opaque, hanging: Callable[[Node], Node] = _same) -> None:
        self.edits = edits
        self.opaque = opaque
        self.hanging = hanging
        self.offset = 0
        self.next = 0

    def edit(self, inlines: Nodes) -> Nodes:
        result: Nodes = []
        for node in inlines:
            content = None if self.opaque(node) or is_warichu(node) else inner(node)
            if content is not None:
                result.append(with_inner(node, self.edit(content)))
            else:
                result.extend(self.leaf(node))
        return result

    def leaf(self, node: Node) -> Nodes:
        kind = node["t"]
        text = node["c"] if kind == "Str" else SIGNS.get(kind, OBJECT)
        start, self.offset = self.offset, self.offset + len(text)
        pieces = self.pieces(text, start)
        if pieces == [text]:
            return [self.hanging(node)]
        return _nodes(pieces)

    def pieces(self, text: str, start: int) -> list[str | Nodes]:
        """What is left of a leaf's text: kept stretches and replacements, in order."""
        result: list[str | Nodes] = []
        end, position = start + len(text), start
        while self.next < len(self.edits) and self.edits[self.next][0] < end:
            first, last, new = self.edits[self.next]
            if first >= start:
                result += [text[position - start : first - start], new]
            position = min(max(last, position), end)
            if last > end:
                break
            self.next += 1
        result.append(text[position - start :])
        return [piece for piece in result if piece]


def _nodes(pieces: list[str | Nodes]) -> Nodes:
    """Strings joined to one Str each; spaces become Space nodes again, so that pandoc writes them as its own."""
    result: Nodes = []
    joined = ""
    for piece in [*pieces, []]:
        if isinstance(piece, str):
            joined += piece
            continue
        if joined:
            result += _words(joined)
            joined = ""
        result += piece
    return result


def _words(text: str) -> Nodes:
    kinds = {sign: kind for kind, sign in SIGNS.items()}
    if text in kinds:
        return [{"t": kinds[text]}]
    return [string(text)]
