"""EPUB 3.3, packed by ourselves from the same pages that the PDF is made of.

Notes stand as pop-ups at the end of their chapter, wherever the printed book has them: a reader shows them in place.
Sources: EPUB 3.3; EPUB Accessibility 1.1; EPUB 3 Structural Semantics Vocabulary 1.1; DPUB-ARIA 1.1.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from banxin import cache, records
from banxin.book import Artifact, Image, Matter
from banxin.render import cover, endnotes, gaps, links, notemarks, pagebreaks, pictures, published, skeleton, webfonts
from banxin.render.filling import Filler
from banxin.render.links import Facts, Places
from banxin.render.page import NoteView, Page, PartView
from banxin.render.press import Press, PrintedPage
from banxin.render.semantics import kind_of, matter_type
from banxin.render.toc import contents, has_choice, lists
from banxin.render.words import people, sort_key

ROOT = "EPUB"
"""The folder of the publication inside the archive."""
TEXT = "text/"
IMAGES = "images/"
FONTS = "fonts/"
XHTML = "application/xhtml+xml"
CONTENTS_DEPTH = 3
ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
"""The dates that a package document may hold (W3CDTF)."""
TEXTS, DEFLATED = "epub", "deflated"
"""Kinds of entries in the cache: what a chapter becomes, and any file of an archive."""
LEAST = 2048
"""Bytes of a file that it is worth to keep deflated."""
EARLIEST = 315_532_800
"""1980-01-01 UTC, where the clock of a zip archive begins (s)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the publication, as its package document lists it."""

    id: str
    path: str
    """Relative to the package document."""
    media_type: str
    data: bytes
    properties: str = ""
    in_spine: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """What is kept of a chapter: XHTML."""

    title: str
    subtitle: str
    body: str
    notes: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that a reader's menu leads to."""

    type: str
    label: str
    href: str


def render(press: Press) -> list[Artifact]:
    """The book as one EPUB file."""
    return [Artifact(f"{press.slug}-{press.edition.name}.epub", pack(_Publication(press).files(), press.epoch))]


def pack(files: Mapping[str, bytes], epoch: int) -> bytes:
    """A zip archive of `files`, always the same bytes: one date, sorted, `mimetype` first and plain."""
    date = time.gmtime(max(epoch, EARLIEST))[:6]
    out = io.BytesIO()
    with Archive(out, "w") as archive:
        for path in sorted(files, key=lambda path: (path != "mimetype", path)):
            entry = zipfile.ZipInfo(path, date)
            entry.external_attr = 0o100644 << 16
            if path == "mimetype":
                archive.writestr(entry, files[path])
            else:
                archive.add(entry, files[path])
    return out.getvalue()


class Archive(zipfile.ZipFile):
    """A zip archive whose files need not be deflated if they once were."""

    def add(self, entry: zipfile.ZipInfo, data: bytes) -> None:
        """Deflate a file, or take it from the cache: the same bytes as `writestr` gives."""
        packed = _deflated(data)
        out: Any = self.fp
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.file_size, entry.compress_size, entry.CRC = len(data), len(packed), zlib.crc32(data)
        entry.header_offset = out.tell()
        out.write(entry.FileHeader(zip64=False) + packed)
        self.start_dir = out.tell()
        self.filelist.append(entry)
        self.NameToInfo[entry.filename] = entry


