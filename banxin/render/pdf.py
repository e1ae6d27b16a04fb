"""Press -> PDF, by WeasyPrint: the only place that loads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from math import ceil
from typing import Any
from urllib.parse import unquote

from lxml import etree
from markupsafe import Markup, escape

from banxin import cache, fonts, layout
from banxin.book import Artifact, Image, Matter
from banxin.compose.settings import Settings
from banxin.compose.speed import fast
from banxin.config import NotePlace, PageSpec
from banxin.filters import ems
from banxin.layout import Geometry, Layout
from banxin.numerals import han, roman
from banxin.plates import marks
from banxin.plates.settings import VARIANTS as STANDARDS
from banxin.plates.settings import Plates
from banxin.render import backward, imprint, links, math, only, pagelabels, skeleton, toc
from banxin.render.page import NoteView, Page
from banxin.render.press import Press, PrintedPage
from banxin.sheets import boxes, cited, copies, corner, counted, foresight, keep, make, totals
from banxin.sheets.data import Finished, Look, Place
from banxin.sheets.fetcher import fetcher
from banxin.sheets.tally import Report, Work
from banxin.workers import Call

SUFFIX = ".pdf"
VARIANTS = {"screen": "pdf/ua-1", "archive": "pdf/a-2u"}
"""What WeasyPrint labels the file, by profile; a printer's says its standard."""
HOLDING_FILES = "pdf/a-3u"
"""The archive's, where it holds its manuscript: PDF/A-2 allows no files but PDF/A."""
ROLES = ("serif", "sans", "kai", "fangsong", "mono")
PX_PER_PT = 4 / 3
FOLD = "<!-- fold -->"
"""Before each part of the book that begins a page."""


def begin(press: Press, call: Call, report: Report = lambda _: None) -> Callable[[], list[Artifact]]:
    """Begin one PDF; what is given finishes it. `report` hears how far it is.

    Raises:
        ConfigError: the type area does not fit the trim; there is no part as `press.only` says.
    """
    part = UNSAFE.sub("-", f"-{press.only.removesuffix('.md')}" if press.only else "")
    name = f"{press.slug}-{press.edition.name}{part}{SUFFIX}"
    key = keep.key_of(Finished, press) if press.layout.digest else ""
    known = keep.recall(Finished, key) if key else None
    finish = partial(_again, known, report) if known else _begun(press, call, report, key)
    return lambda: [Artifact(name, finish())]


def _again(finished: Finished, report: Report) -> bytes:
    """The book that was made of the same before."""
    report(Work(""))
    make.repeat(finished.said)
    return finished.data


def _begun(press: Press, call: Call, report: Report, key: str) -> Callable[[], bytes]:
    """Begin to make a book; what is given finishes it, and keeps it under `key`."""
    job = _job(press)
    foresight.note(job.look)
    finish = make.begin(job, call, report)

    def end() -> bytes:
        finished = finish()
        if key:
            keep.write(key, finished)
        return finished.data

    return end


def paging(press: Press, call: Call, report: Report = lambda _: None) -> Callable[[], tuple[PrintedPage, ...]]:
    """Begin to lay out the printed book; what is given tells how each page of its chapters begins.

    A page on which one chapter ends and another begins is said to begin with the latter.
    """
    press = replace(press, profile="print", only="")
    wait = make.page(_job(press), call, report)
    return lambda: tuple(_printed(press, *wait()))


def _printed(press: Press, openings: Sequence[make.Opening], indices: Mapping[str, int]) -> Iterator[PrintedPage]:
    first, front, _ = _numbering(press)
    homes = [name for page in press.pages for name in ([page.part.id] if page.part else []) + [page.id]]
    for _, pages in groupby(openings, key=lambda opening: opening.signature):
        home = ""
        for _, place, lines in pages:
            begins = next((name for name in homes if indices.get(name) == place.at), "")
            home = begins or home
            if home:  # else a page of no chapter: the title, the contents
                label = str(place.number) if place.at >= indices.get(first, 0) else FRONT[front](place.number)
                yield PrintedPage(label, home, bool(begins), lines)


