"""Clean elements -> pandoc's nodes: inline elements here, the structure of blocks through pandoc's HTML reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from lxml import etree

from banxin import tree
from banxin.book import Node, Nodes
from banxin.sanitize.allowlist import BLOCK, HEADINGS, HOLD, LINE, PARAGRAPHED, SPANS, WRAPPERS
from banxin.sanitize.balance import attributes


def held_by(element: etree._Element) -> int | None:
    """The number of the hold that an element is."""
    value = element.get(HOLD)
    return int(value) if value else None


def attr_of(element: etree._Element, *classes: str) -> list[Any]:
    """Pandoc's attributes of an element."""
    own = (element.get("class") or "").split()
    pairs = [[name, element.get(name, "")] for name in ("lang", "title", "dir", "width", "height") if element.get(name)]
    return [element.get("id") or "", [*classes, *own], pairs]


def _words(text: str | None) -> Nodes:
    """Text as words and spaces; a no-break space is part of a word."""
    nodes: Nodes = []
    for piece in re.findall(r"[ \t\r\n\f]+|[^ \t\r\n\f]+", text or ""):
        if not piece.strip(" \t\r\n\f"):
            nodes.append({"t": "SoftBreak" if "\n" in piece else "Space"})
        else:
            nodes.append(tree.string(piece))
    return nodes


def joined(nodes: Nodes) -> Nodes:
    """The same words with split strings joined and doubled spaces taken out."""
    result: Nodes = []
    for node in nodes:
        last = result[-1]["t"] if result else ""
        if node["t"] == "Str" == last:
            result[-1] = tree.string(result[-1]["c"] + node["c"])
        elif not (node["t"] in ("Space", "SoftBreak") and last in ("Space", "SoftBreak")):
            result.append(node)
    return result


class Inlines:
    """Builds inline nodes from elements."""

    def __init__(self, holds: list[Nodes]) -> None:
        self.holds = holds
        self.quotes = 0
        """How many quotations are open."""
        self.special: Mapping[str, Callable[[etree._Element], Nodes]] = {
            "br": self.line_break,
            "rp": self.nothing,
            "img": self.image,
            "q": self.quotation,
            "ruby": self.ruby,
            "a": self.link,
            "code": self.code,
        }

    def content(self, element: etree._Element) -> Nodes:
        nodes = _words(element.text)
        for child in element:
            nodes += self.nodes(child)
            nodes += _words(child.tail)
        return nodes

    def nodes(self, element: etree._Element) -> Nodes:
        """The nodes of one element, without the text after it."""
        number, tag = held_by(element), str(element.tag)
        if number is not None:
            return self.holds[number]
        if tag in self.special:
            return self.special[tag](element)
        content, attr = joined(self.content(element)), attr_of(element)
        if tag in SPANS:
            attr[1].insert(0, tag)
        elif tag in WRAPPERS:
            content = [{"t": WRAPPERS[tag], "c": content}]
        named = tag == "span" or attr != ["", [], []]
        return [{"t": "Span", "c": [attr, content]}] if named else content

    def line_break(self, element: etree._Element) -> Nodes:
        return [{"t": "LineBreak"}]

    def nothing(self, element: etree._Element) -> Nodes:
        """Brackets for programs that know no ruby."""
        return []

    def link(self, element: etree._Element) -> Nodes:
        """A link, or the anchor that `<a id>` is."""
        content = joined(self.content(element))
        id, classes, pairs = attr_of(element)
        if element.get("href"):
            kept = [pair for pair in pairs if pair[0] != "title"]
            target = [element.get("href"), element.get("title") or ""]
            return [{"t": "Link", "c": [[id, classes, kept], content, target]}]
        return [{"t": "Span", "c": [[id, classes, pairs], content]}] if id or classes or pairs else content

    def code(self, element: etree._Element) -> Nodes:
        """Code, or a span of that class where there is more than words in it."""
        content, (id, classes, pairs) = joined(self.content(element)), attr_of(element)
        if all(node["t"] in ("Str", "Space", "SoftBreak", "Code") for node in content):
            return [{"t": "Code", "c": [[id, classes, pairs], tree.plain(content)]}]
        return [{"t": "Span", "c": [[id, ["code", *classes], pairs], content]}]

    def image(self, element: etree._Element) -> Nodes:
        alt = _words(element.get("alt"))
        if not element.get("src"):
            return alt
        id, classes, pairs = attr_of(element)
        kept = [pair for pair in pairs if pair[0] != "title"]
        return [{"t": "Image", "c": [[id, classes, kept], alt, [element.get("src"), element.get("title") or ""]]}]

    def quotation(self, element: etree._Element) -> Nodes:
        opening, closing = ("‘", "’") if self.quotes % 2 else ("“", "”")
        self.quotes += 1
        content = self.content(element)
        self.quotes -= 1
        return [tree.string(opening), *content, tree.string(closing)]

    def ruby(self, element: etree._Element) -> Nodes:
        """Each base with its reading as a Span with the attribute `ruby`; a base without a reading as it is.

        Bases wait for their readings: `漢<rt>kan</rt>字<rt>ji</rt>`, or `<rb>漢<rb>字<rt>kan<rt>ji`.
        """
        result: Nodes = []
        bases: list[Nodes] = []
        apart = True  # the next words begin a base of their own
        for part in _parts(element):
            if not isinstance(part, str) and part.tag == "rt":
                base = bases.pop(0) if bases else []
                result += _with_reading(base, tree.plain(self.content(part)).strip())
                apart = True
                continue
            nodes = _words(part) if isinstance(part, str) else joined(self.nodes(part))
            own = not isinstance(part, str) and part.tag == "rb"
            if apart or own:
                bases.append(nodes)
            else:
                bases[-1] += nodes
            apart = own
        return [*result, *(node for base in bases for node in base)]