def _deflated(data: bytes) -> bytes:
    if len(data) < LEAST:
        return _deflate(data)
    key = cache.key(DEFLATED, data)
    packed = cache.read(DEFLATED, key)
    if packed is None:
        packed = _deflate(data)
        cache.write(DEFLATED, key, packed)
    return packed


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class _Publication:
    """One EPUB in the making."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.meta = press.book.meta
        self.filler = Filler(press)
        self.images = pictures.shown(press)
        self.places = _places(press, self.images)
        self.beside = _beside(self.places)
        self.facts = Facts()
        self.says: dict[str, str] = {}
        """What the notes of the chapter in hand say."""
        self.parts = {chapter.id: chapter.part for chapter in press.book.chapters}
        self.printed: dict[str, list[PrintedPage]] = {}
        for printed in press.printed:
            self.printed.setdefault(printed.home, []).append(printed)
        self.toc = contents(press.pages, self.parts, self.places.files, CONTENTS_DEPTH)

    def files(self) -> dict[str, bytes]:
        """Every file of the archive, by its path."""
        items = [*self.items()]
        items += self.dress([item.data for item in items if item.media_type == XHTML])
        listed = [replace(item, data=b"") for item in items]
        fonts = any(item.path.startswith(FONTS) for item in items)
        package = self.fill("package.opf.j2", items=listed, **self.facts_of_package(fonts))
        container = self.fill("container.xml.j2", root=ROOT)
        return {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container,
            f"{ROOT}/package.opf": package,
            **{f"{ROOT}/{item.path}": item.data for item in items},
        }

    def items(self) -> Iterator[Item]:
        """The files of the manifest, those of the spine in reading order."""
        image = cover.picture(self.press)
        cover_path = f"cover.{pictures.EXTENSIONS.get(image.media_type, 'bin')}"
        yield self.page("cover", "cover.xhtml", "cover.xhtml.j2", src=cover_path)
        yield self.page("titlepage", "titlepage.xhtml", "titlepage.xhtml.j2")
        yield self.page("copyright", "copyright.xhtml", "copyright.xhtml.j2", elsewhere=self.elsewhere())
        for name in ("dedication", "epigraph"):
            if words := getattr(self.meta, name):
                yield self.page(name, f"{name}.xhtml", f"{name}.xhtml.j2", words=words)
        yield from self.chapters(Matter.FRONT)
        listed = lists(self.press.pages, self.press.options, self.press.labels, self.places.files)
        shown = {"toc": self.toc, "lists": listed, "landmarks": self.landmarks(), "printed": self.page_list()}
        nav = self.page("nav", "nav.xhtml", "nav.xhtml.j2", "nav", **shown)
        yield replace(nav, in_spine=has_choice(self.toc) or bool(listed))
        yield from self.chapters(Matter.BODY)
        yield from self.chapters(Matter.BACK)
        if self.press.options.get("colophon", True):
            yield self.page("colophon", "colophon.xhtml", "colophon.xhtml.j2", matter="backmatter")
        yield Item("ncx", "toc.ncx", "application/x-dtbncx+xml", self.ncx())
        yield Item("cover-image", cover_path, image.media_type, image.data, "cover-image")
        if self.press.note_pictures and any(page.notes for page in self.press.pages):
            yield Item("note-mark", notemarks.PATH, "image/png", notemarks.picture())
        for key, image in self.images.items():
            path = self.places.images[key]
            yield Item(path.replace("/", "-"), path, image.media_type, image.data)

    def dress(self, documents: list[bytes]) -> Iterator[Item]:
        """The style sheet, and the fonts that the documents need."""
        made = webfonts.made(self.press, documents, web=False)
        sheet = self.fill("epub.css.j2", language=self.press.edition.language, **webfonts.context(made, f"../{FONTS}"))
        yield Item("css", "css/book.css", "text/css", sheet)
        modern = self.fill("modern.css.j2", language=self.press.edition.language)
        yield Item("css-modern", "css/modern.css", "text/css", modern)
        for font in made:
            yield Item(f"font-{font.file}", FONTS + font.file, font.media_type, font.data)

    def page(self, name: str, path: str, template: str, properties: str = "", **context: Any) -> Item:
        """A page that is not a chapter."""
        data = self.fill(template, up="", **{"matter": "frontmatter", **context})
        return Item(name, path, XHTML, data, properties, in_spine=True)

    def chapters(self, matter: Matter) -> Iterator[Item]:
        """The chapters of one third of the book, each part's title page before its first."""
        for page in self.press.pages:
            if page.matter is not matter:
                continue
            if page.part:
                yield self.part(page.part, matter)
            yield self.chapter(page)

    def part(self, part: PartView, matter: Matter) -> Item:
        title = self.inline(part.title, part.id)
        opens = self.opens(part.id)
        data = self.fill("part.xhtml.j2", part=part, title=title, opens=opens, matter=matter_type(matter), up="../")
        return Item(f"part-{part.id}", f"{TEXT}{part.id}.xhtml", XHTML, data, in_spine=True)

    def chapter(self, page: Page) -> Item:
        """The file of a chapter; what its links and pictures become is kept."""
        needs = links.needs(page)
        addresses = {target: self.beside.of_id(target, f"{page.id}.xhtml") for target in needs.targets}
        shown = {key: self.beside.images.get(key) for key in needs.pictures}
        printed = self.printed.get(page.id, [])
        marks = self.press.note_pictures
        of_press = (self.press.labels, self.press.gaps)
        key = cache.key(TEXTS, cache.digest(page), addresses, shown, of_press, printed, marks)
        text = records.made(Text, cache.remembered(TEXTS, key, lambda: records.plain(self.text(page))))
        facts = text.facts
        self.facts += facts
        data = self.page_of(page, text, key).encode()
        return Item(f"text-{page.id}", f"{TEXT}{page.id}.xhtml", XHTML, data, _properties(facts), in_spine=True)

    def page_of(self, page: Page, text: Text, key: str) -> str:
        """A chapter in the template of chapters, which is ours or made for the book."""
        template = "epub/chapter.xhtml.j2"
        ours = skeleton.ours(self.press.layout)
        series = endnotes.series(page.notes, text.notes, self.around_note)
        context = {
            "note_pictures": self.press.note_pictures,
            "opens": self.opens(page.id),
            "kind": kind_of(page),
            "matter": matter_type(page.matter),
            "up": "../",
            "title": Markup(text.title),
            "subtitle": Markup(text.subtitle),
        }

        if not ours:
            notes = list(zip(page.notes, map(Markup, text.notes), strict=True))
            whole = {"page": page, "body": Markup(text.body), "notes": notes, "series": series}
            return self.filler.fill(template, key, **context, **whole)
        page = skeleton.without_texts(page)
        headings = [heading for heading, _ in series]

        def fill(texts: Sequence[str]) -> str:
            body, *notes = map(Markup, texts)
            listed = list(zip(headings, notes, strict=True))
            return self.filler.fill_anew(template, **context, page=page, body=body, series=listed)

        by = [self.filler.key, template, page, context, headings]
        return skeleton.around(by, [text.body, *(notes for _, notes in series)], fill)

    def around_note(self, note: Mapping[str, Any]) -> str:
        """What the template puts around a note."""
        return self.filler.fill("epub/note.xhtml.j2", note=note, note_pictures=self.press.note_pictures)

    def text(self, page: Page) -> Text:
        self.says = notemarks.words(page.notes) if self.press.note_pictures else {}
        body, facts = self.body(page.body, page.id, self.printed.get(page.id, ()))
        notes, facts_of_notes = self.notes(page.notes, page.id)
        return Text(
            title=self.inline(page.title, page.id),
            subtitle=self.inline(page.subtitle, page.id),
            body=body,
            notes=notes,
            facts=facts + facts_of_notes,
        )

    def body(self, html: str, here: str, printed: Sequence[PrintedPage] = ()) -> tuple[Markup, Facts]:
        """A body for the file of the page `here`, and what is in it."""
        tree = links.parse(html)
        facts = links.facts(tree)
        pagebreaks.insert(tree, [page for page in printed if not page.first])
        self.rewrite(tree, here)
        return links.xhtml(tree), facts

    def notes(self, notes: Sequence[NoteView], here: str) -> tuple[tuple[str, ...], Facts]:
        """The notes of a page, and what is in them."""
        facts = Facts()

        def write(notes: Sequence[NoteView]) -> Iterator[str]:
            nonlocal facts
            tree = links.parse_all(note.html for note in notes)
            facts = links.facts(tree)
            for note, body in zip(notes, tree, strict=True):
                links.number_note(body, note.shown)
                links.link_back(body, note.calls, self.press.labels["backlink"])
            self.rewrite(tree, here)
            return map(links.xhtml, tree)

        dress = gaps.marked if self.press.gaps else str
        return endnotes.written(notes, endnotes.plain(notes), write, dress), facts

    def inline(self, html: str, here: str) -> Markup:
        """A title."""
        tree = links.parse(html)
        self.rewrite(tree, here)
        return links.xhtml(tree)

    def rewrite(self, tree: links.Body, here: str) -> None:
        links.relink(tree, f"{here}.xhtml", self.beside)
        links.place_images(tree, self.beside, self.images, sizes=False)
        links.hold_marks(tree)
        links.mark_notes_for_epub(tree)
        if self.press.note_pictures:
            notemarks.to_pictures(tree, self.says, f"../{notemarks.PATH}")
        links.speak_math(tree)
        links.align_by_class(tree)
        if self.press.gaps:
            gaps.mark(tree)

    def opens(self, home: str) -> str:
        """The label of the printed page that a chapter or a part begins; empty where it begins none."""
        return next((page.label for page in self.printed.get(home, ()) if page.first), "")

    def page_list(self) -> list[tuple[str, str]]:
        """The label of each printed page, and where it begins."""
        return [
            (page.label, f"{self.places.files[page.home]}#{pagebreaks.identifier(page.label)}")
            for page in self.press.printed
        ]

    def landmarks(self) -> list[Landmark]:
        """The places that readers' menus name; `bodymatter` is where a book opens for the first time."""
        labels = self.press.labels
        body = next((page for page in self.press.pages if page.matter is Matter.BODY), None)
        marks = [
            Landmark("cover", labels["cover"], "cover.xhtml"),
            Landmark("titlepage", labels["title_page"], "titlepage.xhtml"),
            Landmark("copyright-page", labels["copyright_page"], "copyright.xhtml"),
        ]
        if has_choice(self.toc):
            marks.append(Landmark("toc", labels["contents"], "nav.xhtml#toc"))
        if body:
            first = body.part.id if body.part else body.id
            marks.append(Landmark("bodymatter", labels["start"], self.places.files[first]))
        return marks

    def ncx(self) -> bytes:
        """The contents for readers of EPUB 2."""
        entries = [entry for top in self.toc for entry in top.walk()]
        order = {entry.href: number for number, entry in enumerate(entries, 1)}
        depth = max((entry.level for entry in entries), default=1)
        return self.fill("toc.ncx.j2", toc=self.toc, order=order, depth=depth)

    def facts_of_package(self, fonts: bool) -> dict[str, Any]:
        """What the package document says of the book, and no more than is true."""
        han = self.press.edition.language.startswith("zh")
        return {
            "modified": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.press.epoch)),
            "date": self.meta.date if ISO_DATE.fullmatch(self.meta.date) else "",
            "people": [(name, role, sort_key(name, name=True) if han else "") for name, role, _ in people(self.meta)],
            "title_key": sort_key(self.meta.title) if han else "",
            "versions": self.press.versions,
            "fonts": fonts,
            "conforms": self.press.conforms,
            "certifier": self.press.certifier,
            "paged": bool(self.press.printed),
            "access": accessibility(self.facts, self.animated(), bool(self.press.printed)),
            "summary": summary(self.facts, self.press.labels),
        }

    def elsewhere(self) -> list[tuple[str, str, str]]:
        """Language, name and address of the other editions that readers can be led to."""
        found = ((other, other.url or published.address(self.press, "", other.name)) for other in self.press.versions)
        return [(other.language, other.title, address) for other, address in found if address]

    def animated(self) -> bool:
        """Whether a picture may move: then nobody has measured whether it flashes."""
        return any(image.media_type == "image/gif" for image in self.images.values())

    def fill(self, template: str, by: Any = None, **context: Any) -> bytes:
        return self.filler.fill(f"epub/{template}", by, **context).encode()