def variant(press: Press) -> str | None:
    """What WeasyPrint labels the file; None where only its pages are wanted."""
    if press.profile == "print":
        return STANDARDS[press.plates.standard] if press.plates else None
    return HOLDING_FILES if press.enclosed else VARIANTS[press.profile]


FRONT = {"roman": roman, "han": han}
"""How the pages before the body count."""


def _job(press: Press) -> make.Job:
    geometry = layout.geometry(press.page_spec or PageSpec(), press.layout)
    head, css, parts = _apart(document(press, geometry))
    printed = press.profile == "print"
    bleed, marked = (press.bleed, press.marks) if printed else (None, False)
    plates, vertical = press.plates if printed else None, press.layout.vertical
    look = Look(
        head,
        css,
        press.lines,
        variant(press),
        bleed,
        plates,
        marked,
        vertical,
        vertical and press.options["right-to-left"],
    )
    signatures = make.divide(css, parts, _images(press), unquote)
    chosen = only.choose(press.only, press.book, _numbering(press)[0]) if press.only else None
    fold = press.signature if press.profile == "print" and not press.only else 0
    return make.Job(
        look,
        signatures,
        press.book.meta.identifier.encode(),
        partial(_labelled, press),
        chosen,
        fold=fold or 1,
        enclosed=press.enclosed,
        epoch=press.epoch,
    )


def _images(press: Press) -> Mapping[str, Image]:
    """The pictures: a printer's as the author brought them, others as a screen shows them."""
    if press.profile == "print" or not press.book.images:
        return press.book.images
    from banxin import onscreen  # a library that books without pictures do not need

    return {key: onscreen.shown(image) for key, image in press.book.images.items()}


def render(press: Press, report: Report = lambda _: None) -> list[Artifact]:
    """One PDF, here and now.

    Raises:
        ToolError: WeasyPrint's libraries are missing.
        ConfigError: the type area does not fit the trim.
    """
    with fast(["collector"]):
        return begin(press, partial, report)()


def _apart(html: str) -> tuple[str, str, list[str]]:
    """A document as `document` makes it: its head and the tag of its body, its style sheets, the parts of its body."""
    body = BODY.search(html, html.rfind("</head>"))
    end = body.end() if body else 0
    head, css = STYLE.sub("", html[:end]), "\n".join(STYLE.findall(html[:end]))
    parts = html[end:].removesuffix("\n").removesuffix("</html>").rstrip().removesuffix("</body>").split(FOLD)
    return head, css, [part for part in parts if part.strip()]


UNSAFE = re.compile(r"[^\w.-]+")
"""What a name of a file has not."""
BODY = re.compile(r"<body\b[^>]*>")
STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)


def _labelled(press: Press, pages: Sequence[Place], indices: Mapping[str, int]) -> Mapping[int, Any]:
    """How the pages are labelled."""
    first, front, cover = _numbering(press)
    begins = indices.get(first, 0)
    if not press.only:
        return pagelabels.ranges(begins, front, cover)
    return {i: {"S": "/D" if page.at >= begins else "/r", "St": page.number} for i, page in enumerate(pages)}


@contextmanager
def improved(lines: Settings) -> Iterator[None]:
    """WeasyPrint with all that we change in it: Chinese lines composed by `lines`, plainer tags, and speed."""
    from banxin.compose.patch import composing
    from banxin.compose.swap import swapped
    from banxin.sheets import engine

    with composing(lines), fast(), swapped(engine.TAGS):
        yield


