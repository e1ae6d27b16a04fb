"""The web edition: a folder with a page a chapter, and the whole book in one file that stands alone.

Both ask nothing of any other host, work from a disk, and can be read without JavaScript. Notes stand at the end of
their chapter, wherever the printed book has them; with JavaScript a mark shows its note in place.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from banxin import cache, records
from banxin.book import Artifact, Image
from banxin.render import cover, endnotes, links, pictures, published, search, skeleton, webfonts
from banxin.render.filling import Filler
from banxin.render.links import Places
from banxin.render.page import NoteView, Page
from banxin.render.press import Press
from banxin.render.search import Passage
from banxin.render.toc import Entry, contents, has_choice, lists

INDEX = "index"
CONTENTS_DEPTH = 3
IMAGES = "images/"
STYLE, SCRIPT, SEARCH = "assets/book.css", "assets/reader.js", "assets/search.js"
CARD = IMAGES + "card.{}"
"""What is shown of the book where somebody shares its address."""
VIEWS = "views"
"""Of entries in the cache."""
STAND_IN = "picture:"
"""Begins what stands for a picture in a chapter of the single file, so that what is kept of it is short."""
STANDING = re.compile(rf'(?<=src=")({STAND_IN}[0-9a-f]{{64}})(?=")')
FOLDER_POLICY = (
    "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "script-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page of the folder may load (CSP 3): its own files. Attributes of style align the cells of tables."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is kept of a chapter: HTML."""

    title: str
    subtitle: str
    body: str
    notes: tuple[str, ...]
    part_title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One chapter as the templates show it."""

    key: str
    """What all of it is made from."""
    page: Page
    href: str
    title: Markup
    subtitle: Markup
    body: Markup
    notes: tuple[tuple[NoteView, Markup], ...]
    """Where the layout is the book's own, which may ask for them."""
    series: tuple[tuple[str, Markup], ...]
    """What stands over the notes of each series, and the notes."""
    part_title: Markup
    """Of the part that begins with this chapter; else empty."""
    passages: tuple[Passage, ...]
    """What a search looks through."""

    @property
    def name(self) -> str:
        """What it is called in a list: 第一章 木头."""
        return f"{self.page.label} {self.page.text}".strip()


@dataclass(frozen=True, slots=True)
class Both:
    """What the folder and the file have in common."""

    images: Mapping[str, Image]
    """The pictures that are shown."""
    homes: Mapping[str, str]
    """The file of the folder that holds each id."""
    views: dict[str, View]
    """Chapters by their keys: one that leads to no other and has no pictures is the same in both."""


def render(press: Press) -> list[Artifact]:
    """The folder and the file."""
    stem = f"{press.slug}-{press.edition.name}"
    names = {page.id: file_name(page.id) for page in press.pages}
    both = Both(pictures.shown(press), links.homes(press.pages, names), {})
    folder = _folder(press, both)
    made = webfonts.made(press, [data for path, data in folder.items() if path.endswith(".html")], web=True)
    folder[STYLE] = _style(press, webfonts.context(made, "")).encode()
    folder |= {f"{STYLE.rpartition('/')[0]}/{font.file}": font.data for font in made}
    return [
        *(Artifact(f"{stem}/{path}", data) for path, data in sorted(folder.items())),
        Artifact(f"{stem}.html", _single(press, both, _style(press, webfonts.context_inside(made)))),
    ]


def _style(press: Press, fonts: Mapping[str, Any]) -> str:
    return Filler(press, colours=press.layout.colours).fill("site/book.css.j2", **fonts)


def _folder(press: Press, both: Both) -> dict[str, bytes]:
    """Every file of the folder, by its path."""
    addresses = {key: IMAGES + pictures.file_name(image) for key, image in both.images.items()}
    front = pictures.cover(press)
    cover_path = IMAGES + pictures.file_name(replace(front, key="cover"))
    writer = _Writer(press, Places(both.homes, addresses), both)
    files = {
        SCRIPT: writer.fill("reader.js.j2", fold="null").encode(),
        cover_path: front.data,
        **{addresses[key]: image.data for key, image in both.images.items()},
    }
    frame = {"policy": FOLDER_POLICY, "style": "", "script": "", "home": f"{INDEX}.html", "card": ""}
    if press.book.meta.url:
        card = cover.picture(press)
        files[CARD.format(pictures.EXTENSIONS[card.media_type])] = card.data
        frame["card"] = published.address(press, CARD.format(pictures.EXTENSIONS[card.media_type]))
    views = [writer.view(page) for page in press.pages]
    files[SEARCH] = search.script((view.href, view.name, view.passages) for view in views)
    there = f"../{press.slug}-{{}}/"
    files |= published.files(press, [(view.href, view.page) for view in views])
    own = {"here": "", "side": False, "there": there + f"{INDEX}.html", "facts": published.facts(press)}
    own["address"] = published.address(press, "")
    named = [_bare(view) for view in views] if skeleton.ours(press.layout) else views
    by: list[Any] = [front, cover_path, own, frame, *(view.key or view for view in named)]
    index = writer.fill("index.html.j2", by, cover=front, cover_src=cover_path, views=named, **own, **frame)
    files[f"{INDEX}.html"] = index.encode()
    for at, view in enumerate(views):
        near = {"before": named[at - 1] if at else None, "after": named[at + 1] if at + 1 < len(views) else None}
        own = {"here": view.href, "side": has_choice(writer.toc), "there": there + view.href, "facts": None}
        own["address"] = published.address(press, view.href)
        files[view.href] = writer.chapter(view, {**own, **near, **frame}).encode()
    return files


