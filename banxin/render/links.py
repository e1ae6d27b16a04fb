"""Passes over the body of a page, shared by EPUB and web: addresses of links and pictures, note marks, anchors.

A body is parsed once, changed in place by the passes that a format wants, and written out as XHTML or as HTML.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from lxml import etree
from markupsafe import Markup

from banxin import cache, records
from banxin.book import Image
from banxin.render.page import Page

VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"))
"""Elements of HTML that hold nothing (HTML, 13.1.2)."""
EPUB = "http://www.idpf.org/2007/ops"
MATHML = "http://www.w3.org/1998/Math/MathML"
SVG = "http://www.w3.org/2000/svg"
IMAGE = "image:"
"""What an `src` begins with, before the key in `Book.images` (percent-encoded)."""
NEEDS = "needs"
"""Of entries in the cache."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
"""Where a link may lead outside the book; any other scheme loses its address."""

ALIGNED = re.compile(r"\s*text-align:\s*(left|center|right);?\s*")
UNSPOKEN = re.compile(r"[\W_]+")
"""What is no letter and no figure."""

Body = etree._Element


@dataclass(frozen=True, slots=True)
class Places:
    """Where the things that a body points to are, in one format."""

    files: Mapping[str, str] = field(default_factory=dict)
    """The file that holds an id; all empty in a format of one file."""
    images: Mapping[str, str] = field(default_factory=dict)
    """The address of an image, by its key."""

    def of_id(self, target: str, here: str) -> str | None:
        """The address of `target` as seen from the file `here`; None where the book has no such id."""
        file = self.files.get(target)
        if file is None:
            return None
        return f"#{target}" if file == here else f"{file}#{target}"


def homes(pages: Iterable[Page], files: Mapping[str, str]) -> dict[str, str]:
    """The file that holds each id of the book, where `files` tells the file of each page."""
    held: dict[str, str] = {}
    for page in pages:
        calls = {call for note in page.notes for call in note.calls}
        parts = {page.part.id} if page.part else set()
        ids = {page.id, *page.ids, *(note.id for note in page.notes), *(section.id for section in page.sections)}
        held |= dict.fromkeys(ids | calls | parts, files[page.id])
    return held


def parse(html: str) -> Body:
    """Read a body (well-formed XML) without touching the network, entities or unbounded memory."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(f'<body xmlns:epub="{EPUB}">{html}</body>', parser)


def parse_all(bodies: Iterable[str]) -> Body:
    """Read many small bodies together, which is far quicker: a body with an element for each."""
    return parse("".join([f"<div>{html}</div>" for html in bodies]))


def xhtml(body: Body) -> Markup:
    """The body's content as XML, for EPUB; the document around it declares the `epub` prefix."""
    return _inside(etree.tostring(body, encoding="unicode", with_tail=False))


def both(body: Body) -> Markup:
    """The body's content as HTML that is XML, too, for the PDF: by HTML's rules `<span/>` only begins a span."""
    for element in body.iter():
        if not element.text and not len(element) and "}" not in str(element.tag) and element.tag not in VOID:
            element.text = ""
    return xhtml(body)


def html(body: Body) -> Markup:
    """The body's content as HTML, for the web."""
    etree.cleanup_namespaces(body)
    return _inside(etree.tostring(body, encoding="unicode", method="html", with_tail=False))


def _inside(text: str) -> Markup:
    start, end = text.index(">") + 1, text.rfind("</")
    return Markup(text[start:end] if end >= start else "")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a page takes from the rest of the book, and what it may give to it."""

    targets: tuple[str, ...]
    """The ids that its links lead to."""
    pictures: tuple[str, ...]
    """The keys of the pictures that it shows."""
    paragraphs: tuple[str, ...]
    """The ids that its paragraphs would have if the book had no others."""


def needs(page: Page) -> Needs:
    """What a page needs; kept."""
    key = cache.key(NEEDS, cache.digest(page))
    return records.made(Needs, cache.remembered(NEEDS, key, lambda: records.plain(_needs(page))))


def _needs(page: Page) -> Needs:
    part = [page.part.title] if page.part else []
    body = parse(page.body)
    others = [page.title, page.subtitle, *part, *(note.html for note in page.notes)]
    bodies = [body, parse_all(html for html in others if "<a" in html or "<img" in html)]
    hrefs = {str(link.get("href", "")) for one in bodies for link in one.iter("a")}
    return Needs(
        targets=tuple(sorted(href[1:] for href in hrefs if href.startswith("#"))),
        pictures=tuple(sorted({key for one in bodies for key in image_keys(one)})),
        paragraphs=tuple(stem for _, stem in _paragraphs(body)),
    )


def relink(body: Body, here: str, places: Places) -> None:
    """Point every link at the file that holds its target; a link that leads nowhere keeps its words alone."""
    for link in body.iter("a"):
        href = link.get("href")
        if href is None:
            continue
        address = places.of_id(href[1:], here) if href.startswith("#") else outside(href)
        if address is None:
            for name in {"href", "role"} & set(link.attrib):
                del link.attrib[name]
        elif address != href:
            link.set("href", address)


def outside(href: str) -> str | None:
    """A link out of the book, written so that every reader takes it; None where it may not be followed."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in SCHEMES or (parts.scheme.startswith("http") and not parts.netloc):
        return None
    host = parts.netloc
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:  # more than a name (a port, a user), or no name at all: as it is
        host = _quoted(host)
    return urlunsplit((parts.scheme, host, _quoted(parts.path), _quoted(parts.query), _quoted(parts.fragment)))


