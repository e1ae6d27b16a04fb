"""Every private name of WeasyPrint that laying out by signatures uses, in one place, for exactly one version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pydyf
from cssselect2 import ElementWrapper
from pydyf import _to_bytes as to_bytes
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.anchors import rectangle_aabb
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetLookupItem, anchor_name_from_token
from weasyprint.document import Document, Page
from weasyprint.draw import draw_stacking_context
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.images import LinearGradient
from weasyprint.layout import page as pages
from weasyprint.layout.background import layout_backgrounds
from weasyprint.layout.block import _add_break_values
from weasyprint.layout.page import PageType, make_margin_boxes, page_height, page_width
from weasyprint.logger import LOGGER
from weasyprint.pdf import VARIANTS, generate_pdf
from weasyprint.pdf.anchors import add_outlines
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.stacking import StackingContext
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import FontConfiguration, get_pango_font_key

from banxin.compose import island
from banxin.compose.flatten import is_note_mark
from banxin.compose.swap import Swap, check
from banxin.figures import embed
from banxin.sheets import named, tagtree, turn

__all__ = [
    "MARGIN_BOXES",
    "CSS",
    "FROM_UNITS",
    "HTML",
    "TO_UNITS",
    "CounterStyle",
    "Document",
    "Font",
    "FontConfiguration",
    "Page",
    "PageType",
    "Record",
    "add_outlines",
    "area",
    "boxes",
    "build_fonts_dictionary",
    "build_formatting_structure",
    "breaks",
    "ffi",
    "generate_pdf",
    "html_of",
    "gobject",
    "layout_backgrounds",
    "get_pango_font_key",
    "make_margin_boxes",
    "metadata",
    "options",
    "page_height",
    "page_width",
    "pango",
    "resolve_percentages",
    "set_page_styles",
    "swaps",
    "to_bytes",
]

_KNOWN = (
    ("weasyprint:HTML.__init__", "5f19f40b8183"),
    ("weasyprint.document:Document._build_layout_context", "2b072254ab89"),
    ("weasyprint.draw:draw_stacking_context", "c5811b178bdf"),
    ("weasyprint.formatting_structure.build:build_formatting_structure", "cec02c484447"),
    ("weasyprint.layout:layout_document", "a5cbf437e99c"),
    ("weasyprint.layout.page:page_height", "71a0230377c0"),
    ("weasyprint.layout.page:page_width", "dd3fd2b21aba"),
    ("weasyprint.pdf:generate_pdf", "626343ef25c3"),
    ("weasyprint.pdf.fonts:Font.__init__", "1f281166b103"),
    ("weasyprint.pdf.tags:add_tags", "f0e74575b0ba"),
    ("weasyprint.stacking:StackingContext.from_page", "7041d806bca6"),
)
"""What is called by name, or relied on, with its source (see `Swap.source`)."""

MARGIN_BOXES = frozenset(
    f"@{edge}-{place}"
    for edge, places in (
        ("top", ("left-corner", "left", "center", "right", "right-corner")),
        ("bottom", ("left-corner", "left", "center", "right", "right-corner")),
        ("left", ("top", "middle", "bottom")),
        ("right", ("top", "middle", "bottom")),
    )
    for place in places
)
"""The boxes around the type area (CSS Page 3, 5)."""

check(_KNOWN)


def html_of(root: Any, base_url: str, url_fetcher: Any) -> Any:
    """`HTML` of a tree that is read already."""
    made = HTML.__new__(HTML)
    made.base_url, made.url_fetcher, made.media_type = base_url, url_fetcher, "print"
    made.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    made.etree_element = root
    return made


def metadata(html: Any) -> Any:
    """What a document says of itself."""
    return DocumentMetadata(**get_html_metadata(html))


# --- looked up when they are called: `speed` puts faster ones in their place


def resolve_percentages(box: Any, block: Any) -> None:
    """Set the lengths that a box uses, px."""
    pages.resolve_percentages(box, block)


def set_page_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """Work out the styles of a page and of the boxes around it."""
    pages.set_page_type_computed_styles(page_type, html, style_for)


def options(variant: str | None) -> dict[str, Any]:
    """WeasyPrint's options for a PDF that is labelled as `variant`: tagged, but for a printer's."""
    found = {**DEFAULT_OPTIONS, "pdf_variant": variant, "pdf_tags": tagged(variant), "custom_metadata": True}
    if variant and variant.startswith("pdf/ua"):
        found["dpi"] = SCREEN_DPI
    if variant:
        found.update({key: value for key, value in VARIANTS[variant][1].items() if found[key] is None})
    return found


SCREEN_DPI = 240
"""Dots per inch of a page that a screen shows at its full width, twice as fine as most: pictures have no more."""


def tagged(variant: str | None) -> bool:
    """Whether a file has tags: nobody reads those of a printer's, and they take time and room."""
    return not (variant or "").startswith("pdf/x")


