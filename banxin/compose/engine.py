"""Every private name of WeasyPrint that the composer uses, in one place, for exactly one version.

Nothing else in `compose/` imports WeasyPrint. A name that is gone, or a function that takes other arguments than those
the composer was written for, stops the import with a `ToolError`, before a line is laid out wrongly.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from math import inf
from typing import Any

import weasyprint
from weasyprint.draw import text as draw_text
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, inline, preferred
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.layout.float import float_layout
from weasyprint.layout.leader import handle_leader
from weasyprint.layout.percent import resolve_one_percentage
from weasyprint.text import ffi as pango_ffi
from weasyprint.text.constants import LST_TO_ISO
from weasyprint.text.line_break import Layout, create_layout, get_log_attrs

from banxin.errors import Place, Problem, ToolError

VERSION = "70.0"

adjust_line_height = inline._adjust_line_height
line_box_verticality = inline.line_box_verticality
atomic_box = inline.atomic_box
split_inline_level = inline.split_inline_level
stock_lines = inline.iter_line_boxes
stock_draw = draw_text.draw_first_line
stock_widths = preferred.inline_line_widths
max_content_width = preferred.max_content_width
min_content_width = preferred.min_content_width

__all__ = [
    "LST_TO_ISO",
    "AbsolutePlaceholder",
    "Layout",
    "adjust_line_height",
    "atomic_box",
    "avoid_collisions",
    "block",
    "boxes",
    "create_layout",
    "draw_text",
    "float_layout",
    "get_log_attrs",
    "handle_leader",
    "inline",
    "line_box_verticality",
    "max_content_width",
    "min_content_width",
    "pango_ffi",
    "preferred",
    "resolve_one_percentage",
    "resolve_percentages",
    "split_inline_level",
    "stock_draw",
    "stock_lines",
    "stock_widths",
    "strut",
]

_ARGUMENTS: tuple[tuple[Callable[..., Any], str], ...] = (
    (
        stock_lines,
        "context box position_y bottom_space skip_stack containing_block absolute_boxes fixed_boxes "
        "first_letter_style first_line_style",
    ),
    (stock_draw, "stream textbox text_overflow block_ellipsis matrix"),
    (stock_widths, "context box outer is_line_start minimum skip_stack first_line"),
    (inline.strut, "style"),
    (adjust_line_height, "box"),
    (line_box_verticality, "box"),
    (atomic_box, "context box position_x skip_stack containing_block absolute_boxes fixed_boxes"),
    (handle_leader, "context line containing_block"),
    (inline.avoid_collisions, "context box containing_block outer"),
    (float_layout, "context box containing_block absolute_boxes fixed_boxes bottom_space skip_stack"),
    (create_layout, "text style context max_width justification_spacing"),
    (get_log_attrs, "text lang"),
)

_WIDTHS = inspect.signature(stock_widths)


def check() -> None:
    """See that this is the WeasyPrint that the composer was written for.

    Raises:
        ToolError: another version, or a function with other arguments.
    """
    if weasyprint.__version__ != VERSION:
        _refuse(f"行文排版只认 WeasyPrint {VERSION}，这里装的是 {weasyprint.__version__}")
    for function, arguments in _ARGUMENTS:
        found = " ".join(inspect.signature(function).parameters)
        if found != arguments:
            _refuse(f"WeasyPrint 的 {function.__name__} 变了：参数是 {found}")


def _refuse(message: str) -> None:
    raise ToolError([Problem(Place("requirements.txt"), message, f"装 weasyprint=={VERSION}：make setup")])


check()


# --- looked up when they are called: `speed` puts faster ones in their place


def strut(style: Any) -> tuple[float, float]:
    """Height of a line that holds nothing, and its baseline from the top, px."""
    found: tuple[float, float] = inline.strut(style)
    return found


def avoid_collisions(context: Any, box: Any, block: Any) -> tuple[float, float, float]:
    """Where a line may stand beside the floats: x, y, width, px."""
    found: tuple[float, float, float] = inline.avoid_collisions(context, box, block, outer=False)
    return found


def resolve_percentages(box: Any, block: Any) -> None:
    """Set the lengths that a box uses, px."""
    inline.resolve_percentages(box, block)


# --- what WeasyPrint calls left and right, along the line


def start_spacing(box: Any) -> float:
    """Margin, border and padding before an inline box's content, px."""
    return float(box.margin_left + box.border_left_width + box.padding_left)


def end_spacing(box: Any) -> float:
    """The same after it."""
    return float(box.margin_right + box.border_right_width + box.padding_right)


def settle_margins(box: Any) -> None:
    """Inside a line, `auto` margins are none (CSS 2.1, 10.3.1)."""
    for side in ("margin_left", "margin_right"):
        if getattr(box, side) == "auto":
            setattr(box, side, 0)


def lay_atom(context: Any, box: Any, x: float, block: Any, absolutes: list[Any], fixed: list[Any]) -> Any:
    """An atomic box laid out with its margin edge at `x` px."""
    box.position_y = 0
    made, *_ = split_inline_level(context, box, x, inf, -inf, None, block, absolutes, fixed, [], [], [], None, None)
    return made


def alignment(style: Any, last: bool) -> str:
    """`start`, `center`, `end` or `justify`, for a line; as `weasyprint.layout.inline.text_align` finds it."""
    align: str = style["text_align_all"]
    if last and style["text_align_last"] != "auto":
        align = style["text_align_last"]
    if align in ("left", "right"):
        return "start" if align == "left" else "end"
    return align


def arguments_of_widths(*values: Any, **named: Any) -> dict[str, Any]:
    """The arguments of a call of `inline_line_widths`, by name."""
    bound = _WIDTHS.bind(*values, **named)
    bound.apply_defaults()
    return bound.arguments
