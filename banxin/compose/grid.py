"""The baseline grid: after a heading, a figure or a table, text goes on where a line of the page would have stood.

CLREQ 2.3: lines of facing pages, and of columns, stand at the same height. A style sheet says where, on whatever holds
the text: `--grid: 17.5pt 56pt`, the pitch and the top of the type area; without the second the grid begins where the
type area of each page does; `--grid: none` below it takes that back.

A block stands on the grid if its first line is exactly one pitch high: paragraphs, lists, quotations, headings of one
line. If it would begin between two grid lines it begins at the next one, and what is left over goes to the blocks
before it, which are as high as they are: it is shared evenly, around a figure, a table or a listing, but none of it
comes between a heading and what it heads, and none comes above what opens a page. What stands on the grid moves down
before it is laid out, and the others into room that is there; so page breaks, widows, orphans and footnotes are
WeasyPrint's own, and see where things really stand. A line that holds something higher than a pitch takes two.

Nothing is done inside what is laid out apart from the page's flow: cells, floats, flex items, absolute boxes, notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Self

from banxin.compose import engine
from banxin.compose.swap import Swap, memory

_NEAR = 0.02
"""px: sums of lengths are that exact."""
_PX = {"px": 1.0, "pt": 4 / 3}
_LET = 0.25
"""How much of the leading between two lines a formula or picture in a line may take before it costs a line."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where lines stand, px from the page's top."""

    pitch: float
    origin: float | None
    """None: the top of the type area."""

    @classmethod
    def of(cls, style: Any) -> Self | None:
        """What `--grid` says of a style; remembered with it."""
        kept = memory(style)
        if "_grid" not in kept:
            kept["_grid"] = cls._read(style["__grid"])
        found: Self | None = kept["_grid"]
        return found

    @classmethod
    def _read(cls, tokens: Sequence[Any]) -> Self | None:
        lengths = [token for token in tokens if token.type not in ("whitespace", "comment")]
        if len(lengths) not in (1, 2) or any(getattr(length, "unit", "") not in _PX for length in lengths):
            return None
        pitch, origin = (*(length.value * _PX[length.unit] for length in lengths), None)[:2]
        return cls(pitch, origin) if pitch > 0 else None

    def below(self, y: float, top: float = 0.0) -> float:
        """How far the next grid line is below `y`; 0 if one is at it. `top` is that of the page's type area."""
        down = ((top if self.origin is None else self.origin) - y) % self.pitch
        return 0.0 if min(down, self.pitch - down) < _NEAR else down

    def carries(self, style: Any) -> bool:
        """Whether lines of this style are one pitch high."""
        height = style["line_height"]
        if height == "normal":
            return False
        used: float = height.value if hasattr(height, "value") else height * style["font_size"]
        return abs(used - self.pitch) < _NEAR

    def extra(self, style: Any, above: float, below: float) -> tuple[float, float]:
        """What a line higher than a pitch needs more, before and after it, to be whole pitches high.

        `above` and `below`: how far it reaches beyond a plain line of the paragraph.
        """
        grace = (self.pitch - style["font_size"]) * _LET
        return self._rest(above, grace), self._rest(below, grace)

    def _rest(self, reach: float, grace: float) -> float:
        return ceil(max(0.0, reach - grace) / self.pitch) * self.pitch - reach


class _Flow:
    """Stands in for `_in_flow_layout`, which lays out one child of a block."""

    def __init__(self, original: Any) -> None:
        self.original = original
        self.apart = False
        """Whether we are inside something that is not in the page's flow."""
        self.top = 0.0
        """Where the page's type area begins, px from the page's top."""

    def layout(self, context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any) -> Any:
        if box.is_for_root_element:
            self.top = box.content_box_y()
        was, self.apart = self.apart, self.apart or _is_apart(box)
        try:
            grid = None if self.apart else Grid.of(child.style)
            if grid is None:
                return self.original(context, box, index, child, new_children, *rest)
            return self._on_grid(grid, context, box, index, child, new_children, *rest)
        finally:
            self.apart = was

    def _on_grid(
        self, grid: Grid, context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any
    ) -> Any:
        page_is_empty, _, _, margins, _, _, skip_stack, *_ = rest
        opens = page_is_empty and not any(made.is_in_normal_flow() for made in new_children)
        top = _Start(context, grid, opens).of(child, box, margins, skip_stack)
        down = grid.below(top, self.top) if top is not None else 0.0
        child.position_y += down
        before = list(new_children)
        result = self.original(context, box, index, child, new_children, *rest)
        children = result[6]
        if down and children[: len(before)] == before and len(children) > len(before):
            _share(before, down, grid, page_is_empty)
        return result


