"""A footnote stands on the page of its mark; a head says which pages the notes below it belong to.

WeasyPrint sends the last footnotes of a page to the next one where a paragraph would otherwise break too early for
`orphans` and `widows`, whatever `footnote-policy` says; then ④ stands on one page, its note on another, above the ① of
that page. With `footnote-policy: line` the paragraph goes to the next page with its notes instead. And the empty box
that calls a note stays in the line of its mark (`Builder.holds`). Only a note that has no room on a page beside the
first line of that page goes on overleaf.

Beside each named string there is one of the same name with `-range` at its end: what it was first and last on a page,
`12—15`. CSS can join the two (CSS GCPM 3, 1.2.2), and cannot say 12 where they are the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial, wraps
from itertools import islice
from math import inf
from types import CodeType, SimpleNamespace
from typing import Any
from weakref import ref

from banxin.compose.swap import Swap, memory, owner

LINES = "weasyprint.layout.block:_linebox_layout"
REPORTS = "report = not context.in_column and can_break_now and not could_break_before"
KEEPS = """report = (
                not context.in_column and can_break_now and not could_break_before and
                not any(note.style['footnote_policy'] == 'line' for note in context.current_page_footnotes))"""


SEARCHED = """for descendant in line.descendants()
                if descendant.footnote in context.footnotes)"""
SEARCHES = """for child in line.children if child.children or child.footnote
                for descendant in (child.descendants() if isinstance(child, boxes.Box) else [child])
                if descendant.footnote and descendant.footnote in context.footnotes)"""
"""Text alone calls no note, and most boxes call none."""


def kept(original: Any) -> Any:
    """The same function, which sends no footnote with that policy away."""
    module, name = owner(LINES)
    made: dict[str, Any] = {}
    exec(_kept_code(original), vars(module), made)
    return made[name]


@cache
def _kept_code(original: Any) -> CodeType:
    """What makes that function: read and compiled once, and not for every signature."""
    source = inspect.getsource(original)
    if source.count(REPORTS) != 1 or source.count(SEARCHED) != 1:
        raise ValueError(f"{LINES} has another way with footnotes")
    return compile(source.replace(REPORTS, KEEPS).replace(SEARCHED, SEARCHES), owner(LINES)[0].__file__, "exec")


# What calls a note is no box of its own ----------------------------------------------------------------------------


def _called(original: Any) -> Any:
    """The mark before a note calls it, and the empty boxes for a mark and a number of WeasyPrint's own are left out.

    Each would be a box in its line, and a tag without content in the file. What is not empty stays: a layout may say
    `::footnote-call` and `::footnote-marker`.
    """

    @wraps(original)  # `speed_boxes` looks whether it is the one that it knows
    def element_to_box(*arguments: Any) -> Any:
        notes = arguments[OF_ROOT - 1]
        before = len(notes)
        made = original(*arguments)
        if len(notes) > before:
            for box in made:
                _join(box)
        if len(arguments) == OF_ROOT:
            for note in notes:
                if note.children and note.children[0].element_tag.endswith(MARKER) and _is_empty(note.children[0]):
                    del note.children[0]
        return made

    return element_to_box


OF_ROOT = 7
"""How many arguments the root's call has: the last are the notes so far; the call of another element has one more."""
MARKER = "::footnote-marker"
MARK = "noteref"
"""The class of a mark."""


def _join(box: Any) -> None:
    """Let marks in a box call the notes behind them."""
    for at, child in reversed(list(enumerate(box.children))):
        if child.footnote is not None and at and _is_empty(child) and _is_mark(box.children[at - 1]):
            box.children[at - 1].footnote = child.footnote
            del box.children[at]


def _is_mark(box: Any) -> bool:
    from weasyprint.formatting_structure.boxes import InlineBox

    return type(box) is InlineBox and box.footnote is None and (box.element.get("class") or "") == MARK


def _is_empty(box: Any) -> bool:
    """Whether an inline box has neither words nor room."""
    from weasyprint.formatting_structure.boxes import InlineBox

    return type(box) is InlineBox and not box.children and all(box.style[side] in NONE for side in SIDES)


SPACES = (("margin", ""), ("padding", ""), ("border", "_width"))
SIDES = tuple(f"{kind}_{side}{of}" for kind, of in SPACES for side in ("left", "right"))
NONE = ((0, "px"), 0)


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


# Notes are laid out once ----------------------------------------------------------------------------------------------


def _measured(original: Any) -> Any:
    """WeasyPrint lays out all notes of a page again with each that is added; those that it knows stay as high."""

    names = original.__globals__  # as they are when it would be called

    def _update_footnote_area(context: Any) -> Any:
        area, notes = context.current_footnote_area, context.current_page_footnotes
        height = _stack(context, notes, names) if notes and not context.in_column else None
        if height is None:
            for note in notes:
                vars(note).pop(COPY, None)
            return original(context)
        if area.height != "auto":
            context.page_bottom += area.margin_height()
        area.children = notes
        area.height = height
        context.page_bottom -= area.margin_height()
        return False

    return _update_footnote_area


def _stack(context: Any, notes: Sequence[Any], names: Mapping[str, Any]) -> float | None:
    """How high the notes of a page are together, px; None where they are more than one below the other."""
    area = context.current_footnote_area
    before, height = vars(area).get(STACK, ([], 0.0))
    if notes[: len(before)] != before:
        before, height = [], 0.0
    added = notes[len(before) :]
    if not _known(area.style, "_grows", _grows) or not all(_known(note.style, "_touches", _touches) for note in added):
        return None
    for note in added:
        height += _height(context, note, names)
    vars(area)[STACK] = list(notes), height
    return float(height)


