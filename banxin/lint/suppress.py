"""Comments in a manuscript that say where a rule does not count.

<!-- lint: off T012 -->     from here on; without codes, all of them
<!-- lint: on T012 -->      to here
<!-- lint: next T012 -->    the next line that is not blank
<!-- lint: file T012 -->    the whole file

A comment in code is no comment. Errors of the build are never silenced: a book with them cannot be made.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from banxin.config import LintSpec
from banxin.errors import Level, Place, Problem
from banxin.lint.table import BY_CODE
from banxin.nearest import nearest

COMMENT = re.compile(r"<!--\s*lint:\s*(?P<word>\S+)(?P<codes>[^>]*?)\s*-->")
FENCE = re.compile(r" {0,3}(?:> ?)*(`{3,}|~{3,})")
INLINE_CODE = re.compile(r"(`+)(?!`).*?[^`]\1(?!`)|(`+)[^`]\2(?!`)")
WORDS = ("off", "on", "next", "file")
END = (1 << 30, 0)


@dataclass(slots=True)
class Stretch:
    """Where a code, or all of them, does not count: from one place to another, (line, column)."""

    comment: tuple[int, int]
    code: str
    """Empty: all of them."""
    start: tuple[int, int]
    end: tuple[int, int] = END
    used: bool = False

    def holds(self, place: Place, code: str) -> bool:
        """Whether a fault stands in it."""
        at = (place.line, place.column)
        return self.code in ("", code) and self.start <= at < self.end


@dataclass(slots=True)
class Silence:
    """What the comments of one file say."""

    path: str
    stretches: list[Stretch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def covers(self, problem: Problem) -> bool:
        """Whether a comment silences a problem; the comment is then of use."""
        found = [one for one in self.stretches if problem.code and one.holds(problem.place, problem.code)]
        for one in found:
            one.used = True
        return bool(found)

    def unused(self, unasked: Container[str]) -> Iterator[Problem]:
        """Comments that silence nothing.

        Args:
            unasked: codes that were not looked for.
        """
        for one in self.stretches:
            if not one.used and one.code not in unasked:
                what = f"这里的 lint 注释没有挡住什么：{one.code or '全部'}"
                yield Problem(Place(self.path, *one.comment), what, "删去它。", Level.WARNING, code="T036")


def read(source: str, path: str) -> Silence:
    """The comments of a source."""
    silence = Silence(path)
    rows = source.split("\n")
    fence = ""
    for number, row in enumerate(rows, 1):
        found = FENCE.match(row)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence):
            fence = ""
        elif not fence and "<!--" in row:
            for match in COMMENT.finditer(INLINE_CODE.sub(lambda code: " " * len(code[0]), row)):
                _take(silence, match, number, rows)
    return silence


def _take(silence: Silence, match: re.Match[str], line: int, rows: Sequence[str]) -> None:
    at = (line, match.start() + 1)
    codes = [code for code in re.split(r"[\s,，、]+", match["codes"]) if code]
    word = match["word"]
    if faults := list(_faults(word, codes)):
        problems = [Problem(Place(silence.path, *at), *fault, Level.WARNING, code="T036") for fault in faults]
        silence.problems += problems
        return
    if word == "on":
        _close(silence, at, codes)
        return
    start, end = at, END
    if word == "file":
        start = (0, 0)
    elif word == "next":
        following = next((n for n in range(line + 1, len(rows) + 1) if rows[n - 1].strip()), line)
        start, end = (following, 0), (following + 1, 0)
    silence.stretches += [Stretch(at, code, start, end) for code in codes or [""]]


def _close(silence: Silence, at: tuple[int, int], codes: Sequence[str]) -> None:
    """End the stretches that are open; `on` without codes ends all."""
    for one in silence.stretches:
        if one.end == END and one.start != (0, 0) and (not codes or one.code in codes):
            one.end = at


def _faults(word: str, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    if word not in WORDS:
        near = nearest(word, list(WORDS))
        guess = f"是不是 {near}？" if near else ""
        yield f"看不懂的 lint 注释：{word}", f"{guess}可以写：{'、'.join(WORDS)}。"
        return
    for code in codes:
        if code not in BY_CODE:
            near = nearest(code, list(BY_CODE))
            guess = f"是不是 {near}？" if near else ""
            yield f"没有这条规则：{code}", f"{guess}全部的规则见 python build.py lint --rules。"


def silenced(problems: Iterable[Problem], silences: Mapping[str, Silence], spec: LintSpec) -> Iterator[Problem]:
    """What is left of some problems after the comments of their files and the book's settings.

    Errors stay errors: what stops a build is not for a comment to allow. Codes that the book calls errors become so.
    """
    for problem in problems:
        silence = silences.get(problem.place.path)
        own = problem.code in spec.error
        covered = silence.covers(problem) if silence else False
        if problem.level is not Level.ERROR and (covered or problem.code in spec.off):
            continue
        yield replace(problem, level=Level.ERROR) if own else problem
