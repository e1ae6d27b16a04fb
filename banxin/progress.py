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


class Lines:
    """A line for each stage, on stderr, for logs and pipes."""

    def __init__(self) -> None:
        self.started = monotonic()

    def stage(self, name: str) -> None:
        """Print the stage with the seconds so far."""
        print(f"[{monotonic() - self.started:5.1f} s] {name}", file=sys.stderr, flush=True)

    def step(self, name: str) -> None:
        """Nothing: a log needs no pages."""


class Bars:
    """A line a stage with what it is at: the chapter, the page."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.task: TaskID | None = None

    def stage(self, name: str) -> None:
        """End the stage before and begin the next."""
        if self.task is not None:
            self.progress.update(self.task, total=1, completed=1)
        self.task = self.progress.add_task(name, total=None, at="")

    def step(self, name: str) -> None:
        """Show where the stage is."""
        if self.task is not None:
            at = f"第 {name} 页" if name.isdecimal() else name
            self.progress.update(self.task, at=at)


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
        if watcher.task is not None:
            progress.update(watcher.task, total=1, completed=1)
