"""A book -> what a review compares: sections of units of words.

Reflow is gone after this: soft breaks follow the text rule, spaces are no words. Markup goes along as marks of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from banxin import tree
from banxin.book import Book, Chapter, Image, Imprint, Meta, Node, Nodes
from banxin.config import EditionSpec, QuoteStyle, said
from banxin.convert import is_kept
from banxin.errors import Place
from banxin.numerals import han
from banxin.review.model import CHAPTER_TITLE, CITED, FACTS, SIGN, Section, Unit, Version, Word
from banxin.review.words import WORD, code_words
from banxin.slug import file_slug, fingerprint
from banxin.typeset import softbreaks
from banxin.typeset.style import Style

PARAGRAPH = "段"
DIVS = {"lead": "导语", "epigraph": "题辞", "letter": "书信", "verse": "诗", "note": "说明", "tip": "提示",
        "warning": "警告", "kai": "楷体", "center": "居中", "right": "居右", "keep": "不拆页"}  # fmt: skip
WRAPPERS = {"Emph": "em", "Strong": "strong", "Underline": "u", "Strikeout": "s", "Superscript": "sup",
            "Subscript": "sub", "SmallCaps": "smallcaps"}  # fmt: skip
FACT_NAMES = {"title": "书名", "subtitle": "副题", "authors": "作者", "translators": "译者", "editors": "编者",
              "language": "语言", "date": "日期", "publisher": "出版者", "place": "出版地", "isbn": "ISBN",
              "identifier": "标识", "statement": "版次", "rights": "版权", "description": "内容简介",
              "keywords": "关键词",
              "series": "丛书", "series_number": "丛书序号", "dedication": "献词", "epigraph": "题记",
              "url": "网址"}  # fmt: skip
IMPRINT_NAMES = {"form": "版权页", "cip_number": "CIP 核字号", "cip_subjects": "CIP 主题词",
                 "cip_classes": "CIP 分类号", "cip_text": "CIP 数据",
                 "responsible_editors": "责任编辑", "proofreaders": "责任校对",
                 "designers": "装帧设计", "address": "出版者地址", "postcode": "邮编", "phone": "电话",
                 "website": "出版者网址", "email": "电邮", "distributor": "发行", "printer": "印刷", "sheet": "开本",
                 "length": "字数的算法", "impression": "印次", "copies": "印数", "price": "定价",
                 "licence": "许可"}  # fmt: skip
"""Of the copyright page (`Imprint`)."""
WORDS_OF = {
    "form": {"mainland": "大陆的", "taiwan": "台湾的", "hongkong": "香港的", "self": "自出版的"},
    "length": {"text": "按正文", "area": "按版面"},
}
"""Values of settings, as they are told."""
EDITION_NAMES = {key: FACT_NAMES[key] for key in ("title", "subtitle", "description", "isbn", "url")}
"""What an edition may say in place of the book."""
STYLE = Style("zh-Hans", QuoteStyle.KEEP)


def version(book: Book, path: Path, editions: Mapping[str, EditionSpec] = MappingProxyType({})) -> Version:
    """A book as a review reads it.

    Args:
        path: what the author named: where it is one file, the file's own name makes no difference.
        editions: those that the book declares, whose title and copyright pages may differ.
    """
    single = path.is_file()
    sections = [_section(book, chapter, path if single else None) for chapter in book.chapters]
    return Version(book.meta.title, book.meta.language, (_facts(book, path, editions), *sections))


# Facts ----------------------------------------------------------------------------------------------------------------


def _facts(book: Book, path: Path, editions: Mapping[str, EditionSpec]) -> Section:
    """The facts of title page and copyright page; a title that is only the name of the file is none."""
    meta = book.meta if book.meta.title != path.resolve().stem else replace(book.meta, title="")
    lines = [*_fact_lines(meta), *_imprint_lines(imprint_facts(meta.copyright))]
    for name, edition in editions.items():
        lines += [(f"{name} 的{what}", value) for what, value in _edition_lines(edition)]
    lines += [(f"第{han(i)}编", tree.plain(part.title)) for i, part in enumerate(book.parts, 1)]
    place = Place("" if path.is_file() else "book.yaml")
    units = [Unit(name, tuple(_running(value)), place) for name, value in lines if value.strip()]
    if cover := book.images.get(meta.cover):
        units.append(Unit("封面", (_sign(f"〔{cover.key}〕"),), place, picture=cover))
    return Section("", FACTS, "书的资料", tuple(units))


def _fact_lines(meta: Meta) -> Iterator[tuple[str, str]]:
    for key, name in FACT_NAMES.items():
        value = getattr(meta, key)
        yield name, "、".join(value) if isinstance(value, tuple) else value
    for account in meta.accounts:
        yield f"作者的{account.service}", f"{account.handle} {account.url}"


def imprint_facts(imprint: Imprint) -> dict[str, Any]:
    """What a copyright page says, but for what it says of itself."""
    usual = Imprint()
    facts = {each.name: getattr(imprint, each.name) for each in fields(imprint)}
    return {key: value for key, value in facts.items() if value != getattr(usual, key)}


def _imprint_lines(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Facts of a copyright page, by the names of `Imprint`."""
    for key, name in IMPRINT_NAMES.items():
        value = facts.get(key, "")
        yield name, "、".join(value) if isinstance(value, tuple) else WORDS_OF.get(key, {}).get(value, value)
    yield from facts.get("staff", ())


