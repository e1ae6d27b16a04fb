"""book.yaml -> typed settings. Every default is written once, on its field; an unknown key is refused.

The dataclasses are the schema: `_Reader` reads a mapping into them by their type hints, so a new key is one line.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from banxin import yamlsafe
from banxin.book import Account, Edition, Imprint, Meta
from banxin.compose.settings import Em, Gap, Kinsoku, Punctuation, Settings
from banxin.errors import ConfigError, Level, Place, Problem
from banxin.lengths import POINTS_PER_MM, points
from banxin.nearest import nearest
from banxin.plates.settings import Intent, Standard
from banxin.shops import Shop

Names = NewType("Names", tuple[str, ...])
"""One name or a list of names."""
Numbered = NewType("Numbered", int)
"""A chapter's own number; true for the next one; false or `none` for none."""
Url = NewType("Url", str)
"""Where something is found on the web."""

HANDLES = {
    "github": "https://github.com/{}",
    "twitter": "https://x.com/{}",
    "x": "https://x.com/{}",
    "weibo": "https://weibo.com/{}",
    "mastodon": "",
    "bluesky": "https://bsky.app/profile/{}",
    "rednote": "",
    "xiaohongshu": "",
    "zhihu": "https://www.zhihu.com/people/{}",
    "douban": "https://www.douban.com/people/{}",
    "bilibili": "https://space.bilibili.com/{}",
    "wechat": "",
    "telegram": "https://t.me/{}",
    "instagram": "https://www.instagram.com/{}",
    "youtube": "https://www.youtube.com/@{}",
    "orcid": "https://orcid.org/{}",
    "threads": "https://www.threads.net/@{}",
    "medium": "https://medium.com/@{}",
    "substack": "https://{}.substack.com/",
    "website": "",
    "blog": "",
    "email": "mailto:{}",
}
"""Services that an author may name in front matter, with the address of a handle where it follows from it."""


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

    def place_of(self, *keys: str | int) -> Place:
        """The place of a key in book.yaml."""
        return Place(self.path, self.lines.get(keys, 0))


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
    bibliography: Names = Names(())
    """Of a book of one file."""
    citations: CitationSpec = CitationSpec()
    lint: LintSpec = LintSpec()
    """Of a book of one file."""

    def all_authors(self) -> tuple[str, ...]:
        """`author` and `authors` are one key with two spellings."""
        return (*self.author, *self.authors)


URL = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?")
"""The address of a folder on the web."""
COLOUR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
UNNUMBERED = frozenset({"none", "false", "0", "无", "無"})
HIGHEST_NUMBER = 9999
INTERNAL = frozenset({"lines", "path"})
SYNONYMS = {"body": "chapters", "lang": "language"}
T = TypeVar("T")


def compose_settings(book: ComposeSpec, edition: ComposeSpec) -> Settings:
    """What an edition's lines are composed by: its own word, else the book's, else the usual."""
    chosen: dict[str, Any] = {}
    for spec in (book, edition):
        chosen |= {item.name: value for item in fields(spec) if (value := getattr(spec, item.name)) is not None}
    return Settings(**chosen)


def read(text: str, path: str) -> Config:
    """Read a book.yaml.

    Raises:
        ConfigError: it does not parse, or a key or a value is not one that we know; all of them at once.
    """
    mapped = yamlsafe.load(text, path, kind=ConfigError)
    reader = _Reader(path, mapped.lines)
    data = {SYNONYMS.get(str(key), str(key)): value for key, value in mapped.data.items()}
    config = reader.record(Config, data, ())
    reader.language(config.language, ("language",))
    if config.epub.certifier and not config.epub.conforms:
        hint = "补上 epub: {conforms: AA} 之类；没有查过，就两样都不写。"
        reader.wrong(("epub", "certifier"), "写了 epub.certifier，没有写 epub.conforms", hint)
    if reader.problems:
        raise ConfigError(reader.problems)
    return replace(config, lines=mapped.lines, path=path)


def read_as(kind: type[T], text: str, path: str) -> T:
    """Read another file of settings than book.yaml; `kind` has a field `lines`, where each key stands.

    Raises:
        ConfigError: it does not parse, or a key or a value is not one that we know; all of them at once.
    """
    mapped = yamlsafe.load(text, path, kind=ConfigError)
    reader = _Reader(path, mapped.lines)
    made = reader.record(kind, {key: value for key, value in mapped.data.items() if key != "lines"}, ())
    if reader.problems:
        raise ConfigError(reader.problems)
    return replace(made, lines=mapped.lines)  # type: ignore[type-var]