def _is_apart(box: Any) -> bool:
    """Whether a block's content is laid out apart from the flow of the page; columns are not."""
    if box.is_column:
        return False
    return bool(box.is_flex_item or box.is_grid_item or box.establishes_formatting_context())


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the first line of a block will begin."""

    context: Any
    grid: Grid
    opens: bool
    """Whether nothing stands above it on the page."""

    def of(self, box: Any, parent: Any, margins: Sequence[float], resume: Any) -> float | None:
        """px from the page's top; None where no line of the grid comes first.

        `margins` adjoin the block's own; `resume` says how WeasyPrint goes on with a block that was broken.
        """
        y, open_margins = box.position_y, list(margins)
        while type(box) is engine.boxes.BlockBox and not _has_columns(box.style) and not box.is_table_wrapper:
            if resume is None:
                engine.resolve_percentages(box, parent)
                open_margins.append(self._margin(box, parent, open_margins))
                if not box.top_margin_collapses():
                    y += engine.collapse_margin(open_margins) + box.border_top_width + box.padding_top
                    open_margins = []
            found, resume = _first(box, resume)
            if isinstance(found, engine.boxes.LineBox):
                return y + engine.collapse_margin(open_margins) if self.grid.carries(found.style) else None
            if found is None or not found.is_in_normal_flow():
                return None
            box, parent = found, box
        return None

    def _margin(self, box: Any, parent: Any, margins: Sequence[float]) -> float:
        """The block's own margin, none where a page breaks before it (as `block_level_layout` has it)."""
        if box.margin_top == "auto":
            return 0.0
        kind, forced = box.style["margin_break"], self.context.forced_break
        vanishes = kind == "discard" or (kind == "auto" and not forced)
        breaks = self.opens and self.context.current_page > 1 and (parent.is_for_root_element or margins)
        return 0.0 if breaks and vanishes else float(box.margin_top)


def _has_columns(style: Any) -> bool:
    return bool(style["column_width"] != "auto" or style["column_count"] != "auto")


def _first(box: Any, resume: Any) -> tuple[Any, Any]:
    """The child that a block, or the rest of it, begins with, and how it is resumed; markers hang beside it."""
    if resume is not None:
        ((index, resume),) = resume.items()
        return box.children[index], resume
    return next((child for child in box.children if child.is_in_normal_flow() or child.is_floated()), None), None


def _share(children: Sequence[Any], down: float, grid: Grid, page_is_empty: bool) -> None:
    """Move the blocks at the end of `children`, which do not stand on the grid, into the `down` px below them."""
    loose = list(_loose(children, grid))
    first = next((child for child in children if child.is_in_normal_flow()), None)
    gaps = [0 if page_is_empty and loose and loose[0] is first else 1]
    gaps += [0 if _heads(box) else 1 for box in loose]
    if not loose or not any(gaps):
        return
    for n, box in enumerate(loose, start=1):
        box.translate(0, down * sum(gaps[:n]) / sum(gaps))


def _heads(box: Any) -> bool:
    return box.style["break_after"] in ("avoid", "avoid-page", "avoid-column")


def _loose(children: Sequence[Any], grid: Grid) -> Iterator[Any]:
    """The last of the children that hold no line of the grid, in order."""
    start = len(children)
    while start and children[start - 1].is_in_normal_flow() and not _stands(children[start - 1], grid):
        start -= 1
    if start and type(children[start - 1]) is engine.boxes.BlockBox:
        yield from _loose(children[start - 1].children, grid)
    yield from children[start:]


def _stands(box: Any, grid: Grid) -> bool:
    """Whether a laid out block holds a line of the grid; what is no plain block is not looked into."""
    if isinstance(box, engine.boxes.LineBox):
        return grid.carries(box.style)
    if type(box) is not engine.boxes.BlockBox or box.is_table_wrapper or Grid.of(box.style) is None or _is_apart(box):
        return False
    return any(_stands(child, grid) for child in box.children if child.is_in_normal_flow())


SWAPS = (Swap("weasyprint.layout.block:_in_flow_layout", "c2537262836d", lambda original: _Flow(original).layout),)