def write(html: str, press: Press) -> bytes:
    """What WeasyPrint, as it is at the moment, makes of a document."""
    import weasyprint

    from banxin.compose.swap import swapped
    from banxin.figures import embed
    from banxin.plates import painting
    from banxin.sheets import engine

    figures: dict[str, bytes] = {}

    def made(counts: Mapping[str, int], pages: int = 0, numbers: Mapping[str, int] | None = None) -> Any:
        text = cited.resolved(totals.resolved(counted.resolved(html, counts), pages), numbers or {})
        return weasyprint.HTML(string=text, base_url="book:", url_fetcher=fetcher(_images(press), figures))

    marks = counted.found(html)
    counts = counted.settled(marks, lambda counts: made(counts).render().pages) if marks else {}
    pages = len(made(counts).render().pages) if totals.found(html) else 0
    numbers = _numbers(press, made(counts, pages).render().pages) if cited.found(html) else {}
    drawn = painting.swaps(press.plates, figures=figures) if press.plates else engine.pictures()
    with swapped([*drawn, *embed.swaps(figures)]):
        data: bytes = made(counts, pages, numbers).write_pdf(
            pdf_variant=variant(press),
            pdf_identifier=press.book.meta.identifier.encode(),
            finisher=_finisher(press),
            pdf_tags=engine.tagged(variant(press)),
            dpi=engine.options(variant(press))["dpi"],
            custom_metadata=True,
        )
    return data


def _numbers(press: Press, pages: Sequence[Any]) -> dict[str, int]:
    """The number of the page on which each id is: as the labels count them, from where the body begins."""
    indices: dict[str, int] = {}
    for i, page in enumerate(pages):
        indices |= {id: i for id in page.anchors if id not in indices}
    first, _, cover = _numbering(press)
    begins, covers = indices.get(first, 0), int(bool(cover))
    return {id: i - begins + 1 if i >= begins else i + 1 - covers for id, i in indices.items()}


def _finisher(press: Press) -> pagelabels.Finisher:
    """What is said of the pages once they are drawn: their labels; in print, their boxes."""
    finishers = [_labels(press), *_for_the_press(press)]

    def finish(document: Any, pdf: Any) -> None:
        for each in finishers:
            each(document, pdf)

    return finish


def _for_the_press(press: Press) -> Iterator[pagelabels.Finisher]:
    """What is added to a printer's pages."""
    if press.profile == "print":
        yield boxes.finisher(press.bleed, press.marks)
    if press.plates:
        yield partial(add_spaces, press.plates)
        yield _to_the_corner


def _to_the_corner(_document: Any, pdf: Any) -> None:
    corner.move(pdf)


def add_spaces(plates: Plates, _document: Any, pdf: Any) -> None:
    """Name the colour spaces of a press in a file that WeasyPrint made, and say for which press it is."""
    from banxin.plates import spaces

    resources = next(item for item in pdf.objects if isinstance(item, dict) and "ColorSpace" in item)
    spaces.only_inks(pdf.objects[int(resources["ColorSpace"].split()[0])], plates)
    spaces.add_intent(pdf, plates)


def _labels(press: Press) -> pagelabels.Finisher:
    return pagelabels.finisher(*_numbering(press))


def _numbering(press: Press) -> tuple[str, str, str]:
    """The id where the body begins, how the pages before it count, the label of the cover."""
    body = next((page for page in press.pages if page.matter is Matter.BODY), press.pages[0])
    first = body.part.id if body.part else body.id
    has_cover = press.profile == "screen" and press.options["cover"]
    return first, press.options["front-numerals"], press.labels["cover"] if has_cover else ""


