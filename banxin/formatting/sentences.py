"""Where sentences end, and a paragraph's source with one sentence a line.

Chinese ends: 。！？…… and the closing quotes and brackets after them (GB/T 15834-2011, 4.1 to 4.3 and 4.8 to 4.11).
Western ends: . ! ? before a space and a capital letter, and not after an abbreviation, a single letter or a figure.
A mark inside brackets or a title (《怎么办？》), or inside words quoted in mid-sentence, ends no sentence of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from banxin.formatting.atoms import Atom, Role, atoms
from banxin.typeset.chars import CLOSING, OPENING, has_han, is_chinese, is_han

CHINESE_ENDS = "。！？…⋯"
WESTERN_ENDS = ".!?"
ENDS = CHINESE_ENDS + WESTERN_ENDS
PAIRS = {**dict(zip(OPENING, CLOSING, strict=True)), "(": ")", '"': '"'}
CLOSERS = frozenset(PAIRS.values()) | {"'"}
QUOTES = frozenset('「『“‘"')
TITLES = "》〉"
GOES_ON = frozenset("，、；：,;:—～-–")
"""No line begins with these: the sentence goes on."""
ABBREVIATION = re.compile(
    r"mrs?|ms|dr|prof|rev|hon|st|[sj]r|vs|etc|al|cf|eds?|vols?|figs?|eq|ch|sec|pp|ca|approx|dept|est|inc|ltd|co|corp|"
    r"univ|trans|repr|viz|op|cit|ibid|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"[a-z]|.*\.[a-z]|.*\d",  # an initial, `U.S`, a figure
    re.IGNORECASE,
)
BLOCK = re.compile(
    r"[-+*:~|>=#][\s|>=#]|[>|]|#|`{3}|~{3}|:{3}|\(?(?:\d+|[A-Za-z]|[ivxlIVXL]+|#|@\S*)[.)]\s|[-=+:| ]+$|"
    r"\[[^\]]*\]:|\\begin|Table:|[<@]",
    re.MULTILINE,
)
"""Words that would begin something else than a line of a paragraph (pandoc's manual), had they a line of their own."""
PLAIN = re.compile(r"[^\W_]|[.)]")
"""Characters between which a space is a space to every text rule."""
FEWEST = 2
"""Characters of a sentence that …… may end: “我……我不去” is one."""


def one_a_line(text: str) -> str:
    """The source of a paragraph, with its own line ends undone and one sentence a line.

    A line end that is no plain gap to the text rules stays where it is, and so do those that the author asked for.
    """
    return _Splitter(_joined(atoms(text))).text()


@dataclass(slots=True)
class _Frame:
    """A quotation or a bracket that is open."""

    closing: str
    inside: bool
    """Words of the sentence stand before it: what it holds is part of the sentence, with its own marks."""
    quote: bool


def _ends(atom: Atom) -> bool:
    """Whether an atom is the end of a sentence, or words (a link, say) with one at their end."""
    return atom.last in (ENDS if atom.role is Role.TEXT else CHINESE_ENDS) and atom.last != ""


def _joined(source: Sequence[Atom]) -> list[Atom]:
    """Without the line ends that mean nothing, or no more than a space."""
    han = any(has_han(atom.source) for atom in source)
    result: list[Atom] = []
    for i, atom in enumerate(source):
        if atom.role is not Role.SOFT:
            result.append(atom)
            continue
        gap = _gap(_before(source, i), _after(source, i + 1), han)
        if gap is None:
            result.append(replace(atom, source="\n"))
        elif gap:
            result.append(Atom(" ", Role.SPACE, " ", " "))
    return result


def _gap(before: str, after: str, han: bool) -> str | None:
    """What a line end between two characters is to the text rules: nothing, a space, or not surely either."""
    if han and (is_chinese(before) or is_chinese(after)):
        return ""
    if PLAIN.match(before) and PLAIN.match(after):
        return " "
    return None if han or not (before and after) else " "


def _before(source: Sequence[Atom], i: int) -> str:
    """The character that the rules see before an atom."""
    return next((atom.last for atom in reversed(source[:i]) if not atom.transparent), "")


def _after(source: Sequence[Atom], i: int) -> str:
    return next((atom.first for atom in source[i:] if not atom.transparent), "")


class _Splitter:
    """Walks the atoms of one paragraph and ends lines after its sentences."""

    def __init__(self, source: list[Atom]) -> None:
        self.atoms = source
        self.han = any(has_han(atom.source) for atom in source)
        self.frames: list[_Frame] = []
        self.words = 0
        """Characters of the sentence so far."""

    def text(self) -> str:
        result: list[str] = []
        i = 0
        while i < len(self.atoms):
            atom = self.atoms[i]
            if not _ends(atom):
                self.look(i)
                result.append(atom.source)
                i += 1
                continue
            end, part = self.past_end(i)
            result += [one.source for one in self.atoms[i:end]]
            gap = self.line_end(i, end, part)
            if gap is not None:
                result.append("\n")
                self.words = 0
            i = end + (gap or 0)
        return "".join(result)

    def look(self, i: int) -> None:
        """Note what an atom opens or closes."""
        atom = self.atoms[i]
        if atom.role in (Role.HARD, Role.SOFT):
            self.words = 0
        elif atom.role is Role.OBJECT or atom.source.isalnum():
            self.words += len(atom.source)
        elif atom.role is Role.TEXT and not (atom.source in CLOSERS and self.close(atom.source)):
            self.open(i)

    def open(self, i: int) -> None:
        closing = PAIRS.get(self.atoms[i].source)
        if closing and any(atom.source == closing for atom in self.atoms[i + 1 :]):
            before = _before(self.atoms, i)
            title = closing in TITLES
            self.frames.append(_Frame(closing, title or before.isalnum(), self.atoms[i].source in QUOTES))

    def close(self, char: str) -> _Frame | None:
        """Close the innermost quotation or bracket that this character closes, and those that it tears."""
        for depth in range(len(self.frames) - 1, -1, -1):
            if self.frames[depth].closing == char:
                frame = self.frames[depth]
                del self.frames[depth:]
                return frame
        return None

    def past_end(self, i: int) -> tuple[int, bool]:
        """The atom after an end, its closing marks, emphasis and notes; and whether it was only the end of a part."""
        part = False
        while i < len(self.atoms):
            atom = self.atoms[i]
            if _ends(atom):
                part = False
                self.words += len(atom.source) - 1
            elif atom.role is Role.TEXT and atom.source in CLOSERS:
                frame = self.close(atom.source)
                if frame is None and atom.source == '"':
                    break
                part = part or bool(frame and frame.inside)
            elif atom.role not in (Role.CLOSE, Role.NOTE):
                break
            i += 1
        return i, part

    def line_end(self, start: int, end: int, part: bool) -> int | None:
        """How many atoms (spaces) a line end after a sentence takes the place of; None: no line ends here."""
        marks = "".join(atom.last for atom in self.atoms[start:end])
        if part or self.words < 1 or not self.is_end(marks, start, end) or self.within():
            return None
        space = end < len(self.atoms) and self.atoms[end].role is Role.SPACE
        rest = self.atoms[end + space :]
        source = "".join(atom.source for atom in rest)
        if not any(char.isalnum() for char in source) or BLOCK.match(source) or _after(rest, 0) in GOES_ON:
            return None
        if rest[0].role in (Role.HARD, Role.SOFT):
            return None
        gap = _gap(_before(self.atoms, end), _after(rest, 0), self.han)
        return int(space) if gap == (" " if space else "") else None

    def within(self) -> bool:
        """Whether a title or a bracket is open that is part of a sentence."""
        return any(frame.inside and not frame.quote for frame in self.frames)

    def is_end(self, marks: str, start: int, end: int) -> bool:
        """Whether marks end a sentence of the language that they belong to."""
        chinese = [mark for mark in marks if mark in CHINESE_ENDS]
        if chinese:
            return self.words >= FEWEST or any(mark not in "…⋯" for mark in chinese)
        if end >= len(self.atoms) or self.atoms[end].role is not Role.SPACE:
            return False
        follows = next((a.first for a in self.atoms[end + 1 :] if not a.transparent and a.first not in PAIRS), "")
        if not (follows.isupper() or is_han(follows)):
            return False
        return marks[0] != "." or marks.startswith("..") or not self.is_short(start)

    def is_short(self, dot: int) -> bool:
        """Whether a full stop belongs to an abbreviation, an initial or a figure."""
        word = ""
        for atom in reversed(self.atoms[:dot]):
            if atom.role is not Role.TEXT or not (atom.source.isalnum() or atom.source == ".") or is_han(atom.source):
                break
            word = atom.source + word
        return ABBREVIATION.fullmatch(word) is not None