def area(page: Any) -> tuple[float, float, float, float]:
    """The type area of a page: where it begins, its width and height, px."""
    return page.content_box_x(), page.content_box_y(), page.width, page.height


def line_texts(page: Any) -> Iterator[str]:
    """The words of the lines of a page's text, in order, without note marks and readings."""
    for line in _lines(page.children[0]):
        words = "".join(_words(line)).strip()
        if words:
            yield words


def _lines(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.LineBox):
            yield child
        else:
            yield from _lines(child)


def _words(box: Any) -> Iterator[str]:
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child.text
        elif isinstance(child, boxes.InlineBox) and child.element_tag != "rt" and not is_note_mark(child):
            yield from _words(child)


def breaks(root: Any, side: str) -> tuple[str, ...]:
    """What the boxes at the beginning of a tree (`before`) or at its end (`after`) say of the break there."""
    return tuple(_add_break_values(root, side))


@dataclass
class Record:
    """What is laid out beside the pages, and what they must know of the rest of the book."""

    base: int = 0
    """The number of the page before the first."""
    total: int = 0
    """Pages of the book."""
    recto: bool = True
    """Whether the first page is a recto."""
    known: frozenset[str] = frozenset()
    """Ids elsewhere in the book."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The numbers of the pages on which they are."""
    sheet: Any = None
    """The style sheet, parsed."""
    root: Any = None
    context: Any = None
    pages: list[tuple[Any, Any]] = field(default_factory=list)
    """Each page and the state of its counters."""
    wanted: dict[str, None] = field(default_factory=dict)
    """Ids whose page numbers were asked for."""
    fonts: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    """By the name in the PDF: Pango's description, and the size at which it was first used, px."""
    used: Mapping[Any, Any] = field(default_factory=dict)
    """WeasyPrint's fonts, once the pages are drawn."""
    fonts_dictionary: Any = None
    shining: list[str] = field(default_factory=list)
    """The addresses of pictures in which something shines through, where nothing may."""
    figures: dict[str, bytes] = field(default_factory=dict)
    """What stands in the place of pictures, by what WeasyPrint calls these: pages of PDFs, pixels of drawings."""


def swaps(record: Record, frames: bool = False, vertical: bool = False) -> tuple[Swap, ...]:
    """WeasyPrint for pages without their frames, or for the frames: fonts are not embedded, links may lead outside."""
    both = (
        *embed.swaps(record.figures),
        Swap("weasyprint.css:find_stylesheets", "ac92dbb80c3f", lambda _: lambda *_: [record.sheet]),
        Swap("weasyprint.text.fonts:get_hb_object_data", "03040a623df0", _no_files),
        Swap("weasyprint.pdf.stream:Stream.add_font", "e4226e111747", lambda add: _add_font(record, add)),
        Swap("weasyprint.pdf.fonts:build_fonts_dictionary", "fc551bef35d0", lambda _: _build_fonts(record)),
        Swap("weasyprint.pdf.anchors:add_outlines", "9f5d6afde789", lambda _: lambda *_, **__: ([], 0)),
        Swap("weasyprint.draw:draw_background_image", "133db5e01d7c", _draw_background_image),
    )
    if frames:
        turned = Swap("weasyprint.draw:draw_page", "d5bda6b6e675", _turned)
        return (*both, *island.HEADS, turned) if vertical else both
    return (
        *both,
        *(island.SWAPS if vertical else ()),
        Swap("weasyprint.html:get_html_metadata", "bc30b27717b2", lambda _: _only_language),
        Swap("weasyprint.layout.page:make_all_pages", "b5e403489484", lambda make: _make_all_pages(record, make)),
        Swap("weasyprint.layout.page:make_margin_boxes", "4a2d2e301eb3", lambda _: _no_margin_boxes(record)),
        Swap("weasyprint.draw:draw_page", "d5bda6b6e675", lambda _: _turned(_draw_page) if vertical else _draw_page),
        Swap("weasyprint.pdf.anchors:resolve_links", "f95937bb4e4f", lambda _: _resolve_links(record)),
        *TAGS,
        *named.SWAPS,
        Swap("weasyprint.css.targets:TargetCollector.lookup_target", "cc606c47e195", lambda f: _lookup(record, f)),
    )


