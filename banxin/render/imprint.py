"""The copyright page (版权页): what stands on it, in which order, for every format.

Nothing is made up: a fact that the book does not give is left out, and `lacking` tells of it. What is worked out is
worked out from the finished book: 字数 from its chapters, 开本 from its trim, 印张 from its pages. Sources: GB/T
12450-2001 (title leaves), GB/T 12451-2023 (cataloguing data); practice of publishers in Taiwan and Hong Kong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from banxin import layout
from banxin.book import Imprint, Meta
from banxin.config import Config, CopyrightForm, Length, NumberStyle
from banxin.errors import Level, Problem
from banxin.filters import say_date
from banxin.layout import Geometry
from banxin.lengths import POINTS_PER_MM
from banxin.render.press import Press
from banxin.sheets import totals

CREATIVE_COMMONS = re.compile(r"CC[ -](BY(?:-NC)?(?:-SA|-ND)?)(?:[ -](\d\.\d))?|CC[ -]?0(?:[ -]1\.0)?", re.IGNORECASE)
LICENCES = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-ND 4.0", "CC BY-NC 4.0", "CC BY-NC-SA 4.0", "CC BY-NC-ND 4.0", "CC0")
NEWEST = "4.0"
"""The version of the licences where none is named."""
SHEET = re.compile(r"(\d{3,4})\s*[x×*]\s*(\d{3,4})(?:\s*mm|\s*毫米)?\s+1/(\d{1,3})", re.IGNORECASE)
"""`850x1168 1/32`."""
NEAR = 0.6
"""mm by which a trim may differ from one that is known."""


class Row(NamedTuple):
    """A fact, and what it is."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Statement:
    """All that stands on a copyright page, but the description of the book."""

    form: str
    rows: tuple[Row, ...]
    cip: tuple[str, ...]
    """Lines of the cataloguing data, the first is its heading; empty where there is none."""
    rights: str
    licence: str = ""
    licence_url: str = ""


def statement(press: Press, geometry: Geometry | None = None) -> Statement:
    """What the copyright page of an edition says.

    Args:
        press: the edition.
        geometry: of a printed book, which says how much paper it takes.
    """
    meta, labels = press.book.meta, press.labels
    licence, url = licence_of(meta.copyright.licence, press.edition.language)
    formal = meta.copyright.form != CopyrightForm.SELF
    return Statement(
        form=meta.copyright.form,
        rows=tuple(row for row in _Facts(press, geometry).rows() if row.value),
        cip=tuple(_cip(meta, labels)),
        rights=meta.rights or ("" if licence else labels["reserved" if formal else "copyright"]),
        licence=labels["licence_text"].format(name=licence) if licence else "",
        licence_url=url,
    )