def read_front_matter(
    data: Mapping[str, Any], path: str, lines: Mapping[Any, int]
) -> tuple[FrontMatter, list[Problem]]:
    """Read a chapter's front matter; a key that only other tools know is a warning, a wrong value an error."""
    reader = _Reader(path, lines, strict=False)
    known = {SYNONYMS.get(str(key), str(key)): value for key, value in data.items() if str(key) not in HANDLES}
    matter = reader.record(FrontMatter, known, ())
    handles = {str(key): str(value) for key, value in data.items() if str(key) in HANDLES}
    return replace(matter, accounts={**handles, **matter.accounts}), reader.problems


class _Reader:
    """Reads plain YAML data into dataclasses, collecting every problem with its line."""

    def __init__(self, path: str, lines: Mapping[Any, int], strict: bool = True) -> None:
        self.path = path
        self.lines = lines
        self.strict = strict
        self.problems: list[Problem] = []
        self.special: dict[Any, Callable[[Any, tuple[Any, ...]], Any]] = {
            float: self.length,
            Em: self.ems,
            Gap: self.gap,
            Names: self.names,
            Numbered: self.numbered,
            Url: self.url,
            str: self.text,
            bool: self.flag,
            int: self.whole,
            Any: lambda value, _: value,
        }

    def wrong(self, where: tuple[Any, ...], message: str, hint: str = "", warn: bool = False) -> None:
        line = next((self.lines[where[:n]] for n in range(len(where), 0, -1) if where[:n] in self.lines), 0)
        level = Level.WARNING if warn else Level.ERROR
        self.problems.append(Problem(Place(self.path, line), message, hint, level))

    def record(self, kind: type[T], data: Any, where: tuple[Any, ...]) -> T:
        """A mapping -> a dataclass."""
        own = [item for item in fields(kind) if kind is not Config or item.name not in INTERNAL]  # type: ignore[arg-type]
        allowed = {item.name.replace("_", "-"): item for item in own}
        hints = get_type_hints(kind)
        values: dict[str, Any] = {}
        if not isinstance(data, Mapping):
            self.wrong(where, f"{_dotted(where)} 应当是一组“键: 值”", f"可用的键：{'、'.join(allowed)}。")
            data = {}
        for key, value in data.items():
            if str(key).startswith("x-"):
                continue
            if key not in allowed:
                self.unknown(str(key), list(allowed), where)
            elif value is not None:
                name = str(key).replace("-", "_")
                values[name] = self.value(hints[name], value, (*where, key))
        for name, item in allowed.items():
            if item.default is MISSING and item.default_factory is MISSING and values.get(item.name) is None:
                self.wrong(where, f"{_dotted(where)} 缺少 {name}", f"补上 {name}:。")
                values[item.name] = ""
        return kind(**{key: value for key, value in values.items() if value is not None})

    def unknown(self, key: str, allowed: list[str], where: tuple[Any, ...]) -> None:
        near = nearest(key, [*allowed, *(HANDLES if not self.strict else ())])
        hint = f"是不是 {near}？" if near else f"可用的键：{'、'.join(allowed)}。"
        self.wrong((*where, key), f"不认识的键 {key}", f"{hint}自己用的键请以 x- 开头。", warn=not self.strict)

    def value(self, hint: Any, value: Any, where: tuple[Any, ...]) -> Any:
        """One value by its type; None where it is wrong (the problem is noted)."""
        if hint in self.special:
            return self.special[hint](value, where)
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self.union([kind for kind in inner if kind is not type(None)], value, where)
        if origin is tuple:
            items = value if isinstance(value, list) else [value]
            return tuple(self.value(inner[0], item, (*where, i)) for i, item in enumerate(items))
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return self.choice(hint, value, where)
        if is_dataclass(hint):
            return self.record(hint, value, where)  # type: ignore[arg-type]
        return self.mapping(inner[1], value, where)

    def union(self, kinds: list[Any], value: Any, where: tuple[Any, ...]) -> Any:
        """`str | PartSpec`: a mapping is the record; `X | None`: X."""
        if tuple[float, float] in kinds:
            return self.trim(value, where)
        records = [kind for kind in kinds if is_dataclass(kind)]
        if records and isinstance(value, Mapping):
            return self.value(records[0], value, where)
        if str in kinds and not isinstance(value, Mapping):
            return self.text(value, where)
        return self.value(kinds[0], value, where)

    def mapping(self, kind: Any, value: Any, where: tuple[Any, ...]) -> Any:
        if not isinstance(value, Mapping):
            self.wrong(where, f"{_dotted(where)} 应当是一组“键: 值”")
            return None
        return {
            str(key): self.value(kind, {} if item is None else item, (*where, key))
            for key, item in value.items()
            if not str(key).startswith("x-")
        }

    def choice(self, kind: type[StrEnum], value: Any, where: tuple[Any, ...]) -> Any:
        if value in [str(item) for item in kind]:
            return kind(value)
        self.wrong(where, f"{_dotted(where)} 不能是 {value}", f"可以是：{'、'.join(kind)}。")
        return None

    def text(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return str(value).strip()
        self.wrong(where, f"{_dotted(where)} 应当是一段文字", "有冒号、井号的文字要加引号。")
        return None

    def url(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, str) and URL.fullmatch(value.strip()):
            return Url(value.strip())
        self.wrong(where, f"{_dotted(where)} 不是网址：{value}", "写全，如 https://example.org/books/。")
        return None

    def flag(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, bool):
            return value
        self.wrong(where, f"{_dotted(where)} 应当是 true 或 false，不是 {value}")
        return None

    def whole(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.wrong(where, f"{_dotted(where)} 应当是正整数，不是 {value}")
        return None

    def length(self, value: Any, where: tuple[Any, ...]) -> Any:
        length = points(value)
        if length is not None and length >= 0:
            return length
        self.wrong(where, f"{_dotted(where)} 应当是长度，不是 {value}", "写作 10.5pt 或 3mm。")
        return None

    def ems(self, value: Any, where: tuple[Any, ...]) -> Any:
        number = value.removesuffix("em").strip() if isinstance(value, str) else value
        try:
            length = Em(number)
        except (TypeError, ValueError):
            length = Em(-1)
        if 0 <= length <= 1:
            return length
        self.wrong(where, f"{_dotted(where)} 应当是几分之几个字宽，不是 {value}", "写作 0.25 的样子，在 0 与 1 之间。")
        return None

    def gap(self, value: Any, where: tuple[Any, ...]) -> Any:
        found = self.record(Gap, value, where)
        if found.least <= found.natural <= found.most:
            return found
        hint = f"现在是 {found.least:g}、{found.natural:g}、{found.most:g}；没写的照平常的，改一个时看看另外两个。"
        self.wrong(where, f"{_dotted(where)} 的 least、natural、most 要一个不比一个小", hint)
        return None

    def trim(self, value: Any, where: tuple[Any, ...]) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, list) and len(value) == 2 and all(isinstance(n, int | float) for n in value):
            return float(value[0]), float(value[1])
        self.wrong(where, "开本看不懂", "写名字（A5、大32开）或 [宽, 高]，以毫米计。")
        return None

    def names(self, value: Any, where: tuple[Any, ...]) -> Any:
        items = value if isinstance(value, list) else [value]
        return tuple(name for i, item in enumerate(items) if (name := self.text(item, (*where, i))))

    def numbered(self, value: Any, where: tuple[Any, ...]) -> Any:
        """`5`, true, false, `none`; a number in quotes is a number, too, and 0 is none."""
        word = str(value).strip().lower()
        if word in UNNUMBERED or word == "true":
            return word == "true"
        if word.isdecimal() and int(word) <= HIGHEST_NUMBER:
            return int(word)
        self.wrong(where, f"{_dotted(where)} 不能是 {value}", f"写章的序号（1—{HIGHEST_NUMBER}）、true 或 none。")
        return None

    def language(self, value: str, where: tuple[Any, ...]) -> None:
        if value and value not in LANGUAGES and not value.startswith("en"):
            near = nearest(value, list(LANGUAGES)) or "zh-Hans"
            self.wrong(where, f"不认识的语言 {value}", f"是不是 {near}？可以是：{'、'.join(LANGUAGES)}、en。")


def _dotted(where: tuple[Any, ...]) -> str:
    return ".".join(str(key) for key in where) or "book.yaml"


def account(service: str, value: str) -> Account:
    """`github: midnight` or `github: https://github.com/midnight` -> what is shown and where it leads."""
    if value.startswith(("https://", "http://")):
        handle = value.rstrip("/").split("//", 1)[1]
        return Account(service, handle, value)
    pattern = HANDLES.get(service, "")
    return Account(service, value, pattern.format(value.lstrip("@")) if pattern else "")


def accounts(values: Mapping[str, str]) -> tuple[Account, ...]:
    """All of an author's accounts, in the order written."""
    return tuple(account(service, value) for service, value in values.items())


# Editions ---------------------------------------------------------------------------------------------------------

LANGUAGES = {"zh-Hans": "zh-Hans", "zh-CN": "zh-Hans", "zh-Hant-TW": "zh-Hant-TW", "zh-TW": "zh-Hant-TW",
             "zh-Hant": "zh-Hant-TW", "zh-Hant-HK": "zh-Hant-HK", "zh-HK": "zh-Hant-HK", "zh": "zh-Hans"}  # fmt: skip
"""Language tags that authors write, and the one that we use for each."""

CONVERSIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("zh-Hans", "zh-Hant-TW"): ("s2tw",),
    ("zh-Hans", "zh-Hant-HK"): ("s2hk",),
    ("zh-Hant-TW", "zh-Hans"): ("tw2s",),
    ("zh-Hant-HK", "zh-Hans"): ("hk2s",),
    ("zh-Hant-TW", "zh-Hant-HK"): ("tw2t", "t2hk"),
    ("zh-Hant-HK", "zh-Hant-TW"): ("hk2t", "t2tw"),
}
"""OpenCC configurations from one language to another; vocabulary (`s2twp`) only where a book asks for it."""

