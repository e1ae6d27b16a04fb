"""Colour spaces and colours of a PDF, as far as a printer asks: which plates they are on, how much ink they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pikepdf


class Family(StrEnum):
    """What the numbers of a colour mean."""

    GRAY = "gray"
    RGB = "rgb"
    CMYK = "cmyk"
    SPOT = "spot"
    LAB = "lab"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space."""

    family: Family
    names: tuple[str, ...] = ()
    """Of spot colours."""
    calibrated: bool = False
    """By a profile or by CIE values: independent of the device."""


GRAY, RGB, CMYK = Space(Family.GRAY), Space(Family.RGB), Space(Family.CMYK)
DEVICES = {
    "/DeviceGray": GRAY, "/DeviceRGB": RGB, "/DeviceCMYK": CMYK, "/G": GRAY, "/RGB": RGB, "/CMYK": CMYK,
    "/Pattern": Space(Family.PATTERN),
}  # fmt: skip
CALIBRATED = {"/CalGray": Family.GRAY, "/CalRGB": Family.RGB, "/Lab": Family.LAB}
COMPONENTS = {1: Family.GRAY, 3: Family.RGB, 4: Family.CMYK}
"""Of a profile (ISO 32000-1, 8.6.5.5)."""
NEAR = 0.005
"""Of a component from 0 to 1: what no plate shows."""


def space_of(thing: Any) -> Space:
    """What a colour space in a PDF is (8.6)."""
    if not isinstance(thing, pikepdf.Array):
        return DEVICES.get(str(thing), GRAY)
    kind = str(thing[0])
    reader = READERS.get(kind)
    if reader:
        return reader(thing)
    return Space(CALIBRATED[kind], calibrated=True) if kind in CALIBRATED else DEVICES.get(kind, GRAY)


def _profile(thing: Any) -> Space:
    return Space(COMPONENTS.get(int(thing[1].get("/N", 3)), Family.RGB), calibrated=True)


def _base(thing: Any) -> Space:
    return space_of(thing[1])


def _separation(thing: Any) -> Space:
    return Space(Family.SPOT, (_name(thing[1]),))


def _device_n(thing: Any) -> Space:
    return Space(Family.SPOT, tuple(map(_name, thing[1])))


def _name(thing: Any) -> str:
    return str(thing).removeprefix("/")


READERS: dict[str, Callable[[Any], Space]] = {
    "/ICCBased": _profile, "/Indexed": _base, "/I": _base, "/Separation": _separation, "/DeviceN": _device_n,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paint:
    """A colour."""

    space: Space
    values: tuple[float, ...]
    pattern: str = ""
    """The name of a pattern in the resources."""

    @property
    def white(self) -> bool:
        """Whether no ink is printed."""
        if not self.values or self.pattern:
            return False
        paper = 1.0 if self.space.family in (Family.GRAY, Family.RGB) else 0.0
        return self.space.family is not Family.LAB and all(abs(value - paper) < NEAR for value in self.values)

    @property
    def ink(self) -> float:
        """The sum of all plates, 1.0 for one that is full; 0 where that is known only after a conversion."""
        family = self.space.family
        if family is Family.GRAY:
            return 1.0 - self.values[0] if self.values else 1.0
        return sum(self.values) if family in (Family.CMYK, Family.SPOT) else 0.0

    @property
    def rich_black(self) -> bool:
        """A black of several plates: more than half black and another ink with it, or cyan, magenta and yellow."""
        if self.space.family is not Family.CMYK or len(self.values) != 4:
            return False
        *colours, black = self.values
        return (black >= 0.5 and max(colours) > NEAR) or min(colours) >= 0.6


BLACK = Paint(GRAY, (0.0,))
