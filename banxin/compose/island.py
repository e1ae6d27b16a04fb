"""What stands upright on a page whose lines run downward: figures, listings, formulas, pictures.

A block whose style sheet says `--writing: horizontal` inside one that is vertical is an island: it is laid out as on a
page whose lines run across, as wide as the type area really is at most, and turned back as a whole. To the page around
it it is a block as deep as it is wide; its words, links and tags stay its own. What is higher than the type area goes
on at its left, then overleaf. `--fit: narrow` makes it as wide as its widest picture, else it is as wide as it would
like to be.

Pictures in a vertical line are turned back alone. `--depth` is how wide the type area really is.

A box beside the type area that says `--writing: horizontal` is a running head whose lines run across: its borders and
padding are said as of all boxes of a turned frame, its `text-align` and `vertical-align` as they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import wraps
from math import pi
from typing import Any

from banxin.compose import engine
from banxin.compose.engine import boxes, said
from banxin.compose.swap import Swap
from banxin.compose.vertical import is_vertical

_PX = {"px": 1.0, "pt": 4 / 3}
_NONE = engine.Dimension(0, "px")


class Island(boxes.BlockBox):  # type: ignore[misc]
    """The block that an island is to the page around it."""


def _laid(original: Any) -> Any:
    @wraps(original)  # footnotes have another swap of it
    def block_level_layout(context: Any, box: Any, *rest: Any, **options: Any) -> Any:
        around = rest[2] if len(rest) > 2 else options["containing_block"]
        if not _is_island(box, around):
            return original(context, box, *rest, **options)
        return _Landing(original, context, around).lay(box, _Asked(*rest, **options))

    return block_level_layout


@dataclass(slots=True)
class _Asked:
    """What else `block_level_layout` is asked with."""

    bottom_space: float
    skip_stack: Any
    containing_block: Any
    page_is_empty: bool = True
    absolute_boxes: Any = None
    fixed_boxes: Any = None
    adjoining_margins: Any = None
    first_letter_style: Any = None
    first_line_style: Any = None
    discard: bool = False
    max_lines: Any = None


def _is_island(box: Any, around: Any) -> bool:
    return isinstance(box, boxes.BlockBox) and is_vertical(around.style) and not is_vertical(box.style)


class _Landing:
    """Lays out one island."""

    def __init__(self, original: Any, context: Any, around: Any) -> None:
        self.original, self.context, self.around = original, context, around

    def lay(self, box: Any, asked: _Asked) -> Any:
        """What `block_level_layout` would give."""
        engine.resolve_percentages(box, self.around)
        above, below = (0.0 if each == "auto" else float(each) for each in (box.margin_top, box.margin_bottom))
        if asked.skip_stack is not None:
            above = 0.0
        y = box.position_y + engine.collapse_margin([*(asked.adjoining_margins or ()), above])
        gap = below or above
        pieces, resume, next_page = self.pieces(box, asked, y, gap)
        island = Island(None, box.style.anonymous_style.copy(), None, pieces)
        island.__dict__.update(_PLAIN)
        island.margin_top, island.margin_bottom = above, 0.0 if resume else below
        island.position_x, island.position_y = self.around.content_box_x(), y - above
        wide = sum(piece.border_width() + gap for piece in pieces) - gap
        island.width, island.height, island.clearance = self.around.width, wide, None
        for piece in pieces:
            room = max(0.0, self.around.width - piece.border_height())
            middle = room / 2 if box.style["text_align_all"] == "center" and len(pieces) == 1 and not resume else 0.0
            x = island.content_box_x() + middle
            piece.translate(x - piece.border_box_x(), y - piece.border_box_y())
            _turn_back(piece, piece.border_width())
            y += piece.border_width() + gap
        return island, resume, next_page, [], False, None

    def pieces(self, box: Any, asked: _Asked, y: float, gap: float) -> tuple[list[Any], Any, Any]:
        """What of it stands on this page, one beside the other: what does not fit the height of the type area goes on
        at the left, as long as there is room; where it goes on overleaf; what is said of the next page."""
        piece, resume, next_page = self.inside(box, asked)
        pieces = [piece]
        while resume and y + 2 * piece.border_width() + gap <= self.context.page_bottom - asked.bottom_space:
            y += piece.border_width() + gap
            piece, resume, next_page = self.inside(box, replace(asked, skip_stack=resume))
            pieces.append(piece)
        return pieces, resume, next_page

    def inside(self, box: Any, asked: _Asked) -> tuple[Any, Any, Any]:
        """The island itself, at no particular place; where it goes on overleaf; what is said of the next page."""
        inner, frame = box.copy(), self.around.copy()
        inner.style = box.style.copy()
        for side in ("top", "bottom", "left", "right"):
            inner.style[f"margin_{side}"] = _NONE
        inner.style["display"] = ("block", "flow-root")
        frame.__dict__.update(_PLAIN)
        inner.position_x = inner.position_y = frame.position_x = frame.position_y = 0.0
        frame.width = self.width(inner, _length(box.style, "depth") or self.around.width)
        frame.height = "auto"
        bottom_space = self.context.page_bottom - self.around.width  # it ends where the lines around it do
        lists = asked.absolute_boxes, asked.fixed_boxes
        made, resume, next_page, *_ = self.original(
            self.context, inner, bottom_space, asked.skip_stack, frame, True, *lists
        )
        made.style = inner.style.copy()
        return made, resume, next_page

    def width(self, box: Any, most: float) -> float:
        """How wide it will be, px."""
        if said(box.style, "fit") == "narrow":
            wanted = engine.min_content_width(self.context, box)
            wanted = max([wanted, *(share * most for share in _shares(box))])
        else:
            wanted = engine.max_content_width(self.context, box)
        return float(min(most, wanted))


_PLAIN = {f"{kind}_{side}": 0 for side in ("left", "right", "top", "bottom") for kind in ("margin", "padding")}
_PLAIN |= {f"border_{side}_width": 0 for side in ("left", "right", "top", "bottom")}


def _length(style: Any, name: str) -> float:
    """The length that a custom property is, px."""
    tokens = [token for token in style[f"__{name}"] or () if token.type == "dimension"]
    return float(tokens[0].value) * _PX.get(tokens[0].lower_unit, 0.0) if tokens else 0.0


def _shares(box: Any) -> Iterator[float]:
    """The parts of the width that pictures in a box ask for."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.ReplacedBox):
            width = child.style["width"]
            if getattr(width, "unit", "") == "%":
                yield width.value / 100
        else:
            yield from _shares(child)


