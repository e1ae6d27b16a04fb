"""One signature to its pages, without their frames."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from functools import lru_cache
from itertools import compress, islice
from typing import Any
from urllib.parse import unquote

import pydyf

from banxin.compose.settings import Settings
from banxin.compose.speed_css import forget, share
from banxin.errors import ManuscriptError, Place, Problem
from banxin.plates.settings import NAMES, Plates
from banxin.sheets import boxes, cited, copies, corner, counted, engine, reading, totals, turn
from banxin.sheets.data import Font, Ink, Leaf, Look, Position, Sheets, Signature
from banxin.sheets.fetcher import SCHEME, fetcher
from banxin.sheets.foresight import foreseen
from banxin.sheets.objects import NAMED, Freezer, Open, is_reference
from banxin.workers import FONTS

OPENINGS = 16
"""Lines of a page by which it is found again in an EPUB; the first may be a repeated head of a table, cell by cell."""
FAR = 1_000_000
"""Added to the numbers of pages while their place in the book is not known; those that stay small were set there."""


def lay(look: Look, signature: Signature, position: Position) -> Sheets:
    """Lay out a signature, with WeasyPrint as `improved` makes it.

    Args:
        look: the book's.
        signature: what is laid out.
        position: where it stands, as far as that is known.
    """
    far = FAR if position.base is None else position.base
    record = engine.Record(far, position.total, position.recto, frozenset(signature.known), position.numbers)
    settings = engine.options(look.variant)
    with heard() as said, weasyprint(look, record) as (counter_style, config):
        html = reading.html(look.head, words(signature, position), fetcher(signature.images, record.figures))
        document = html.render(font_config=config, counter_style=counter_style, **settings)
        shown = _counted(signature, position, document.pages)
        pdf = engine.generate_pdf(document, None, 1, **{**settings, "pdf_variant": None})
    if said:
        forget(config)
    if look.vertical:
        turn.finish(document, pdf)
    if look.bleed is not None:
        boxes.finisher(look.bleed)(document, pdf)
    by = corner.move(pdf) if look.plates else (0.0, 0.0)
    if look.plates and not look.plates.transparency:
        opaque(pdf, record, look.plates)
    if look.variant and look.variant.startswith("pdf/a"):
        _printable(pdf)
    sheets = _sheets(document, pdf, record, said, look.vertical)._replace(shown=shown)
    record.context.get_image_from_uri = None  # it knows itself, and would stay until cycles are looked for
    return sheets._replace(leaves=tuple(corner.moved(leaf, by) for leaf in sheets.leaves)) if any(by) else sheets


def _counted(signature: Signature, position: Position, pages: Iterable[Any]) -> dict[str, int]:
    """Put the numbers right that each page counts anew, where they take the room that there is; what is shown then."""
    if not signature.counted:
        return {}
    known = {id: number for id, number in position.counts.items() if not id.startswith(copies.APART)}
    shown = {**counted.guessed(signature.counted), **known}
    leaves = list(pages)
    wanted = counted.by_page(signature.counted, leaves, position.counts)
    return wanted if counted.exchange(signature.html, [leaf._page_box for leaf in leaves], shown, wanted) else shown


def words(signature: Signature, position: Position) -> str:
    """The words of a signature where it stands."""
    html = totals.resolved(counted.resolved(signature.html, position.counts), position.total)
    return cited.resolved(html, position.numbers)


@contextmanager
def heard() -> Iterator[list[tuple[str, int, str]]]:
    """What WeasyPrint and the composer say meanwhile, for the author to hear where the book is bound."""
    said: list[tuple[str, int, str]] = []

    class Handler(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            said.append((entry.name, entry.levelno, entry.getMessage()))

    handler = Handler(logging.WARNING)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    known = [(logger, logger.propagate, list(logger.handlers)) for logger in loggers]
    for logger in loggers:
        logger.propagate, logger.handlers = False, [handler]
    try:
        yield said
    finally:
        for logger, propagate, handlers in known:
            logger.propagate, logger.handlers = propagate, handlers


LOGGERS = ("weasyprint", "banxin")


@contextmanager
def weasyprint(look: Look, record: engine.Record, frames: bool = False) -> Iterator[Any]:
    """WeasyPrint for one signature; gives the styles of counters, and where fonts are found."""
    from banxin.compose.patch import composing
    from banxin.compose.speed import fast
    from banxin.compose.swap import swapped
    from banxin.plates import painting

    painted = painting.swaps(look.plates, record.shining.append, record.figures) if look.plates else engine.pictures()
    with swapped([*painted, *engine.swaps(record, frames, look.vertical)]), composing(look.lines), fast():
        body, whole, counter_style, fonts = parsed(look.css)
        record.sheet = whole if frames else body
        yield counter_style, fonts


def parsed(css: str) -> tuple[Any, Any, Any, Any]:
    """A style sheet without the boxes in the margins, the whole, the styles of counters that it declares, fonts."""
    return _parsed(css, os.environ.get(FONTS, ""))


def foresee() -> None:
    """Parse the style sheet that was laid out last. What is wrong with it is said where it is asked for."""
    last = foreseen()
    if last is None:
        return
    before = os.environ.get(FONTS)
    os.environ[FONTS] = last.fonts
    look = Look("", last.css, Settings(), None, vertical=last.vertical)
    with heard() as said, suppress(Exception), weasyprint(look, engine.Record()):
        pass
    if said:
        _parsed.cache_clear()
    if before is None:
        del os.environ[FONTS]
    else:
        os.environ[FONTS] = before


@lru_cache(4)
def _parsed(css: str, _fonts: str) -> tuple[Any, Any, Any, Any]:
    counter_style, fonts = engine.CounterStyle(), engine.FontConfiguration()
    share(fonts, css)
    whole = engine.CSS(
        string=css, base_url="book:", url_fetcher=fetcher({}), counter_style=counter_style, font_config=fonts
    )
    body = copy(whole)
    body.page_rules = [
        (rule, [each for each in selectors if each[1] not in engine.MARGIN_BOXES], declarations)
        for rule, selectors, declarations in whole.page_rules
    ]
    return body, whole, counter_style, fonts


def opaque(pdf: Any, record: engine.Record, plates: Plates) -> None:
    """See that nothing shines through on the pages of a file, as PDF/X-1a and X-3 want it.

    Raises:
        ManuscriptError: something does.
    """
    from banxin.plates import painting

    painting.without_groups(pdf)
    pictures = [unquote(url.removeprefix(SCHEME)) for url in dict.fromkeys(record.shining)]
    if not pictures and not painting.anything_shines(pdf):
        return
    name = NAMES[plates.standard]
    hint = "在绘图程序里拼合透明度，或把它存成 PNG；用 print: {standard: x4} 也行，先问印厂收不收 PDF/X-4。"
    where = [Place(picture) for picture in pictures] or [Place("layouts")]
    raise ManuscriptError([Problem(place, f"{name} 不许有透明的东西", hint) for place in where])


def _printable(pdf: Any) -> None:
    """Links are printed (ISO 19005-1, 6.5.3)."""
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Type") == "/Annot":
            item["F"] = 4


def _sheets(
    document: Any, pdf: Any, record: engine.Record, said: Iterable[tuple[str, int, str]], vertical: bool
) -> Sheets:
    ink = take(pdf, record)
    waiting = record.context.target_collector.counter_lookup_items
    leaves = (_leaf(i, page, record) for i, page in enumerate(document.pages))
    return Sheets(
        leaves=tuple(
            _turned(leaf, page.width) if vertical else leaf for leaf, page in zip(leaves, document.pages, strict=True)
        ),
        ink=ink.pack(),
        fonts=dict(fonts(record)),
        before=engine.breaks(record.root, "before"),
        after=engine.breaks(record.root, "after"),
        wanted=tuple(record.wanted),
        counts=bool(waiting),
        shown={},
        said=tuple(said),
    )


def _leaf(i: int, page: Any, record: engine.Record) -> Leaf:
    box, (_, counters, *_) = record.pages[i]
    number = counters["page"][-1]
    relative = record.base == FAR < number
    strings = record.context.string_set.items()
    return Leaf(
        number=number - FAR if relative else number,
        relative=relative,
        counters={name: list(values) for name, values in counters.items() if name not in ("page", "pages")},
        blank=box.page_type.blank,
        name=box.page_type.name,
        groups=tuple(box.page_type.groups),
        area=engine.area(box),
        height=page.height,
        strings={name: list(pages[i + 1]) for name, pages in strings if i + 1 in pages},
        bookmarks=tuple(page.bookmarks),
        anchors={name: (x, y) for name, (x, y, _, _) in page.anchors.items()},
        openings=tuple(islice(engine.line_texts(box), OPENINGS)),
    )


def _turned(leaf: Leaf, width: float) -> Leaf:
    """A page whose frame is `width` px wide, turned."""
    return leaf._replace(
        area=turn.area(leaf.area, leaf.height),
        height=width,
        bookmarks=tuple(
            (level, label, turn.point(x, y, leaf.height), state) for level, label, (x, y), state in leaf.bookmarks
        ),
        anchors={name: turn.point(x, y, leaf.height) for name, (x, y) in leaf.anchors.items()},
    )


PAINTED = re.compile(rb"/(p\d+) (?:scn|SCN)\b")
"""A pattern that is painted with."""


def _place_patterns(page: Any, content: Any, resources: Any, objects: Any) -> None:
    """Let the patterns of a page know it: they move with it, because they lie on the page, and not on what is drawn
    there (ISO 32000-1, 8.7.3.1). Readers pass over the entry."""
    patterns = resources.get("Pattern")
    if patterns:
        drawn = b"\n".join(map(engine.to_bytes, content.stream))
        for name in {found.decode() for found in PAINTED.findall(drawn)}:
            objects[number_of(patterns[name])].extra["Pg"] = page.reference


def take(pdf: Any, record: engine.Record) -> Ink:
    """Take the pages and all that belongs to them out of a file."""
    objects = pdf.objects
    pages = [objects[number] for number in pdf.pages["Kids"][::3]]
    contents = [objects[number_of(page["Contents"])] for page in pages]
    resources = objects[number_of(pages[0]["Resources"])]
    tags = _Tags(pdf)
    named = {
        pdf.pages.number: "Pages",
        resources.number: "Resources",
        number_of(resources["ColorSpace"]): "ColorSpace",
        record.fonts_dictionary.number: "Font",
        **tags.named,
    }
    left_out = {0, pdf.catalog.number, *named, *tags.numbers, *(content.number for content in contents)}
    kept = [item for item in objects if item.number not in left_out]
    freezer = _freezer(kept, named, pages, len(tags.keys))
    for page, content in zip(pages, contents, strict=True):
        _place_patterns(page, content, resources, objects)
        del page["Contents"]
    own = {page.number for page in pages}
    plain = [not isinstance(item, pydyf.Stream) for item in kept]
    return Ink(
        pages=tuple((freezer.freeze(page), freezer.freeze(c)) for page, c in zip(pages, contents, strict=True)),
        objects=tuple(None if easy else freezer.freeze(item) for item, easy in zip(kept, plain, strict=True)),
        together=freezer.together(item for item in compress(kept, plain) if item.number not in own),
        places=tuple(i for i, item in enumerate(kept) if item.number in own),
        resources={
            category: {name: freezer.value(value) for name, value in entries.items()}
            for category, entries in resources.items()
            if isinstance(entries, dict) and entries
        },
        kids=tuple(freezer.references[kid] for kid in tags.kids),
        keys=len(tags.keys),
        keyed=freezer.keyed(tags.keys),
        across=tuple(freezer.across),
    )


def _freezer(kept: Sequence[Any], named: Mapping[int, str], pages: Sequence[Any], keys: int) -> Freezer:
    """What takes objects out of a file, of which `kept` go into the signature."""
    left = Open(len(kept), keys)
    local = {item.number: i for i, item in enumerate(kept)}
    local.update({number: left.named + NAMED.index(name) for number, name in named.items()})
    lying = {page.reference: i for i, page in enumerate(pages)}
    lying.update({each: i for i, page in enumerate(pages) for each in page.get("Annots", ())})
    return Freezer(left, local, lying)


class _Tags:
    """The tree of tags of a file (ISO 32000-1, 14.7)."""

    def __init__(self, pdf: Any) -> None:
        self.named: dict[int, str] = {}
        self.numbers: set[int] = set()
        self.kids: list[bytes] = []
        self.keys: list[tuple[int, Any]] = []
        if "StructTreeRoot" not in pdf.catalog:
            return
        root = pdf.objects[number_of(pdf.catalog["StructTreeRoot"])]
        document = pdf.objects[number_of(root["K"][0])]
        parents = pdf.objects[number_of(root["ParentTree"])]
        self.named[document.number] = "Document"
        self.numbers |= {root.number, parents.number}
        self.kids = document["K"]
        self.keys = list(zip(parents["Nums"][::2], parents["Nums"][1::2], strict=True))


BLANK = b"", 0.0
"""In place of what Pango calls a font: that of the blank glyph, which is ours."""


def fonts(record: engine.Record) -> Iterator[tuple[str, Font]]:
    """What was used of each font."""
    for font in record.used.values():
        description, size = record.fonts.get(font.hash, BLANK)
        metrics = getattr(font, "standing", None)
        if metrics is not None:
            (description, size), metrics = font.described, dict(metrics)
        yield font.hash, (description, size, dict(font.to_unicode), dict(font.widths), dict(font.missing), metrics)


def number_of(reference: bytes) -> int:
    """The number of the object that a reference leads to."""
    if not is_reference(reference):
        raise ValueError(f"no reference: {reference!r}")
    return int(reference[:-4])
