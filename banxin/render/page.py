"""Book -> semantic HTML pages, the one source of PDF, EPUB and web (the class contract is in layouts/README.md)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from lxml import etree

from banxin import pandoc, tree
from banxin.book import Account, Book, Chapter, Matter, Node, Nodes, Note, Part

MARK = "<!--banxin-->"
"""Divides the pieces of the one document that pandoc writes for the whole book."""
CODE_ANCHORS = re.compile(r'<a href="#cb\d+-\d+" aria-hidden="true" tabindex="-1"></a>| id="cb\d+(?:-\d+)?"')
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
READING = re.compile(r"[ |]+")
SHORT = 16
"""So many characters of one can be shown in a block of two lines where browsers break lines."""
BOPOMOFO = re.compile("[\u3105-\u312f\u31a0-\u31bfˊˇˋ˙\u02ea\u02eb]+")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading inside a chapter, as the tables of contents need it."""

    id: str
    level: int
    """2 for the first level inside a chapter."""
    label: str
    """`1.2`, or empty."""
    title: str
    """HTML (inline)."""
    text: str
    """The same, as plain text."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as every format shows it."""

    id: str
    """`fn-…`; the marks in the body link to `#id`."""
    number: int
    html: str
    """Blocks."""
    calls: tuple[str, ...]
    """Ids of the marks: the back links."""
    mark: str = ""
    """What is printed for its number; empty: the number."""
    series: str = ""
    heading: str = ""
    """Over a list of its series; empty: `注释`."""
    place: str = "chapter"
    """Where paper has it: `foot`, `chapter` or `book`."""
    by_page: str = ""
    """The style of its mark, where paper counts its series anew on each page."""

    @property
    def shown(self) -> str:
        """Its number as it is printed."""
        return self.mark or str(self.number)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part's title page."""

    id: str
    label: str
    title: str
    text: str


ELEMENTS = frozenset({"ins", "small", "samp", "var", "cite"})
"""Spans of these classes are elements of the same name (banxin/sanitize); pandoc knows `kbd`, `mark`, `dfn`, `abbr`."""


@dataclass(frozen=True, slots=True)
class Page:
    """One chapter as HTML. In `body`, links inside the book are `#id`, images are `src="image:KEY"`, math is MathML."""

    id: str
    """ASCII; the file name in EPUB and web, the id of the chapter's section."""
    matter: Matter
    label: str
    """`第一章`, or empty."""
    title: str
    """HTML (inline)."""
    text: str
    """The title as plain text."""
    subtitle: str
    body: str
    language: str
    """Empty: the book's."""
    authors: tuple[str, ...]
    date: str
    accounts: tuple[Account, ...]
    notes: tuple[NoteView, ...]
    sections: tuple[Section, ...]
    part: PartView | None
    """Set on the first chapter of each part only."""
    ids: frozenset[str]
    """Every id in `body`, notes included: where links may point."""
    length: int = 0
    """字数 (banxin/wordcount.py), where it is asked for."""


def build(book: Book, counted: bool = False) -> tuple[Page, ...]:
    """Every chapter of a typeset book as HTML, in order. Pandoc writes the whole book in one call.

    Args:
        book: its text rules have run.
        counted: whether pages say how long they are.
    """
    notes: dict[str, list[Note]] = defaultdict(list)
    for note in book.notes:
        notes[note.chapter].append(note)
    pieces: list[Nodes] = []
    for chapter in book.chapters:
        part = next((part for part in book.parts if part.id == chapter.part), None)
        pieces += [_inline(chapter.title), _inline(chapter.subtitle), _inline(part.title if part else [])]
        pieces.append(chapter.blocks)
        pieces += [note.blocks for note in notes[chapter.id]]
    html = iter(_write(pieces))
    seen: set[str] = set()
    pages = (_page(book, chapter, notes[chapter.id], html, seen) for chapter in book.chapters)
    if not counted:
        return tuple(pages)
    from banxin.wordcount import count_chapter  # few pages say how long they are

    lengths = (count_chapter(book, chapter).length for chapter in book.chapters)
    return tuple(replace(page, length=length) for page, length in zip(pages, lengths, strict=True))


