"""The settings of book.yaml and front matter. Every default is written once, on its field.

The dataclasses are the schema: `banxin/configreader.py` reads a mapping into them by their type hints, so a new key is
one line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NewType

from banxin.accounts import accounts
from banxin.book import Edition, Imprint, Meta
from banxin.compose.settings import Gap, Kinsoku, Punctuation, Settings
from banxin.errors import Place
from banxin.languages import canonical
from banxin.lengths import POINTS_PER_MM
from banxin.plates.settings import Intent, Standard
from banxin.shops import Shop

Names = NewType("Names", tuple[str, ...])
"""One name or a list of names."""
Numbered = NewType("Numbered", int)
"""A chapter's own number; true for the next one; false or `none` for none."""
Url = NewType("Url", str)
"""Where something is found on the web."""

COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
"""As style sheets write it."""
INTERNAL = frozenset({"lines", "path", "home"})
"""Fields of `Config` that no book.yaml sets."""


class NotePlace(StrEnum):
    """Where notes stand in the PDF; EPUB and web show them beside the text in every case."""

    FOOT = "foot"
    CHAPTER = "chapter"
    BOOK = "book"


class Embed(StrEnum):
    """Which fonts EPUB and web edition hold."""

    NONE = "none"
    RARE = "rare"
    ALL = "all"


class NoteScope(StrEnum):
    """What the numbers of notes run through before they begin again."""

    PAGE = "page"
    CHAPTER = "chapter"
    BOOK = "book"


class MarkSide(StrEnum):
    """On which side of a closing mark (。，”) a note mark stands."""

    TYPED = "typed"
    """Where the author typed it."""
    BEFORE = "before"
    AFTER = "after"


class EpubMarks(StrEnum):
    """What an EPUB shows where a note is called."""

    NUMBERS = "numbers"
    PICTURES = "pictures"
    """Which 多看 and 微信读书 show the note by; other readers open it as they do."""


class Conformance(StrEnum):
    """Levels of WCAG that an EPUB may be said to reach (EPUB Accessibility 1.1, 3.2)."""

    A = "A"
    AA = "AA"
    AAA = "AAA"


class Later(StrEnum):
    """What a note says of a work that an earlier one has named in full."""

    SHORT = "short"
    """Author and title."""
    FULL = "full"
    IBID = "ibid"
    """同上 right after it, else author and title."""
    SAME = "same"
    """同上 right after it, else author and 同前."""


class ListPlace(StrEnum):
    """Where the list of references stands."""

    BOOK = "book"
    CHAPTER = "chapter"
    NONE = "none"


class Sort(StrEnum):
    """The order of a list of references; one that is numbered is in the order of its numbers."""

    EDITION = "edition"
    """By pinyin in Simplified editions, by strokes in Traditional ones."""
    PINYIN = "pinyin"
    STROKE = "stroke"
    STYLE = "style"
    """As the style of citations has it."""


class CitationMarks(StrEnum):
    """How wide the marks are between the parts of a reference by GB/T 7714-2025."""

    FULL = "full"
    """，：（） in every reference, as in the standard's own examples."""
    LANGUAGE = "language"
    """In references in Han; narrow marks with spaces in others, as many publishers print them."""


class Back(StrEnum):
    """How a list of references leads back to where its works are cited, on paper."""

    PAGES = "pages"
    """The pages, behind each work."""
    NONE = "none"
    """Only its number is a link."""


class Group(StrEnum):
    """What has a heading of its own in a list of references."""

    NONE = "none"
    LANGUAGE = "language"
    TYPE = "type"


class Scope(StrEnum):
    """What a count runs through before it begins again."""

    CHAPTER = "chapter"
    BOOK = "book"


class QuoteStyle(StrEnum):
    """Which quotation marks a book has."""

    REGION = "region"
    """“‘’” in zh-Hans, 「『』」 in zh-Hant."""
    CURLY = "curly"
    CORNER = "corner"
    KEEP = "keep"


class NumberStyle(StrEnum):
    """What becomes of numbers in figures (banxin/typeset/numbers.py)."""

    FIGURES = "figures"
    YEARS = "years"
    """Years, months and days in Han numerals."""
    HAN = "han"
    """All whole numbers in Chinese text."""


class CopyrightForm(StrEnum):
    """Whose practice a copyright page follows."""

    SELF = "self"
    """A self-publisher's: the facts that there are, and a licence."""
    MAINLAND = "mainland"
    TAIWAN = "taiwan"
    HONGKONG = "hongkong"


