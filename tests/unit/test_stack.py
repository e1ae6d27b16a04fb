"""Room for the frames of Python functions."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from banxin.stack import roomy


def deep(levels: int) -> float:
    """Seconds of the system for calls at so many levels of other calls."""
    if levels:
        return deep(levels - 1)
    begun = time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID)
    for _ in range(2000):
        leaf(1)
    return (time.clock_gettime_ns(time.CLOCK_PROCESS_CPUTIME_ID) - begun) / 1e9


def leaf(left: int) -> None:
    if left:
        leaf(left - 1)


def slowest() -> float:
    """At every depth up to that of two chunks, the dearest in relation to what is usual."""
    times = sorted(min(deep(levels) for _ in range(3)) for levels in range(20, 420))
    return times[-1] / times[len(times) // 2]


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="another Python keeps its frames otherwise")
def test_no_depth_is_dear() -> None:
    """Without room there is a depth at which calls take several times as long; with it there is none."""
    with ThreadPoolExecutor(1) as bare:  # this thread has been given room (conftest.py), that has none
        assert bare.submit(slowest).result() > 2 * roomy(slowest)


def test_it_gives_what_the_function_gives() -> None:
    assert roomy(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        roomy(divmod, 1, 0)