STACK = "_stack"
"""Of an area of notes: those that were measured, and how high they are together."""


def _known(style: Any, name: str, look: Callable[[Any], bool]) -> bool:
    """What is to be seen of a style, remembered with it by a name."""
    kept = memory(style)
    if name not in kept:
        kept[name] = look(style)
    found: bool = kept[name]
    return found


def _grows(style: Any) -> bool:
    """Whether an area of notes is as high as they are."""
    return bool(style["height"] == "auto" and style["max_height"].value == inf)


def _touches(style: Any) -> bool:
    """Whether there is nothing between a note and those around it."""
    return all(style[side].value == 0 for side in ("margin_top", "margin_bottom"))


def _height(context: Any, note: Any, names: Mapping[str, Any]) -> float:
    """How high a note is by itself, as wide as the page has it; remembered with it, as it is then."""
    area = context.current_footnote_area
    known = vars(note).get(ALONE)
    if known is None or known[0] != _measure(area):
        vars(note).pop(COPY, None)
        laid = _words_alone(context, note, names)
        if laid is None:
            area.children = [note]
            alone = names["build"].create_anonymous_boxes(area.deepcopy())
            alone = names["block_level_layout"](context, alone, -inf, None, area.page)[0]
            frame = alone.copy_with_children([])
            frame.page = SimpleNamespace(width=area.page.width)  # not the page, which would stay as long as the style
            memory(area.style)[FRAME] = frame
            laid = alone.children[0]
            known = _measure(area), alone.height, laid if _is_plain(note) else None
        else:
            known = _measure(area), laid.margin_height(), laid
        vars(note)[ALONE] = known
        if known[2] is not None:
            vars(note)[COPY] = partial(_without_words, ref(note))  # whoever copies it will have it as it is laid out
    height: float = known[1]
    return height


def _words_alone(context: Any, note: Any, names: Mapping[str, Any]) -> Any:
    """A note that is nothing but words, laid out where the area of another was; None where it is more, or the first.

    The same lines: what else WeasyPrint does to boxes before it lays them out is for tables, flex, blocks in lines.
    """
    area = context.current_footnote_area
    frame = memory(area.style).get(FRAME)
    if frame is None or frame.page.width != area.page.width or not _is_words(note, names["boxes"]):
        return None
    box = names["build"].inline_in_block(note.copy())  # what stands in it is copied when its lines are made
    box.position_x, box.position_y = frame.content_box_x(), frame.content_box_y()
    context.create_block_formatting_context(box)  # floats of the page are not in its way
    laid = names["block_level_layout"](context, box, -inf, None, frame)[0]
    context.finish_block_formatting_context(box)
    return laid


FRAME = "_frame_of_notes"
"""With the style of an area of notes: the area as it was laid out on a page of some width."""


def _is_words(note: Any, boxes: Any) -> bool:
    if type(note) is not boxes.BlockBox or not _known(note.style, "_one_column", _has_one_column):
        return False
    inside = list(note.children)
    for box in inside:  # and what is added to them meanwhile
        if type(box) is boxes.InlineBox and _stays(box):
            inside += box.children
        elif type(box) is not boxes.TextBox:
            return False
    return True


def _has_one_column(style: Any) -> bool:
    return bool(style["column_width"] == style["column_count"] == "auto")


def _measure(area: Any) -> tuple[Any, float]:
    """What a note's lines depend on: pages of one kind share the style of their area."""
    return area.style, area.page.width


ALONE = "_alone"
"""Of a note: in what measure it was laid out, how high it is then, and the note as it is laid out, if it stays so."""


COPY = "deepcopy"
"""What WeasyPrint calls for a copy of all that is in a note, to lay it out."""


def _without_words(note: Callable[[], Any]) -> Any:
    """A copy of a note. That it knows itself only weakly lets it go with its page, without a search for cycles."""
    return note().copy_with_children(())


def _is_plain(note: Any) -> bool:
    """Whether a note is laid out alike wherever it stands: nothing floats in it, or depends on pages."""
    return all(map(_stays, islice(note.descendants(placeholders=True), 1, None)))


def _stays(box: Any) -> bool:
    return bool(box.is_in_normal_flow() and not (box.missing_link or box.footnote or box.note))


def _stacked(original: Any) -> Any:
    """A note that was measured stands in the area of notes as it was laid out then.

    Without a copy: where its page is made again, the one before is thrown away.
    """
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox

    def block_level_layout(
        context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any, *rest: Any, **options: Any
    ) -> Any:
        if type(containing_block) is FootnoteAreaBox and skip_stack is None:
            measure, _, laid = vars(box).get(ALONE, (None, 0.0, None))
            if laid is not None and measure == _measure(containing_block):
                laid.translate(box.position_x - laid.position_x, box.position_y - laid.position_y)
                return laid, None, {"break": "any", "page": laid.page_values()[1]}, [], False, None
            if COPY in vars(box):
                raise AssertionError("a note that was measured for another page")
        return original(context, box, bottom_space, skip_stack, containing_block, *rest, **options)

    return block_level_layout


SWAPS = (
    Swap("weasyprint.formatting_structure.build:element_to_box", "2d0a37e45b7f", _called),
    Swap("weasyprint.layout:LayoutContext._update_footnote_area", "2e317e4b066f", _measured),
    Swap("weasyprint.layout.block:block_level_layout", "c1301dde9284", _stacked),
    Swap(LINES, "e07bbe000974", kept),
    Swap("weasyprint.layout:LayoutContext.get_string_set_for", "192682fffbc0", _with_ranges),
)
