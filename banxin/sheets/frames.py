"""The frames of pages: background, crop marks, running heads, folios."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

from banxin.sheets import boxes, corner, engine, named, turn
from banxin.sheets.data import Frames, Look, Place
from banxin.sheets.fetcher import fetcher
from banxin.sheets.lay import fonts, opaque, parsed, take, weasyprint
from banxin.workers import FONTS

RESOURCE = re.compile(rb"(?m)(?<!\S)/([psx]\d+)(?= (?:gs|sh|Do|scn|SCN)$)")
OWN = re.compile(r"^([psx]\d+)$")
"""Names that WeasyPrint numbers; others say what they are, and are the same in all files."""
EMPTY = "<p></p></body></html>"


def draw(look: Look, places: Sequence[Place], total: int) -> Frames:
    """Draw the frames of some pages, with WeasyPrint as `improved` makes it.

    Args:
        look: the book's.
        places: the pages.
        total: pages of the book.
    """
    record = engine.Record()
    settings = _options(look)
    with weasyprint(look, record, frames=True):
        context, html, root = _ground(look)
        framed = [_frame(place, context, html, root, total) for place in places]
        pages = [engine.Page(box) for box in framed]
        document = engine.Document(
            pages, engine.metadata(html), None, context.font_config, {}, settings["output_intent"]
        )
        pdf = _drawn(document, settings)
    if look.vertical:
        turn.finish(document, pdf)
    if look.bleed is not None:
        boxes.finisher(look.bleed, look.marks)(document, pdf)
    if look.plates:
        corner.move(pdf)
    if look.plates and not look.plates.transparency:
        opaque(pdf, record, look.plates)
    areas = tuple(_area(box, look.vertical) for box in framed)
    return Frames(areas, take(pdf, record).pack(), dict(fonts(record)))


def _area(page: Any, vertical: bool) -> tuple[float, float, float, float]:
    area = engine.area(page)
    return turn.area(area, page.margin_height()) if vertical else area


def _options(look: Look) -> dict[str, Any]:
    return {**engine.options(look.variant), "pdf_tags": False, "pdf_variant": None}


_grounds: dict[tuple[Look, str], tuple[Any, Any, Any]] = {}


def _ground(look: Look) -> tuple[Any, Any, Any]:
    """A document that holds nothing: where its styles are found, its HTML, its root. The last one is kept."""
    key = look, os.environ.get(FONTS, "")
    if key not in _grounds:
        _grounds.clear()
        html = engine.HTML(string=look.head + EMPTY, base_url="book:", url_fetcher=fetcher({}))
        _, _, counter_style, config = parsed(look.css)
        context = engine.Document._build_layout_context(html, config, counter_style, {}, _options(look))
        root = engine.build_formatting_structure(
            html.etree_element,
            context.style_for,
            context.get_image_from_uri,
            html.base_url,
            context.target_collector,
            counter_style,
            context.footnotes,
        )
        _grounds[key] = context, html, root
    return _grounds[key]


def _drawn(document: Any, settings: Any) -> Any:
    """The file of the frames: all that is drawn is no part of the text (ISO 32000-1, 14.8.2.2).

    What it draws with gets names unlike those of the text.
    """
    pdf = engine.generate_pdf(document, None, 1, **settings)
    for number in pdf.pages["Kids"][::3]:
        page = pdf.objects[number]
        stream = pdf.objects[int(page["Contents"].split()[0])].stream
        drawn = RESOURCE.sub(rb"/f\1", b"\n".join(map(engine.to_bytes, stream)))
        stream[:] = [b"q /Artifact BMC", drawn, b"EMC Q"]
        resources = pdf.objects[int(page["Resources"].split()[0])]
    for entries in resources.values():
        if isinstance(entries, dict):
            renamed = {OWN.sub(r"f\1", str(name)): value for name, value in entries.items()}
            entries.clear()
            entries.update(renamed)
    return pdf


def _frame(place: Place, context: Any, html: Any, root: Any, total: int) -> Any:
    """The box of one page, with nothing in its type area."""
    side = "right" if place.recto else "left"
    page_type = engine.PageType(side, place.blank, place.name, place.at, place.groups)
    engine.set_page_styles(page_type, html, context.style_for)
    style = context.style_for(page_type)
    page = engine.boxes.PageBox(page_type, style)
    size = style["size"]
    engine.resolve_percentages(page, size)
    page.position_x = page.position_y = 0
    engine.page_width(page, context, size[0])
    engine.page_height(page, context, size[1])
    context.style_for.initial_page_sizes.update(box=size, area=(page.width, page.height))
    context.current_page = place.at + 1
    context.page_bottom = page.content_box_y() + page.height
    context.string_set.clear()
    for at, strings in ((place.at, place.before), (place.at + 1, place.strings)):
        for name, values in strings.items():
            context.string_set[name][at] = [named.shown(words, context.counter_style.render_value) for words in values]
    state: Any = [0], {**place.counters, "page": [place.number], "pages": [total]}, [{"page", "pages"}], []
    page.children = (_nothing(root, page), *engine.make_margin_boxes(context, page, state))
    page.fixed_boxes = []
    engine.layout_backgrounds(page, context.get_image_from_uri)
    return page


def _nothing(root: Any, page: Any) -> Any:
    """The root of the document on a page that holds nothing: its background is the canvas's."""
    box = root.copy_with_children([child.copy_with_children([]) for child in root.children])
    for each in (box, *box.children):
        engine.resolve_percentages(each, page)
        each.position_x, each.position_y = page.content_box_x(), page.content_box_y()
        each.width, each.height = page.width, 0
    return box
