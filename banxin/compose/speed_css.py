"""Faster reading of HTML, and faster styles (patches of tinyhtml5, weasyprint.css and the styles of pages)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import inf
from typing import Any

from banxin.compose.speed_match import Kind, Matches, Rule, Rules
from banxin.compose.swap import Swap, memory


def _page_styles(original: Any) -> Any:
    """`set_page_type_computed_styles`: pages that the same rules match share their styles.

    The original looks at the margin boxes of all earlier pages for each page, and works out the styles of the page and
    of its 16 margin boxes anew. The same, because a page's style depends on the rules, on the root's style, and on the
    size of the first page (units like `vw`); what the layout changes in it, it changes in every page alike.
    """

    def set_page_type_computed_styles(page_type: Any, html: Any, style_for: Any) -> None:
        memory = vars(style_for)
        if "_page_styles" not in memory:
            memory.update(_page_styles={}, _nth_selectors=_nth_selectors(style_for))
        known = memory["_page_styles"]
        matches = tuple([style_for._page_type_match(nth, page_type) for nth in memory["_nth_selectors"]])
        sizes = tuple(style_for.initial_page_sizes.values())
        key = page_type.side, page_type.blank, page_type.name, page_type.index == 0, matches, sizes
        computed = style_for.get_computed_styles()
        if key not in known:
            cascaded = style_for.get_cascaded_styles()
            cascaded.clear()  # it has those of an earlier page
            original(page_type, html, style_for)
            pseudo_types = {None, *(pseudo_type for _, pseudo_type in cascaded)}
            known[key] = {name: computed[page_type, name] for name in pseudo_types}
        for pseudo_type, style in known[key].items():
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


def _element_styles(original: Any) -> Any:
    """`StyleFor.__init__`: elements that the same rules match below the same parent share their styles.

    The original shares less: not where an element has an `id` or `style`, nor what hangs below such an element, nor the
    styles of pseudo-elements (WeasyPrint's own rules give six to every element); and it works out the cascade before it
    looks. The same, because those are all that a style depends on. An `id` makes one property, `anchor`, which is not
    inherited: two elements that differ in it alone have twin styles, each with its own `anchor`, and what is below them
    is shared as if they were one.
    """
    from weasyprint.css import PROGRESS_LOGGER

    def __init__(style_for: Any, html: Any, sheets: Any, hints: Any, font_config: Any, targets: Any) -> None:
        if hints:  # they make declarations of attributes that are no part of our keys
            original(style_for, html, sheets, hints, font_config, targets)
            return
        style_for._cascaded_styles, style_for._computed_styles = {}, {}
        style_for.initial_page_sizes = {"box": None, "area": None}
        style_for._sheets, style_for.font_config = sheets, font_config
        PROGRESS_LOGGER.info("Step 3 - Applying CSS")
        _Styling(style_for, html, targets).run()
        style_for._cascaded_styles.clear()

    return __init__


SHARED = "_banxin_styles"
"""Of a font configuration: the styles that one document leaves to the next, by style sheets."""
TIES = re.compile(r"\d[sldp]?v(?:w|h|i|b|min|max)\b|\bnote\(", re.IGNORECASE)
"""What of a style sheet makes styles depend on the document: lengths that are parts of its first page, and notes that
WeasyPrint counts in their style."""
WRITTEN = frozenset({"first-letter", "first-line"})
"""Pseudo-elements of whose styles WeasyPrint takes what happens to be worked out by then."""


def share(font_config: Any, css: str) -> None:
    """Let documents that have this font configuration, and the same style sheet, share their styles.

    Elements that the same rules match, below ancestors that the same rules match, have equal styles in all of them.
    """
    if not TIES.search(css):
        vars(font_config)[SHARED] = {}


def forget(font_config: Any) -> None:
    """The next document works out all its styles anew, and says what is wrong with them."""
    if SHARED in vars(font_config):
        vars(font_config)[SHARED] = {}


class _Styling:
    """The styles of one document's elements."""

    def __init__(self, style_for: Any, html: Any, targets: Any) -> None:
        self.style_for, self.html, self.targets = style_for, html, targets
        self.shared, self.matches = _shared(style_for, html)
        self.kinds: dict[Any, Kind] = {}
        self.computed, self.cascaded = style_for.get_computed_styles(), style_for.get_cascaded_styles()
        self.known: dict[Any, dict[Any, Any]] = {}
        """(parent's style, own declarations, matching rules) -> the style (None) and those of the pseudo-elements."""

    def run(self) -> None:
        """Fill in the computed styles of all elements; those of pseudo-elements follow when they are asked for."""
        anchored = []
        for wrapper in self.html.wrapper_element.iter_subtree():
            styles, is_new = self.styles(wrapper)
            if is_new:
                self.collect(self.computed[wrapper.etree_element, None])
            if ANCHORED in vars(styles[None]):
                anchored.append(styles)
        for styles in anchored:
            for pseudo_type, style in styles.items():
                if pseudo_type:
                    self.collect(style)

    def collect(self, style: Any) -> None:
        """Tell of an anchor, as the original does for every style that it works out."""
        if self.targets and style["anchor"]:
            self.targets.collect_anchor(style["anchor"])

    def styles(self, wrapper: Any) -> tuple[dict[Any, Any], bool]:
        """Set the style of an element; gives all those of its group, and whether its own is not another's."""
        element = wrapper.etree_element
        rules, matched = self.rules(wrapper)
        parent = self.computed[wrapper.parent.etree_element, None] if wrapper.parent else None
        own = element.get("style"), element.get("lang"), element.tag == SVG and element
        above = getattr(parent, "twin", parent)
        key = id(above), own, matched
        styles = self.shared.get(key) or self.known.get(key)
        is_new = styles is None
        if styles is None:
            styles = self.work_out(wrapper, rules, with_anchor=False)
            shared = _may_be_shared(element, styles) and (parent is None or SHARED in vars(above))
            (self.shared if shared else self.known)[key] = styles
            if shared:
                vars(styles[None])[SHARED] = True
        anchor = (element.tag == "a" and element.get("name")) or element.get("id")
        if not anchor:
            self.computed[element, None] = styles[None]
        elif PLAIN.fullmatch(anchor) and "anchor" not in styles[None].cascaded:
            self.computed[element, None] = _twin(styles[None], anchor)
        else:
            styles = self.work_out(wrapper, rules, with_anchor=True)
        return styles, is_new or bool(anchor)

    def rules(self, wrapper: Any) -> Rules:
        """The rules that match an element, and a key of them."""
        parent = self.kinds[wrapper.parent.etree_element] if wrapper.parent else None
        kind = self.kinds[wrapper.etree_element] = self.matches.kind(wrapper, parent)
        return kind.of(wrapper)

    def work_out(self, wrapper: Any, rules: list[Rule], with_anchor: bool) -> dict[Any, Any]:
        """The styles of an element and of its pseudo-elements, as the original does it."""
        from weasyprint.css import find_style_attributes, preprocess_declarations

        element = wrapper.etree_element
        cascaded: dict[Any, Any] = {None: {}}
        for specificity, _, declarations, url in find_style_attributes(_Alone(element), False, self.html.base_url):
            if with_anchor or specificity != (0, 0, 0) or declarations[0].name != "-weasy-anchor":
                _add(cascaded[None], preprocess_declarations(url, declarations), "author", (inf, specificity))
        for declarations, pseudo_type, origin, *weight in rules:
            _add(cascaded.setdefault(pseudo_type, {}), declarations, origin, tuple(weight))
        parent = wrapper.parent.etree_element if wrapper.parent else None
        root, url = self.html.etree_element, self.html.base_url
        for pseudo_type, declarations in cascaded.items():
            self.cascaded[element, pseudo_type] = declarations
            above = element if pseudo_type else parent
            self.style_for.set_computed_styles(element, above, root=root, pseudo_type=pseudo_type, base_url=url)
        styles = {pseudo_type: self.computed[element, pseudo_type] for pseudo_type in cascaded}
        vars(styles[None])[GROUP] = styles
        anchors = [style["anchor"] for pseudo_type, style in styles.items() if pseudo_type]
        if any(anchors):  # all are asked: WeasyPrint takes a style that was asked nothing yet for none
            vars(styles[None])[ANCHORED] = True
        return styles


GROUP = "_with_pseudo_elements"
"""With the style of an element: `group`."""
ANCHORED = "_anchored"
"""With the style of an element whose pseudo-elements are anchors."""


def group(style: Any) -> Mapping[str | None, Any]:
    """The styles of all elements that have this one (None), and of their pseudo-elements; none where they differ."""
    found: Mapping[str | None, Any] = memory(style).get(GROUP, {})
    return found


def _shared(style_for: Any, html: Any) -> tuple[dict[Any, dict[Any, Any]], Matches]:
    """The styles and rules that documents like this one share; none that others see, if there are no such documents.

    They are kept with the style sheets, in `Matches`, so that no other sheet gets the address of one of them.
    """
    known = vars(style_for.font_config).get(SHARED)
    if known is None:
        return {}, Matches(style_for._sheets)
    key = html.base_url, *((id(sheet), *rest) for sheet, *rest in style_for._sheets)
    if key not in known:
        known[key] = {}, Matches(style_for._sheets)
    found: tuple[dict[Any, dict[Any, Any]], Matches] = known[key]
    return found


def _may_be_shared(element: Any, styles: dict[Any, Any]) -> bool:
    """Whether nothing in the styles of a group is of this document, and the layout will change nothing in them.

    It takes `overflow` from the root and the body, and gives it to the page.
    """
    return (
        element.tag != SVG
        and not WRITTEN & styles.keys()
        and not TIES.search(element.get("style") or "")
        and (element.tag not in ("html", "body") or styles[None]["overflow"] == "visible")
        and not any(style["anchor"] for style in styles.values())
    )


SVG = "{http://www.w3.org/2000/svg}svg"
"""Its width and height are declarations too."""
PLAIN = re.compile(r"""[^"\\\x00-\x1f]+""")
"""An id that is the same as a CSS string."""


def _asked(original: Any) -> Any:
    """`StyleFor.__call__`: the style of a pseudo-element is that of the first element with the same style.

    WeasyPrint notes six for each element beforehand, and asks for few of them.
    """

    def __call__(style_for: Any, element: Any, pseudo_type: str | None = None) -> Any:
        computed = style_for.get_computed_styles()
        styles = group(computed[element, None]) if pseudo_type and (element, None) in computed else {}
        if styles:
            if pseudo_type not in styles:
                return None
            computed[element, pseudo_type] = styles[pseudo_type]
        return original(style_for, element, pseudo_type)

    return __call__


class _Alone:
    """An element without those inside it, for `find_style_attributes`."""

    def __init__(self, element: Any) -> None:
        self.iter = lambda: [element]


def _add(style: dict[str, Any], declarations: Any, origin: str, weight: tuple[Any, ...]) -> None:
    """Let declarations into a cascade."""
    from weasyprint.css import declaration_precedence

    for name, values, importance in declarations:
        full = (declaration_precedence(origin, importance), *weight)
        if name not in style or style[name][1] <= full:
            style[name] = values, full


def _twin(style: Any, anchor: str) -> Any:
    """A style that differs from another in its anchor alone."""
    twin = _twin_class().__new__(_twin_class())
    twin.update(style)
    twin["anchor"] = anchor
    vars(twin).update(vars(style), twin=style, anonymous_style=style.anonymous_style)
    return twin


SOME = 4
"""Properties: asking for each takes longer than to take so many."""


@cache
def _twin_class() -> Any:
    from weasyprint.css import ComputedStyle

    class TwinStyle(ComputedStyle):  # type: ignore[misc]
        def __missing__(self, key: str) -> Any:
            """What the other has worked out by now is taken at once: asking for each of some sixty takes longer.

            An empty dictionary is filled by a copy of memory, another item by item.
            """
            value = self[key] = self.twin[key]
            if len(self.twin) > len(self) + SOME:
                own = dict(self)
                self.clear()
                self.update(self.twin)
                self.update(own)
            return value

        def copy(self) -> Any:
            """As the original; but the style of a footnote, which is copied to float no more, is a twin again."""
            if self["float"] != "footnote":
                return super().copy()
            kept = memory(self)
            if "_as_note" not in kept:
                kept["_as_note"] = self.twin.copy()
                kept["_as_note"].update(float="none", display=self["display"])
            return _twin(kept["_as_note"], self["anchor"])

    return TwinStyle


def _page_counters(original: Any) -> Any:
    """`TargetCollector.cache_target_page_counters`: the ids of a page share one copy of its counters.

    The same: the original makes a deep copy for each id. Where nothing that is laid out shows counters, that is all.
    """

    def cache_target_page_counters(targets: Any, name: str, values: Any, index: int, pages: Any) -> None:
        if targets.counter_lookup_items:
            original(targets, name, values, index, pages)
            return
        item = None if targets.collecting else targets.target_lookup_items.get(name)
        if item and item.state == "up-to-date":
            item.page_maker_index = index
            if item.cached_page_counter_values != values:
                last = vars(targets).get("_last_counters")
                if last != values:
                    last = targets._last_counters = {counter: list(numbers) for counter, numbers in values.items()}
                item.cached_page_counter_values = last

    return cache_target_page_counters


def _chars_until(original: Any) -> Any:
    """tinyhtml5's `chars_until`: the pattern for a set of characters is made once.

    The original means to keep it, but under a wrong key, and makes it anew for every piece of text.
    """
    from tinyhtml5.inputstream import characters_until_regex as known

    def chars_until(stream: Any, characters: Any, opposite: bool = False) -> Any:
        if (characters, opposite) not in known:
            letters = "".join(f"\\x{ord(character):02x}" for character in characters)
            known[characters, opposite] = re.compile(f"[{letters}]+" if opposite else f"[^{letters}]+")
        return original(stream, characters, opposite)

    return chars_until


def _links(original: Any) -> Any:
    """`handle_element`: a link to a plain id is known for one at once.

    The same: the original joins it with the address of the document, and finds that it leads into it.
    """

    def handle_element(element: Any, box: Any, images: Any, base_url: Any) -> Any:
        target = element.get("href", "") if box.element_tag == "a" else ""
        if not LINK.fullmatch(target):
            return original(element, box, images, base_url)
        box.link = "url", ("internal", target[1:])
        return [box]

    return handle_element


LINK = re.compile(r"#[A-Za-z0-9._-]+")

SWAPS: Mapping[str, tuple[Swap, ...]] = {
    "html": (Swap("tinyhtml5.inputstream:HTMLUnicodeInputStream.chars_until", "dfe353323dff", _chars_until),),
    "page styles": (Swap("weasyprint.layout.page:set_page_type_computed_styles", "4e68b396b35c", _page_styles),),
    "links": (Swap("weasyprint.html:handle_element", "84d25034f9d3", _links),),
    "element styles": (
        Swap("weasyprint.css:StyleFor.__init__", "b1e725a75525", _element_styles),
        Swap("weasyprint.css:StyleFor.__call__", "96b91915ae7c", _asked),
    ),
    "page counters": (
        Swap("weasyprint.css.targets:TargetCollector.cache_target_page_counters", "501f31c871d4", _page_counters),
    ),
}