def _no_files(original: Any) -> Any:
    """Font files are not read: the glyphs of all signatures are embedded together."""

    def get_hb_object_data(thing: Any, ot_color: Any = None, glyph: Any = None) -> Any:
        return b"" if ot_color is None else original(thing, ot_color, glyph)

    return get_hb_object_data


def _draw_background_image(original: Any) -> Any:
    """`draw_background_image`: a rule, which is a gradient of one colour, is a rectangle, and no group with a stream of
    its own on each page that has notes."""

    def draw_background_image(stream: Any, layer: Any, style: Any) -> None:
        image = layer.image
        plain = type(image) is LinearGradient and len(image.colors) == 1 and 0 not in layer.size
        if not plain or layer.unbounded or layer.repeat != ("no-repeat", "no-repeat"):
            original(stream, layer, style)
            return
        x, y = (a + b for a, b in zip(layer.position, layer.positioning_area, strict=False))
        with stream.artifact(), stream.stacked():
            stream.rectangle(*layer.painting_area)
            stream.clip()
            stream.end()
            stream.set_color(image.colors[0])
            stream.rectangle(x, y, *layer.size)
            stream.fill()

    return draw_background_image


def _add_font(record: Record, original: Any) -> Any:
    """What Pango calls each font is remembered, so that another process finds it again."""

    def add_font(stream: Any, pango_font: Any) -> Any:
        font, size = original(stream, pango_font)
        if font.hash not in record.fonts:
            _, description, _ = get_pango_font_key(pango_font)
            record.fonts[font.hash] = ffi.string(pango.pango_font_description_to_string(description)), size
        return font, size

    return add_font


def _build_fonts(record: Record) -> Any:
    def build_fonts(_pdf: Any, fonts: Any, *_: Any) -> Any:
        record.used = fonts
        record.fonts_dictionary = pydyf.Dictionary()
        return record.fonts_dictionary

    return build_fonts


def _make_all_pages(record: Record, original: Any) -> Any:
    """Pages are counted from where the signature stands, and begin on its side."""

    def make_all_pages(context: Any, root_box: Any, html: Any, pages: Any) -> Iterator[Any]:
        if record.context is None:
            record.context, record.root = context, root_box
            resume_at, next_page, _, (quote_depth, counters, scopes, groups), state = context.page_maker[0]
            counters.update(pages=[record.total], page=[record.base])
            scopes[-1].add("page")
            page_state = quote_depth, counters, scopes, groups
            context.page_maker[0] = resume_at, next_page, record.recto, page_state, state
        for _, _, _, (_, counters, *_), _ in context.page_maker:
            counters["pages"] = [record.total]  # WeasyPrint has counted those of the signature
        return original(context, root_box, html, pages)  # type: ignore[no-any-return]

    return make_all_pages


def _only_language(html: Any) -> dict[str, Any]:
    """What tags ask of a document; the book's own facts are written where it is bound."""
    return {"lang": html.etree_element.get("lang")}


def _no_margin_boxes(record: Record) -> Any:
    def make_margin_boxes(_context: Any, page: Any, state: Any) -> tuple[()]:
        record.pages.append((page, state))
        for box in page.children:
            if isinstance(box, boxes.FootnoteAreaBox):
                box.page = None  # a page that what is in it knows stays until somebody looks for cycles
        return ()

    return make_margin_boxes


