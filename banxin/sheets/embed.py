"""The fonts of a book: each embedded once, with the glyphs of all its signatures."""

from __future__ import annotations

from typing import Any

import pydyf

from banxin.compose import blank
from banxin.sheets import engine
from banxin.sheets.data import Embedded, Font
from banxin.sheets.objects import Freezer


def embed(variant: str | None, name: str, font: Font) -> Embedded:
    """Embed the glyphs of one font.

    Raises:
        LookupError: this process finds another font under the same description.
    """
    description, size, unicode, widths, missing = font
    pdf = pydyf.PDF()
    made = _font(description, size) if description else blank.font()
    if made.hash != name:
        raise LookupError(f"{description.decode()} is {made.hash}, not {name}")
    made.to_unicode, made.widths, made.missing = unicode, widths, missing
    dictionary = engine.build_fonts_dictionary(pdf, {0: made}, True, True, engine.options(variant))
    objects = pdf.objects[3:]  # without the zeroth, the pages and the catalogue
    freezer = Freezer({item.number: i for i, item in enumerate(objects)})
    assert dictionary[name] == objects[-1].reference
    return Embedded(name, tuple(freezer.freeze(item) for item in objects))


def _font(description: bytes, size: float) -> Any:
    """Find a font again."""
    config = engine.FontConfiguration()
    ffi, pango = engine.ffi, engine.pango
    context = ffi.gc(pango.pango_font_map_create_context(config.font_map), engine.gobject.g_object_unref)
    wanted = ffi.gc(pango.pango_font_description_from_string(description), pango.pango_font_description_free)
    pango.pango_font_description_set_absolute_size(wanted, size * engine.TO_UNITS)
    found = pango.pango_font_map_load_font(config.font_map, context, wanted)
    _, bare, size = engine.get_pango_font_key(found)
    return engine.Font(found, bare, size)
