"""Where CriticMarkup stands in a text. What is code, a comment of HTML or escaped (`\\{++`) is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from banxin.errors import Place, Problem


class Kind(StrEnum):
    """What a mark asks for."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    COMMENT = "comment"
    HIGHLIGHT = "highlight"


MARKS: Mapping[str, tuple[str, Kind]] = {
    "{++": ("++}", Kind.ADD),
    "{--": ("--}", Kind.REMOVE),
    "{~~": ("~~}", Kind.REPLACE),
    "{>>": ("<<}", Kind.COMMENT),
    "{==": ("==}", Kind.HIGHLIGHT),
}
"""How each kind begins and ends."""
ARROW = "~>"
OPENING = re.compile("|".join(map(re.escape, MARKS)))
SCAN = re.compile(
    r"(?P<skip>^[ >\t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?^[ >\t]*(?P=fence)[`~]*[ \t]*$|.*\Z)"
    r"|\\[\\`{]|<!--.*?-->|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<open>\{\+\+|\{--|\{~~|\{>>|\{==)|(?P<end>\+\+\}|--\}|~~\}|<<\}|==\})",
    re.DOTALL | re.MULTILINE,
)
"""What holds no marks, a beginning, an end."""
SHOWN = 12
"""Characters of a mark that a message quotes."""
HINT = "写全一对：{++加++}、{--删--}、{~~旧~>新~~}、{>>批注<<}、{==标出==}；要印出花括号，写 \\{++，或放进代码里。"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark."""

    kind: Kind
    start: int
    """The offset of its first brace."""
    end: int
    """The offset after its last."""
    old: str
    """What stands there if it is refused."""
    new: str
    """What stands there if it is taken."""
    line: int
    words: str = ""
    """Of a comment."""

    @property
    def changes(self) -> bool:
        """Whether there is something to take or refuse."""
        return self.kind in (Kind.ADD, Kind.REMOVE, Kind.REPLACE)


def has_marks(text: str) -> bool:
    """Whether there may be some."""
    return OPENING.search(text) is not None


def read(text: str, path: str) -> tuple[list[Mark], list[Problem]]:
    """The marks of a text in order, and what is wrong with them: not ended, without beginning, one in another."""
    marks: list[Mark] = []
    problems: list[Problem] = []
    if not has_marks(text):
        return marks, problems
    position = 0
    while found := SCAN.search(text, position):
        position = found.end()
        place = Place(path, text.count("\n", 0, found.start()) + 1)
        if found["end"]:
            problems.append(Problem(place, f"修改标记 {found[0]} 没有开头", HINT, code="T066"))
        elif found["open"]:
            one = _mark(text, found.start(), place)
            if isinstance(one, Problem):
                problems.append(one)
                continue
            marks.append(one)
            position = one.end
    return marks, problems


def _mark(text: str, start: int, place: Place) -> Mark | Problem:
    opening = text[start : start + 3]
    ending, kind = MARKS[opening]
    end = text.find(ending, start + 3)
    shown = text[start : start + SHOWN].replace("\n", "↵")
    if end < 0:
        return Problem(place, f"修改标记没有结束：{shown}", HINT, code="T066")
    inner = text[start + 3 : end]
    if OPENING.search(inner):
        return Problem(place, f"修改标记套在修改标记里：{shown}", "先了结一处，或把两处分开写。", code="T066")
    if kind is Kind.REPLACE and ARROW not in inner:
        return Problem(place, f"修改标记里没有 ~>：{shown}", "写成 {~~旧~>新~~}。", code="T066")
    old, new = _both(kind, inner)
    words = inner if kind is Kind.COMMENT else ""
    return Mark(kind, start, end + len(ending), old, new, place.line, words)


def _both(kind: Kind, inner: str) -> tuple[str, str]:
    """What stands there before, and after."""
    if kind is Kind.REPLACE:
        old, _, new = inner.partition(ARROW)
        return old, new
    return {
        Kind.ADD: ("", inner),
        Kind.REMOVE: (inner, ""),
        Kind.COMMENT: ("", ""),
        Kind.HIGHLIGHT: (inner, inner),
    }[kind]


def resolved(text: str, marks: list[Mark], become: Callable[[int, Mark], str | None]) -> str:
    """A text with something in place of its marks; None leaves a mark as it is. Marks are counted from 0."""
    return "".join(_pieces(text, marks, become))


def _pieces(text: str, marks: list[Mark], become: Callable[[int, Mark], str | None]) -> Iterator[str]:
    position = 0
    for n, mark in enumerate(marks):
        new = become(n, mark)
        if new is None:
            continue
        yield text[position : mark.start]
        yield new
        position = mark.end
    yield text[position:]


def accepted(text: str) -> str:
    """A text with every change taken."""
    return resolved(text, read(text, "")[0], lambda _, mark: mark.new)


def rejected(text: str) -> str:
    """A text with every change refused."""
    return resolved(text, read(text, "")[0], lambda _, mark: mark.old)


# Writing --------------------------------------------------------------------------------------------------------------

SPLITS = re.compile("|".join(map(re.escape, [*MARKS, *(end for end, _ in MARKS.values()), ARROW])))


def added(text: str) -> str:
    """Marks that put a text in."""
    return _wrapped("{++", "++}", text)


def removed(text: str) -> str:
    """Marks that take a text out."""
    return _wrapped("{--", "--}", text)


def replaced(old: str, new: str) -> str:
    """Marks that put one text in place of another."""
    if not old or not new:
        return removed(old) + added(new)
    if SPLITS.search(old + "\0" + new) or old.endswith("~") or new.startswith(">") or new.endswith("~"):
        return removed(old) + added(new)
    if old.startswith(">") or "\n" in old + new:
        return removed(old) + added(new)
    return f"{{~~{old}{ARROW}{new}~~}}"


def comment(words: str) -> str:
    """A comment; what would end it is taken apart."""
    return "{>>" + SPLITS.sub(lambda found: f"{found[0][0]} {found[0][1:]}", words) + "<<}" if words else ""


def _wrapped(opening: str, ending: str, text: str) -> str:
    """A text in marks; what looks like a mark in it is divided between two, so that none ends too early."""
    if not text:
        return ""
    pieces: list[str] = []
    position = 0
    while found := SPLITS.search(text, position):
        pieces.append(text[position : found.start() + 1])
        position = found.start() + 1
    pieces.append(text[position:])
    return "".join(opening + piece + ending for piece in pieces)
