"""How far the laying out of a book is.

Only what is really laid out counts: what was kept from an earlier build is no work. Nothing is foretold but from what
was measured: the letters that are laid out so far, the time that they took, and the letters that wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from time import monotonic
from typing import Any

from banxin.sheets.data import Printed, Signature
from banxin.sheets.keep import Known
from banxin.workers import Wait

ENOUGH = 2
"""Signatures whose time is known before the time of others is told from it."""
HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Work:
    """What is done of one PDF, and what is known to wait."""

    name: str
    """What was done last: a chapter, or a step that comes after all of them."""
    done: int = 0
    """Signatures that were laid out."""
    total: int = 0
    """With those that are known to wait. It may grow: the contents are laid out again where numbers changed."""
    pages: int = 0
    """Pages of those that were laid out."""
    seconds: float = 0.0
    """From when the first was begun to when the last was done."""
    left: float | None = None
    """Seconds until all are laid out, at the rate so far; None: nobody knows."""
    printed: Printed | None = None
    """What is bound now, once it is all there."""

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds if self.seconds else 0.0


Report = Callable[[Work], None]


class Tally:
    """Counts as the work goes on."""

    def __init__(self, report: Report, clock: Callable[[], float] = monotonic) -> None:
        self.report, self.clock = report, clock
        self.started, self.seconds = clock(), 0.0
        self.done = self.total = self.pages = 0
        self.letters = self.waiting = 0
        """Letters of what is done; of what waits."""

    def counted(self, wait: Wait, signature: Signature) -> Wait:
        """The same, counted; called once."""
        if isinstance(wait, Known):
            return wait
        letters = len(signature.html)
        self.total += 1
        self.waiting += letters

        def counting() -> Any:
            sheets = wait()
            self.done += 1
            self.pages += len(sheets.leaves)
            self.letters += letters
            self.waiting -= letters
            self.seconds = self.clock() - self.started
            self.tell(_heading(signature.html))
            return sheets

        return counting

    def tell(self, name: str, printed: Printed | None = None) -> None:
        """Say how far it is."""
        known = self.done >= ENOUGH and self.waiting
        left = self.seconds * self.waiting / self.letters if known else None
        self.report(Work(name, self.done, self.total, self.pages, self.seconds, left, printed))


def _heading(html: str) -> str:
    found = HEADING.search(html)
    return " ".join(unescape(TAG.sub(" ", found[1])).split()) if found else ""
