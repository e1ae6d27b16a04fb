"""Work in several processes at once: the sheets of a PDF, an edition's EPUB or site.

Only the parent writes, so whatever happens to a worker, nothing is half-written. Workers are started afresh (`spawn`):
a copy of a process that has threads (a progress bar, a preview) may hang.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import Any

from banxin import machine
from banxin.errors import Place, Problem, ToolError
from banxin.stack import roomy

Wait = Callable[[], Any]
"""Waits for a task; raises what the task raised."""
Call = Callable[..., Wait]
"""Begins a task - a function and its arguments - where there are workers; else it is done when its result is asked
for."""

LOST = "多半是内存不够：关掉别的程序，或用 --jobs 1，一样一样地排。原有的输出没有动。"

PRESS = "banxin.sheets.ready"
"""What workers load before they are asked, where a PDF is made."""
FONTS = "FONTCONFIG_FILE"
"""Environment variable: the fonts of the book, which the parent may know only after its workers have started."""

here: Call = partial
"""Without workers."""


class Pool:
    """Workers: called, it begins a task.

    Args:
        jobs: how many there may be.
        ready: a module that each loads before it is asked.
    """

    def __init__(self, jobs: int, ready: str) -> None:
        self.jobs = jobs
        self.asked = False
        self._others = set(multiprocessing.active_children())
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (ready,))

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Wait:
        self.asked = True
        return self._submit(_do, os.environ.get(FONTS), function, *arguments).result

    def start(self, number: int) -> None:
        """Have so many processes: one is started for each task that finds none idle."""
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


@contextmanager
def workers(jobs: int, ready: str = "", first: int | None = None) -> Iterator[Call]:
    """As many processes as `jobs` says; none for one. All are gone at the end.

    Args:
        jobs: how many.
        ready: a module; named, the workers start now and load it meanwhile.
        first: how many of those start now; the others when there is work for them, or `all_of` is called. None: all.
    """
    if jobs < 2:
        yield here
        return
    try:
        pool = Pool(jobs, ready)
    except (OSError, ImportError):  # no shared memory here, as in some containers: one after the other, then
        yield here
        return
    try:
        if ready:
            pool.start(jobs if first is None else first)
        yield pool
        if not pool.asked:  # what is still being loaded is not waited for
            pool.stop()
    except BrokenProcessPool as error:
        pool.stop()
        raise ToolError([Problem(Place("banxin"), "排书的一个进程被系统结束了", LOST)]) from error
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.close()


def all_of(call: Call) -> None:
    """Have all workers that there may be: there is work for them."""
    if isinstance(call, Pool):
        call.start(call.jobs)


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


def _follow_the_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _do(fonts: str | None, function: Callable[..., Any], *arguments: Any) -> Any:
    if fonts is not None:
        os.environ[FONTS] = fonts
    return roomy(function, *arguments)
