"""A task: to read one book, or to make it in one edition and one format; and what came of it.

A task is done when its record says so: the record names the key of all that the task was made from, and the hash of
each output. The record is written after the outputs, whole or not at all, so a run that was killed at any moment leaves
only records that are true. A task that failed has none and is done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from banxin import cache, clock, records, resources, write
from banxin.errors import Level, Problem
from banxin.shelf import books

KIND = "shelf"
BROKEN = 70
"""The exit code of a fault of ours, as of the whole program."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is told to do."""

    book: str
    """Where the book is; absolute."""
    name: str
    """Of its folder of outputs."""
    out: str
    """Where the folders of all books are; absolute."""
    edition: str = ""
    """Empty: to read the book, which tells its editions, and all that is wrong with it in every one of them."""
    format: str = ""
    formats: tuple[str, ...] = ()
    """When reading: those that are wanted."""
    editions: tuple[str, ...] = ()
    """Those that are wanted: when reading, empty means all; else those that web editions link to."""
    profile: str = "screen"
    draft: bool = False
    strict: bool = False
    validated: bool = True
    """Whether epubcheck is asked."""
    date: str = ""
    """The book's."""
    epoch: str = ""
    """SOURCE_DATE_EPOCH where the shelf was begun."""
    program: str = ""
    """What `program` gave there."""
    jobs: int = 1

    @property
    def label(self) -> str:
        """What it is called in a log."""
        return f"{self.name} {self.edition} {self.format.upper()}" if self.edition else f"{self.name} 读稿"

    @property
    def folder(self) -> Path:
        """Where its outputs go."""
        return Path(self.out, self.name)

    @property
    def log(self) -> Path:
        """What it says."""
        name = f"{self.edition}-{self.format}" if self.edition else "read"
        return Path(self.out, books.LOGS, self.name, f"{name}.log")

    @property
    def record(self) -> Path:
        """What came of it."""
        return self.log.with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading a book tells."""

    title: str
    date: str
    editions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """A file that a task made."""

    path: str
    """Relative to the book's folder of outputs, with `/`."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task."""

    code: int = 0
    """An exit code, as of `build`."""
    key: str = ""
    """Of all that it was made from; empty: not to be taken again."""
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    pages: int = 0
    """Of a PDF."""
    tops: tuple[str, ...] = ()
    """The files and folders that a reader opens, relative to the book's folder of outputs."""
    outputs: tuple[Output, ...] = ()
    facts: Facts | None = None

    @property
    def errors(self) -> int:
        """How many."""
        return sum(problem.level is Level.ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many."""
        return sum(problem.level is Level.WARNING for problem in self.problems)


def program() -> str:
    """What makes books here: banxin, all layouts, the libraries beneath."""
    from banxin.sheets.ground import ground

    folder = resources.layouts_dir()
    layouts = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in layouts]
    return cache.key(KIND, named, [part for part in ground() if part and not Path(part).is_absolute()])


def key(task: Task) -> str:
    """The hash of all that a task is made from, wherever the book and its outputs lie."""
    facts = replace(task, book=Path(task.book).name, name="", out="", jobs=1, formats=())
    epoch = clock.epoch(task.date) if task.edition and not task.epoch else 0  # today, for a book without a date
    return cache.key(KIND, facts, books.contents(Path(task.book)), epoch)


def recall(task: Task) -> Outcome | None:
    """What came of a task, if it was done from the same and its outputs are still as it left them."""
    try:
        outcome = records.made(Outcome, json.loads(task.record.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return outcome if outcome.key == key(task) and _all_there(task, outcome) else None


def _all_there(task: Task, outcome: Outcome) -> bool:
    return all(hashed(task.folder / output.path) == output.sha256 for output in outcome.outputs)


def keep(task: Task, outcome: Outcome) -> None:
    """Note that a task is done."""
    task.record.parent.mkdir(parents=True, exist_ok=True)
    write.write_text(task.record, json.dumps(records.plain(outcome), ensure_ascii=False))


def forget(task: Task) -> None:
    """Note that a task is not done."""
    with suppress(OSError):
        task.record.unlink()


def outputs(folder: Path, tops: Iterable[str]) -> Iterator[Output]:
    """The files of some outputs."""
    for top in tops:
        place = folder / top
        files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        yield from (Output(path.relative_to(folder).as_posix(), hashed(path)) for path in files)


def hashed(path: Path) -> str:
    """The hash of a file; empty where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
