"""cover.yaml -> typed settings; what it does not say is as the book and its layout have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from banxin import configreader
from banxin.config import COLOUR, Names
from banxin.cover import paper
from banxin.errors import ConfigError, Place, Problem
from banxin.nearest import nearest

FILE = "cover.yaml"
STYLES = ("slip", "leaf", "spread", "grid", "type")
"""What `layouts/base/cover.svg.j2` draws."""
COLOURS = ("cover", "cover-paper", "cover-ink", "cover-accent")
SMALLEST, LARGEST = 80, 200
"""Per cent of its nominal size that a barcode may have (GS1 General Specifications, 5.2; GB/T 12906-2008)."""


class Binding(StrEnum):
    """At which edge of its front a book is bound."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class BarcodeSpec:
    """The barcode on the back."""

    show: bool = True
    size: int = 100
    """Per cent of the nominal size."""
    addon: str = ""
    """Two or five digits beside it, or `price`: the price as the trade of Taiwan has it there."""


@dataclass(frozen=True, slots=True)
class CoverSpec:
    """All that cover.yaml may say; lengths are pt."""

    front: str = ""
    """A picture in place of the drawn front; empty: the book's `cover`, else the layout's drawing."""
    back: str = ""
    spine: str = ""
    style: str = ""
    """What is drawn; empty: as the layout has it."""
    colours: Mapping[str, str] = field(default_factory=dict)
    binding: Binding | None = None
    """None: on the right where lines run downwards, else on the left."""
    paper: str = paper.USUAL
    thickness: float | None = None
    """Of one leaf, where it is known better than by the table."""
    spine_width: float | None = None
    """Given, not worked out."""
    flaps: float = 0.0
    """The width of each flap (勒口); 0: none."""
    front_flap: str = ""
    back_flap: str = ""
    """Words on the flaps."""
    text: str = ""
    """Words on the back; empty: the book's description."""
    words: Names = Names(())
    """What others said of the book, under it."""
    barcode: BarcodeSpec = BarcodeSpec()
    bleed: float | None = None
    marks: bool = True
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    """Where each key stands."""

    def place_of(self, *keys: str | int) -> Place:
        """The place of a key in cover.yaml."""
        return Place(FILE, self.lines.get(keys, 0))


def read(text: str) -> CoverSpec:
    """Read a cover.yaml.

    Raises:
        ConfigError: it does not parse, or a key or a value is not one that we know; all of them at once.
    """
    spec = configreader.read_as(CoverSpec, text, FILE)
    if problems := _problems(spec):
        raise ConfigError(problems)
    return spec


def _problems(spec: CoverSpec) -> list[Problem]:
    found = []
    if spec.style and spec.style not in STYLES:
        found.append(_unknown(spec, ("style",), spec.style, STYLES, "没有这种封面："))
    for name in spec.colours:
        if name not in COLOURS:
            found.append(_unknown(spec, ("colours", name), name, COLOURS, "封面没有这种颜色："))
        elif not COLOUR.fullmatch(spec.colours[name]):
            message = f"不是颜色：{spec.colours[name]}"
            found.append(Problem(spec.place_of("colours", name), message, '写成 "#8a2f24" 的样子，连同引号。'))
    if spec.thickness is None and spec.spine_width is None and paper.thickness(spec.paper) is None:
        found.append(_unknown(spec, ("paper",), spec.paper, paper.known(), "表里没有这种纸："))
    found += _barcode_problems(spec)
    return found


def _barcode_problems(spec: CoverSpec) -> list[Problem]:
    found = []
    if not SMALLEST <= spec.barcode.size <= LARGEST:
        hint = f"写 {SMALLEST} 到 {LARGEST}，是原大的百分之几。"
        found.append(Problem(spec.place_of("barcode", "size"), f"条码不能是 {spec.barcode.size}%", hint))
    addon = spec.barcode.addon
    if addon and addon != "price" and not (addon.isdecimal() and addon.isascii() and len(addon) in (2, 5)):
        hint = '写两位或五位数字，连同引号，如 "00320"；或写 price，照定价来。'
        found.append(Problem(spec.place_of("barcode", "addon"), f"附加码不能是 {addon}", hint))
    return found


def _unknown(spec: CoverSpec, keys: tuple[str, ...], value: str, known: tuple[str, ...], words: str) -> Problem:
    near = nearest(value, known)
    guess = f"是不是 {near}？" if near else ""
    more = "；或用 thickness 写一张纸的厚度" if keys == ("paper",) else ""
    return Problem(spec.place_of(*keys), f"{words}{value}", f"{guess}可以是：{'、'.join(known)}{more}。")