class _Facts:
    """The facts of a book as a copyright page has them."""

    def __init__(self, press: Press, geometry: Geometry | None) -> None:
        self.press, self.geometry = press, geometry
        self.meta, self.imprint = press.book.meta, press.book.meta.copyright
        self.labels = {**press.labels, "numbers": NumberStyle.FIGURES}  # facts, on a page whose lines run across

    def rows(self) -> Iterator[Row]:
        """All of them; the value of one that is not known is empty."""
        yield self.row("title", self.title())
        yield from self.makers()
        yield self.row("series", " ".join(filter(None, (self.meta.series, self.meta.series_number))))
        yield from self.trade() if self.imprint.form != CopyrightForm.SELF else self.own()

    def row(self, label: str, value: str) -> Row:
        return Row(self.labels[label], value)

    def names(self, label: str, names: tuple[str, ...]) -> Row:
        return self.row(label, self.labels["and"].join(names))

    def title(self) -> str:
        return self.labels["title_separator"].join(filter(None, (self.meta.title, self.meta.subtitle)))

    def makers(self) -> Iterator[Row]:
        """Who made it."""
        yield self.names("by_author", self.meta.authors)
        yield self.names("by_editor", self.meta.editors)
        yield self.names("by_translator", self.meta.translators)
        yield self.names("by_responsible", self.imprint.responsible_editors)
        yield self.names("by_proofreader", self.imprint.proofreaders)
        yield self.names("by_designer", self.imprint.designers)
        yield from (Row(role, names) for role, names in self.imprint.staff)

    def own(self) -> Iterator[Row]:
        """What a self-publisher tells besides."""
        yield self.row("publisher", self.meta.publisher)
        yield self.row("place", self.meta.place)
        yield from self.contact()
        yield self.row("edition_statement", self.meta.statement)
        yield self.row("date", say_date(self.meta.date, self.labels))
        yield self.row("isbn", self.meta.isbn)
        yield self.row("price", self.imprint.price)
        yield self.row("language", self.labels["language_name"])

    def contact(self) -> Iterator[Row]:
        yield self.row("address", self.imprint.address)
        yield self.row("postcode", self.imprint.postcode)
        yield self.row("phone", self.imprint.phone)
        yield self.row("website", self.imprint.website)
        yield self.row("email", self.imprint.email)

    def trade(self) -> Iterator[Row]:
        """What a publisher tells besides."""
        mainland = self.imprint.form == CopyrightForm.MAINLAND
        yield self.row("issued", "　".join(filter(None, (self.meta.publisher, self.meta.place))))
        yield from self.contact()
        yield self.row("distributor", self.imprint.distributor)
        yield self.row("printer", self.imprint.printer)
        yield from self.paper() if mainland else ()
        yield self.row("edition_statement", self.meta.statement or say_date(self.meta.date, self.labels))
        yield self.row("impression", self.imprint.impression)
        yield self.row("copies", self.imprint.copies)
        yield self.row("book_number", f"ISBN {self.meta.isbn}" if mainland and self.meta.isbn else self.meta.isbn)
        yield self.row("price", self.imprint.price)

    def paper(self) -> Iterator[Row]:
        """How large the book is. Only paper has a format and printed sheets."""
        if self.geometry:
            sheet = sheet_of(self.imprint, self.geometry)
            unit = "毫米"
            yield self.row(
                "leaf_format", f"{sheet.width}{unit}×{sheet.height}{unit}　1/{sheet.leaves}" if sheet else ""
            )
            yield self.row("printed_sheets", totals.token(sheet.leaves) if sheet else "")
        length = self.length()
        yield self.row("length", self.labels["length_value"].format(n=length) if length else "")

    def length(self) -> str:
        """字数, in thousands; the area of pages is known of paper alone."""
        if self.imprint.length == Length.AREA:
            page = self.geometry
            if page is None:
                return ""
            from fractions import Fraction  # no other book needs it

            return totals.token(Fraction(1000, page.chars * page.lines), whole=True)
        return str(round(sum(page.length for page in self.press.pages) / 1000) or "")


class Sheet(NamedTuple):
    """A full sheet of paper, mm, and into how many leaves it is cut."""

    width: int
    height: int
    leaves: int


def sheet_of(imprint: Imprint, geometry: Geometry) -> Sheet | None:
    """The paper of a book: as it says, else as is usual for its trim; None where nothing is usual."""
    if match := SHEET.fullmatch(imprint.sheet):
        return Sheet(int(match[1]), int(match[2]), int(match[3]))
    width, height = geometry.width / POINTS_PER_MM, geometry.height / POINTS_PER_MM
    for known in layout.sheets():
        if abs(known["trim"][0] - width) < NEAR and abs(known["trim"][1] - height) < NEAR:
            return Sheet(known["sheet"][0], known["sheet"][1], known["leaves"])
    return None


def _cip(meta: Meta, labels: Mapping[str, str]) -> Iterator[str]:
    """The lines of the cataloguing data (GB/T 12451-2023, 5): made of what the authority gave, or its own words."""
    imprint = meta.copyright
    if imprint.cip_text:
        first, *rest = imprint.cip_text.strip().splitlines()
        heading = labels["cip"]
        yield heading
        yield from ([first] if first.strip() != heading else []) + rest
    elif imprint.cip_number:
        yield labels["cip"]
        yield _description(meta, labels)
        if meta.series:
            yield f"（{meta.series}）"
        if meta.isbn:
            yield f"ISBN {meta.isbn}"
        yield _access(meta)
        yield labels["cip_number"].format(n=imprint.cip_number)


def _description(meta: Meta, labels: Mapping[str, str]) -> str:
    """书名 : 副书名 / 著者著 ; 译者译. — 出版地 : 出版者, 出版年月."""
    people = [
        f"{'，'.join(names)}{labels[role]}"
        for role, names in (("author", meta.authors), ("editor", meta.editors), ("translator", meta.translators))
        if names
    ]
    title = " : ".join(filter(None, (meta.title, meta.subtitle)))
    head = " / ".join(filter(None, (title, " ; ".join(people))))
    date = ".".join(part.lstrip("0") for part in meta.date.split("-")[:2])
    issued = ", ".join(filter(None, (" : ".join(filter(None, (meta.place, meta.publisher))), date)))
    return ". — ".join(filter(None, (head, issued)))