KNOWN_CONVERSIONS = ("s2tw", "s2twp", "s2hk", "s2hkp", "tw2s", "tw2sp", "hk2s", "hk2sp")
REFUSED_CONVERSIONS = ("s2t", "t2s")
"""Pivot forms of OpenCC's own standard, which no region prints."""


def edition_languages(config: Config) -> dict[str, str]:
    """The name of every edition that there may be, and its language."""
    declared = {name: canonical(spec.language or name) for name, spec in config.editions.items()}
    return {**{tag: tag for tag in LANGUAGES.values()}, **declared}


def canonical(language: str) -> str:
    """The tag that we use for a language: `zh-TW` -> `zh-Hant-TW`."""
    return LANGUAGES.get(language, language)


def edition(config: Config, name: str, source: str) -> Edition:
    """The edition of that name: one that the book declares, or one that banxin knows.

    Args:
        source: the language of the manuscript.

    Raises:
        ConfigError: neither; or its conversion is unknown, or refused for publication.
    """
    spec = config.editions.get(name, EditionSpec())
    language = canonical(spec.language or name)
    place = config.place_of("editions", name)
    numbers = str(spec.numbers or config.typeset.numbers)
    if language not in LANGUAGES.values() and name != source:
        known = dict.fromkeys([*config.editions, *LANGUAGES.values()])
        raise ConfigError([Problem(place, f"没有名为 {name} 的版本", f"可以是：{'、'.join(known)}。")])
    if spec.conversion:
        _check_conversion(spec.conversion, Place(config.path, config.lines.get(("editions", name, "conversion"), 0)))
        return Edition(name, language, (spec.conversion,), spec.convert_references, numbers=numbers)
    if language == canonical(source):
        return Edition(name, language, numbers=numbers)
    steps = CONVERSIONS.get((canonical(source), language))
    if steps is None:
        raise ConfigError([Problem(place, f"不能从 {source} 转换成 {language}", "在 editions 里写明 conversion。")])
    return Edition(name, language, steps, spec.convert_references, numbers=numbers)


def _check_conversion(name: str, place: Place) -> None:
    if name in REFUSED_CONVERSIONS:
        hint = f"{name} 的字形不属于任何地区，不宜出版；请用 {'、'.join(KNOWN_CONVERSIONS)}。"
        raise ConfigError([Problem(place, f"不接受转换方案 {name}", hint)])
    if name not in KNOWN_CONVERSIONS:
        near = nearest(name, list(KNOWN_CONVERSIONS))
        guess = f"是不是 {near}？" if near else ""
        raise ConfigError(
            [Problem(place, f"不认识的转换方案 {name}", f"{guess}可以是：{'、'.join(KNOWN_CONVERSIONS)}。")]
        )


def meta(config: Config) -> Meta:
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
