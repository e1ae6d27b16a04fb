"""What a person sees of a build: a bar on a terminal, plain lines in a pipe, nothing with --quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from banxin.build import Silent, Watcher

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from banxin.sheets.tally import Work

SELDOM = 10.0
"""Seconds between two lines of a log about pages."""


class Lines:
    """A line for each stage, on stderr, for logs and pipes."""

    def __init__(self) -> None:
        self.started = self.said = monotonic()
        self.work: Work | None = None

    def stage(self, name: str) -> None:
        """Print the stage with the seconds so far, after what was laid out in the one before."""
        if self.work:
            self.say(f"　{summary(self.work)}")
            self.work = None
        self.say(name)

    def step(self, name: str) -> None:
        """Nothing: a log needs no chapters."""

    def laid(self, work: Work) -> None:
        """Now and then, where it takes long."""
        self.work = work
        if monotonic() - self.said > SELDOM:
            self.say(f"　{told(work)}")

    def say(self, line: str) -> None:
        self.said = monotonic()
        print(f"[{self.said - self.started:5.1f} s] {line}", file=sys.stderr, flush=True)


class Bars:
    """A line a stage with what it is at: the chapter, the page."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task: TaskID | None = None
        self.work: Work | None = None

    def stage(self, name: str) -> None:
        """End the stage before and begin the next."""
        self.end()
        self.task = self.progress.add_task(name, total=None, at="")

    def step(self, name: str) -> None:
        """Show where the stage is."""
        if self.task is not None:
            self.progress.update(self.task, at=name)

    def laid(self, work: Work) -> None:
        """Show how far the pages are."""
        self.work = work
        self.step(told(work))

    def end(self) -> None:
        """Tick the stage off; of pages, say how many they were."""
        if self.work:
            self.step(summary(self.work))
            self.work = None
        if self.task is not None:
            self.progress.update(self.task, total=1, completed=1)


def told(work: Work) -> str:
    """How far the pages are: what was done last, how much of all, how fast, how long still."""
    parts = [work.name]
    if work.total:
        parts += [f"{work.done}/{work.total}", f"{work.pages} 页", f"{work.rate:.1f} 页/秒"]
    if work.left is not None and work.left >= 1:
        parts.append(f"还要约 {_duration(work.left)}")
    return "，".join(filter(None, parts))


def summary(work: Work) -> str:
    """What was laid out, when all is done."""
    if not work.total:
        return "都是排过的，没有重排"
    return f"排了 {work.pages} 页，{work.rate:.1f} 页/秒"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} 秒" if seconds < 100 else f"{seconds / 60:.0f} 分钟"


@contextmanager
def watching(quiet: bool) -> Iterator[Watcher]:
    """The watcher for where the output goes."""
    if quiet:
        yield Silent()
        return
    from rich.console import Console  # takes longer to load than many a command to run
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines()
        return
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), TextColumn("[dim]{task.fields[at]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=False) as progress:
        watcher = Bars(progress)
        yield watcher
        watcher.end()
