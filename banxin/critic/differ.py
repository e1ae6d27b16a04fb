"""Two texts of one chapter -> the new one with CriticMarkup: taken, it is the new text; refused, it is the old one.

Blocks are paired as a review pairs paragraphs; in a pair words are compared, and what is code, a name of a note, the
target of a link or an attribute is one word. Marks that would not read back as they should are given up for a mark
around the whole block. Line ends that mean nothing to the book are the new text's, without marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from banxin import markdown, pandoc
from banxin.critic import marks
from banxin.errors import Place
from banxin.formatting import proof
from banxin.load import FRONT_MATTER
from banxin.review import align, words
from banxin.review.model import Turn, Unit, Word
from banxin.review.words import LETTER, WORD

FENCE = re.compile(r"[ >]*(`{3,}|~{3,})")
STRUCTURE = re.compile(r"[ >]*(`{3,}|~{3,}|:{3,}|\+-|<[a-zA-Z/!?]|\$\$|\|? *:?-{3,})", re.MULTILINE)
"""Blocks that marks inside would tear: code, fences of divs, grid tables, HTML, formulas; the line under a head."""
TOKEN = re.compile(
    r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)(?:\{[^}\n]*\})?|\\.|\[\^[^\]\s]+\]:?|\]\([^()\n]*\)|\]?\{[^{}\n]*\}|<[^<>\n]*>"
    rf"|\$[^$\n]+\$|@[\w:.-]+|\*+|_+|~~|{LETTER}+|[^\S\n]+|\n(?:[ >]+(?=\S))?|.",
    re.DOTALL,
)


def criticized(old: str, new: str, path: str) -> str:
    """The new text with marks for what it has and the old one has not, and the reverse.

    Args:
        path: its name, for messages of pandoc.

    Raises:
        ToolError: pandoc fails.
    """
    if old == new:
        return new
    pairs = _pairs(old, new)
    reflowed = _only_reflowed(pairs, path)
    text = "".join(_pair(*pair, pair in reflowed) for pair in pairs)
    old_again = "".join(b if (a, b) in reflowed else a for a, b in pairs)
    if marks.accepted(text) == new and marks.rejected(text) == old_again:
        return text
    return marks.removed(old) + marks.added(new)


def _pair(old: str, new: str, reflowed: bool) -> str:
    if old == new or reflowed:
        return new
    if old and new and not (STRUCTURE.match(old) or STRUCTURE.match(new)):
        text = _compared(old, new)
        if marks.accepted(text) == new and marks.rejected(text) == old:
            return text
    return marks.removed(old) + marks.added(new)


def _compared(old: str, new: str) -> str:
    text = ""
    waiting = ""
    for piece in words.compare(_tokens(old), _tokens(new)):
        said = "".join(word.text for word in piece.words)
        if piece.turn is Turn.OUT:
            waiting = said
            continue
        text += marks.replaced(waiting, said) if piece.turn is Turn.IN else marks.removed(waiting) + said
        waiting = ""
    return text + marks.removed(waiting)


def _tokens(text: str) -> list[Word]:
    return [Word(match[0]) for match in TOKEN.finditer(text)]


# Blocks ---------------------------------------------------------------------------------------------------------------


def _pairs(old: str, new: str) -> list[tuple[str, str]]:
    """Both texts in pieces that belong together; one of a pair may be empty."""
    before, after = list(blocks(old)), list(blocks(new))
    result: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            result += zip(before[i1:i2], after[j1:j2], strict=True)
            continue
        gone, come = before[i1:i2], after[j1:j2]
        for left, right in align.units(_units(gone), _units(come)):
            result += _apart("".join(gone[i] for i in left), "".join(come[j] for j in right))
    return result


def _apart(old: str, new: str) -> list[tuple[str, str]]:
    """A pair whose blank lines at the end differ, without them and they alone: they keep the next block apart."""
    bodies = old.rstrip("\n"), new.rstrip("\n")
    ends = old[len(bodies[0]) :], new[len(bodies[1]) :]
    return [(old, new)] if not all(bodies) or ends[0] == ends[1] else [bodies, ends]


def _units(texts: Sequence[str]) -> list[Unit]:
    return [
        Unit("", tuple(Word(match[1]) for match in WORD.finditer(text)), Place(""), bool(FENCE.match(text)))
        for text in texts
    ]


def blocks(text: str) -> Iterator[str]:
    """A chapter in pieces, each with the blank lines after it; joined they are the text."""
    front = FRONT_MATTER.match(text)
    start = front.end() if front else 0
    if front:
        yield front[0]
    cut = _Cutter()
    yield from cut.pieces(text[start:])


@dataclass(slots=True)
class _Cutter:
    """Cuts a text at its blank lines, but not in code."""

    fence: str = ""
    blank: bool = False

    def pieces(self, text: str) -> Iterator[str]:
        piece = ""
        for line in text.splitlines(keepends=True):
            if piece and self.begins(line):
                yield piece
                piece = ""
            piece += line
            self.see(line)
        if piece:
            yield piece

    def begins(self, line: str) -> bool:
        return not self.fence and self.blank and bool(line.strip())

    def see(self, line: str) -> None:
        found = FENCE.match(line)
        if found and not self.fence:
            self.fence = found[1]
        elif found and found[1].startswith(self.fence) and not line.strip(" >\n").strip(self.fence[0]):
            self.fence = ""
        self.blank = not line.strip()


def _only_reflowed(pairs: Sequence[tuple[str, str]], path: str) -> set[tuple[str, str]]:
    """The pairs that are the same to the book: other line ends, another spelling of the same markup."""
    asked = [
        (a, b) for a, b in dict.fromkeys(pairs) if a != b and a.strip() and "".join(a.split()) == "".join(b.split())
    ]
    if not asked:
        return set()
    outputs = pandoc.read_all([text for pair in asked for text in pair], markdown.READER)
    forms = [
        proof.forms_of(markdown.finish(output, text, path)[0])
        for output, text in zip(outputs, (text for pair in asked for text in pair), strict=True)
    ]
    return {pair for n, pair in enumerate(asked) if forms[2 * n] == forms[2 * n + 1]}


def by_line(old: str, new: str) -> str:
    """The same for a text that is no Markdown: whole lines."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    text = "".join(
        "".join(after[j1:j2])
        if tag == "equal"
        else marks.removed("".join(before[i1:i2])) + marks.added("".join(after[j1:j2]))
        for tag, i1, i2, j1, j2 in codes
    )
    if marks.accepted(text) == new and marks.rejected(text) == old:
        return text
    return marks.removed(old) + marks.added(new)
