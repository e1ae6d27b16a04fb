"""The fonts of a book: each embedded once, with the glyphs of all its signatures."""

from __future__ import annotations

from typing import Any

import pydyf

from banxin.compose import blank, standing
from banxin.errors import ConfigError, Place, Problem
from banxin.plates.settings import NAMES, VARIANTS, Standard
from banxin.sheets import engine
from banxin.sheets.data import Embedded, Font
from banxin.sheets.objects import Freezer, Open

SIMPLE = {VARIANTS[each]: each for each in (Standard.X1A, Standard.X3)}
"""PDF 1.4, which cannot hold an OpenType font as such (ISO 32000-1, table 126)."""


def embed(variant: str | None, name: str, font: Font) -> Embedded:
    """Embed the glyphs of one font.

    Raises:
        LookupError: this process finds another font under the same description.
        ConfigError: the font's outlines are of a kind that the standard does not know.
    """
    description, size, unicode, widths, missing, metrics = font
    pdf = pydyf.PDF()
    made = _font(description, size) if description else blank.font()
    if metrics is not None:
        made = standing.stand(made)
    if made.hash != name:
        raise LookupError(f"{description.decode()} is {made.hash}, not {name}")
    made.to_unicode, made.widths, made.missing = unicode, widths, missing
    dictionary = engine.build_fonts_dictionary(pdf, {0: made}, True, True, engine.options(variant))
    if variant in SIMPLE and any(isinstance(item, dict) and "FontFile3" in item for item in pdf.objects):
        family = description.decode()
        hint = "换成 TrueType 轮廓的（.ttf），或用 print: {standard: x4}。"
        raise ConfigError([Problem(Place(family), f"{NAMES[SIMPLE[variant]]} 装不下 CFF 轮廓的字体（.otf）", hint)])
    objects = pdf.objects[3:]  # without the zeroth, the pages and the catalogue
    if metrics is not None:
        standing.write_downward(objects, metrics, widths)
    freezer = Freezer(Open(len(objects)), {item.number: i for i, item in enumerate(objects)})
    assert dictionary[name] == objects[-1].reference
    return Embedded(name, tuple(freezer.freeze(item) for item in objects))


def _font(description: bytes, size: float) -> Any:
    """Find a font again."""
    config = engine.FontConfiguration()
    ffi, pango = engine.ffi, engine.pango
    context = ffi.gc(pango.pango_font_map_create_context(config.font_map), engine.gobject.g_object_unref)
    wanted = ffi.gc(pango.pango_font_description_from_string(description), pango.pango_font_description_free)
    pango.pango_font_description_set_absolute_size(wanted, size * engine.TO_UNITS)
    loaded = pango.pango_font_map_load_font(config.font_map, context, wanted)
    found = ffi.gc(loaded, engine.gobject.g_object_unref)  # it is ours, and holds some megabytes
    _, bare, size = engine.get_pango_font_key(found)
    font = engine.Font(found, bare, size)
    font.owner = found
    return font
