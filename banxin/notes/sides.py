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
    count = next((i for i, node in enumerate(inlines) if node["t"] != "Note"), len(inlines))
    return inlines[:count]


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