def _inline(inlines: Nodes) -> Nodes:
    return [{"t": "Plain", "c": inlines}] if inlines else []


def _write(pieces: list[Nodes]) -> list[str]:
    """Each piece (blocks) as HTML."""
    divider: Node = {"t": "RawBlock", "c": ["html", MARK]}
    written = [_of_words(piece) for piece in pieces]
    blocks: Nodes = []
    for piece, words in zip(pieces, written, strict=True):
        if not words:
            blocks += [*tree.map_nodes(_latin(piece), _for_html), divider]
    html = CODE_ANCHORS.sub("", pandoc.to_html(blocks))
    others = iter(html.split(MARK))
    return [words or next(others).strip() for words in written]


def _of_words(piece: Nodes) -> str:
    """A paragraph of Han and nothing else, as pandoc writes it; empty for others.

    Most notes are such: pandoc is asked about thousands of pieces of one line for as long as about the chapters.
    """
    if len(piece) != 1 or piece[0]["t"] != "Para":
        return ""
    from banxin.typeset.chars import has_han  # only pages that changed need the text rules

    inlines = piece[0]["c"]
    if any(node["t"] not in WORDS for node in inlines):
        return ""
    text = "".join(node.get("c", " ") for node in inlines)
    return "" if OTHERWISE.search(text) or not has_han(text) else f"<p>{text}</p>"


WORDS = frozenset({"Str", "Space"})
OTHERWISE = re.compile("[&<>\u2194\u21a9]")
"""What pandoc writes otherwise than it is: marks of HTML, and the arrows that would be shown as pictures."""


def _page(book: Book, chapter: Chapter, notes: list[Note], html: Iterator[str], seen: set[str]) -> Page:
    title, subtitle, part_title, body = next(html), next(html), next(html), next(html)
    views = tuple(_note(note, next(html)) for note in notes)
    part = next((part for part in book.parts if part.id == chapter.part and part.id not in seen), None)
    if part:
        seen.add(part.id)
    root = _parsed(body)
    inside = [root, *(_parsed(view.html) for view in views if " id=" in view.html)]
    ids = {str(element.get("id")) for top in inside for element in top.iter() if element.get("id")}
    ids |= {view.id for view in views} | {chapter.id}
    return Page(
        id=chapter.id,
        matter=chapter.matter,
        label=chapter.label,
        title=title,
        text=tree.plain(chapter.title).strip(),
        subtitle=subtitle,
        body=body,
        language=chapter.language if chapter.language != book.meta.language else "",
        authors=chapter.authors,
        date=chapter.date,
        accounts=chapter.accounts,
        notes=views,
        sections=tuple(_sections(root)),
        part=_part_view(part, part_title) if part else None,
        ids=frozenset(ids),
    )


def _note(note: Note, html: str) -> NoteView:
    shown = (note.mark, note.series, note.heading, note.place, note.by_page)
    return NoteView(note.id, note.number, html, note.calls, *shown)


def _parsed(html: str) -> Any:
    return etree.fromstring(f"<body>{html}</body>", etree.XMLParser(resolve_entities=False, no_network=True))


def _part_view(part: Part, title: str) -> PartView:
    return PartView(part.id, part.label, title, tree.plain(part.title).strip())


def _sections(root: Any) -> Iterator[Section]:
    for heading in root:
        if heading.tag in HEADINGS:
            number = heading.find(".//span[@class='number']")
            label = "".join(number.itertext()) if number is not None else ""
            copy: Any = etree.fromstring(etree.tostring(heading, with_tail=False))
            for child in list(copy.iter("span", "a")):
                if child.get("class") == "number":
                    child.tail = (child.tail or "").lstrip()  # the space after it is its own
                if child.get("class") in ("number", "noteref"):
                    _drop(child)
            for anchor in copy.iter("a"):
                anchor.tag = "span"
                anchor.attrib.clear()
            inner = etree.tostring(copy, encoding="unicode")
            html = inner[inner.index(">") + 1 : inner.rindex("<")].strip() if "</" in inner else ""
            text = "".join(copy.itertext()).strip()
            yield Section(heading.get("id", ""), int(heading.tag[1]), label, html, text)