def _draw_page(page: Any, stream: Any) -> None:
    """What stands on a page; its background, borders and marks are its frame's."""
    draw_stacking_context(stream, StackingContext.from_page(page))


def _turned(draw_page: Any) -> Any:
    def draw_turned(page: Any, stream: Any) -> None:
        turn.turn(stream, page.margin_width(), page.margin_height())
        draw_page(page, stream)

    return draw_turned


def _resolve_links(record: Record) -> Any:
    """As WeasyPrint's, but links may lead to where the rest of the book is. Where that is, binding says."""

    def resolve_links(pages: Any) -> Iterator[Any]:
        here = {name for page in pages for name in page.anchors}
        for page in pages:
            links = []
            for link in page.links:
                if link[0] != "internal" or link[1] in here or link[1] in record.known:
                    links.append(link)
                else:
                    LOGGER.error("No anchor #%s for internal URI reference", link[1])
            yield links, ()

    return resolve_links


def pictures() -> tuple[Swap, ...]:
    """WeasyPrint for pictures and links of a screen; a press has others, and none (banxin/plates/painting.py)."""
    return (
        Swap("weasyprint.images:RasterImage.get_x_object", "1f5901114446", _get_x_object),
        Swap("weasyprint.pdf.anchors:add_links", "262e8b9b2998", _add_links),
        Swap("weasyprint.pdf.stream:Stream.set_color", "d289ec41ef82", _set_color),
    )


def _add_links(original: Any) -> Any:
    """`add_links`: the same for links within the book, of which notes have two each, in fewer steps."""

    def add_links(links_and_anchors: Any, matrix: Any, pdf: Any, page: Any, *rest: Any) -> None:
        links, anchors = links_and_anchors
        if not links or anchors or rest[-1] is None or any(kind != "internal" for kind, *_ in links):
            original(links_and_anchors, matrix, pdf, page, *rest)
            return
        found = page.setdefault("Annots", pydyf.Array())
        (a, b, _), (c, d, _), (e, f, _) = matrix
        for _, name, (x1, y1, x2, y2), box in links:
            target = pydyf.String(name)
            box.link_annotation = annotation = pydyf.Dictionary({
                "Type": "/Annot",
                "Subtype": "/Link",
                "Rect": pydyf.Array([
                    x1 * a + y1 * c + e, x1 * b + y1 * d + f, x2 * a + y2 * c + e, x2 * b + y2 * d + f
                ]),
                "BS": b"<</W 0>>",
                "Contents": target,
                "Dest": target,
            })  # fmt: skip
            pdf.add_object(annotation)
            found.append(annotation.reference)

    return add_links


def _set_color(original: Any) -> Any:
    """`set_color`: the same for sRGB, in which nearly all colours are; what is written for one is worked out once. The
    mark of a note has another colour than the words around it, and so have these again."""
    written: dict[tuple[Any, ...], bytes] = {}

    def set_color(stream: Any, color: Any, stroke: bool = False) -> None:
        if color.space != "srgb":
            original(stream, color, stroke)
            return
        stream.set_alpha(color.alpha, stroke)
        key = color.space, *color.coordinates
        if key == (stream._current_color_stroke if stroke else stream._current_color):
            return
        setattr(stream, "_current_color_stroke" if stroke else "_current_color", key)
        known = written.get((stroke, key))
        if known is None:
            stream.set_color_rgb(*color.to("srgb").coordinates, stroke)
            known = written[stroke, key] = stream.stream[-1]
        else:
            stream.stream.append(known)

    return set_color


def _get_x_object(original: Any) -> Any:
    """`RasterImage.get_x_object`: a picture with fewer pixels is made well, and once."""

    def get_x_object(image: Any, interpolate: bool, ratio: float) -> Any:
        if ratio != 1:
            from banxin.onscreen import reduced

            data, image.width, image.height = reduced(bytes(image.image_data.data), ratio)
            image.image_data = image.cache_image_data(data)
        return original(image, interpolate, 1)

    return get_x_object


