"""Faster drawing of laid-out pages (patches of weasyprint.draw and of what it asks)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banxin.compose.swap import Swap, memory


def _outlines(original: Any) -> Any:
    """`draw_outline`: whether a style has an outline at all is asked once a style, not once a box.

    The same: it depends on the style alone, and the original, too, goes on with the boxes within.
    """
    from weasyprint.draw.color import get_color
    from weasyprint.formatting_structure.boxes import Box

    def draw_outline(stream: Any, box: Any) -> None:
        kept = memory(box.style)
        none = kept.get("_no_outline")
        if none is None:
            none = kept["_no_outline"] = without(box.style)
        if not none:
            original(stream, box)
            return
        for child in box.children:
            if isinstance(child, Box) and (child.children or not memory(child.style).get("_no_outline")):
                draw_outline(stream, child)

    def without(style: Any) -> bool:
        shown = style["visibility"] == "visible" and style["outline_width"]
        return not (shown and get_color(style, "outline_color").alpha)

    return draw_outline


def _borders(original: Any) -> Any:
    """`draw_border`: a box with no border of any width has none to draw, if nothing else is drawn with the borders.

    The same: the original, too, then draws nothing; rules between columns and pictures of borders depend on the style
    alone.
    """

    def draw_border(stream: Any, box: Any) -> None:
        kept = memory(box.style)
        lines_alone = kept.get("_border_of_lines")
        if lines_alone is None:
            lines_alone = kept["_border_of_lines"] = of_lines(box.style)
        if not lines_alone or (
            box.border_top_width or box.border_right_width or box.border_bottom_width or box.border_left_width
        ):
            original(stream, box)

    def of_lines(style: Any) -> bool:
        columns = style["column_width"] != "auto" or style["column_count"] != "auto"
        return style["visibility"] == "visible" and not columns and style["border_image_source"][0] == "none"

    return draw_border


class _Inline:
    """`draw_inline_level`: what stands in lines is drawn without asking each box what its type says, and the words of
    a text box are marked without a context manager.

    The same operators: these are the original's steps for a line or an inline box, and `Stream.marked`'s for a text,
    whose source `banxin/sheets/engine.py` checks.
    """

    def __init__(self, original: Any) -> None:
        from weasyprint import draw
        from weasyprint.formatting_structure import boxes

        self.original, self.draw, self.boxes = original, draw, boxes

    def draw_inline_level(
        self, stream: Any, page: Any, box: Any, offset: float = 0, overflow: str = "clip", ellipsis: Any = "none"
    ) -> None:
        if type(box) is self.boxes.LineBox:
            overflow, ellipsis = box.text_overflow, box.block_ellipsis
        elif type(box) is not self.boxes.InlineBox:
            self.original(stream, page, box, offset, overflow, ellipsis)
            return
        self.behind(stream, box)
        text, stack, rest = self.boxes.TextBox, self.draw.StackingContext, len(box.children)
        for child in box.children:
            rest -= 1
            within = "none" if rest else ellipsis
            x = offset if isinstance(child, stack) else offset + child.position_x - box.position_x
            if isinstance(child, text):
                self.text(stream, child, x, overflow, within)
            else:
                self.draw.draw_inline_level(stream, page, child, x, overflow, within)

    def behind(self, stream: Any, box: Any) -> None:
        """What stands behind the words."""
        if box.style["mask_border_source"][0] != "none":
            self.draw.set_mask_border(stream, box)
        if box.background is not None:
            self.draw.draw_background(stream, box.background)
        self.draw.draw_border(stream, box)

    def text(self, stream: Any, box: Any, *arguments: Any) -> None:
        """Words, marked so that a tag can hold them."""
        tags, operators = stream._tags, stream.stream
        if tags is None:
            self.draw.draw_text(stream, box, *arguments)
            return
        number = len(tags)
        tags[box] = {"tag": "Span", "mcid": number}
        operators.append(b"/Span\n<</MCID %d>>\nBDC" % number)
        self.draw.draw_text(stream, box, *arguments)
        operators.append(b"EMC")


class _Stacking:
    """`_dispatch_children`: what stands in the flow without further ado stays there; a line with all its children
    stays itself and is not copied.

    The same: these boxes are drawn and not changed any more, and the original copies them to leave children out.
    """

    def __init__(self, original: Any) -> None:
        from weasyprint import stacking
        from weasyprint.formatting_structure.boxes import BlockBox, FootnoteAreaBox, InlineBox, LineBox, TextBox

        self.original, self.stacking = original, stacking
        self.blocks, self.text, self.lines = (BlockBox, FootnoteAreaBox), TextBox, (InlineBox, LineBox)
        self.plain = frozenset((BlockBox, InlineBox, LineBox, TextBox))

    def dispatch_children(self, box: Any, page: Any, contexts: Any, blocks: Any, floats: Any, cells: Any) -> Any:
        if type(box) not in self.blocks and type(box) not in self.lines:
            return self.original(box, page, contexts, blocks, floats, cells)
        kept: list[Any] = []
        changed = type(box) in self.blocks
        for child in box.children:
            found = child
            if type(child) not in self.plain or child.is_grid_item or not _in_flow(child.style):
                found = self.stacking._dispatch(child, page, contexts, blocks, floats, cells)
            elif type(child) is not self.text:
                found = self.within(child, page, contexts, blocks, floats, cells)
            changed = changed or found is not child
            if found is not None:
                kept.append(found)
        return box.copy_with_children(kept) if changed else box

    def within(self, box: Any, page: Any, contexts: Any, blocks: Any, floats: Any, cells: Any) -> Any:
        """A block in the flow stands before those in it, which are its own; a line has none of its own."""
        if type(box) not in self.blocks:
            return self.dispatch_children(box, page, contexts, blocks, floats, cells)
        at = len(blocks)
        own: dict[Any, Any] = {}
        found = self.dispatch_children(box, page, contexts, blocks, floats, own)
        blocks.insert(at, found)
        cells[found] = own
        return found


def _in_flow(style: Any) -> bool:
    """Whether a style leaves a box where it stands, in the order of all others; remembered with the style."""
    kept = memory(style)
    known: bool | None = kept.get("_in_flow")
    if known is None:
        flowing = style["position"] == "static" and style["float"] == "none" and style["overflow"] == "visible"
        known = kept["_in_flow"] = flowing and style["opacity"] >= 1 and not style["transform"]
    return known


class _Anchors:
    """`gather_anchors`: a text leads nowhere itself, and nothing leads to it; neither does a line, but what is in it.
    Of other boxes, only what may differ is asked: a note has three that lead somewhere, or are led to.

    The same for boxes of which WeasyPrint knows no bookmark, and which are neither turned nor forms: links within the
    book are those of the boxes around.
    """

    def __init__(self, original: Any) -> None:
        from weasyprint.formatting_structure.boxes import BlockBox, InlineBox, LineBox, TextBox

        self.original = original
        self.text, self.line, self.others = TextBox, LineBox, (InlineBox, BlockBox)

    def gather(self, box: Any, anchors: Any, links: Any, *rest: Any) -> None:
        kind = type(box)
        if kind is self.text or kind is self.line:
            if not _unnamed(box):
                self.original(box, anchors, links, *rest)
            elif kind is self.line:
                for child in box.children:
                    self.gather(child, anchors, links, *rest)
        elif kind not in self.others or not _stands(box) or not self.placed(box, anchors, links, *rest):
            self.original(box, anchors, links, *rest)

    def placed(self, box: Any, anchors: Any, links: Any, bookmarks: Any, forms: Any, *around: Any) -> bool:
        """A box that stands as it was laid out; False for another, and nothing is done."""
        matrix, form, link = around or (None, None, None)
        link = box.link or link
        if matrix or (link and link[1][0] != "internal"):  # what is elsewhere may be attached
            return False
        name = box.style["anchor"]
        led_to = name and name not in anchors
        if link or led_to:
            x, y, width, height = box.hit_area()
            area = x, y, x + width, y + height
            if link:
                links.append((*link[1], area, box))
            if led_to:
                anchors[name] = area
        for child in box.children:
            self.gather(child, anchors, links, bookmarks, forms, matrix, form, link)
        return True


def _unnamed(box: Any) -> bool:
    style, element = box.style, box.element
    if box.bookmark_label or box.link or style["anchor"] or style["transform"]:
        return False
    return element is None or element.tag != "form"


def _stands(box: Any) -> bool:
    """Whether a box is neither turned, nor a form, nor in the outline."""
    kept = memory(box.style)
    plain = kept.get("_stands")
    if plain is None:
        plain = kept["_stands"] = not box.style["transform"] and box.style["appearance"] != "auto"
    return plain and not box.bookmark_label and (box.element is None or box.element.tag != "form")


def _transform_point(_: Any) -> Any:
    """`Matrix.transform_point`: the sums alone, without a matrix for the point and one for where it goes.

    The same, but that the original adds 0 to each.
    """

    def transform_point(matrix: Any, x: float, y: float) -> list[float]:
        (a, b, _), (c, d, _), (e, f, _) = matrix
        return [x * a + y * c + e, x * b + y * d + f]

    return transform_point


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "drawing": (
        Swap("weasyprint.draw.border:draw_outline", "c98afcef4e21", _outlines),
        Swap("weasyprint.draw.border:draw_border", "8ba918f30893", _borders),
        Swap("weasyprint.draw:draw_inline_level", "068162a401d0", lambda original: _Inline(original).draw_inline_level),
        Swap(
            "weasyprint.stacking:_dispatch_children",
            "664961378e41",
            lambda original: _Stacking(original).dispatch_children,
        ),
        Swap("weasyprint.anchors:gather_anchors", "373f8c676f27", lambda original: _Anchors(original).gather),
        Swap("weasyprint.matrix:Matrix.transform_point", "035c0eb80aef", _transform_point),
    ),
}