def _edition_lines(edition: EditionSpec) -> Iterator[tuple[str, str]]:
    for key, name in EDITION_NAMES.items():
        yield name, getattr(edition, key)
    yield from _imprint_lines(said(edition.copyright))


def _running(text: str) -> Iterator[Word]:
    for match in WORD.finditer(text):
        yield Word(match[1], (), bool(match[2]))


# Chapters -------------------------------------------------------------------------------------------------------------


def _section(book: Book, chapter: Chapter, single: Path | None) -> Section:
    reader = _Reader(book.images, chapter)
    id = chapter.id
    if single:
        id = id.removeprefix(file_slug(single.stem))
    return Section(
        path="" if single else chapter.place.path,
        id=id,
        title=tree.plain(chapter.title).strip(),
        units=tuple(reader.units()),
    )


@dataclass(slots=True)
class _Reader:
    """Reads one chapter."""

    images: Mapping[str, Image]
    chapter: Chapter
    line: int = 0
    """Of the last block that had one."""

    def units(self) -> Iterator[Unit]:
        chapter = self.chapter
        self.line = chapter.place.line
        yield from self.inlines(chapter.title, CHAPTER_TITLE)
        yield from self.inlines(chapter.subtitle, "副题")
        yield from self.fact("作者", "、".join(chapter.authors))
        yield from self.fact("日期", chapter.date)
        yield from self.fact("语言", chapter.language)
        yield from self.blocks(chapter.blocks, "")

    def fact(self, style: str, value: str) -> Iterator[Unit]:
        if value:
            yield self.unit(style, tuple(_running(value)))

    def unit(self, style: str, words: tuple[Word, ...], code: bool = False) -> Unit:
        return Unit(style, words, Place(self.chapter.place.path, self.line), code)

    def blocks(self, blocks: Nodes, where: str) -> Iterator[Unit]:
        for block in blocks:
            self.line = block.get("line", 0) or self.line
            yield from READERS.get(block["t"], _Reader.nothing)(self, block, where)

    def nothing(self, block: Node, where: str) -> Iterator[Unit]:
        """Blocks that print nothing."""
        yield from ()

    def inlines(self, inlines: Nodes, style: str) -> Iterator[Unit]:
        """A unit of the words, then one for each note that they call."""
        if not inlines:
            return
        flat: Nodes = tree.rewrite(inlines, lambda run: softbreaks.edits(run, STYLE), is_kept)
        words = tuple(_inline_words(flat))
        picture = next((self.images.get(node["c"][2][0]) for node in tree.walk(flat) if node["t"] == "Image"), None)
        if words:
            yield replace(self.unit(style, words), picture=picture)
        line = self.line
        for note in _notes(inlines):
            yield from self.blocks(note, "注")
        self.line = line

    def paragraph(self, block: Node, where: str) -> Iterator[Unit]:
        yield from self.inlines(block["c"], where or PARAGRAPH)

    def heading(self, block: Node, where: str) -> Iterator[Unit]:
        level, _, inlines = block["c"]
        yield from self.inlines(inlines, _within(where, f"{han(level)}级标题"))

    def quotation(self, block: Node, where: str) -> Iterator[Unit]:
        yield from self.blocks(block["c"], _within(where, "引文"))

    def items(self, block: Node, where: str) -> Iterator[Unit]:
        numbered = block["t"] == "OrderedList"
        for item in block["c"][1] if numbered else block["c"]:
            yield from self.blocks(item, _within(where, "编号列表" if numbered else "列表"))

    def definitions(self, block: Node, where: str) -> Iterator[Unit]:
        for term, meanings in block["c"]:
            yield from self.inlines(term, _within(where, "词条"))
            for meaning in meanings:
                yield from self.blocks(meaning, _within(where, "释义"))

    def code(self, block: Node, where: str) -> Iterator[Unit]:
        yield self.unit(_within(where, "代码"), tuple(code_words(block["c"][1])), code=True)

    def raw(self, block: Node, where: str) -> Iterator[Unit]:
        yield self.unit(_within(where, "HTML"), tuple(code_words(block["c"][1])), code=True)

    def lines(self, block: Node, where: str) -> Iterator[Unit]:
        rows: Nodes = []
        for row in block["c"]:
            rows += [*([{"t": "LineBreak"}] if rows else []), *row]
        yield from self.inlines(rows, _within(where, "分行"))

    def rule(self, block: Node, where: str) -> Iterator[Unit]:
        yield self.unit(_within(where, "分隔"), (_sign("＊＊＊"),))

    def figure(self, block: Node, where: str) -> Iterator[Unit]:
        """The picture and its caption; a caption that only repeats the picture's own words is not said twice."""
        _, (_, caption), content = block["c"]
        words = tree.plain(caption).strip()
        pictures: Nodes = tree.map_nodes(content, lambda node: _without_words(node, words))
        yield from self.blocks(pictures, _within(where, "图"))
        yield from self.blocks(caption, _within(where, "图题"))

    def table(self, block: Node, where: str) -> Iterator[Unit]:
        _, (_, caption), _, head, bodies, foot = block["c"]
        yield from self.blocks(caption, _within(where, "表题"))
        groups = [head[1], *(rows for body in bodies for rows in body[2:]), foot[1]]
        for row in (row for rows in groups for row in rows):
            yield from self.row(row, _within(where, "表格"))

    def row(self, row: Any, where: str) -> Iterator[Unit]:
        """A row is one unit; notes of its cells follow it."""
        words: list[Word] = []
        more: list[Unit] = []
        for i, cell in enumerate(row[1]):
            units = list(self.blocks(cell[4], where))
            if i:
                words.append(_sign("│"))
            words += [word for unit in units if unit.style == where for word in unit.words]
            more += [unit for unit in units if unit.style != where]
        if any(word.size or word.text != "│" for word in words):
            yield self.unit(where, tuple(words))
        yield from more

    def div(self, block: Node, where: str) -> Iterator[Unit]:
        names = [DIVS.get(name, name) for name in tree.attr(block)[1]]
        yield from self.blocks(block["c"][1], _within(where, *names))


