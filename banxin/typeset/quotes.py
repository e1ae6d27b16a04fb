"""Quotation marks: paired by context, nested by depth, written as the region writes them.

GB/T 15834-2011 4.8 (“ ” outside, ‘ ’ inside); CLREQ 3.1.1 (「 」 outside, 『 』 inside in Taiwan and Hong Kong). ASCII
marks have no direction and authors mix all kinds, so a mark's own shape is only a hint; what stands on its two sides,
and whether a pair is open, decide. An apostrophe stays one: Children’s, I've, '90s; and so do feet and inches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from banxin import tree
from banxin.tree import Edit, Run
from banxin.typeset.chars import OPENING, STOPS, has_han, is_latin
from banxin.typeset.style import Complaint, Style

DOUBLE = '"＂“”'
SINGLE = "'‘’"
CORNER_OPEN, CORNER_CLOSE = "「『﹁﹃", "」』﹂﹄"
ALL = frozenset(DOUBLE + SINGLE + CORNER_OPEN + CORNER_CLOSE)
APOSTROPHE = "’"
SPACES = " \u3000\n\u2028"
DECADE = re.compile(r"\d0(?:s|年代)")
AFTER = f"{STOPS}…—）》〉】〗〕」』,.;:!?)]}}"
"""What follows a closing mark."""


class Role(Enum):
    """What a mark turned out to be."""

    OPEN = auto()
    CLOSE = auto()
    APOSTROPHE = auto()
    PRIME = auto()


@dataclass(slots=True)
class Mark:
    """One mark of a run."""

    offset: int
    char: str
    role: Role
    depth: int = 0
    alone: bool = False


def edits(run: Run, style: Style) -> Iterator[Edit]:
    """The marks of a run as the style writes them."""
    chinese = has_han(run.text)
    pairs = style.pairs if chinese else (("“", "”"), ("‘", "’"))
    for mark in parse(run.text):
        if mark.role is Role.PRIME:
            continue
        if mark.role is Role.APOSTROPHE:
            if chinese:  # the Han face's ’ is one em wide
                yield mark.offset, mark.offset + 1, [tree.span([tree.string(APOSTROPHE)], "latin")]
            elif mark.char != APOSTROPHE:
                yield mark.offset, mark.offset + 1, APOSTROPHE
            continue
        depth = mark.depth % 2
        if not chinese:
            depth = 1 if mark.char in SINGLE else 0
        new = pairs[depth][0 if mark.role is Role.OPEN else 1]
        if new != mark.char:
            yield mark.offset, mark.offset + 1, new


def complaints(run: Run) -> Iterator[Complaint]:
    """Marks without a partner. An opening “ or 「 at a paragraph's start may rightly lack one (CLREQ 3.1.1)."""
    if not has_han(run.text):
        return
    for mark in parse(run.text):
        if mark.alone and not (mark.offset == 0 and mark.char in "“「『"):
            near = run.text[max(0, mark.offset - 6) : mark.offset + 7].replace(tree.OBJECT, "").replace("\n", "")
            what = "前引号没有配对" if mark.role is Role.OPEN else "后引号没有配对"
            yield Complaint(run.line_at(mark.offset), f"{what}：…{near}…", "补上另一半，或删去它。", mark.offset)


def parse(text: str) -> list[Mark]:
    """Every quotation mark of a run with its role and depth (0 outside)."""
    if not any(char in ALL for char in text):
        return []
    marks: list[Mark] = []
    open_marks: list[Mark] = []
    for offset, char in enumerate(text):
        if char not in ALL:
            continue
        before = text[:offset].rstrip(tree.NOTE)[-1:]
        after = text[offset + 1 :].lstrip(tree.NOTE)[:1]
        mark = Mark(offset, char, _role(text, offset, before, after, open_marks))
        _place(mark, open_marks, before)
        marks.append(mark)
    for mark in open_marks:
        mark.alone = True
    return marks


def _place(mark: Mark, open_marks: list[Mark], before: str) -> None:
    """Put a mark on, or take its partner off, the stack of open ones."""
    if mark.role is Role.OPEN:
        if open_marks and _same(open_marks[-1].char, mark.char) and before in ":：" and mark.char not in CORNER_OPEN:
            open_marks.pop().alone = True  # a new speech begins: the one before was never closed
        mark.depth = len(open_marks)
        open_marks.append(mark)
    elif mark.role is Role.CLOSE:
        partner = next((i for i in range(len(open_marks) - 1, -1, -1) if _same(open_marks[i].char, mark.char)), None)
        if partner is None:
            mark.alone = True
            return
        for skipped in open_marks[partner + 1 :]:
            skipped.alone = True
        mark.depth = open_marks[partner].depth
        del open_marks[partner:]


def _family(char: str) -> str:
    if char in DOUBLE:
        return "double"
    if char in SINGLE:
        return "single"
    return "「" if char in "「」﹁﹂" else "『"


def _same(a: str, b: str) -> bool:
    return _family(a) == _family(b)


def _role(text: str, offset: int, before: str, after: str, open_marks: list[Mark]) -> Role:
    char = text[offset]
    if char in CORNER_OPEN + CORNER_CLOSE:
        return Role.OPEN if char in CORNER_OPEN else Role.CLOSE
    is_open = any(_same(mark.char, char) for mark in open_marks)
    if char in SINGLE and _is_apostrophe(char, before, text[offset + 1 :], is_open):
        return Role.APOSTROPHE
    if char in "'\"" and before.isdigit() and not is_open and _is_prime(text, offset, after):
        return Role.PRIME
    if is_open:
        deeper = char in "“‘" and not _same(open_marks[-1].char, char)
        return Role.OPEN if deeper or _begins_another(char, before, after) else Role.CLOSE
    return Role.CLOSE if _only_closes(text, offset, before, after) else Role.OPEN


def _is_apostrophe(char: str, before: str, rest: str, is_open: bool) -> bool:
    if (is_latin(before) or before.isdigit()) and is_latin(rest[:1]):
        return True
    if char == "‘":
        return False
    plural = is_latin(before) and not is_open
    return plural or DECADE.match(rest) is not None


def _is_prime(text: str, offset: int, after: str) -> bool:
    """5'10" and 27" in front of a space or at the end; never before Han, where a quotation may begin."""
    if text[offset] == "'":
        return after.isdigit()
    return "'" in text[max(0, offset - 4) : offset] or text[offset + 1 :].find('"') < 0 and after in (*SPACES, "")


def _begins_another(char: str, before: str, after: str) -> bool:
    """Inside an open pair of the same kind: the first mark of a new one?"""
    if after in (*SPACES, "") or after in AFTER:
        return False
    if before in ":：" and char not in "”’":
        return True
    return char in "“‘" and (before in OPENING or before in (*SPACES, "，。？！；：")) and before != ""


def _only_closes(text: str, offset: int, before: str, after: str) -> bool:
    """Nothing is open: is this a closing mark whose partner is missing?"""
    char = text[offset]
    starts = before in (*SPACES, "") or before in OPENING or before in ":："
    ends = after in (*SPACES, "") or after in AFTER
    if char in "”’" and not starts:
        rest = text[offset + 1 :]
        return not any(other in rest for other in DOUBLE) if char == "”" else True
    return ends and not starts