def _quoted(part: str) -> str:
    """Percent-encoded where it is not yet."""
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part), safe="%/:=&?~+!$,;'@()*")


def place_images(body: Body, places: Places, images: Mapping[str, Image], sizes: bool) -> None:
    """Give every picture its address in this format; with `sizes`, its width and height (px) unless the author did.

    A picture that the book does not have becomes its own description, so that no reader asks for it elsewhere.
    """
    for picture in list(body.iter("img")):
        key = _key(picture)
        if key not in places.images:
            _to_words(picture)
            continue
        picture.set("src", places.images[key])
        picture.set("alt", picture.get("alt", ""))
        if sizes:
            picture.set("loading", "lazy")
        if sizes and not {"width", "height"} & set(picture.attrib):
            picture.set("width", str(images[key].width))
            picture.set("height", str(images[key].height))


CLOSING = "，。、；：！？…）」』”’》〉】"
"""What begins no line (CLREQ 6.1.1): browsers know it behind letters, and not behind a picture."""


def hold_marks(body: Body) -> None:
    """Keep a mark on the line of the picture within words that it follows."""
    for picture in list(body.iter("img")):
        tail, parent = picture.tail or "", picture.getparent()
        if tail[:1] and tail[0] in CLOSING and parent is not None and local_name(parent) != "figure":
            held = etree.Element("span", {"class": "held"})
            picture.addprevious(held)
            held.tail, picture.tail = tail[1:], tail[0]
            held.append(picture)


def align_by_class(body: Body) -> None:
    """Cells of tables are aligned by classes: reading apps may pass over attributes of style. Left is what they are."""
    for cell in body.iter("th", "td"):
        if found := ALIGNED.fullmatch(cell.get("style", "")):
            del cell.attrib["style"]
            if found[1] != "left":
                cell.set("class", " ".join(filter(None, [cell.get("class", ""), f"align-{found[1]}"])))


def _to_words(picture: Body) -> None:
    words = picture.get("alt", "")
    picture.tag = "span"
    picture.attrib.clear()
    picture.set("class", "image-box")
    picture.text = words


def image_keys(body: Body) -> set[str]:
    """The keys of the pictures that the body shows."""
    return {_key(picture) for picture in body.iter("img")}


def _key(picture: Body) -> str:
    return unquote(picture.get("src", "").removeprefix(IMAGE))


def local_name(element: Body) -> str:
    """What an element is called, without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _remove(element: Body) -> None:
    """Take an element out; the words after it stay."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def mark_notes_for_epub(body: Body) -> None:
    """Say in EPUB's own vocabulary which links are note marks, and raise them where a reader has no CSS."""
    for mark in body.iter("a"):
        if not is_mark(mark):
            continue
        mark.set(f"{{{EPUB}}}type", "noteref")
        raised = etree.Element("sup")
        raised.text, mark.text = mark.text, None
        raised.extend(list(mark))
        mark.append(raised)


def is_mark(link: Body) -> bool:
    """Whether a link is a note mark."""
    return "noteref" in link.get("class", "").split()


def number_note(body: Body, shown: str) -> None:
    """Set a note's number before its first word, in a paragraph of its own where the note begins with no words.

    Args:
        shown: the number as it is printed.
    """
    if not len(body) or body[0].tag != "p":
        body.insert(0, etree.Element("p"))
    first = body[0]
    mark = etree.Element("span", {"class": "note-number"})
    mark.text = shown
    mark.tail, first.text = " " + (first.text or ""), None
    first.insert(0, mark)


