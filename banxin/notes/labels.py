"""The names that authors give to notes: pandoc's tree has none, so they are written where it keeps them.

Before pandoc reads a chapter, an empty span with the name goes to the beginning of each note's words; afterwards it
is taken out again, and the note bears its name and line. No line is added, so lines count as in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from banxin import tree
from banxin.book import Node, Nodes

LABEL, LINE = "label", "note-line"
"""Remarks on a note of the tree: its name, and the line where it is written."""
SPAN = "banxin-note"
NOTE = "[^"
"""What a text with such notes has."""
WRITTEN = re.compile(r'\[\]\{\.banxin-note name="[^"]*" line="\d+"\}')
DEFINITION = re.compile(r"( {0,3}\[\^([^\]\s\"\\<>&]+)\]:[ \t]*)(?=\S)")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
BLOCK = re.compile(r"([-+*]|\d+[.)]|[a-zA-Z][.)]|#\.)\s|#{1,6}\s|>|`{3}|~{3}|\||:::|<|!\[|\$\$|-{3}|={3}")
"""What begins another block than a paragraph: nothing may stand before it."""


def written(text: str) -> str:
    """The text of a chapter with the name of each note in it."""
    return "".join(_lines(text)) if NOTE in text else text


def _lines(text: str) -> Iterator[str]:
    fence = ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        found = FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        match = None if fence else DEFINITION.match(line)
        if match and not BLOCK.match(line, match.end()):
            yield f'{match[1]}[]{{.{SPAN} name="{match[2]}" line="{number}"}}{line[match.end() :]}'
        else:
            yield line


def read(blocks: Nodes) -> Nodes:
    """The blocks of a chapter, with each note's name as a remark on it."""
    done: Nodes = tree.map_nodes(tree.map_nodes(blocks, _read), lambda node: [] if node["t"] == SPAN else node)
    return done


def _read(node: Node) -> Node | Nodes:
    if node["t"] == "Span" and SPAN in node["c"][0][1]:
        return [{"t": SPAN, LABEL: dict(node["c"][0][2])}]
    if node["t"] in tree.VERBATIM:  # what looks like a note in it is none
        return {**node, "c": [node["c"][0], WRITTEN.sub("", node["c"][1])]}
    if node["t"] != "Note":
        return node
    label = _taken(node["c"])
    return {**node, LABEL: label["name"], LINE: int(label["line"])} if label else node


def _taken(blocks: list[Any]) -> dict[str, str] | None:
    """What the span at the beginning of a note says; it is taken out."""
    first = blocks[0] if blocks else None
    if not first or first["t"] not in ("Para", "Plain") or not first["c"] or first["c"][0]["t"] != SPAN:
        return None
    label: dict[str, str] = first["c"].pop(0)[LABEL]
    return label
