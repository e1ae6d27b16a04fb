"""What can go wrong, and how it is told: a path, a line, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Level(StrEnum):
    """How grave a problem is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """Nothing to mend: what the author should know. `--strict` lets it pass."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words came from."""

    path: str
    """As the author would type it, relative to the book's folder."""
    line: int = 0
    """Counted from 1; 0 means the whole file."""
    column: int = 0
    """In characters, counted from 1; 0 means the whole line."""

    def __str__(self) -> str:
        numbers = [number for number in (self.line, self.column) if number]
        return ":".join([self.path, *map(str, numbers)])


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a book, told to its author."""

    place: Place
    message: str
    """What is wrong, in one clause."""
    hint: str = ""
    """What to do about it; may be empty."""
    level: Level = Level.ERROR
    excusable: bool = False
    """A fault that `--draft` turns into a warning and a visible mark (a missing image, say)."""
    code: str = ""
    """Of a fault of the manuscript: its row in the table of `banxin/lint/table.py`; empty: of settings and tools."""

    def __str__(self) -> str:
        code = f" [{self.code}]" if self.code else ""
        hint = f"\n  办法：{self.hint}" if self.hint else ""
        return f"{self.place}: {WORDS[self.level]}：{self.message}{code}{hint}"


WORDS = {Level.ERROR: "错误", Level.WARNING: "警告", Level.NOTE: "提示"}


@dataclass(eq=False)
class BanxinError(Exception):
    """The base of all errors of ours; holds every problem that one stage found, and the warnings of those before it."""

    problems: Sequence[Problem] = field(default_factory=tuple)
    exit_code = 1

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ManuscriptError(BanxinError):
    """The book is wrong: exit code 1."""

    exit_code = 1


class ConfigError(BanxinError):
    """book.yaml, a layout or the command line is wrong: exit code 2."""

    exit_code = 2


class ToolError(BanxinError):
    """A program, a library or a font is missing or fails: exit code 3."""

    exit_code = 3


def excused(problem: Problem) -> Problem:
    """In a draft, what the author may still mend is a warning."""
    return replace(problem, level=Level.WARNING) if problem.excusable else problem


def stop_on_errors(problems: Iterable[Problem], kind: type[BanxinError] = ManuscriptError) -> None:
    """Raise `kind` with all of `problems`, its warnings too, if there is an error among them."""
    problems = list(problems)
    if any(problem.level is Level.ERROR for problem in problems):
        raise kind(problems)


class Unusable(Exception):
    """Why a file that an author brings is not taken; whoever knows its place makes a Problem of it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Faults:
    """Lets work go on beside a failure, so that all failures are told at once."""

    def __init__(self) -> None:
        self.errors: list[BanxinError] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Keep an error for later."""
        try:
            yield
        except BanxinError as error:
            self.errors.append(error)

    def stop(self) -> None:
        """Raise what was kept as one error, of the gravest kind."""
        if self.errors:
            kind = type(max(self.errors, key=lambda error: error.exit_code))
            raise kind(list(dict.fromkeys(problem for error in self.errors for problem in error.problems)))


@contextmanager
def with_warnings(warnings: Sequence[Problem]) -> Iterator[None]:
    """Let an error of a later stage tell what earlier stages warned of: the author mends both in one go."""
    try:
        yield
    except BanxinError as error:
        told = {(problem.place, problem.message) for problem in error.problems}
        error.problems = [*(w for w in dict.fromkeys(warnings) if (w.place, w.message) not in told), *error.problems]
        raise