def _single(press: Press, both: Both, style: str) -> bytes:
    """The whole book as one file, with its pictures, its style and its script inside."""
    addresses = {key: _stand_in(image) for key, image in both.images.items()}
    writer = _Writer(press, Places(dict.fromkeys(both.homes, ""), addresses), both)
    views = [writer.view(page) for page in press.pages]
    fold = search.fold(view.passages for view in views)
    script = writer.fill("reader.js.j2", fold=Markup(fold))
    front = pictures.cover(press)
    context = {
        "cover": front,
        "cover_src": pictures.data_address(front).decode(),
        "here": "",
        "facts": published.facts(press),
        "address": "",
        "card": "",
        "home": "#top",
        "there": f"{press.slug}-{{}}.html",
        "side": has_choice(writer.toc),
        "policy": _single_policy(style, script),
        "style": Markup(style),
        "script": Markup(script),
    }
    text = writer.whole(views, context)
    return _with_pictures(text, {addresses[key]: image for key, image in both.images.items()})


def _with_pictures(text: str, standing: Mapping[str, Image]) -> bytes:
    """The pictures themselves in place of what stands for them; they may be a hundred times longer than the words."""
    pieces = STANDING.split(text)
    done = [piece.encode() for piece in pieces]
    done[1::2] = (pictures.data_address(standing[name]) if name in standing else name.encode() for name in pieces[1::2])
    return b"".join(done)


