"""Where the words of the parsed tree stand in the source, character by character.

Pandoc's reader of Markdown tells no positions. So the words of a run are followed through the source, from the line
where their block begins: a character of the run is the next one of the source, and what stands between two of them
must be markup (the same patterns as in `banxin/formatting/atoms.py`). A run whose words cannot be followed to their end
has no places: what is found in it is told by its line, and never mended.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass

from banxin import tree
from banxin.formatting.atoms import CODE, MATH, NOTE, TAG, bracketed

TRIES = 400
"""How many places are tried where a run may begin."""
STRETCH = re.compile(f"[^ \n{tree.OBJECT}{tree.NOTE}{tree.HARD}\xa0]+")
"""Characters that mostly stand in the source as they do in the run."""
ROW_END = re.compile(r"[ \t]*(?:\\)?\n[ \t>]*")
MARKUP = re.compile(
    r"\{(?:\+\+|--|~~|==)|(?:\+\+|--|~~|==)\}|~>|\\(?=[^\w\s])|[*_]+|~~?|\^(?!\[)|\[|\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\]\n]*\])?(?:\{[^}\n]*\})?|\{[^}\n]*\}|<!--.*?-->",
    re.DOTALL,
)
"""What may stand between two characters of a run: escapes, emphasis, the brackets and tails of links and spans."""
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9A-Fa-f]+|\w+);")
CITED = re.compile(r"@\w(?:[\w:.#$%&+?<>~/-]*\w)?|@\{[^}]*\}")
TAKEN_OUT = re.compile(r"\{--.*?--\}|\{>>.*?<<\}|\{~~.*?~>", re.DOTALL)
"""Of CriticMarkup: what an editor took out, and remarks."""
SPACES = re.compile(r"[ \t]+")


Step = tuple[int | None, int]


class Text:
    """A source, and where its lines begin."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.starts = [0, *(match.end() for match in re.finditer("\n", source))]

    def start_of(self, line: int) -> int:
        """The offset of a line (counted from 1)."""
        return self.starts[min(max(line, 1), len(self.starts)) - 1]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A run, and the offset in the source of each of its characters."""

    run: tree.Run
    offsets: tuple[int, ...] = ()
    """Empty: its words could not be followed."""

    def offset(self, at: int) -> int | None:
        """Where a character of the run stands in the source."""
        return self.offsets[at] if at < len(self.offsets) else None

    def span(self, start: int, end: int, source: str) -> tuple[int, int] | None:
        """Where a stretch of the run stands, if nothing but its own characters is in it there.

        An empty stretch stands before the character that follows it.
        """
        if end > len(self.offsets) or (start == end and start >= len(self.offsets)):
            return None
        first = self.offsets[start]
        last = self.offsets[end - 1] + 1 if end > start else first
        return (first, last) if source[first:last] == self.run.text[start:end] else None


class Follower:
    """Follows the runs of one chapter in the order of the tree."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.position = 0
        """After the last run that was followed."""

    def place(self, run: tree.Run) -> Placed:
        """The places of a run: not before its line, and after the run before it if that is possible."""
        line = self.text.start_of(run.line)
        for start in dict.fromkeys((max(line, self.position), line)):
            if offsets := self.found(run.text, start):
                self.position = offsets[-1] + 1
                return Placed(run, offsets)
        return Placed(run)

    def found(self, words: str, start: int) -> tuple[int, ...]:
        first = next((i for i, char in enumerate(words) if STRETCH.match(char)), None)
        if first is None:
            return ()
        source, limit = self.text.source, self._limit(start, words)
        for _ in range(TRIES):
            at = _first(source, words[first], start, limit)
            if at is None:
                return ()
            offsets = followed(words[first:], source, at)
            if offsets:
                return (*[at] * first, *offsets)
            start = at + 1
        return ()

    def _limit(self, start: int, words: str) -> int:
        """A run begins in the first few lines after the one where its block does (a caption is below its table)."""
        line = bisect_right(self.text.starts, start)
        return self.text.start_of(line + 12 + words.count(tree.SOFT)) + 1


def _first(source: str, char: str, start: int, limit: int) -> int | None:
    """Where a run may begin: its first character, or an entity or an escape of it."""
    found = [at for at in (source.find(char, start, limit), source.find("&", start, limit)) if at >= 0]
    return min(found) if found else None


def followed(words: str, source: str, start: int) -> tuple[int, ...]:
    """The offset of each character of some words in the source from `start` on; empty where they part."""
    offsets: list[int] = []
    at, position = 0, start
    while at < len(words):
        stretch = STRETCH.match(words, at)
        if stretch and source.startswith(stretch[0], position):
            offsets += range(position, position + len(stretch[0]))
            at, position = stretch.end(), position + len(stretch[0])
            continue
        step = _step(words[at], source, position)
        if step is None:
            return ()
        taken, ends = step
        if taken is not None:
            offsets.append(taken)
            at += 1
        position = ends
    return tuple(offsets)


def _step(char: str, source: str, at: int) -> Step | None:
    """One step through the source: where the character stands (None: this is markup before it) and what follows."""
    step = SPECIAL[char](source, at) if char in SPECIAL else _letter(char, source, at)
    if step is None and (match := TAG.match(source, at) or MARKUP.match(source, at)):
        return None, match.end()
    return step


def _letter(char: str, source: str, at: int) -> Step | None:
    if (entity := ENTITY.match(source, at)) and html.unescape(entity[0]) == char:
        return at, entity.end()
    if char == "\xa0" and source.startswith("\\ ", at):
        return at, at + 2
    return (at, at + len(char)) if source.startswith(char, at) else None


def _row_end(source: str, at: int) -> Step | None:
    return _taken(ROW_END, source, at)


def _space(source: str, at: int) -> Step | None:
    return _taken(SPACES, source, at)


def _taken(pattern: re.Pattern[str], source: str, at: int) -> Step | None:
    match = pattern.match(source, at)
    return (at, match.end()) if match else None


def _note(source: str, at: int) -> Step | None:
    return _taken(NOTE, source, at) or (_brackets(source, at) if source.startswith(("^[", "["), at) else None)


def _object(source: str, at: int) -> Step | None:
    """Code, a formula, a picture, a citation, a span that is passed over."""
    for pattern in (CODE, MATH, TAKEN_OUT, CITED, TAG):
        if found := _taken(pattern, source, at):
            return found
    return _brackets(source, at) if source.startswith(("[", "!["), at) else None


def _brackets(source: str, at: int) -> Step | None:
    """Brackets with their tails, in one paragraph."""
    end = source.find("\n\n", at)
    found = bracketed(source[at : end if end >= 0 else len(source)], 0)
    return (at, at + len(found.source)) if found else None


SPECIAL = {tree.OBJECT: _object, tree.NOTE: _note, tree.SOFT: _row_end, tree.HARD: _row_end, " ": _space}
"""What stands for a character of the run that is none of the source."""
