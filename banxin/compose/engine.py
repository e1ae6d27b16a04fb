"""Every private name of WeasyPrint that the composer uses, in one place, for exactly one version.

Nothing else of the composer imports WeasyPrint (the patches for speed have their own lists). A name that is gone, or a
function that is not the one that the composer was written for, stops the import with a `ToolError`.
"""

from __future__ import annotations

from math import inf
from typing import Any

from banxin.compose import loading  # isort: skip - before whatever imports WeasyPrint

from weasyprint.css.properties import INHERITED, Dimension
from weasyprint.draw import text as draw_text
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, inline, preferred
from weasyprint.layout.absolute import AbsolutePlaceholder, absolute_layout
from weasyprint.layout.float import float_layout
from weasyprint.layout.leader import handle_leader
from weasyprint.layout.percent import resolve_one_percentage
from weasyprint.logger import LOGGER
from weasyprint.pdf.fonts import Font as PdfFont
from weasyprint.text import ffi as pango_ffi
from weasyprint.text.fonts import get_pango_font_key as font_key
from weasyprint.text.line_break import Layout, create_layout, get_log_attrs

from banxin.compose.swap import check, memory

adjust_line_height = inline._adjust_line_height
line_box_verticality = inline.line_box_verticality
collapse_margin = block.collapse_margin
split_inline_level = inline.split_inline_level
stock_lines = inline.iter_line_boxes
stock_draw = draw_text.draw_first_line
stock_widths = preferred.inline_line_widths
max_content_width = preferred.max_content_width
min_content_width = preferred.min_content_width
trailing_whitespace_size = preferred.trailing_whitespace_size

__all__ = [
    "INHERITED",
    "LOGGER",
    "AbsolutePlaceholder",
    "Dimension",
    "Layout",
    "PdfFont",
    "absolute_layout",
    "adjust_line_height",
    "avoid_collisions",
    "boxes",
    "collapse_margin",
    "create_layout",
    "float_layout",
    "font_key",
    "get_log_attrs",
    "handle_leader",
    "line_box_verticality",
    "max_content_width",
    "min_content_width",
    "pango_ffi",
    "resolve_one_percentage",
    "resolve_percentages",
    "said",
    "split_inline_level",
    "stock_draw",
    "stock_lines",
    "stock_widths",
    "strut",
    "trailing_whitespace_size",
]

_KNOWN = (
    ("weasyprint.layout.inline:_adjust_line_height", "822443b08f53"),
    ("weasyprint.layout.inline:line_box_verticality", "1018aadb3410"),
    ("weasyprint.layout.inline:first_letter_to_box", "9f3d58c31344"),
    ("weasyprint.layout.inline:skip_first_whitespace", "deb2f1a5e2a6"),
    ("weasyprint.layout.absolute:absolute_layout", "303de9ffbec7"),
    ("weasyprint.layout.block:collapse_margin", "c91ad56f8171"),
    ("weasyprint.layout.inline:split_inline_level", "d98c008c8fc0"),
    ("weasyprint.layout.preferred:trailing_whitespace_size", "cd005b8042a6"),
    ("weasyprint.layout.leader:handle_leader", "e4bf5941eb94"),
    ("weasyprint.layout.float:avoid_collisions", "5fc7793c573a"),
    ("weasyprint.layout.float:float_layout", "d6c66bc08432"),
    ("weasyprint.layout.percent:resolve_percentages", "71673078096f"),
    ("weasyprint.layout.percent:resolve_one_percentage", "4cfaa9ad134e"),
    ("weasyprint.pdf.fonts:Font.__init__", "1f281166b103"),
    ("weasyprint.text.line_break:strut", "b57885b70dd0"),
    ("weasyprint.text.line_break:create_layout", "6587192cc0ab"),
    ("weasyprint.text.line_break:get_log_attrs", "65c1a1c4fa75"),
)
"""What is called by name here, with its source (see `Swap.source`)."""
_EDGES = ("margin_left", "margin_right", "padding_left", "padding_right", "padding_top", "padding_bottom")

check(_KNOWN)
for _each in loading.ADDED:
    pango_ffi.ffi.cdef(_each)


# --- looked up when they are called: `speed` puts faster ones in their place


def strut(style: Any) -> tuple[float, float]:
    """Height of a line that holds nothing, and its baseline from the top, px."""
    found: tuple[float, float] = inline.strut(style)
    return found


def avoid_collisions(context: Any, box: Any, around: Any) -> tuple[float, float, float]:
    """Where a line may stand beside the floats: x, y, width, px."""
    found: tuple[float, float, float] = inline.avoid_collisions(context, box, around, outer=False)
    return found


def resolve_percentages(box: Any, block: Any) -> None:
    """Set the lengths that a box uses, px."""
    inline.resolve_percentages(box, block)


def first_letter(box: Any, style: dict[str, Any]) -> None:
    """Put the first letter of a line box into a box of its own; once, however often the line box is laid out."""
    inner = box
    while isinstance(inner, boxes.ParentBox) and inner.children:
        inner = inner.children[0]
        if inner.element_tag.endswith("::first-letter"):
            return
    skip = inline.skip_first_whitespace(box, None)
    if skip != "continue":
        inline.first_letter_to_box(box, skip, style)


def said(style: Any, name: str) -> str:
    """The keyword that a style's custom property `--name` is, lower case; empty if there is none."""
    value = style[f"__{name}"]
    if not value:  # as nearly always
        return ""
    tokens = [token for token in value if token.type not in ("whitespace", "comment")]
    return str(tokens[0].lower_value) if len(tokens) == 1 and tokens[0].type == "ident" else ""


def room(style: Any) -> float:
    """px: how wide `--room` says that an inline box is at least, in em of its own; remembered with the style."""
    kept = memory(style)
    if "_room" not in kept:
        tokens = [token for token in style["__room"] or () if token.type not in ("whitespace", "comment")]
        em = tokens[0].value if len(tokens) == 1 and getattr(tokens[0], "unit", "") == "em" else 0.0
        kept["_room"] = em * style["font_size"]
    found: float = kept["_room"]
    return found


def is_formula(box: Any) -> bool:
    """Whether a box holds a formula: class `math`."""
    names = "" if box.element is None else box.element.get("class") or ""
    return "math" in names and "math" in names.split()


# --- what WeasyPrint calls left and right, along the line


def start_spacing(box: Any) -> float:
    """Margin, border and padding before an inline box's content, px."""
    if box.style["direction"] == "rtl":
        return float(box.margin_right + box.border_right_width + box.padding_right)
    return float(box.margin_left + box.border_left_width + box.padding_left)


def end_spacing(box: Any) -> float:
    """The same after it."""
    if box.style["direction"] == "rtl":
        return float(box.margin_left + box.border_left_width + box.padding_left)
    return float(box.margin_right + box.border_right_width + box.padding_right)


def apart_before(box: Any) -> bool:
    """Whether an inline box keeps off what stands before it, by a margin."""
    return bool(box.margin_left > 0)


def apart_after(box: Any) -> bool:
    """The same behind it."""
    return bool(box.margin_right > 0)


def has_relative_edges(style: Any) -> bool:
    """Whether the margins or paddings of an inline box depend on the width of its block."""
    values = [style[name] for name in _EDGES]
    return any(value != "auto" and getattr(value, "unit", "%") != "px" for value in values)


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
        return "start" if (align == "left") == (style["direction"] == "ltr") else "end"
    return align
