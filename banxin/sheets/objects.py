"""PDF objects out of the file that they were made in: plain data, to be numbered anew in another file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pydyf
from pydyf import Dictionary, String

from banxin.compose.speed_pdf import compressed

NUMBERED = re.compile(r"(\d+)(-\d+-\d+)")
"""The name of a table's head cell: the number of its object, its row, its column."""
HEADS = ("ID", "Headers")
AREA = "the area of a figure"
ACROSS = {"Rect": (0, 2), AREA: (0, 2), "Matrix": (4,)}
"""Which numbers of a list say how far across the page something is."""
COUNTED = ("StructParents", "StructParent")


NAMED = ("Pages", "Resources", "ColorSpace", "Font", "Document")
"""What the whole book, or all pages of a signature, have once."""
Frozen = tuple[bytes, tuple[int, ...], bytes | None]
"""One object: `head % values` is what stands in the file, for a stream its dictionary; which of the values of its
signature (`Open`) are meant; the content of a stream."""
Together = tuple[bytes, tuple[int, ...]]
"""Many objects that are no streams: what stands in the file, with APART between them, `% values`; which are meant."""
APART = b"\0"
"""Between objects: nothing but the content of streams has it, because no text of XML has."""
NOWHERE = -1
"""The page of what lies on none."""


@dataclass(frozen=True, slots=True)
class Open:
    """What the objects of a signature leave open, in the order in which they count it: the numbers of its own objects;
    those of NAMED; the numbers under which the tree of tags finds what a page or a link is; places across a page, which
    move with its type area, in pt."""

    objects: int
    """How many they are."""
    keys: int = 0
    """How many numbers for the tree of tags there are."""

    @property
    def named(self) -> int:
        """The first of NAMED."""
        return self.objects

    @property
    def key(self) -> int:
        """The first number for the tree of tags."""
        return self.objects + len(NAMED)

    @property
    def across(self) -> int:
        """The first place across a page."""
        return self.key + self.keys


TAG = ("Type", "S", "K", "Pg", "P")
NOTE = (*TAG, "ID")
LINK = ("Type", "Subtype", "Rect", "BS", "Contents", "Dest", "StructParent")
LIES = ("Type", "Obj", "Pg")
"""What nearly all tags, notes, links and references to links in tags have, and in this order."""
LINKED = b"<</Type /Annot/Subtype /Link/Rect [%%b %b %%b %b]/BS %b/Contents %b/Dest %b/StructParent %%b>>"


