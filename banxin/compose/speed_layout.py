"""Faster layout (patches of weasyprint.layout and of the boxes)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from banxin.compose.swap import Swap, memory


def _in_normal_flow(_: Any) -> Any:
    """`Box.is_in_normal_flow`: one look at `float` and one at `position` instead of five calls.

    The same: `float` is none, or a side, or footnote; `position` is static, relative, absolute, fixed, running() or
    note(), and no other.
    """

    def is_in_normal_flow(box: Any) -> bool:
        style = box.style
        return style["float"] == "none" and style["position"] in IN_FLOW

    return is_in_normal_flow


IN_FLOW = ("static", "relative")


def _percentages(original: Any) -> Any:
    """`resolve_percentages`: where no length of a style is relative to another, they are all set at once.

    The same, because the lengths then do not depend on the containing block; a style is never changed after its first
    use (WeasyPrint copies it first). Where borders collapse, a box keeps the widths that its table gave it.
    """
    from weasyprint.layout.absolute import AbsolutePlaceholder

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        kept = memory(box.style)
        known = kept.get("_absolute_lengths")
        if known is None:
            known = kept["_absolute_lengths"] = _absolute_lengths(box.style, original)
        lengths, borders = known
        if not lengths or type(box) is AbsolutePlaceholder:
            original(box, containing_block)
            return
        vars(box).update(lengths)
        for name, width in borders:
            if not hasattr(box, name):
                setattr(box, name, width)

    return resolve_percentages


def _absolute_lengths(style: Any, resolve: Any) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """What `resolve_percentages` sets whatever the containing block; the borders it sets if there are none; or nothing.

    Worked out by the original on an empty box.
    """
    collapse = style["border_collapse"] == "collapse"
    if collapse and style["box_sizing"] != "content-box":  # the widths of collapsed borders then count
        return {}, []
    if not is_absolute(style):
        return {}, []
    probe = SimpleNamespace(style=style)
    resolve(probe, (0, 0))
    lengths = vars(probe)
    del lengths["style"]
    borders = [(name, lengths.pop(name)) for name in BORDERS] if collapse else []
    return lengths, borders


BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))


def is_absolute(style: Any) -> bool:
    """Whether no margin, padding, width or height of a style is relative to another length; borders never are."""
    values = (style[name] for name in LENGTHS)
    return all(value is None or value == "auto" or getattr(value, "unit", None) == "px" for value in values)


LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("top", "right", "bottom", "left")),
    *(f"{limit}{size}" for limit in ("", "min_", "max_") for size in ("width", "height")),
)


def _with_style(name: str) -> Callable[[Any], Any]:
    """What a function says of a style is remembered with the style, by this name; a style is never changed.

    `strut` remembers it already by the values of the same properties, but makes a string of fourteen of them for every
    look-up. What `get_font_description` gives is copied by Pango when it is set, and nobody changes it.
    """

    def patch(original: Any) -> Any:
        def remembered(style: Any) -> Any:
            kept = memory(style)
            known = kept.get(name)
            if known is None:
                known = kept[name] = original(style)
            return known

        return remembered

    return patch


def _collisions(original: Any) -> Any:
    """`avoid_collisions`: a left-to-right line with no float near is as wide as its block.

    The same: these are the original's sums, in its order, without those that nothing needs where there is no float.
    """
    from weasyprint.formatting_structure.boxes import LineBox

    def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
        if outer or context.excluded_shapes or type(box) is not LineBox or containing_block.style["direction"] != "ltr":
            return original(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        right = left + containing_block.width - box.margin_right
        left += box.margin_left
        return left - box.margin_left, box.border_box_y() - box.margin_top, right - left

    return avoid_collisions


def _make_page(original: Any) -> Any:
    """`make_page`: the anchors and counters of earlier pages are gathered once, not anew for every page.

    The same: `make_page` looks at the pages before its own only to put their lists one after the other, and the lists
    of a page stay as they are until it is made again; then they are gathered again.
    """

    def make_page(context: Any, root_box: Any, page_type: Any, resume_at: Any, page_number: int, state: Any) -> Any:
        pages = context.page_maker
        earlier = vars(context).get("_earlier_pages")
        if earlier is None or not earlier.follow(pages, page_number):
            earlier = context._earlier_pages = _EarlierPages(pages, page_number)
        context.page_maker = earlier
        try:
            return original(context, root_box, page_type, resume_at, page_number, state)
        finally:
            context.page_maker = pages

    return make_page


class _EarlierPages:
    """The list `page_maker`, whose slice of the pages before one is a single page with what all of them have."""

    def __init__(self, pages: list[Any], number: int) -> None:
        self.pages, self.number = pages, 1
        self.gathered: dict[str, list[Any]] = {"anchors": [], "content_lookups": []}
        while self.number < number:
            self._add()

    def follow(self, pages: list[Any], number: int) -> bool:
        """Go on to the next page, if that is the one wanted."""
        if self.pages is not pages or number != self.number + 1:
            return False
        self._add()
        return True

    def _add(self) -> None:
        state = self.pages[self.number - 1][-1]
        for name, values in self.gathered.items():
            values.extend(state.get(name, []))
        self.number += 1

    def __len__(self) -> int:
        return len(self.pages)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [(None, None, None, None, self.gathered)] if index.stop else []
        return self.pages[index]


def _footnotes(original: Any) -> Any:
    """`initialize_page_maker`: looking for "no note" among the notes takes no time.

    For every box of every line the layout asks whether its note, nearly always none, is among those not yet laid out.
    """

    def initialize_page_maker(context: Any, root_box: Any) -> None:
        original(context, root_box)
        context.footnotes = _Footnotes(context.footnotes)

    return initialize_page_maker


class _Footnotes(list[Any]):
    def __contains__(self, note: object) -> bool:
        return note is not None and super().__contains__(note)

    def copy(self) -> _Footnotes:
        return _Footnotes(self)


def _descendants(_: Any) -> Any:
    """`Box.descendants`: the boxes of a tree come from one generator, not through one for each level.

    The same order: a box, then its children, each with all below it. Of a page, lines and texts are left out: it is
    asked for anchors, named strings, bookmarks and page numbers that are missing, and those are of elements.
    """
    from weasyprint.formatting_structure.boxes import Box, LineBox, PageBox, TextBox

    def descendants(box: Any, placeholders: bool = False) -> Iterator[Any]:
        yield box
        unasked = (TextBox, LineBox) if type(box) is PageBox else ()
        levels = [iter(box.children)]
        while levels:
            for child in levels[-1]:
                if type(child) in unasked:
                    below = child.children
                elif isinstance(child, Box):
                    yield child
                    below = child.children
                elif placeholders:
                    yield child._box
                    below = child._box.children
                else:
                    yield child
                    continue
                if below:
                    levels.append(iter(below))
                    break
            else:
                levels.pop()

    return descendants


def _backgrounds(original: Any) -> Any:
    """`layout_box_backgrounds`: a box whose style paints nothing behind it has no background, without further ado.

    The same: that there is no colour, picture, shadow, border image or rounded corner depends on the style alone, and
    the original sets the same attributes.
    """
    from weasyprint.draw.color import get_color
    from weasyprint.layout.absolute import AbsolutePlaceholder

    def layout_box_backgrounds(
        page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        kept = memory(box.style)
        plain = kept.get("_paints_nothing")
        if plain is None:
            plain = kept["_paints_nothing"] = paints_nothing(box.style)
        if not plain or box is page or style is not None or not layout_children or type(box) is AbsolutePlaceholder:
            original(page, box, get_image, layout_children, style)
            return
        vars(box).update(PLAIN)
        for child in box.all_children():
            layout_box_backgrounds(page, child, get_image)

    def paints_nothing(style: Any) -> bool:
        return (
            all((0, "px") in style[name] for name in RADII)
            and style["border_image_source"][0] == "none"
            and style["mask_border_source"][0] == "none"
            and all(kind == "none" for kind, _ in style["background_image"])
            and not style["box_shadow"]
            and (style["visibility"] == "hidden" or get_color(style, "background_color").alpha == 0)
        )

    return layout_box_backgrounds


RADII = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))
PLAIN = {**dict.fromkeys(RADII, (0, 0)), "background": None}


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "struts": (Swap("weasyprint.text.line_break:strut", "b57885b70dd0", _with_style("_strut")),),
    "earlier pages": (Swap("weasyprint.layout.page:make_page", "656f183328e8", _make_page),),
    "footnotes": (Swap("weasyprint.layout:initialize_page_maker", "5bb3c878d722", _footnotes),),
    "descendants": (Swap("weasyprint.formatting_structure.boxes:Box.descendants", "c15a877f6136", _descendants),),
    "font descriptions": (
        Swap("weasyprint.text.fonts:get_font_description", "85734b8947b9", _with_style("_font_description")),
    ),
    "backgrounds": (Swap("weasyprint.layout.background:layout_box_backgrounds", "617a870678c8", _backgrounds),),
    "collisions": (Swap("weasyprint.layout.float:avoid_collisions", "5fc7793c573a", _collisions),),
    "flow": (Swap("weasyprint.formatting_structure.boxes:Box.is_in_normal_flow", "5f49d6ab23da", _in_normal_flow),),
    "percentages": (Swap("weasyprint.layout.percent:resolve_percentages", "71673078096f", _percentages),),
}
