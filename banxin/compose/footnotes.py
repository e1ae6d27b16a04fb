"""A footnote stands on the page of its mark; a head says which pages the notes below it belong to.

WeasyPrint sends the last footnotes of a page to the next one where a paragraph would otherwise break too early for
`orphans` and `widows`, whatever `footnote-policy` says; then ④ stands on one page, its note on another, above the ① of
that page. With `footnote-policy: line` the paragraph goes to the next page with its notes instead. One note in some
hundreds still strays, where nothing may break before its line.

Beside each named string there is one of the same name with `-range` at its end: what it was first and last on a page,
`12—15`. CSS can join the two (CSS GCPM 3, 1.2.2), and cannot say 12 where they are the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from banxin.compose.swap import Swap, owner

LINES = "weasyprint.layout.block:_linebox_layout"
REPORTS = "report = not context.in_column and can_break_now and not could_break_before"
KEEPS = """report = (
                not context.in_column and can_break_now and not could_break_before and
                not any(note.style['footnote_policy'] == 'line' for note in context.current_page_footnotes))"""


def kept(original: Any) -> Any:
    """The same function, which sends no footnote with that policy away."""
    module, name = owner(LINES)
    source = inspect.getsource(original)
    if source.count(REPORTS) != 1:
        raise ValueError(f"{LINES} has another way with footnotes")
    made: dict[str, Any] = {}
    exec(compile(source.replace(REPORTS, KEEPS), module.__file__, "exec"), vars(module), made)
    return made[name]


RANGE = "-range"
DASH = "—"
"""Between the first and the last page (GB/T 15834-2011, 4.13.3.2)."""


def _with_ranges(original: Any) -> Any:
    def get_string_set_for(context: Any, page: Any, name: str, keyword: str = "first") -> Any:
        base = name.removesuffix(RANGE)
        if base == name or name in context.string_set:
            return original(context, page, name, keyword)
        ends = dict.fromkeys(word for end in ("first", "last") for word in original(context, page, base, end))
        return (DASH.join(ends),) if ends else ()

    return get_string_set_for


# How high the notes of a page are -------------------------------------------------------------------------------------


def _measured(original: Any) -> Any:
    """WeasyPrint lays out all notes of a page again with each that is added; those that it knows stay as high."""

    names = original.__globals__  # as they are when it would be called

    def _update_footnote_area(context: Any) -> Any:
        area, notes = context.current_footnote_area, context.current_page_footnotes
        if len(notes) < 2 or context.in_column or not _is_stack(area, notes):
            return original(context)
        if area.height != "auto":
            context.page_bottom += area.margin_height()
        heights = [_height(context, note, names) for note in notes]
        area.children = notes
        area.height = sum(heights)
        context.page_bottom -= area.margin_height()
        return False

    return _update_footnote_area


def _is_stack(area: Any, notes: Sequence[Any]) -> bool:
    """Whether the notes stand one below the other with nothing between, as high as they are."""
    style = area.style
    if style["height"] != "auto" or style["max_height"].value != inf:
        return False
    return all(note.style[side].value == 0 for note in notes for side in ("margin_top", "margin_bottom"))


def _height(context: Any, note: Any, names: Mapping[str, Any]) -> float:
    """How high a note is by itself, as wide as the page has it; remembered with it."""
    area = context.current_footnote_area
    known = vars(note).get("_alone")
    if known is None or known[0] != area.width:
        area.children = [note]
        alone = names["build"].create_anonymous_boxes(area.deepcopy())
        alone = names["block_level_layout"](context, alone, -inf, None, area.page)[0]
        known = note._alone = (area.width, alone.height)
    height: float = known[1]
    return height


SWAPS = (
    Swap("weasyprint.layout:LayoutContext._update_footnote_area", "2e317e4b066f", _measured),
    Swap(LINES, "e07bbe000974", kept),
    Swap("weasyprint.layout:LayoutContext.get_string_set_for", "192682fffbc0", _with_ranges),
)
