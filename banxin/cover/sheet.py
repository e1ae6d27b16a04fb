"""Where everything is on the sheet of a cover. Lengths are pt; x runs from the left edge of the trimmed sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from banxin.plates import marks


class Panel(NamedTuple):
    """One part of the cover."""

    name: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cover, laid flat."""

    panels: tuple[Panel, ...]
    """From left to right."""
    width: float
    """Of the trimmed sheet."""
    height: float
    bleed: float
    marked: bool
    spine: float

    @property
    def margin(self) -> float:
        """Around the trim: bleed, and room for marks."""
        return marks.room(self.bleed) if self.marked else self.bleed

    @property
    def media(self) -> tuple[float, float]:
        """The size of the whole sheet."""
        return self.width + 2 * self.margin, self.height + 2 * self.margin

    def panel(self, name: str) -> Panel:
        """The panel of that name."""
        return next(panel for panel in self.panels if panel.name == name)

    def has(self, name: str) -> bool:
        """Whether there is such a panel."""
        return any(panel.name == name for panel in self.panels)

    def boxes(self) -> dict[str, tuple[float, float, float, float]]:
        """MediaBox, BleedBox and TrimBox (ISO 32000-1, 14.11.2)."""
        wide, high = self.media
        boxes = {"MediaBox": 0.0, "BleedBox": self.margin - self.bleed, "TrimBox": self.margin}
        return {name: (edge, edge, wide - edge, high - edge) for name, edge in boxes.items()}

    def folds(self) -> Iterator[tuple[float, float, float, float]]:
        """Where it is folded: a line at the head and one at the foot of each fold, from and to, as PDF counts."""
        gap = max(self.bleed, marks.LEAST)
        for panel in self.panels[1:]:
            x, foot, head = self.margin + panel.x, self.margin, self.margin + self.height
            yield x, foot - gap - marks.LENGTH, x, foot - gap
            yield x, head + gap, x, head + gap + marks.LENGTH


def sheet(trim: tuple[float, float], spine: float, flaps: float, bleed: float, marked: bool, right: bool) -> Sheet:
    """The sheet of a cover.

    Args:
        trim: width and height of the book.
        spine: its width.
        flaps: their width; 0: none.
        bleed: how far colour runs over the trim.
        marked: whether there are marks.
        right: whether the book is bound on the right.
    """
    wide, high = trim
    parts = [("back", wide), ("spine", spine), ("front", wide)]
    if flaps:
        parts = [("back-flap", flaps), *parts, ("front-flap", flaps)]
    panels = []
    x = 0.0
    for name, width in parts[::-1] if right else parts:
        panels.append(Panel(name, x, width))
        x += width
    return Sheet(tuple(panels), x, high, bleed, marked, spine)