def _parts(element: etree._Element) -> Iterator[str | etree._Element]:
    """Texts and elements in order, without spaces between elements."""
    texts = [element.text, *(child.tail for child in element)]
    for text, child in zip_longest(texts, element):
        if text and text.strip():
            yield text
        if child is not None:
            yield child


def _with_reading(base: Nodes, reading: str) -> Nodes:
    return [tree.span(base, ruby=reading)] if base and reading else [*base, *_words(reading)]


class Flow:
    """Divides elements into blocks and the words between them, and writes the structure of blocks for pandoc."""

    def __init__(self, holds: list[Nodes]) -> None:
        self.holds = holds
        self.written: list[int] = []
        """The holds in what has been written."""

    def pieces(self, element: etree._Element) -> Iterator[Nodes | etree._Element]:
        """Words (inlines) and blocks (elements) in order; an inline element around blocks is looked through."""
        run = _words(element.text)
        for child in element:
            if child.tag in BLOCK:
                yield from _paragraph(run)
                yield child
                run = []
            elif any(inner.tag in BLOCK for inner in child.iter()):
                yield from _paragraph(run)
                yield from self.pieces(child)
                run = []
            else:
                run += Inlines(self.holds).nodes(child)
            run += _words(child.tail)
        yield from _paragraph(run)

    def skeleton(self, element: etree._Element) -> str:
        """A block's structure as HTML: every run of words in it is a hold."""
        tag = str(element.tag)
        number = held_by(element)
        if number is not None:
            return self.mark(number, "div")
        if tag == "hr":
            return "<hr>"
        if tag in HEADINGS and not any(inner.tag in BLOCK for inner in element.iterdescendants()):
            content = joined(Inlines(self.holds).content(element))
            return self.new({"t": "Header", "c": [HEADINGS.index(tag) + 1, attr_of(element), content]})
        if tag == "pre" and not any(HOLD in inner.attrib for inner in element.iter()):
            return self.new(_code_block(element))
        body = "".join(self.part(piece, tag) for piece in self.pieces(element))
        return self.wrapped(element, body)

    def part(self, piece: Nodes | etree._Element, parent: str) -> str:
        if not isinstance(piece, list):
            return self.skeleton(piece)
        self.holds.append(piece)
        mark = self.mark(len(self.holds) - 1, "span")
        return f"<p>{mark}</p>" if parent in PARAGRAPHED else mark

    def wrapped(self, element: etree._Element, body: str) -> str:
        """The element again around its new content."""
        tag = str(element.tag)
        pairs = {str(name): str(value) for name, value in element.attrib.items() if name != LINE}
        if tag in ("details", "summary"):
            pairs["class"] = f"{tag} {pairs.get('class', '')}".strip()
        if tag in ("details", "summary", "pre", *HEADINGS):
            tag = "div"
        if tag == "p" and pairs:
            return f"<div{attributes(pairs)}><p>{body}</p></div>"
        return f"<{tag}{attributes(pairs)}>{body}</{tag}>"

    def new(self, block: Node) -> str:
        self.holds.append([block])
        return self.mark(len(self.holds) - 1, "div")

    def mark(self, number: int, tag: str) -> str:
        self.written.append(number)
        return f'<{tag} {HOLD}="{number}"></{tag}>'


def _paragraph(run: Nodes) -> Iterator[Nodes]:
    """A run of words without the spaces around it, if there is anything in it."""
    words = joined(run)
    while words and words[0]["t"] in ("Space", "SoftBreak"):
        words = words[1:]
    while words and words[-1]["t"] in ("Space", "SoftBreak"):
        words = words[:-1]
    if words:
        yield words


def _code_block(element: etree._Element) -> Node:
    """A <pre>, with the language that its <code> names."""
    id, classes, pairs = attr_of(element)
    for code in element.iter("code"):
        classes += [name.removeprefix("language-").removeprefix("lang-") for name in (code.get("class") or "").split()]
    text = "".join(str(part) for part in element.itertext())
    return {"t": "CodeBlock", "c": [[id, classes, pairs], text.removeprefix("\n").removesuffix("\n")]}
