"""The fonts inside an EPUB and a web edition: of each role, the characters that the book sets in it.

By `fonts: {embed: ...}` of book.yaml: `rare`, only what readers' devices lack, so that no character is a box; `all`,
the faces of the printed book; `none`. Which words stand in which role is read from the finished documents, and is as
the style sheets of `layouts/base/epub` and `layouts/base/site` have it.
"""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from lxml import etree

from banxin import fonts
from banxin.errors import ConfigError, Place, Problem
from banxin.fonts import Drawer, FontFile
from banxin.fonts.coverage import HAN, runs
from banxin.fonts.subset import embeddable, subset
from banxin.render.links import Body
from banxin.render.press import Press

RARE = "rare"
DEVICES = (0x4E00, 0x9FA5)
"""The ideographs that every device with Chinese fonts has: the 20 902 of Unicode 1.1, which are those of GBK."""
PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFD))
"""Characters of private use: no device has them."""
BOLD, REGULAR = 700, 400
KAI = frozenset({"em", "i", "cite", "dfn", "address", "blockquote"})
KAI_CLASSES = frozenset(
    {"kai", "letter", "verse", "epigraph", "lead", "line-block", "subtitle", "byline", "people"}
    | {"chapter-label", "part-label", "dedication", "dedication-page", "epigraph-page"}
)
SANS = frozenset({"th", "figcaption", "caption"})
SANS_CLASSES = frozenset({"noteref", "note-number", "bar", "tool", "label"})
MONO = frozenset({"code", "kbd", "samp", "pre"})
VARIOUS = frozenset({"strong", "b", "dt", "rt", "h2"})
"""One sheet sets them in Song, the other in Hei, bold or not."""
VARIOUS_CLASSES = frozenset({"label", "actions", "series", "role", "part"})
"""Small words around the text, which the sheets set in Kai or in Hei."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Slot(NamedTuple):
    """What one rule `@font-face` is for."""

    role: str
    weight: int
    italic: bool


@dataclass(frozen=True, slots=True)
class WebFont:
    """A font file and its rule `@font-face`."""

    slot: Slot
    file: str
    """Its name, without the folder."""
    data: bytes
    ranges: str
    """As `unicode-range` of CSS says it; empty: all that it has."""
    format: str
    """As CSS names it."""

    @property
    def family(self) -> str:
        """In CSS."""
        return f"book-{self.slot.role}"

    @property
    def media_type(self) -> str:
        """As EPUB 3.3 names it (3.2)."""
        return f"font/{self.file.rpartition('.')[2]}"


def made(press: Press, documents: Iterable[bytes], web: bool) -> tuple[WebFont, ...]:
    """The fonts of an edition.

    Args:
        documents: all pages, as readers get them.
        web: as WOFF2, for browsers; else as EPUB readers of every age take it.

    Raises:
        ConfigError: a font of the book may not be embedded.
    """
    if press.embed == "none":
        return ()
    slots = _rare(documents) if press.embed == RARE else _slots(documents)
    found = []
    for slot, characters in sorted(slots.items()):
        role = "serif" if slot.role == RARE else slot.role
        shares = _shares(fonts.drawers(role, press.edition.language, press.own), slot, characters)
        _check(shares)
        found += list(_cut(slot, shares, web))
    return tuple(found)


def context(made: Sequence[WebFont], folder: str) -> dict[str, Any]:
    """What the style sheets are filled with: the rules, and the roles that have fonts."""
    return _context(made, [folder + font.file for font in made])


def context_inside(made: Sequence[WebFont]) -> dict[str, Any]:
    """The same, for a file that holds its fonts itself."""
    return _context(made, [f"data:{font.media_type};base64,{b64encode(font.data).decode()}" for font in made])


def _context(made: Sequence[WebFont], addresses: Iterable[str]) -> dict[str, Any]:
    rules = [
        {
            "family": font.family,
            "weight": font.slot.weight,
            "style": "italic" if font.slot.italic else "normal",
            "address": address,
            "format": font.format,
            "ranges": font.ranges,
        }
        for font, address in zip(made, addresses, strict=True)
    ]
    return {"font_faces": rules, "font_roles": sorted({font.slot.role for font in made})}


def is_rare(character: str) -> bool:
    """Whether readers' devices may lack a character."""
    code = ord(character)
    if any(first <= code <= last for first, last in PRIVATE):
        return True
    return any(first <= code <= last for first, last in HAN) and not DEVICES[0] <= code <= DEVICES[1]


