"""What a preflight is asked: the printer's conditions, the file, and where findings go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pikepdf

from banxin.lengths import POINTS_PER_MM
from banxin.preflight.files import Files
from banxin.preflight.finding import Finding, Rect
from banxin.preflight.marks import Sheet
from banxin.preflight.matrices import around
from banxin.preflight.origin import Origin
from banxin.preflight.standards import Claim

DAMAGE = (IndexError, ValueError, TypeError, KeyError, AttributeError, pikepdf.PdfError)
"""What pikepdf raises, or Python, where an object of a PDF is another than it should be."""
PLACES = 12
"""Rectangles that a finding tells on one page; where there are more, it is one around them all."""
TOUCHING = 12.0
"""pt: places so near to each other, the lines of a paragraph say, are told as one."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The conditions of the printer."""

    standard: str = ""
    """Asked for, besides what the file says of itself: `PDF/X-4`."""
    bleed: float = 3 * POINTS_PER_MM
    """pt; 0: none is needed."""
    safe: float = 5 * POINTS_PER_MM
    """pt, from the trim, that is kept free of text."""
    ink: float = 3.0
    """The most ink at one place, the sum of all plates."""
    signature: int = 0
    """Pages of a printed sheet; 0: not asked for."""
    spots: tuple[str, ...] = ()
    """The spot colours that are wanted."""
    resolution: float = 300.0
    """Pixels in an inch of a picture in colours or greys."""
    line_art: float = 600.0
    """Of one that is black and white."""
    thin: float = 0.25
    """pt: the thinnest line that prints."""


class Found:
    """Gathers findings; what one rule finds on one page for one reason is one finding with many places."""

    def __init__(self) -> None:
        self.places: dict[tuple[str, str, int, str], list[Rect]] = {}

    def add(self, code: str, detail: str = "", page: int = 0, box: Rect | None = None, file: str = "") -> None:
        """A rule is broken."""
        places = self.places.setdefault((code, detail, page, file), [])
        if box is None:
            return
        for i, place in enumerate(places):
            if _near(place, box):
                places[i] = around(place, box)
                return
        places.append(box)
        if len(places) > PLACES:
            places[:] = [reduce(around, places)]

    @contextmanager
    def reading(self, what: str, page: int = 0) -> Iterator[None]:
        """What cannot be read is a finding; the rest is looked at."""
        try:
            yield
        except DAMAGE as error:
            self.add("P101", f"{what}：{str(error).partition(chr(10))[0]}", page)

    def findings(self) -> list[Finding]:
        """All of them, in the order of pages."""
        made = (
            Finding(code, detail, page, tuple(_rounded(places)), file)
            for (code, detail, page, file), places in self.places.items()
        )
        return sorted(made, key=lambda one: (one.page, one.code, one.detail, one.file))


def _near(one: Rect, other: Rect) -> bool:
    return (
        one[0] - TOUCHING <= other[2]
        and other[0] - TOUCHING <= one[2]
        and one[1] - TOUCHING <= other[3]
        and other[1] - TOUCHING <= one[3]
    )


def _rounded(places: Iterable[Rect]) -> Iterable[Rect]:
    for left, bottom, right, top in places:
        yield round(left, 2), round(bottom, 2), round(right, 2), round(top, 2)


@dataclass(slots=True)
class Job:
    """One file that is looked at."""

    pdf: Any
    data: bytes
    brief: Brief
    claim: Claim
    origin: Origin
    sheets: list[Sheet]
    found: Found
    files: Files
