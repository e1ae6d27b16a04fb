"""The processes behind `banxin/workers.py`: what starts them, asks them and ends them.

In a file of its own, because what it needs of Python takes as long to load as a tenth of a book that did not change.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, suppress
from importlib import import_module
from typing import Any

from banxin import machine
from banxin.stack import roomy
from banxin.workers import FONTS, PRESS, Wait

WORTH = 3
"""Tasks that wait for one worker: those of a book take longer, then, than another worker takes to start."""


class Pool:
    """Workers: called, it begins a task.

    Args:
        jobs: how many there may be.
        ready: a module that each loads before it is asked.
        first: how many there are until more tasks wait than that are WORTH it.
    """

    def __init__(self, jobs: int, ready: str, first: int) -> None:
        self.jobs = jobs
        self.asked = False
        self._others = set(multiprocessing.active_children())
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (ready,))
        self._pool._max_workers = first  # type: ignore[attr-defined]
        self._waiting: list[Future[Any]] = []

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Wait:
        self.asked = True
        self._waiting = [each for each in self._waiting if not each.done()]
        if len(self._waiting) >= WORTH:
            self._pool._max_workers = self.jobs  # type: ignore[attr-defined]
        self._waiting.append(self._submit(_do, os.environ.get(FONTS), function, *arguments))
        return self._waiting[-1].result

    def start(self, number: int) -> None:
        """Have so many processes: one is started for each task that finds none idle."""
        self._pool._max_workers = max(self._pool._max_workers, number)  # type: ignore[attr-defined]
        for _ in range(min(number, self.jobs) - len(self._pool._processes)):
            self._submit(os.getpid)

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """A worker is born with Ctrl-C blocked: it is the parent's to answer, which then ends the workers."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self._pool.submit(function, *arguments)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def stop(self) -> None:
        """End all processes in the middle of what they do."""
        for process in set(multiprocessing.active_children()) - self._others:
            process.terminate()
        # Before Python 3.11.5 the pool waits for ever to hand a task to a worker that is gone (CPython gh-94777).
        with suppress(AttributeError, OSError):
            self._pool._call_queue._reader.close()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Wait for all processes to end."""
        self._pool.shutdown(cancel_futures=True)


_life = ExitStack()
"""What holds as long as a worker lives."""


def _begin(ready: str) -> None:
    """Make a worker ready. It ends with its parent, however that ends."""
    threading.Thread(target=_follow_the_parent, daemon=True).start()
    atexit.register(os._exit, 0)  # freeing millions of objects one by one would take .4 s
    machine.preload()
    if ready:
        import_module(ready)
        from banxin.compose.speed import fast

        _life.enter_context(fast(["collector"]))
    if ready == PRESS:
        from banxin.sheets.lay import foresee

        foresee()


def _follow_the_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _do(fonts: str | None, function: Callable[..., Any], *arguments: Any) -> Any:
    if fonts is not None:
        os.environ[FONTS] = fonts
    return roomy(function, *arguments)
