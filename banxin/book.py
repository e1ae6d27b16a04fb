"""The data that flows through the pipeline. Frozen; imports only `errors`; does no I/O.

Words of the trade: a Book has Parts (编), Chapters (章) and Notes (注); matter (front, body, back) says which
third of the book a chapter stands in. Text is kept as pandoc's JSON tree from `markdown.parse` to `render`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from banxin.errors import Place, Problem

Node: TypeAlias = dict[str, Any]
"""One node of pandoc's JSON tree: {"t": type, "c": content}."""
Nodes: TypeAlias = list[Node]
"""Blocks or inlines."""


class Matter(StrEnum):
    """Which third of the book a chapter stands in."""

    FRONT = "front"
    BODY = "body"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Account:
    """Where readers find the author."""

    service: str
    """The key in the front matter: `github`, `rednote`, ..."""
    handle: str
    """What is shown."""
    url: str = ""
    """Empty where the author gave a name only."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a publisher's copyright page says beside the facts of `Meta`; what is empty is left out, never made up."""

    form: str = "self"
    """Whose practice it follows: `mainland`, `taiwan`, `hongkong`; `self` is a self-publisher's."""
    cip_number: str = ""
    """Of the approval of cataloguing data (CIP)."""
    cip_subjects: tuple[str, ...] = ()
    cip_classes: tuple[str, ...] = ()
    cip_text: str = ""
    """Cataloguing data as an authority gave it, word for word."""
    responsible_editors: tuple[str, ...] = ()
    proofreaders: tuple[str, ...] = ()
    designers: tuple[str, ...] = ()
    staff: tuple[tuple[str, str], ...] = ()
    """Others: what they did, and their names."""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""
    distributor: str = ""
    printer: str = ""
    sheet: str = ""
    """The full sheet of paper and its leaves: `850x1168 1/32`; empty: as usual for the trim."""
    length: str = "text"
    """What 字数 counts: `text`, or the `area` of all pages."""
    impression: str = ""
    """印次: `2026年11月第1次印刷`."""
    copies: str = ""
    price: str = ""
    licence: str = ""
    """`CC BY-SA 4.0`."""


@dataclass(frozen=True, slots=True)
class Meta:
    """The facts of the book; no flags of the tool."""

    title: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    language: str = "zh-Hans"
    """BCP 47 with the script: `zh-Hans`, `zh-Hant-TW`, `zh-Hant-HK`, `en`."""
    date: str = ""
    """ISO 8601: a year, a month or a day."""
    publisher: str = ""
    place: str = ""
    """Where it is published."""
    isbn: str = ""
    identifier: str = ""
    """A URN; worked out from the other facts (UUIDv5) where the author gives none."""
    statement: str = ""
    """The edition statement, 版次: `2026年11月第1版`."""
    rights: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    series: str = ""
    series_number: str = ""
    dedication: str = ""
    epigraph: str = ""
    cover: str = ""
    """Key of an image in `Book.images`; empty: the layout draws one."""
    accounts: tuple[Account, ...] = ()
    url: str = ""
    """Where the folder with its editions will be found on the web; empty: not known."""
    copyright: Imprint = Imprint()


@dataclass(frozen=True, slots=True)
class Source:
    """One manuscript file."""

    path: str
    """Relative to the book's folder, with `/`."""
    text: str
    """Without BOM, with `\\n` line ends; front matter still in it, so that lines count as in the file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of chapters with a title page of its own (编, 卷, 部)."""

    id: str
    title: Nodes
    label: str = ""
    """`第一编`; filled in by `assemble`."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter; its words are in `title`, `subtitle` and `blocks` and nowhere else."""

    id: str
    """ASCII, unique in the book, stable as long as the file keeps its name: the page's name in EPUB and web."""
    title: Nodes
    blocks: Nodes
    place: Place
    subtitle: Nodes = field(default_factory=list)
    label: str = ""
    """`第一章`, `附录一` or empty; filled in by `assemble`."""
    number: int | None = None
    """From `load`, where the author gives one; the others are filled in by `assemble`."""
    numbered: bool = True
    matter: Matter = Matter.BODY
    part: str = ""
    """The id of its Part, or empty."""
    language: str = ""
    """Set where it differs from the book's."""
    convert: bool = True
    """Whether its words follow the edition."""
    authors: tuple[str, ...] = ()
    """Set where the chapter names its own."""
    date: str = ""
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote: numbered once, for every format."""

    id: str
    number: int
    chapter: str
    """The id of the chapter that calls it."""
    blocks: Nodes
    calls: tuple[str, ...] = ()
    """Ids of the marks in the text that call it, in reading order."""
    mark: str = ""
    """What is printed for its number: `①`, `[1]`; empty: the number."""
    series: str = ""
    """The key of its series; empty: the author's own."""
    heading: str = ""
    """Over a list of its series; empty: `注释`."""
    place: str = "chapter"
    """Where paper has it: `foot` of the page, end of the `chapter`, end of the `book`."""
    by_page: str = ""
    """The style of its mark, where paper counts its series anew on each page."""


SVG = "image/svg+xml"
"""The media type of drawings."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the book, read and checked once."""

    key: str
    """Its path relative to the book's folder, with `/`: what `src` holds in the tree."""
    media_type: str
    data: bytes
    width: int
    """px; of an SVG, its natural size in CSS px."""
    height: int
    page: bytes = b""
    """What a PDF draws in its place (banxin/figures/): the page of a PDF that it was drawn from, as a PDF, made ready
    for the one that is built; of a drawing, pixels, where it may not be drawn. Empty: nothing else."""


@dataclass(frozen=True, slots=True)
class Book:
    """What every stage takes and returns."""

    meta: Meta
    chapters: tuple[Chapter, ...]
    parts: tuple[Part, ...] = ()
    notes: tuple[Note, ...] = ()
    images: Mapping[str, Image] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    """Warnings travel with the book; errors stop a stage."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A language or region variant of the book: the unit of a build."""

    name: str
    """`zh-Hans`, `zh-Hant-TW`, or a name of the author's own."""
    language: str
    conversion: tuple[str, ...] = ()
    """OpenCC configurations, applied in order; empty: the text as it is."""
    references: bool = False
    """Whether references are converted, too; else they stay as the works are printed."""
    vertical: bool = False
    """Whether its lines run downward."""
    numbers: str = "figures"
    """What becomes of numbers in figures: `config.NumberStyle`."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a renderer returns; only `write` puts it on a disk."""

    path: str
    """Relative to the output folder, with `/`."""
    data: bytes