def _single_policy(style: str, script: str) -> str:
    """The file may use the style and the script that it holds, and load nothing at all."""
    return (
        f"default-src 'none'; img-src data:; font-src data:; style-src '{_digest(style)}'; "
        f"style-src-attr 'unsafe-inline'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _stand_in(image: Image) -> str:
    return STAND_IN + hashlib.sha256(image.media_type.encode() + b"\0" + image.data).hexdigest()


def file_name(page_id: str) -> str:
    """The file of a chapter; one whose id is that of the opening page steps aside."""
    return f"chapter-{page_id}.html" if page_id.lower() == INDEX else f"{page_id}.html"


def _bare(view: View) -> View:
    """A chapter without its texts."""
    series = tuple((heading, Markup()) for heading, _ in view.series)
    page = skeleton.without_texts(view.page)
    return replace(view, key="", page=page, body=Markup(), notes=(), series=series, passages=())


def _with_texts(view: View, texts: Iterator[str]) -> View:
    """A chapter with its text and its notes."""
    body = Markup(next(texts))
    return replace(view, body=body, series=tuple((heading, Markup(next(texts))) for heading, _ in view.series))


class _Writer:
    """Fills the templates of one form of the web edition (the folder, or the file)."""

    def __init__(self, press: Press, places: Places, both: Both) -> None:
        self.press = press
        self.places = places
        self.images = both.images
        self.views = both.views
        self.taken = set(places.files)
        self.ours = skeleton.ours(press.layout)
        parts = {chapter.id: chapter.part for chapter in press.book.chapters}
        self.toc: tuple[Entry, ...] = contents(press.pages, parts, places.files, CONTENTS_DEPTH)
        self.filler = Filler(
            press,
            stem=f"{press.slug}-{press.edition.name}",
            toc=self.toc,
            lists=lists(press.pages, press.options, press.labels, places.files),
            siblings=press.siblings,
        )

    def view(self, page: Page) -> View:
        """A chapter with its links and pictures as they are in this form; kept."""
        needs = links.needs(page)
        ids = links.paragraph_ids(needs.paragraphs, self.taken)
        here = self.places.files[page.id]
        addresses = {target: self.places.of_id(target, here) for target in needs.targets}
        shown = {key: self.picture(key) for key in needs.pictures}
        key = cache.key(VIEWS, cache.digest(page), ids, addresses, shown, self.press.labels)
        if key not in self.views:
            kept = cache.remembered(VIEWS, key, lambda: records.plain(self.words(page, here, ids)))
            self.views[key] = self.made(page, key, records.made(Words, kept))
        return replace(self.views[key], href=here or f"#{page.id}")

    def made(self, page: Page, key: str, words: Words) -> View:
        """A chapter of the words that are kept of it; where it will stand is told later."""
        return View(
            key=key,
            page=page,
            href="",
            title=Markup(words.title),
            subtitle=Markup(words.subtitle),
            body=Markup(words.body),
            notes=() if self.ours else tuple(zip(page.notes, map(Markup, words.notes), strict=True)),
            series=endnotes.series(page.notes, words.notes, self.around_note),
            part_title=Markup(words.part_title),
            passages=words.passages,
        )

    def picture(self, key: str) -> tuple[Any, ...]:
        """All that a page says of a picture."""
        image = self.images.get(key)
        return self.places.images.get(key), *((image.width, image.height) if image else ())

    def words(self, page: Page, here: str, ids: tuple[str, ...]) -> Words:
        body = links.parse(page.body)
        links.anchor_paragraphs(body, ids)
        found = [Passage(page.id, page.text), *search.passages(body, page.id)]
        notes, passages = self.notes(page.notes, here)
        return Words(
            title=self.html(links.parse(page.title), here),
            subtitle=self.html(links.parse(page.subtitle), here),
            body=self.html(body, here),
            notes=notes,
            part_title=self.html(links.parse(page.part.title), here) if page.part else "",
            passages=(*found, *passages),
        )

    def notes(self, notes: Sequence[NoteView], here: str) -> tuple[tuple[str, ...], Iterator[Passage]]:
        """The notes of a page, and what a search looks through in them."""
        plain = endnotes.plain(notes)
        found = {id: [Passage(id, " ".join(words.split()))] for id, words in plain.items()}

        def write(notes: Sequence[NoteView]) -> Iterator[str]:
            tree = links.parse_all(note.html for note in notes)
            for note, body in zip(notes, tree, strict=True):
                if note.id not in plain:
                    found[note.id] = search.passages(body, note.id)
                links.number_note(body, note.shown)
                links.link_back(body, note.calls, self.press.labels["backlink"])
            self.rewrite(tree, here)
            return map(links.html, tree)

        html = endnotes.written(notes, plain, write)
        return html, (passage for note in notes for passage in found[note.id])

    def around_note(self, note: Mapping[str, Any]) -> str:
        """What the template puts around a note."""
        return self.fill("note.html.j2", note=note)

    def html(self, tree: links.Body, here: str) -> str:
        self.rewrite(tree, here)
        return links.html(tree)

    def rewrite(self, tree: links.Body, here: str) -> None:
        links.relink(tree, here, self.places)
        links.place_images(tree, self.places, self.images, sizes=True)
        links.hold_marks(tree)
        links.frame_wide(tree, self.press.labels)
        links.speak_math(tree)

    def chapter(self, view: View, context: Mapping[str, Any]) -> str:
        """The page of a chapter."""
        if not self.ours:
            by = {name: value.key if isinstance(value, View) else value for name, value in context.items()}
            return self.fill("chapter.html.j2", [view.key, by], view=view, **context)
        return self.around("chapter.html.j2", [view], context, lambda views: {"view": views[0]})

    def whole(self, views: Sequence[View], context: Mapping[str, Any]) -> str:
        """All chapters on one page."""
        if not self.ours:
            return self.filler.fill_anew("site/single.html.j2", views=views, **context)
        return self.around("single.html.j2", views, context, lambda views: {"views": views})

    def around(
        self,
        template: str,
        views: Sequence[View],
        context: Mapping[str, Any],
        given: Callable[[Sequence[View]], Mapping[str, Any]],
    ) -> str:
        """A template of ours, with the texts of chapters put into what was kept."""
        bare = [_bare(view) for view in views]
        texts = [text for view in views for text in (view.body, *(notes for _, notes in view.series))]

        def fill(texts: Sequence[str]) -> str:
            rest = iter(texts)
            put = [_with_texts(view, rest) for view in bare]
            return self.filler.fill_anew(f"site/{template}", **given(put), **context)

        return skeleton.around([self.filler.key, template, bare, context], texts, fill)

    def fill(self, template: str, by: Any = None, **context: Any) -> str:
        return self.filler.fill(f"site/{template}", by, **context)