# --- heads and folios that stand upright


def _stood(original: Any) -> Any:
    def margin_box_content_layout(context: Any, page: Any, box: Any) -> Any:
        if said(box.style, "writing") != "horizontal":
            return original(context, page, box)
        x, y, wide = box.border_box_x(), box.border_box_y(), box.border_height()
        inner = box.copy()
        inner.style = box.style.copy()
        inner.width, inner.height = box.height, box.width
        for side, was in _SIDES.items():
            setattr(inner, f"margin_{side}", 0)
            for kind in ("padding_{}", "border_{}_width"):
                setattr(inner, kind.format(side), getattr(box, kind.format(was)))
            for kind in ("border_{}_width", "border_{}_style", "border_{}_color"):
                inner.style[kind.format(side)] = box.style[kind.format(was)]
        inner.position_x, inner.position_y = x, y
        made = original(context, page, inner)
        _turn_back(made, wide)
        return made

    return margin_box_content_layout


_SIDES = {"left": "bottom", "right": "top", "top": "left", "bottom": "right"}
"""The sides of what stands upright, and what the frame calls them."""


def _turn_back(box: Any, wide: float) -> None:
    """Let a box `wide` px wide, whose corner stands where its right one is in the end, be drawn upright."""
    box.style["transform_origin"] = (_NONE, _NONE)
    box.style["transform"] = (("translate", (_NONE, engine.Dimension(wide, "px"))), ("rotate", -pi / 2))


# --- pictures in a line


class _Upright:
    """A picture turned back: to the line around it, it is as long as it is high."""

    def __init__(self, picture: Any) -> None:
        self._picture = picture

    def __getattr__(self, name: str) -> Any:
        return getattr(self._picture, name)

    def get_intrinsic_size(self, *asked: Any) -> tuple[Any, Any, Any]:
        """Length along the line, across it, and their ratio."""
        width, height, ratio = self._picture.get_intrinsic_size(*asked)
        return height, width, 1 / ratio if ratio else ratio

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw it."""
        stream.transform(a=0, b=-1, c=1, d=0, e=0, f=height)
        self._picture.draw(stream, height, width, style)


def _held(original: Any) -> Any:
    def __init__(box: Any, element_tag: Any, style: Any, element: Any, replacement: Any) -> None:
        upright = is_vertical(style) and not isinstance(replacement, _Upright)
        if upright:
            width, height = style["width"], style["height"]
            depth = _length(style, "depth")
            if getattr(width, "unit", "") == "%" and depth:
                width = engine.Dimension(width.value / 100 * depth, "px")
            style = style.copy()
            style["width"], style["height"] = height, width
        original(box, element_tag, style, element, _Upright(replacement) if upright else replacement)

    return __init__


SWAPS = (
    Swap("weasyprint.layout.block:block_level_layout", "c1301dde9284", _laid),
    Swap("weasyprint.formatting_structure.boxes:ReplacedBox.__init__", "207d32459bd2", _held),
)
HEADS = (Swap("weasyprint.layout.page:margin_box_content_layout", "9ebcc7de5773", _stood),)
"""For the frames of pages."""
