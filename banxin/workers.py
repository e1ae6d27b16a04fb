"""Work in several processes at once: the sheets of a PDF, an edition's EPUB or site.

Only the parent writes, so whatever happens to a worker, nothing is half-written. Workers are started afresh (`spawn`):
a copy of a process that has threads (a progress bar, a preview) may hang.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from banxin.errors import Place, Problem, ToolError

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


@contextmanager
def workers(jobs: int, ready: str = "", first: int | None = None) -> Iterator[Call]:
    """As many processes as `jobs` says; none for one. All are gone at the end.

    Args:
        jobs: how many.
        ready: a module; named, the workers start now and load it meanwhile.
        first: how many of those start now; the others when enough work waits, or `all_of` is called. None: all.
    """
    if jobs < 2:
        yield here
        return
    from concurrent.futures.process import BrokenProcessPool

    from banxin.pool import Pool  # who works alone need not load it

    first = jobs if first is None else first
    try:
        pool = Pool(jobs, ready, first if ready else jobs)
    except (OSError, ImportError):  # no shared memory here, as in some containers: one after the other, then
        yield here
        return
    try:
        if ready:
            pool.start(first)
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
    if call is here:
        return
    from banxin.pool import Pool

    if isinstance(call, Pool):
        call.start(call.jobs)