class Length(StrEnum):
    """What 字数 on a copyright page counts."""

    TEXT = "text"
    """What is printed, as `stats` counts it."""
    AREA = "area"
    """版面字数: characters of a full line x lines of a full page x pages, blanks and pictures too."""


@dataclass(frozen=True, slots=True)
class CipSpec:
    """图书在版编目（CIP）数据, as the authority gave it (GB/T 12451)."""

    number: str = ""
    """Of the approval: `（2026）第012345号`."""
    subjects: Names = Names(())
    classes: Names = Names(())
    """中图法分类号."""
    text: str = ""
    """The whole block, word for word, in place of one that is made of the others."""


@dataclass(frozen=True, slots=True)
class CopyrightSpec:
    """The copyright page (版权页); what is empty is left out."""

    form: CopyrightForm | None = None
    """None: of an edition as the book, of the book `self`."""
    cip: CipSpec = CipSpec()
    responsible_editors: Names = Names(())
    proofreaders: Names = Names(())
    designers: Names = Names(())
    staff: Mapping[str, str] = field(default_factory=dict)
    """What others did -> their names, in the order written."""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""
    distributor: str = ""
    printer: str = ""
    sheet: str = ""
    """The full sheet of paper (mm) and its leaves: `850x1168 1/32`."""
    length: Length | None = None
    """None: of an edition as the book, of the book `text`."""
    impression: str = ""
    copies: str = ""
    price: str = ""
    licence: str = ""
    """Of Creative Commons: `CC BY-SA 4.0`."""


class Writing(StrEnum):
    """Which way lines run."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """What a book, or a layout, asks of the page; None leaves it to the layout."""

    trim: str | tuple[float, float] | None = None
    """A name of the trade (`大32开`, `A5`), or width and height in mm."""
    chars: int | None = None
    """Han characters in a full line."""
    lines: int | None = None
    """Lines on a full page."""
    size: float | None = None
    """Body size, pt."""
    pitch: float | None = None
    """From baseline to baseline, pt."""
    gutter: float | None = None
    """The margin at the fold, pt; the fore-edge takes what is left."""


@dataclass(frozen=True, slots=True)
class SeriesSpec:
    """A series of notes beside the author's own; what is empty is as with these."""

    name: str = ""
    """Over a list of them: `译注`; empty: the key."""
    place: NotePlace | None = None
    mark: str = ""
    numbering: NoteScope | None = None
    ending: str = ""
    """Stands at the end of each: `——译者注`."""


@dataclass(frozen=True, slots=True)
class NoteSpec:
    """Notes; a place of None comes from the layout."""

    place: NotePlace | None = None
    numbering: NoteScope = NoteScope.CHAPTER
    mark: str = "1"
    """What the first mark looks like (banxin/notes/marks.py)."""
    side: MarkSide = MarkSide.TYPED
    epub: EpubMarks = EpubMarks.NUMBERS
    series: Mapping[str, SeriesSpec] = field(default_factory=dict)
    """By what stands before the colon in a note's name: `[^译:摊位]`."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """The list of references."""

    place: ListPlace = ListPlace.BOOK
    sort: Sort = Sort.EDITION
    group: Group = Group.NONE
    back: Back | None = None
    """By default pages, but none where citations are notes: their list is no index."""


@dataclass(frozen=True, slots=True)
class CitationSpec:
    """Citations; what is empty is as with the author's notes."""

    style: str = "gb-t-7714-2025-note"
    """A name (banxin/notes/styles), or a .csl file in the book's folder."""
    name: str = ""
    """Over a list of them, where the style makes notes; empty: `引文出处`."""
    place: NotePlace | None = None
    """None: the end of the chapter, or of the book if the notes are there."""
    mark: str = "[1]"
    numbering: NoteScope | None = None
    later: Later = Later.SHORT
    marks: CitationMarks = CitationMarks.FULL
    first: Scope = Scope.CHAPTER
    """Where a work is named in full: once in each chapter, or once in the book."""
    list: ListSpec = ListSpec()


@dataclass(frozen=True, slots=True)
class Numbering:
    """What gets a number; None comes from the layout."""

    chapters: bool | None = None
    sections: bool | None = None
    figures: Scope = Scope.CHAPTER


@dataclass(frozen=True, slots=True)
class Toc:
    """The table of contents; None comes from the layout."""

    depth: int | None = None
    """1: chapters; 2: and their sections; 3: and those of the sections."""


@dataclass(frozen=True, slots=True)
class TypesetSpec:
    """Which text rules run (banxin/typeset)."""

    quotes: QuoteStyle = QuoteStyle.REGION
    numbers: NumberStyle = NumberStyle.FIGURES
    marks: bool = True
    dashes: bool = True
    ellipses: bool = True


