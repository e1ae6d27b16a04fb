"""Faster trees of boxes (patches of weasyprint.formatting_structure)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, wraps
from inspect import unwrap
from typing import Any

from banxin.compose.speed_css import group
from banxin.compose.swap import Swap, memory


def _simple(original: Any) -> Any:
    """`element_to_box`: elements of words, such as paragraphs, marks and numbers of notes, are made in fewer steps.

    The same: of all that the original asks, only the steps of `_box` do anything where neither the styles of an element
    and of those in it nor a pseudo-element ask for more.
    """
    names = unwrap(original).__globals__  # as they are when they would be called

    @wraps(original)  # `footnotes` has a replacement of its own
    def element_to_box(element: Any, style_for: Any, *rest: Any, **options: Any) -> Any:
        if len(rest) == OF_CHILD and _is_simple(element, style_for):
            return _box(element, style_for, rest, names)
        return original(element, style_for, *rest, **options)

    return element_to_box


def _is_simple(element: Any, style_for: Any) -> bool:
    style = style_for(element)
    if not _asks_little(style) or not _is_alone(element, style, style_for):
        return False
    return all(_asks_little(style_for(child)) for child in element)


def _is_alone(element: Any, style: Any, style_for: Any) -> bool:
    """Whether an element has no pseudo-elements that hold anything, or are part of what it holds."""
    styles = group(style)
    return PSEUDO.isdisjoint(styles) if styles else not any(style_for(element, pseudo) for pseudo in PSEUDO)


def _asks_little(style: Any) -> bool:
    if style is None:  # a comment
        return False
    kept = memory(style)
    known: bool | None = kept.get("_asks_little")
    if known is None:
        known = kept["_asks_little"] = all(style[name] in values for name, values in ASKED.items())
    return known


def _box(element: Any, style_for: Any, rest: tuple[Any, ...], names: dict[str, Any]) -> Any:
    _, base_url, targets, _, _, (_, counters, *_) = rest
    style, text = style_for(element), names["boxes"].TextBox
    box = names["make_box"](element.tag, style, [], element)
    box.string_set = []
    if style["anchor"]:
        targets.store_target(style["anchor"], counters, box)
    box.children = made = [text.anonymous_from(box, element.text)] if element.text else []
    for child in element:
        made += names["element_to_box"](child, style_for, *rest)
        if child.tail and made and isinstance(made[-1], text):
            made[-1].text += child.tail
        elif child.tail:
            made.append(text.anonymous_from(box, child.tail))
    return names["html"].handle_element(element, box, rest[0], base_url)


OF_CHILD = 6
"""How many arguments follow the styles in the call for an element in another: the last is the state of counters."""
PSEUDO = frozenset(("before", "after", "first-letter", "first-line"))
ASKED: Mapping[str, tuple[Any, ...]] = {
    "display": (("inline", "flow"), ("block", "flow")),
    "float": ("none", "left", "right"),
    "position": ("static", "relative", "absolute", "fixed"),
    "counter_reset": ((),),
    "counter_set": ((),),
    "counter_increment": ("auto", ()),
    "string_set": ("none",),
    "bookmark_level": ("none",),
}
"""Values of properties that ask for nothing more."""


def _anonymous(original: Any) -> Any:
    """`create_anonymous_boxes`: a tree without tables, flex boxes and grids is not walked for their sake.

    The same: three of the five walks of the original look for such boxes, and else leave everything as it is.
    """
    from weasyprint.formatting_structure import boxes, build

    inner = boxes.FlexContainerBox, boxes.GridContainerBox

    @cache
    def is_plain(kind: type) -> bool:
        found: Any = kind
        of_table = found.proper_table_child or found.internal_table_or_caption or found.tabular_container
        return not (of_table or issubclass(kind, inner))

    def create_anonymous_boxes(box: Any) -> Any:
        waiting = [[box]]
        while waiting:
            for child in waiting.pop():
                if not is_plain(child.__class__):
                    return original(box)
                if child.children:
                    waiting.append(child.children)
        box.children = list(box.children)
        return build.block_in_inline(build.inline_in_block(box))

    return create_anonymous_boxes


def _contexts(original: Any) -> Any:
    """`Box.establishes_formatting_context`: of a block it is remembered with its style where that asks for none.

    Each block is asked eight times. The same: all else that the original looks at of a block is `is_column`.
    """
    from weasyprint.formatting_structure.boxes import BlockBox

    def establishes_formatting_context(box: Any) -> Any:
        if type(box) is not BlockBox:
            return original(box)
        kept = memory(box.style)
        asks = kept.get("_asks_for_context")
        if asks is None:
            asks = kept["_asks_for_context"] = _asks_for_context(box.style)
        return original(box) if asks else box.is_column

    return establishes_formatting_context


def _asks_for_context(style: Any) -> bool:
    """Whether a style has something for which a block may establish a formatting context."""
    in_flow = style["float"] == "none" and style["position"] in ("static", "relative")
    return not in_flow or style["overflow"] != "visible" or "flow-root" in style["display"]


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "simple elements": (Swap("weasyprint.formatting_structure.build:element_to_box", "2d0a37e45b7f", _simple),),
    "anonymous boxes": (
        Swap("weasyprint.formatting_structure.build:create_anonymous_boxes", "f1e76cc779a8", _anonymous),
    ),
    "contexts": (
        Swap("weasyprint.formatting_structure.boxes:Box.establishes_formatting_context", "2eafc1fb3855", _contexts),
    ),
}
