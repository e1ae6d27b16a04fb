"""Faster trees of boxes (patches of weasyprint.formatting_structure)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, wraps
from typing import Any

from banxin.compose.swap import Swap, memory


def _leaves(original: Any) -> Any:
    """`element_to_box`: an element of nothing but words, such as a mark or a number of a note, is made in fewer steps.

    The same: of all that the original asks, only these steps do anything where neither the style nor a pseudo-element
    asks for more.
    """
    from weasyprint import html
    from weasyprint.formatting_structure.boxes import BlockBox, InlineBox, TextBox

    kinds = {("inline", "flow"): InlineBox, ("block", "flow"): BlockBox}

    @wraps(original)  # `footnotes` has a replacement of its own
    def element_to_box(
        element: Any, style_for: Any, images: Any, base_url: Any, targets: Any, *rest: Any, **options: Any
    ) -> Any:
        style = style_for(element) if len(rest) == OF_CHILD and not len(element) else None
        if style is None or not _is_simple(style) or any(style_for(element, pseudo) for pseudo in PSEUDO):
            return original(element, style_for, images, base_url, targets, *rest, **options)
        box = kinds[style["display"]](element.tag, style, element, [])
        box.children = [TextBox.anonymous_from(box, element.text)] if element.text else []
        box.string_set = []
        if style["anchor"]:
            _, counters, *_ = rest[-1]
            targets.store_target(style["anchor"], counters, box)
        return html.handle_element(element, box, images, base_url)

    def _is_simple(style: Any) -> bool:
        kept = memory(style)
        known: bool | None = kept.get("_is_simple")
        if known is None:
            known = kept["_is_simple"] = style["display"] in kinds and all(style[name] in ASKED[name] for name in ASKED)
        return known

    return element_to_box


OF_CHILD = 3
"""How many arguments follow in the call for an element in another: the last is the state of counters."""
PSEUDO = ("before", "after", "first-letter", "first-line")
ASKED: Mapping[str, tuple[Any, ...]] = {
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
    "leaves": (Swap("weasyprint.formatting_structure.build:element_to_box", "2d0a37e45b7f", _leaves),),
    "anonymous boxes": (
        Swap("weasyprint.formatting_structure.build:create_anonymous_boxes", "f1e76cc779a8", _anonymous),
    ),
    "contexts": (
        Swap("weasyprint.formatting_structure.boxes:Box.establishes_formatting_context", "2eafc1fb3855", _contexts),
    ),
}
