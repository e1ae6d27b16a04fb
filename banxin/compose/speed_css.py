"""Faster styles (patches of weasyprint.css and of the styles of pages)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banxin.compose.swap import Swap


def _page_styles(original: Any) -> Any:
    """`set_page_type_computed_styles`: pages that the same rules match share their styles.

    The original looks at the margin boxes of all earlier pages for each page, and works out the styles of the page and
    of its 16 margin boxes anew. The same, because a page's style depends on the rules, on the root's style, and on the
    size of the first page (units like `vw`); what the layout changes in it, it changes in every page alike.
    """

    def set_page_type_computed_styles(page_type: Any, html: Any, style_for: Any) -> None:
        memory = vars(style_for).setdefault("_page_styles", {})
        nth = memory.setdefault("nth", _nth_selectors(style_for))
        matches = tuple([style_for._page_type_match(selector, page_type) for selector in nth])
        sizes = tuple(style_for.initial_page_sizes.values())
        key = page_type.side, page_type.blank, page_type.name, page_type.index == 0, matches, sizes
        computed = style_for.get_computed_styles()
        if key not in memory:
            cascaded = style_for.get_cascaded_styles()
            cascaded.clear()  # it has those of an earlier page
            original(page_type, html, style_for)
            pseudo_types = {None, *(pseudo_type for _, pseudo_type in cascaded)}
            memory[key] = {name: computed[page_type, name] for name in pseudo_types}
        for pseudo_type, style in memory[key].items():
            computed[page_type, pseudo_type] = style

    return set_page_type_computed_styles


def _nth_selectors(style_for: Any) -> list[Any]:
    """The selectors that look at the number of a page, as no key of ours can."""
    return [
        selector
        for sheet, _, _ in style_for._sheets
        for _, selectors, _ in sheet.page_rules
        for _, _, selector in selectors
        if selector.index is not None
    ]


SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "page styles": (Swap("weasyprint.layout.page:set_page_type_computed_styles", "4e68b396b35c", _page_styles),),
}
