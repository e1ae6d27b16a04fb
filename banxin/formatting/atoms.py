"""A paragraph's source as atoms: characters, and the markup between and around which a line may end, never inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from banxin.tree import OBJECT
from banxin.typeset.chars import is_chinese

ESCAPE = re.compile(r"\\[^\n]")
HARD = re.compile(r"\\\n[ \t]*| {2,}\n[ \t]*")
SOFT = re.compile(r"[ \t]*\n[ \t]*")
SPACE = re.compile(r"[ \t]+")
CODE = re.compile(r"(?<!`)(`+)(?!`).*?[^`]\1(?!`)(?:\{[^}\n]*\})?", re.DOTALL)
MATH = re.compile(r"\$\$.+?\$\$|\$(?=\S)[^$]*?(?<=\S)\$(?!\d)", re.DOTALL)
NOTE = re.compile(r"\[\^[^\]\s]+\]|\[(?:[^\[\]\n@]*[^\[\]\nA-Za-z0-9@])?@[^\[\]\n]+\](?![(\[{])")
"""The mark of a note, or a citation: both belong to what stands before them."""
TAG = re.compile(r"<!--.*?-->|<[A-Za-z/?!][^<>]*>", re.DOTALL)
EMPHASIS = re.compile(r"\*+|_+|~~")
TAIL = re.compile(r"\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\]|\{[^}\n]*\}")
"""What makes a link, an image or a span of the brackets before it."""
MARKUP = frozenset("\\`$[!^<*_~ \t\n")
"""The characters that markup or a gap begins with: all others are atoms by themselves."""
OPAQUE = re.compile(r"\{[^}]*(?:\.keep|lang=)")
"""Spans whose words no text rule sees (convert.is_kept)."""


class Role(Enum):
    """What an atom is to a sentence."""

    TEXT = auto()
    OBJECT = auto()
    """Words or pictures that stay whole."""
    SPACE = auto()
    SOFT = auto()
    HARD = auto()
    OPEN = auto()
    """Emphasis begins."""
    CLOSE = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of the source that stays whole."""

    source: str
    role: Role = Role.TEXT
    first: str = ""
    """The character that its words begin with, as the text rules see it; empty: unknown, or it is looked through."""
    last: str = ""
    """The character that its words end with."""

    @property
    def transparent(self) -> bool:
        """Whether the text rules look through it."""
        return self.role in (Role.OPEN, Role.CLOSE, Role.NOTE)


def atoms(text: str) -> list[Atom]:
    """Cut a paragraph's source into atoms; their sources joined are the source."""
    result: list[Atom] = []
    open_marks: list[str] = []
    position = 0
    while position < len(text):
        char = text[position]
        atom = _next(text, position, open_marks) if char in MARKUP else Atom(char, Role.TEXT, char, char)
        if atom.role is Role.OPEN:
            open_marks.append(atom.source)
        elif atom.role is Role.CLOSE and atom.source in open_marks:
            open_marks.remove(atom.source)
        result.append(atom)
        position += len(atom.source)
    return result


def _next(text: str, position: int, open_marks: list[str]) -> Atom:
    for pattern, role, visible in PATTERNS:
        if match := pattern.match(text, position):
            return Atom(match[0], role, visible or match[0][-1], visible or match[0][-1])
    if note := NOTE.match(text, position):
        return Atom(note[0], Role.NOTE)
    char = text[position]
    if char in "[!^" and (whole := bracketed(text, position)):
        return whole
    if tag := TAG.match(text, position):
        return Atom(tag[0], Role.OBJECT)
    if mark := EMPHASIS.match(text, position):
        return _emphasis(text, mark, open_marks)
    return Atom(char, Role.TEXT, char, char)


PATTERNS = (
    (HARD, Role.HARD, "\n"),
    (ESCAPE, Role.OBJECT, ""),
    (SOFT, Role.SOFT, " "),
    (SPACE, Role.SPACE, " "),
    (CODE, Role.OBJECT, OBJECT),
    (MATH, Role.OBJECT, OBJECT),
)


def _emphasis(text: str, mark: re.Match[str], open_marks: list[str]) -> Atom:
    """`*`, `_`, `~~` by what stands on both sides (pandoc's manual, Emphasis); what is neither is a character."""
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    opens, closes = bool(after.strip()), bool(before.strip())
    if mark[0][0] == "_" and before.isalnum() and after.isalnum():
        opens = closes = False
    if closes and (mark[0] in open_marks or not opens):
        return Atom(mark[0], Role.CLOSE)
    if opens:
        return Atom(mark[0], Role.OPEN)
    return Atom(mark[0], Role.TEXT, mark[0][0], mark[0][0])


def bracketed(text: str, position: int) -> Atom | None:
    """A link, an image, a span, a citation, a note in the text or plain square brackets."""
    start = position + (text[position] in "!^")
    end = _closing(text, start)
    if end is None:
        return None
    inner = text[start + 1 : end - 1]
    if text[position] == "^":
        return Atom(text[position:end], Role.NOTE)
    tails = 0
    while tail := TAIL.match(text, end):
        end, tails = tail.end(), tails + 1
    whole = Atom(text[position:end], Role.OBJECT, OBJECT, OBJECT)
    if text[position] == "!" or OPAQUE.search(text[start:end]):
        return whole
    words = [atom for atom in atoms(inner) if not atom.transparent]
    if not words:
        return whole
    whole = replace(whole, first=words[0].first, last=words[-1].last)
    return whole if tails else _undecided(whole)


def _undecided(brackets: Atom) -> Atom:
    """Square brackets alone are a reference or themselves: unknown where that makes a difference."""
    return replace(
        brackets,
        first="" if is_chinese(brackets.first) else "[",
        last="" if is_chinese(brackets.last) else "]",
    )


def _closing(text: str, start: int) -> int | None:
    """The offset after the bracket that closes the one at `start`."""
    depth = 0
    for offset in _brackets(text, start):
        depth += 1 if text[offset] == "[" else -1
        if depth == 0:
            return offset + 1
    return None


def _brackets(text: str, start: int) -> Iterator[int]:
    position = start
    while position < len(text):
        skipped = ESCAPE.match(text, position) or CODE.match(text, position) or MATH.match(text, position)
        if skipped:
            position = skipped.end()
            continue
        if text[position] in "[]":
            yield position
        elif position == start:
            return
        position += 1
