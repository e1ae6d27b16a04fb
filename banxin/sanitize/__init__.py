"""Raw HTML in a chapter -> nodes of the tree, through an allow-list; nothing raw gets past this stage.

Pandoc cuts raw HTML into single tags among the nodes that stand between them. So a list of nodes is written out as
HTML in which everything that is not raw is a numbered **hold**, an empty element; tags that have no partner or no
place on the list are left out and reported; nh3 cleans what remains; and the nodes are built again from the result,
each hold giving back what it stands for. Words are never lost, but for what scripts and style sheets contain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from banxin import tree
from banxin.book import Node, Nodes
from banxin.errors import Level, Place, Problem
from banxin.sanitize.allowlist import HOLD, LINE, can_act, cleaned, safe_link
from banxin.sanitize.balance import LINK_HINT, Hold, Piece, Writer, attribute_hint, short
from banxin.sanitize.nodes import Flow, Inlines, held_by, joined
from banxin.sanitize.tokens import tokens

__all__ = ["clean", "safe_link"]

PlaceOf = Callable[[str], Place]
"""Where a snippet of the source stands."""
ParseHtml = Callable[[str], Nodes]
"""Clean HTML -> blocks."""

MAX_DEPTH = 250
"""How deep pandoc's tree may be nested, lists and nodes counted: about 60 lists or quotations within each other."""


def clean(blocks: Nodes, place_of: PlaceOf, parse_html: ParseHtml) -> tuple[Nodes, list[Problem]]:
    """The blocks of a chapter with their raw HTML made native or removed, and a warning for all that is removed.

    Attributes and link targets that can act are taken from native nodes, too. `parse_html` is called once at most,
    with clean HTML that holds structure only, no words.
    """
    cleaner = _Cleaner(place_of, parse_html)
    native = cleaner.clean(blocks)
    return native, list(dict.fromkeys(cleaner.problems))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A piece of block structure for pandoc's HTML reader."""

    markup: str
    holds: tuple[int, ...]
    line: int


class _Cleaner:
    """One run over one chapter."""

    def __init__(self, place_of: PlaceOf, parse_html: ParseHtml) -> None:
        self.place_of = place_of
        self.parse_html = parse_html
        self.problems: list[Problem] = []
        self.holds: list[Nodes] = []
        """What each hold stands for."""
        self.chunks: dict[int, _Chunk] = {}
        """Holds whose nodes are still to be made, all by one call of pandoc."""

    def warn(self, snippet: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.place_of(snippet), message, hint, Level.WARNING, code="T064"))

    def clean(self, blocks: Nodes) -> Nodes:
        native: Nodes = self.value([block for block in blocks if not self.too_deep(block)])
        if self.chunks:
            self.fill_chunks()
            native = _expand(native, self.holds)
        return native

    def too_deep(self, block: Node) -> bool:
        if _depth(block) <= MAX_DEPTH:
            return False
        place = replace(self.place_of(""), line=block.get("line", 0))
        self.problems.append(Problem(place, "列表、引文或块一层套一层，套得太深", "减少层数。", code="T063"))
        return True

    def value(self, value: Any) -> Any:
        """Any part of the tree, cleaned."""
        if isinstance(value, list):
            if _is_attr(value):
                return self.attr(value)
            items = [self.value(item) if isinstance(item, list | dict) else item for item in value]
            if any(_is_raw(item) for item in items):
                items = self.raw(items)
            return [item for item in items if not _emptied(item, value)]
        if isinstance(value, dict):
            if value.get("t") == "Str":
                return value
            node = {key: self.value(part) if isinstance(part, list | dict) else part for key, part in value.items()}
            return self.link(node) if node.get("t") == "Link" else node
        return value

    def attr(self, attr: list[Any]) -> list[Any]:
        """The attributes of a native node without those that can act."""
        id, classes, pairs = attr
        kept = []
        for name, value in pairs:
            if can_act(name):
                self.warn(f"{name}=", f"属性 {name} 不允许，已删去", attribute_hint(name.lower()))
            else:
                kept.append([name, value])
        return [id, classes, kept]

    def link(self, node: Node) -> Node:
        attr, content, (target, _) = node["c"]
        if safe_link(target):
            return node
        self.warn(target, f"链接的地址不允许，只留下文字：{short(target)}", LINK_HINT)
        return {"t": "Span", "c": [attr, content]}

    def raw(self, items: Nodes) -> Nodes:
        """A list of nodes with its raw nodes made native."""
        inline = any(item["t"] == "RawInline" for item in items)
        markup = Writer(self.warn, inline).write(self.pieces(items, inline))
        if inline:
            return joined(Inlines(self.holds).content(cleaned(markup)))
        return self.blocks(markup)

    def pieces(self, items: Nodes, inline: bool) -> Iterator[Piece]:
        """Tags, texts and holds of a list, in order, each with its line in the source."""
        run: Nodes = []
        for item in items:
            if not _is_raw(item):
                run.append(item)
                continue
            yield from self.held(run, inline)
            run = []
            form, source = item["c"]
            if form in ("html", "html4", "html5"):
                for token in tokens(source):
                    yield token, item.get("line", 0)
            else:
                self.warn(source, f"{form} 的原始代码进不了书，已删去：{short(source)}", "用 Markdown 的写法。")
        yield from self.held(run, inline)

    def held(self, run: Nodes, inline: bool) -> Iterator[Piece]:
        """Holds for nodes that are not raw: one for a run of inlines, one for each block.

        A Plain block is words without a paragraph: it is held as words, so that a raw `<td>` can take it in.
        """
        if inline:
            if run:
                yield Hold(self.hold(run), "span"), 0
            return
        for block in run:
            plain = block["t"] == "Plain"
            hold = self.hold(block["c"] if plain else [block])
            yield Hold(hold, "span" if plain else "div"), block.get("line", 0)

    def hold(self, nodes: Nodes) -> int:
        self.holds.append(nodes)
        return len(self.holds) - 1

    def blocks(self, markup: str) -> Nodes:
        """Blocks from markup: what is held at the top comes back at once, what is in tags through pandoc's reader."""
        result: Nodes = []
        flow = Flow(self.holds)
        for piece in flow.pieces(cleaned(markup)):
            if isinstance(piece, list):
                result.append({"t": "Para", "c": piece})
            elif (number := held_by(piece)) is not None:
                result += self.holds[number]
            else:
                flow.written.clear()
                line = int(piece.get(LINE, "0"))
                skeleton = flow.skeleton(piece)
                pending = self.hold([])
                self.chunks[pending] = _Chunk(skeleton, tuple(flow.written), line)
                result.append({"t": "Hold", "c": pending})
        return result

    def fill_chunks(self) -> None:
        """Make nodes of all structure at once; where pandoc loses a hold, its words follow each other plainly."""
        wrapped = (f'<div {HOLD}="{number}">{chunk.markup}</div>' for number, chunk in self.chunks.items())
        parsed = {_number(node): node["c"][1] for node in self.parse_html("\n".join(wrapped)) if node["t"] == "Div"}
        for number, chunk in self.chunks.items():
            nodes: Nodes = tree.map_nodes(parsed.get(number, []), _marked)
            found = [node["c"] for node in tree.walk(nodes) if node["t"] == "Hold"]
            if sorted(found) != sorted(chunk.holds):
                place = replace(self.place_of(""), line=chunk.line)
                message = "HTML 的结构不完整，只留下文字"
                self.problems.append(Problem(place, message, "检查表格和列表的标签。", Level.WARNING, code="T064"))
                nodes = [self.plainly(hold) for hold in chunk.holds]
            self.holds[number] = tree.map_nodes(nodes, partial(_with_line, chunk.line))

    def plainly(self, hold: int) -> Node:
        mark: Node = {"t": "Hold", "c": hold}
        return {"t": "Para", "c": [mark]} if tree.is_inlines(self.holds[hold]) else mark


