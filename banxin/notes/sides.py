"""On which side of a closing mark note marks stand: before 。 or after it, the same in the whole book."""

from __future__ import annotations

import re

from banxin import tree
from banxin.book import Node, Nodes
from banxin.config import MarkSide

CLOSING = "。，、；：！？）》〉」』】〕”’…,.;:!?"
AT_END = re.compile(f"[{re.escape(CLOSING)}]+$")
AT_START = re.compile(f"[{re.escape(CLOSING)}]+")


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
    count = next((i for i, node in enumerate(inlines) if not _is_mark(node)), len(inlines))
    return inlines[:count]


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
    match = AT_END.search(before[-1]["c"]) if before and before[-1]["t"] == "Str" else None
    if not match:
        return []
    word: Node = before.pop()
    if kept := word["c"][: match.start()]:
        before.append(tree.string(kept))
    return [tree.string(match[0])]


def _cut_start(after: Nodes) -> Nodes:
    """Takes the closing marks off the start of what stands after."""
    match = AT_START.match(after[0]["c"]) if after and after[0]["t"] == "Str" else None
    if not match:
        return []
    word: Node = after.pop(0)
    if kept := word["c"][match.end() :]:
        after.insert(0, tree.string(kept))
    return [tree.string(match[0])]
