"""Lines of what stands in a paragraph and in its notes, whose words are written elsewhere."""

from __future__ import annotations

from typing import Any

from banxin.book import Node, Nodes
from banxin.notes.labels import LINE


def lines(inlines: Nodes, line: int) -> list[tuple[Node, int]]:
    """Each node, in order, and its line; in a note of several blocks, as if one empty line stood between them.

    Args:
        line: of the first.
    """
    found: list[tuple[Node, int]] = []
    _lines(inlines, line, found)
    return found


def _lines(value: Any, line: int, found: list[tuple[Node, int]]) -> int:
    """The line behind a value."""
    if isinstance(value, list):
        for item in value:
            line = _lines(item, line, found)
        return line
    if not isinstance(value, dict):
        return line
    kind = value.get("t")
    if kind == "Note":
        inner = value.get(LINE) or line
        for block in value["c"]:
            inner = _lines(block, inner, found) + 2
        return line
    if kind:
        found.append((value, line))
    return _lines(value.get("c"), line + (kind in ("SoftBreak", "LineBreak")), found)


def line_of(inlines: Nodes, line: int, key: str, number: int) -> int:
    """The line of the `number`th place, from 0, where a paragraph or a note of it names a key; 0 where none does."""
    places = [at for node, at in lines(inlines, line) if _names(node, key)]
    return places[number] if number < len(places) else 0


def _names(node: Node, key: str) -> bool:
    if node["t"] == "Cite":
        return any(item["citationId"] == key for item in node["c"][0])
    return bool(node["t"] == "Str") and f"@{key}" in node["c"]
