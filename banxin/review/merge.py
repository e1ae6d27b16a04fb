"""Two trees of one chapter -> one that shows both: what is new in spans of one class, what is gone in those of another.

It follows the new tree: lists, quotations and tables stay what they are, and what changed in them is shown where it is.
What is gone takes no number: its notes and citations are said in brackets, its headings are paragraphs, it has no ids.
Blocks of other kinds than before are shown twice. Every change has a number, and an id where it begins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from banxin import tree
from banxin.book import Node, Nodes
from banxin.convert import is_kept
from banxin.critic import draw
from banxin.critic.draw import ADD, REMOVE
from banxin.errors import Place
from banxin.formatting.proof import normal
from banxin.review import align, words
from banxin.review.model import SIGN, Turn, Unit, Word
from banxin.review.units import STYLE
from banxin.review.words import LETTER, WORD
from banxin.slug import fingerprint
from banxin.typeset import softbreaks

CHANGED = "changed"
"""The class of what has a bar beside it."""
ID = "change-"
"""How the ids begin, before the number."""
TOKEN = re.compile(rf"{LETTER}+|.", re.DOTALL)
PARAGRAPHS = frozenset({"Para", "Plain"})
NOTE = "\ufffb"
SHOWN = 24
"""Characters of a change that a list quotes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, for a list."""

    number: int
    old: str
    new: str

    def told(self, names: Mapping[str, str]) -> str:
        """`旧 → 新`, or what was added or taken out.

        Args:
            names: what is said before these: `add`, `remove`.
        """
        old, new = _short(self.old), _short(self.new)
        if old and new:
            return f"{old} → {new}"
        return names["add"] + new if new else names["remove"] + old


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}……"


class _Leaf(NamedTuple):
    """A word, or what stands among words, and the markup around it."""

    word: Word
    wrappers: tuple[Node, ...]
    node: Node


class _Piece(NamedTuple):
    """A leaf of the merged text."""

    state: str
    """`critic-add`, `critic-remove`, or empty."""
    number: int
    leaf: _Leaf


@dataclass(slots=True)
class Merger:
    """Merges the chapters of a book, and counts the changes."""

    changes: list[Change] = field(default_factory=list)

    def count(self, old: str, new: str) -> int:
        """The number of the next change."""
        self.changes.append(Change(len(self.changes) + 1, old, new))
        return len(self.changes)

    # Blocks

    def blocks(self, old: Nodes, new: Nodes) -> Nodes:
        """The blocks of both versions."""
        pairs = align.units(_units(old), _units(new))
        result: Nodes = []
        for (gone, come), group in groupby(pairs, key=lambda pair: (not pair[1], not pair[0])):
            if gone or come:  # what follows each other is one change
                run = list(group)
                result += self.whole(REMOVE, [old[i] for left, _ in run for i in left])
                result += self.whole(ADD, [new[j] for _, right in run for j in right])
                continue
            for left, right in group:
                result += self.pair([old[i] for i in left], [new[j] for j in right])
        return result

    def pair(self, old: Nodes, new: Nodes) -> Nodes:
        """Blocks that belong together."""
        if len(old) == len(new) == 1:
            return self.one(old[0], new[0])
        if old and new and all(block["t"] in PARAGRAPHS for block in [*old, *new]):
            return self.paragraphs(old, new)
        return [*self.whole(REMOVE, old), *self.whole(ADD, new)]

    def one(self, old: Node, new: Node) -> Nodes:
        """One block in both."""
        if normal(old) == normal(new):
            return [new]
        merge = MERGES.get(new["t"]) if MERGES.get(old["t"]) is MERGES.get(new["t"]) else None
        merged = merge(self, old, new) if merge else None
        return [*self.whole(REMOVE, [old]), *self.whole(ADD, [new])] if merged is None else merged

    def whole(self, state: str, blocks: Nodes) -> Nodes:
        """Blocks of which all is new, or gone."""
        if not blocks:
            return []
        shown = _shown(state, blocks)
        return [_barred(block) for block in _identified(shown, self.count_whole(state, blocks))]

    def count_whole(self, state: str, blocks: Any) -> int:
        """The number of a change of which all is new, or gone."""
        said = tree.plain(blocks)
        return self.count("", said) if state == ADD else self.count(said, "")

    def paragraphs(self, old: Nodes, new: Nodes) -> Nodes:
        """Paragraphs that were edited, split or joined."""
        pieces = self.pieces(_run(old), _run(new))
        result: Nodes = []
        line: list[_Piece] = []
        template = {key: value for key, value in new[0].items() if key != "c"}
        for piece in [*pieces, None]:
            ends = piece is None or (piece.leaf.word.text == draw.BREAK and SIGN in piece.leaf.word.marks)
            if piece is not None and (not ends or piece.state):
                line.append(piece)
            if ends and (piece is None or piece.state != REMOVE):
                block = {**template, "c": _built(line)}
                changed = any(one.state for one in line)
                result += [_barred(block) if changed else block] if line else []
                line = []
        return result

    def paragraph(self, old: Node, new: Node) -> Nodes | None:
        return self.paragraphs([old], [new])

    def heading(self, old: Node, new: Node) -> Nodes | None:
        """A heading stays one; another level alone is no change of words."""
        level, (id, classes, pairs), inlines = new["c"]
        merged = self.inlines(old["c"][2], inlines)
        return [{**new, "c": [level, [id, [*classes, CHANGED], pairs], merged]}]

    def quotation(self, old: Node, new: Node) -> Nodes | None:
        return [{**new, "c": self.blocks(old["c"], new["c"])}]

    def division(self, old: Node, new: Node) -> Nodes | None:
        return [{**new, "c": [new["c"][0], self.blocks(old["c"][1], new["c"][1])]}]

    def bullets(self, old: Node, new: Node) -> Nodes | None:
        return [{**new, "c": self.items(old["c"], new["c"])}]

    def numbers(self, old: Node, new: Node) -> Nodes | None:
        return [{**new, "c": [new["c"][0], self.items(old["c"][1], new["c"][1])]}]

    def items(self, old: list[Nodes], new: list[Nodes]) -> list[Nodes]:
        """Items of a list."""
        result: list[Nodes] = []
        for left, right in align.units([_unit(item) for item in old], [_unit(item) for item in new]):
            if len(left) == len(right) == 1:
                result.append(self.blocks(old[left[0]], new[right[0]]))
                continue
            result += [self.whole(REMOVE, old[i]) for i in left]
            result += [self.whole(ADD, new[j]) for j in right]
        return result

    def verse(self, old: Node, new: Node) -> Nodes | None:
        """Lines of a poem, where there are as many."""
        if len(old["c"]) != len(new["c"]):
            return None
        return [{**new, "c": [self.inlines(a, b) for a, b in zip(old["c"], new["c"], strict=True)]}]

    def figure(self, old: Node, new: Node) -> Nodes | None:
        """A figure whose caption changed; another picture is another figure."""
        if _targets(old) != _targets(new):
            return None
        short, caption = new["c"][1]
        merged = self.blocks(old["c"][1][1], caption)
        return [{**new, "c": [new["c"][0], [short, merged], new["c"][2]]}]

    def table(self, old: Node, new: Node) -> Nodes | None:
        """A table with as many columns; its rows are paired."""
        if len(old["c"][2]) != len(new["c"][2]) or len(old["c"][4]) != 1 or len(new["c"][4]) != 1:
            return None
        attr, (short, caption), columns, head, bodies, foot = new["c"]
        was = old["c"]
        body = bodies[0]
        body = [*body[:3], self.rows(was[4][0][3], body[3])]
        head = [head[0], self.rows(was[3][1], head[1])]
        caption = self.blocks(was[1][1], caption)
        id, classes, pairs = attr
        attr = [id, [*classes, CHANGED], pairs]
        return [{**new, "c": [attr, [short, caption], columns, head, [body], foot]}]

    def rows(self, old: list[Any], new: list[Any]) -> list[Any]:
        """Rows of a table."""
        result: list[Any] = []
        for left, right in align.units([_unit(_words_of(row)) for row in old], [_unit(_words_of(row)) for row in new]):
            if len(left) == len(right) == 1:
                result.append(self.row(old[left[0]], new[right[0]]))
                continue
            result += [self.whole_row(REMOVE, old[i]) for i in left]
            result += [self.whole_row(ADD, new[j]) for j in right]
        return result

    def row(self, old: Any, new: Any) -> Any:
        if len(old[1]) != len(new[1]):
            return new
        cells = [[*b[:4], self.cell(a[4], b[4])] for a, b in zip(old[1], new[1], strict=True)]
        return [new[0], cells]

    def cell(self, old: Nodes, new: Nodes) -> Nodes:
        """The words of a cell, without a bar of its own."""
        merged: Nodes = self.blocks(old, new)
        return _without_bars(merged)

    def whole_row(self, state: str, row: Any) -> Any:
        """A row that is one change."""
        number = self.count_whole(state, [_spaced(cell[4]) for cell in row[1]])
        cells = [[*cell[:4], _shown(state, cell[4])] for cell in row[1]]
        _identified([cell[4] for cell in cells], number)
        return [row[0], cells]

    # Words

    def inlines(self, old: Nodes, new: Nodes) -> Nodes:
        """The words of a heading, a line, a title."""
        return _built(self.pieces(_leaves(old), _leaves(new)))

    def pieces(self, old: list[_Leaf], new: list[_Leaf]) -> list[_Piece]:
        """The leaves of both, in order: out comes before in."""
        result: list[_Piece] = []
        i = j = number = 0
        before = Turn.SAME
        parts = words.compare([leaf.word for leaf in old], [leaf.word for leaf in new])
        for n, part in enumerate(parts):
            size = len(part.words)
            if part.turn is Turn.SAME:
                pairs = zip(old[i : i + size], new[j : j + size], strict=True)
                result += [_Piece("", 0, self.same(a, b)) for a, b in pairs]
                i, j = i + size, j + size
            elif part.turn is Turn.OUT:
                following = parts[n + 1] if n + 1 < len(parts) and parts[n + 1].turn is Turn.IN else None
                number = self.count(_said(part.words), _said(following.words) if following else "")
                result += [_Piece(REMOVE, number, _muted(leaf)) for leaf in old[i : i + size]]
                i += size
            else:
                number = number if before is Turn.OUT else self.count("", _said(part.words))
                result += [_Piece(ADD, number, leaf) for leaf in new[j : j + size]]
                j += size
            before = part.turn
        return result

    def same(self, old: _Leaf, new: _Leaf) -> _Leaf:
        """What stands in both; a note may have changed all the same."""
        if new.node["t"] != "Note" or normal(old.node) == normal(new.node):
            return new
        merged = _without_bars(self.blocks(old.node["c"], new.node["c"]))
        return new._replace(node={**new.node, "c": merged})


Merge = Callable[[Merger, Node, Node], Nodes | None]
MERGES: dict[str, Merge] = {
    "Para": Merger.paragraph,
    "Plain": Merger.paragraph,
    "Header": Merger.heading,
    "BlockQuote": Merger.quotation,
    "Div": Merger.division,
    "BulletList": Merger.bullets,
    "OrderedList": Merger.numbers,
    "LineBlock": Merger.verse,
    "Figure": Merger.figure,
    "Table": Merger.table,
}
"""How blocks of one kind are merged; those of other kinds are shown twice."""


def _shown(state: str, blocks: Nodes) -> Nodes:
    """Blocks all of which is new, or gone."""
    return draw.in_state(state, [mute(block) for block in blocks] if state == REMOVE else blocks)


def _spaced(blocks: Nodes) -> Nodes:
    """The words of a cell, with room after them."""
    return [*blocks, {"t": "Plain", "c": [{"t": "Space"}]}]


def _said(said: Sequence[Word]) -> str:
    return "".join("注" if word.text == NOTE else word.text for word in said if not word.text.startswith(tree.OBJECT))


# Leaves ---------------------------------------------------------------------------------------------------------------


def _run(blocks: Nodes) -> list[_Leaf]:
    """The words of paragraphs, with a sign between two."""
    result: list[_Leaf] = []
    for block in blocks:
        if result:
            result.append(_Leaf(Word(draw.BREAK, (SIGN,)), (), tree.string(draw.BREAK)))
        result += _leaves(block["c"])
    return result


def _leaves(inlines: Nodes) -> list[_Leaf]:
    flat: Nodes = tree.rewrite(inlines, lambda run: softbreaks.edits(run, STYLE), is_kept)
    return list(_each(flat, ()))


def _each(inlines: Nodes, wrappers: tuple[Node, ...]) -> Iterator[_Leaf]:
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            for match in TOKEN.finditer(node["c"]):
                yield _Leaf(Word(match[0]), wrappers, tree.string(match[0]))
        elif kind in ("Space", "SoftBreak"):
            yield _Leaf(Word(" "), wrappers, node)
        elif kind == "Note":
            yield _Leaf(Word(NOTE), wrappers, node)
        elif kind in ("Code", "Math"):
            yield _Leaf(Word(node["c"][1]), wrappers, node)
        elif (content := tree.inner(node)) is not None:
            yield from _each(content, (*wrappers, node))
        else:
            yield _Leaf(Word(tree.OBJECT + fingerprint(json.dumps(node, sort_keys=True))), wrappers, node)


def _built(pieces: Sequence[_Piece]) -> Nodes:
    """Leaves as inlines again."""
    result: Nodes = []
    named: set[int] = set()
    used: set[int] = set()
    for (state, number), group in groupby(pieces, key=lambda piece: piece[:2]):
        inlines = _wrapped([piece.leaf for piece in group], used, gone=state == REMOVE)
        if not state:
            result += inlines
            continue
        span = draw.shown(state, inlines)
        if number not in named:
            span["c"][0][0] = f"{ID}{number}"
        named.add(number)
        result.append(span)
    return result


def _wrapped(leaves: Sequence[_Leaf], used: set[int], gone: bool) -> Nodes:
    """Leaves in their markup; an id is given once."""
    result: Nodes = []
    for _, group in groupby(leaves, key=lambda leaf: tuple(map(id, leaf.wrappers))):
        run = list(group)
        inlines = _joined([leaf.node for leaf in run])
        for wrapper in reversed(run[0].wrappers):
            inlines = [tree.with_inner(_nameless(wrapper) if gone or id(wrapper) in used else wrapper, inlines)]
            used.add(id(wrapper))
        result += inlines
    return result


def _joined(nodes: Nodes) -> Nodes:
    result: Nodes = []
    for node in nodes:
        if node["t"] == "Str" and result and result[-1]["t"] == "Str":
            result[-1] = tree.string(result[-1]["c"] + node["c"])
        else:
            result.append(node)
    return result


# What is gone ---------------------------------------------------------------------------------------------------------


def mute(value: Any) -> Any:
    """Blocks or inlines that take no number and are found by no link."""
    return tree.map_nodes(value, _mute)


def _mute(node: Node) -> Node | Nodes:
    kind = node["t"]
    if kind == "Note":
        return tree.string(f"〔注：{tree.plain(node['c']).strip()}〕")
    if kind == "Cite":
        return tree.string("〔引：" + "、".join(str(one["citationId"]) for one in node["c"][0]) + "〕")
    if kind == "Header":
        return {"t": "Para", "c": [{"t": "Strong", "c": node["c"][2]}]}
    if kind == "Str":
        return tree.string(node["c"].replace("@", "＠").replace("{#", "｛#"))
    return _nameless(node)


def _nameless(node: Node) -> Node:
    if node["t"] not in ("Span", "Div", "Link", "Figure", "Table", "CodeBlock", "Code", "Image"):
        return node
    (_, classes, pairs), *rest = node["c"]
    return {**node, "c": [["", classes, pairs], *rest]}


def _muted(leaf: _Leaf) -> _Leaf:
    muted = _mute(leaf.node)
    return leaf._replace(node=muted if isinstance(muted, dict) else muted[0])


def _identified(blocks: Any, number: int) -> Any:
    """Blocks whose first mark has the id of a change."""
    for node in tree.walk(blocks):
        if node["t"] in ("Span", "Div") and {ADD, REMOVE} & set(tree.attr(node)[1]):
            node["c"][0][0] = f"{ID}{number}"
            break
    return blocks


# Bars -----------------------------------------------------------------------------------------------------------------


def _barred(block: Node) -> Node:
    """A block with a bar beside it: what can bear a class itself does."""
    if block["t"] == "Header":
        level, (id, classes, pairs), inlines = block["c"]
        return {**block, "c": [level, [id, [*classes, CHANGED], pairs], inlines]}
    if block["t"] in ("Div", "Figure", "Table", "CodeBlock"):
        (id, classes, pairs), *rest = block["c"]
        return {**block, "c": [[id, [*classes, CHANGED], pairs], *rest]}
    return {"t": "Div", "c": [["", [CHANGED], []], [block]]}


def _without_bars(blocks: Nodes) -> Nodes:
    result: Nodes = []
    for block in blocks:
        bare = block["t"] == "Div" and block["c"][0] == ["", [CHANGED], []]
        result += block["c"][1] if bare else [block]
    return result


# Alignment ------------------------------------------------------------------------------------------------------------


def _units(blocks: Nodes) -> list[Unit]:
    return [_unit([block], "" if block["t"] in PARAGRAPHS else block["t"]) for block in blocks]


def _unit(blocks: Nodes, style: str = "") -> Unit:
    said = tree.plain(blocks) + "".join(_targets(blocks))
    code = len(blocks) == 1 and blocks[0]["t"] in tree.VERBATIM
    return Unit(style, tuple(Word(match[1]) for match in WORD.finditer(said)), Place(""), code)


def _words_of(row: Any) -> Nodes:
    return [block for cell in row[1] for block in cell[4]]


def _targets(value: Any) -> list[str]:
    return [node["c"][2][0] for node in tree.walk(value) if node["t"] == "Image"]
