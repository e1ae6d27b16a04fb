"""What lies on each other: black words that leave a hole in a colour, ink on ink where both are printed.

The page is not drawn for it: of what may lie below, the box is known, and of pictures the pixels. An outline that is no
rectangle counts by the middle of its box, as an ellipse fills it; strokes and words hide too little to count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite, sqrt

from banxin.preflight.colours import NEAR, Family, Paint
from banxin.preflight.finding import Rect
from banxin.preflight.job import Job
from banxin.preflight.marks import Effects, Fill, Picture, Shade, Sheet, Stroke, Text
from banxin.preflight.matrices import common, empty, grown, inverse, moved, size, within
from banxin.preflight.pixels import most_ink
from banxin.preflight.rules.base import Rule
from banxin.preflight.rules.ink import SLACK

Plates = Mapping[str, float]
PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
BLACK: Plates = {"Black": 1.0}
INNER = (1 - 1 / sqrt(2)) / 2
"""Of a side of the box around an ellipse: how far the rectangle in it is from the edge."""
MULTIPLIED = frozenset({"/Multiply", "/Darken", "/ColorBurn"})
"""Ways to mix colours that print both (ISO 32000-1, 11.3.5)."""
MOST = 300
"""Of what may lie below on one page, the latest: a map has thousands of shapes."""
FULL = 4.0
"""All four plates."""
EDGE = 0.2
"""pt: what touches is not on each other."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies below."""

    box: Rect
    plates: Plates
    opaque: bool
    """Whether nothing below it is printed."""
    picture: Picture | None = field(default=None)


class Overlaps(Rule):
    """Keeps what may lie below, page by page."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.grounds: list[Ground] = []
        self.richest = 0.0
        """The most ink that one of them may have."""

    def begin(self, sheet: Sheet) -> None:
        self.grounds, self.richest = [], 0.0

    def text(self, mark: Text) -> None:
        if self.grounds:
            self.laid(mark.sheet, mark.box, mark.paint, mark.effects, mark.effects.overprint)
            if _plates(mark.paint) == BLACK and not _prints_below(mark.paint, mark.effects, mark.effects.overprint):
                self.hole(mark)

    def fill(self, mark: Fill) -> None:
        effects = mark.effects
        self.laid(mark.sheet, mark.box, mark.paint, effects, effects.overprint)
        inner = mark.box if isfinite(mark.thinnest) else _inner(mark.box)
        below = _prints_below(mark.paint, effects, effects.overprint) or effects.transparent
        self.put(Ground(inner, _plates(mark.paint), not below))

    def stroke(self, mark: Stroke) -> None:
        self.laid(mark.sheet, mark.box, mark.paint, mark.effects, mark.effects.overprint_stroke)

    def shade(self, mark: Shade) -> None:
        coloured = {} if mark.space.family is Family.GRAY else {"Cyan": NEAR * 2}
        self.put(Ground(mark.box, coloured, not mark.effects.transparent))

    def picture(self, mark: Picture) -> None:
        if mark.bits > 1:
            self.put(Ground(mark.box, {}, not mark.effects.transparent, mark))

    def put(self, ground: Ground) -> None:
        """Something more may lie below. Paper counts where it hides something, black that hides nothing never."""
        if ground.opaque or _coloured(ground):
            if ground.plates or ground.picture or self.grounds:
                self.grounds.append(ground)
                self.richest = max(self.richest, FULL if ground.picture else sum(ground.plates.values()))
            del self.grounds[:-MOST]

    # ---- holes

    def hole(self, mark: Text) -> None:
        """Black words that knock out: a finding where they do so in a colour."""
        for ground in reversed(self.grounds):
            shared = common(mark.box, ground.box)
            if empty(grown(shared, -EDGE)):
                continue
            if _coloured(ground):
                self.tell("P412", mark.sheet, mark.box)
                return
            if ground.opaque and within(mark.box, ground.box, EDGE):
                return

    # ---- ink on ink

    def laid(self, sheet: Sheet, box: Rect, paint: Paint, effects: Effects, overprint: bool) -> None:
        """What is printed on what lies below: a finding where the inks come to too much."""
        plates, picture, part = dict(_plates(paint)), None, box
        enough = self.brief.ink + SLACK
        if not plates or self.richest + sum(plates.values()) <= enough or not _prints_below(paint, effects, overprint):
            return
        multiplied = effects.blend in MULTIPLIED
        for ground in reversed(self.grounds):
            shared = common(part, ground.box)
            if empty(grown(shared, -EDGE)):
                continue
            part, picture = shared, ground.picture
            for name, value in ground.plates.items():
                plates[name] = _mixed(plates.get(name, 0.0), value, multiplied)
            if ground.opaque or picture:
                break
        ink = sum(plates.values()) if picture is None else _on_picture(picture, part, plates)
        if ink > enough:
            detail = f"叠印合计 {ink * 100:.0f}%，上限 {self.brief.ink * 100:.0f}%"
            self.tell("P408", sheet, part, detail, self.job.files.of(picture) if picture else "")


def _inner(box: Rect) -> Rect:
    width, height = size(box)
    return box[0] + width * INNER, box[1] + height * INNER, box[2] - width * INNER, box[3] - height * INNER


def _plates(paint: Paint) -> Plates:
    """The ink of a colour by plates; nothing where that is not known."""
    family = paint.space.family
    if paint.pattern or not paint.values:
        return {}
    if family is Family.GRAY:
        return _inked({"Black": 1 - paint.values[0]})
    if family is Family.CMYK:
        return _inked(dict(zip(PROCESS, paint.values, strict=False)))
    return _inked(dict(zip(paint.space.names, paint.values, strict=False))) if family is Family.SPOT else {}


def _inked(plates: Plates) -> Plates:
    return {name: round(value, 3) for name, value in plates.items() if value > NEAR and name != "None"}


def _prints_below(paint: Paint, effects: Effects, overprint: bool) -> bool:
    """Whether what is below is printed too: of process colours, only those in CMYK with the overprint mode 1 leave the
    plates alone on which they have no ink (ISO 32000-1, 8.6.7, table 149)."""
    if effects.blend in MULTIPLIED:
        return True
    family = paint.space.family
    return overprint and (family is Family.SPOT or (family is Family.CMYK and effects.mode == 1))


def _mixed(top: float, below: float, multiplied: bool) -> float:
    """Of one plate: what is on top stands for what is below, or is printed with it."""
    return top + below - top * below if multiplied else top or below


def _coloured(ground: Ground) -> bool:
    if ground.picture is not None:
        return ground.picture.space.family is not Family.GRAY
    return any(name != "Black" for name in ground.plates)


def _on_picture(picture: Picture, part: Rect, plates: Plates) -> float:
    """The most ink where something is printed on a part of a picture; 0 where that is not known."""
    if picture.space.family is not Family.CMYK:
        return 0.0
    turned = inverse(picture.frame)
    if turned is None:
        return 0.0
    over = tuple(plates.get(name, 0.0) for name in PROCESS)
    spots = sum(value for name, value in plates.items() if name not in PROCESS)
    return most_ink(picture.image, moved(part, turned), over) + spots