@dataclass(frozen=True, slots=True)
class ComposeSpec:
    """How lines are composed (banxin/compose/settings.py); None: of an edition as the book, of the book as usual."""

    kinsoku: Kinsoku | None = None
    punctuation: Punctuation | None = None
    gap: Gap | None = None
    trim_indent: bool | None = None
    hyphenate: bool | None = None


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """Pictures."""

    remote: bool = False
    """Whether pictures may be fetched from other hosts at build time."""


@dataclass(frozen=True, slots=True)
class EpubSpec:
    """The EPUB."""

    pages: bool = False
    """Whether it has the page numbers of the printed book."""
    gaps: bool = True
    """Whether it has what leaves room between Han and Latin in readers that do not do so themselves."""
    conforms: Conformance | None = None
    """What its author says of its accessibility; None: nothing is claimed."""
    certifier: str = ""
    """Who looked, and says so too."""


@dataclass(frozen=True, slots=True)
class ArchiveSpec:
    """The profile `archive`."""

    manuscript: bool = False
    """Whether the manuscript is inside the PDF."""


@dataclass(frozen=True, slots=True)
class PrintSpec:
    """The profile `print`."""

    bleed: float = 3 * POINTS_PER_MM
    """pt."""
    marks: bool = True
    signature: int = 0
    """Pages of a printed sheet (印张的一帖): blank ones at the end fill the last; 0: as many as there are."""
    standard: Standard = Standard.X4
    icc: str = ""
    """The printer's profile: a file, or the name of one that the machine has (banxin/plates/profiles.py)."""
    condition: str = ""
    """The printing condition by its name in the ICC's registry, where the profile does not tell it."""
    intent: Intent = Intent.RELATIVE
    ink_limit: int = 300
    """All inks together, per cent."""
    accent: str = ""
    """The colour of what is coloured: `#8a2f24`, or `layout` for the layout's own; empty: black."""
    spots: Mapping[str, str] = field(default_factory=dict)
    """Inks of their own, by the printer's name for them: the colour that is printed in it, or `accent`."""


class Spaces(StrEnum):
    """Whether a manuscript has spaces between Han and Latin."""

    AUTO = "auto"
    """As most of its own places have it, for letters and for figures."""
    NONE = "none"
    ONE = "one"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class LintSpec:
    """What `lint` looks for (banxin/lint)."""

    off: Names = Names(())
    """Codes that this book does not hold to."""
    error: Names = Names(())
    """Codes that are errors in this book."""
    spaces: Spaces = Spaces.AUTO
    quotes: QuoteStyle | None = None
    """None: as most of its own are."""
    paragraph: int = 1000
    """The most characters of a paragraph."""


@dataclass(frozen=True, slots=True)
class FontSpec:
    """Families by role: names, or files relative to the book's folder (banxin/fonts/own.py)."""

    serif: Names = Names(())
    sans: Names = Names(())
    kai: Names = Names(())
    fangsong: Names = Names(())
    mono: Names = Names(())
    embed: Embed = Embed.RARE
    """Which go into EPUB and web edition (banxin/render/webfonts.py)."""


