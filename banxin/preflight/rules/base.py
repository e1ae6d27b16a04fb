"""What all listening rules have."""

from __future__ import annotations

from banxin.preflight.finding import Rect
from banxin.preflight.job import Job
from banxin.preflight.marks import Listener, Sheet


class Rule(Listener):
    """A rule that listens."""

    def __init__(self, job: Job) -> None:
        self.job, self.brief, self.claim = job, job.brief, job.claim

    def tell(self, code: str, sheet: Sheet, box: Rect, detail: str = "", file: str = "") -> None:
        """It is broken here."""
        self.job.found.add(code, detail, sheet.number, box, file)

    def finish(self) -> None:
        """All pages have been drawn."""