class Freezer:
    """Takes objects out of a file.

    Args:
        left: what they leave open.
        local: number in the file -> which value its references become; KeyError for an object that may not be referred
            to.
        pages: the page that an object lies on, by what refers to it in the file.
    """

    def __init__(self, left: Open, local: Mapping[int, int], pages: Mapping[bytes, int] | None = None) -> None:
        self._left, self._pages = left, pages or {}
        self._key = left.key
        self.references = {b"%d 0 R" % number: value for number, value in local.items()}
        self.across: dict[tuple[float, int], int] = {}
        """The places across a page, each with its page, and which value each is."""
        self._item: Any = None
        self._parts: list[bytes] = []
        self._arguments: list[int] = []
        self._strings: dict[str, bytes] = {}
        """What stands in the file for a text: a link's name comes twice, and again where it leads."""

    def freeze(self, item: Any) -> Frozen:
        """One object."""
        if isinstance(item, pydyf.Stream):
            content, extra = compressed(item, LEVEL)
            return (*self.value(extra)[:2], content)
        return self.value(item)

    def value(self, item: Any) -> Frozen:
        """A value that is no stream."""
        self._parts, self._arguments = [], []
        self._top(item)
        return b"".join(self._parts), tuple(self._arguments), None

    def together(self, items: Iterable[Any]) -> Together:
        """Objects that are no streams.

        Raises:
            ValueError: one of them has APART in it.
        """
        self._parts, self._arguments = [], []
        number = 0
        for number, item in enumerate(items, 1):  # noqa: B007 (how many there were)
            if not self._easily(item):
                self._top(item)
            self._parts.append(APART)
        words = b"".join(self._parts[:-1])
        if words.count(APART) >= max(number, 1):
            raise ValueError("an object has a NUL in it")
        return words, tuple(self._arguments)

    def _easily(self, item: Any) -> bool:
        """A tag or a link like nearly all, of which little need be asked; False for another, and nothing is done."""
        if type(item) is not Dictionary:
            return False
        names = tuple(item)
        if names == TAG or (names == NOTE and item["S"] == "/Note"):
            return self._easy_tag(item)
        return names == LINK and type(item["BS"]) is bytes and self._easy_link(item)

    def _easy_tag(self, item: Any) -> bool:
        if not self._plain_list(item["K"], _tag(item["Type"], item["S"])):
            return False
        id = b"/ID " + self._said(item["ID"].string) if "ID" in item else b""
        self._parts.append(b"/Pg %%b 0 R/P %%b 0 R%b>>" % id)
        self._arguments += self.references[item["Pg"]], self.references[item["P"]]
        return True

    def _easy_link(self, item: Any) -> bool:
        (x1, y1, x2, y2), page = item["Rect"], self._pages.get(item.reference, NOWHERE)
        said, target = self._said(item["Contents"].string), self._said(item["Dest"].string)
        self._parts.append(LINKED % (_number(y1), _number(y2), item["BS"], said, target))
        self._arguments += self._place(x1, page), self._place(x2, page), self._key + item["StructParent"]
        return True

    def keyed(self, items: Iterable[tuple[int, Any]]) -> Frozen:
        """What the tree of tags finds under each number, one after the other."""
        self._parts, self._arguments = [], []
        first = self._key
        for key, item in items:
            self._open(b" %b ", first + key)
            self._put(item)
        return b"".join(self._parts)[1:], tuple(self._arguments), None

    def _top(self, item: Any) -> None:
        self._item = item
        self._put(item)

    def _put(self, item: Any, key: str = "") -> None:
        kind = type(item)
        if kind is bytes:
            self._bytes(item)
        elif kind is String:
            self._string(item.string, key)
        elif kind is Dictionary:
            self._dictionary(item)
        elif isinstance(item, list):
            self._list(item, key)
        elif kind is int:
            if key in COUNTED:
                self._open(b"%b", self._key + item)
            else:
                self._parts.append(b"%d" % item)
        else:
            self._parts.append(_number(item) if kind is float else _escaped(pydyf._to_bytes(item)))

    def _bytes(self, item: bytes) -> None:
        value = self.references.get(item)
        if value is not None:
            self._open(b"%b 0 R", value)
        elif is_reference(item):
            raise KeyError(item)
        else:
            self._parts.append(_escaped(item))

    def _string(self, text: str, key: str) -> None:
        if key in HEADS and (numbered := NUMBERED.fullmatch(text)):
            self._open(b"(%b" + numbered[2].encode() + b")", self.references[b"%b 0 R" % numbered[1].encode()])
            return
        self._parts.append(self._said(text))

    def _said(self, text: str) -> bytes:
        said = self._strings.get(text)
        if said is None:
            said = self._strings[text] = _escaped(string(text))
        return said

    def _dictionary(self, items: Mapping[str, Any]) -> None:
        parts, references = self._parts, self.references
        parts.append(b"<<")
        for name, value in items.items():
            kind = type(value)
            if kind is str:
                parts.append(_entry(name, value))
            elif kind is bytes and value in references:
                parts.append(_leading(name))
                self._arguments.append(references[value])
            else:
                parts.append(_name(name))
                self._put(value, AREA if name == "BBox" and items.get("O") == "/Layout" else name)
        parts.append(b">>")

    def _list(self, items: list[Any], key: str) -> None:
        across = ACROSS.get(key, ())
        if not across and self._plain_list(items):
            return
        parts = self._parts
        parts.append(b"[")
        for i, item in enumerate(items):
            if i:
                parts.append(b" ")
            if i in across:
                self._across(float(item))
            else:
                self._put(item, key)
        parts.append(b"]")

    def _across(self, x: float) -> None:
        self._open(b"%b", self._place(x, self._page()))

    def _place(self, x: float, page: int) -> int:
        """Which value a place across a page is."""
        place = float(x), page
        known = self.across.get(place)
        if known is None:
            known = self.across[place] = self._left.across + len(self.across)
        return known

    def _page(self) -> int:
        """The page that the object lies on."""
        item = self._item
        found = self._pages.get(item.reference)
        if found is None and "Pg" in item:
            found = self._pages.get(item["Pg"])
        return NOWHERE if found is None else found

    def _plain_list(self, items: list[Any], head: bytes = b"") -> bool:
        """A list of references, whole numbers and what links lie on, as nearly all are; False for another, and nothing
        is done."""
        said: list[bytes] = []
        arguments: list[int] = []
        references = self.references
        for item in items:
            kind = type(item)
            if kind is int:
                said.append(b"%d" % item)
            elif kind is bytes and item in references:
                said.append(b"%b 0 R")
                arguments.append(references[item])
            elif kind is Dictionary and tuple(item) == LIES and item["Type"] == "/OBJR":
                said.append(b"<</Type /OBJR/Obj %b 0 R/Pg %b 0 R>>")
                arguments += references[item["Obj"]], references[item["Pg"]]
            else:
                return False
        self._parts.append(b"%b[%b]" % (head, b" ".join(said)))
        self._arguments += arguments
        return True

    def _open(self, form: bytes, value: int) -> None:
        self._parts.append(form)
        self._arguments.append(value)