def _access(meta: Meta) -> str:
    """Ⅰ title, Ⅱ people, Ⅲ subjects, Ⅳ classes: what a catalogue finds the book by."""
    people = [*meta.authors, *meta.editors, *meta.translators]
    groups = (
        [f"{meta.title[:1]}…"],
        [f"{name[:1]}…" for name in people],
        meta.copyright.cip_subjects,
        meta.copyright.cip_classes,
    )
    return "　".join(
        f"{roman}. " + " ".join(f"{chr(ord('①') + i)}{word}" for i, word in enumerate(group))
        for roman, group in zip("ⅠⅡⅢⅣ", groups, strict=True)
        if group
    )


# Licences -------------------------------------------------------------------------------------------------------------


def licence_of(name: str, language: str) -> tuple[str, str]:
    """The official name of a licence of Creative Commons in a language, and where its deed is; empty for none."""
    match = CREATIVE_COMMONS.fullmatch(name)
    if match is None:
        return "", ""
    words = layout.licences(language)
    if match[1] is None:
        return words["zero"], f"https://creativecommons.org/publicdomain/zero/1.0/deed.{words['deed']}"
    code, version = match[1].upper(), match[2] or NEWEST
    terms = "-".join(words["terms"][term] for term in code.split("-"))
    address = f"https://creativecommons.org/licenses/{code.lower()}/{version}/deed.{words['deed']}"
    return words["name"].format(terms=terms, version=version, code=code), address


# What is wrong --------------------------------------------------------------------------------------------------------

NEEDED: Mapping[str, tuple[str, ...]] = {
    CopyrightForm.MAINLAND: (
        "authors", "cip", "responsible-editors", "publisher", "place", "printer", "statement", "impression", "isbn",
        "price",
    ),
    CopyrightForm.TAIWAN: ("authors", "publisher", "address", "statement", "isbn", "price"),
    CopyrightForm.HONGKONG: ("authors", "publisher", "address", "printer", "statement", "isbn", "price"),
}  # fmt: skip
"""What the copyright page of each form must have, by the keys of book.yaml: GB/T 12450-2001, 4.2; the practice of the
trade in Taiwan; in Hong Kong the Books Registration Ordinance (cap. 142)."""
NAMES = {
    "authors": "作者", "cip": "图书在版编目数据", "responsible-editors": "责任编辑", "publisher": "出版者",
    "place": "出版地", "printer": "印刷者", "statement": "版次", "impression": "印次", "isbn": "书号", "price": "定价",
    "address": "出版者的地址",
}  # fmt: skip
OUTSIDE = frozenset({"authors", "publisher", "place", "statement", "isbn"})
"""Keys that stand at the top of book.yaml; the others stand under `copyright`."""


def lacking(meta: Meta) -> list[str]:
    """The keys of what the copyright page of this form must have, and has not."""
    imprint = meta.copyright
    there = {
        **{name: bool(getattr(meta, name)) for name in OUTSIDE},
        "cip": bool(imprint.cip_number or imprint.cip_text),
    }
    return [
        key for key in NEEDED.get(imprint.form, ()) if not there.get(key, getattr(imprint, key.replace("-", "_"), ""))
    ]


def problems(config: Config, meta: Meta) -> Iterator[Problem]:
    """What is wrong with the copyright page of an edition: what it lacks is a warning."""
    imprint = meta.copyright
    place = config.place_of("copyright", "form")
    if keys := lacking(meta):
        told = "、".join(f"{NAMES[key]}（{key if key in OUTSIDE else f'copyright.{key}'}）" for key in keys)
        hint = "有的补上；没有的不必编造，版权页上就不写。"
        yield Problem(place, f"版权页缺：{told}", hint, Level.WARNING)
    if imprint.licence and not CREATIVE_COMMONS.fullmatch(imprint.licence):
        hint = f"可以是：{'、'.join(LICENCES)}；别的许可写在 rights 里。"
        yield Problem(config.place_of("copyright", "licence"), f"不认识的许可 {imprint.licence}", hint)
    if imprint.sheet and not SHEET.fullmatch(imprint.sheet):
        hint = "写作 850x1168 1/32：整张纸的宽和高（毫米），裁成几张。"
        yield Problem(config.place_of("copyright", "sheet"), f"看不懂的纸 {imprint.sheet}", hint)


def unknown_paper(config: Config, press: Press, geometry: Geometry) -> Iterator[Problem]:
    """A printed book whose 开本 and 印张 nobody can know."""
    imprint = press.book.meta.copyright
    if imprint.form == CopyrightForm.MAINLAND and press.profile == "print" and not sheet_of(imprint, geometry):
        hint = "在 copyright 里写 sheet: 850x1168 1/32 的样子：整张纸的宽和高（毫米），裁成几张。"
        message = "不知道这个开本用多大的纸，版权页上没有写开本和印张"
        yield Problem(config.place_of("copyright", "form"), message, hint, Level.WARNING)