def speak_math(body: Body) -> None:
    """Give each formula its TeX as an alternative, for devices that cannot speak MathML (EPUB Accessibility 1.1)."""
    for formula in body.iter(f"{{{MATHML}}}math"):
        source = formula.find(f".//{{{MATHML}}}annotation[@encoding='application/x-tex']")
        if source is not None and source.text and not formula.get("alttext"):
            formula.set("alttext", " ".join(source.text.split()))


BACK = "\u21a9\ufe0e"
"""The sign of a link back: an arrow, not a picture of one (U+FE0E)."""


def link_back(body: Body, calls: Sequence[str], label: str, sign: str = BACK) -> None:
    """End a note with a link to each of its marks in the text."""
    if calls and (not len(body) or body[-1].tag != "p"):
        etree.SubElement(body, "p", {"class": "continue"})
    for count, call in enumerate(calls, 1):
        words = label if len(calls) == 1 else f"{label} {count}"
        attributes = {"class": "backlink", "role": "doc-backlink", "href": f"#{call}", "aria-label": words}
        link = etree.SubElement(body[-1], "a", attributes)
        link.text = sign
        _space_before(link)


def _space_before(link: Body) -> None:
    before, parent = link.getprevious(), link.getparent()
    if before is not None:
        before.tail = (before.tail or "") + " "
    elif parent is not None and parent.text:
        parent.text += " "


def anchor_paragraphs(body: Body, ids: Iterable[str]) -> None:
    """Give each paragraph its id, in order: those that `paragraph_ids` gives."""
    for (element, _), id in zip(_paragraphs(body), ids, strict=True):
        element.set("id", id)


def paragraph_ids(stems: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    """The ids of a page's paragraphs, from `Needs.paragraphs`; `taken` are ids already used; it grows."""
    return tuple(_unused(stem, taken) for stem in stems)


def _paragraphs(body: Body) -> list[tuple[Body, str]]:
    """Each paragraph that has no id, with one that depends on its words alone, so that links outlive edits elsewhere.

    Marks and spaces do not count: a changed comma keeps the link.
    """
    found = []
    for element in body.iter("p", "li"):
        if element.get("id") or (element.tag == "li" and element.find("p") is not None):
            continue
        words = UNSPOKEN.sub("", "".join(map(str, element.itertext())))
        if words:
            found.append((element, "p-" + hashlib.sha256(words.encode()).hexdigest()[:10]))
    return found


def frame_wide(body: Body, labels: Mapping[str, str]) -> None:
    """Put what may be wider than a phone (tables, code) where it scrolls by itself, by touch and by keyboard."""
    for table in list(body.iter("table")):
        caption = table.find("caption")
        words = "".join(map(str, caption.itertext())) if caption is not None else labels["table"]
        frame = etree.Element("div", {"class": "wide", "role": "region", "tabindex": "0", "aria-label": words.strip()})
        frame.tail, table.tail = table.tail, None
        table.addprevious(frame)
        frame.append(table)
    for code in body.iter("pre"):
        code.set("tabindex", "0")


def _unused(stem: str, taken: set[str]) -> str:
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


def title_words(title: str) -> Markup:
    """A title for a list of contents: its markup, without notes and their marks, links and ids."""
    body = parse(title)
    for element in list(body.iter("a", "span")):
        if is_mark(element) or element.get("class") == "footnote":
            _remove(element)
    etree.strip_tags(body, "a")
    etree.strip_attributes(body, "id")
    return xhtml(body)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a book holds, as a person who cannot see it, or hear it, needs to know."""

    images: int = 0
    described: int = 0
    """Images with a description in words."""
    math: bool = False
    svg: bool = False
    ruby: bool = False

    def __add__(self, other: Facts) -> Facts:
        return Facts(
            self.images + other.images,
            self.described + other.described,
            self.math or other.math,
            self.svg or other.svg,
            self.ruby or other.ruby,
        )


def facts(body: Body) -> Facts:
    """Count them in one body."""
    pictures = list(body.iter("img"))
    return Facts(
        len(pictures),
        sum(1 for picture in pictures if picture.get("alt", "").strip()),
        body.find(f".//{{{MATHML}}}math") is not None,
        body.find(f".//{{{SVG}}}svg") is not None,
        body.find(".//ruby") is not None,
    )
