"""A shelf from beginning to end: hands its tasks to a pool, gathers what comes of them, writes the summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from banxin import cache, machine, write
from banxin.errors import BanxinError, Place, Problem, ToolError
from banxin.render import RENDERERS
from banxin.shelf import books, page, pools, task
from banxin.shelf.task import BROKEN, Outcome, Task

Say = Callable[[str], None]
"""Hears one line for each task that is done."""
LONGEST_FIRST = ("pdf", "epub", "html")
"""What takes longest is begun first: the pool is busy to the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the editor asks for."""

    shelf: Path
    formats: tuple[str, ...] = tuple(RENDERERS)
    editions: tuple[str, ...] = ()
    """Empty: of each book its own language, and every edition that its book.yaml declares."""
    out: Path = Path("dist")
    profile: str = "screen"
    draft: bool = False
    strict: bool = False
    validated: bool = True
    """Whether epubcheck is asked."""
    jobs: int = 2
    scheduler: str = ""
    """The address of a Dask scheduler; empty: this machine."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One edition in one format."""

    task: Task
    outcome: Outcome
    kept: bool
    """It was done by an earlier run."""


@dataclass(slots=True)
class Row:
    """One book."""

    name: str
    path: Path
    reading: Cell | None = None
    """None: the run was stopped before."""
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    """By edition and format; those that are missing were not begun."""

    def outcomes(self) -> Iterator[Outcome]:
        """Of all its tasks."""
        for cell in filter(None, (self.reading, *self.cells.values())):
            yield cell.outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a shelf."""

    rows: tuple[Row, ...]
    code: int
    """0, or the gravest exit code of a task."""
    written: tuple[Path, ...]
    """The summary."""


def build(order: Order, say: Say = lambda _: None) -> Result:
    """Build every book of a shelf in every edition and format; what an earlier run did from the same is not done again.

    What is wrong with one book, or befalls one task, stops no other; it is in the result and on the page.

    Raises:
        ConfigError: there is no shelf.
        ToolError: the libraries of the system, Dask or its scheduler are missing; the summary cannot be written.
    """
    found = books.find(order.shelf, order.out)
    names = books.names(order.shelf, found)
    machine.preload()
    run = _Run(order, {book: Row(names[book], book) for book in found}, say)
    try:
        with _pool(order) as submit:
            run.go(submit)
    finally:  # also when it is stopped: the page says how far it came
        rows = tuple(run.rows.values())
        written = write.write(page.artifacts(rows, order.out), order.out)
    cache.trim(now=True)
    code = max((outcome.code for row in rows for outcome in row.outcomes()), default=0)
    return Result(rows, code, tuple(written))


def _pool(order: Order) -> AbstractContextManager[pools.Submit]:
    return pools.cluster(order.scheduler) if order.scheduler else pools.local(order.jobs)


class _Run:
    """Hands out and gathers."""

    def __init__(self, order: Order, rows: Mapping[Path, Row], say: Say) -> None:
        self.order, self.rows, self.say = order, rows, say
        self.waiting: dict[Any, tuple[Row, Task]] = {}
        """By the future of each task that is begun."""
        self.known = self.done = 0
        """How many tasks there are as far as is known, and are done."""

    def go(self, submit: pools.Submit) -> None:
        """Do all tasks: first each book is read, which tells what else there is to do."""
        first = self.first()
        for row in self.rows.values():
            self.begin(row, replace(first, book=str(row.path.resolve()), name=row.name), submit)
        while self.waiting:
            for future in wait(self.waiting, return_when=FIRST_COMPLETED).done:
                row, one = self.waiting.pop(future)
                self.gather(row, Cell(one, _outcome(future, one), kept=False), submit)

    def first(self) -> Task:
        """What all tasks share."""
        order = self.order
        return Task(
            book="",
            name="",
            out=str(order.out.resolve()),
            formats=order.formats,
            editions=order.editions,
            profile=order.profile,
            draft=order.draft,
            strict=order.strict,
            validated=order.validated,
            epoch=os.environ.get("SOURCE_DATE_EPOCH", ""),
            program=task.program(),
        )

    def begin(self, row: Row, one: Task, submit: pools.Submit) -> None:
        """Begin a task, unless it is done."""
        self.known += 1
        known = task.recall(one)
        if known:
            self.gather(row, Cell(one, known, kept=True), submit)
        else:
            self.waiting[submit(one)] = row, one

    def gather(self, row: Row, cell: Cell, submit: pools.Submit) -> None:
        """Take what came of a task; a book that is read is made."""
        self.done += 1
        one, outcome = cell.task, cell.outcome
        if one.edition:
            row.cells[one.edition, one.format] = cell
        else:
            row.reading = cell
        self.say(f"[{self.done}/{self.known}] {one.label}：{_told(cell)}")
        if not one.edition:
            self.plan(row, one, outcome, submit)

    def plan(self, row: Row, one: Task, outcome: Outcome, submit: pools.Submit) -> None:
        """Begin what a book that was read is to be made into."""
        if outcome.facts is None:
            return
        editions = outcome.facts.editions
        formats = sorted(one.formats, key=LONGEST_FIRST.index)
        idle = self.order.jobs // (len(self.waiting) + len(editions) * len(formats))  # of the last book's tasks
        one = replace(one, editions=editions, date=outcome.facts.date, formats=(), jobs=max(1, idle))
        for format in formats:
            for edition in editions:
                self.begin(row, replace(one, edition=edition, format=format), submit)


def _told(cell: Cell) -> str:
    outcome = cell.outcome
    if outcome.code:
        return f"没有做成，{outcome.errors} 个错误"
    words = ["没有变" if cell.kept else "做好了"]
    words += [f"{outcome.pages} 页"] * bool(outcome.pages) + [f"{outcome.warnings} 条警告"] * bool(outcome.warnings)
    return "，".join(words) + ("" if cell.kept else f"（{outcome.seconds:.1f} 秒）")


def _outcome(future: Any, one: Task) -> Outcome:
    """What came of a task; what befell its pool is told as what befell the task."""
    try:
        outcome: Outcome = future.result()
    except BanxinError as error:
        return Outcome(error.exit_code, problems=tuple(error.problems))
    except ImportError as error:
        hint = "在每台工作机上装同一版的版心（pip install 'banxin[cluster]'），再启动 dask worker。"
        problem = Problem(Place(one.name), f"工作机上没有版心：{error}", hint)
        return Outcome(ToolError.exit_code, problems=(problem,))
    except (Exception, CancelledError) as error:
        hint = f"看集群和 {one.log}；再运行一次，做好的不会再做。"
        problem = Problem(Place(one.name), f"这一件没有做完：{type(error).__name__}：{error}", hint)
        return Outcome(BROKEN, problems=(problem,))
    return outcome