def document(press: Press, geometry: Geometry) -> str:
    """The whole book as one HTML document."""
    options = press.options
    room = _room(geometry, bool(options["tables-turned"]))
    pages = tuple(_prepared(page, geometry, room, options["front-numerals"]) for page in press.pages)
    parts = {chapter.id: chapter.part for chapter in press.book.chapters}
    language = press.edition.language
    faces = {role: fonts.css(role, language, press.own) for role in ROLES}
    faces_en = {role: fonts.css(role, "en", press.own) for role in ROLES}
    context = {
        "book": press.book,
        "meta": press.book.meta,
        "edition": press.edition,
        "labels": press.labels,
        "pages": pages,
        "toc": _contents(press, pages, toc.contents(pages, parts, depth=3)),
        "lists": toc.lists(press.pages, options, press.labels),
        "layout": press.layout,
        "geometry": geometry,
        "faces": faces,
        "faces_en": faces_en,
        "profile": press.profile,
        "bleed": press.bleed,
        "marks": press.marks,
        "room": marks.room(press.bleed) if press.marks else press.bleed,
        "press_accent": press.accent or "#000",
        "options": options,
        "statement": imprint.statement(press, geometry if press.profile == "print" else None),
        "cover": press.cover,
        "fold": Markup(FOLD),
        "created": datetime.fromtimestamp(press.epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return skeleton.filled(press.layout, context, partial(_fill, press.layout))


NOTES, REFERENCES = "book-notes", "references"
"""The id of what holds the notes of the whole book; of the list of references before which it stands."""


def _contents(press: Press, pages: Sequence[Page], entries: tuple[toc.Entry, ...]) -> tuple[toc.Entry, ...]:
    """The contents with the notes of the whole book, which are no chapter."""
    if not toc.has_choice(entries) or not any(note.place == NotePlace.BOOK for page in pages for note in page.notes):
        return entries
    words = press.labels["notes"]
    notes = toc.Entry(NOTES, "", 1, "chapter", "", words, words)
    at = len(entries) - (pages[-1].id == REFERENCES and entries[-1].id == REFERENCES)
    return (*entries[:at], notes, *entries[at:])


def _fill(look: Layout, context: Mapping[str, Any]) -> str:
    templates = layout.environment(look)
    templates.filters["title_words"] = links.title_words
    return templates.get_template("book.html.j2").render(context)


def _prepared(page: Page, geometry: Geometry, room: tuple[float, float], front: str) -> Page:
    """As `_prepare`; what becomes of the HTML is kept."""
    key = cache.key(PREPARED, cache.digest(page), geometry.size, geometry.vertical, *room, front)

    def make() -> list[Any]:
        made = _prepare(page, geometry, room, front)
        return [made.title, made.subtitle, made.body, [view.html for view in made.notes]]

    title, subtitle, body, notes = cache.remembered(PREPARED, key, make)
    views = tuple(_drawn_again(view, html) for view, html in zip(page.notes, notes, strict=True))
    title, subtitle = _same_or(page.title, title), _same_or(page.subtitle, subtitle)
    return replace(page, title=title, subtitle=subtitle, body=Markup(body), notes=views)


def _drawn_again(view: NoteView, html: str) -> NoteView:
    return view if html == view.html else replace(view, html=Markup(html))


def _same_or(before: str, html: str) -> str:
    """What it was, or HTML that was made of it."""
    return before if html == before else Markup(html)


PREPARED = "prepared"
"""Of entries in the cache."""


BY_RULE = re.compile(r'<span class="tcy by-rule">([^<]*)</span>')
"""What shares a square by rule (banxin/typeset/squares.py): the composer finds it by itself, and boxes cost time."""


def _room(geometry: Geometry, turned: bool) -> tuple[float, float]:
    """How wide a table may be, em of the text, and how high, lines: upright in vertical books, unless it is turned."""
    if geometry.vertical and not turned:
        return geometry.depth / geometry.size, geometry.measure / geometry.pitch
    return geometry.chars, geometry.lines


def _prepare(page: Page, geometry: Geometry, room: tuple[float, float], front: str) -> Page:
    """A page's body for paper: formulas drawn, notes beside their marks where they stand at the foot.

    Args:
        room: of a table, as `_room` has it.
        front: how the pages before the body count.
    """
    if geometry.vertical:
        page = _without_squares(page)
    body = links.parse(page.body)
    math.to_svg(body, geometry.size * PX_PER_PT)
    _barred(body)
    backward.to_pages(body, front)
    _set_apart(body, *room)
    foot = {view.id: view for view in page.notes if view.place == "foot"}
    views = tuple(view if view.id in foot else _drawn_again(view, _drawn(view, geometry)) for view in page.notes)
    if not foot:
        return replace(page, body=links.both(body), notes=views)
    title, subtitle = (_with_notes(html, foot, geometry) for html in (page.title, page.subtitle))
    return replace(page, title=title, subtitle=subtitle, body=_at_the_foot(body, foot, geometry), notes=views)


def _without_squares(page: Page) -> Page:
    def bare(html: str) -> str:
        return _same_or(html, BY_RULE.sub(r"\1", html))

    notes = tuple(_drawn_again(view, bare(view.html)) for view in page.notes)
    return replace(page, title=bare(page.title), subtitle=bare(page.subtitle), body=bare(page.body), notes=notes)


def _with_notes(html: str, notes: Mapping[str, NoteView], geometry: Geometry) -> str:
    """A title with the notes that it calls."""
    if "noteref" not in html:
        return html
    return _at_the_foot(links.parse(html), notes, geometry)


def _barred(body: Any) -> None:
    """What changed in a redline bears its class itself: a block around it would take it out of its place's rules."""
    for around in body.findall(".//div[@class='changed']"):
        parent = around.getparent()
        for block in list(around):
            block.set("class", " ".join(filter(None, (block.get("class"), "changed"))))
            around.addprevious(block)
        parent.remove(around)


def _set_apart(body: Any, chars: float, lines: float) -> None:
    """Give each table of the page's flow a block of its own, for the space around it, and tell the long ones.

    A table's own margin stays at the top of a page: WeasyPrint's box around a table does not get `margin-break`.
    """
    for table in body.findall("table"):
        long = " long" if _depth(table, chars) > lines / 2 else ""
        changed = " changed" if "changed" in table.get("class", "").split() else ""
        block = etree.Element("div", {"class": "table-block" + long + changed})
        block.tail, table.tail = table.tail, None
        table.addprevious(block)
        block.append(table)


def _depth(table: Any, measure: float) -> int:
    """About how many lines a table takes, if each of its columns has an equal part of the measure (em)."""
    rows = [[ems("".join(cell.itertext()).strip()) for cell in row] for row in table.iter("tr")]
    return sum(max(1, *(ceil(words * len(row) / measure) for words in row)) for row in rows if row)


def _drawn(view: NoteView, geometry: Geometry) -> str:
    """What a note says, on paper, as HTML; most stay as they are."""
    if MATH in view.html or _leads_back(view):
        return links.both(_content(view, geometry))
    return view.html


MATH = "<math"


def _leads_back(view: NoteView) -> bool:
    """Whether it ends with links to its marks."""
    return len(view.calls) > 1 and not view.by_page


BACK = "\u2191"
"""On paper, of the links back of a note with several marks; else its number leads back. The book's faces have it."""


def _content(view: NoteView, geometry: Geometry) -> Any:
    """What a note says, on paper."""
    content = links.parse(view.html)
    math.to_svg(content, geometry.size * PX_PER_PT)
    if _leads_back(view):
        links.link_back(content, view.calls, "", BACK)
    return content


def _inline(content: Any) -> Any:
    """Blocks as a `span` in which each block is one, too; the words of a single paragraph stand in it at once."""
    _close_up(content)
    for caption in list(content.iter("caption")):  # over a table of two words it would be as narrow
        caption.getparent().addprevious(caption)
    if len(content) == 1 and content[0].tag == "p" and not content[0].attrib and not content.text:
        content = content[0]
    for element in content.iter(*BLOCKS):
        if element is not content:
            element.set("class", " ".join(filter(None, (element.get("class"), "block", f"block-{element.tag}"))))
            element.tag = "span"
    content.tag = "span"
    return content


def _close_up(content: Any) -> None:
    """Line ends of the source between blocks: between inline elements they would be words, on lines of their own."""
    for block in content.iter(*BLOCKS):
        if not (block.tail or "").strip():
            block.tail = None
        parent = block.getparent()
        if block.getprevious() is None and not (parent.text or "").strip():
            parent.text = None


BLOCKS = frozenset({
    "p", "div", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption", "hr",
    "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td",
})  # fmt: skip
"""What ends a paragraph of HTML, or is dropped outside a table."""


def _at_the_foot(body: Any, notes: Mapping[str, NoteView], geometry: Geometry) -> Markup:
    """A body with each note after its first mark, as WeasyPrint's `float: footnote` wants it: all inline elements.

    A block element inside a paragraph would end the paragraph when the document is parsed as HTML. Where numbers begin
    anew on each page, a note stands after each of its marks: on another page, its first number would say nothing.
    """
    waiting: list[str] = []
    """The notes that are nothing but words: they are put into what is written, which is quicker."""
    for mark in list(body.iter("a")):
        view = notes.get(mark.get("href", "").removeprefix("#"))
        call = mark.get("id", "")
        if mark.get("class") != "noteref" or view is None or (call != view.calls[0] and not view.by_page):
            continue
        if words := _stand(mark, call, view, geometry):
            waiting.append(words)
            mark.tail = HERE + (mark.tail or "")
    etree.cleanup_namespaces(body)
    written = iter(waiting)
    return Markup(re.sub(HERE, lambda _: next(written), links.both(body)))


HERE = "\ufddb"
"""Where a note stands meanwhile: a noncharacter, which Unicode leaves to programs (23.7)."""


def _stand(mark: Any, call: str, view: NoteView, geometry: Geometry) -> str:
    """Put a note after one of its marks; what is to be written there, if it is nothing but words."""
    several = bool(view.by_page) and len(view.calls) > 1
    shown = counted.token(view.series, view.by_page, call, several * view.id) if view.by_page else view.shown
    mark.text = shown
    mark.attrib.pop("role", None)  # for screens
    id = view.id if call == view.calls[0] else f"{view.id}-{call}"
    if id != view.id:
        mark.set("href", f"#{id}")
    if not several and (words := _words(view)):
        return NOTE.format(id=id, call=call, shown=escape(shown), words=words)
    content = _inline(_content(view, geometry))
    number = etree.Element("a", {"class": "note-number", "href": f"#{call}"})
    number.text, number.tail, content.text = shown, content.text, None
    content.insert(0, number)
    content.attrib.update({"class": "footnote", "id": id})
    content.tail, mark.tail = mark.tail, None
    if several:  # it may stand on the page already
        _end(content, copies.back(call))
        mark.tail, content.tail = copies.opened(call, id), copies.CLOSE + (content.tail or "")
        mark.getparent().insert(mark.getparent().index(mark) + 1, content)
    else:
        mark.addnext(content)
    return ""


def _end(content: Any, words: str) -> None:
    """Put words at the end of a note: of its last paragraph, if it ends with one."""
    last = content[-1]
    into = last if "block-p" in (last.get("class") or "").split() else content
    if len(into):
        into[-1].tail = (into[-1].tail or "") + words
    else:
        into.text = (into.text or "") + words


NOTE = '<span class="footnote" id="{id}"><a class="note-number" href="#{call}">{shown}</a>{words}</span>'


def _words(view: NoteView) -> str:
    """What stands in a note that is one paragraph of words, as HTML; empty where it is more."""
    html = view.html
    if MATH in html or _leads_back(view) or not (html.startswith("<p>") and html.endswith("</p>")):
        return ""
    words = html[3:-4]
    return "" if "<" in words and BEYOND_WORDS.search(words) else words


BEYOND_WORDS = re.compile(rf"<(?:{'|'.join(sorted(BLOCKS))})\b|/>|xmlns|epub:")
"""Blocks; elements that hold nothing, which HTML writes otherwise."""