def _drop(element: Any) -> None:
    """Take an element out of its parent; the text after it stays."""
    parent, previous = element.getparent(), element.getprevious()
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


# What the tree says in our own words, as HTML -----------------------------------------------------------------------


def _address(key: str) -> str:
    """Where a picture is. Of one whose name ends like a PDF's, pandoc would make an `embed` that says nothing."""
    address = f"image:{quote(key)}"
    return f"{address[:-4]}%2E{address[-3:]}" if address.lower().endswith(".pdf") else address


def _for_html(node: Node) -> Node | Nodes:
    """Pictures by their key, ruby as `<ruby>`, and the elements of HTML that pandoc writes as spans."""
    if node["t"] == "Image":
        attr, alt, (key, title) = node["c"]
        return {**node, "c": [attr, alt, [_address(key), title]]}
    if node["t"] == "Span":
        id, classes, pairs = tree.attr(node)
        if "ruby" in pairs:
            return list(_ruby(node["c"][1], pairs))
        if tree.WARICHU in classes and (half := _half(node["c"][1])):
            return {**node, "c": [[id, [*classes, f"half-{half}"], node["c"][0][2]], node["c"][1]]}
        if len(classes) == 1 and classes[0] in ELEMENTS and not id and not pairs:
            return [_raw(f"<{classes[0]}>"), *node["c"][1], _raw(f"</{classes[0]}>")]
    return node


def _half(inlines: Nodes) -> int:
    """Characters of a line of a note in two small lines (双行夹注), where EPUB and web can show it so; else 0.

    A browser does not divide what is longer than a line's rest, so no more than some characters stand in a block of two
    lines; longer notes are small, in one line.
    """
    text = tree.plain(inlines)
    if any(node["t"] != "Str" for node in inlines) or len(text) > SHORT:
        return 0
    from banxin.typeset.chars import CLOSING, OPENING, STOPS  # only pages that changed need the text rules

    half = -(-len(text) // 2)
    while half < len(text) and (text[half] in CLOSING + STOPS or text[half - 1] in OPENING):
        half += 1
    return half if half <= SHORT // 2 else 0


def _ruby(base: Nodes, pairs: Mapping[str, str]) -> Iterator[Node]:
    """One reading a character where there are as many (mono ruby, CLREQ 3.3), else one over them all (group).

    Bopomofo, one a character, stands behind it: class `zhuyin`.
    """
    text = tree.plain(base)
    readings = READING.split(pairs["ruby"].strip())
    mono = len(readings) == len(text)
    behind = mono and all(map(BOPOMOFO.fullmatch, readings))
    yield _raw('<ruby class="zhuyin">' if behind else "<ruby>")
    if mono:
        for char, reading in zip(text, readings, strict=True):
            yield from (tree.string(char), _raw("<rt>"), tree.string(reading), _raw("</rt>"))
    else:
        yield from (*base, _raw("<rt>"), tree.string(pairs["ruby"].strip()), _raw("</rt>"))
    yield _raw("</ruby>")


def _raw(html: str) -> Node:
    return {"t": "RawInline", "c": ["html", html]}


def _latin(blocks: Nodes) -> Nodes:
    """Runs without any Han get the class `latin`: their quotation marks are the Latin face's."""
    from banxin.typeset.chars import has_han, is_latin

    def change(inlines: Nodes, _line: int) -> Nodes:
        text = tree.run_of(inlines).text
        if has_han(text) or not any(is_latin(char) for char in text):
            return inlines
        return [tree.span(inlines, "latin")]

    changed: Nodes = tree.map_inlines(blocks, change)
    return changed
