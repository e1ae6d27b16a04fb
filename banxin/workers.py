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
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import Any

from banxin import machine
from banxin.errors import Place, Problem, ToolError

Wait = Callable[[], Any]
"""Waits for a task; raises what the task raised."""
Call = Callable[..., Wait]
"""Begins a task - a function and its arguments - where there are workers; else it is done when its result is asked
for."""

LOST = "多半是内存不够：关掉别的程序，或用 --jobs 1，一样一样地排。原有的输出没有动。"

FONTS = "FONTCONFIG_FILE"
"""Environment variable: the fonts of the book, which the parent may know only after its workers have started."""

here: Call = partial
"""Without workers."""


@contextmanager
def workers(jobs: int, ready: str = "") -> Iterator[Call]:
    """As many processes as `jobs` says; none for one. All are gone at the end.

    Args:
        jobs: how many.
        ready: a module; named, the workers start now and load it meanwhile.
    """
    if jobs < 2:
        yield here
        return
    others = set(multiprocessing.active_children())
    try:
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (ready,))
    except (OSError, ImportError):  # no shared memory here, as in some containers: one after the other, then
        yield here
        return
    try:
        for _ in range(jobs if ready else 0):  # a process is started for each task that finds none idle
            _submit(pool, os.getpid)
        yield partial(_submit, pool)
    except BaseException as error:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        # Before Python 3.11.5 the pool waits for ever to hand a task to a worker that is gone (CPython gh-94777).
        with suppress(AttributeError, OSError):
            pool._call_queue._reader.close()  # type: ignore[attr-defined]
        if isinstance(error, BrokenProcessPool):
            raise ToolError([Problem(Place("banxin"), "排书的一个进程被系统结束了", LOST)]) from error
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def sparing(call: Call) -> Call:
    """As `call`, but what is alone is done here: a worker takes longer to load than one chapter to lay out."""
    return _Sparing(call)


class _Sparing:
    """Keeps a task until there is another, or until its result is asked for."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.lone: _Lone | None = None

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Wait:
        if self.lone is None or self.lone.done:
            self.lone = _Lone(partial(function, *arguments))
            return self.lone
        if self.lone.wait is None:
            self.lone.wait = self.call(self.lone.task)
        return self.call(function, *arguments)


class _Lone:
    """A task that is done here unless it was handed on."""

    def __init__(self, task: Callable[[], Any]) -> None:
        self.task = task
        self.wait: Wait | None = None
        self.done = False

    def __call__(self) -> Any:
        if self.wait is not None:
            return self.wait()
        self.done = True
        return self.task()


def _submit(pool: ProcessPoolExecutor, function: Callable[..., Any], *arguments: Any) -> Wait:
    """Begin a task. A worker is born with Ctrl-C blocked: it is the parent's to answer, which then ends the workers."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_do, os.environ.get(FONTS), function, *arguments).result
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
    return function(*arguments)
