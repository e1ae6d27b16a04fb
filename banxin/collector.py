"""Python's cycle collector, told when to rest."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """No search for cycles meanwhile: trees of words have none, and each search looks at every node of them."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def seldom() -> Iterator[None]:
    """Look for cyclic garbage seldom.

    A book is millions of objects that all live until its PDF is written: looking through them again and again finds
    nothing. Nothing is set aside (`gc.freeze`): what was would be looked at no more where many books are made.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(1_000_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