def accessibility(facts: Facts, animated: bool, paged: bool = False) -> list[tuple[str, str]]:
    """The book's accessibility metadata (schema.org terms), worked out from what is in it."""
    described = facts.images == facts.described
    sufficient = "textual" if described else "textual,visual"
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    features += ["alternativeText"] * bool(facts.images and described)
    features += ["pageBreakMarkers", "pageNavigation"] * paged
    features += ["MathML"] * facts.math + ["rubyAnnotations"] * facts.ruby
    hazards = ["unknown"] if animated else ["none"]
    return [
        ("accessMode", "textual"),
        *[("accessMode", "visual")] * bool(facts.images or facts.svg),
        ("accessModeSufficient", sufficient),
        *(("accessibilityFeature", feature) for feature in features),
        *(("accessibilityHazard", hazard) for hazard in hazards),
    ]


def summary(facts: Facts, labels: Mapping[str, str]) -> str:
    """The same for people, in the book's language."""
    parts = [labels["access_text"]]
    if facts.images:
        parts.append(labels["access_described" if facts.images == facts.described else "access_undescribed"])
    if facts.math:
        parts.append(labels["access_math"])
    return labels["sentence_separator"].join(parts)


def _properties(facts: Facts) -> str:
    return " ".join(["mathml"] * facts.math + ["svg"] * facts.svg)


def _places(press: Press, shown: Mapping[str, Image]) -> Places:
    """Where every id and every picture is, as seen from the package document."""
    files = links.homes(press.pages, {page.id: f"{TEXT}{page.id}.xhtml" for page in press.pages})
    files |= {page.part.id: f"{TEXT}{page.part.id}.xhtml" for page in press.pages if page.part}
    return Places(files, {key: IMAGES + pictures.file_name(image) for key, image in shown.items()})


def _beside(places: Places) -> Places:
    """The same, as seen from a file in the folder of the text."""
    files = {name: file.removeprefix(TEXT) for name, file in places.files.items()}
    return Places(files, {key: f"../{path}" for key, path in places.images.items()})