def _is_raw(item: Any) -> bool:
    return isinstance(item, dict) and item.get("t") in ("RawInline", "RawBlock")


def _is_attr(value: list[Any]) -> bool:
    """Whether a list is pandoc's [id, classes, pairs]; nothing else in the tree has this shape."""
    return len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], list) and isinstance(value[2], list)


def _emptied(item: Any, before: list[Any]) -> bool:
    """Whether a paragraph has lost all that it had (a comment, a script)."""
    if not isinstance(item, dict) or item.get("t") not in ("Para", "Plain"):
        return False
    return all(node["t"] in ("Space", "SoftBreak") for node in item["c"]) and item not in before


def _depth(node: Any) -> int:
    """How deep a tree is nested, without recursion."""
    deepest, level = 0, [node]
    while level:
        deepest += 1
        parts = (list(item.values()) if isinstance(item, dict) else item for item in level)
        level = [part for many in parts for part in many if isinstance(part, list | dict)]
    return deepest


def _number(node: Node) -> int | None:
    """The hold that an element of pandoc's stands for (its reader takes `data-` off)."""
    value = tree.attr(node)[2].get(HOLD.removeprefix("data-"))
    return int(value) if value else None


def _marked(node: Node) -> Node:
    """What pandoc read, with a Hold in place of the elements that stood for holds."""
    number = _number(node) if node["t"] in ("Div", "Span") else None
    return node if number is None else {"t": "Hold", "c": number}


def _with_line(line: int, node: Node) -> Node:
    return {**node, "line": line} if line and node["t"] in ("Para", "Plain", "Table", "Figure") else node


def _expand(value: Any, holds: list[Nodes]) -> Any:
    """The same tree with what each Hold stands for in its place."""
    if isinstance(value, list):
        result: list[Any] = []
        for item in value:
            if isinstance(item, dict) and item.get("t") == "Hold":
                result += _expand(holds[item["c"]], holds)
            else:
                result.append(_expand(item, holds) if isinstance(item, list | dict) else item)
        return result
    return {key: _expand(part, holds) if isinstance(part, list | dict) else part for key, part in value.items()}
