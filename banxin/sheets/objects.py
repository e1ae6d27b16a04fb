"""PDF objects out of the file that they were made in: plain data, to be numbered anew in another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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


Argument = int | float | str | tuple[int]
"""What a frozen object leaves open: the number of an object of the same signature; a coordinate across the page, which
moves with the page's type area, in pt; the name of an object that the whole book has once; in a
tuple, a number under which the tree of tags finds what a page or a link is, counted in the signature."""
Frozen = tuple[bytes, tuple[Argument, ...], bytes | None]
"""One object: `head % arguments` is what stands in the file, for a stream its dictionary; the content of a stream."""


class Freezer:
    """Takes objects out of a file."""

    def __init__(self, local: Mapping[int, Argument]) -> None:
        self._local = local
        """Number in the file -> what its references become; KeyError for an object that may not be referred to."""
        self._parts: list[bytes] = []
        self._arguments: list[Argument] = []
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
        if type(item) is bytes and is_reference(item):
            return b"%d 0 R", (self._local[int(item[:-4])],), None
        self._parts, self._arguments = [], []
        self._put(item)
        return b"".join(self._parts), tuple(self._arguments), None

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
                self._open(b"%d", (item,))
            else:
                self._parts.append(b"%d" % item)
        else:
            self._parts.append(_escaped(pydyf._to_bytes(item)))

    def _bytes(self, item: bytes) -> None:
        if is_reference(item):
            self._parts.append(b"%d 0 R")
            self._arguments.append(self._local[int(item[:-4])])
        else:
            self._parts.append(_escaped(item))

    def _string(self, text: str, key: str) -> None:
        if key in HEADS and (numbered := NUMBERED.fullmatch(text)):
            self._open(b"(%d" + numbered[2].encode() + b")", self._local[int(numbered[1])])
            return
        said = self._strings.get(text)
        if said is None:
            said = self._strings[text] = _escaped(String(text).data)
        self._parts.append(said)

    def _dictionary(self, items: Mapping[str, Any]) -> None:
        parts = self._parts
        parts.append(b"<<")
        for name, value in items.items():
            kind = type(value)
            if kind is str:
                parts.append(_entry(name, value))
            elif kind is bytes and is_reference(value):
                parts.append(_leading(name))
                self._arguments.append(self._local[int(value[:-4])])
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
                self._open(b"%b", float(item))
            else:
                self._put(item, key)
        parts.append(b"]")

    def _plain_list(self, items: list[Any]) -> bool:
        """A list of references and whole numbers, as nearly all are; False for another, and nothing is done."""
        said: list[bytes] = []
        arguments: list[Argument] = []
        for item in items:
            if type(item) is int:
                said.append(b"%d" % item)
            elif type(item) is bytes and is_reference(item):
                said.append(b"%d 0 R")
                arguments.append(self._local[int(item[:-4])])
            else:
                return False
        self._parts.append(b"[%b]" % b" ".join(said))
        self._arguments += arguments
        return True

    def _open(self, form: bytes, argument: Argument) -> None:
        self._parts.append(form)
        self._arguments.append(argument)


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


@cache
def _leading(name: str) -> bytes:
    """An entry of a dictionary that leads to an object."""
    return _name(name) + b"%d 0 R"


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


def thaw(frozen: Frozen, numbers: Sequence[int], place: Callable[[Argument], Any]) -> Raw:
    """An object for another file.

    Args:
        frozen: the object.
        numbers: what stands there for the numbers of objects of the same signature.
        place: says what stands there for what else was left open.
    """
    head, arguments, content = frozen
    return Raw(head % tuple([numbers[each] if type(each) is int else place(each) for each in arguments]), content)
