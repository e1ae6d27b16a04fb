"""The names that authors give to notes: pandoc's tree has none, so they are written where it keeps them.

Before pandoc reads a chapter, an empty span with the name goes to the beginning of each note's words; afterwards it
is taken out again, and the note bears its name and line. A note that begins with another block than a paragraph (a
list, a quotation, code) gets a paragraph of its own for it, and so two lines more: `line` tells the lines of the file.
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
DEFINITION = re.compile(r"( {0,3}\[\^([^\]\s\"\\<>&]+)\]:)[ \t]*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
BLOCK = re.compile(r"([-+*]|\d+[.)]|[a-zA-Z][.)]|#\.)\s|#{1,6}\s|>|`{3}|~{3}|\||:::|<|!\[|\$\$|-{3}|={3}")
"""What begins another block than a paragraph: nothing may stand before it."""


def written(text: str) -> str:
    """The text of a chapter with the name of each note in it."""
    return "".join(words for words, _ in _lines(text)) if NOTE in text else text


def line(text: str, number: int) -> int:
    """The line of a chapter's text that a line of what was `written` comes from."""
    if NOTE not in text:
        return number
    left = number
    for at, (_, added) in enumerate(_lines(text), 1):
        left -= 1 + added
        if left <= 0:
            return at
    return number


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Each line as it is written, and how many lines it became more."""
    fence = ""
    lines = text.splitlines(keepends=True)
    for number, (line, after) in enumerate(zip(lines, [*lines[1:], ""], strict=True), 1):
        found = FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        match = None if fence else DEFINITION.match(line)
        yield _named(match, number, after) if match else (line, 0)


def _named(match: re.Match[str], number: int, after: str) -> tuple[str, int]:
    """The first line of a note with its name in it; `after` is the next line."""
    words = match.string[match.end() :]
    head = f'{match[1]} []{{.{SPAN} name="{match[2]}" line="{number}"}}'
    if words.strip() and not BLOCK.match(words):
        return head + words, 0
    if words.strip():
        return f"{head}\n\n{INDENT}{words}", 2
    if after.startswith((INDENT, "\t")) and after.strip():
        return f"{head}\n\n", 1
    return (match.string if BLOCK.match(after) else f"{head}\n"), 0


INDENT = "    "
"""Of what goes on with a note."""


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
    if first["c"] and first["c"][0]["t"] == "SoftBreak":
        first["c"].pop(0)
    if not first["c"]:
        blocks.pop(0)
    return label
