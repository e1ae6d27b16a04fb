"""Rendering in several processes at once: a task is one edition in one format.

Only the parent writes, so whatever happens to a worker, nothing is half-written. Workers are started afresh (`spawn`):
a copy of a process that has threads (a progress bar, a preview) may hang.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from banxin import machine
from banxin.errors import Place, Problem, ToolError
from banxin.render import render

if TYPE_CHECKING:
    from banxin.book import Artifact
    from banxin.render.press import Press

Report = Callable[[str], None]
"""Hears the pages of a PDF."""
Result = Callable[[], "list[Artifact]"]
"""Waits for a task; raises what the task raised."""
Submit = Callable[[str, "Press"], Result]
"""Begins a task, where there are workers; else it is done when its result is asked for."""

LOST = "多半是内存不够：关掉别的程序，或用 --jobs 1，一样一样地排。原有的输出没有动。"

_parent: Connection
"""In a worker: where its pages are told. Messages are shorter than PIPE_BUF, so those of two workers never mix."""


@contextmanager
def workers(jobs: int, tasks: int, report: Report) -> Iterator[Submit]:
    """As many processes as there are tasks, `jobs` at most; none for one. All are gone at the end."""
    count = min(jobs, tasks)
    if count < 2:
        yield lambda name, press: partial(render, name, press, report)
        return
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    ours, theirs = context.Pipe(duplex=False)
    try:
        pool = ProcessPoolExecutor(count, context, _begin, (theirs,))
    except (OSError, ImportError):  # no shared memory here, as in some containers: one after the other, then
        ours.close()
        theirs.close()
        yield lambda name, press: partial(render, name, press, report)
        return
    listener = threading.Thread(target=_listen, args=(ours, report), daemon=True)
    listener.start()
    try:
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
        theirs.close()
        pool.shutdown(cancel_futures=True)
        listener.join()


def _submit(pool: ProcessPoolExecutor, name: str, press: Press) -> Result:
    """Begin a task. A worker is born with Ctrl-C blocked: it is the parent's to answer, which then ends the workers."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_render, name, press).result
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(ours: Connection, report: Report) -> None:
    """Pass on what the workers tell, until all of them have gone."""
    with ours, suppress(EOFError):
        while True:
            report(ours.recv())


def _begin(parent: Connection) -> None:
    """Make a worker ready. It ends with its parent, however that ends."""
    global _parent  # noqa: PLW0603 - a worker has one parent all its life
    _parent = parent
    threading.Thread(target=_follow_the_parent, daemon=True).start()
    machine.preload()


def _follow_the_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _render(name: str, press: Press) -> list[Artifact]:
    label = f"{press.edition.name} {name.upper()}"
    artifacts = render(name, press, lambda page: _parent.send(f"{label} 第 {page} 页"))
    _parent.send(label)
    return artifacts