BlockReader = Callable[[_Reader, Node, str], Iterator[Unit]]
READERS: Mapping[str, BlockReader] = {
    "Para": _Reader.paragraph,
    "Plain": _Reader.paragraph,
    "Header": _Reader.heading,
    "BlockQuote": _Reader.quotation,
    "BulletList": _Reader.items,
    "OrderedList": _Reader.items,
    "DefinitionList": _Reader.definitions,
    "CodeBlock": _Reader.code,
    "RawBlock": _Reader.raw,
    "LineBlock": _Reader.lines,
    "HorizontalRule": _Reader.rule,
    "Figure": _Reader.figure,
    "Table": _Reader.table,
    "Div": _Reader.div,
}


def _within(where: str, *names: str) -> str:
    return " · ".join([*([where] if where else []), *names])


def _without_words(node: Node, words: str) -> Node:
    """A picture whose alternative text is its caption, without it."""
    if node["t"] == "Image" and tree.plain(node["c"][1]).strip() == words:
        return {**node, "c": [node["c"][0], [], *node["c"][2:]]}
    return node


def _notes(inlines: Nodes) -> Iterator[Nodes]:
    for node in tree.walk(inlines):
        if node["t"] == "Note":
            yield node["c"]


# Words ----------------------------------------------------------------------------------------------------------------

