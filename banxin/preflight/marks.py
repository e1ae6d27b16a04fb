"""What is drawn on a page: what `drawing.py` tells all rules, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from banxin.preflight.colours import Paint, Space
from banxin.preflight.faces import Face
from banxin.preflight.finding import Rect
from banxin.preflight.matrices import IDENTITY, Matrix


class Effects(NamedTuple):
    """What the graphics state says beside colours (ISO 32000-1, 8.4.5)."""

    overprint: bool = False
    """Of fills."""
    overprint_stroke: bool = False
    mode: int = 0
    """`OPM`: with 1, a component of 0 leaves what is below it."""
    alpha: float = 1.0
    alpha_stroke: float = 1.0
    blend: str = "/Normal"
    masked: bool = False
    """By a soft mask."""

    @property
    def transparent(self) -> bool:
        """Whether what is below shows through."""
        return self.alpha < 1 or self.alpha_stroke < 1 or self.masked or self.blend not in ("/Normal", "/Compatible")


class Sheet(NamedTuple):
    """A page, and its boxes."""

    number: int
    """Counted from 1."""
    media: Rect
    bleed: Rect
    trim: Rect


class Text(NamedTuple):
    """A run of glyphs that is seen."""

    sheet: Sheet
    box: Rect
    paint: Paint
    effects: Effects
    face: Face
    codes: Sequence[int]


class Fill(NamedTuple):
    """A filled path."""

    sheet: Sheet
    box: Rect
    paint: Paint
    effects: Effects
    thinnest: float
    """pt: of its thinnest rectangle or frame; infinite where it has none."""


class Stroke(NamedTuple):
    """A stroked path."""

    sheet: Sheet
    box: Rect
    paint: Paint
    effects: Effects
    width: float
    """pt, as printed."""


class Picture(NamedTuple):
    """An image."""

    sheet: Sheet
    box: Rect
    effects: Effects
    image: Any
    """Its dictionary, or its stream."""
    space: Space
    """Of a stencil (`ImageMask`), that of the colour it is printed in."""
    pixels: tuple[int, int]
    printed: tuple[float, float]
    """pt: how wide and high it is printed, before it is clipped."""
    bits: int
    """Of a component; 1: line art."""
    frame: Matrix = IDENTITY
    """What makes the unit square the picture on the page (ISO 32000-1, 8.9.5.1)."""


class Shade(NamedTuple):
    """A gradient."""

    sheet: Sheet
    box: Rect
    effects: Effects
    space: Space
    inks: tuple[float, ...]
    """The ink at its ends, as far as that is known."""


class Listener:
    """A rule that listens to what is drawn; each hears of what it asks for by overriding a method."""

    def begin(self, sheet: Sheet) -> None:
        """A page begins."""

    def text(self, mark: Text) -> None:
        """Words."""

    def fill(self, mark: Fill) -> None:
        """A filled path."""

    def stroke(self, mark: Stroke) -> None:
        """A stroked path."""

    def picture(self, mark: Picture) -> None:
        """An image."""

    def shade(self, mark: Shade) -> None:
        """A gradient."""


@dataclass(slots=True)
class Ears:
    """Who hears of each kind of mark; nobody is called for nothing."""

    listeners: Sequence[Listener]

    def of(self, kind: str) -> list[Any]:
        """The methods that are not the base's."""
        base = getattr(Listener, kind)
        return [getattr(each, kind) for each in self.listeners if getattr(type(each), kind) is not base]
