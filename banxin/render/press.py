"""What every renderer gets: the book, its pages, and the choices of one build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from banxin.book import Book, Edition, Image
from banxin.compose.settings import Settings
from banxin.fonts import NONE, Own
from banxin.plates.settings import Plates
from banxin.render.page import Page

if TYPE_CHECKING:
    from banxin.config import PageSpec
    from banxin.layout import Layout


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another edition of the same book."""

    name: str
    language: str
    words: str
    """What readers are shown: `臺灣繁體`, or its name where another edition is in that language, too."""
    title: str
    """The same in full: `繁體中文（臺灣）`."""


@dataclass(frozen=True, slots=True)
class Version:
    """Another edition that the book declares, whether it is made now or not."""

    name: str
    identifier: str
    relation: str
    """What that edition is to this one, in the terms of DCMI: `isVersionOf` is the manuscript's, `hasVersion` one that
    is made of it; empty: both are made of the manuscript."""
    language: str
    title: str
    url: str
    """Where readers find it; empty: where the book's own `url` says, if it says so."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page of the printed book, as far as an EPUB tells of it."""

    label: str
    home: str
    """The id of the chapter or part that it belongs to."""
    first: bool
    """Whether that begins on it."""
    lines: tuple[str, ...]
    """The words of its first lines."""


@dataclass(frozen=True, slots=True)
class Press:
    """One edition, ready for `render(press) -> list[Artifact]` of every format."""

    book: Book
    edition: Edition
    pages: tuple[Page, ...]
    """The chapters in reading order: front matter, body, back matter."""
    layout: Layout
    labels: Mapping[str, str]
    """The words of the edition's language: `contents` 目录, `notes` 注释, ..."""
    slug: str
    """The stem of every output's name: `OUT/<slug>-<edition>.epub`."""
    epoch: int = 0
    """Seconds since 1970-01-01 UTC: SOURCE_DATE_EPOCH, or the book's date. The only clock that a renderer sees."""
    profile: str = "screen"
    """`screen`, `print` or `archive`."""
    cover: Image | None = None
    """The author's cover, or the one that the layout drew."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The layout's options, with the book's own over them."""
    page_spec: PageSpec | None = None
    """What the book asks of the page; None: all as the layout has it."""
    bleed: float = 0.0
    """How far pictures run over the trim in the profile `print`, pt."""
    marks: bool = False
    """Whether the profile `print` draws crop marks."""
    signature: int = 0
    """Pages of a sheet as a printer folds it: in the profile `print`, blank ones at the end fill the last; 0: none."""
    plates: Plates | None = None
    """The press for which the profile `print` makes a file."""
    accent: str = ""
    """The colour of what is coloured in the profile `print`; empty: black."""
    enclosed: tuple[tuple[str, bytes], ...] = ()
    """Files that the PDF holds, in the profile `archive`: the name of each, and its content."""
    lines: Settings = Settings()
    """How lines are composed in the PDF."""
    note_pictures: bool = False
    """Whether an EPUB shows a picture where a note is called (banxin/render/notemarks.py)."""
    own: Own = NONE
    """The book's own fonts."""
    embed: str = "rare"
    """Which fonts EPUB and web edition hold: `none`, `rare` characters, `all`."""
    siblings: tuple[Sibling, ...] = ()
    """The other editions that are made with this one, for readers to change between."""
    versions: tuple[Version, ...] = ()
    """The other editions that the book declares."""
    paged: bool = False
    """Whether the EPUB has the page numbers of the printed book."""
    gaps: bool = True
    """Whether the Latin that touches Han is marked in an EPUB, for readers without `text-autospace`."""
    conforms: str = ""
    """The level of WCAG that the author claims for the EPUB; empty: none."""
    certifier: str = ""
    """Who certifies it; empty: nobody."""
    printed: tuple[PrintedPage, ...] = ()
    """Its pages, once they are known."""
    only: str = ""
    """The part of the PDF that is wanted, as the author said it; empty: the whole."""
