"""One edition's cover, drawn: a PDF of one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pydyf

from banxin import fonts, layout
from banxin.book import Artifact
from banxin.config import PageSpec
from banxin.cover import barcode, paper, spine
from banxin.cover.settings import Binding, CoverSpec
from banxin.cover.sheet import Sheet, sheet
from banxin.layout import Geometry
from banxin.lengths import POINTS_PER_MM
from banxin.plates import marks
from banxin.plates.colours import rgb
from banxin.plates.spaces import REGISTRATION
from banxin.render.filling import Filler
from banxin.render.press import Press
from banxin.sheets import data as sheets
from banxin.sheets.fetcher import fetcher

NEARLY_BLACK = 64
"""Of 255, the lightest of red, green and blue."""
ROLES = ("serif", "sans", "kai")


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode and its size, pt."""

    bars: tuple[barcode.Bar, ...]
    digits: tuple[barcode.Digit, ...]
    width: int
    """Modules."""
    unit: float
    """A module."""
    bar: float
    """The height of the bars."""
    top: float
    """Where they begin below the upper edge."""
    height: float
    """Of all."""


Texts = Mapping[str, Sequence[str]]
"""Paragraphs by where they stand: `back`, `words`, `front-flap`, `back-flap`; in the words of the edition."""


def render(press: Press, spec: CoverSpec, pages: int, texts: Texts) -> Artifact:
    """The cover of a book of so many pages."""
    flat = laid(press, spec, pages)
    html = document(press, spec, flat, texts)
    return Artifact(f"{press.slug}-{press.edition.name}-cover.pdf", _drawn(html, press, flat))


def laid(press: Press, spec: CoverSpec, pages: int) -> Sheet:
    """The sheet of a book of so many pages."""
    page = layout.geometry(press.page_spec or PageSpec(), press.layout)
    leaf = spec.thickness if spec.thickness is not None else paper.thickness(spec.paper) or 0.0
    wide = spec.spine_width if spec.spine_width is not None else paper.spine(pages, leaf)
    bleed = press.bleed if spec.bleed is None else spec.bleed
    right = bound_right(spec, page)
    return sheet((page.width, page.height), wide, spec.flaps, bleed, spec.marks, right)


def bound_right(spec: CoverSpec, page: Geometry) -> bool:
    """Whether the book is bound on the right."""
    return page.vertical if spec.binding is None else spec.binding is Binding.RIGHT


def document(press: Press, spec: CoverSpec, flat: Sheet, texts: Texts) -> str:
    """The sheet as HTML."""
    style = spec.style or press.options["cover-style"]
    press = replace(press, options={**press.options, "cover-style": style})
    language = press.edition.language
    meta = press.book.meta
    page = layout.geometry(press.page_spec or PageSpec(), press.layout)
    context: dict[str, Any] = {
        "sheet": flat,
        "right": bound_right(spec, page),
        "geometry": page,
        "faces": {role: fonts.css(role, language, press.own) for role in ROLES},
        "faces_en": {role: fonts.css(role, "en", press.own) for role in ROLES},
        "colours": _inked({**press.layout.colours, **spec.colours}),
        "cover": press.book.images.get(spec.front) or press.cover,
        "pictures": {"back": spec.back, "spine": spec.spine},
        "texts": texts,
        "code": code_of(meta.isbn, spec, meta.copyright.price),
        "price": meta.copyright.price,
        "spine_lines": spine.lines(meta, flat.spine, flat.height),
        "created": datetime.fromtimestamp(press.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return Filler(press).fill_anew("cover/sheet.html.j2", **context)


def _inked(colours: Mapping[str, str]) -> Mapping[str, str]:
    """The colours of a cover for the press: an ink for letters that is nearly black is black ink alone, because four
    plates that miss each other by a hair would blur it."""
    ink = colours["cover-ink"]
    return {**colours, "cover-ink": "#000000" if max(rgb(ink)) < NEARLY_BLACK else ink}


def code_of(isbn: str, spec: CoverSpec, price: str) -> Code | None:
    """The barcode; None where the book has no ISBN, or wants none."""
    number = barcode.thirteen(isbn)
    if not number or not spec.barcode.show:
        return None
    addon = barcode.price_digits(price) if spec.barcode.addon == "price" else spec.barcode.addon
    made = barcode.of(number, addon)
    unit = barcode.MODULE * spec.barcode.size / 100 * POINTS_PER_MM
    bars = barcode.HEIGHT * spec.barcode.size / 100 * POINTS_PER_MM
    top = 13 * unit
    below = (barcode.DIGITS + 4 + (10 if price else 0)) * unit
    return Code(made.bars, made.digits, made.width, unit, bars, top, top + bars + below)


def _drawn(html: str, press: Press, flat: Sheet) -> bytes:
    """The sheet as a printer's file, its colours mixed of the printer's inks."""
    import weasyprint

    from banxin.compose.swap import swapped
    from banxin.figures import embed
    from banxin.plates import painting
    from banxin.render.pdf import improved, variant
    from banxin.sheets import engine, xmp

    settings = engine.options(variant(press))
    figures: dict[str, bytes] = {}
    painted = painting.swaps(press.plates, figures=figures) if press.plates else ()
    with swapped([*painted, *embed.swaps(figures)]), improved(press.lines):
        made = weasyprint.HTML(string=html, base_url="book:", url_fetcher=fetcher(press.book.images, figures))
        document = made.render(**settings)
        look = sheets.Look("", "", press.lines, variant(press), flat.bleed, press.plates, flat.marked)
        xmp.replace(document.metadata, sheets.Binding(look, press.book.meta.identifier.encode()))
        settings.update(pdf_identifier=press.book.meta.identifier.encode())
        data: bytes = document.write_pdf(finisher=partial(_finish, press, flat), **settings)
    return data


def _finish(press: Press, flat: Sheet, document: Any, pdf: Any) -> None:
    """What a printer's file has besides: boxes, colour spaces, marks on all plates."""
    from banxin.plates import painting
    from banxin.render.pdf import add_spaces

    if press.plates:
        add_spaces(press.plates, document, pdf)
    if press.plates and not press.plates.transparency:
        painting.without_groups(pdf)
    for page in pdf.objects:
        if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
            page.update({name: pydyf.Array(edges) for name, edges in flat.boxes().items()})
            if flat.marked and press.plates:
                stream = pdf.objects[int(page["Contents"].split()[0])].stream
                drawn = [marks.drawn(page["TrimBox"], flat.bleed), folds(flat)]
                stream[:0] = [b"/Artifact BMC", *drawn, b"EMC"]


def folds(flat: Sheet) -> bytes:
    """The operators that draw a broken line at the head and the foot of each fold, outside the bleed."""
    colour = REGISTRATION.encode()
    lines = [b"%.3f %.3f m %.3f %.3f l" % line for line in flat.folds()]
    return b"\n".join([b"q /%b CS 1 SCN %g w [2 1.5] 0 d" % (colour, marks.WIDTH), *lines, b"S Q"])