@dataclass(frozen=True, slots=True)
class Series:
    """丛书."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class EditionSpec:
    """An edition that the book declares; what is empty follows from its name."""

    language: str = ""
    conversion: str = ""
    title: str = ""
    subtitle: str = ""
    description: str = ""
    url: Url = Url("")
    """Where readers find this edition."""
    isbn: str = ""
    copyright: CopyrightSpec = CopyrightSpec()
    """What is said here is said in place of the book's."""
    convert_references: bool = False
    """Whether citations and lists of references are converted, too; else they stay as the works are printed."""
    writing: Writing | None = None
    """None: as the book's."""
    numbers: NumberStyle | None = None
    """None: as `typeset.numbers`."""
    compose: ComposeSpec = ComposeSpec()


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A part and the files of its chapters."""

    part: str
    chapters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """All that book.yaml may say."""

    title: str = ""
    subtitle: str = ""
    authors: Names = Names(())
    translators: Names = Names(())
    editors: Names = Names(())
    language: str = "zh-Hans"
    date: str = ""
    publisher: str = ""
    place: str = ""
    isbn: str = ""
    identifier: str = ""
    statement: str = ""
    rights: str = ""
    copyright: CopyrightSpec = CopyrightSpec()
    description: str = ""
    keywords: Names = Names(())
    series: Series | None = None
    dedication: str = ""
    epigraph: str = ""
    cover: str = ""
    url: Url = Url("")
    """Where the output folder will be found on the web."""
    accounts: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""
    layout: str = ""
    writing: Writing | None = None
    """None: as the layout's."""
    page: PageSpec = PageSpec()
    front: tuple[str, ...] = ()
    chapters: tuple[str | PartSpec, ...] = ()
    back: tuple[str, ...] = ()
    editions: Mapping[str, EditionSpec] = field(default_factory=dict)
    notes: NoteSpec = NoteSpec()
    bibliography: Names = Names(())
    """Files: BibTeX, BibLaTeX, CSL-JSON, YAML."""
    citations: CitationSpec = CitationSpec()
    numbering: Numbering = Numbering()
    toc: Toc = Toc()
    typeset: TypesetSpec = TypesetSpec()
    compose: ComposeSpec = ComposeSpec()
    images: ImageSpec = ImageSpec()
    fonts: FontSpec = FontSpec()
    epub: EpubSpec = EpubSpec()
    shops: tuple[Shop, ...] = ()
    """Where the EPUB will be sold: `check` and `build` tell what those would refuse."""
    print: PrintSpec = PrintSpec()
    archive: ArchiveSpec = ArchiveSpec()
    lint: LintSpec = LintSpec()
    options: Mapping[str, Any] = field(default_factory=dict)
    """Passed to the layout, which checks them."""
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    """Where each key stands in book.yaml."""
    path: str = ""
    """The file's name, or empty where the book has no book.yaml."""
    home: str = ""
    """The chapter whose front matter stands for book.yaml where there is none."""

    def place_of(self, *keys: str | int) -> Place:
        """The place of a key in book.yaml, or in what stands for it."""
        return Place(self.path or self.home, self.lines.get(keys, 0))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a chapter's front matter may say."""

    title: str = ""
    subtitle: str = ""
    author: Names = Names(())
    authors: Names = Names(())
    date: str = ""
    language: str = ""
    number: Numbered | None = None
    """None: as its matter has it."""
    matter: str = ""
    convert: bool = True
    """Whether its words follow the edition (false: a chapter of quotations, say)."""
    draft: bool = False
    id: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    rights: str = ""
    publisher: str = ""
    layout: str = ""
    writing: Writing | None = None
    """Of a book of one file, as what follows."""
    typeset: TypesetSpec = TypesetSpec()
    editions: Mapping[str, EditionSpec] = field(default_factory=dict)
    notes: NoteSpec = NoteSpec()
    bibliography: Names = Names(())
    citations: CitationSpec = CitationSpec()
    lint: LintSpec = LintSpec()

    def all_authors(self) -> tuple[str, ...]:
        """`author` and `authors` are one key with two spellings."""
        return (*self.author, *self.authors)


def compose_settings(book: ComposeSpec, edition: ComposeSpec) -> Settings:
    """What an edition's lines are composed by: its own word, else the book's, else the usual."""
    chosen: dict[str, Any] = {}
    for spec in (book, edition):
        chosen |= {item.name: value for item in fields(spec) if (value := getattr(spec, item.name)) is not None}
    return Settings(**chosen)


def meta_of(config: Config) -> Meta:
    """The facts of the book among its settings."""
    same = {item.name for item in fields(Meta)} & {item.name for item in fields(Config)}
    facts = {name: getattr(config, name) for name in same - {"accounts", "series", "language", "copyright"}}
    series = config.series or Series("")
    return Meta(
        **facts,
        language=canonical(config.language),
        accounts=accounts(config.accounts),
        series=series.name,
        series_number=series.number,
        copyright=Imprint(**said(config.copyright)),
    )


def copyright_form(config: Config, edition: Edition) -> CopyrightForm:
    """Whose practice the copyright page of an edition follows."""
    own = config.editions.get(edition.name, EditionSpec()).copyright
    return own.form or config.copyright.form or CopyrightForm.SELF


def said(spec: CopyrightSpec) -> dict[str, Any]:
    """What is said of a copyright page, by the names of `Imprint`."""
    same = {item.name for item in fields(Imprint)} & {item.name for item in fields(CopyrightSpec)}
    facts = {name: getattr(spec, name) for name in same - {"form", "length", "staff"}}
    facts |= {f"cip_{item.name}": getattr(spec.cip, item.name) for item in fields(CipSpec)}
    facts |= {"form": str(spec.form or ""), "length": str(spec.length or ""), "staff": tuple(spec.staff.items())}
    return {name: value for name, value in facts.items() if value}