Marks = tuple[str, ...]


def _sign(text: str, *marks: str) -> Word:
    return Word(text, (SIGN, *marks))


def _inline_words(inlines: Nodes) -> Iterator[Word]:
    """The words of a run, found across the borders of markup, and what stands among them."""
    text = ""
    marks: list[Marks] = []
    objects: dict[int, Word] = {}
    for piece, own in _pieces(inlines, ()):
        if isinstance(piece, Word):
            objects[len(text)] = piece
            text, marks = text + tree.OBJECT, [*marks, own]
        else:
            text += piece
            marks += [own] * len(piece)
    cited = _cited(text)
    for match in WORD.finditer(text):
        start = match.start()
        gap = bool(match[2])
        own = (*marks[start], CITED) if start in cited else marks[start]
        yield replace(objects[start], gap=gap) if start in objects else Word(match[1], own, gap)


CITATION = re.compile(r"\[[^\[\]]*(?<![\w.])@[\w{][^\[\]]*\]|(?<![\w.])@[A-Za-z_][\w:.-]*")
"""`[@key, 12页]`, `@fig-x`: what cites a work or refers to a place of the book."""


def _cited(text: str) -> set[int]:
    """Where words stand that cite."""
    return {i for match in CITATION.finditer(text) for i in range(*match.span())} if "@" in text else set()


def _pieces(inlines: Nodes, marks: Marks) -> Iterator[tuple[str | Word, Marks]]:
    for node in inlines:
        kind = node["t"]
        inner = tree.inner(node)
        if kind == "Str":
            yield node["c"], marks
        elif kind in ("Space", "SoftBreak"):
            yield " ", marks
        elif inner is not None:
            yield from _pieces(inner, (*marks, *_marks(node)))
        elif word := _object(node, marks):
            yield word, marks


def _object(node: Node, marks: Marks) -> Word | None:
    kind = node["t"]
    if kind == "Code":
        return Word(node["c"][1], (*marks, "code"))
    if kind == "Math":
        return Word(node["c"][1], (*marks, "math"))
    if kind == "LineBreak":
        return _sign("\n")
    if kind == "Note":
        return _sign("注", "note")
    if kind == "Image":
        _, alt, (target, _) = node["c"]
        words = tree.plain(alt).strip()
        return _sign(f"〔图：{words}〕" if words else "〔图〕", f"image:{_short(target)}")
    return None


def _short(target: str) -> str:
    """A picture inside the manuscript's own text is named by what it holds."""
    return target if len(target) < 200 else f"{target[:20]}…{fingerprint(target)}"


def _marks(node: Node) -> Iterator[str]:
    if name := WRAPPERS.get(node["t"]):
        yield name
        return
    if node["t"] not in ("Span", "Link"):
        return
    _, classes, pairs = tree.attr(node)
    yield from classes
    yield from (f"{key}:{pairs[key]}" for key in ("lang", "ruby") if key in pairs)
    if node["t"] == "Link":
        yield f"link:{node['c'][2][0]}"
