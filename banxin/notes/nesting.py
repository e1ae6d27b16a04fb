"""Notes inside notes, which no format has: a footnote has no foot.

Pandoc reads a note that is written inside another (`^[甲^[乙]]`) as one, and leaves a mark there (`[^b]`) as it is.
Both are told; a draft has the words of the inner note in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from banxin import tree
from banxin.book import Node, Nodes, Source
from banxin.errors import Place, Problem
from banxin.notes.labels import LINE

MARK = re.compile(r"\[\^([^\]\s]+)\]")
"""What pandoc leaves of a mark without a note, and of each mark in a note."""
INLINE = "^["
NESTS = re.compile(r"\^\[(?:[^\[\]]|\[[^\[\]]*\])*\^\[")
DEFINES = re.compile(r"^ {0,3}\[\^[^\]\s]+\]:", re.MULTILINE)
NESTED = "nested-note"
HINT = "注里不能再有注：把它的话写进这条注里，用括号括住。"


def may_be_in(text: str) -> bool:
    """Whether a note of a text may hold another; few do, and to walk through a tree takes time."""
    return INLINE in text and (NESTS.search(text) is not None or DEFINES.search(text) is not None)


def flattened(blocks: Nodes) -> Nodes:
    """Blocks of a chapter whose notes hold none."""
    done: Nodes = tree.map_nodes(blocks, lambda node: _flat(node) if node["t"] == "Note" else node)
    return done


def _flat(note: Node) -> Node:
    if not any(part["t"] == "Note" for part in tree.walk(note["c"])):
        return note
    return {**note, "c": tree.map_nodes(note["c"], lambda node: _words(node) if node["t"] == "Note" else node)}


def _words(note: Node) -> Node:
    """The words of a note in brackets, without their paragraphs."""
    words = tree.plain(note["c"]).strip()
    return tree.span([tree.string(f"（{words}）")], "draft-mark", NESTED)


def faults(source: Source, blocks: Nodes, locate: Callable[[str], Place]) -> Iterator[Problem]:
    """Marks without notes, and notes in notes, each told once a line."""
    found = [node for node in tree.walk(blocks) if _is_doubtful(node)]
    if not found:
        return
    inside = {id(part): note for note in tree.walk(blocks) if note["t"] == "Note" for part in tree.walk(note["c"])}
    told: dict[tuple[Place, str], Problem] = {}
    for node in found:
        note = inside.get(id(node))
        for problem in _of_note(source, node, note, locate) if note else _undefined(node, locate):
            told.setdefault((problem.place, problem.message), problem)
    yield from told.values()


def _is_doubtful(node: Node) -> bool:
    if node["t"] == "Str":
        return "[^" in node["c"] and MARK.search(node["c"]) is not None
    return node["t"] == "Span" and NESTED in node["c"][0][1]


def _undefined(node: Node, locate: Callable[[str], Place]) -> Iterator[Problem]:
    for match in MARK.finditer(node["c"]) if node["t"] == "Str" else ():
        hint = f"在本章里写一行 [^{match[1]}]: 注的内容。"
        yield Problem(locate(match[0]), f"脚注没有定义：{match[1]}", hint, excusable=True, code="T050")


def _of_note(source: Source, node: Node, note: Node, locate: Callable[[str], Place]) -> Iterator[Problem]:
    words = tree.plain([node])
    marks = [match[0] for match in MARK.finditer(words)] if node["t"] == "Str" else [INLINE + words[1:-1]]
    for mark in marks:
        line = note.get(LINE, 0)
        place = Place(source.path, _line(source.text, mark, line)) if line else locate(mark)
        yield Problem(place, f"注里有注：{_short(mark)}", HINT, excusable=True, code="T058")


def _line(text: str, mark: str, start: int) -> int:
    """The line of a mark in a note that is written from a line on."""
    for number, line in enumerate(text.splitlines()[start - 1 :], start):
        if mark in line:
            return number
    return start


def _short(mark: str) -> str:
    return mark if len(mark) <= LONG else f"{mark[:LONG]}……"


LONG = 12
