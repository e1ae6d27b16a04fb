"""Runs: all peers on one book in turn, round after round; and what an author does with banxin all day."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from banxin import cache, validate
from tools.bench import books, peers
from tools.bench.books import Book
from tools.bench.peers import PEERS, Task
from tools.bench.process import Command, Cost, run

Say = Callable[[str], None]
ALL = ("pdf", "epub", "html")
EDITIONS = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", validate.VARIABLE: "off"}
"""As on an author's machine: Python programs are compiled once, not at every start. EPUBs are validated
when they stand: that is no part of making them.
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where there is room, how many cores there are, who hears how far it is."""

    scratch: Path
    jobs: int
    say: Say

    @contextmanager
    def room(self, book: Book) -> Iterator[Task]:
        """A run's own folder, empty, and gone afterwards."""
        folder = self.scratch / "run"
        folder.mkdir()
        try:
            yield Task(book, folder, self.jobs)
        finally:
            shutil.rmtree(folder)


# Peers ----------------------------------------------------------------------------------------------------------------


def race(bench: Bench, book: Book, names: Sequence[str], rounds: int) -> dict[str, Any]:
    """Each peer makes the PDF of a book, from nothing kept, in turn; every round begins with another one."""
    runs: dict[str, list[Cost]] = {name: [] for name in names}
    made: dict[str, Any] = {}
    for number in range(rounds):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            cost, made[name] = _print(bench, book, name)
            bench.say(f"{book.name} {PEERS[name].title} {number + 1}：{cost.seconds:.2f} 秒")
            runs[name].append(cost)
    return {name: {"runs": list(map(asdict, runs[name])), **made[name]} for name in names}


def _print(bench: Bench, book: Book, name: str) -> tuple[Cost, dict[str, int]]:
    with bench.room(book) as task:
        cost = run(PEERS[name].commands(task), task.scratch, _with_cache(task.scratch))
        (pdf,) = task.scratch.glob("*.pdf")
        return cost, {"pages": _pages(pdf), "bytes": pdf.stat().st_size}


def _with_cache(folder: Path) -> Mapping[str, str]:
    return {**os.environ, **COMPILED, cache.VARIABLE: str(folder / "cache")}


def _pages(path: Path) -> int:
    import pikepdf

    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


# Days -----------------------------------------------------------------------------------------------------------------

DAY: Mapping[str, str] = {
    "cold": "一本 PDF，从零开始",
    "same": "什么也没有改：PDF",
    "pdf": "改了一个词：PDF",
    "epub": "改了一个词：EPUB",
    "html": "改了一个词：网页",
    "only": "改了一个词，`--only` 那一章：PDF",
    "all": "三个版本 × 三种格式，从零开始",
}
"""What is done, in the order of the table."""


def day(bench: Bench, book: Book, rounds: int) -> dict[str, list[dict[str, float]]]:
    """What an author waits for. Each round begins with an empty cache, and changes another word every time."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in DAY}
    for number in range(rounds):
        with bench.room(book) as task:
            for name, cost in _day(task, number):
                found[name].append(asdict(cost))
                bench.say(f"{book.name} {DAY[name]} {number + 1}：{cost.seconds:.2f} 秒")
    return found


def _day(task: Task, number: int) -> Iterator[tuple[str, Cost]]:
    words = iter(range(number * 10, number * 10 + 10))
    chapter = task.book.middle

    def built(*more: str, kept: str = "kept", **asked: Sequence[str]) -> Cost:
        return _build(task, peers.build(task, *more, **asked), kept)

    yield "cold", built()
    yield "same", built()
    for name in ALL:
        built(formats=(name,))
        books.change(chapter, next(words))
        yield name, built(formats=(name,))
    built()
    books.change(chapter, next(words))
    yield "only", built("--only", chapter.name)
    yield "all", built(kept="new", formats=ALL, editions=EDITIONS)


def _build(task: Task, command: Command, kept: str) -> Cost:
    environment = {**os.environ, **COMPILED, cache.VARIABLE: str(task.scratch / kept)}
    return run([command], task.scratch, environment)