def _rare(documents: Iterable[bytes]) -> dict[Slot, set[str]]:
    characters: set[str] = set().union(*(each.decode() for each in documents))
    found = set(filter(is_rare, characters))
    return {Slot(RARE, REGULAR, False): found} if found else {}


# Which words stand in which role


def _slots(documents: Iterable[bytes]) -> dict[Slot, set[str]]:
    found: dict[Slot, set[str]] = defaultdict(set)
    for document in documents:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
        root = etree.fromstring(document, parser)
        body = root.find(".//body")
        if body is not None:
            _read(body, Slot("serif", REGULAR, False), found)
    return {slot: {c for c in characters if c >= " "} | {" "} for slot, characters in found.items()}


def _read(element: Body, slot: Slot, found: dict[Slot, set[str]]) -> None:
    """The words of an element, by how its ancestors set them."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return
    own = _slot(element, slot)
    found[own].update(element.text or "")
    various = element.tag in VARIOUS, bool(VARIOUS_CLASSES & set(element.get("class", "").split()))
    if any(various):
        others = ("sans", "kai") if various[1] else ("sans",)
        for role, weight in product(dict.fromkeys((own.role, *others)), (REGULAR, BOLD)):
            found[Slot(role, weight, False)].update("".join(map(str, element.itertext())))
    for child in element:
        _read(child, own, found)
        found[own].update(child.tail or "")


def _slot(element: Body, slot: Slot) -> Slot:
    tag, classes = element.tag, set(element.get("class", "").split())
    if tag in MONO:
        return slot._replace(role="mono")
    if tag in HEADINGS:
        return Slot("serif", BOLD, False)
    if tag in SANS or classes & SANS_CLASSES:
        return Slot("sans", BOLD if tag == "th" else REGULAR, False)
    if tag in KAI or classes & KAI_CLASSES:
        return Slot("kai", slot.weight, False)
    return slot


# Which font draws them


def _shares(stack: Sequence[Drawer], slot: Slot, characters: Iterable[str]) -> list[tuple[Drawer, FontFile, list[str]]]:
    """The characters of a slot by the family that draws them, most first; what none has is left to the device."""
    shares: dict[str, list[str]] = defaultdict(list)
    for character in sorted(characters):
        drawer = next((each for each in stack if each.has(character)), None)
        if drawer:
            shares[drawer.name].append(character)
    by_name = {each.name: each for each in stack}
    listed = [(by_name[name], _file(by_name[name].files, slot), drawn) for name, drawn in shares.items()]
    return sorted(listed, key=lambda share: -len(share[2]))


def _file(files: Sequence[FontFile], slot: Slot) -> FontFile:
    return min(files, key=lambda file: (file.italic is not slot.italic, abs(file.weight - slot.weight)))


def _check(shares: Iterable[tuple[Drawer, FontFile, list[str]]]) -> None:
    problems = [
        Problem(
            Place(f"fonts/{file.path.name}"),
            f"这个字体不许嵌入电子书，书里却有 {len(drawn)} 个字用它：{''.join(drawn[:8])}",
            "换一个许可嵌入的字体，或在 book.yaml 里写 fonts: {embed: none}。",
        )
        for drawer, file, drawn in shares
        if drawer.own and not embeddable(file.path)
    ]
    if problems:
        raise ConfigError(problems)


def _cut(slot: Slot, shares: Sequence[tuple[Drawer, FontFile, list[str]]], web: bool) -> Iterator[WebFont]:
    """A font for each share. Later rules come first in CSS, so the largest one needs no list of its characters."""
    for number, (_, file, drawn) in enumerate(shares):
        name = f"{slot.role}-{slot.weight}{'-italic' if slot.italic else ''}-{number + 1}"
        data = subset(file.path, drawn, f"Book {name}", web)
        suffix, format = ("woff2", "woff2") if web else _kind(data)
        ranges = "" if number == 0 and slot.role != RARE else _ranges(drawn)
        yield WebFont(slot, f"{name}.{suffix}", data, ranges, format)


def _kind(data: bytes) -> tuple[str, str]:
    return ("otf", "opentype") if data[:4] == b"OTTO" else ("ttf", "truetype")


def _ranges(characters: Iterable[str]) -> str:
    """Runs of code points, as CSS writes them."""
    found = runs(sorted(map(ord, characters)))
    return ", ".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in found)
