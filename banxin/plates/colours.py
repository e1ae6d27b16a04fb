"""Colours of the screen -> inks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from banxin.plates.settings import Intent, Plates

NEUTRAL = 10
"""Of 255: how far the channels of a grey may be apart. What is nearly grey would be three screens, and look dirty."""
INK = tuple[float, float, float, float]
"""Cyan, magenta, yellow, black; 0 is none, 1 is solid."""


@dataclass(frozen=True, slots=True)
class Paint:
    """What a colour is in a content stream."""

    fill: bytes
    stroke: bytes
    solid: bool
    """Whether it is black ink alone, and all of it: that is printed over what is there."""


NOTHING = Paint(b"/Nothing cs 1 scn", b"/Nothing CS 1 SCN", False)
"""Leaves no ink (`spaces.NONE`)."""


class Inks:
    """The inks of one press."""

    def __init__(self, plates: Plates) -> None:
        self.plates = plates
        self.spots: Mapping[tuple[int, int, int], int] = {
            rgb(colour): number for number, (_, colour) in enumerate(plates.spots)
        }
        self.veil = 1.0
        """How much of what is drawn now covers, where nothing may shine through (`painting.py`)."""
        self._paints: dict[Any, Paint] = {}

    def paint(self, colour: Any) -> Paint:
        """The operators of a colour of WeasyPrint's; what shines through is mixed with paper where nothing may."""
        alpha = 1.0 if self.plates.transparency else round(float(colour.alpha) * self.veil, 4)
        key = colour.space, *colour.coordinates, alpha
        if key not in self._paints:
            self._paints[key] = self._made(colour, alpha)
        return self._paints[key]

    def _made(self, colour: Any, alpha: float) -> Paint:
        if not alpha:
            return NOTHING
        if colour.space == "device-cmyk":
            cyan, magenta, yellow, black = map(float, colour.coordinates)
            return of_ink(thinned(limited((cyan, magenta, yellow, black), self.plates.limit), alpha))
        red, green, blue = (round(255 * min(1, max(0, each))) for each in colour.to("srgb").coordinates)
        if (red, green, blue) in self.spots:
            return of_spot(self.spots[red, green, blue], alpha)
        return of_ink(thinned(self.ink(red, green, blue), alpha))

    def ink(self, red: int, green: int, blue: int) -> INK:
        """The inks that make a colour of sRGB (0-255): greys of black alone, others by the profile."""
        if max(red, green, blue) - min(red, green, blue) <= NEUTRAL:
            grey = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
            return 0.0, 0.0, 0.0, round(1 - grey / 255, 4)
        return _mixed(self.plates.icc, self.plates.digest, self.plates.intent, self.plates.limit, (red, green, blue))


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` or `#rgb` as numbers."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


@lru_cache(4)
def transform(icc: str, _digest: str, intent: Intent) -> Any:
    """From sRGB to the press."""
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), icc, "RGB", "CMYK", INTENTS[intent], ImageCms.Flags.BLACKPOINTCOMPENSATION
    )


INTENTS: Mapping[Intent, Any] = {Intent.PERCEPTUAL: 0, Intent.RELATIVE: 1, Intent.SATURATION: 2, Intent.ABSOLUTE: 3}
"""Their numbers (ISO 15076-1, 7.2.15)."""


@lru_cache(1024)
def _mixed(icc: str, digest: str, intent: Intent, limit: int, colour: tuple[int, int, int]) -> INK:
    from PIL import Image, ImageCms

    dot = Image.new("RGB", (1, 1), colour)
    found = ImageCms.applyTransform(dot, transform(icc, digest, intent))
    assert found
    cyan, magenta, yellow, black = found.tobytes()
    return limited((cyan / 255, magenta / 255, yellow / 255, black / 255), limit)


def limited(ink: INK, limit: int) -> INK:
    """No more than `limit` per cent together: of the colours, not of the black, as much as has to go."""
    *colours, black = ink
    total, room = sum(colours), max(0.0, limit / 100 - black)
    share = min(1.0, room / total) if total else 1.0
    cyan, magenta, yellow = (round(each * share, 4) for each in colours)
    return cyan, magenta, yellow, round(black, 4)


def thinned(ink: tuple[float, ...], alpha: float) -> INK:
    """Ink that covers so much of the paper."""
    cyan, magenta, yellow, black = (round(each * alpha, 4) for each in ink)
    return cyan, magenta, yellow, black


def of_ink(ink: INK) -> Paint:
    """The operators of an ink."""
    numbers = b" ".join(b"%g" % each for each in ink)
    return Paint(numbers + b" k", numbers + b" K", ink == (0, 0, 0, 1))


def of_spot(number: int, tint: float) -> Paint:
    """The operators of an ink of its own (`spaces.spot_name`)."""
    name = b"/Spot%d" % number
    return Paint(b"%b cs %g scn" % (name, tint), b"%b CS %g SCN" % (name, tint), False)