def string(text: str | bytes) -> bytes:
    """A text as it stands in the file; nearly all are names of letters that stand for themselves."""
    if type(text) is str and text.isascii() and "(" not in text and ")" not in text and "\\" not in text:
        return b"(%b)" % text.encode()
    said: bytes = String(text).data
    return said


def is_reference(value: bytes) -> bool:
    """Whether a value leads to an object."""
    return value[-4:] == b" 0 R" and value[:-4].isdigit()


@cache
def _name(name: str) -> bytes:
    return b"/" + _escaped(name.encode("ascii")) + b" "


@lru_cache(4096)
def _entry(name: str, word: str) -> bytes:
    """An entry of a dictionary whose value is a word."""
    return _name(name) + _escaped(word.encode("ascii"))


@lru_cache(4096)
def _number(number: float) -> bytes:
    """A number as it stands in the file: many are the same, because a book has a grid."""
    said: bytes = pydyf._to_bytes(number)
    return said


@cache
def _tag(kind: str, tag: str) -> bytes:
    """How a tag begins."""
    return b"<<" + _entry("Type", kind) + _entry("S", tag) + _name("K")


@cache
def _leading(name: str) -> bytes:
    """An entry of a dictionary that leads to an object."""
    return _name(name) + b"%b 0 R"


def _escaped(data: bytes) -> bytes:
    return data.replace(b"%", b"%%") if b"%" in data else data


LEVEL = 6
"""Of zlib: 9 takes three times as long for a hundredth of the size."""


class Raw(pydyf.Object):  # type: ignore[misc]
    """An object that is written as it stands. What nearly all have alike is no attribute of each: there are many."""

    number, offset, generation, free = 0, 0, 0, "n"
    data = b""
    compressible = True
    """Whether it may stand in a stream of objects."""

    def __init__(self, head: bytes, content: bytes | None = None) -> None:
        self.data = head
        if content is not None:
            self.data = b"\n".join((head, b"stream", content, b"endstream"))
            self.compressible = False


def thaw(frozen: Frozen, values: Sequence[bytes]) -> Raw:
    """An object for another file.

    Args:
        frozen: the object.
        values: what stands there for what its signature leaves open.
    """
    head, arguments, content = frozen
    return Raw(head % tuple([values[each] for each in arguments]), content)


def apart(together: Together, values: Sequence[bytes]) -> list[bytes]:
    """Many objects for another file: all are made at once, because there are thousands."""
    words, arguments = together
    return (words % tuple([values[each] for each in arguments])).split(APART) if words else []
