"""Where note marks stand: close behind what they belong to, on one side of closing marks throughout a book."""

from __future__ import annotations

import re

from banxin import tree
from banxin.book import Node, Nodes
from banxin.config import MarkSide
from banxin.convert import PRINTED

CLOSING = "。，、；：！？）》〉」』】〕”’…,.;:!?"
AT_END = re.compile(f"[{re.escape(CLOSING)}]+$")
AT_START = re.compile(f"[{re.escape(CLOSING)}]+")


SPOKEN = "spoken"
"""The class of a name that a sentence says of a work that it cites."""
SPACES = ("Space", "SoftBreak")
HOLDERS = {"Emph": 0, "Strong": 0, "Underline": 0, "Strikeout": 0, "SmallCaps": 0, "Link": 1, "Quoted": 1}
"""What marks are taken out of, and where its words are: a mark is neither emphasised nor part of a link."""
NO_SPACES = frozenset({"Str", "Note"})
"""Most paragraphs of Han hold nothing else."""
WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def close(inlines: Nodes) -> Nodes:
    """The same words without the spaces typed around marks, and with no mark in a link.

    `word [@key]` is how pandoc's authors write: a gap would open before the mark, and a line could begin with it. In
    Han, where pandoc sees no key behind a letter (`如 @wang1993 所示`), the space after goes, too.
    """
    if all(node["t"] in NO_SPACES for node in inlines):
        return inlines
    nodes = [part for node in inlines for part in _opened(node)]
    done: Nodes = []
    at = 0
    while at < len(nodes):
        group, end = _group(nodes, at + 1) if nodes[at]["t"] in SPACES else ([], at)
        if group and _closes(done, group):
            wide = _is_wide(done, -1)
            done += group
            spaced = bool(nodes[end : end + 1]) and nodes[end]["t"] in SPACES
            at = end + (wide and spaced and _is_wide(nodes[end + 1 :], 0))
        else:
            done.append(nodes[at])
            at += 1
    return done


def _group(nodes: Nodes, start: int) -> tuple[Nodes, int]:
    """A run of marks, and of what citations are, without the spaces between them, and where it ends."""
    group: Nodes = []
    at = end = start
    while at < len(nodes) and (nodes[at]["t"] in SPACES or _is_mark(nodes[at]) or _is_cited(nodes[at])):
        if nodes[at]["t"] not in SPACES:
            group.append(nodes[at])
            end = at + 1
        elif at == end and group and not _closes(group, nodes[at + 1 : at + 2]):
            break
        at += 1
    return group, end


def _closes(before: Nodes, group: Nodes) -> bool:
    """Whether no space stands before this."""
    return bool(before and group) and (_is_mark(group[0]) or _is_wide(before, -1) and _is_wide(group, 0))


def _is_cited(node: Node) -> bool:
    return bool(node["t"] == "Span" and {PRINTED, SPOKEN, "citation"} & set(node["c"][0][1]))


def _is_wide(nodes: Nodes, at: int) -> bool:
    """Whether the first, or the last, character of a text is Han, or a mark of its width."""
    text = tree.plain(nodes[-1:] if at else nodes[:1]) if nodes else ""
    return bool(text) and WIDE.match(text[at]) is not None


def _opened(node: Node) -> Nodes:
    """A node without the marks at its end, which stand behind it."""
    if node["t"] == "Span" and not _is_cited(node):
        return [{**node, "c": [node["c"][0], close(node["c"][1])]}]
    where = HOLDERS.get(node["t"])
    if where is None:
        return [node]
    inside = close(node["c"][where] if where else node["c"])
    if node["t"] == "Link":
        kept, marks = [part for part in inside if not _is_mark(part)], [part for part in inside if _is_mark(part)]
    else:
        end = len(inside) - _count(list(reversed(inside)))
        kept, marks = inside[:end], inside[end:]
    if not kept:
        return marks
    return [{**node, "c": [*node["c"][:1], kept, *node["c"][2:]] if where else kept}, *marks]


def moved(inlines: Nodes, side: MarkSide) -> Nodes:
    """The same words, with each run of notes on this side of the closing marks beside it."""
    result: Nodes = []
    rest = list(inlines)
    while rest:
        notes = _notes(rest)
        if not notes:
            result.append(rest.pop(0))
            continue
        rest = rest[len(notes) :]
        if side is MarkSide.BEFORE:
            held = _cut_end(result)
            result += [*notes, *held]
        else:
            result += [*_cut_start(rest), *notes]
    return result


def _notes(inlines: Nodes) -> Nodes:
    return inlines[: _count(inlines)]


def _count(inlines: Nodes) -> int:
    """How many marks there are before anything else."""
    return next((i for i, node in enumerate(inlines) if not _is_mark(node)), len(inlines))


def _is_mark(node: Node) -> bool:
    """A note, or a citation that is nothing but a raised number."""
    if node["t"] == "Note":
        return True
    if node["t"] != "Span" or "citation" not in node["c"][0][1]:
        return False
    inside = node["c"][1]
    while len(inside) == 1 and inside[0]["t"] == "Span":
        inside = inside[0]["c"][1]
    return bool(inside) and all(part["t"] == "Superscript" for part in inside)


def _cut_end(before: Nodes) -> Nodes:
    """Takes the closing marks off the end of what stands before."""
    if before and HOLDERS.get(before[-1]["t"]) == 0:
        return _cut_inside(before)
    match = AT_END.search(before[-1]["c"]) if before and before[-1]["t"] == "Str" else None
    if not match:
        return []
    word: Node = before.pop()
    if kept := word["c"][: match.start()]:
        before.append(tree.string(kept))
    return [tree.string(match[0])]


def _cut_inside(before: Nodes) -> Nodes:
    """Takes the closing marks off the end of emphasised words, and emphasises them by themselves."""
    holder: Node = before.pop()
    kept = list(holder["c"])
    held = _cut_end(kept)
    before += [{**holder, "c": kept}] if kept else []
    return [{**holder, "c": held}] if held else []


def _cut_start(after: Nodes) -> Nodes:
    """Takes the closing marks off the start of what stands after."""
    match = AT_START.match(after[0]["c"]) if after and after[0]["t"] == "Str" else None
    if not match:
        return []
    word: Node = after.pop(0)
    if kept := word["c"][match.end() :]:
        after.insert(0, tree.string(kept))
    return [tree.string(match[0])]