def _ornament(box: Any) -> bool:
    """Whether a box is a picture of which nothing is said: where that is no ornament, the author has been told."""
    element = box.element
    return isinstance(box, boxes.ReplacedBox) and element.tag == "img" and not element.get("alt", "").strip()


def _marked(original: Any) -> Any:
    """`Stream.marked`: an ornament is an artifact (ISO 14289-1, 7.3)."""

    def marked(stream: Any, box: Any, tag: str) -> Any:
        return stream.artifact() if tag == "Figure" and _ornament(box) else original(stream, box, tag)

    return marked


class _Tags:
    """`_build_box_tree`: plain boxes as `tagtree` has them; a tag says in which language its words are, where they are
    in another; ornaments have none; the area of a figure is that on its page, in pt (ISO 32000-1, 14.8.5.4.3):
    WeasyPrint tells where it was laid out, in px."""

    def __init__(self, original: Any) -> None:
        self.original = original
        self.height = 0.0
        """Of the page, px."""
        self.within: list[Any] = [None]
        """How the boxes around are turned."""

    def build(self, box: Any, *arguments: Any) -> Iterator[Any]:
        inner = getattr(box, "_box", box)
        if isinstance(inner, boxes.PageBox):
            self.height = inner.margin_height()
        if _ornament(box) and not box.link_annotation:
            return iter(())
        found = (tagtree.tree if tagtree.is_plain(box) else self.original)(box, *arguments)
        if inner.transformation_matrix:
            found = self.turned(found, inner.transformation_matrix)
        element = inner.element
        if element is None:
            return found
        if inner.element_tag in _FIGURES:
            found = self.placed(found, inner)
        language = element.get("lang") if element.tag != "html" else None
        return _in_language(found, pydyf.String(language)) if language else found

    def turned(self, tags: Iterator[Any], matrix: Any) -> Iterator[Any]:
        around = self.within[-1]
        self.within.append(matrix @ around if around else matrix)
        yield from tags
        self.within.pop()

    def placed(self, tags: Iterator[Any], box: Any) -> Iterator[Any]:
        area_ = box.content_box_x(), box.content_box_y(), box.width, box.height
        for tag in tags:
            if "BBox" in tag.get("A", ()):
                x1, y1, x2, y2 = rectangle_aabb(self.within[-1], *area_)
                corners = x1, self.height - y2, x2, self.height - y1
                tag["A"]["BBox"] = pydyf.Array(turn.PT_PER_PX * each for each in corners)
            yield tag


_FIGURES = ("img", "{http://www.w3.org/2000/svg}svg")


TAGS = (
    Swap("weasyprint.pdf.stream:Stream.marked", "3fa3acacbbf6", _marked),
    Swap("weasyprint.pdf.tags:_build_box_tree", "f716251a83e7", lambda original: _Tags(original).build),
)


def _in_language(tags: Iterator[Any], language: Any) -> Iterator[Any]:
    for tag in tags:
        tag.setdefault("Lang", language)
        yield tag


def _lookup(record: Record, original: Any) -> Any:
    """`target-counter(…, page)` of what is elsewhere: its page is given, or asked for."""

    def lookup_target(collector: Any, token: Any, source: Any, css_token: Any, parse_again: Any) -> Any:
        name = anchor_name_from_token(_token(token, source))
        if name in collector.target_lookup_items or name not in record.known:
            return original(collector, token, source, css_token, parse_again)
        number: Any = named.Elsewhere(name)
        if not css_token.startswith(named.STRING):
            record.wanted[name] = None
            number = record.numbers.get(name, 0)
        item = TargetLookupItem("up-to-date")
        item.target_box = SimpleNamespace(cached_counter_values={"page": [number]})
        return item

    return lookup_target


def _token(token: Any, source: Any) -> Any:
    """The token that an `attr()` stands for."""
    from weasyprint.urls import get_url_tuple

    if token[0] != "attr()":
        return token
    name, kind, fallback = token[1]
    value = source.element.get(name, fallback)
    return ("url", get_url_tuple(value, source.style.base_url)) if kind == "url" else ("string", value)
