"""The names that authors give to notes: pandoc's tree has none, so they are written where it keeps them.

Before pandoc reads a chapter, the number of the line goes to the beginning of each note's words, in characters that no
text has; afterwards it is taken out again, and the note bears its line and the name that stands there. A note that
begins with another block than a paragraph (a list, a quotation, code) gets a paragraph of its own for it, and so two
lines more: `line` tells the lines of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from banxin import tree
from banxin.book import Node, Nodes
from banxin.errors import Problem

LABEL, LINE = "label", "note-line"
"""Remarks on a note of the tree: its name, and the line where it is written."""
FIGURES = "".join(map(chr, range(0xFDD0, 0xFDDA)))
END = "\ufdda"
"""Noncharacters, which Unicode leaves to programs (23.7): ten figures of a line's number, and its end. Words to pandoc,
which reads them faster than a span with attributes; no letters to `markdown.Finder`."""
NONE: Mapping[int, str] = {}
"""The words of no note."""
NOTE = "[^"
"""What a text with such notes has."""
WRITTEN = re.compile(f"([{FIGURES}]+){END}")
MARK = re.compile(r"\[\^([^\]\s\"\\<>&]+)\]")
DEFINITION = re.compile(rf"( {{0,3}}{MARK.pattern}:)[ \t]*")
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
    head = f"{match[1]} {str(number).translate(TO_FIGURES)}{END}"
    if words.strip() and not BLOCK.match(words):
        return head + words, 0
    if words.strip():
        return f"{head}\n\n{INDENT}{words}", 2
    if after.startswith((INDENT, "\t")) and after.strip():
        return f"{head}\n\n", 1
    return (match.string if BLOCK.match(after) else f"{head}\n"), 0


TO_FIGURES = str.maketrans("0123456789", FIGURES)
FROM_FIGURES = str.maketrans(FIGURES, "0123456789")
INDENT = "    "
"""Of what goes on with a note."""


def inline(number: int) -> str:
    """An inline note that holds nothing but the number of the line where its words are written."""
    return f"^[{str(number).translate(TO_FIGURES)}{END}]"


def read(blocks: Nodes, text: str, known: Mapping[int, str] = NONE) -> int:
    """Remark the name and the line of each note in the blocks of a chapter; they are changed where they stand.

    Args:
        blocks: what pandoc made of what was `written`.
        text: what it was before.
        known: the words of notes that are only called in what was written, by their line.

    Returns:
        How many notes have got such words.
    """
    lines = text.splitlines(keepends=True)
    filled = 0
    waiting: list[Any] = [blocks]
    while waiting:
        value = waiting.pop()
        if type(value) is list:
            waiting += [item for item in value if type(item) is list or type(item) is dict]
            continue
        inside = value.get("c")
        if type(inside) is list:
            if value["t"] == "Note" and (number := _taken(inside)):
                value[LABEL], value[LINE] = _name(lines[number - 1]), number
                if number in known and not inside:
                    filled += 1
                    inside.append(_paragraph(known[number], number))
            elif value["t"] in LITERAL:  # what looks like a note in it is none
                inside[1] = WRITTEN.sub("", inside[1])
            waiting.append(inside)
        elif type(inside) is str and END in inside:
            value["c"] = WRITTEN.sub("", inside)
    return filled


def _paragraph(words: str, line: int) -> Node:
    """Words without mark-up, as pandoc reads them."""
    inlines: list[Node] = []
    for word in words.split(" "):
        inlines += [{"t": "Space"}, tree.string(word)]
    return {"t": "Para", "c": inlines[1:], "line": line}


def unused(told: Sequence[Problem], blocks: Nodes) -> list[Problem]:
    """Pandoc's problems without those notes called unused that are called in the words of a link."""
    if not any(problem.code == UNUSED for problem in told):
        return list(told)
    called = {node.get(LABEL) for node in tree.walk(blocks) if node["t"] == "Note"}
    return [each for each in told if each.code != UNUSED or each.message.rpartition("：")[2] not in called]


UNUSED = "T052"
LITERAL = tree.VERBATIM | {"Code", "RawInline", "Math"}


def _name(definition: str) -> str:
    match = DEFINITION.match(definition)
    return match[2] if match else ""


def _taken(blocks: list[Any]) -> int:
    """The line that stands at the beginning of a note, which is taken out; 0 where none does.

    A paragraph that begins on it gets it.
    """
    first = blocks[0] if blocks else None
    if not first or first["t"] not in ("Para", "Plain") or not first["c"] or first["c"][0]["t"] != "Str":
        return 0
    inlines = first["c"]
    match = WRITTEN.match(inlines[0]["c"])
    if not match:
        return 0
    number = int(match[1].translate(FROM_FIGURES))
    if rest := inlines[0]["c"][match.end() :]:
        inlines[0]["c"], first["line"] = rest, number
        return number
    inlines.pop(0)
    if inlines and inlines[0]["t"] == "SoftBreak":
        inlines.pop(0)
    if not inlines:
        blocks.pop(0)
    return number
